// smartguard-card: is everything as usual, and if not, why.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import "./actions";
import { Feed } from "./feed";
import { ask, type Hass, moreInfo, Trouble, troubleOf } from "./hass";
import { shared } from "./look";
import { isResident, residentAlarm, residentStates } from "./resident";
import { loadScores, type Point, withScore } from "./scores";
import "./spark";
import "./strip";
import { clock, dayClock, loadTexts, number, t } from "./text";
import { notice, troubleNotice } from "./trouble";
import type { AlarmPage, AlarmRow, Explanation, Status } from "./types";

export interface CardConfig {
  type: string;
  entity?: string;
  title?: string;
  window?: boolean;
  spark?: boolean;
  buttons?: boolean;
  hours?: number;
}

const SETTLE_MS = 400;
const HOURS = 24;

export class SmartGuardCard extends LitElement {
  static override properties = {
    hass: { attribute: false },
    config: { state: true },
    view: { state: true },
    latest: { state: true },
    points: { state: true },
    trouble: { state: true },
  };
  declare hass: Hass | undefined;
  declare private config: CardConfig;
  declare private view: Explanation | undefined;
  declare private latest: AlarmRow | undefined;
  declare private points: Point[];
  declare private trouble: Trouble | undefined;
  private settle?: ReturnType<typeof setTimeout>;
  private readonly feed = new Feed(
    this,
    {
      status: (status, before) => this.statusChanged(status, before),
      behavior: () => this.refreshSoon(),
      alarms: () => this.refreshSoon(),
    },
    true,
  );

  constructor() {
    super();
    this.points = [];
  }

  setConfig(config: CardConfig): void {
    if (!config) throw new Error("Expected a configuration");
    const before = this.config?.hours;
    this.config = config;
    const entity = this.feed.status?.score_entity;
    if (entity && before !== config.hours) void this.load(entity);
  }

  getCardSize(): number {
    return 5;
  }

  getGridOptions(): Record<string, unknown> {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  // The entity decides nothing but where a tap leads and what people without access to the details are told.
  private get anomaly(): string {
    return this.config.entity ?? "binary_sensor.smartguard_anomaly";
  }

  private get hours(): number {
    return this.config.hours ?? HOURS;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("hass") as Hass | undefined;
    if (!this.hass || !changed.has("hass")) return;
    if (before?.language !== this.hass.language) void loadTexts(this.hass).then(() => this.requestUpdate());
    // What happened while the connection was lost.
    if (before && !before.connected && this.hass.connected) this.refreshSoon();
  }

  // Home Assistant hands out a new `hass` for every state of the home: draw only for what is shown here.
  protected override shouldUpdate(changed: Map<string, unknown>): boolean {
    const before = changed.get("hass") as Hass | undefined;
    if (changed.size !== 1 || !before || !this.hass) return true;
    return (
      before.localize !== this.hass.localize ||
      before.connected !== this.hass.connected ||
      before.services !== this.hass.services ||
      (isResident(this.hass) && residentStates(before).some((state, i) => state !== residentStates(this.hass as Hass)[i]))
    );
  }

  private statusChanged(status: Status, before: Status | undefined): void {
    if (!before?.loaded && status.score_entity) void this.load(status.score_entity);
    if (status.score !== null) this.points = withScore(this.points, status.score);
    if (!before?.loaded || before.alarm?.episode_id !== status.alarm?.episode_id || before.last_trained !== status.last_trained) {
      this.refreshSoon();
    }
  }

  private refreshSoon(): void {
    this.settle ??= setTimeout(() => {
      this.settle = undefined;
      void this.refresh();
    }, SETTLE_MS);
  }

  private async refresh(): Promise<void> {
    const hass = this.hass;
    if (!hass || isResident(hass)) return;
    try {
      const [view, alarms] = await Promise.all([
        ask<Explanation>(hass, "explain"),
        ask<AlarmPage>(hass, "alarms", { limit: 1 }),
      ]);
      this.view = view;
      this.latest = alarms.rows[0];
      this.trouble = undefined;
    } catch (error) {
      this.trouble = troubleOf(error);
    }
  }

  private async load(entity: string): Promise<void> {
    if (!this.hass) return;
    const past = await loadScores(this.hass, entity, this.hours);
    const newest = past.at(-1)?.time ?? 0;
    this.points = [...past, ...this.points.filter((point) => point.time > newest)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.settle);
    this.settle = undefined;
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass || !this.config) return nothing;
    return html`<ha-card>${this.header(hass)}<div class="body">${this.body(hass)}</div></ha-card>`;
  }

  private header(hass: Hass): TemplateResult {
    const { icon, tone, text } = this.headline(hass);
    // What is inside a button is only its name; the change of a status is told beside it.
    return html`<div class="visually-hidden" role="status">${text}</div>
      <button class="head ${tone}" @click=${() => moreInfo(this, this.anomaly)}>
      <span class="badge"><ha-icon .icon=${icon}></ha-icon></span>
      <span class="line">
        <span class="title">${this.config.title ?? "SmartGuard"}</span>
        <span class="status">${text}</span>
      </span>
    </button>`;
  }

