// What everybody in the house may see: SmartGuard's own entities, which Home Assistant shows to every user.
// The websocket commands tell who was where and when, and answer administrators only.
import type { Hass, HassState } from "./hass";
import { type AlarmRow, SCHEMA, type Status } from "./types";

const KEYS = ["alert", "anomaly", "behaviors_learned", "last_trained", "score", "status", "threshold", "training_progress"] as const;
type Key = (typeof KEYS)[number];
type Ids = Partial<Record<Key, string>>;

const found = new WeakMap<object, Ids>();

// The ids of SmartGuard's entities by what they are; looked up once for each state of the registry.
function idsOf(hass: Hass): Ids {
  const entities = hass.entities ?? {};
  let ids = found.get(entities);
  if (!ids) {
    ids = {};
    for (const [id, entry] of Object.entries(entities)) {
      const key = KEYS.find((k) => k === entry?.translation_key);
      if (key && entry?.platform === "smartguard") ids[key] ??= id;
    }
    found.set(entities, ids);
  }
  return ids;
}

export const isResident = (hass: Hass): boolean => hass.user !== undefined && !hass.user.is_admin;

// The states of now: whether any of them has changed is whether the card has to be drawn again.
export const residentStates = (hass: Hass): (HassState | undefined)[] =>
  Object.values(idsOf(hass)).map((id) => hass.states[id]);

export function residentStatus(hass: Hass): Status {
  const ids = idsOf(hass);
  const state = (key: Key): HassState | undefined => hass.states[ids[key] ?? ""];
  const status = state("status");
  const busy = status?.state === "importing" || status?.state === "training";
  const alarm = residentAlarm(hass);
  return {
    schema: SCHEMA,
    loaded: status !== undefined && status.state !== "unavailable",
    status: status?.state ?? null,
    score: numeric(state("score")),
    threshold: numeric(state("threshold")),
    budget: null,
    progress: busy ? numeric(state("training_progress")) : null,
    behaviors: numeric(state("behaviors_learned")) ?? 0,
    last_trained: seconds(state("last_trained")?.state),
    reason: text(status?.attributes.reason) || null,
    snoozed: snoozedUntil(status?.attributes.snoozed_until),
    alarm: alarm?.end === null ? alarm : null,
    score_entity: ids.score ?? null,
  };
}

// The latest alarm as its event tells it: the sentence, and when; end is null while the sensor says that it lasts.
export function residentAlarm(hass: Hass): AlarmRow | undefined {
  const ids = idsOf(hass);
  const anomaly = hass.states[ids.anomaly ?? ""];
  const event = hass.states[ids.alert ?? ""];
  const lasts = anomaly?.state === "on";
  const summary = (lasts && text(anomaly.attributes.summary)) || text(event?.attributes.summary);
  if (!summary) return undefined;
  const time = seconds(lasts ? anomaly.attributes.since : event?.state) ?? 0;
  return {
    page: 0, episode_id: text(event?.attributes.episode_id), start: time, end: lasts ? null : time, score: 0, threshold: 0,
    kind: text(event?.attributes.kind), summary, things: [], normal: false,
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function numeric(state: HassState | undefined): number | null {
  const value = Number(state?.state);
  return state && Number.isFinite(value) ? value : null;
}

function seconds(moment: unknown): number | null {
  const value = Date.parse(text(moment)) / 1000;
  return Number.isFinite(value) ? value : null;
}

function snoozedUntil(value: unknown): number | string | null {
  return value === "home" ? value : seconds(value);
}
