// Words and numbers as the person reads them. Texts are the integration's own translations.
import type { Hass } from "./hass";

const PREFIX = "component.smartguard.config_panel.";

export function t(hass: Hass, key: string, values?: Record<string, unknown>): string {
  const text = hass.localize(PREFIX + key, values);
  // A text that this language (and English) lacks: the last part of its key says at least what it is about.
  return text || plain(key.split(".").pop() ?? key);
}

const loading = new Map<string, Promise<unknown>>();

export function loadTexts(hass: Hass): Promise<unknown> {
  const language = hass.language;
  let load = loading.get(language);
  if (!load) {
    load = Promise.resolve(hass.loadBackendTranslation?.("config_panel", "smartguard")).catch(() => undefined);
    loading.set(language, load);
  }
  return load;
}

export function plain(word: string): string {
  const text = word.replace(/[_:]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function language(hass: Hass): string {
  return hass.locale?.language ?? hass.language;
}

function hour12(hass: Hass): boolean | undefined {
  const wish = hass.locale?.time_format;
  return wish === "12" ? true : wish === "24" ? false : undefined;
}

function moment(hass: Hass, seconds: number, options: Intl.DateTimeFormatOptions): string {
  const format = { timeZone: hass.config.time_zone, hour12: hour12(hass), ...options };
  return new Intl.DateTimeFormat(language(hass), format).format(new Date(seconds * 1000));
}

export const clock = (hass: Hass, seconds: number): string =>
  moment(hass, seconds, { hour: "2-digit", minute: "2-digit" });

// Without a.m. and p.m., for where ten of them stand side by side in their order.
export const clockShort = (hass: Hass, seconds: number): string =>
  new Intl.DateTimeFormat(language(hass), {
    timeZone: hass.config.time_zone, hour12: hour12(hass), hour: "numeric", minute: "2-digit",
  })
    .formatToParts(new Date(seconds * 1000))
    .filter((part) => part.type !== "dayPeriod")
    .map((part) => part.value)
    .join("")
    .trim();

export const hourOnly = (hass: Hass, seconds: number): string => moment(hass, seconds, { hour: "numeric" });

export const clockSeconds = (hass: Hass, seconds: number): string =>
  moment(hass, seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const day = (hass: Hass, seconds: number): string =>
  moment(hass, seconds, { weekday: "long", month: "long", day: "numeric" });

export const dayClock = (hass: Hass, seconds: number): string =>
  moment(hass, seconds, { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

export function weekday(hass: Hass, number: number): string {
  // 2024-01-01 was a Monday.
  return new Intl.DateTimeFormat(language(hass), { weekday: "short", timeZone: "UTC" }).format(
    new Date(Date.UTC(2024, 0, 1 + number)),
  );
}

export function number(hass: Hass, value: number, digits = 0): string {
  return new Intl.NumberFormat(language(hass), { maximumFractionDigits: digits }).format(value);
}

// A loss, in nats.
export function nats(hass: Hass, loss: number): string {
  return new Intl.NumberFormat(language(hass), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(loss);
}

export function percent(hass: Hass, share: number): string {
  return new Intl.NumberFormat(language(hass), { style: "percent" }).format(share);
}

// So many hours before now, shortly; 0 is now.
export function ago(hass: Hass, hours: number): string {
  const format = new Intl.RelativeTimeFormat(language(hass), { numeric: hours ? "always" : "auto", style: "short" });
  return hours ? format.format(-hours, "hour") : format.format(0, "second");
}

export function length(hass: Hass, seconds: number): string {
  const [value, unit] =
    seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const digits = unit === "hour" ? 1 : 0;
  return new Intl.NumberFormat(language(hass), {
    style: "unit",
    unit: unit as string,
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(value as number);
}

// The UTC seconds at which the local day of a moment begins, in the home's zone, over changes of the clock.
export function dayStart(zone: string, seconds: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(new Date(seconds * 1000));
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const guess = Math.floor(seconds) - (part("hour") * 3600 + part("minute") * 60 + part("second"));
  const off = hourOf(zone, guess);
  return off === 0 ? guess : guess + (off < 12 ? -off : 24 - off) * 3600;
}

function hourOf(zone: string, seconds: number): number {
  const text = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", hour: "numeric" }).format(
    new Date(seconds * 1000),
  );
  return Number(text);
}
