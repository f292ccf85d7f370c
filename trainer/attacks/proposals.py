"""One way of proposing an injection for each kind of anomaly, from a home's own common controls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from .kinds import Kind
from .log import Change, Log, Truth
from .parts import (
    LONGEST,
    PASSIVE,
    WRONG_SHARE,
    Propose,
    about,
    and_back,
    any_use,
    flickering,
    followed,
    keep_apart,
    lasting,
    nothing,
    one,
)

# They do not belong together if they never met though their hours let one expect so many meetings; a
# sparse home without such a pair takes the next.
EXPECTED = (3.0, 1.0, 0.5)


def flicker(log: Log) -> Propose:
    """SD: a device with a common begin and end toggles 8 to 12 times, a few seconds apart."""
    return flickering(log, lambda rng: rng.uniform(2.0, 6.0, 7 + 2 * int(rng.integers(0, 3))))


def strangers(log: Log) -> Propose:
    """MD: within a minute of a real use of one control comes another that never met it."""
    pairs = keep_apart(log, 0.0, EXPECTED)

    def propose(rng: np.random.Generator) -> Change | None:
        pair = one(pairs, rng)
        start = any_use(log, pair[0], rng)
        return None if start is None else followed(log, pair, start, float(rng.uniform(20.0, 50.0)), rng)

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
    return lasting(log, LONGEST, lambda longest, rng: longest * float(rng.uniform(1.5, 3.0)) + 120.0)


PROPOSALS: dict[Kind, Callable[[Log], Propose]] = {
    Kind.SD: flicker,
    Kind.MD: strangers,
    Kind.DM: wrong_hour,
    Kind.DD: too_long,
}
