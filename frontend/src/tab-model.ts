// Model: versions, data, losses, the budget against reality, and a back-test of what each budget would have raised.
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";

import { act, ask, type Hass, notify, type Trouble, troubleOf } from "./hass";
import { MOST_LOSS, shared } from "./look";
import { sheet } from "./sheet";
import { dayClock, nats, number, percent, t } from "./text";
import { troubleNotice } from "./trouble";
import type { AlarmRow, BackTest, LossRow, ModelState, Status } from "./types";

const DAYS = 10;
const LISTED = 10;
const ABOUT = ["days", "held_out_days", "controls", "devices", "epochs"] as const;

export class SgModel extends LitElement {
  static override properties = {
    hass: { attribute: false },
    status: { attribute: false },
    state: { state: true },
    test: { state: true },
    rung: { state: true },
    busy: { state: true },
    listed: { state: true },
    trouble: { state: true },
  };
  declare hass: Hass;
  declare status: Status;
  declare private state: ModelState | undefined;
  declare private test: BackTest | undefined;
  declare private rung: number;
  declare private busy: boolean;
  declare private listed: number;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    this.listed = LISTED;
  }

  override firstUpdated(): void {
    void this.load();
  }

  override updated(changed: Map<string, unknown>): void {
    const before = changed.get("status") as Status | undefined;
    if (before && (before.last_trained !== this.status.last_trained || before.budget !== this.status.budget)) void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.state = await ask<ModelState>(this.hass, "model");
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }

  // Each budget tells in its own way, so what each would have told is asked for; the slider begins at the present one.
  private async backTest(): Promise<void> {
    this.busy = true;
    try {
      this.test = await ask<BackTest>(this.hass, "backtest", { days: DAYS });
      this.rung = this.test.rows.findIndex((row) => row.budget === this.test?.budget);
    } catch (error) {
      notify(this, troubleOf(error).message);
    }
    this.busy = false;
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass) return nothing;
    if (this.trouble) return troubleNotice(hass, this.trouble);
    if (!this.state) return html`<div class="notice">${t(hass, "state.loading")}</div>`;
    return html`<div class="columns">
      <section class="paper">${this.reality(hass, this.state)}</section>
      <section class="paper">${this.backTesting(hass)}</section>
      <section class="paper">${this.versions(hass, this.state)}</section>
      <section class="paper">${this.data(hass, this.state)}</section>
      ${this.state.losses.length ? html`<section class="paper">${this.losses(hass, this.state.losses)}</section>` : nothing}
    </div>`;
  }

  private reality(hass: Hass, state: ModelState): TemplateResult {
    const most = Math.max(2, state.budget * 1.2, ...state.weeks);
    const y = (count: number): number => 120 - (100 * count) / most;
    const weeks = state.weeks.length;
    const total = state.weeks.reduce((a, b) => a + b, 0);
    return html`<h2>${t(hass, "model.reality")}</h2>
      <p class="soft">${t(hass, "model.reality_help", { budget: number(hass, state.budget, 2), count: number(hass, total), weeks })}</p>
      ${state.expected_at_least === null || state.expected_at_most === null
        ? nothing
        : html`<p class="soft">${t(hass, "model.expected", { least: number(hass, state.expected_at_least, 1), most: number(hass, state.expected_at_most, 1) })}</p>`}
      <svg viewBox="0 0 ${weeks * 60} 140" role="img" aria-label=${t(hass, "model.reality_label", { weeks: state.weeks.join(", ") })}>
        ${state.weeks.map(
          (count, i) => svg`<rect class=${count > state.budget ? "over" : ""} x=${i * 60 + 8} width="44" y=${y(count)} height=${120 - y(count)} rx="5"></rect>
            <text x=${i * 60 + 30} y=${y(count) - 4} text-anchor="middle">${count || ""}</text>
            <text x=${i * 60 + 30} y="136" text-anchor="middle">${i === weeks - 1 ? t(hass, "model.this_week") : `−${weeks - 1 - i}`}</text>`,
        )}
        <line x1="0" x2=${weeks * 60} y1=${y(state.budget)} y2=${y(state.budget)}></line>
      </svg>
      <p>${this.falseAlarms(hass, state)}</p>`;
  }

  private falseAlarms(hass: Hass, { false_alarms: count, judged }: ModelState): string {
    if (!judged) return t(hass, "model.nothing_judged");
    return t(hass, "model.false_alarms", { count: number(hass, count), judged: number(hass, judged), share: percent(hass, count / judged) });
  }

  private backTesting(hass: Hass): TemplateResult {
    return html`<h2>${t(hass, "model.backtest")}</h2>
      <p class="soft">${t(hass, "model.backtest_help", { days: DAYS })}</p>
      <div class="bar">
        <button class="pill" ?disabled=${this.busy || !this.status.last_trained} @click=${this.backTest}>
          <ha-icon .icon=${"mdi:history"}></ha-icon>${t(hass, this.busy ? "model.backtest_runs" : "model.backtest_run")}
        </button>
        ${this.test ? this.ladder(hass, this.test) : nothing}
      </div>
      ${this.test ? this.raised(hass, this.test) : html`<p class="soft">${t(hass, "model.backtest_first")}</p>`}`;
  }

  private ladder(hass: Hass, test: BackTest): TemplateResult {
    const shown = (budget: number): string => number(hass, budget, 2);
    return html`<div class="ladder">
        <input type="range" min="0" max=${test.rows.length - 1} .value=${String(this.rung)} aria-label=${t(hass, "model.budget")}
          aria-valuetext=${this.aWeek(hass, test)} @input=${(event: Event) => (this.rung = Number((event.target as HTMLInputElement).value))} />
        <div class="rungs" aria-hidden="true">
          ${test.rows.map((row, i) => html`<span class=${i === this.rung ? "on" : ""}>${shown(row.budget)}</span>`)}
        </div>
      </div>
      <span class="num">${this.aWeek(hass, test)}</span>`;
  }

  private aWeek(hass: Hass, test: BackTest): string {
    return t(hass, "model.a_week", { count: number(hass, test.rows[this.rung]?.budget ?? test.budget, 2) });
  }

  private raised(hass: Hass, test: BackTest): TemplateResult {
    const alarms: AlarmRow[] = test.rows[this.rung]?.alarms ?? [];
    return html`<p aria-live="polite"><b>${t(hass, "model.raised", { count: alarms.length, days: number(hass, test.days) })}</b></p>
      <ul class="list">
        ${alarms.map(
          (alarm) => html`<li class="item">
            <span class="num soft when">${dayClock(hass, alarm.start)}</span>
            <span class="text">${alarm.summary}</span><span class="num soft">${number(hass, alarm.score, 1)}</span>
          </li>`,
        )}
      </ul>`;
  }

  private versions(hass: Hass, state: ModelState): TemplateResult {
    return html`<h2>${t(hass, "model.versions")}</h2>
      ${state.versions.length
        ? html`<table>
            <thead><tr><th>${t(hass, "model.version")}</th><th>${t(hass, "model.trained")}</th><th>${t(hass, "model.behaviors")}</th><th></th></tr></thead>
            <tbody>
              ${state.versions.map(
                (v) => html`<tr>
                  <td class="num">${v.name}</td><td>${dayClock(hass, v.trained)}</td><td class="num">${number(hass, v.behaviors)}</td>
                  <td>${v.in_use
                    ? html`<b>${t(hass, "model.in_use")}</b>`
                    : html`<button class="pill" ?disabled=${this.busy} @click=${() => this.use(v.name)}>${t(hass, "model.use")}</button>`}</td>
                </tr>`,
              )}
            </tbody>
          </table>`
        : html`<p class="soft">${t(hass, "state.no_model")}</p>`}`;
  }

  private async use(version: string): Promise<void> {
    this.busy = true;
    try {
      await act(this.hass, "roll_back", { version });
      notify(this, t(this.hass, "done.roll_back"));
    } catch (error) {
      notify(this, troubleOf(error).message);
    }
    this.busy = false;
    await this.load();
  }

  private data(hass: Hass, state: ModelState): TemplateResult {
    const facts: [string, string][] = [
      ["stored", number(hass, state.behaviors)],
      ["oldest", state.oldest === null ? "–" : dayClock(hass, state.oldest)],
      ["newest", state.newest === null ? "–" : dayClock(hass, state.newest)],
      ["parameters", state.parameters === null ? "–" : number(hass, state.parameters)],
      ...ABOUT.filter((key) => typeof state.about[key] === "number").map(
        (key): [string, string] => [key, number(hass, state.about[key] as number, 2)],
      ),
    ];
    return html`<h2>${t(hass, "model.data")}</h2>
      <table><tbody>${facts.map(([key, value]) => html`<tr><th scope="row">${t(hass, `model.${key}`)}</th><td class="num">${value}</td></tr>`)}</tbody></table>`;
  }

  private losses(hass: Hass, rows: LossRow[]): TemplateResult {
    return html`<h2>${t(hass, "model.losses")}</h2>
      <p class="soft">${t(hass, "model.losses_help")}</p>
      <table>
        <thead><tr><th>${t(hass, "model.device")}</th><th>${t(hass, "model.mean")}</th><th>${t(hass, "model.most")}</th><th>${t(hass, "model.behaviors")}</th></tr></thead>
        <tbody>
          ${rows.slice(0, this.listed).map(
            (row) => html`<tr>
              <td>${row.device}<div class="loss" style="width:${Math.min(100, (100 * row.mean) / MOST_LOSS).toFixed(0)}%"></div></td>
              <td class="num">${nats(hass, row.mean)}</td><td class="num">${nats(hass, row.most)}</td>
              <td class="num">${number(hass, row.judged)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${rows.length > this.listed
        ? html`<button class="pill" @click=${() => (this.listed = rows.length)}>${t(hass, "now.more")}</button>`
        : nothing}`;
  }

  static override styles = [
    shared,
    sheet,
    css`
      .columns { columns: 2 420px; column-gap: 16px; }
      .columns > .paper { break-inside: avoid; margin-bottom: 16px; }
      rect { fill: var(--sg-usual); }
      rect.over { fill: var(--sg-strange); }
      line { stroke: var(--sg-strange); stroke-dasharray: 5 5; stroke-width: 1.5; }
      .ladder { flex: 1; min-width: 220px; }
      .rungs { display: flex; justify-content: space-between; font-size: 11px; color: var(--sg-soft); }
      /* As wide as the thumb, so that each number stands below its place. */
      .rungs span { width: 20px; display: flex; justify-content: center; font-variant-numeric: tabular-nums; }
      .rungs .on { color: inherit; font-weight: 600; }
      input[type="range"] {
        appearance: none; display: block; width: 100%; height: 20px; margin: 0; background: none; cursor: pointer;
        --track: linear-gradient(var(--sg-line), var(--sg-line)) center / 100% 4px no-repeat;
      }
      input[type="range"]::-webkit-slider-runnable-track { height: 20px; background: var(--track); }
      input[type="range"]::-moz-range-track { height: 4px; background: var(--sg-line); }
      input[type="range"]::-webkit-slider-thumb {
        appearance: none; width: 20px; height: 20px; border-radius: 50%; background: var(--sg-usual);
      }
      input[type="range"]::-moz-range-thumb { width: 20px; height: 20px; border: none; background: var(--sg-usual); }
      .pill { margin-top: 8px; }
      .bar .pill { margin-top: 0; }
      .item { padding: 6px 0; }
      @media (max-width: 500px) {
        .item { grid-template-columns: minmax(0, 1fr) auto; gap: 0 12px; }
        .item .when { grid-column: 1 / -1; text-align: start; }
      }
      svg { max-width: 520px; margin-bottom: 8px; }
      .loss { height: 5px; border-radius: 3px; margin-top: 3px; min-width: 3px; background: var(--sg-usual); }
    `,
  ];
}
customElements.get("sg-model") ?? customElements.define("sg-model", SgModel);
