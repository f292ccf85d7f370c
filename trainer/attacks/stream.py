"""Inject anomalies of the four kinds into any home's stream of behaviors."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np

from custom_components.smartguard.core.behavior import Behavior

from . import otherwise as otherwise_drawn, proposals
from .kinds import COMMON, Kind
from .log import Change, Log, Truth

# Injections lie so far apart (seconds).
APART = 4 * 3600.0
_TRIES = 400


def inject(
    behaviors: Sequence[Behavior],
    rng: np.random.Generator,
    kind: Kind,
    *,
    learned: Sequence[Behavior] | None = None,
    zone: ZoneInfo | None = None,
    count: int = 3,
    avoid: Sequence[Truth] = (),
    least: int = COMMON,
    otherwise: bool = False,
) -> tuple[list[Behavior], list[Truth]]:
    """Inject anomalies of one kind into a stream; return it and the truth about each, in time order.

    behaviors, learned: in time order. learned: the days that tell which controls are common, which
    meet, when and for how long they are used; the stream itself where none are given. zone: of the
    home, UTC where none is given. count: how many; fewer come back where a home offers no more.
    avoid: what was injected before, to keep away from. least: uses of what counts as common. otherwise: draw
    them the other way.
    """
    reference = behaviors if learned is None else learned
    if not behaviors or not reference:
        return list(behaviors), []
    log = Log(behaviors, reference, zone or ZoneInfo("UTC"), least)
    propose = (otherwise_drawn if otherwise else proposals).PROPOSALS[kind](log)
    changes: list[Change] = []
    for _ in range(_TRIES):
        change = propose(rng)
        if change and _fits(log, change, [*avoid, *(c.truth for c in changes)]):
            changes.append(change)
        if len(changes) == count:
            break
    return _applied(behaviors, changes), sorted((c.truth for c in changes), key=lambda truth: truth.start)


def _fits(log: Log, change: Change, others: Sequence[Truth]) -> bool:
    """Say whether a change lies within the stream and apart from all others."""
    begin, end = change.truth.start, max(change.truth.decisive, change.added[-1].time)
    inside = log.times[0] < begin and end < log.times[-1]
    return inside and all(end + APART < other.start or other.decisive + APART < begin for other in others)


def _applied(behaviors: Sequence[Behavior], changes: Sequence[Change]) -> list[Behavior]:
    removed = {id(behavior) for change in changes for behavior in change.removed}
    added = [behavior for change in changes for behavior in change.added]
    return sorted([*(b for b in behaviors if id(b) not in removed), *added], key=lambda b: b.time)
