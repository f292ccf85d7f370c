"""One month of `scripts/bench soak`, in a process of its own, on a clock that leaps; prints JSON.

A real core, the real component, real trainings in their child process. The person who lives there answers
alerts: what a planted flicker raised is confirmed, of the rest every other one is called normal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from typing import Any, Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

import homeassistant.const  # noqa: F401 - replaces what the component imports, so it comes first
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from custom_components.smartguard import coordinator
from custom_components.smartguard.child import TrainingProcess
from custom_components.smartguard.const import ALERT_DETECTED, DOMAIN, EVENT_ALERT
from custom_components.smartguard.core.learn import LearnOptions
from trainer.memory import kilobytes

from .aged import formats
from .clock import HomeClock
from .core import add_entry, coordinator_of, started
from .household import FLICKER_STEP, FLICKERS, Household
from .warp import WarpLoop

ZONE: Final = "Europe/Berlin"
FIRST: Final = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo(ZONE))
MONTH: Final = 30
TICK: Final = timedelta(minutes=1)
"""Instead of five seconds: a year has half a million of these."""
ANSWERED_AFTER: Final = 1200.0
TOLD_WITHIN: Final = 1800.0
RETENTION_DAYS: Final = 180
CALIBRATED_DAYS: Final = 60
BEGINS: Final = "Training begins (%s)"
"""What SmartGuard logs of each training, with its reason."""


class Nights:
    """What trainings cost: seconds of processor, and what became of each."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.accepted = 0

    def around(self, train: Callable[..., Any]) -> Callable[..., Any]:
        """Measure each training."""

        def trained(*arguments: Any) -> Any:
            before = resource.getrusage(RUSAGE_CHILDREN)
            result = train(*arguments)
            after = resource.getrusage(RUSAGE_CHILDREN)
            self.seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            self.accepted += bool(result.report["accepted"])
            return result

        return trained


class Log(logging.Handler):
    """Counts what SmartGuard warns of, by its words before the figures, and why it trained."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.warnings: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count."""
        if record.levelno >= logging.WARNING:
            self.warnings[str(record.msg)] += 1
        elif record.msg == BEGINS and isinstance(record.args, tuple):
            self.reasons[str(record.args[0])] += 1

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear SmartGuard's log until the block ends."""
        logger = logging.getLogger(f"custom_components.{DOMAIN}")
        logger.setLevel(logging.INFO)
        logger.addHandler(self)
        yield
        logger.removeHandler(self)


class Person:
    """Who lives there and answers alerts."""

    def __init__(self, hass: HomeAssistant, planted: list[float]) -> None:
        """Take when flickers are planted (UTC seconds)."""
        self._hass = hass
        self._planted = planted
        self._answers = 0
        self.told: list[float] = []
        self.answered: dict[str, int] = {}
        hass.bus.async_listen(EVENT_ALERT, self._alerted)

    def shown(self) -> dict[str, Any]:
        """Return what was told, and of that what was planted."""
        found = [self._is_planted(moment) for moment in self.told]
        told = [any(p <= t <= p + TOLD_WITHIN for t in self.told) for p in self._planted]
        return {
            "alerts": len(self.told),
            "alerts_not_planted": found.count(False),
            "planted": len(self._planted),
            "planted_told": sum(told),
            "answers": self.answered,
        }

    def _is_planted(self, moment: float) -> bool:
        return any(p <= moment <= p + FLICKERS * FLICKER_STEP + 60 for p in self._planted)

    @callback
    def _alerted(self, event: Event[Any]) -> None:
        if event.data["type"] != ALERT_DETECTED:
            return
        now = self._hass.loop.time()
        self.told.append(now)
        name = "confirm" if self._is_planted(now) else ("mark_normal", "")[self._answers % 2]
        self._answers += name != "confirm"
        if name:
            episode_id = event.data["episode_id"]
            async_call_later(self._hass, ANSWERED_AFTER, partial(self._async_answer, name, episode_id))

    async def _async_answer(self, name: str, episode_id: str, _now: datetime) -> None:
        try:
            await self._hass.services.async_call(DOMAIN, name, {"episode_id": episode_id}, blocking=True)
        except HomeAssistantError as err:
            name = f"{name}: {type(err).__name__}"
        self.answered[name] = self.answered.get(name, 0) + 1


