"""One of the three lives of `scripts/bench events`, in a process of its own; prints JSON.

MODE: without SmartGuard, with it (idle), or with it while it trains.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

import homeassistant.const  # noqa: F401 - replaces what the component imports, so it comes first
from homeassistant.core import HomeAssistant

from custom_components.smartguard.journal import Journal
from custom_components.smartguard.learning import Learning

from . import homes, learned, phases
from .clock import HomeClock
from .core import add_entry, coordinator_of, folder_of, started
from .traffic import Traffic, resting

WITHOUT, IDLE, TRAINING = MODES = ("without", "idle", "training")
ZONE: Final = "Europe/Berlin"
MIDNIGHT: Final = datetime(2026, 3, 4, tzinfo=ZoneInfo(ZONE))
PAST_DAYS: Final = 5
WARM_UP: Final = 5_000


async def live(mode: str, plan: argparse.Namespace, config: Path) -> dict[str, Any]:
    """Start a core, live through all phases, return the figures.

    Days fly by here, which looks like a home that changed: nothing is learned of that unless it is asked.
    """
    clock = HomeClock(MIDNIGHT.timestamp())
    with clock.worn(), patch.object(Learning, "async_home_changed"):
        if mode != WITHOUT:
            learned.prepare(folder_of(config), homes.past(MIDNIGHT, PAST_DAYS), ZONE, MIDNIGHT)
            add_entry(config, {"entities": list(homes.ENTITIES), "history_days": 1})
        async with started(config, resting(), ZONE) as hass:
            traffic = Traffic(hass, clock, MIDNIGHT + timedelta(days=1))
            await phases.flood(hass, traffic, WARM_UP)
            if mode == WITHOUT:
                return {"flood": await phases.flood(hass, traffic, plan.events)}
            return await guarded(hass, traffic, plan, trains=mode == TRAINING)


async def guarded(
    hass: HomeAssistant, traffic: Traffic, plan: argparse.Namespace, *, trains: bool
) -> dict[str, Any]:
    """Live all phases under SmartGuard, and see whether all that was lived is in its journal."""
    calls, calls_without = await phases.added_calls(hass, traffic)
    added, without = await phases.added_us(hass, traffic, 2 * plan.rounds, trains=trains)
    lag = await phases.strolls(hass, traffic, plan.seconds, plan.rounds, trains=trains)
    found: dict[str, Any] = {"added_us": added, "without_us": without, "loop_lag_ms": lag}
    found |= {"added_calls": calls, "without_calls": calls_without}
    home = coordinator_of(hass)
    size, count = await hass.async_add_executor_job(extent, home.journal)
    done, verdicts = traffic.behaviors, phases.Verdicts.of(home)
    async with phases.training(home, wanted=trains) as reports:
        found["flood"] = await phases.flood(hass, traffic, plan.events)
    found["flood"] |= {"trainings": len(reports), "judged": verdicts.behaviors, "jobs": verdicts.jobs}
    grown, more = await hass.async_add_executor_job(extent, home.journal)
    found["flood"] |= {"behaviors": traffic.behaviors - done, "journaled": more - count}
    found["journal_mb_per_100000"] = round((grown - size) / (more - count) * 100_000 / 2**20, 1)
    found["burst"] = await phases.burst(hass, traffic, home, plan.burst)
    return found


def extent(journal: Journal) -> tuple[int, int]:
    """Return the bytes on disk and how many behaviors there are."""
    count = journal.count()
    journal.checkpoint()
    return journal.path.stat().st_size, count


def main() -> None:
    """Live one mode in a folder of its own and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=MODES)
    for name in ("events", "burst", "rounds"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    plan = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(live(plan.mode, plan, Path(folder)))))


if __name__ == "__main__":
    main()
