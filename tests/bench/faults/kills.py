"""`kill -9` at random moments of import, journal write, training, artifact write and swap."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from . import after, house, lives
from .forks import Life, ask, kill
from .outcome import Outcome

OLD: Final = 5.0
"""Seconds after which a behavior must be on disk."""
SLACK: Final = 1.0
"""Seconds that a busy loop may be late with the commit that it was asked for after OLD."""
TOGETHER: Final = 4
# The longest time that may pass from the beginning of a moment to the kill.
SPANS: Final = {"import": 1.5, "journal": 12.0, "training": 8.0, "artifact": 1.5, "swap": 1.5}
AIM: Final = "no behavior older than 5 s is lost, the last good model guards again, no episode is partial"


def furnish(folder: Path) -> Path:
    """Make a house to copy, which has two models of what its recorder told it."""
    folder.mkdir(parents=True)
    ask(_move_in, folder)
    return folder


async def _move_in(folder: Path) -> None:
    async with house.running(folder) as hass:
        await house.async_furnish(hass)
        await house.async_status(hass, "guarding")
        home = house.entry_of(hass).runtime_data
        await hass.async_add_executor_job(home.store.add, home.guard, time.time(), home.data.behaviors)


def run(learned: Path, folder: Path, kills: int, seed: int, how: str) -> Outcome:
    """Kill a way of living `kills` times."""
    rng = random.Random(f"{seed} {how}")
    outcome = Outcome(f"kill during {how}", AIM)
    source = learned if how != "import" else _without_record(learned, folder / "without record")
    whole = ask(after.look_at, _copy(source, folder / "whole")) if how == "import" else None
    for number in range(0, kills, TOGETHER):
        jobs = [
            ((_copy(source, folder / str(n)), how, seed + n), rng.uniform(0, SPANS[how]))
            for n in range(number, min(number + TOGETHER, kills))
        ]
        for (args, _), life in zip(jobs, kill(lives.live, jobs), strict=True):
            outcome.most("seconds that a training outlived its home", _orphaned(args[0], life.killed))
            _judge(outcome, args[0], life, whole)
            shutil.rmtree(args[0])
    return outcome


def _without_record(learned: Path, target: Path) -> Path:
    for path in house.kept(_copy(learned, target)).glob("journal.db*"):
        path.unlink()
    return target


def _copy(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(source, target)


def _judge(outcome: Outcome, folder: Path, life: Life, whole: dict[str, Any] | None) -> None:
    """Look at what is on disk, start again, and compare with what was said."""
    lived = {word[2]: word[1] for word in life.said if word[0] == "behavior"}
    disk, again = ask(after.on_disk, folder), ask(after.look_at, folder)
    ages = {key: life.killed - said for key, said in lived.items()}
    gone = [ages[key] for key in ages.keys() - _keys(disk)]
    outcome.behaviors += len(lived)
    outcome.lost += sum(age > OLD + SLACK for age in gone)
    outcome.most("age of the oldest behavior that the journal lost, s", max(gone, default=0.0))
    missed = [ages[key] for key in ages.keys() - _keys(again)]
    outcome.most("the same after the recorder filled the gap, s", max(missed, default=0.0))
    if whole is not None:
        outcome.behaviors += len(_keys(whole))
        outcome.lost += len(_keys(whole) - _keys(again))
        outcome.count("imported twice", len(again["behaviors"]) - len(_keys(again)))
    alerts = {word[2] for word in life.said if word[0] == "alert" and word[1] < life.killed - OLD}
    outcome.count("an alert that was told is not on record", len(alerts - set(disk["episodes"])))
    outcome.count("a model that can not be read", disk["problem"] is not None)
    outcome.take(again)


def _keys(found: dict[str, Any]) -> set[tuple[float, str]]:
    return {(b.time, b.entity) for b in found["behaviors"]}


def _orphaned(folder: Path, killed: float) -> float:
    """Wait until no training of a killed home is left; return how long after the kill that was (Linux)."""
    waited = False
    while any(str(folder) in command for command in _commands()) and time.monotonic() < killed + 60:
        waited = True
        time.sleep(0.1)
    return time.monotonic() - killed if waited else 0.0


def _commands() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            if "smartguard_core" in command:
                yield command
