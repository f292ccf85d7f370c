// Registers the card: its element, its place in the card picker, its editor; and the view strategy by area.
import type { Hass } from "./hass";
import { SmartGuardCard } from "./card";
import { t } from "./text";
import "./strategy";

interface Suggestion {
  config: Record<string, unknown>;
}

interface CustomCard {
  type: string;
  name: string;
  description: string;
  preview: boolean;
  getEntitySuggestion: (hass: Hass, entityId: string) => Suggestion | null;
}

declare global {
  interface Window {
    customCards?: CustomCard[];
  }
}

const TYPE = "smartguard-card";

function isAnomaly(hass: Hass, entityId: string): boolean {
  const entry = hass.entities?.[entityId];
  return entry?.platform === "smartguard" && entry.translation_key === "anomaly";
}

class Registered extends SmartGuardCard {
  static getStubConfig(hass: Hass): Record<string, unknown> {
    const entity = Object.keys(hass.states).find((id) => isAnomaly(hass, id));
    return entity ? { entity } : {};
  }

  static getConfigForm(): Record<string, unknown> {
    return {
      schema: [
        { name: "entity", selector: { entity: { filter: { integration: "smartguard", domain: "binary_sensor" } } } },
        { name: "title", selector: { text: {} } },
        {
          name: "", type: "grid",
          schema: [
            { name: "window", default: true, selector: { boolean: {} } },
            { name: "spark", default: true, selector: { boolean: {} } },
            { name: "buttons", default: true, selector: { boolean: {} } },
            { name: "hours", default: 24, selector: { number: { min: 1, max: 168, mode: "box" } } },
          ],
        },
      ],
      computeLabel: (field: { name: string }): string => editorText(`editor.${field.name}`),
      computeHelper: (field: { name: string }): string | undefined =>
        field.name === "hours" || field.name === "entity" ? editorText(`editor.${field.name}_helper`) : undefined,
    };
  }
}

// The editor's callbacks are not given hass; the page's main element has it.
function editorText(key: string): string {
  const main = document.querySelector("home-assistant") as (HTMLElement & { hass?: Hass }) | null;
  return t(main?.hass ?? ({ localize: () => "" } as unknown as Hass), key);
}

if (!customElements.get(TYPE)) {
  customElements.define(TYPE, Registered);
  window.customCards = [
    ...(window.customCards ?? []),
    {
      type: TYPE,
      name: "SmartGuard",
      description: "Is everything at home as usual, and if not, why",
      preview: true,
      getEntitySuggestion: (hass, entityId) =>
        isAnomaly(hass, entityId) ? { config: { type: `custom:${TYPE}`, entity: entityId } } : null,
    },
  ];
}
