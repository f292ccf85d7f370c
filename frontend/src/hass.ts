// The part of Home Assistant's frontend object that card and panel use, and how they speak by it.
import { type FeedEvent, SCHEMA } from "./types";

export interface HassState {
  entity_id: string;
  state: string;
  last_changed: string;
  attributes: Record<string, unknown>;
}

export interface Hass {
  states: Record<string, HassState | undefined>;
  services: Record<string, Record<string, unknown> | undefined>;
  entities?: Record<string, { platform?: string; translation_key?: string } | undefined>;
  user?: { is_admin: boolean };
  language: string;
  locale?: { language: string; time_format?: string };
  config: { time_zone: string };
  connected: boolean;
  localize: (key: string, values?: Record<string, unknown>) => string;
  loadBackendTranslation?: (category: string, integration: string) => Promise<unknown>;
  connection: {
    subscribeMessage: (
      callback: (event: FeedEvent) => void,
      message: Record<string, unknown>,
    ) => Promise<() => Promise<void> | void>;
  };
  callWS: <T>(message: Record<string, unknown>) => Promise<T>;
  callService: (
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: unknown,
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ) => Promise<{ response?: unknown } | undefined>;
}

// What went wrong, as one of the states that people are shown: not_loaded, newer, unreadable, other.
export class Trouble extends Error {
  constructor(
    readonly kind: "not_loaded" | "newer" | "unreadable" | "unauthorized" | "other",
    message: string,
  ) {
    super(message);
  }
}

export async function ask<T extends { schema: number }>(
  hass: Hass,
  command: string,
  data: Record<string, unknown> = {},
): Promise<T> {
  let answer: T;
  try {
    answer = await hass.callWS<T>({ type: `smartguard/${command}`, ...data });
  } catch (error) {
    throw troubleOf(error);
  }
  if (answer.schema > SCHEMA) throw new Trouble("newer", "");
  return answer;
}

// An action that answers; its errors are Home Assistant's own, translated.
export async function act(hass: Hass, action: string, data: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  try {
    const result = await hass.callService("smartguard", action, data, undefined, false, true);
    return (result?.response ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw troubleOf(error);
  }
}

export function can(hass: Hass, action: string): boolean {
  return action in (hass.services.smartguard ?? {});
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = typeof message === "string" ? message : String(code ?? error);
  if (code === "not_loaded" || code === "unreadable" || code === "unauthorized") return new Trouble(code, text);
  // An unknown command is what a Home Assistant without SmartGuard answers.
  return new Trouble(code === "unknown_command" ? "not_loaded" : "other", text);
}

// A message at the bottom of the page, as Home Assistant shows its own.
export function notify(element: HTMLElement, message: string): void {
  element.dispatchEvent(new CustomEvent("hass-notification", { detail: { message }, bubbles: true, composed: true }));
}

export function moreInfo(element: HTMLElement, entityId: string): void {
  element.dispatchEvent(new CustomEvent("hass-more-info", { detail: { entityId }, bubbles: true, composed: true }));
}

export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}
