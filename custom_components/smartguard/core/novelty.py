"""First times: devices that are new, and what a well-known device never did before.

A new device has a week of grace in which nothing about it is an alarm. After that less is known of it than of
the home by which strange moments are counted: whatever it does, it has seldom done. A control that a known
device never showed is a strong sign; its currency is that of every other: how many such first times a week
the home had of late. What a person called a real alarm is told each time, for it is never learned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, log10
from typing import TypeAlias

from .behavior import Behavior
from .episode import Reason, nothing
from .evidence import DAY, WEEK, Facts

CHANNEL = "novelty"
GRACE = 7 * DAY
"""Seconds for which a device is new, and for which a home itself is."""
_LEAST_USES = 20
_WINDOW = 8 * WEEK
"""Seconds of the home's latest life in which first times are counted."""
_PRIOR = 0.5


AgeOf: TypeAlias = Callable[[Sequence[Behavior], float], float]
"""Tells for how many seconds the youngest device of some behaviors is known at a moment (UTC seconds)."""


def grown(_behaviors: Sequence[Behavior], _now: float) -> float:
    """Answer where every device was there from the first week on."""
    return inf


def youth(age: float, counted: float) -> float:
    """Return by how many powers of ten what is found of a device is more frequent than a home's tails say.

    age: seconds for which it is known. counted: seconds by which the tails were counted. New longest, new
    hours and new company become rare as a thing gets old: a device that has been there for a third of that
    time has three times as many. In its week of grace everything is new: infinity.
    """
    if age < GRACE:
        return inf
    return log10(counted / age) if age < counted else 0.0


@dataclass(frozen=True, slots=True)
class First:
    """When a control of an entity was used first (UTC seconds), and how often since."""

    device: str
    entity: str
    control: str
    time: float
    uses: int


class FirstTimes:
    """Knows since when each device and each control is known; `observe` keeps it up to date."""

    def __init__(self, firsts: Iterable[First] = ()) -> None:
        """Take what the record tells."""
        self._controls: dict[tuple[str, str], First] = {}
        self._devices: dict[str, float] = {}
        self._entities: dict[str, float] = {}
        self._uses: Counter[str] = Counter()
        self._began = inf
        for first in firsts:
            self._add(first)

    def observe(self, b: Behavior) -> None:
        """Take in a behavior."""
        self._add(First(b.device, b.entity, b.control, b.time, 1))

    @property
    def entities(self) -> dict[str, set[str]]:
        """Return the entities of each device that is on record, by their keys."""
        found: dict[str, set[str]] = defaultdict(set)
        for first in list(self._controls.values()):  # another thread may add meanwhile
            found[first.device].add(first.entity)
        return dict(found)

    def age(self, behaviors: Iterable[Behavior], now: float) -> float:
        """Return for how long the youngest device of behaviors is known, seconds.

        An entity that came to another device is known from before. Infinity where all were there from the
        home's first week on: none is newer than the home.
        """
        came = [min(self._devices.get(b.device, now), self._entities.get(b.entity, now)) for b in behaviors]
        return min((now - first for first in came if first - self._began >= GRACE), default=inf)

    def find(self, b: Behavior, is_confirmed: Callable[[Reason], bool] = nothing) -> Reason | None:
        """Say how strange it is that a known device does this for the first time; None if it does not.

        is_confirmed: what people called a real alarm the first time; the fact `again` says that it is not.
        """
        first = self._controls.get((b.entity, b.control))
        known, uses = self._age(b.device, b.time), self._uses[b.device] - 1
        if first is None or known < GRACE or uses < _LEAST_USES:
            return None
        facts: Facts = {"uses": float(uses), "seconds": known}
        if first.time == b.time:
            return Reason(CHANNEL, self._score(first, b.time), (b,), (b,), facts)
        again = Reason(CHANNEL, 0.0, (b,), (b,), {**facts, "again": 1.0})
        return replace(again, score=self._score(first, b.time)) if is_confirmed(again) else None

    def _add(self, first: First) -> None:
        key = first.entity, first.control
        if key not in self._controls or first.time < self._controls[key].time:
            self._controls[key] = first
        self._devices[first.device] = min(first.time, self._devices.get(first.device, inf))
        self._entities[first.entity] = min(first.time, self._entities.get(first.entity, inf))
        self._uses[first.device] += first.uses
        self._began = min(self._began, first.time)

    def _age(self, device: str, now: float) -> float:
        return now - self._devices.get(device, now)

    def _score(self, of: First, now: float) -> float:
        """Return -log10 of the other first times a week, of devices that were known by then."""
        begin = max(self._began + GRACE, now - _WINDOW)
        weeks = max((now - begin) / WEEK, 1.0)
        before = [f for f in self._controls.values() if begin <= f.time < now and f is not of]
        count = sum(self._age(f.device, f.time) >= GRACE for f in before)
        return -log10((count + _PRIOR) / weeks)
