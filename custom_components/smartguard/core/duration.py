"""Duration: an entity stays on longer than it ever does (device control and duration, DD).

The on-time's survival is the empirical one up to a high quantile and a generalized Pareto tail of its
logarithm beyond (probability-weighted moments, shape and scale shrunk where uses are few). Nothing
that was lived through before is strange: up to the longest learned on-time the surprise is zero.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from .evidence import Arrays, Facts, Finding, History
from .memory import Memory, OnTime
from .vocabulary import Vocabulary

_LEAST_USES = 8
_TAIL_SHARE, _TAIL_LEAST = 0.2, 10
_PRIOR_EXCESS, _PRIOR_SHAPE, _SHAPE_WEIGHT = 0.3, 0.0, 10.0
_RESOLUTION = 0.01
"""On-times closer than one percent are the same."""

_USES, _MEDIAN, _LONGEST, _START, _SHARE, _SCALE, _SHAPE = range(7)
"""Columns of a fit: count, seconds, seconds, log seconds, tail probability, and the tail's two."""


def _fit_tail(on_times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one row of the table for sorted on-times in seconds, shape (n,)."""
    logs = np.log(np.maximum(on_times, 1.0))
    count = len(logs)
    tail = min(max(_TAIL_LEAST, int(np.ceil(_TAIL_SHARE * count))), count - 1)
    start = logs[count - tail - 1]
    excess = logs[count - tail :] - start
    mean = float((excess.sum() + _PRIOR_EXCESS) / (tail + 1))
    # Probability-weighted moments (Hosking and Wallis, 1987): b = E[y (1 - F(y))].
    rank = (np.arange(tail) + 0.65) / tail
    weighted = float((excess * (1 - rank)).mean())
    plain = float(excess.mean())
    spread = plain - 2 * weighted
    shape = 2 - plain / spread if spread > 1e-9 else _PRIOR_SHAPE
    shape = (tail * shape + _SHAPE_WEIGHT * _PRIOR_SHAPE) / (tail + _SHAPE_WEIGHT)
    shape = float(np.clip(shape, -1.0, 0.7))
    scale = max(mean, _RESOLUTION) * (1 - shape)
    return np.array(
        [count, np.median(on_times), on_times[-1], start, tail / count, scale, shape], np.float64
    )


class Duration:
    """The survival of each entity's on-time."""

    def __init__(self, vocabulary: Vocabulary, weeks: float, table: NDArray[np.float64]) -> None:
        """Take one fit a row, shape (entities + 1, 7), and how many weeks were learned."""
        self._vocabulary = vocabulary
        self._weeks = weeks
        self._table = table
        self._judged = max(1, int((table[:, _USES] >= _LEAST_USES).sum()))

    @classmethod
    def fit(cls, history: History) -> Duration:
        """Collect the on-times of every entity."""
        on_times: dict[int, list[float]] = defaultdict(list)
        for memory in history.replay():
            if memory.ended is not None:
                entity = history.vocabulary.entity_id_of(memory.ended.begin.entity)
                on_times[entity].append(memory.ended.seconds)
        table = np.zeros((len(history.vocabulary.entities) + 1, 7), np.float64)
        for entity, seconds in on_times.items():
            if entity and len(seconds) >= _LEAST_USES:
                table[entity] = _fit_tail(np.sort(np.array(seconds)))
        return cls(history.vocabulary, history.weeks, table)

    def longest(self, entity: str) -> float | None:
        """Return the longest learned on-time of an entity in seconds, None where too few were seen."""
        row = self._table[self._vocabulary.entity_id_of(entity)]
        return float(row[_LONGEST]) if row[_USES] >= _LEAST_USES else None

    def surprise(self, on_time: OnTime) -> float:
        """Return -log of the on-times a week, of all entities, that are at least this improbable."""
        row = self._table[self._vocabulary.entity_id_of(on_time.begin.entity)]
        if row[_USES] < _LEAST_USES or on_time.seconds <= row[_LONGEST] * (1 + _RESOLUTION):
            return 0.0
        excess = (np.log(on_time.seconds) - row[_START]) / row[_SCALE]
        shape = row[_SHAPE]
        if abs(shape) < 1e-6:
            log_survival = -excess
        else:
            log_survival = -np.log1p(max(shape * excess, -0.999_999)) / shape
        a_week = row[_USES] / self._weeks * row[_SHARE] * self._judged
        return max(0.0, float(-(log_survival + np.log(a_week))))

    def judge(self, on_time: OnTime) -> Finding | None:
        """Judge an on-time, ended or still running."""
        surprise = self.surprise(on_time)
        if surprise <= 0:
            return None
        row = self._table[self._vocabulary.entity_id_of(on_time.begin.entity)]
        facts: Facts = {
            "seconds": on_time.seconds,
            "longest": float(row[_LONGEST]),
            "usual": float(row[_MEDIAN]),
            "uses": float(row[_USES]),
        }
        return Finding(surprise, (on_time.begin,), (on_time.begin,), facts)

    def find(self, memory: Memory) -> Finding | None:
        """Judge the on-time that the newest behavior ended."""
        return self.judge(memory.ended) if memory.ended else None

    def arrays(self) -> Arrays:
        """Return the table and the weeks."""
        return {"table": self._table, "weeks": np.array(self._weeks)}
