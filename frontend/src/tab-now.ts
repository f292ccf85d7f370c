// Now: the day by room, with what is strange marked, and the present window.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import "./day-chart";
import { ask, type Hass, type Trouble, troubleOf } from "./hass";
import { ACTORS, iconOf, level, LEVEL_COLORS, shared } from "./look";
import { sheet } from "./sheet";
import "./strip";
import { clockSeconds, day, dayStart, number, t } from "./text";
import { notice, troubleNotice } from "./trouble";
import type { BehaviorRow, Explanation, TimelinePage } from "./types";

const PAGE = 500;
const MOST_PAGES = 40;
const LISTED = 30;
const SETTLE_MS = 500;
const HALF_DAY = 43_200;

export class SgNow extends LitElement {
  static override properties = {
    hass: { attribute: false },
    narrow: { type: Boolean },
    start: { state: true },
    rows: { state: true },
    view: { state: true },
    listed: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  declare hass: Hass;
  declare narrow: boolean;
  declare private start: number;
  declare private rows: BehaviorRow[];
  declare private view: Explanation | undefined;
  declare private listed: number;
  declare private trouble: Trouble | undefined;
  declare private busy: boolean;
  private wait?: ReturnType<typeof setTimeout>;
  private arrived: BehaviorRow[] = [];
  private request = 0;

  constructor() {
    super();
    this.rows = [];
    this.listed = LISTED;
    this.start = 0;
    this.busy = true;
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
      this.trouble = troubleOf(error);
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
          ? html`<sg-day .hass=${hass} .rows=${this.rows} .start=${this.start} .end=${this.end}></sg-day>`
          : this.busy
            ? html`<div class="notice">${t(hass, "state.loading")}</div>`
            : notice(hass, "empty")}
      </section>
      ${this.view?.rows.length
        ? html`<section class="paper">
            <h2>${t(hass, "now.window")}</h2>
            <p class="soft">${t(hass, "now.window_help")}</p>
            <sg-strip .hass=${hass} .rows=${this.view.rows}></sg-strip>
          </section>`
        : nothing}
      ${this.rows.length ? html`<section class="paper"><h2>${t(hass, "now.list")}</h2>${this.list(hass)}</section>` : nothing}
    </div>`;
  }

  private list(hass: Hass): TemplateResult {
    return html`<ul class="list">
        ${this.rows.slice(0, this.listed).map(
          (row) => html`<li class="item">
            <ha-icon .icon=${iconOf(hass, row)} style="color:${LEVEL_COLORS[level(row.loss, row.strange)]}"></ha-icon>
            <span class="text">${row.text}
              <span class="soft">${row.area ?? ""} ${ACTORS[row.actor] ? `· ${t(hass, `actor.${row.actor}`)}` : ""}
                ${row.entity_id === null ? `· ${t(hass, "now.gone")}` : ""}</span></span>
            <span class="num soft">${row.strange ? html`<b class="bad">${t(hass, "strip.strange")}</b> ` : nothing}${clockSeconds(hass, row.time)}</span>
          </li>`,
        )}
      </ul>
      ${this.listed < this.rows.length
        ? html`<button class="pill" @click=${() => (this.listed += 100)}>${t(hass, "now.more")}</button>`
        : nothing}`;
  }

  static override styles = [shared, sheet, css`.item { padding: 6px 0; } h2 { margin: 0; } .round { padding: 0 9px; } section > h2 { margin-bottom: 4px; }`];
}
customElements.get("sg-now") ?? customElements.define("sg-now", SgNow);

const identity = (row: BehaviorRow): string => `${row.time}|${row.entity}|${row.control}`;
