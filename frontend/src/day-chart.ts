// A day by room: a tick for each behavior, higher and warmer where it was stranger. A path for each room and level,
// so that thousands of behaviors are a few dozen elements.
import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";

import type { Hass } from "./hass";
import { type Level, level, LEVEL_COLORS, shared } from "./look";
import { sheet } from "./sheet";
import { clockSeconds, hourOnly, nats, number, t } from "./text";
import type { BehaviorRow } from "./types";

const ROW = 34;
const TOP = 20;
const REACH = 14;

export class SgDay extends LitElement {
  static override properties = {
    hass: { attribute: false },
    rows: { attribute: false },
    start: { type: Number },
    end: { type: Number },
    width: { state: true },
    pointed: { state: true },
  };
  declare hass: Hass;
  declare rows: BehaviorRow[];
  declare start: number;
  declare end: number;
  declare private width: number;
  declare private pointed: BehaviorRow | undefined;
  private rooms: string[] = [];
  private byRoom = new Map<string, BehaviorRow[]>();
  private readonly resized = new ResizeObserver(([entry]) => (this.width = Math.round(entry?.contentRect.width ?? 600)));

  constructor() {
    super();
    this.width = 600;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("rows")) return;
    this.byRoom = Map.groupBy(this.rows, (row) => row.area ?? "");
    this.rooms = [...this.byRoom.keys()].sort((a, b) => Number(a === "") - Number(b === "") || a.localeCompare(b));
  }

  private get left(): number {
    return Math.min(150, this.width * 0.28);
  }

  private x(time: number): number {
    return this.left + ((time - this.start) / (this.end - this.start)) * (this.width - this.left - 6);
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.rows.length) return nothing;
    const height = TOP + ROW * this.rooms.length + 4;
    return html`
      <svg height=${height} viewBox="0 0 ${this.width} ${height}" role="img" aria-label=${this.label()}
        @pointermove=${this.point} @pointerdown=${this.point} @pointerleave=${() => (this.pointed = undefined)}>
        ${this.hours(height)}${this.rooms.map((room, i) => this.room(room, TOP + ROW * i))}${this.mark()}
      </svg>
      <div class="told" aria-live="off">${this.pointed ? this.told(this.pointed) : this.legend()}</div>
    `;
  }

  private label(): string {
    const strange = this.rows.filter((row) => row.strange).length;
    return t(this.hass, "now.chart", { count: number(this.hass, this.rows.length), strange: number(this.hass, strange) });
  }

  private hours(height: number): SVGTemplateResult[] {
    const every = this.width < 520 ? 6 : 3;
    return Array.from({ length: 24 / every + 1 }, (_, i) => {
      const time = this.start + i * every * 3600;
      const x = this.x(Math.min(time, this.end)).toFixed(1);
      const anchor = i * every === 24 ? "end" : "middle";
      return svg`<line class="hour" x1=${x} x2=${x} y1=${TOP} y2=${height}></line>
        <text x=${x} y="12" text-anchor=${anchor}>${hourOnly(this.hass, time)}</text>`;
    });
  }

  private room(room: string, y: number): SVGTemplateResult {
    const paths: [string, string, string] = ["", "", ""];
    for (const row of this.byRoom.get(room) ?? []) {
      const is: Level = level(row.loss, row.strange);
      const tall = is === 2 ? 24 : is === 1 ? 18 : 12;
      paths[is] += `M${this.x(row.time).toFixed(1)} ${y + ROW - 6}v-${tall}`;
    }
    const name = room || t(this.hass, "now.no_area");
    const most = Math.max(6, Math.floor(this.left / 7));
    return svg`<line class="base" x1=${this.left} x2=${this.width} y1=${y + ROW - 5} y2=${y + ROW - 5}></line>
      <text class="room" x="0" y=${y + ROW - 12}>${name.length > most ? `${name.slice(0, most - 1)}…` : name}<title>${name}</title></text>
      ${paths.map((d, i) => (d ? svg`<path class="l${i}" d=${d} stroke=${LEVEL_COLORS[i as Level]}></path>` : nothing))}`;
  }

  private mark(): SVGTemplateResult | typeof nothing {
    if (!this.pointed) return nothing;
    const y = TOP + ROW * this.rooms.indexOf(this.pointed.area ?? "");
    return svg`<circle class="mark" cx=${this.x(this.pointed.time)} cy=${y + ROW - 5} r="5"></circle>`;
  }

  private legend(): TemplateResult {
    const words = [t(this.hass, "now.usual"), t(this.hass, "now.uncommon"), t(this.hass, "strip.strange")];
    return html`<span class="soft">${t(this.hass, "now.point")}</span>
      ${words.map((word, i) => html`<span class="key soft" style="--key:${LEVEL_COLORS[i as Level]}">${word}</span>`)}`;
  }

  private told(row: BehaviorRow): TemplateResult {
    const loss = row.loss === null ? "" : ` · ${t(this.hass, "strip.loss")} ${nats(this.hass, row.loss)}`;
    const who = row.actor ? ` · ${t(this.hass, `actor.${row.actor}`)}` : "";
    return html`<b>${clockSeconds(this.hass, row.time)}</b> ${row.text}<span class="soft">${who}${loss}</span>`;
  }

  private point(event: PointerEvent): void {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const scale = this.width / box.width;
    const x = (event.clientX - box.left) * scale;
    const room = this.rooms[Math.floor(((event.clientY - box.top) * scale - TOP) / ROW)];
    const rows = room === undefined ? [] : (this.byRoom.get(room) ?? []);
    let best: BehaviorRow | undefined;
    let distance = REACH;
    for (const row of rows) {
      // What is strange is easier to hit.
      const away = Math.abs(this.x(row.time) - x) - (row.strange ? 4 : 0);
      if (away < distance) [best, distance] = [row, away];
    }
    this.pointed = best;
  }

  static override styles = [
    shared,
    sheet,
    css`
      svg { touch-action: pan-y; overflow: visible; }
      .hour { stroke: var(--sg-line); stroke-width: 1; }
      .base { stroke: var(--sg-line); stroke-width: 1; }
      svg .room { font-size: 13px; fill: var(--primary-text-color); }
      path { stroke-width: 2; stroke-linecap: round; fill: none; opacity: 0.75; }
      .l1 { stroke-width: 2.5; opacity: 0.9; }
      .l2 { stroke-width: 3.5; opacity: 1; }
      .mark { fill: none; stroke: var(--primary-text-color); stroke-width: 2; }
      .told { min-height: 1.6em; padding-top: 8px; }
      .key { display: inline-flex; align-items: center; gap: 6px; margin-inline-start: 14px; white-space: nowrap; }
      .key::before { content: ""; width: 4px; height: 14px; border-radius: 2px; background: var(--key); }
    `,
  ];
}
customElements.get("sg-day") ?? customElements.define("sg-day", SgDay);
