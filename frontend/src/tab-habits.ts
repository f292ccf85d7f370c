// Habits: when each control is used, by hour, weekday and duration, as in the paper's Figure 11, and what follows it.
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";

import { ask, type Hass, type Trouble, troubleOf } from "./hass";
import { iconOf, shared } from "./look";
import { reveal, sheet } from "./sheet";
import { dayClock, length, nats, number, t, weekday } from "./text";
import { notice, troubleNotice } from "./trouble";
import type { HabitDetail, HabitList, HabitRow } from "./types";

type Order = "uses" | "least" | "name";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const CELL = 24;
const BARS = 12;
const SHOWN = 60;

export class SgHabits extends LitElement {
  static override properties = {
    hass: { attribute: false },
    rows: { state: true },
    order: { state: true },
    wanted: { state: true },
    shown: { state: true },
    chosen: { state: true },
    detail: { state: true },
    trouble: { state: true },
  };
  declare hass: Hass;
  declare private rows: HabitRow[] | undefined;
  declare private order: Order;
  declare private wanted: string;
  declare private shown: number;
  declare private chosen: HabitRow | undefined;
  declare private detail: HabitDetail | undefined;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    this.order = "uses";
    this.wanted = "";
    this.shown = SHOWN;
  }

  override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.rows = (await ask<HabitList>(this.hass, "habits")).rows;
      if (this.rows[0]) await this.choose(this.rows[0]);
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }

  private async choose(row: HabitRow, by?: Event): Promise<void> {
    this.chosen = row;
    try {
      const detail = await ask<HabitDetail>(this.hass, "habit", { entity: row.entity, control: row.control });
      if (this.chosen !== row) return;
      this.detail = detail;
      if (by) void this.updateComplete.then(() => reveal(this));
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }

  private get sorted(): HabitRow[] {
    const wanted = this.wanted.toLowerCase();
    const rows = (this.rows ?? []).filter((r) => `${r.text} ${r.device} ${r.area ?? ""}`.toLowerCase().includes(wanted));
    if (this.order === "least") return rows.sort((a, b) => unknown(b) - unknown(a) || a.uses - b.uses);
    if (this.order === "name") return rows.sort((a, b) => a.text.localeCompare(b.text));
    return rows;
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass) return nothing;
    if (this.trouble) return troubleNotice(hass, this.trouble);
    if (!this.rows) return html`<div class="notice">${t(hass, "state.loading")}</div>`;
    if (!this.rows.length) return notice(hass, "no_habits");
    return html`<div class="grid two">
      <section class="paper">${this.filters(hass)}${this.list(hass)}</section>
      <section class="paper detail" aria-live="polite">${this.chosen ? this.about(hass, this.chosen) : nothing}</section>
    </div>`;
  }

  private filters(hass: Hass): TemplateResult {
    return html`<div class="bar">
      <input type="search" class="grow" placeholder=${t(hass, "habits.search")} aria-label=${t(hass, "habits.search")}
        @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)} />
      <select aria-label=${t(hass, "habits.order")}
        @change=${(event: Event) => (this.order = (event.target as HTMLSelectElement).value as Order)}>
        ${(["uses", "least", "name"] as const).map((order) => html`<option value=${order}>${t(hass, `habits.by_${order}`)}</option>`)}
      </select>
    </div>`;
  }

  private list(hass: Hass): TemplateResult {
    const rows = this.sorted;
    return html`<ul class="list">
        ${rows.slice(0, this.shown).map(
          (row) => html`<li>
            <button class="item" aria-current=${row === this.chosen} @click=${(event: Event) => this.choose(row, event)}>
              <ha-icon class="soft" .icon=${iconOf(hass, row)}></ha-icon>
              <span class="text">${row.text}${this.clock(row)}</span>
              <span class="num soft">${number(hass, row.uses)}×${this.learned(hass, row)}</span>
            </button>
          </li>`,
        )}
      </ul>
      ${rows.length > this.shown
        ? html`<button class="pill" @click=${() => (this.shown += SHOWN)}>${t(hass, "now.more")}</button>`
        : nothing}`;
  }

  // What the order is by: how hard it is to expect, or that it is too rare to be expected at all.
  private learned(hass: Hass, row: HabitRow): TemplateResult | typeof nothing {
    if (row.weight === 0) return html`<br /><b>${t(hass, "habits.rare")}</b>`;
    if (this.order !== "least" || row.loss === null) return nothing;
    return html`<br />${t(hass, "strip.loss")} ${nats(hass, row.loss)}`;
  }

  private clock(row: HabitRow): TemplateResult {
    const most = Math.max(1, ...row.hours);
    return html`<svg class="hours" viewBox="0 0 240 10" preserveAspectRatio="none" aria-hidden="true">
      ${row.hours.map((n, hour) => svg`<rect x=${hour * 10} width="9" height="10" fill-opacity=${(0.07 + (0.93 * n) / most).toFixed(2)}></rect>`)}
    </svg>`;
  }

  private about(hass: Hass, row: HabitRow): TemplateResult {
    const facts = [
      ...(row.area ? [row.area] : []),
      ...(row.entity_id === null ? [t(hass, "now.gone")] : []),
      t(hass, "habits.uses", { count: number(hass, row.uses) }),
      ...(row.last === null ? [] : [t(hass, "habits.last", { time: dayClock(hass, row.last) })]),
      ...(row.usual === null || row.longest === null
        ? []
        : [t(hass, "habits.lasts", { usual: length(hass, row.usual), longest: length(hass, row.longest) })]),
    ];
    return html`<h2>${row.text}</h2>
      <p class="soft">${facts.join(" · ")}</p>
      ${row.weight === 0
        ? html`<p>${t(hass, "habits.rare_help")}</p>`
        : row.loss === null
          ? nothing
          : html`<p>${t(hass, "habits.loss", { loss: nats(hass, row.loss), count: number(hass, row.judged) })}</p>`}
      ${this.detail ? html`${this.week(hass, this.detail)}${this.onTimes(hass, this.detail)}${this.followers(hass, this.detail)}` : nothing}`;
  }

  private week(hass: Hass, detail: HabitDetail): TemplateResult {
    const most = Math.max(1, ...detail.week.flat());
    const left = 40;
    const label = t(hass, "habits.week_label");
    return html`<h3>${t(hass, "habits.week")}</h3>
      <svg class="week" viewBox="0 0 ${left + 24 * CELL} ${7 * CELL + 20}" role="img" aria-label=${label}>
        ${detail.week.map(
          (hours, d) => svg`<text x="0" y=${d * CELL + 16}>${weekday(hass, d)}</text>
            ${hours.map(
              (n, hour) => svg`<rect x=${left + hour * CELL} y=${d * CELL} width=${CELL - 2} height=${CELL - 2} rx="4"
                fill-opacity=${(0.06 + (0.94 * n) / most).toFixed(2)}><title>${weekday(hass, d)} ${hour}:00 · ${n}</title></rect>`,
            )}`,
        )}
        ${HOURS.filter((hour) => hour % 3 === 0).map((hour) => svg`<text x=${left + hour * CELL} y=${7 * CELL + 14}>${hour}</text>`)}
      </svg>`;
  }

  private onTimes(hass: Hass, detail: HabitDetail): TemplateResult | typeof nothing {
    const times = detail.on_times.filter((seconds) => seconds > 0);
    if (times.length < 3) return nothing;
    const bins = histogram(times, BARS);
    const most = Math.max(...bins.map((bin) => bin.count));
    return html`<h3>${t(hass, "habits.durations")}</h3>
      <svg class="bars" viewBox="0 0 ${BARS * 50} 100" role="img" aria-label=${t(hass, "habits.durations_label")}>
        ${bins.map((bin, i) => {
          const height = (64 * bin.count) / most;
          return svg`<rect x=${i * 50 + 2} y=${72 - height} width="46" height=${height} rx="4"><title>${length(hass, bin.from)} – ${length(hass, bin.to)} · ${bin.count}</title></rect>
            <text x=${i * 50 + 25} y="90" text-anchor="middle">${i % 2 ? "" : length(hass, bin.from)}</text>`;
        })}
      </svg>`;
  }

  private followers(hass: Hass, detail: HabitDetail): TemplateResult | typeof nothing {
    if (!detail.followers.length) return nothing;
    return html`<h3>${t(hass, "habits.followers")}</h3>
      <table>
        <thead><tr><th>${t(hass, "habits.then")}</th><th>${t(hass, "habits.seen")}</th><th>${t(hass, "habits.chance")}</th></tr></thead>
        <tbody>
          ${detail.followers.map(
            (f) => html`<tr><td>${f.text}</td><td class="num">${number(hass, f.seen)}</td><td class="num soft">${number(hass, f.possible, 1)}</td></tr>`,
          )}
        </tbody>
      </table>`;
  }

  static override styles = [
    shared,
    sheet,
    css`
      .hours { height: 8px; margin-top: 4px; }
      rect { fill: var(--sg-usual); }
      .week { max-width: 760px; }
      .bars { max-width: 620px; }
    `,
  ];
}
// How little a control was learned: too rare comes first, then what was hard to expect of late, then what ever was.
const unknown = (row: HabitRow): number => (row.weight === 0 ? Infinity : (row.loss ?? -row.weight));

customElements.get("sg-habits") ?? customElements.define("sg-habits", SgHabits);

export interface Bin {
  from: number;
  to: number;
  count: number;
}

// Durations are spread over magnitudes: bins of equal width in logarithms.
export function histogram(seconds: number[], count: number): Bin[] {
  const logs = seconds.map((s) => Math.log(s));
  const low = Math.min(...logs);
  const width = (Math.max(...logs) - low) / count || 0.1;
  const bins = Array.from({ length: count }, (_, i) => ({
    from: Math.exp(low + i * width), to: Math.exp(low + (i + 1) * width), count: 0,
  }));
  for (const log of logs) {
    const bin = bins[Math.min(count - 1, Math.floor((log - low) / width))];
    if (bin) bin.count++;
  }
  return bins;
}
