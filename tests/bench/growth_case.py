"""One home of `scripts/bench growth`, in a process of its own: imported, learned, judged; prints JSON."""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

import homeassistant.const  # noqa: F401 - replaces what the component imports, so it comes first

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.history_csv import read
from custom_components.smartguard.core.learn import LIVE_TRAINING, LearnOptions, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.recall import MEMORY_DAYS
from trainer.memory import kilobytes

from .lives import DAY, NOW, life

EPOCHS: Final = 2
JUDGED: Final = 200
ROUNDS: Final = 5


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of a piece of work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def rows(lived: Sequence[Behavior]) -> Iterator[str]:
    """Yield a history export of the same uses."""
    yield "entity_id,state,last_changed"
    for name in {behavior.entity for behavior in lived}:
        yield f"{name},off,{datetime.fromtimestamp(lived[0].time - DAY, UTC).isoformat()}"
    for behavior in lived:
        state = behavior.control.removeprefix("turn_")
        yield f"{behavior.entity},{state},{datetime.fromtimestamp(behavior.time, UTC).isoformat()}"


def imported(lived: Sequence[Behavior], journal: Journal) -> dict[str, float]:
    """Read the export into a journal, and measure both, and what is asked of the journal at a start."""
    text = list(rows(lived))
    found: list[Behavior] = []
    reading = seconds(lambda: found.extend(read(text, UTC, NOW + DAY).behaviors))

    def write() -> None:
        journal.add(found)
        journal.flush()

    writing = seconds(write)
    if journal.count() != len(found):
        raise RuntimeError(f"expected {len(found)} behaviors in the journal, got {journal.count()}")
    journal.checkpoint()
    lately = NOW - MEMORY_DAYS * DAY
    asked = {
        "lately": lambda: (journal.last_of_each(lately), journal.behaviors(lately)),
        "firsts": lambda: FirstTimes(journal.firsts()),
        "count": journal.count,
    }
    ms = {f"{name}_ms": 1e3 * median(seconds(ask) for _ in range(ROUNDS)) for name, ask in asked.items()}
    return {"import_s": reading + writing, "journal_mb": journal.path.stat().st_size / 2**20, **ms}


def learned(lived: Sequence[Behavior]) -> tuple[Guard, dict[str, float]]:
    """Learn as every night, with two epochs; measure the network's part and the others'."""
    options = LearnOptions("UTC", training=replace(LIVE_TRAINING, epochs=EPOCHS), seconds=None)
    passed = {0.0: time.process_time()}

    def progressed(share: float) -> None:
        passed.setdefault(share, time.process_time())

    before = kilobytes("VmRSS")
    result = learn(lived, options, progressed)
    end = time.process_time()
    found = {
        "cross_fit_s": passed[0.1] - passed[0.0],
        "fit_s": passed[0.15] - passed[0.1],
        "network_s_per_epoch": (passed[0.95] - passed[0.15]) / result.report["epochs"],
        "judge_candidate_s": end - passed[0.95],
        "learn_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }
    return result.guard, found


def judged(guard: Guard, lived: Sequence[Behavior]) -> dict[str, float]:
    """Judge the newest behaviors one by one, and a tick after each."""
    memory = Memory.replay(lived[:-JUDGED])
    at_once, ticks = [], []
    for behavior in lived[-JUDGED:]:
        memory.observe(behavior)
        at_once.append(seconds(lambda: guard.judge(memory)))
        ticks.append(seconds(lambda now=behavior.time: guard.judge_open(memory, now)))  # type: ignore[misc]
    return {"score_ms": 1e3 * median(at_once), "tick_ms": 1e3 * median(ticks)}


def main() -> None:
    """Measure one home and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    for name in ("devices", "per_day", "days"):
        parser.add_argument(f"--{name}", type=int, required=True)
    plan = parser.parse_args()
    lived = life(plan.devices, plan.per_day, plan.days)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder) / "journal.db")
        found: dict[str, Any] = {"behaviors": len(lived), **imported(lived, journal)}
        journal.close()
        guard, costs = learned(lived)
        guard.save(Path(folder) / "model.npz")
        found |= {**costs, "model_mb": (Path(folder) / "model.npz").stat().st_size / 2**20}
    found |= judged(guard, lived)
    print(json.dumps({key: round(value, 4) for key, value in found.items()}))


if __name__ == "__main__":
    main()
