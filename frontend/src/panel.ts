// smartguard-panel: five tabs, for administrators.
import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { Feed } from "./feed";
import { type Hass, navigate } from "./hass";
import { shared } from "./look";
import "./tab-alarms";
import type { SgAlarms } from "./tab-alarms";
import "./tab-feedback";
import "./tab-habits";
import "./tab-model";
import "./tab-now";
import type { SgNow } from "./tab-now";
import { loadTexts, t } from "./text";
import { notice, troubleNotice } from "./trouble";

const TABS = ["now", "alarms", "habits", "model", "feedback"] as const;
type Tab = (typeof TABS)[number];
const ICONS: Record<Tab, string> = {
  now: "mdi:chart-timeline", alarms: "mdi:shield-alert", habits: "mdi:calendar-clock", model: "mdi:brain",
  feedback: "mdi:comment-check",
};

export class SmartGuardPanel extends LitElement {
  static override properties = { hass: { attribute: false }, narrow: { type: Boolean }, route: { attribute: false } };
  declare hass: Hass | undefined;
  declare narrow: boolean;
  declare route: { path: string; prefix: string } | undefined;
  private readonly feed = new Feed(this, {
    behavior: (row) => this.tab<SgNow>("sg-now")?.add(row),
    alarms: () => {
      this.tab<SgNow>("sg-now")?.reload();
      this.tab<SgAlarms>("sg-alarms")?.reload();
    },
  });

  private tab<T extends Element>(name: string): T | null {
    return this.renderRoot.querySelector<T>(name);
  }

  private get path(): string[] {
    return (this.route?.path ?? "").split("/").filter(Boolean);
  }

  private get current(): Tab {
    return TABS.find((tab) => tab === this.path[0]) ?? "now";
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("hass") as Hass | undefined;
    if (this.hass && changed.has("hass") && before?.language !== this.hass.language) {
      void loadTexts(this.hass).then(() => this.requestUpdate());
    }
  }

  // Every state of the home brings a new `hass`; only what is shown here is worth drawing again.
  protected override shouldUpdate(changed: Map<string, unknown>): boolean {
    const before = changed.get("hass") as Hass | undefined;
    if (changed.size !== 1 || !before || !this.hass) return true;
    return (
      before.localize !== this.hass.localize ||
      before.connected !== this.hass.connected ||
      before.services !== this.hass.services
    );
  }

  override render(): TemplateResult | typeof nothing {
    const hass = this.hass;
    if (!hass) return nothing;
    return html`
      <header>
        ${this.narrow
          ? html`<button class="menu" aria-label=${t(hass, "panel.menu")} @click=${this.menu}>
              <ha-icon .icon=${"mdi:menu"}></ha-icon>
            </button>`
          : nothing}
        <h1>SmartGuard</h1>
      </header>
      <nav role="tablist" aria-label="SmartGuard" @keydown=${this.key}>
        ${TABS.map(
          (tab) => html`<button role="tab" id="tab-${tab}" aria-selected=${tab === this.current}
            aria-controls="main" tabindex=${tab === this.current ? 0 : -1} @click=${() => this.go(tab)}>
            <ha-icon .icon=${ICONS[tab]}></ha-icon><span>${t(hass, `tab.${tab}`)}</span>
          </button>`,
        )}
      </nav>
      <main id="main" role="tabpanel" aria-labelledby="tab-${this.current}">${this.content(hass)}</main>
    `;
  }

  private content(hass: Hass): TemplateResult {
    if (!hass.connected) return notice(hass, "lost");
    if (this.feed.trouble) return troubleNotice(hass, this.feed.trouble);
    const status = this.feed.status;
    if (!status) return html`<div class="notice">${t(hass, "state.loading")}</div>`;
    const teaching = status.last_trained ? nothing : notice(hass, "no_model", status.reason ?? "");
    switch (this.current) {
      case "now":
        return html`${teaching}<sg-now .hass=${hass} .status=${status}></sg-now>`;
      case "alarms":
        return html`<sg-alarms .hass=${hass} .chosen=${this.path[1]}></sg-alarms>`;
      case "habits":
        return html`${teaching}<sg-habits .hass=${hass}></sg-habits>`;
      case "model":
        return html`${teaching}<sg-model .hass=${hass} .status=${status}></sg-model>`;
      case "feedback":
        return html`<sg-feedback .hass=${hass}></sg-feedback>`;
    }
  }

  private go(tab: Tab): void {
    navigate(`${this.route?.prefix ?? "/smartguard"}/${tab}`);
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const to = TABS[(TABS.indexOf(this.current) + step + TABS.length) % TABS.length] as Tab;
    this.go(to);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${to}`)?.focus();
  }

  private menu(): void {
    this.dispatchEvent(new Event("hass-toggle-menu", { bubbles: true, composed: true }));
  }

  static override styles = [
    shared,
    css`
      :host { display: block; min-height: 100%; background: var(--primary-background-color, #fafafa); }
      header {
        display: flex; align-items: center; gap: 8px; height: var(--header-height, 56px); padding: 0 16px;
        background: var(--app-header-background-color, var(--primary-color)); color: var(--app-header-text-color, #fff);
      }
      h1 { font-size: 20px; font-weight: 400; margin: 0; }
      .menu { width: 40px; height: 40px; margin-inline-start: -8px; }
      nav {
        position: sticky; top: 0; z-index: 2; display: flex; gap: 4px; padding: 0 8px; overflow-x: auto; scrollbar-width: none;
        background: var(--app-header-background-color, var(--primary-color)); color: var(--app-header-text-color, #fff);
      }
      nav button {
        display: flex; gap: 8px; align-items: center; padding: 10px 16px; border-bottom: 2px solid transparent; opacity: 0.75;
        font-weight: 500; white-space: nowrap; --mdc-icon-size: 20px;
      }
      nav button[aria-selected="true"] { opacity: 1; border-bottom-color: currentColor; }
      nav button:focus-visible { outline-color: currentColor; outline-offset: -4px; }
      main { padding: 16px; max-width: 1280px; margin: 0 auto; box-sizing: border-box; }
      main > .notice { padding: 24px; }
      @media (max-width: 600px) {
        main { padding: 8px; }
        nav button span { display: none; }
        nav button[aria-selected="true"] span { display: inline; }
        nav { justify-content: space-around; }
      }
    `,
  ];
}
customElements.get("smartguard-panel") ?? customElements.define("smartguard-panel", SmartGuardPanel);
