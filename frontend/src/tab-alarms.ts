// Alarms: a list with filters; each opens its explanation, with feedback and its effect.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import "./actions";
import "./explanation";
import { type Feedback, feedbackRows, feedbackText, undo } from "./feedback";
import { ask, type Hass, navigate, type Trouble, troubleOf } from "./hass";
import { shared } from "./look";
import { reveal, sheet } from "./sheet";
import { dayClock, length, number, t } from "./text";
import { notice, troubleNotice } from "./trouble";
import type { AlarmPage, AlarmRow, Explanation } from "./types";

const KINDS = ["sequence", "repetition", "meeting", "moment", "duration", "novelty", "presence"] as const;
const ICONS: Record<string, string> = {
  sequence: "mdi:format-list-numbered", repetition: "mdi:repeat", meeting: "mdi:vector-intersection",
  moment: "mdi:clock-alert", duration: "mdi:timer-sand", novelty: "mdi:new-box", presence: "mdi:bag-suitcase",
  unreadable: "mdi:file-alert",
};
const PAGE = 50;

export class SgAlarms extends LitElement {
  static override properties = {
    hass: { attribute: false },
    chosen: { attribute: false },
    rows: { state: true },
    next: { state: true },
    kind: { state: true },
    wanted: { state: true },
    view: { state: true },
    words: { state: true },
    trouble: { state: true },
    viewTrouble: { state: true },
  };
  declare hass: Hass;
  // The id of the alarm that is open, from the page's address.
  declare chosen: string | undefined;
  declare private rows: AlarmRow[] | undefined;
  declare private next: number | null;
  declare private kind: string;
  declare private wanted: string;
  declare private view: Explanation | undefined;
  declare private words: Feedback[];
  declare private trouble: Trouble | undefined;
  declare private viewTrouble: Trouble | undefined;

  constructor() {
    super();
    this.kind = "";
    this.wanted = "";
    this.next = null;
    this.words = [];
  }

