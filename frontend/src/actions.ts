// The buttons Normal, Snooze, Confirm: actions of the integration, with what came of them said.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { act, can, type Hass, notify, troubleOf } from "./hass";
import { shared } from "./look";
import { t } from "./text";

const SCOPES = ["control", "time_of_day", "device", "always"] as const;
const SNOOZES = ["1h", "24h", "until_home"] as const;
type Menu = "scope" | "snooze" | undefined;

export class SgActions extends LitElement {
  static override properties = {
    hass: { attribute: false },
    episodeId: { attribute: false },
    snooze: { type: Boolean },
    snoozed: { attribute: false },
    menu: { state: true },
    busy: { state: true },
  };
  declare hass: Hass;
  // The alarm that Normal and Confirm are about; without one only Snooze is offered.
  declare episodeId: string | undefined;
  declare snooze: boolean;
  // Whether a snooze holds, which can be ended.
  declare snoozed: boolean | undefined;
  declare private menu: Menu;
  declare private busy: boolean;

  override render(): TemplateResult | typeof nothing {
    if (!this.hass) return nothing;
    return html`
      <div class="row">
        ${this.opener("scope", "mdi:check", "actions.normal", !this.episodeId || !can(this.hass, "mark_normal"))}
        ${this.snooze ? this.opener("snooze", "mdi:bell-sleep", "actions.snooze", !can(this.hass, "snooze")) : nothing}
        <button class="pill" ?disabled=${this.busy || !this.episodeId || !can(this.hass, "confirm")}
          @click=${() => this.run("confirm", this.about())}>
          <ha-icon .icon=${"mdi:alert-decagram"}></ha-icon>${t(this.hass, "actions.confirm")}
        </button>
      </div>
      ${this.menu ? this.choices() : nothing}
    `;
  }

  private opener(menu: Menu, icon: string, key: string, disabled: boolean): TemplateResult {
    const open = this.menu === menu;
    return html`<button class="pill" aria-expanded=${open} ?disabled=${this.busy || disabled}
      @click=${() => (this.menu = open ? undefined : menu)}>
      <ha-icon .icon=${icon}></ha-icon>${t(this.hass, key)}
    </button>`;
  }

  private choices(): TemplateResult {
    const scope = this.menu === "scope";
    const group = scope ? "scope" : "snooze";
    return html`<div class="row menu" role="group" aria-label=${t(this.hass, `${group}.title`)}>
      <span class="soft">${t(this.hass, `${group}.title`)}</span>
      ${(scope ? SCOPES : this.snoozed ? [...SNOOZES, "off"] : SNOOZES).map(
        (choice) => html`<button class="pill" ?disabled=${this.busy}
          @click=${() =>
            scope
              ? this.run("mark_normal", { ...this.about(), scope: choice })
              : this.run("snooze", { duration: choice })}>
          ${t(this.hass, `${group}.${choice}`)}
        </button>`,
      )}
    </div>`;
  }

  private about(): Record<string, unknown> {
    return { episode_id: this.episodeId };
  }

  private async run(action: string, data: Record<string, unknown>): Promise<void> {
    this.busy = true;
    try {
      await act(this.hass, action, data);
      notify(this, t(this.hass, `done.${action}`));
      this.dispatchEvent(new CustomEvent("sg-acted", { detail: { action }, bubbles: true, composed: true }));
    } catch (error) {
      notify(this, troubleOf(error).message);
    } finally {
      this.busy = false;
      this.menu = undefined;
    }
  }

  static override styles = [
    shared,
    css`
      :host { display: block; }
      .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
      .menu { margin-top: 8px; padding: 8px 12px; border-radius: 12px; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
    `,
  ];
}
customElements.get("sg-actions") ?? customElements.define("sg-actions", SgActions);
