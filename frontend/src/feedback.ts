// What people said of alarms, as the actions answer it.
import { act, type Hass, notify, troubleOf } from "./hass";
import { plain, t } from "./text";

export interface Feedback {
  feedback_id: string;
  episode_id?: string;
  verdict?: string;
  scope?: string;
  time?: string | number;
  around?: string;
  name?: string;
  entity_id?: string;
  control?: string;
  summary?: string;
}

export async function feedbackRows(hass: Hass): Promise<Feedback[]> {
  const answer = await act(hass, "list_feedback");
  return Array.isArray(answer.feedback) ? (answer.feedback as Feedback[]) : [];
}

export function feedbackTime(word: Feedback): number {
  return typeof word.time === "number" ? word.time : Date.parse(word.time ?? "") / 1000;
}

export function feedbackText(hass: Hass, word: Feedback): string {
  const name = word.name ?? word.entity_id ?? "";
  const control = word.control ? plain(word.control).toLowerCase() : "";
  if (word.verdict === "confirmed") return t(hass, "feedback.confirmed", { name, control });
  return t(hass, `feedback.normal_${word.scope ?? "control"}`, { name, control, around: word.around ?? "" });
}

// Takes a word back; says what came of it.
export async function undo(element: HTMLElement, hass: Hass, word: Feedback): Promise<boolean> {
  try {
    await act(hass, "unmark", { feedback_id: word.feedback_id });
    notify(element, t(hass, "done.unmark"));
    return true;
  } catch (error) {
    notify(element, troubleOf(error).message);
    return false;
  }
}
