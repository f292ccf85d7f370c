"""Drift: whether a home still lives as its guard learned it.

Two signs, each over the newest behaviors: many of them are of controls that the guard does not know, or
far more moments are seldom ones than the calibration, which counted them, would have it.
"""

from __future__ import annotations

from collections import deque

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
        self._seen: deque[tuple[float, bool, bool]] = deque(maxlen=_NEWEST)

    def observe(self, time: float, score: float, is_known: bool) -> None:
        """Take in a judged behavior. time: UTC seconds. is_known: the guard's vocabulary has its control."""
        self._seen.append((time, score > _SELDOM, is_known))
        while time - self._seen[0][0] > _SPAN:
            self._seen.popleft()

    @property
    def has_changed(self) -> bool:
        """Say whether the home has changed so much that it should be learned anew soon."""
        count = len(self._seen)
        if count < _LEAST:
            return False
        unknown = sum(not is_known for _, _, is_known in self._seen)
        seldom = sum(is_seldom for _, is_seldom, _ in self._seen)
        return unknown >= _UNKNOWN_SHARE * count or seldom >= _SELDOM_SHARE * count
