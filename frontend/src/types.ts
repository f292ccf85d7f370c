// What the websocket commands answer: panel_types.py has the same names, which a contract test compares.
// Times are UTC seconds, losses nats.

export const SCHEMA = 1;

export interface Thing {
  entity: string;
  entity_id: string | null;
  name: string;
  device: string;
  area: string | null;
}

export interface BehaviorRow extends Thing {
  time: number;
  control: string;
  text: string;
  actor: string;
  loss: number | null;
  strange: boolean;
}

export interface ExpectedRow {
  entity_id: string | null;
  text: string;
  probability: number;
}

export interface WindowRow extends BehaviorRow {
  share: number;
  expected: ExpectedRow[];
}

export interface ReasonRow {
  kind: string;
  score: number;
  summary: string;
}

export interface AlarmRow {
  page: number;
  episode_id: string;
  start: number;
  end: number | null;
  score: number;
  threshold: number;
  kind: string;
  summary: string;
  things: Thing[];
  normal: boolean;
}

export interface Explanation {
  schema: number;
  version: string | null;
  score: number | null;
  threshold: number;
  alarm: AlarmRow | null;
  reasons: ReasonRow[];
  rows: WindowRow[];
  attention: number[][] | null;
}

export interface TimelinePage {
  schema: number;
  rows: BehaviorRow[];
  next: number[] | null;
}

export interface AlarmPage {
  schema: number;
  rows: AlarmRow[];
  next: number | null;
}

export interface HabitRow extends Thing {
  control: string;
  text: string;
  uses: number;
  hours: number[];
  usual: number | null;
  longest: number | null;
  weight: number;
  loss: number | null;
  judged: number;
  last: number | null;
}

export interface HabitList {
  schema: number;
  rows: HabitRow[];
}

export interface FollowerRow {
  text: string;
  seen: number;
  possible: number;
}

export interface HabitDetail {
  schema: number;
  week: number[][];
  on_times: number[];
  followers: FollowerRow[];
}

export interface VersionRow {
  name: string;
  trained: number;
  behaviors: number;
  in_use: boolean;
}

export interface LossRow {
  device: string;
  mean: number;
  most: number;
  judged: number;
}

export interface ModelState {
  schema: number;
  versions: VersionRow[];
  about: Record<string, number>;
  parameters: number | null;
  behaviors: number;
  oldest: number | null;
  newest: number | null;
  budget: number;
  weeks: number[];
  expected_at_least: number | null;
  expected_at_most: number | null;
  false_alarms: number;
  judged: number;
  losses: LossRow[];
}

export interface BudgetRow {
  budget: number;
  alarms: AlarmRow[];
}

export interface BackTest {
  schema: number;
  days: number;
  budget: number;
  rows: BudgetRow[];
}

export interface DeviceRow {
  device: string;
  area: string | null;
  loss_entity: string | null;
  statistic_id: string;
}

export interface DeviceList {
  schema: number;
  rows: DeviceRow[];
}

export interface Status {
  schema: number;
  loaded: boolean;
  status: string | null;
  score: number | null;
  threshold: number | null;
  budget: number | null;
  progress: number | null;
  behaviors: number;
  last_trained: number | null;
  reason: string | null;
  snoozed: number | string | null;
  alarm: AlarmRow | null;
  score_entity: string | null;
}

export type FeedEvent =
  | { kind: "status"; data: Status }
  | { kind: "behavior"; data: { row: BehaviorRow; score: number } }
  | { kind: "alarms"; data: Record<string, never> };