  override firstUpdated(): void {
    this.reload();
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has("chosen")) void this.open();
  }

  reload(): void {
    void this.load();
    void this.open();
  }

  private async load(before?: number): Promise<void> {
    try {
      const page = await ask<AlarmPage>(this.hass, "alarms", {
        limit: PAGE, ...(this.kind ? { kind: this.kind } : {}), ...(before === undefined ? {} : { before }),
      });
      this.rows = before === undefined ? page.rows : [...(this.rows ?? []), ...page.rows];
      this.next = page.next;
      this.trouble = undefined;
    } catch (error) {
      // What is shown stays when it could not be read anew.
      if (!this.rows) this.trouble = troubleOf(error);
    }
  }

  private async open(): Promise<void> {
    const id = this.chosen && decodeURIComponent(this.chosen);
    this.viewTrouble = undefined;
    if (!id) {
      this.view = undefined;
      return;
    }
    const came = this.view?.alarm?.episode_id !== id;
    const [view, words] = await Promise.allSettled([
      ask<Explanation>(this.hass, "explain", { episode_id: id }),
      feedbackRows(this.hass),
    ]);
    this.words = words.status === "fulfilled" ? words.value : [];
    if (view.status === "fulfilled") this.view = view.value;
    else if (came) [this.view, this.viewTrouble] = [undefined, troubleOf(view.reason)];
    if (came) void this.updateComplete.then(() => reveal(this));
  }

  private fits(row: AlarmRow): boolean {
    const text = [sentence(this.hass, row), ...row.things.flatMap((thing) => [thing.name, thing.device, thing.area ?? ""])].join(" ");
    return text.toLowerCase().includes(this.wanted.toLowerCase());
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass) return nothing;
    if (this.trouble) return troubleNotice(hass, this.trouble);
    return html`<div class="grid two">
      <section class="paper">${this.filters(hass)}${this.list(hass)}</section>
      <section class="paper detail" aria-live="polite">${this.detail(hass)}</section>
    </div>`;
  }

  private filters(hass: Hass): TemplateResult {
    return html`<div class="bar">
      <input type="search" class="grow" .value=${this.wanted} placeholder=${t(hass, "alarms.search")} aria-label=${t(hass, "alarms.search")}
        @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)} />
      <select aria-label=${t(hass, "alarms.kind")} @change=${(event: Event) => this.filter((event.target as HTMLSelectElement).value)}>
        <option value="">${t(hass, "alarms.every_kind")}</option>
        ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${t(hass, `kind.${kind}`)}</option>`)}
      </select>
    </div>`;
  }

  private filter(kind: string): void {
    this.kind = kind;
    void this.load();
  }

  private list(hass: Hass): TemplateResult {
    if (!this.rows) return html`<div class="notice">${t(hass, "state.loading")}</div>`;
    const rows = this.rows.filter((row) => this.fits(row));
    if (!rows.length) return notice(hass, "no_alarms");
    return html`<ul class="list">
        ${rows.map(
          (row) => html`<li>
            <button class="item" aria-current=${row.episode_id === this.view?.alarm?.episode_id}
              @click=${() => navigate(`/smartguard/alarms/${encodeURIComponent(row.episode_id)}`)}>
              <ha-icon .icon=${ICONS[row.kind] ?? "mdi:shield-alert"} class=${row.end === null ? "bad" : "soft"}></ha-icon>
              <span class="text">${sentence(hass, row)}<br />
                <span class="soft">${row.start ? `${dayClock(hass, row.start)} · ` : ""}${t(hass, `kind.${row.kind}`)}${row.normal
                  ? ` · ${t(hass, "alarms.normal")}`
                  : ""}</span></span>
              ${row.end === null ? html`<b class="bad">${t(hass, "alarms.open")}</b>` : html`<span></span>`}
            </button>
          </li>`,
        )}
      </ul>
      ${this.next === null
        ? nothing
        : html`<button class="pill" @click=${() => this.load(this.next ?? undefined)}>${t(hass, "now.more")}</button>`}`;
  }

  private detail(hass: Hass): TemplateResult {
    if (this.viewTrouble) return notice(hass, this.viewTrouble.kind === "unreadable" ? "alarm_unreadable" : this.viewTrouble.kind);
    const view = this.view;
    const alarm = view?.alarm;
    if (!view || !alarm) return notice(hass, "choose_alarm");
    const lasted = length(hass, (alarm.end ?? Date.now() / 1000) - alarm.start);
    return html`
      <h2>${sentence(hass, alarm)}</h2>
      <p class="soft">${dayClock(hass, alarm.start)} ·
        ${t(hass, alarm.end === null ? "alarms.lasting" : "alarms.lasted", { length: lasted })} ·
        ${t(hass, "alarms.score", { score: number(hass, alarm.score, 1), threshold: number(hass, alarm.threshold, 1) })}</p>
      ${this.said(hass, alarm)}
      ${alarm.normal ? html`<p class="effect"><ha-icon .icon=${"mdi:bell-off"}></ha-icon>${t(hass, "alarms.normal_help")}</p>` : nothing}
      <sg-actions .hass=${hass} .episodeId=${alarm.episode_id} @sg-acted=${this.reload}></sg-actions>
      <sg-explanation .hass=${hass} .view=${view}></sg-explanation>
    `;
  }

  private said(hass: Hass, alarm: AlarmRow): TemplateResult | typeof nothing {
    const words = this.words.filter((word) => word.episode_id === alarm.episode_id);
    if (!words.length) return nothing;
    return html`<ul class="list said">
      ${words.map(
        (word) => html`<li class="item">
          <ha-icon .icon=${word.verdict === "confirmed" ? "mdi:alert-decagram" : "mdi:check"}></ha-icon>
          <span class="text">${feedbackText(hass, word)}</span>
          <button class="pill" @click=${async () => (await undo(this, hass, word)) && this.reload()}>${t(hass, "feedback.undo")}</button>
        </li>`,
      )}
    </ul>`;
  }

  static override styles = [
    shared,
    sheet,
    css`
      .detail { position: sticky; top: 60px; }
      ul.said { margin-bottom: 12px; }
      .said .item { background: color-mix(in srgb, var(--sg-usual) 10%, transparent); }
      .effect { display: flex; gap: 12px; align-items: center; padding: 0 12px; }
      @media (max-width: 870px) { .detail { position: static; } }
    `,
  ];
}
// One that another version found by facts that are unknown here, and of which not even a sentence is left.
const sentence = (hass: Hass, row: AlarmRow): string => row.summary || t(hass, "state.no_sentence");

customElements.get("sg-alarms") ?? customElements.define("sg-alarms", SgAlarms);
