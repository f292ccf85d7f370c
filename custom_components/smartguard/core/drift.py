"""Drift: whether a home still lives as its guard learned it.

Two signs, each over the newest behaviors: many of them are of controls that the guard does not know, or
far more are seldom ones than the calibration, which counted them, would have it. What is judged when it
has settled counts as what is judged at once.
"""

from __future__ import annotations

from .behavior import Behavior
from .episode import Judgement
from .evidence import DAY

_NEWEST = 200
_LEAST = 60
_SPAN = 3 * DAY
_SELDOM = -1.0
"""Score of what is expected ten times a week."""
_UNKNOWN_SHARE, _SELDOM_SHARE = 0.25, 0.25


class Drift:
    """Takes the newest behaviors of a home, as judged by the guard in use."""

    def __init__(self) -> None:
        """Begin with nothing seen, as after each training."""
        self._known: dict[Behavior, bool] = {}
        self._seldom: set[Behavior] = set()

    def observe(self, behavior: Behavior, is_known: bool) -> None:
        """Take in a behavior. is_known: the guard's vocabulary has its control."""
        self._known[behavior] = is_known
        for past in list(self._known):
            if len(self._known) <= _NEWEST and behavior.time - past.time <= _SPAN:
                break
            del self._known[past]
            self._seldom.discard(past)

    def judged(self, judgement: Judgement) -> None:
        """Take in a judgement, at once or at a tick, of behaviors that were observed."""
        about = (r.behaviors[0] for r in judgement.reasons if r.score > _SELDOM)
        self._seldom.update(b for b in about if b in self._known)

    @property
    def has_changed(self) -> bool:
        """Say whether the home has changed so much that it should be learned anew soon."""
        count = len(self._known)
        if count < _LEAST:
            return False
        unknown = sum(not is_known for is_known in self._known.values())
        return unknown >= _UNKNOWN_SHARE * count or len(self._seldom) >= _SELDOM_SHARE * count
