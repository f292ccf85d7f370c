"""`scripts/bench views`: how long reading a journal of 100,000 behaviors takes the panel; prints JSON."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import homeassistant.const  # noqa: F401 - replaces what the component imports, so it comes first

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.insight import on_times_of, week_of
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.journal_views import JournalViews

COUNT, ENTITIES, ROUNDS = 100_000, 60, 20
DAY = 86_400.0
NOW = 1.77e9
CONTROLS = ("turn_on", "turn_off")


def fill(path: Path) -> None:
    """Write a year of judged behaviors."""
    rng = random.Random(1)
    lived = []
    for _ in range(COUNT):
        entity = f"light.lamp_{rng.randrange(ENTITIES)}"
        lived.append(Behavior(NOW - rng.random() * 365 * DAY, entity, entity, rng.choice(CONTROLS)))
    journal = Journal.open(path)
    journal.add(lived)
    journal.flush()
    journal.note_losses((behavior, rng.random() * 4) for behavior in lived)
    journal.close()


def spent(read: Callable[[], object]) -> dict[str, float]:
    """Return the milliseconds of a read."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        read()
        times.append(1000 * (time.perf_counter() - begun))
    return {"p50": round(statistics.median(times), 1), "max": round(max(times), 1)}


def main() -> None:
    """Fill a journal, read it as each command does, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        fill(path)
        views = JournalViews(path)
        lamp, zone = "light.lamp_1", ZoneInfo("Europe/Berlin")
        every = [(f"light.lamp_{i}", control) for i in range(ENTITIES) for control in CONTROLS]
        reads: dict[str, Callable[[], object]] = {
            "timeline": lambda: views.behaviors(NOW - 30 * DAY, NOW, 500),
            "explain": lambda: views.until(NOW, 512),
            "habits": lambda: (views.last_uses(every), views.control_losses(NOW - 7 * DAY)),
            "habit": lambda: (week_of(views.uses(lamp, "turn_on"), zone), on_times_of(views.of_entity(lamp))),
            "model": lambda: (views.extent(), views.losses_since(NOW - 7 * DAY)),
            "statistics": lambda: views.hours_of_loss(NOW - 2 * DAY, NOW),
        }
        print(json.dumps({"behaviors": COUNT, "ms": {name: spent(r) for name, r in reads.items()}}, indent=2))


if __name__ == "__main__":
    main()
