// The score of the last hours as a line, with the threshold above which an alarm is told.
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";

import type { Hass } from "./hass";
import { shared } from "./look";
import { number, t } from "./text";

export interface Point {
  time: number;
  score: number;
}

const WIDTH = 300;
const HEIGHT = 48;
const MOST_POINTS = 300;

export class SgSpark extends LitElement {
  static override properties = { hass: { attribute: false }, points: { attribute: false }, threshold: { type: Number } };
  declare hass: Hass;
  declare points: Point[];
  declare threshold: number;

  override render(): TemplateResult | typeof nothing {
    const points = thin(this.points ?? [], MOST_POINTS);
    const last = points.at(-1);
    const first = points[0];
    if (!this.hass || !first || !last || points.length < 2) return nothing;
    const low = Math.min(this.threshold - 1, ...points.map((p) => p.score));
    const high = Math.max(this.threshold + 0.5, ...points.map((p) => p.score));
    const x = (time: number): number => ((time - first.time) / Math.max(1, last.time - first.time)) * WIDTH;
    const y = (score: number): number => HEIGHT - 3 - ((score - low) / (high - low)) * (HEIGHT - 6);
    const line = points.map((p) => `${x(p.time).toFixed(1)},${y(p.score).toFixed(1)}`).join(" ");
    const limit = y(this.threshold).toFixed(1);
    const label = t(this.hass, "spark.label", {
      score: number(this.hass, last.score, 1),
      threshold: number(this.hass, this.threshold, 1),
    });
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${svg`
        <clipPath id="above"><rect x="0" y="0" width=${WIDTH} height=${limit}></rect></clipPath>
        <polygon class="area" points="0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}"></polygon>
        <line class="limit" x1="0" x2=${WIDTH} y1=${limit} y2=${limit}></line>
        <polyline class="line" points=${line}></polyline>
        <polyline class="line over" clip-path="url(#above)" points=${line}></polyline>`}
    </svg>`;
  }

  static override styles = [
    shared,
    css`
      :host { display: block; }
      svg { width: 100%; height: 48px; display: block; overflow: visible; }
      .line { fill: none; stroke: var(--sg-usual); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
      .over { stroke: var(--sg-strange); }
      .area { fill: color-mix(in srgb, var(--sg-usual) 12%, transparent); }
      .limit { stroke: var(--sg-strange); stroke-width: 1; stroke-dasharray: 4 4; opacity: 0.7; vector-effect: non-scaling-stroke; }
    `,
  ];
}
customElements.get("sg-spark") ?? customElements.define("sg-spark", SgSpark);

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
