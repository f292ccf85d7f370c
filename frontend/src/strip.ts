// The window as a strip of behaviors: icon, time, who did it, a loss bar each; "expected instead" of the chosen one,
// over what is below, or in a place of its own (`inline`), where `first` is shown until another one is chosen.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import type { Hass } from "./hass";
import { ACTORS, colorOf, fullBar, iconOf, shared } from "./look";
import { clock, clockSeconds, clockShort, nats, percent, t } from "./text";
import type { WindowRow } from "./types";

export class SgStrip extends LitElement {
  static override properties = {
    hass: { attribute: false },
    rows: { attribute: false },
    inline: { type: Boolean, reflect: true },
    first: { attribute: false },
    chosen: { state: true },
  };
  declare hass: Hass;
  declare rows: WindowRow[];
  declare inline: boolean;
  declare first: number | undefined;
  declare private chosen: number | undefined;
  // A finger that touches anything else has chosen something else; not every browser takes the focus away.
  private readonly touched = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.chosen = undefined;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pointerdown", this.touched);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pointerdown", this.touched);
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.rows?.length) return nothing;
    const shown = this.chosen ?? (this.inline ? this.first : undefined);
    const row = shown === undefined ? undefined : this.rows[shown];
    const full = fullBar(this.rows.map((r) => r.loss));
    return html`
      <div class="strip" role="listbox" aria-label=${t(this.hass, "strip.label")} @keydown=${this.key}
        @pointerleave=${() => (this.chosen = undefined)} @focusout=${() => (this.chosen = undefined)}>
        ${this.rows.map((r, i) => this.cell(r, i, full, i === shown))}
      </div>
      <div class="below">
        ${row && !this.inline ? nothing : html`<div class="soft hint">${row ? nothing : t(this.hass, "strip.hint")}</div>`}
        <div class=${row ? "detail" : ""} aria-live="polite">${row ? this.detail(row) : nothing}</div>
      </div>
    `;
  }

  private cell(row: WindowRow, index: number, full: number, shown: boolean): TemplateResult {
    const share = Math.min(1, (row.loss ?? 0) / full);
    const color = colorOf(row);
    const focus = index === (this.chosen ?? this.rows.length - 1) ? 0 : -1;
    return html`
      <button class=${row.strange ? "cell strange" : "cell"} role="option" tabindex=${focus}
        aria-selected=${shown} aria-label=${this.label(row)} style="--loss-color:${color}"
        @click=${() => (this.chosen = index)} @pointerenter=${() => (this.chosen = index)}
        @focus=${() => (this.chosen = index)}>
        <span class="bar"><span style="height:${(row.loss === null ? 0 : 6 + 94 * share).toFixed(0)}%"></span></span>
        <ha-icon class="thing" .icon=${iconOf(this.hass, row)}></ha-icon>
        <span class="time">${clockShort(this.hass, row.time)}</span>
        ${ACTORS[row.actor]
          ? html`<ha-icon class="actor" .icon=${ACTORS[row.actor]}></ha-icon>`
          : html`<span class="actor"></span>`}
      </button>
    `;
  }

  private label(row: WindowRow): string {
    const parts = [clock(this.hass, row.time), row.text];
    if (ACTORS[row.actor]) parts.push(t(this.hass, `actor.${row.actor}`));
    if (row.loss !== null) parts.push(`${t(this.hass, "strip.loss")} ${nats(this.hass, row.loss)}`);
    if (row.strange) parts.push(t(this.hass, "strip.strange"));
    if (row.entity_id === null) parts.push(t(this.hass, "now.gone"));
    return parts.join(", ");
  }

  private detail(row: WindowRow): TemplateResult {
    const facts = [
      clockSeconds(this.hass, row.time),
      ...(ACTORS[row.actor] ? [t(this.hass, `actor.${row.actor}`)] : []),
      ...(row.area ? [row.area] : []),
      ...(row.loss === null ? [] : [`${t(this.hass, "strip.loss")} ${nats(this.hass, row.loss)}`]),
      ...(row.entity_id === null ? [t(this.hass, "now.gone")] : []),
    ];
    return html`
      <div class="text">${row.text} <span class="soft">${facts.join(" · ")}</span></div>
      ${row.expected.length
        ? html`<div class="soft">${t(this.hass, "strip.expected")}</div>
            <ul>
              ${row.expected.map(
                (e) => html`<li>
                  <span class="likely" style="width:${Math.max(2, 100 * e.probability).toFixed(0)}%"></span>
                  <span class="what">${e.text}</span><span class="soft">${percent(this.hass, e.probability)}</span>
                </li>`,
              )}
            </ul>`
        : html`<div class="soft">${t(this.hass, "strip.not_judged")}</div>`}
    `;
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const edge = { Home: 0, End: this.rows.length - 1 }[event.key];
    if (event.key === "Escape") this.chosen = undefined;
    if (step === undefined && edge === undefined) return;
    event.preventDefault();
    const from = this.chosen ?? this.rows.length - 1;
    const to = edge ?? Math.min(this.rows.length - 1, Math.max(0, from + (step ?? 0)));
    this.renderRoot.querySelectorAll<HTMLElement>(".cell")[to]?.focus();
  }

  static override styles = [
    shared,
    css`
      :host { display: block; container-type: inline-size; }
      .strip { display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 4px; }
      .cell {
        display: grid; justify-items: center; gap: 2px; padding: 6px 0 4px; border-radius: 10px; min-width: 0;
        --mdc-icon-size: 20px;
      }
      .cell[aria-selected="true"] { background: color-mix(in srgb, var(--loss-color) 14%, transparent); }
      .bar {
        width: 60%; max-width: 22px; height: 46px; display: flex; align-items: flex-end; border-radius: 5px;
        background: color-mix(in srgb, var(--sg-soft) 12%, transparent); overflow: hidden;
      }
      .bar span { width: 100%; background: var(--loss-color); border-radius: 5px; transition: height 0.3s; }
      .thing { color: var(--loss-color); }
      .strange .thing { color: var(--sg-strange); }
      .time { font-size: 11px; color: var(--sg-soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
      .actor { --mdc-icon-size: 13px; height: 14px; color: var(--sg-soft); opacity: 0.8; }
      .below { position: relative; min-height: 1.4em; padding-top: 6px; }
      .hint:empty { display: none; }
      .detail { padding-top: 2px; }
      :host(:not([inline])) .detail {
        position: absolute; inset: 4px 0 auto; z-index: 3; padding: 10px 12px; border-radius: 12px; pointer-events: none;
        background: var(--ha-card-background, var(--card-background-color, #fff)); border: 1px solid var(--sg-line);
        box-shadow: 0 4px 16px rgba(0, 0, 0, 0.24);
      }
      .text { font-weight: 500; }
      .text .soft { font-weight: 400; }
      ul { list-style: none; margin: 4px 0 0; padding: 0; display: grid; gap: 4px; max-width: 640px; }
      li { position: relative; display: flex; justify-content: space-between; gap: 8px; padding: 3px 8px; border-radius: 6px; overflow: hidden; }
      .likely { position: absolute; inset: 0 auto 0 0; background: color-mix(in srgb, var(--sg-usual) 16%, transparent); }
      .what, li .soft { position: relative; }
      .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      @container (max-width: 360px) {
        .strip { gap: 1px; }
        .time { font-size: 10px; letter-spacing: -0.2px; }
      }
      @container (max-width: 280px) {
        .strip { grid-template-columns: repeat(5, minmax(0, 1fr)); }
        .bar { height: 30px; }
      }
    `,
  ];
}
customElements.get("sg-strip") ?? customElements.define("sg-strip", SgStrip);
