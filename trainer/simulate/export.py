"""What a simulated home leaves behind: Home Assistant's history as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from .effects import Action, rest
from .home import Home


def write_csv(home: Home, actions: Iterable[Action], path: Path) -> int:
    """Write `entity_id,state,last_changed` as Home Assistant's history download does; return the rows.

    Only changes of a state are rows: the download holds no attributes. Times are ISO 8601, UTC.
    """
    states = {key: rest(spec).state for key, spec in home.entities.items()}
    rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["entity_id", "state", "last_changed"])
        for action in actions:
            if states[action.entity] == action.state:
                continue
            states[action.entity] = action.state
            moment = datetime.fromtimestamp(action.time, UTC).isoformat(timespec="milliseconds")
            writer.writerow(
                [home.entities[action.entity].entity_id, action.state, moment.replace("+00:00", "Z")]
            )
            rows += 1
    return rows
