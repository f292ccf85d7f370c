// Model: versions, data, losses, the budget against reality, and a back-test of what each budget would have raised.
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";

import { act, ask, can, type Hass, notify, type Trouble, troubleOf } from "./hass";
import { MOST_LOSS, shared } from "./look";
import { sheet } from "./sheet";
import { dayClock, nats, number, t } from "./text";
import { troubleNotice } from "./trouble";
import type { LossRow, ModelState, Status } from "./types";

interface BackTestAlert {
  time: string | number;
  score: number;
  summary?: string;
}

interface BackTest {
  days: number;
  alerts: BackTestAlert[];
}

const DAYS = 10;
const MOST_BUDGET = 7;
const LEAST_BUDGET = 0.1;
const LISTED = 10;
const ABOUT = ["days", "held_out_days", "controls", "devices", "epochs"] as const;

// The score above which at most so many alerts a week are expected.
export const thresholdOf = (alertsPerWeek: number): number => -Math.log10(alertsPerWeek);

export class SgModel extends LitElement {
  static override properties = {
    hass: { attribute: false },
    status: { attribute: false },
    state: { state: true },
    test: { state: true },
    budget: { state: true },
    busy: { state: true },
    listed: { state: true },
    trouble: { state: true },
  };
  declare hass: Hass;
  declare status: Status;
  declare private state: ModelState | undefined;
  declare private test: BackTest | undefined;
  declare private budget: number;
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
      this.budget ??= this.state.budget;
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }

  // One replay with the largest budget tells all: a smaller budget keeps the alerts above its threshold.
  private async backTest(): Promise<void> {
    this.busy = true;
    try {
      const answer = await act(this.hass, "backtest", { days: DAYS, alerts_per_week: MOST_BUDGET });
      this.test = { days: Number(answer.days ?? DAYS), alerts: (answer.alerts ?? []) as BackTestAlert[] };
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
      <p class="soft">${t(hass, "model.reality_help", { budget: number(hass, state.budget, 1), count: number(hass, total), weeks })}</p>
      <svg viewBox="0 0 ${weeks * 60} 140" role="img" aria-label=${t(hass, "model.reality_label", { weeks: state.weeks.join(", ") })}>
        ${state.weeks.map(
          (count, i) => svg`<rect class=${count > state.budget ? "over" : ""} x=${i * 60 + 8} width="44" y=${y(count)} height=${120 - y(count)} rx="5"></rect>
            <text x=${i * 60 + 30} y=${y(count) - 4} text-anchor="middle">${count || ""}</text>
            <text x=${i * 60 + 30} y="136" text-anchor="middle">${i === weeks - 1 ? t(hass, "model.this_week") : `−${weeks - 1 - i}`}</text>`,
        )}
        <line x1="0" x2=${weeks * 60} y1=${y(state.budget)} y2=${y(state.budget)}></line>
      </svg>`;
  }

  private backTesting(hass: Hass): TemplateResult {
    const budget = this.budget ?? 1;
    const value = Math.log(budget / LEAST_BUDGET) / Math.log(MOST_BUDGET / LEAST_BUDGET);
    const shown = number(hass, budget, 1);
    return html`<h2>${t(hass, "model.backtest")}</h2>
      <p class="soft">${t(hass, "model.backtest_help", { days: DAYS })}</p>
      <div class="bar">
        <button class="pill" ?disabled=${this.busy || !can(hass, "backtest") || !this.status.last_trained} @click=${this.backTest}>
          <ha-icon .icon=${"mdi:history"}></ha-icon>${t(hass, this.busy ? "model.backtest_runs" : "model.backtest_run")}
        </button>
        <input type="range" min="0" max="1" step="0.01" ?disabled=${!this.test} .value=${String(value)} aria-label=${t(hass, "model.budget")}
          aria-valuetext=${t(hass, "model.a_week", { count: shown })}
          @input=${(event: Event) =>
            (this.budget = LEAST_BUDGET * (MOST_BUDGET / LEAST_BUDGET) ** Number((event.target as HTMLInputElement).value))} />
        <span class="num">${t(hass, "model.a_week", { count: shown })}</span>
      </div>
      ${this.test ? this.raised(hass, this.test, budget) : html`<p class="soft">${t(hass, "model.backtest_first")}</p>`}`;
  }

  private raised(hass: Hass, test: BackTest, budget: number): TemplateResult {
    const alerts = test.alerts.filter((alert) => alert.score > thresholdOf(budget));
    return html`<p aria-live="polite"><b>${t(hass, "model.raised", { count: alerts.length, days: number(hass, test.days) })}</b></p>
      <ul class="list">
        ${alerts.map(
          (alert) => html`<li class="item">
            <span class="num soft">${dayClock(hass, typeof alert.time === "number" ? alert.time : Date.parse(alert.time) / 1000)}</span>
            <span class="text">${alert.summary ?? ""}</span><span class="num soft">${number(hass, alert.score, 1)}</span>
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
      input[type="range"] {
        appearance: none; flex: 1; min-width: 140px; height: 20px; margin: 0; background: none; cursor: pointer;
        --track: linear-gradient(var(--sg-line), var(--sg-line)) center / 100% 4px no-repeat;
      }
      input[type="range"]:disabled { opacity: 0.45; cursor: default; }
      input[type="range"]::-webkit-slider-runnable-track { height: 20px; background: var(--track); }
      input[type="range"]::-moz-range-track { height: 4px; background: var(--sg-line); }
      input[type="range"]::-webkit-slider-thumb {
        appearance: none; width: 20px; height: 20px; border-radius: 50%; background: var(--sg-usual);
      }
      input[type="range"]::-moz-range-thumb { width: 20px; height: 20px; border: none; background: var(--sg-usual); }
      .pill { margin-top: 8px; }
      .bar .pill { margin-top: 0; }
      .item { padding: 6px 0; }
      svg { max-width: 520px; }
      .loss { height: 5px; border-radius: 3px; margin-top: 3px; min-width: 3px; background: var(--sg-usual); }
    `,
  ];
}
customElements.get("sg-model") ?? customElements.define("sg-model", SgModel);
