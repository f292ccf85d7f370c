"""`scripts/bench poison`: how often an attack must be repeated until the model takes it for a habit.

A simulated home is lived night by night; each night the same four attacks are played, and each morning the
home learns anew, by the product's own objects (Watch, Policy, learn, Corrections). Once it learns all that
it lived, once it leaves out what it told as strange until a week has passed without a word of anybody (as
the product does), once a person confirms each alert. What cools down after an alert is not counted as
accepted: each day begins with a new policy.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from . import core_access  # noqa: F401  # before the core is imported

# isort: split
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode
from custom_components.smartguard.core.errors import SmartGuardError
from custom_components.smartguard.core.feedback import CONFIRMED, Corrections, Feedback
from custom_components.smartguard.core.learn import LIVE_TRAINING, LearnOptions, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.core.policy import Policy
from custom_components.smartguard.core.replay import replay
from custom_components.smartguard.core.watch import Watch

from .attacks import injectors, undo
from .simulate import Action, Home, holding, settle, simulate
from .simulate.behaviors import to_behaviors

# Which row of the paper's Table 2 stands for each type, and the local hour at which it is played.
ATTACKS = {
    "SD": ("light_flickering", 1.0),
    "DM": ("valve_at_midnight", 2.0),
    "MD": ("camera_off_while_locked", 3.0),
    "DD": ("long_microwave", 14.5),
}
ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 5, tzinfo=ZONE)
LATE, CALM, PATIENCE = 1800.0, 120.0, 3600.0
"""Seconds after an attack in which it has to be told; after which it is undone; that it may come later."""
_MEMORY = 3000

Span = tuple[float, float, frozenset[str]]
Learnable = Callable[[Sequence[Behavior], Sequence[Episode], float], list[Behavior]]


@dataclass
class Night:
    """A day that was lived with its attacks: behaviors, and of each attack from when to when and by what."""

    behaviors: list[Behavior]
    spans: dict[str, Span]
    end: float


@dataclass
class Course:
    """What came of the nights: whether each attack was told in each, and alerts about anything else."""

    told: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in ATTACKS})
    others: int = 0
    refused: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return repeats until the first that was not told (None: all were), and the share that was told."""
        return {
            "repeats_until_accepted": {name: _first_missed(told) for name, told in self.told.items()},
            "told": {name: f"{sum(told)} of {len(told)}" for name, told in self.told.items()},
            "other_alerts": self.others,
            "models_refused": self.refused,
        }


def _first_missed(told: Sequence[bool]) -> int | None:
    return told.index(False) if False in told else None


def main(arguments: list[str]) -> int:
    """Read the flags, live each course, print and write the result; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/bench poison", description=__doc__)
    parser.add_argument("--days", type=int, default=28, help="days learned before the first attack")
    parser.add_argument("--nights", type=int, default=14)
    parser.add_argument("--epochs", type=int, default=LIVE_TRAINING.epochs, help="of each training, at most")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    options = LearnOptions(ZONE.key, seed=given.seed, training=replace(LIVE_TRAINING, epochs=given.epochs))
    past, nights = lives(given.seed, given.days, given.nights)
    result: dict[str, Any] = {
        "seed": given.seed,
        "days": given.days,
        "nights": given.nights,
        "epochs": given.epochs,
        "attacks": {name: row for name, (row, _) in ATTACKS.items()},
        "courses": {},
    }
    for name, learnable in COURSES.items():
        print(f"{name}: {given.nights} nights", file=sys.stderr)
        result["courses"][name] = course(past, nights, options, learnable).to_json()
        text = json.dumps(result, indent=1)
        if given.out:
            given.out.write_text(text + "\n", encoding="utf-8")
    print(json.dumps(result))
    return 0


def lives(seed: int, days: int, nights: int) -> tuple[list[Behavior], list[Night]]:
    """Return days without an attack, and the nights that follow them."""
    home, rng = Home.demonstration(), np.random.default_rng(seed)
    actions = simulate(home, seed, START, days)
    past, found = to_behaviors(actions), []
    for number in range(days, days + nights):
        day = START + timedelta(days=number)
        today = simulate(home, seed, day, 1)
        spans: dict[str, Span] = {}
        for name in ATTACKS:
            attack = _attack(home, name, [*actions, *today], day, rng)
            spans[name] = (attack[0].time, attack[-1].time + LATE, frozenset(a.entity for a in attack))
            today = sorted([*today, *attack], key=lambda a: a.time)
        begun = len(settle(home, actions))
        settled = settle(home, [*actions, *today])
        found.append(Night(to_behaviors(settled[begun:]), spans, settled[-1].time + LATE))
        actions = settled
    return past, found


def _attack(
    home: Home, name: str, before: Sequence[Action], day: datetime, rng: np.random.Generator
) -> list[Action]:
    """Return an attack and what undoes it; an hour before 04:00 is of the night that ends the day."""
    row, hour = ATTACKS[name]
    begin = (day + timedelta(hours=hour + (24 if hour < 4 else 0))).timestamp() + float(
        rng.uniform(-900, 900)
    )
    for when in np.arange(begin, begin + PATIENCE, CALM):
        held = holding(home, [a for a in before if a.time < when])
        try:
            played = injectors(home)[row].actions(float(when), held, rng)
        except ValueError:  # what it needs is in use just now
            continue
        return [*played, *undo(home, played, held, CALM)]
    raise SmartGuardError(f"expected a moment for {row} on {day.date()}, got none")


def course(
    past: Sequence[Behavior], nights: Iterable[Night], options: LearnOptions, learnable: Learnable
) -> Course:
    """Live through the nights and learn after each what is learnable."""
    lived, told, found = list(past), list[Episode](), Course()
    guard = learn(lived, options).guard
    for night in nights:
        firsts = FirstTimes()
        for behavior in lived:
            firsts.observe(behavior)
        memory, policy = Memory.replay(lived[-_MEMORY:]), Policy.with_budget(1.0)
        begin = lived[-1].time
        (episodes,) = replay(Watch(guard, firsts), [policy], memory, night.behaviors, begin, night.end)
        hits = {name: [e for e in episodes if _is_about(e, span)] for name, span in night.spans.items()}
        for name, about in hits.items():
            found.told[name].append(bool(about))
        found.others += sum(not any(e in about for about in hits.values()) for e in episodes)
        lived += night.behaviors
        told += episodes
        learned = learn(learnable(lived, told, night.end), options, incumbent=guard)
        found.refused += not learned.report["accepted"]
        guard = learned.guard if learned.report["accepted"] else guard
        print(json.dumps({name: told[-1] for name, told in found.told.items()}), file=sys.stderr)
    return found


def _is_about(episode: Episode, span: Span) -> bool:
    begin, end, entities = span
    about = {b.entity for reason in episode.reasons for b in reason.behaviors}
    return begin <= episode.start <= end and not entities.isdisjoint(about)


def _all(lived: Sequence[Behavior], _told: Sequence[Episode], _now: float) -> list[Behavior]:
    return list(lived)


def _unjudged(lived: Sequence[Behavior], told: Sequence[Episode], now: float) -> list[Behavior]:
    return Corrections(ZONE).learnable(lived, told, now)


def _confirmed(lived: Sequence[Behavior], told: Sequence[Episode], now: float) -> list[Behavior]:
    words = tuple(Feedback.on(e.id, e, CONFIRMED, "", now, ZONE) for e in told)
    return Corrections(ZONE, words).learnable(lived, told, now)


COURSES: dict[str, Learnable] = {
    "everything is learned": _all,
    "what was told is left out for a week": _unjudged,
    "a person confirms each alert": _confirmed,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
