// Feedback: what people called normal or confirmed, each to be taken back.
import { html, LitElement, nothing, type TemplateResult } from "lit";

import { type Feedback, feedbackRows, feedbackText, feedbackTime, undo } from "./feedback";
import { can, type Hass, navigate, type Trouble, troubleOf } from "./hass";
import { shared } from "./look";
import { sheet } from "./sheet";
import { dayClock, t } from "./text";
import { notice, troubleNotice } from "./trouble";

export class SgFeedback extends LitElement {
  static override properties = { hass: { attribute: false }, rows: { state: true }, trouble: { state: true } };
  declare hass: Hass;
  declare private rows: Feedback[] | undefined;
  declare private trouble: Trouble | undefined;

  override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const rows = can(this.hass, "list_feedback") ? await feedbackRows(this.hass) : [];
      this.rows = rows.sort((a, b) => (feedbackTime(b) || 0) - (feedbackTime(a) || 0));
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass) return nothing;
    if (this.trouble) return troubleNotice(hass, this.trouble);
    return html`<section class="paper">
      <h2>${t(hass, "tab.feedback")}</h2>
      <p class="soft">${t(hass, "feedback.help")}</p>
      ${!this.rows
        ? html`<div class="notice">${t(hass, "state.loading")}</div>`
        : this.rows.length
          ? html`<ul class="list">${this.rows.map((word) => this.row(hass, word))}</ul>`
          : notice(hass, "no_feedback")}
    </section>`;
  }

  private row(hass: Hass, word: Feedback): TemplateResult {
    const time = feedbackTime(word);
    const facts = [...(Number.isFinite(time) ? [dayClock(hass, time)] : []), ...(word.summary ? [word.summary] : [])];
    return html`<li class="item">
      <ha-icon .icon=${word.verdict === "confirmed" ? "mdi:alert-decagram" : "mdi:check"}></ha-icon>
      <span class="text">${feedbackText(hass, word)}<br /><span class="soft">${facts.join(" · ")}</span>
        ${word.episode_id
          ? html`<br /><button class="link" @click=${() => navigate(`/smartguard/alarms/${encodeURIComponent(word.episode_id ?? "")}`)}>
              ${t(hass, "feedback.alarm")}</button>`
          : nothing}</span>
      <button class="pill" @click=${async () => (await undo(this, hass, word)) && this.load()}>
        <ha-icon .icon=${"mdi:undo"}></ha-icon>${t(hass, "feedback.undo")}
      </button>
    </li>`;
  }

  static override styles = [shared, sheet];
}
customElements.get("sg-feedback") ?? customElements.define("sg-feedback", SgFeedback);