async def live(plan: argparse.Namespace, clock: HomeClock) -> dict[str, Any]:
    """Start a core on what earlier months left, live the days, return the figures."""
    home = Household(FIRST, range(plan.later, plan.again), plan.planted_from)
    days = range(plan.first, plan.first + plan.days)
    if not plan.first:
        options = {"entities": home.entity_ids, "history_days": 1, "retention_days": RETENTION_DAYS}
        add_entry(plan.config, options)
    nights, log, before = Nights(), Log(), formats(plan.config) if plan.first else {}
    learning = partial(LearnOptions, seconds=plan.night, calibrated_days=CALIBRATED_DAYS)
    planted = [moment for day in days if (moment := home.planted(day)) is not None]
    with (
        log.listening(),
        patch.object(coordinator, "TICK", TICK),
        patch.object(coordinator, "LearnOptions", learning),
        patch.object(TrainingProcess, "run", nights.around(TrainingProcess.run)),
    ):
        async with started(plan.config, home.states(plan.first), ZONE) as hass:
            person, memory, begun = Person(hass, planted), [kilobytes("VmRSS") / 1024], time.monotonic()
            lived = await live_days(hass, home, days, memory)
            found = await state_of(hass)
    return {
        "days": plan.days,
        "night_s": plan.night,
        "changes": lived,
        **person.shown(),
        "trainings": len(nights.seconds),
        "accepted": nights.accepted,
        "reasons": log.reasons,
        "training_s_max": round(max(nights.seconds, default=0.0), 1),
        "training_s_mean": round(sum(nights.seconds) / max(1, len(nights.seconds)), 1),
        **{key: round(value, 2) for key, value in found.items()},
        "rss_mb": round(memory[0], 1),
        "rss_growth_mb": round(memory[-1] - memory[0], 1),
        "rss_mb_by_day": [round(size) for size in memory],
        "warnings": log.warnings,
        "formats": {"found": before, "left": formats(plan.config)},
        "wall_s": round(time.monotonic() - begun),
        "cpu_s": round(sum(sum(resource.getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))),
    }


async def live_days(hass: HomeAssistant, home: Household, days: range, memory: list[float]) -> int:
    """Let everything happen at its time; return how many changes there were.

    memory: takes the resident MB after each day.
    """
    count = 0
    for day in days:
        for change in home.changes(day):
            await asyncio.sleep(change.time - hass.loop.time())
            hass.states.async_set(change.entity_id, change.state, change.attributes)
            count += 1
        memory.append(kilobytes("VmRSS") / 1024)
    end = FIRST + timedelta(days=days.stop)
    await asyncio.sleep(end.replace(hour=4).timestamp() - hass.loop.time())
    await hass.async_block_till_done()
    return count


async def state_of(hass: HomeAssistant) -> dict[str, float]:
    """Return what the journal and the store hold."""
    home = coordinator_of(hass)
    await hass.async_add_executor_job(home.journal.checkpoint)
    return {
        "journal_behaviors": await hass.async_add_executor_job(home.journal.count),
        "journal_mb": home.journal.path.stat().st_size / 2**20,
        "models_made": max(home.store.numbers(), default=0),
        "models_kept": len(home.store.numbers()),
        "feedback": len(await hass.async_add_executor_job(home.journal.feedback)),
    }


def main() -> None:
    """Live one month in a given folder and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    for name in ("first", "days", "later", "again", "planted-from"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--night", type=float, required=True)
    parser.add_argument("--config", type=Path, required=True)
    plan = parser.parse_args()
    plan.config.mkdir(parents=True, exist_ok=True)
    begin = (FIRST + timedelta(days=plan.first)).replace(hour=4)
    clock = HomeClock(begin.timestamp())
    with clock.worn(), asyncio.Runner(loop_factory=partial(WarpLoop, clock)) as runner:
        print(json.dumps(runner.run(live(plan, clock))))


if __name__ == "__main__":
    main()
