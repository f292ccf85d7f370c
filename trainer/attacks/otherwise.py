"""Another way of proposing an injection for each kind, for what was made to find the first way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from .kinds import Kind
from .log import Change, Floats, Log, Truth
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

# Two controls hardly belong together if they met at most this share of what their hours let one expect.
HARDLY = 0.25
# So many meetings have to be expected for that; a sparse home without such a pair takes the next.
EXPECTED = (4.0, 2.0, 1.0)
# A usual hour of a control holds, with the hours beside it, at least this share of its uses.
USUAL_SHARE = 0.15
# What is used so soon (seconds) after something belongs to the same routine.
ROUTINE = 60.0


def restless(log: Log) -> Propose:
    """SD: a device toggles 6 to 20 times, in haste (0.5 s apart) or slowly (8 s), at one pace in each run."""

    def gaps(rng: np.random.Generator) -> Floats:
        pace = float(np.exp(rng.uniform(np.log(0.7), np.log(5.0))))
        return pace * rng.uniform(0.7, 1.6, 2 * int(rng.integers(3, 11)) - 1)

    return flickering(log, gaps)


def hardly_together(log: Log) -> Propose:
    """MD: a control, at an hour that is usual for it, soon after one that it hardly ever meets.

    They may have met now and then, and up to two and a half minutes lie between them.
    """
    pairs = keep_apart(log, HARDLY, EXPECTED)

    def propose(rng: np.random.Generator) -> Change | None:
        pair = one(pairs, rng)
        start, counts = any_use(log, pair[0], rng), log.hours[pair[1]]
        if start is None:
            return None
        if about(counts, datetime.fromtimestamp(start, log.zone).hour) < USUAL_SHARE * counts.sum():
            return None
        return followed(log, pair, start, float(rng.uniform(5.0, 150.0)), rng)

    return propose if pairs else nothing


def routine_at_a_wrong_hour(log: Log) -> Propose:
    """DM: a use, and what others began within a minute of it, at an hour at which it is hardly ever used."""
    controls = [c for c in log.hours if c.name not in PASSIVE and log.opposite(c)]
    begun = sorted((b.time, c) for c in controls for b in log.of[c.entity] if b.control == c.name)

    def propose(rng: np.random.Generator) -> Change | None:
        time, control = one(begun, rng)
        counts = log.hours[control]
        hours = [h for h in range(24) if about(counts, h) <= WRONG_SHARE * counts.sum()]
        if not hours:
            return None
        local = datetime.fromtimestamp(time, log.zone)
        moved = local.replace(hour=one(hours, rng), minute=int(rng.integers(60))).timestamp() - time
        lead = and_back(log, control, time + moved, rng)
        if not lead:
            return None
        followed = {
            c.entity: (t, c) for t, c in begun if time < t <= time + ROUTINE and c.entity != control.entity
        }
        more = [b for t, c in followed.values() for b in and_back(log, c, t + moved, rng)]
        added = tuple(sorted((*lead, *more), key=lambda b: b.time))
        entities = tuple(dict.fromkeys(b.entity for b in added))
        return Change(Truth(Kind.DM, lead[0].time, lead[0].time, entities), added)

    return propose if begun else nothing


def far_too_long(log: Log) -> Propose:
    """DD: what never lasted above 90 minutes stays on for 3 to 10 times the longest that was learned."""
    least, most = np.log(3.0), np.log(10.0)
    return lasting(log, LONGEST / 4, lambda longest, rng: longest * float(np.exp(rng.uniform(least, most))))


PROPOSALS: dict[Kind, Callable[[Log], Propose]] = {
    Kind.SD: restless,
    Kind.MD: hardly_together,
    Kind.DM: routine_at_a_wrong_hour,
    Kind.DD: far_too_long,
}
