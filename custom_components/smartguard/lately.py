"""How strange the home was of late: the score that is shown, up and down with what is judged."""

from __future__ import annotations

from collections import deque
from typing import Final

from homeassistant.core import callback

from .core.threshold import MERGE

LEAST_SCORE: Final = -3.0
"""A thousand times a week, or oftener, or nothing happened: how usual the usual is means nothing."""
_DECIMALS: Final = 1
"""Finer differences mean nothing, and what lasts would write a row with every tick."""


class Lately:
    """Keeps judgements for as long as they belong to one moment: what alerts a week are counted by.

    Without it the score of what settled would be gone with the next behavior, seconds later.
    """

    def __init__(self) -> None:
        """Begin with nothing judged."""
        self._scores: deque[tuple[float, float]] = deque()
        self._is_judged = False

    @callback
    def note(self, time: float, score: float) -> None:
        """Take the score of a judgement at a time (UTC seconds)."""
        self._is_judged = True
        # What came before and is no stranger can never be the strangest again.
        while self._scores and self._scores[-1][1] <= score:
            self._scores.pop()
        if score > LEAST_SCORE:
            self._scores.append((time, score))

    def strangest(self, now: float) -> float | None:
        """Return the highest score of the last ten minutes, None where nothing was ever judged.

        What a clock that jumped back has put into the future is gone with the rest.
        """
        while self._scores and abs(now - self._scores[0][0]) > MERGE:
            self._scores.popleft()
        if not self._is_judged:
            return None
        return round(self._scores[0][1], _DECIMALS) if self._scores else LEAST_SCORE
