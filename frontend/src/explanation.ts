// Why a window was strange, as in the paper's Figure 10: attention, losses, the events, and what was expected.
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";

import type { Hass } from "./hass";
import { colorOf, fullBar, shared } from "./look";
import { sheet } from "./sheet";
import "./strip";
import { clockSeconds, nats, number, percent, t } from "./text";
import type { Explanation, WindowRow } from "./types";

const CELL = 26;

export class SgExplanation extends LitElement {
  static override properties = { hass: { attribute: false }, view: { attribute: false }, pointed: { state: true } };
  declare hass: Hass;
  declare view: Explanation;
  declare private pointed: [number, number] | undefined;

  override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.view) return nothing;
    const { reasons, rows, attention, version } = this.view;
    return html`
      ${reasons.length > 1 ? this.reasons() : nothing}
      ${rows.length
        ? html`<h3>${t(this.hass, "explain.window")}</h3>
            <sg-strip inline .hass=${this.hass} .rows=${rows} .first=${strangest(rows)}></sg-strip>
            <div class="figure">
              ${attention ? html`<div>${this.map(attention, rows)}</div>` : nothing}
              <div>${this.losses(rows)}</div>
            </div>
            ${version ? html`<p class="soft">${t(this.hass, "explain.by_model", { version })}</p>` : nothing}`
        : nothing}
    `;
  }

  private reasons(): TemplateResult {
    return html`<h3>${t(this.hass, "explain.reasons")}</h3>
      <ul class="list">
        ${this.view.reasons.map(
          (reason) => html`<li class="item">
            <span class="kind">${t(this.hass, `kind.${reason.kind}`)}</span><span class="text">${reason.summary || t(this.hass, "state.no_sentence")}</span>
            <span class="num soft">${number(this.hass, reason.score, 1)}</span>
          </li>`,
        )}
      </ul>`;
  }

  private map(attention: number[][], rows: WindowRow[]): TemplateResult {
    const size = attention.length;
    const most = Math.max(...attention.flat(), 0.01);
    const [i, j] = this.pointed ?? [-1, -1];
    const [from, to] = [rows[i], rows[j]];
    return html`<h3>${t(this.hass, "explain.attention")}</h3>
      <svg class="map" viewBox="0 0 ${(size + 1) * CELL} ${(size + 1) * CELL}" role="img" aria-label=${t(this.hass, "explain.attention_label")}
        @pointerleave=${() => (this.pointed = undefined)}>
        ${attention.map(
          (row, r) => svg`
            <text x=${CELL - 6} y=${(r + 1) * CELL + 17} text-anchor="end" class=${rows[r]?.strange ? "strange" : ""}>${r + 1}</text>
            <text x=${(r + 1.5) * CELL} y=${CELL - 8} text-anchor="middle" class=${rows[r]?.strange ? "strange" : ""}>${r + 1}</text>
            ${row.map(
              (value, c) => svg`<rect x=${(c + 1) * CELL} y=${(r + 1) * CELL} width=${CELL - 2} height=${CELL - 2} rx="4"
                fill-opacity=${(0.06 + 0.94 * (value / most)).toFixed(2)} class=${r === i && c === j ? "on" : ""}
                @pointerenter=${() => (this.pointed = [r, c])}></rect>`,
            )}`,
        )}
      </svg>
      <p class="soft told">${from && to
        ? t(this.hass, "explain.attended", { from: from.text, to: to.text, share: percent(this.hass, attention[i]?.[j] ?? 0) })
        : t(this.hass, "explain.attention_help")}</p>`;
  }

  private losses(rows: WindowRow[]): TemplateResult {
    const full = fullBar(rows.map((row) => row.loss));
    return html`<h3>${t(this.hass, "explain.losses")}</h3>
      <table>
        <thead class="visually-hidden">
          <tr><th>#</th><th>${t(this.hass, "explain.event")}</th><th>${t(this.hass, "strip.loss")}</th></tr>
        </thead>
        <tbody>
          ${rows.map((row, i) => {
            const width = (100 * (row.loss ?? 0)) / full;
            return html`<tr class=${row.strange ? "strange" : ""}>
              <td class="num soft">${i + 1}</td>
              <td>
                <div class="event">${row.text} <span class="soft num">${clockSeconds(this.hass, row.time)}</span></div>
                <div class="loss" style="width:${width.toFixed(0)}%;background:${colorOf(row)}"></div>
              </td>
              <td class="num">${row.loss === null ? "–" : nats(this.hass, row.loss)}</td>
            </tr>`;
          })}
        </tbody>
      </table>`;
  }

  static override styles = [
    shared,
    sheet,
    css`
      :host { container-type: inline-size; }
      .figure { display: grid; grid-template-columns: minmax(220px, 2fr) 3fr; gap: 24px; align-items: start; }
      .map { max-width: 340px; }
      .map rect { fill: var(--sg-usual); }
      .map rect.on { stroke: var(--primary-text-color); stroke-width: 2; }
      svg text.strange, .strange .event { fill: var(--sg-strange); color: var(--sg-strange); font-weight: 500; }
      .told { min-height: 3em; }
      .loss { height: 6px; border-radius: 3px; margin-top: 3px; min-width: 3px; }
      td { padding-block: 5px; }
      .kind { font-weight: 500; min-width: 72px; }
      .item { padding: 6px 0; }
      @container (max-width: 620px) { .figure { grid-template-columns: minmax(0, 1fr); gap: 0; } }
    `,
  ];
}
// What the alarm is about, and of that what was expected least.
function strangest(rows: WindowRow[]): number | undefined {
  const places = rows.map((_, i) => i).filter((i) => rows[i]?.strange);
  return places.sort((a, b) => (rows[b]?.loss ?? 0) - (rows[a]?.loss ?? 0))[0];
}
customElements.get("sg-explanation") ?? customElements.define("sg-explanation", SgExplanation);
