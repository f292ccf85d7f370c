"""What proposals are made of: choosing, meeting, a run, a use and its undoing, an on-time made longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from custom_components.smartguard.core.behavior import Behavior, Phase, phase

from .kinds import DECISIVE_TOGGLE, Control, Kind
from .log import Change, Floats, Log, Truth

# Two controls do not meet if no use of one lies so near to a use of the other (seconds).
MEETING = 300.0
# A control is at a wrong hour where at most this share of its uses lies in it and the hours beside it.
WRONG_SHARE = 0.005
# What is on for longer than this (seconds) is on for no particular time.
LONGEST = 6 * 3600.0
# What nobody does: a sensor sees nothing any more.
PASSIVE = frozenset({"clear"})

T = TypeVar("T")
Propose = Callable[[np.random.Generator], Change | None]
Switch = tuple[Control, Control]


def nothing(_rng: np.random.Generator) -> None:
    """Propose nothing: the home has no control for this kind."""


def one(choices: Sequence[T], rng: np.random.Generator) -> T:
    """Return one of some choices, each as likely as the others."""
    return choices[int(rng.integers(len(choices)))]


def about(counts: Floats, hour: int) -> float:
    """Return the uses in an hour and the two beside it; counts has shape (24,)."""
    return float(counts[[hour - 1, hour, (hour + 1) % 24]].sum())


def meetings(first: Floats, second: Floats) -> int:
    """Count the times, shape (M,), that lie within MEETING of one of the other, shape (N,), sorted."""
    near = np.searchsorted(second, first + MEETING, "right") - np.searchsorted(second, first - MEETING)
    return int((near > 0).sum())


def expected_meetings(log: Log) -> Iterator[tuple[float, Control, Control]]:
    """Yield what to expect of each two controls of two devices by their hours; somebody uses the second."""
    controls = list(log.uses)
    by_hour = np.array([log.hours[control] for control in controls]).reshape(-1, 24)
    expected = by_hour @ by_hour.T * (2 * MEETING / 3600.0 / log.days)
    for i, first in enumerate(controls):
        for j, second in enumerate(controls):
            if log.device[first.entity] != log.device[second.entity] and second.name not in PASSIVE:
                yield float(expected[i, j]), first, second


def most_expected(pairs: Sequence[tuple[float, T]], limits: Sequence[float]) -> list[T]:
    """Return what is expected at least as often as the first of some falling limits that anything reaches."""
    enough = ([pair for expected, pair in pairs if expected >= least] for least in limits)
    return next((found for found in enough if found), [])


def switches(log: Log) -> list[Switch]:
    """Return the common controls that begin something, each with the one that ends it."""
    return [(c, end) for c in log.uses if phase(c.name) is Phase.BEGIN and (end := log.opposite(c))]


def toggled(log: Log, switch: Switch, start: float, gaps: Floats) -> Change | None:
    """Return a run of uses of a switch from `start` on, so many seconds apart; None if it does not fit."""
    begin, end = switch
    times = [start, *map(float, start + np.cumsum(gaps))]
    first, second = (begin, end) if log.possible(begin, start) else (end, begin)
    if not log.possible(first, start) or not log.alone(begin.entity, start, times[-1]):
        return None
    added = tuple(log.use(second if i % 2 else first, time) for i, time in enumerate(times))
    truth = Truth(Kind.SD, added[0].time, added[DECISIVE_TOGGLE - 1].time, (begin.entity,))
    return Change(truth, added)


def and_back(log: Log, control: Control, time: float, rng: np.random.Generator) -> tuple[Behavior, ...]:
    """Return a use of a control and, after a usual while, of its opposite; nothing if it does not fit."""
    back = log.opposite(control)
    usual = [end - begin for begin, end in log.on_times.get(control.entity, [])]
    turns_on = phase(control.name) is Phase.BEGIN and usual
    lasts = float(np.median(usual)) if turns_on else float(rng.uniform(120.0, 360.0))
    if back is None or not log.possible(control, time) or not log.alone(control.entity, time, time + lasts):
        return ()
    return log.use(control, time), log.use(back, time + lasts)


def spans(log: Log, entity: str) -> list[tuple[Behavior, Behavior]]:
    """Return the behaviors that begin and end each on-time of an entity in the stream."""
    own = [b for b in log.of[entity] if phase(b.control) is not Phase.NONE]
    return [pair for pair in pairwise(own) if begins_and_ends(*pair)]


def begins_and_ends(first: Behavior, second: Behavior) -> bool:
    """Say whether a behavior begins something that the next one ends."""
    return phase(first.control) is Phase.BEGIN and phase(second.control) is Phase.END


def stretched(log: Log, begin: Behavior, end: Behavior, seconds: float, decisive: float) -> Change | None:
    """Return the change by which an on-time lasts so many seconds; None where it cannot end then.

    decisive: seconds after which it is too long. What the entity did meanwhile is taken out.
    """
    late = round(begin.time + seconds, 3)
    meanwhile = tuple(b for b in log.of[begin.entity] if begin.time < b.time <= late)
    asked = [b for b in meanwhile if phase(b.control) is not Phase.NONE]
    if not asked or asked[-1].control != end.control:
        return None
    truth = Truth(Kind.DD, begin.time, begin.time + decisive, (begin.entity,))
    return Change(truth, (replace(end, time=late),), meanwhile)
