"""One way of proposing an injection for each kind of anomaly, from a home's own common controls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from .kinds import Control, Kind
from .log import Change, Log, Truth
from .parts import (
    LONGEST,
    PASSIVE,
    WRONG_SHARE,
    Propose,
    about,
    and_back,
    expected_meetings,
    meetings,
    most_expected,
    nothing,
    one,
    spans,
    stretched,
    switches,
    toggled,
)

# They do not belong together if they never met though their hours let one expect so many meetings; a
# sparse home without such a pair takes the next.
EXPECTED = (3.0, 1.0, 0.5)


def flicker(log: Log) -> Propose:
    """SD: a device with a common begin and end toggles 8 to 12 times, a few seconds apart."""
    pairs = switches(log)

    def propose(rng: np.random.Generator) -> Change | None:
        switch = one(pairs, rng)
        start = one(log.times, rng) + float(rng.uniform(5.0, 60.0))
        return toggled(log, switch, start, rng.uniform(2.0, 6.0, 7 + 2 * int(rng.integers(0, 3))))

    return propose if pairs else nothing


def strangers(log: Log) -> Propose:
    """MD: within a minute of a real use of one control comes another that never met it."""
    pairs = _never_met(log)

    def propose(rng: np.random.Generator) -> Change | None:
        first, second = one(pairs, rng)
        starts = [b.time for b in log.of[first.entity] if b.control == first.name]
        if not starts:
            return None
        start = one(starts, rng)
        added = and_back(log, second, start + float(rng.uniform(20.0, 50.0)), rng)
        truth = added and Truth(Kind.MD, start, added[0].time, (first.entity, second.entity))
        return Change(truth, added) if truth else None

    return propose if pairs else nothing


def wrong_hour(log: Log) -> Propose:
    """DM: a common control at an hour at which, and beside which, it is hardly ever used."""
    choices = [
        (control, hour)
        for control, counts in log.hours.items()
        for hour in range(24)
        if control.name not in PASSIVE and about(counts, hour) <= WRONG_SHARE * counts.sum()
    ]

    def propose(rng: np.random.Generator) -> Change | None:
        control, hour = one(choices, rng)
        day = datetime.fromtimestamp(one(log.times, rng), log.zone)
        minute, second = int(rng.integers(60)), int(rng.integers(60))
        added = and_back(log, control, day.replace(hour=hour, minute=minute, second=second).timestamp(), rng)
        truth = added and Truth(Kind.DM, added[0].time, added[0].time, (control.entity,))
        return Change(truth, added) if truth else None

    return propose if choices else nothing


def too_long(log: Log) -> Propose:
    """DD: what was turned on stays on for 1.5 to 3 times the longest that was learned."""
    longest = {entity: max(end - begin for begin, end in times) for entity, times in log.on_times.items()}
    entities = [
        entity
        for entity, times in log.on_times.items()
        if len(times) >= log.least and 0 < longest[entity] <= LONGEST and entity in log.of
    ]

    def propose(rng: np.random.Generator) -> Change | None:
        entity = one(entities, rng)
        found = spans(log, entity)
        if not found:
            return None
        begin, end = one(found, rng)
        lasts = longest[entity] * float(rng.uniform(1.5, 3.0)) + 120.0
        return stretched(log, begin, end, lasts, longest[entity])

    return propose if entities else nothing


PROPOSALS: dict[Kind, Callable[[Log], Propose]] = {
    Kind.SD: flicker,
    Kind.MD: strangers,
    Kind.DM: wrong_hour,
    Kind.DD: too_long,
}


def _never_met(log: Log) -> list[tuple[Control, Control]]:
    """Return pairs of controls of two devices that never met though that was to be expected."""
    apart = [
        (expected, (first, second))
        for expected, first, second in expected_meetings(log)
        if expected >= min(EXPECTED) and not meetings(log.uses[first], log.uses[second])
    ]
    return most_expected(apart, EXPECTED)