  private headline(hass: Hass): { icon: string; tone: string; text: string } {
    const status = this.feed.status;
    const say = (icon: string, tone: string, key: string): { icon: string; tone: string; text: string } => ({
      icon, tone, text: t(hass, `headline.${key}`),
    });
    if (!hass.connected) return say("mdi:lan-disconnect", "off", "lost");
    const trouble = this.feed.trouble;
    if (trouble) return say("mdi:shield-off", "off", trouble.kind);
    if (!status) return say("mdi:shield-home", "off", "loading");
    if (status.alarm) return say("mdi:shield-alert", "bad", "unusual");
    switch (status.status) {
      case "guarding": return say("mdi:shield-check", "good", "usual");
      case "training": return status.last_trained ? say("mdi:shield-check", "good", "usual") : say("mdi:school", "busy", "training");
      case "importing": return say("mdi:database-import", "busy", "importing");
      case "collecting": return say("mdi:school", "busy", "collecting");
      case "paused": return say("mdi:shield-off", "off", "paused");
      case "failed": return say("mdi:alert-circle-outline", "bad", "failed");
      default: return { icon: "mdi:shield-home", tone: "off", text: String(status.status ?? "") };
    }
  }

  private body(hass: Hass): TemplateResult {
    const trouble = this.feed.trouble ?? this.trouble;
    if (!hass.connected) return notice(hass, "lost");
    if (trouble) return troubleNotice(hass, trouble);
    const status = this.feed.status;
    if (!status) return html`<div class="notice">${t(hass, "state.loading")}</div>`;
    const resident = isResident(hass);
    const alarm = status.alarm ?? (resident ? residentAlarm(hass) : this.latest);
    return html`
      ${this.progress(hass, status)}
      ${status.snoozed === null ? nothing : this.snoozed(hass, status.snoozed)}
      ${alarm ? this.alarm(hass, alarm) : status.last_trained ? html`<p class="soft">${t(hass, "card.nothing_yet")}</p>` : nothing}
      ${this.config.window !== false && this.view?.rows.length
        ? html`<sg-strip .hass=${hass} .rows=${this.view.rows}></sg-strip>`
        : nothing}
      ${this.config.spark !== false && status.threshold !== null && status.last_trained
        ? html`<sg-spark .hass=${hass} .points=${this.points} .threshold=${status.threshold} .hours=${this.hours}></sg-spark>`
        : nothing}
      ${this.config.buttons !== false && status.last_trained
        ? html`<sg-actions .hass=${hass} .episodeId=${alarm?.episode_id} .snoozed=${status.snoozed !== null} snooze
            @sg-acted=${this.refreshSoon}></sg-actions>`
        : nothing}
      ${resident ? html`<p class="soft small">${t(hass, "card.details_for_admins")}</p>` : nothing}
    `;
  }

  private snoozed(hass: Hass, until: number | string): TemplateResult {
    const text = typeof until === "number" ? t(hass, "card.snoozed", { time: dayClock(hass, until) }) : t(hass, "card.snoozed_home");
    return html`<p class="line-up"><ha-icon .icon=${"mdi:bell-sleep"}></ha-icon>${text}</p>`;
  }

  private progress(hass: Hass, status: Status): TemplateResult | typeof nothing {
    if (status.progress === null && status.last_trained) return nothing;
    const percent = status.progress ?? 0;
    const reason = status.reason ? html`<div class="soft">${status.reason}</div>` : nothing;
    return html`
      ${status.progress === null
        ? nothing
        : html`<div class="progress" role="progressbar" aria-label=${t(hass, "card.learning")} aria-valuemin="0"
            aria-valuemax="100" aria-valuenow=${percent.toFixed(0)}><span style="width:${percent.toFixed(0)}%"></span></div>`}
      ${status.last_trained
        ? nothing
        : html`<p class="soft">${t(hass, "card.learned_so_far", { count: number(hass, status.behaviors) })}</p>${reason}`}
    `;
  }

  private alarm(hass: Hass, alarm: AlarmRow): TemplateResult {
    const when = alarm.end === null ? t(hass, "card.since", { time: clock(hass, alarm.start) }) : `${t(hass, "card.last")} · ${dayClock(hass, alarm.start)}`;
    return html`<p class=${alarm.end === null ? "alarm open" : "alarm"}>
      <span class="soft small">${when}</span><br />${alarm.summary || t(hass, "state.no_sentence")}
    </p>`;
  }

  static override styles = [
    shared,
    css`
      ha-card { display: block; height: 100%; box-sizing: border-box; }
      .head { display: flex; align-items: center; gap: 14px; width: 100%; padding: 14px 16px 6px; text-align: start; }
      .badge {
        width: 42px; height: 42px; flex: none; border-radius: 50%; display: grid; place-items: center;
        color: var(--tone); background: color-mix(in srgb, var(--tone) 18%, transparent); --mdc-icon-size: 24px;
      }
      .good { --tone: var(--success-color, #43a047); }
      .bad { --tone: var(--sg-strange); }
      .busy { --tone: var(--sg-usual); }
      .off { --tone: var(--sg-soft); }
      .line { display: grid; min-width: 0; }
      .title { font-size: 12px; color: var(--sg-soft); }
      .status { font-size: 17px; font-weight: 500; }
      .body { padding: 0 16px 16px; display: grid; gap: 12px; }
      p { margin: 0; overflow-wrap: anywhere; }
      .small { font-size: 12px; }
      .line-up { display: flex; gap: 8px; align-items: center; --mdc-icon-size: 18px; }
      .alarm { padding: 10px 12px; border-radius: 12px; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
      .alarm.open { background: color-mix(in srgb, var(--sg-strange) 14%, transparent); }
      .progress { height: 6px; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--sg-usual) 16%, transparent); }
      .progress span { display: block; height: 100%; background: var(--sg-usual); transition: width 0.4s; }
    `,
  ];
}
