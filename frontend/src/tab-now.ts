// Now: the day by room, with what is strange marked, and the present window.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import "./day-chart";
import { ask, type Hass, type Trouble, troubleOf } from "./hass";
import { ACTORS, colorOf, iconOf, shared } from "./look";
import { sheet } from "./sheet";
import "./strip";
import { clockSeconds, day, dayStart, nats, number, t } from "./text";
import { notice, troubleNotice } from "./trouble";
import type { BehaviorRow, Explanation, Status, TimelinePage } from "./types";

const PAGE = 500;
const MOST_PAGES = 40;
const LISTED = 30;
const SETTLE_MS = 500;
const HALF_DAY = 43_200;

export class SgNow extends LitElement {
  static override properties = {
    hass: { attribute: false },
    status: { attribute: false },
    start: { state: true },
    rows: { state: true },
    view: { state: true },
    listed: { state: true },
    trouble: { state: true },
    busy: { state: true },
    strange: { state: true },
  };
  declare hass: Hass;
  declare status: Status;
  declare private start: number;
  declare private rows: BehaviorRow[];
  declare private view: Explanation | undefined;
  declare private listed: number;
  declare private trouble: Trouble | undefined;
  declare private busy: boolean;
  // Whether only what is unusual is listed.
  declare private strange: boolean;
  private wait?: ReturnType<typeof setTimeout>;
  private arrived: BehaviorRow[] = [];
  private request = 0;

  constructor() {
    super();
    this.rows = [];
    this.listed = LISTED;
    this.start = 0;
    this.busy = true;
    this.strange = false;
  }

  private get today(): number {
    return dayStart(this.hass.config.time_zone, Date.now() / 1000);
  }

  private get end(): number {
    return dayStart(this.hass.config.time_zone, this.start + 86_400 + HALF_DAY / 2);
  }

  override firstUpdated(): void {
    this.show(this.today);
  }

  // A history that was read, or judged by a new model, is there all at once.
  override updated(changed: Map<string, unknown>): void {
    const before = changed.get("status") as Status | undefined;
    if (before && (before.status !== this.status.status || before.last_trained !== this.status.last_trained)) {
      this.reload();
      void this.look();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.wait);
    this.wait = undefined;
  }

  reload(): void {
    if (this.start) void this.load();
  }

  // A behavior that was judged just now; a burst of them is drawn once.
  add(row: BehaviorRow): void {
    this.arrived.push(row);
    this.wait ??= setTimeout(() => {
      this.wait = undefined;
      const here = this.arrived.filter((r) => r.time >= this.start && r.time < this.end);
      this.arrived = [];
      const known = new Set(here.map(identity));
      this.rows = [...here.reverse(), ...this.rows.filter((r) => !known.has(identity(r)))];
      void this.look();
    }, SETTLE_MS);
  }

  private show(start: number): void {
    this.start = start;
    this.rows = [];
    this.listed = LISTED;
    void this.load();
    void this.look();
  }

