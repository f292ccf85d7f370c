// The window as a strip of behaviors: icon, time, who did it, a loss bar each; "expected instead" of the chosen one.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import type { Hass } from "./hass";
import { ACTORS, iconOf, level, LEVEL_COLORS, MOST_LOSS, shared } from "./look";
import { clock, clockSeconds, clockShort, number, percent, t } from "./text";
import type { WindowRow } from "./types";

export class SgStrip extends LitElement {
  static override properties = { hass: { attribute: false }, rows: { attribute: false }, chosen: { state: true } };
  declare hass: Hass;
  declare rows: WindowRow[];
  declare private chosen: number | undefined;

  override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.rows?.length) return nothing;
    const chosen = this.chosen === undefined ? undefined : this.rows[this.chosen];
    return html`
      <div class="strip" role="listbox" aria-label=${t(this.hass, "strip.label")} @keydown=${this.key}
        @pointerleave=${() => (this.chosen = undefined)}>
        ${this.rows.map((row, i) => this.cell(row, i))}
      </div>
      <div class="detail" id="detail" aria-live="polite">${chosen ? this.detail(chosen) : this.hint()}</div>
    `;
  }

  private cell(row: WindowRow, index: number): TemplateResult {
    const share = Math.min(1, (row.loss ?? 0) / MOST_LOSS);
    const color = LEVEL_COLORS[level(row.loss, row.strange)];
    const focus = index === (this.chosen ?? this.rows.length - 1) ? 0 : -1;
    return html`
      <button class=${row.strange ? "cell strange" : "cell"} role="option" tabindex=${focus}
        aria-selected=${this.chosen === index} aria-label=${this.label(row)} style="--loss-color:${color}"
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
    if (row.loss !== null) parts.push(`${t(this.hass, "strip.loss")} ${number(this.hass, row.loss, 1)}`);
    if (row.strange) parts.push(t(this.hass, "strip.strange"));
    return parts.join(", ");
  }

  private hint(): TemplateResult {
    return html`<span class="soft">${t(this.hass, "strip.hint")}</span>`;
  }

  private detail(row: WindowRow): TemplateResult {
    const who = ACTORS[row.actor] ? ` · ${t(this.hass, `actor.${row.actor}`)}` : "";
    return html`
      <div class="text">${row.text}
        <span class="soft">${clockSeconds(this.hass, row.time)}${who}${row.area ? ` · ${row.area}` : ""}</span>
      </div>
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
      .detail { min-height: 3.2em; padding-top: 8px; }
      .text { font-weight: 500; }
      .text .soft { font-weight: 400; }
      ul { list-style: none; margin: 4px 0 0; padding: 0; display: grid; gap: 4px; }
      li { position: relative; display: flex; justify-content: space-between; gap: 8px; padding: 3px 8px; border-radius: 6px; overflow: hidden; }
      .likely { position: absolute; inset: 0 auto 0 0; background: color-mix(in srgb, var(--sg-usual) 16%, transparent); }
      .what, li .soft { position: relative; }
      .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      @container (max-width: 360px) {
        .strip { grid-template-columns: repeat(5, minmax(0, 1fr)); }
        .bar { height: 30px; }
      }
    `,
  ];
}
customElements.get("sg-strip") ?? customElements.define("sg-strip", SgStrip);
