// A clear state for everything that can be wrong: never a blank page, never a stack trace.
import { html, type TemplateResult } from "lit";

import type { Hass, Trouble } from "./hass";
import { t } from "./text";

const ICONS: Record<string, string> = {
  not_loaded: "mdi:power-plug-off", newer: "mdi:update", unreadable: "mdi:file-alert",
  unauthorized: "mdi:account-lock", other: "mdi:alert-circle-outline", lost: "mdi:lan-disconnect",
  no_model: "mdi:school", empty: "mdi:tray",
};

export function notice(hass: Hass, kind: string, detail = ""): TemplateResult {
  return html`<div class="notice" role="status">
    <ha-icon .icon=${ICONS[kind] ?? "mdi:information-outline"}></ha-icon>
    <div>${t(hass, `state.${kind}`)}${detail ? html`<div class="soft">${detail}</div>` : ""}</div>
  </div>`;
}

export function troubleNotice(hass: Hass, trouble: Trouble): TemplateResult {
  if (!hass.connected) return notice(hass, "lost");
  return notice(hass, trouble.kind, trouble.kind === "other" || trouble.kind === "unreadable" ? trouble.message : "");
}
