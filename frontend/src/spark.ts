// The score of the last hours as a line in time, with the threshold above which an alarm is told.
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";

import type { Hass } from "./hass";
import { shared } from "./look";
import type { Point } from "./scores";
import { ago, number, t } from "./text";

const WIDTH = 300;
const HEIGHT = 48;
const MOST_POINTS = 300;
// So far below the threshold, a thousand times as usual, differences mean nothing.
const DEPTH = 3;

export class SgSpark extends LitElement {
  static override properties = {
    hass: { attribute: false },
    points: { attribute: false },
    threshold: { type: Number },
    hours: { type: Number },
  };
  declare hass: Hass;
  declare points: Point[];
  declare threshold: number;
  declare hours: number;

  override render(): TemplateResult | typeof nothing {
    const now = Date.now() / 1000;
    const begin = now - this.hours * 3600;
    const points = thin(current(this.points ?? [], begin), MOST_POINTS);
    const last = points.at(-1);
    if (!this.hass || !last) return nothing;
    const low = this.threshold - DEPTH;
    const high = Math.max(this.threshold + 0.5, ...points.map((p) => p.score));
    const x = (time: number): string => (((time - begin) / (now - begin)) * WIDTH).toFixed(1);
    const y = (score: number): string => (HEIGHT - 3 - (Math.max(0, score - low) / (high - low)) * (HEIGHT - 6)).toFixed(1);
    // A score holds until the next one.
    const line = points.map((p, i) => `${i ? `H${x(p.time)}V` : `M${x(p.time)} `}${y(p.score)}`).join("") + `H${WIDTH}`;
    const first = x(points[0]?.time ?? begin);
    const limit = y(this.threshold);
    const label = t(this.hass, "spark.label", {
      score: number(this.hass, last.score, 1),
      threshold: number(this.hass, this.threshold, 1),
    });
    return html`<div class="row"><span>${t(this.hass, "spark.title")}</span><span class="told">${t(this.hass, "spark.told")}</span></div>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
        ${svg`
          <clipPath id="above"><rect x="0" y="0" width=${WIDTH} height=${limit}></rect></clipPath>
          <path class="area" d="${line}V${HEIGHT}H${first}Z"></path>
          <line class="limit" x1="0" x2=${WIDTH} y1=${limit} y2=${limit}></line>
          <path class="line" d=${line}></path>
          <path class="line over" clip-path="url(#above)" d=${line}></path>`}
      </svg>
      <div class="row"><span>${ago(this.hass, this.hours)}</span><span>${ago(this.hass, 0)}</span></div>`;
  }

  static override styles = [
    shared,
    css`
      :host { display: block; }
      .row { display: flex; justify-content: space-between; gap: 12px; font-size: 11px; color: var(--sg-soft); }
      .told::before {
        content: ""; display: inline-block; width: 18px; margin-inline-end: 6px; vertical-align: middle;
        border-top: 1px dashed var(--sg-strange);
      }
      svg { width: 100%; height: 48px; display: block; margin: 2px 0; }
      .line { fill: none; stroke: var(--sg-usual); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
      .over { stroke: var(--sg-strange); }
      .area { fill: color-mix(in srgb, var(--sg-usual) 12%, transparent); }
      .limit { stroke: var(--sg-strange); stroke-width: 1; stroke-dasharray: 4 4; opacity: 0.7; vector-effect: non-scaling-stroke; }
    `,
  ];
}
customElements.get("sg-spark") ?? customElements.define("sg-spark", SgSpark);

// What holds since before the stretch that is shown begins with it.
function current(points: Point[], begin: number): Point[] {
  const since = points.findLastIndex((p) => p.time <= begin);
  const shown = since < 0 ? points : points.slice(since);
  return shown.map((p) => (p.time < begin ? { ...p, time: begin } : p));
}

// Keeps the highest of each stretch: what is strange must not be thinned away.
export function thin(points: Point[], most: number): Point[] {
  if (points.length <= most) return points;
  const step = points.length / most;
  return Array.from({ length: most }, (_, i) =>
    points
      .slice(Math.floor(i * step), Math.max(Math.floor(i * step) + 1, Math.floor((i + 1) * step)))
      .reduce((a, b) => (b.score > a.score ? b : a)),
  );
}
