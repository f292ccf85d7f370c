"""One way of proposing an injection for each kind of anomaly, from a home's own common controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

import numpy as np

from custom_components.smartguard.core.behavior import Behavior, Phase, phase

from .kinds import DECISIVE_TOGGLE, Control, Kind
from .log import Change, Floats, Log, Truth

# Two controls do not meet if no use of one lies so near to a use of the other (seconds).
MEETING = 300.0
# They do not belong together if they never met though their hours let one expect so many meetings; a
# sparse home without such a pair takes the next.
EXPECTED = (3.0, 1.0, 0.5)
# A control is at a wrong hour where at most this share of its uses lies in it and the hours beside it.
WRONG_SHARE = 0.005
# What is on for longer than this (seconds) is on for no particular time.
LONGEST = 6 * 3600.0
# What nobody does: a sensor sees nothing any more.
_PASSIVE = frozenset({"clear"})

T = TypeVar("T")
Propose = Callable[[np.random.Generator], Change | None]


def flicker(log: Log) -> Propose:
    """SD: a device with a common begin and end toggles 8 to 12 times, a few seconds apart."""
    pairs = [(c, end) for c in log.uses if phase(c.name) is Phase.BEGIN and (end := log.opposite(c))]

    def propose(rng: np.random.Generator) -> Change | None:
        begin, end = _one(pairs, rng)
        start = _one(log.times, rng) + float(rng.uniform(5.0, 60.0))
        gaps = rng.uniform(2.0, 6.0, 7 + 2 * int(rng.integers(0, 3)))
        times = [start, *map(float, start + np.cumsum(gaps))]
        first, second = (begin, end) if log.possible(begin, start) else (end, begin)
        if not log.possible(first, start) or not log.alone(begin.entity, start, times[-1]):
            return None
        added = tuple(log.use(second if i % 2 else first, time) for i, time in enumerate(times))
        truth = Truth(Kind.SD, added[0].time, added[DECISIVE_TOGGLE - 1].time, (begin.entity,))
        return Change(truth, added)

    return propose if pairs else _nothing


def strangers(log: Log) -> Propose:
    """MD: within a minute of a real use of one control comes another that never met it."""
    pairs = _never_met(log)

    def propose(rng: np.random.Generator) -> Change | None:
        first, second = _one(pairs, rng)
        starts = [b.time for b in log.of[first.entity] if b.control == first.name]
        if not starts:
            return None
        start = _one(starts, rng)
        added = _and_back(log, second, start + float(rng.uniform(20.0, 50.0)), rng)
        truth = added and Truth(Kind.MD, start, added[0].time, (first.entity, second.entity))
        return Change(truth, added) if truth else None

    return propose if pairs else _nothing


def wrong_hour(log: Log) -> Propose:
    """DM: a common control at an hour at which, and beside which, it is hardly ever used."""
    choices = [
        (control, hour)
        for control, counts in log.hours.items()
        for hour in range(24)
        if control.name not in _PASSIVE and _about(counts, hour) <= WRONG_SHARE * counts.sum()
    ]

    def propose(rng: np.random.Generator) -> Change | None:
        control, hour = _one(choices, rng)
        day = datetime.fromtimestamp(_one(log.times, rng), log.zone)
        minute, second = int(rng.integers(60)), int(rng.integers(60))
        added = _and_back(log, control, day.replace(hour=hour, minute=minute, second=second).timestamp(), rng)
        truth = added and Truth(Kind.DM, added[0].time, added[0].time, (control.entity,))
        return Change(truth, added) if truth else None

    return propose if choices else _nothing


def too_long(log: Log) -> Propose:
    """DD: what was turned on stays on for 1.5 to 3 times the longest that was learned."""
    longest = {entity: max(end - begin for begin, end in times) for entity, times in log.on_times.items()}
    entities = [
        entity
        for entity, times in log.on_times.items()
        if len(times) >= log.least and 0 < longest[entity] <= LONGEST and entity in log.of
    ]

    def propose(rng: np.random.Generator) -> Change | None:
        entity = _one(entities, rng)
        own = [b for b in log.of[entity] if phase(b.control) is not Phase.NONE]
        spans = [pair for pair in pairwise(own) if _begins_and_ends(*pair)]
        if not spans:
            return None
        begin, end = _one(spans, rng)
        late = round(begin.time + longest[entity] * float(rng.uniform(1.5, 3.0)) + 120.0, 3)
        meanwhile = tuple(b for b in log.of[entity] if begin.time < b.time <= late)
        if not meanwhile or [b for b in own if b.time <= late][-1].control != end.control:
            return None
        truth = Truth(Kind.DD, begin.time, begin.time + longest[entity], (entity,))
        return Change(truth, (replace(end, time=late),), meanwhile)

    return propose if entities else _nothing


PROPOSALS: dict[Kind, Callable[[Log], Propose]] = {
    Kind.SD: flicker,
    Kind.MD: strangers,
    Kind.DM: wrong_hour,
    Kind.DD: too_long,
}


def _nothing(_rng: np.random.Generator) -> None:
    """Propose nothing: the home has no control for this kind."""


def _one(choices: Sequence[T], rng: np.random.Generator) -> T:
    return choices[int(rng.integers(len(choices)))]


def _begins_and_ends(first: Behavior, second: Behavior) -> bool:
    return phase(first.control) is Phase.BEGIN and phase(second.control) is Phase.END


def _about(counts: Floats, hour: int) -> float:
    """Return the uses in an hour and the two beside it; counts has shape (24,)."""
    return float(counts[[hour - 1, hour, (hour + 1) % 24]].sum())


def _never_met(log: Log) -> list[tuple[Control, Control]]:
    """Return pairs of controls of two devices that never met though that was to be expected."""
    controls = list(log.uses)
    by_hour = np.array([log.hours[control] for control in controls]).reshape(-1, 24)
    expected = by_hour @ by_hour.T * (2 * MEETING / 3600.0 / log.days)
    apart = [
        (expected[i, j], (first, second))
        for i, first in enumerate(controls)
        for j, second in enumerate(controls)
        if expected[i, j] >= min(EXPECTED) and _unrelated(log, first, second)
    ]
    for least in EXPECTED:
        pairs = [pair for meetings, pair in apart if meetings >= least]
        if pairs:
            return pairs
    return []


def _unrelated(log: Log, first: Control, second: Control) -> bool:
    """Say whether two devices' controls never met, and the second is one that somebody uses."""
    other = log.device[first.entity] != log.device[second.entity]
    return other and second.name not in _PASSIVE and not meet(log.uses[first], log.uses[second])


def meet(first: Floats, second: Floats) -> bool:
    """Say whether a time of one, shape (M,), lies within MEETING of one of the other, shape (N,), sorted."""
    near = np.searchsorted(second, first + MEETING, "right") - np.searchsorted(second, first - MEETING)
    return bool((near > 0).any())


def _and_back(log: Log, control: Control, time: float, rng: np.random.Generator) -> tuple[Behavior, ...]:
    """Return a use of a control and, after a usual while, of its opposite; nothing if it does not fit."""
    back = log.opposite(control)
    usual = [end - begin for begin, end in log.on_times.get(control.entity, [])]
    turns_on = phase(control.name) is Phase.BEGIN and usual
    lasts = float(np.median(usual)) if turns_on else float(rng.uniform(120.0, 360.0))
    if back is None or not log.possible(control, time) or not log.alone(control.entity, time, time + lasts):
        return ()
    return log.use(control, time), log.use(back, time + lasts)
