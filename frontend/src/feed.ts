// One subscription of an element: it begins when hass is there, survives reconnects, ends with the element.
// Who is no administrator may not subscribe; where `residents` are welcome they are told what the entities say.
import type { ReactiveController, ReactiveControllerHost } from "lit";

import { type Hass, Trouble, troubleOf } from "./hass";
import { isResident, residentStates, residentStatus } from "./resident";
import { type BehaviorRow, SCHEMA, type Status } from "./types";

export interface FeedListener {
  behavior?: (row: BehaviorRow, score: number) => void;
  alarms?: () => void;
  status?: (status: Status, before: Status | undefined) => void;
}

export class Feed implements ReactiveController {
  status?: Status;
  trouble?: Trouble;
  private unsubscribe?: Promise<(() => Promise<void> | void) | undefined>;
  private seen: unknown[] = [];

  constructor(
    private readonly host: ReactiveControllerHost & { hass?: Hass },
    private readonly listener: FeedListener,
    private readonly residents = false,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const hass = this.host.hass;
    if (!hass) return;
    if (this.residents && isResident(hass)) this.read(hass);
    else this.unsubscribe ??= this.subscribe(hass);
  }

  private read(hass: Hass): void {
    const states = residentStates(hass);
    if (this.status && states.length === this.seen.length && states.every((s, i) => s === this.seen[i])) return;
    this.seen = states;
    this.take(residentStatus(hass));
  }

  hostDisconnected(): void {
    const unsubscribe = this.unsubscribe;
    this.unsubscribe = undefined;
    unsubscribe?.then((stop) => stop?.()).catch(() => undefined);
  }

  private async subscribe(hass: Hass): Promise<(() => Promise<void> | void) | undefined> {
    if (isResident(hass)) {
      this.trouble = new Trouble("unauthorized", "");
      return undefined;
    }
    try {
      return await hass.connection.subscribeMessage(
        (event) => {
          if (event.kind === "status") {
            this.take(event.data);
            this.host.requestUpdate();
          } else if (event.kind === "behavior") this.listener.behavior?.(event.data.row, event.data.score);
          else if (event.kind === "alarms") this.listener.alarms?.();
        },
        { type: "smartguard/subscribe" },
      );
    } catch (error) {
      this.trouble = troubleOf(error);
      this.host.requestUpdate();
      return undefined;
    }
  }

  private take(status: Status): void {
    const before = this.status;
    this.status = status;
    this.trouble =
      status.schema > SCHEMA
        ? new Trouble("newer", "")
        : status.loaded
          ? undefined
          : new Trouble("not_loaded", "");
    if (!this.trouble) this.listener.status?.(status, before);
  }
}
