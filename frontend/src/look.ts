// Icons, colors and the styles that card and panel share; colors are the theme's.
import { css } from "lit";

import type { Hass } from "./hass";
import type { Thing } from "./types";

const ICONS: Record<string, string> = {
  alarm_control_panel: "mdi:shield-home", binary_sensor: "mdi:radiobox-marked", button: "mdi:gesture-tap-button",
  camera: "mdi:video", climate: "mdi:thermostat", cover: "mdi:window-shutter", device_tracker: "mdi:account",
  event: "mdi:gesture-tap", fan: "mdi:fan", humidifier: "mdi:air-humidifier", input_boolean: "mdi:toggle-switch-outline",
  input_button: "mdi:gesture-tap-button", lawn_mower: "mdi:robot-mower", light: "mdi:lightbulb", lock: "mdi:lock",
  media_player: "mdi:cast", person: "mdi:account", remote: "mdi:remote", scene: "mdi:palette", script: "mdi:script-text",
  select: "mdi:format-list-bulleted", siren: "mdi:bullhorn", switch: "mdi:toggle-switch-variant",
  vacuum: "mdi:robot-vacuum", valve: "mdi:pipe-valve", water_heater: "mdi:water-boiler",
};
const CLASSES: Record<string, string> = {
  door: "mdi:door", garage_door: "mdi:garage", window: "mdi:window-closed-variant", opening: "mdi:square-outline",
  motion: "mdi:motion-sensor", occupancy: "mdi:home-account", presence: "mdi:home-account", smoke: "mdi:smoke-detector",
  moisture: "mdi:water-alert", vibration: "mdi:vibrate", outlet: "mdi:power-socket-eu", tv: "mdi:television",
  speaker: "mdi:speaker", blind: "mdi:blinds", garage: "mdi:garage", shutter: "mdi:window-shutter", gas: "mdi:valve",
  water: "mdi:pipe-valve", doorbell: "mdi:doorbell", lock: "mdi:lock",
};
export const ACTORS: Record<string, string> = {
  person: "mdi:account", automation: "mdi:robot", device: "mdi:hand-back-right",
};

export function iconOf(hass: Hass, thing: Thing): string {
  if (thing.entity_id === null) return "mdi:help-circle-outline";
  const attributes = hass.states[thing.entity_id]?.attributes ?? {};
  if (typeof attributes.icon === "string") return attributes.icon;
  const known = CLASSES[String(attributes.device_class)];
  return known ?? ICONS[thing.entity_id.split(".")[0] ?? ""] ?? "mdi:circle-medium";
}

// What the eye is told: usual; hardly expected, less than once of e⁵ (150) times, which happens every day; and what an
// alarm spoke of, which alone is red.
export type Level = 0 | 1 | 2;
const HARDLY = 5;
export const MOST_LOSS = 6;

// The loss that fills a bar: of bars side by side none may be cut off, or all that is strange looks alike.
export const fullBar = (losses: (number | null)[]): number => Math.max(MOST_LOSS, ...losses.map((loss) => loss ?? 0));

export function level(loss: number | null, strange: boolean): Level {
  if (strange) return 2;
  return loss === null || loss < HARDLY ? 0 : 1;
}

// The color of a behavior; one that nobody judged has none.
export const colorOf = (row: { loss: number | null; strange: boolean }): string =>
  row.loss === null && !row.strange ? "var(--sg-soft)" : LEVEL_COLORS[level(row.loss, row.strange)];

export const LEVEL_COLORS = [
  "var(--sg-usual)",
  "var(--sg-uncommon)",
  "var(--sg-strange)",
] as const;

export const shared = css`
  :host {
    --sg-usual: var(--primary-color, #03a9f4);
    --sg-uncommon: var(--warning-color, #ffa600);
    --sg-strange: var(--error-color, #db4437);
    --sg-line: var(--divider-color, rgba(0, 0, 0, 0.12));
    --sg-soft: var(--secondary-text-color, #727272);
    color: var(--primary-text-color, #212121);
    font-family: var(--ha-font-family-body, var(--paper-font-body1_-_font-family, Roboto, sans-serif));
    font-size: 14px;
    line-height: 1.4;
  }
  :focus-visible { outline: 2px solid var(--sg-usual); outline-offset: 2px; }
  button {
    font: inherit; color: inherit; cursor: pointer; border: none; background: none; padding: 0;
  }
  .soft { color: var(--sg-soft); }
  .pill {
    display: inline-flex; align-items: center; gap: 6px; min-height: 36px; padding: 0 14px; border-radius: 18px;
    background: color-mix(in srgb, var(--sg-usual) 14%, transparent); color: var(--primary-text-color);
    font-weight: 500; --mdc-icon-size: 18px; transition: background 0.15s;
  }
  .pill:hover:not(:disabled) { background: color-mix(in srgb, var(--sg-usual) 26%, transparent); }
  .pill:disabled { opacity: 0.45; cursor: default; }
  .pill[aria-pressed="true"], .pill[aria-expanded="true"] {
    background: var(--sg-usual); color: var(--text-primary-color, #fff);
  }
  .link { color: var(--sg-usual); text-decoration: underline; text-underline-offset: 2px; }
  .notice { display: flex; gap: 12px; align-items: center; padding: 12px 0; color: var(--sg-soft); }
  .visually-hidden {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
`;
