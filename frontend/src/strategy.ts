// A generated dashboard view: the card, and the reconstruction loss of every device by area.
import { ask, type Hass } from "./hass";
import { loadTexts, t } from "./text";
import type { DeviceList, DeviceRow } from "./types";

interface Config {
  hours?: number;
  days?: number;
}

type Card = Record<string, unknown>;

const FULL = { columns: "full" };

export class SmartGuardView extends HTMLElement {
  static async generate(config: Config, hass: Hass): Promise<Card> {
    const [devices] = await Promise.all([
      // People without access to the details get the card, which tells them so.
      ask<DeviceList>(hass, "devices").catch(() => ({ rows: [] as DeviceRow[] })),
      loadTexts(hass),
    ]);
    const areas = Map.groupBy(devices.rows, (row) => row.area ?? "");
    const named = [...areas].sort(([a], [b]) => Number(a === "") - Number(b === "") || a.localeCompare(b));
    return {
      type: "sections",
      max_columns: 3,
      sections: [
        { type: "grid", cards: [{ type: "custom:smartguard-card", grid_options: FULL }] },
        ...named.map(([area, rows]) => section(hass, area || t(hass, "strategy.no_area"), rows, config)),
      ],
    };
  }
}

function section(hass: Hass, heading: string, rows: DeviceRow[], config: Config): Card {
  // What did not behave since SmartGuard guards has no loss yet: a graph of nothing helps nobody.
  const known = rows.filter((row) => Number.isFinite(Number(hass.states[row.loss_entity ?? ""]?.state)));
  const sensors = known.map((row) => ({ entity: row.loss_entity, name: row.device }));
  return {
    type: "grid",
    cards: [
      { type: "heading", heading },
      ...(sensors.length
        ? [{ type: "history-graph", hours_to_show: config.hours ?? 24, entities: sensors, grid_options: FULL }]
        : []),
      {
        type: "statistics-graph",
        days_to_show: config.days ?? 30,
        period: "day",
        stat_types: ["mean", "max"],
        entities: rows.map((row) => ({ entity: row.statistic_id, name: row.device })),
        grid_options: FULL,
      },
    ],
  };
}

if (!customElements.get("ll-strategy-view-smartguard")) {
  customElements.define("ll-strategy-view-smartguard", SmartGuardView);
}
