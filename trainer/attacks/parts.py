"""What both ways of proposing share: choosing, who keeps apart, a run, a use and its undoing, an on-time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
Pair = tuple[Control, Control]


def nothing(_rng: np.random.Generator) -> None:
    """Propose nothing: the home has no control for this kind."""


def one(choices: Sequence[T], rng: np.random.Generator) -> T:
    """Return one of some choices, each as likely as the others."""
    return choices[int(rng.integers(len(choices)))]


def about(counts: Floats, hour: int) -> float:
    """Return the uses in an hour and the two beside it; counts has shape (24,)."""
    return float(counts[[hour - 1, hour, (hour + 1) % 24]].sum())


def keep_apart(log: Log, share: float, limits: Sequence[float]) -> list[Pair]:
    """Return controls of two devices that met at most this share of what their hours let one expect.

    Somebody uses the second. limits: meetings to be expected, falling; the first that any pair reaches counts
    for all.
    """
    controls = list(log.uses)
    by_hour = np.array([log.hours[control] for control in controls]).reshape(-1, 24)
    expected = by_hour @ by_hour.T * (2 * MEETING / 3600.0 / log.days)
    apart = [
        (expected[i, j], (first, second))
        for i, first in enumerate(controls)
        for j, second in enumerate(controls)
        if expected[i, j] >= min(limits)
        and log.device[first.entity] != log.device[second.entity]
        and second.name not in PASSIVE
        and meetings(log.uses[second], log.uses[first]) <= share * expected[i, j]
    ]
    enough = ([pair for count, pair in apart if count >= least] for least in limits)
    return next((pairs for pairs in enough if pairs), [])


def meetings(first: Floats, second: Floats) -> int:
    """Count the times, shape (M,), that lie within MEETING of one of the other, shape (N,), sorted."""
    near = np.searchsorted(second, first + MEETING, "right") - np.searchsorted(second, first - MEETING)
    return int((near > 0).sum())


def any_use(log: Log, control: Control, rng: np.random.Generator) -> float | None:
    """Return when one of the uses of a control was, UTC seconds, None where the stream has none."""
    times = [b.time for b in log.of[control.entity] if b.control == control.name]
    return one(times, rng) if times else None


def followed(log: Log, pair: Pair, start: float, seconds: float, rng: np.random.Generator) -> Change | None:
    """Return a use of the second control so long after one of the first; None if it does not fit."""
    first, second = pair
    added = and_back(log, second, start + seconds, rng)
    if not added:
        return None
    return Change(Truth(Kind.MD, start, added[0].time, (first.entity, second.entity)), added)


def flickering(log: Log, gaps: Callable[[np.random.Generator], Floats]) -> Propose:
    """Return what proposes runs of a device with a common begin and end; gaps: draws seconds between uses."""
    switches = [(c, end) for c in log.uses if phase(c.name) is Phase.BEGIN and (end := log.opposite(c))]

    def propose(rng: np.random.Generator) -> Change | None:
        begin, end = one(switches, rng)
        start = one(log.times, rng) + float(rng.uniform(5.0, 60.0))
        times = [start, *map(float, start + np.cumsum(gaps(rng)))]
        first, second = (begin, end) if log.possible(begin, start) else (end, begin)
        if not log.possible(first, start) or not log.alone(begin.entity, start, times[-1]):
            return None
        added = tuple(log.use(second if i % 2 else first, time) for i, time in enumerate(times))
        truth = Truth(Kind.SD, added[0].time, added[DECISIVE_TOGGLE - 1].time, (begin.entity,))
        return Change(truth, added)

    return propose if switches else nothing


def lasting(log: Log, most: float, lasts: Callable[[float, np.random.Generator], float]) -> Propose:
    """Return what proposes on-times beyond the longest learned, of entities whose longest is at most `most`.

    lasts: draws how long, from the longest; all in seconds.
    """
    longest = {entity: max(end - begin for begin, end in times) for entity, times in log.on_times.items()}
    entities = [
        entity
        for entity, times in log.on_times.items()
        if len(times) >= log.least and 0 < longest[entity] <= most and entity in log.of
    ]

    def propose(rng: np.random.Generator) -> Change | None:
        entity = one(entities, rng)
        own = [b for b in log.of[entity] if phase(b.control) is not Phase.NONE]
        spans = [pair for pair in pairwise(own) if _begins_and_ends(*pair)]
        if not spans:
            return None
        begin, end = one(spans, rng)
        late = round(begin.time + lasts(longest[entity], rng), 3)
        meanwhile = tuple(b for b in log.of[entity] if begin.time < b.time <= late)
        if not meanwhile or [b for b in own if b.time <= late][-1].control != end.control:
            return None
        truth = Truth(Kind.DD, begin.time, begin.time + longest[entity], (entity,))
        return Change(truth, (replace(end, time=late),), meanwhile)

    return propose if entities else nothing


def and_back(log: Log, control: Control, time: float, rng: np.random.Generator) -> tuple[Behavior, ...]:
    """Return a use of a control and, after a usual while, of its opposite; nothing if it does not fit."""
    back = log.opposite(control)
    usual = [end - begin for begin, end in log.on_times.get(control.entity, [])]
    turns_on = phase(control.name) is Phase.BEGIN and usual
    lasts = float(np.median(usual)) if turns_on else float(rng.uniform(120.0, 360.0))
    if back is None or not log.possible(control, time) or not log.alone(control.entity, time, time + lasts):
        return ()
    return log.use(control, time), log.use(back, time + lasts)


def _begins_and_ends(first: Behavior, second: Behavior) -> bool:
    return phase(first.control) is Phase.BEGIN and phase(second.control) is Phase.END
