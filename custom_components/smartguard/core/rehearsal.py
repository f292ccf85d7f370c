"""Rehearsal: the policy lives through days held out, at one threshold after the other.

How many alerts a week a threshold gives is what a budget means, and that is not how many moments are strange:
a policy merges them, tells what lasts apart, waits whether a weak sign is undone, and does not repeat itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import inf

import numpy as np

from .behavior import Behavior
from .episode import Judgement
from .policy import CLEAR_AFTER, SUSTAINED, Policy

FLOOR = -1.3
"""What happens twenty times a week: nobody wants to be told more often."""
_EACH, _STEPS = 9, 40
"""Of the strangest episodes each is a threshold, of the others so many, ever further apart."""


def rehearse(
    judgements: Sequence[Judgement], ends: Sequence[Behavior], maxima: Sequence[float]
) -> list[float]:
    """Return of each number of alerts the highest threshold that gives so many, in falling order.

    judgements: of strange moments, any order; ends: behaviors that ended something, in time order. maxima:
    the largest weight of each episode of moments. What lies below the floor nobody rehearses: there each
    stands for itself.
    """
    levels = sorted((m for m in maxima if m > FLOOR), reverse=True)
    below = sorted((m for m in maxima if m <= FLOOR), reverse=True)
    if not levels:
        return below
    rest = np.geomspace(_EACH + 1, max(len(levels), _EACH + 1), _STEPS).astype(int)
    ranks = [r for r in np.unique([*range(1, _EACH + 1), *rest]) if r <= len(levels)]
    strange = sorted(judgements, key=lambda j: j.time)
    told: list[int] = []
    at: list[float] = []
    for level in (levels[r - 1] for r in ranks):
        count = alerts([j for j in strange if j.score >= level], ends, float(np.nextafter(level, -np.inf)))
        if count > max(told, default=0):
            told.append(count)
            at.append(level)
    # Whatever was strange may have been undone at once.
    return [*map(float, np.interp(np.arange(1, told[-1] + 1), told, at)), *below] if told else below


def alerts(judgements: Sequence[Judgement], ends: Sequence[Behavior], threshold: float) -> int:
    """Count what a policy tells of judgements in time order at a threshold."""
    policy, count = Policy(threshold), 0
    times = [b.time for b in ends]
    following = [*(judgement.time for judgement in judgements[1:]), inf]
    for judgement, following_time in zip(judgements, following, strict=False):
        changes = policy.observe(judgement)
        until = min(judgement.time + SUSTAINED, following_time)
        for end in ends[bisect_right(times, judgement.time) : bisect_right(times, until)]:
            changes += policy.observe(Judgement(end.time, threshold, ()), end)
        # The clock ticks: a weak sign is told when it has waited, an episode ends when it has been quiet.
        for seconds in (SUSTAINED, CLEAR_AFTER + 1):
            if judgement.time + seconds < following_time:
                changes += policy.tick(judgement.time + seconds)
        count += sum(change.kind == "detected" for change in changes)
    return count
