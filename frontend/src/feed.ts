// One subscription of an element: it begins when hass is there, survives reconnects, ends with the element.
import type { ReactiveController, ReactiveControllerHost } from "lit";

import { type Hass, Trouble, troubleOf } from "./hass";
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

  constructor(
    private readonly host: ReactiveControllerHost & { hass?: Hass },
    private readonly listener: FeedListener,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const hass = this.host.hass;
    if (hass && !this.unsubscribe) this.unsubscribe = this.subscribe(hass);
  }

  hostDisconnected(): void {
    const unsubscribe = this.unsubscribe;
    this.unsubscribe = undefined;
    unsubscribe?.then((stop) => stop?.()).catch(() => undefined);
  }

  private async subscribe(hass: Hass): Promise<(() => Promise<void> | void) | undefined> {
    if (hass.user && !hass.user.is_admin) {
      this.trouble = new Trouble("unauthorized", "");
      return undefined;
    }
    try {
      return await hass.connection.subscribeMessage(
        (event) => {
          if (event.kind === "status") this.take(event.data);
          else if (event.kind === "behavior") this.listener.behavior?.(event.data.row, event.data.score);
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
    this.host.requestUpdate();
  }
}
