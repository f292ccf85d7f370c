// The look of the panel's pages: sheets of paper, lists, tables.
import { css, type LitElement } from "lit";

export const sheet = css`
  :host { display: block; }
  .grid { display: grid; gap: 16px; }
  .detail { scroll-margin-top: 56px; }
  .two { grid-template-columns: minmax(280px, 2fr) minmax(0, 3fr); align-items: start; }
  .paper {
    background: var(--ha-card-background, var(--card-background-color, #fff)); border-radius: var(--ha-card-border-radius, 12px);
    border: 1px solid var(--sg-line); padding: 16px; min-width: 0;
  }
  h2 { font-size: 18px; font-weight: 500; margin: 0 0 8px; }
  h3 { font-size: 14px; font-weight: 500; margin: 16px 0 6px; color: var(--sg-soft); }
  p { margin: 0 0 8px; overflow-wrap: anywhere; }
  .bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 12px; }
  .grow { flex: 1; }
  ul.list { list-style: none; margin: 0; padding: 0; display: grid; gap: 2px; }
  .item {
    display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 12px; align-items: center; width: 100%; text-align: start;
    padding: 10px 12px; border-radius: 10px; box-sizing: border-box;
  }
  button.item:hover { background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
  .item[aria-current="true"] { background: color-mix(in srgb, var(--sg-usual) 14%, transparent); }
  .item .text { min-width: 0; overflow-wrap: anywhere; }
  .item .num { text-align: end; }
  .num { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .bad { color: var(--sg-strange); }
  input[type="search"], select {
    font: inherit; color: inherit; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); border: 1px solid transparent;
    border-radius: 18px; height: 36px; padding: 0 14px; box-sizing: border-box; min-width: 0;
  }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: start; font-weight: 500; color: var(--sg-soft); }
  td, th { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--sg-line); vertical-align: top; }
  svg { display: block; width: 100%; }
  svg text { fill: var(--sg-soft); font-size: 11px; font-family: inherit; }
  @media (max-width: 870px) {
    .detail { scroll-margin-top: 56px; }
  .two { grid-template-columns: minmax(0, 1fr); }
    .paper { padding: 12px; }
  }
`;

// Where list and detail are below each other, what was chosen is out of sight: bring it there.
export function reveal(page: LitElement): void {
  const detail = page.renderRoot.querySelector(".detail");
  if (detail && window.matchMedia("(max-width: 870px)").matches) detail.scrollIntoView({ block: "start" });
}
