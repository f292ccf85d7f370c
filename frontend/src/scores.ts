// The score of the last hours: from the recorder at first, then from every change.
import type { Hass } from "./hass";

export interface Point {
  time: number;
  score: number;
}

interface History {
  [entity: string]: { s: string; lu: number }[] | undefined;
}

const MOST_POINTS = 2000;

export async function loadScores(hass: Hass, entity: string, hours: number): Promise<Point[]> {
  const told = await hass
    .callWS<History>({
      type: "history/history_during_period",
      start_time: new Date(Date.now() - hours * 3_600_000).toISOString(),
      entity_ids: [entity],
      minimal_response: true,
      no_attributes: true,
    })
    .catch(() => undefined); // a home without history draws from now on
  return (told?.[entity] ?? [])
    .map((state) => ({ time: state.lu, score: Number(state.s) }))
    .filter((point) => Number.isFinite(point.score));
}

export function withScore(points: Point[], score: number): Point[] {
  return points.at(-1)?.score === score ? points : [...points, { time: Date.now() / 1000, score }].slice(-MOST_POINTS);
}