  private async load(): Promise<void> {
    const request = ++this.request;
    const [start, end] = [this.start, this.end];
    this.busy = true;
    const rows: BehaviorRow[] = [];
    try {
      let before: number[] | null = null;
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer: TimelinePage = await ask<TimelinePage>(this.hass, "timeline", {
          start, end, limit: PAGE, ...(before ? { before } : {}),
        });
        if (request !== this.request) return;
        rows.push(...answer.rows);
        before = answer.next;
        if (!before) break;
      }
      this.rows = rows;
      this.trouble = undefined;
    } catch (error) {
      // What is shown stays when it could not be read anew.
      if (!this.rows.length) this.trouble = troubleOf(error);
    }
    this.busy = false;
  }

  private async look(): Promise<void> {
    this.view = await ask<Explanation>(this.hass, "explain").catch(() => this.view);
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass || !this.start) return nothing;
    if (this.trouble) return troubleNotice(hass, this.trouble);
    const strange = this.rows.filter((row) => row.strange).length;
    const judged = this.rows.some((row) => row.loss !== null);
    return html`<div class="grid">
      <section class="paper">
        <div class="bar">
          <button class="pill round" aria-label=${t(hass, "now.earlier")}
            @click=${() => this.show(dayStart(hass.config.time_zone, this.start - HALF_DAY))}>
            <ha-icon .icon=${"mdi:chevron-left"}></ha-icon>
          </button>
          <button class="pill round" aria-label=${t(hass, "now.later")} ?disabled=${this.start >= this.today}
            @click=${() => this.show(this.end)}><ha-icon .icon=${"mdi:chevron-right"}></ha-icon></button>
          <h2>${day(hass, this.start)}</h2>
          <span class="soft num">${t(hass, "now.count", { count: number(hass, this.rows.length), strange: number(hass, strange) })}</span>
        </div>
        ${this.rows.length
          ? html`<sg-day .hass=${hass} .rows=${this.rows} .start=${this.start} .end=${this.end}></sg-day>
              ${judged || !this.status.last_trained ? nothing : html`<p class="soft">${t(hass, "now.not_judged")}</p>`}`
          : this.busy
            ? html`<div class="notice">${t(hass, "state.loading")}</div>`
            : notice(hass, "empty")}
      </section>
      ${this.view?.rows.length
        ? html`<section class="paper">
            <h2>${t(hass, "now.window")}</h2>
            <p class="soft">${t(hass, "now.window_help")}</p>
            <sg-strip inline .hass=${hass} .rows=${this.view.rows} .first=${this.view.rows.length - 1}></sg-strip>
          </section>`
        : nothing}
      ${this.rows.length ? html`<section class="paper">${this.list(hass)}</section>` : nothing}
    </div>`;
  }

  private list(hass: Hass): TemplateResult {
    const rows = this.strange ? this.rows.filter((row) => row.strange) : this.rows;
    return html`<div class="bar">
        <h2>${t(hass, "now.list")}</h2>
        <button class="pill" aria-pressed=${this.strange} @click=${() => (this.strange = !this.strange)}>${t(hass, "now.only_strange")}</button>
      </div>
      ${rows.length ? nothing : notice(hass, "no_alarms")}
      <ul class="list">${rows.slice(0, this.listed).map((row) => this.item(hass, row))}</ul>
      ${this.listed < rows.length
        ? html`<button class="pill" @click=${() => (this.listed += 100)}>${t(hass, "now.more")}</button>`
        : nothing}`;
  }

  private item(hass: Hass, row: BehaviorRow): TemplateResult {
    const facts = [
      ...(row.area ? [row.area] : []),
      ...(ACTORS[row.actor] ? [t(hass, `actor.${row.actor}`)] : []),
      ...(row.loss === null ? [] : [`${t(hass, "strip.loss")} ${nats(hass, row.loss)}`]),
      ...(row.entity_id === null ? [t(hass, "now.gone")] : []),
    ];
    return html`<li class="item">
      <span class="num soft">${clockSeconds(hass, row.time)}</span>
      <span class="text"><ha-icon .icon=${iconOf(hass, row)} style="color:${colorOf(row)}"></ha-icon>
        <span>${row.text} <span class="soft">${facts.join(" · ")}</span></span></span>
      ${row.strange ? html`<b class="bad">${t(hass, "strip.strange")}</b>` : html`<span></span>`}
    </li>`;
  }

  static override styles = [
    shared,
    sheet,
    css`
      .item { padding: 6px 0; }
      .text { display: flex; gap: 10px; }
      ha-icon { flex: none; }
      h2 { margin: 0; }
      .round { padding: 0 9px; }
      section > h2 { margin-bottom: 4px; }
    `,
  ];
}
customElements.get("sg-now") ?? customElements.define("sg-now", SgNow);

const identity = (row: BehaviorRow): string => `${row.time}|${row.entity}|${row.control}`;
