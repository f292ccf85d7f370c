"""Drift: whether a home still lives as its guard learned it.

Two signs. Many of the newest behaviors are of controls that the guard does not know. Or strange moments come
several times as often as the calibration, which counted them, would have it: each adds the logarithm of how
much likelier it is in a home that has changed, and the time between them takes away what it would then have
brought (Page's cumulative sum, never below zero). What follows within ten minutes is one moment, as in the
calibration; what is judged when it has settled, or while it lasts, counts as what is judged at once.
"""

from __future__ import annotations

from math import inf, log

from .behavior import Behavior
from .episode import Judgement
from .evidence import DAY, WEEK
from .threshold import MERGE

CHANGED_SECONDS = 6 * 3600.0
"""From the last training on for which a home that has changed is not learned anew: little is new by then."""
_NEWEST = 200
_LEAST = 60
_SPAN = 3 * DAY
_UNKNOWN_SHARE = 0.05
_OFTEN = ((-0.5, 2.5), (0.0, 4.0))
"""From a score on, so many times as often in a home that has changed: from three a week, from one a week."""
_ENOUGH = 3.0
"""Nats: as strange as this a home is once in a long time while it lives as ever."""


def _lost_a_second() -> float:
    """Return the nats that a second takes away: what a change would bring beyond what is usual."""
    scores, times = zip(*_OFTEN, strict=True)
    above = [10**-score / WEEK for score in scores] + [0.0]
    return sum((t - 1) * (above[i] - above[i + 1]) for i, t in enumerate(times))


_LOST = _lost_a_second()


class Drift:
    """Takes the newest behaviors of a home, as judged by the guard in use."""

    def __init__(self) -> None:
        """Begin with nothing seen, as before the first training and after one that drift began."""
        self._known: dict[Behavior, bool] = {}
        self._told: dict[Behavior, float] = {}
        self._evidence = 0.0
        self._moment, self._newest, self._now = 0.0, -inf, inf

    def observe(self, behavior: Behavior, is_known: bool) -> None:
        """Take in a behavior. is_known: the guard's vocabulary has its control."""
        self._known[behavior] = is_known
        for past in list(self._known):
            if len(self._known) <= _NEWEST and behavior.time - past.time <= _SPAN:
                break
            del self._known[past]

    def judged(self, judgement: Judgement) -> None:
        """Take in a judgement, at once or at a tick; in time order."""
        self._let_pass(judgement.time)
        for reason in judgement.reasons:
            self._add(reason.behaviors[0], _weight(reason.score), judgement.time)

    def learned(self) -> None:
        """Go on with another guard: it may know what was unknown, but a night teaches few new habits."""
        self._known.clear()

    @property
    def has_changed(self) -> bool:
        """Say whether the home has changed so much that it should be learned anew soon."""
        unknown, count = sum(not is_known for is_known in self._known.values()), len(self._known)
        return (count >= _LEAST and unknown >= _UNKNOWN_SHARE * count) or self._evidence >= _ENOUGH

    def _let_pass(self, now: float) -> None:
        self._evidence = max(0.0, self._evidence - _LOST * max(0.0, now - self._now))
        self._now = now
        for past in list(self._told):
            if now - past.time <= _SPAN:
                break
            del self._told[past]

    def _add(self, behavior: Behavior, weight: float, now: float) -> None:
        """Add what a behavior weighs beyond what it, or the moment that it belongs to, weighed before."""
        before = self._told.get(behavior, 0.0)
        if weight <= before:
            return
        self._told[behavior] = weight
        if now - self._newest > MERGE:
            self._moment = before
        self._evidence += max(0.0, weight - max(before, self._moment))
        self._moment, self._newest = max(weight, self._moment), now


def _weight(score: float) -> float:
    """Return the log of how many times as often a score comes in a home that has changed."""
    return max((log(times) for least, times in _OFTEN if score > least), default=0.0)
