"""Duration: an entity stays on longer than it ever does (device control and duration, DD).

How strange is asked beyond the longest learned on-time only: what was lived through before is not
strange. The unit is the entity's own: how far its longest on-times lie apart, in logarithms. A microwave
whose long runs all take five minutes is strange after six, a lamp that burns now one hour and now nine is
strange much later.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from .evidence import DAY, Arrays, Facts, Finding, History
from .memory import Memory, OnTime
from .vocabulary import Vocabulary

_LEAST_USES = 8
_TOP = 7
"""On-times that say how sharply the long ones end."""
_FINEST = 0.035
"""Nothing ends more sharply than to three or four percent: clocks drift, seasons turn."""
_IRREGULAR = 0.1
"""Added to the unit for each nat by which the longest exceeds e times the median."""
_LEAST = 0.07
"""Nats beyond the longest, some seven percent, below which longer is as good as equal."""
_LEAST_SECONDS = 45.0
"""Seconds beyond the longest below which longer is as good as equal: nobody runs for so little."""
_MOST = float(np.log(4.0))
"""Nats beyond the longest, four times as long, above which longer is as strange."""
_FEW = 4.0
"""The unit doubles where only so many on-times were learned."""
_HOME_WEIGHT = 2.0
"""On-times that the home's median unit counts for, beside at most _TOP of the entity's own."""
_PATIENCE = 5.0
"""The unit of what does no harm by staying on or open is so many times as large."""
_SURE_RISE = 4.0
"""Standard errors by which a rise has to differ from none: what follows the sun goes on doing so."""
_LONGEST_RISE = 60.0
"""Days after the last learned on-time for which it does."""
_BLUR = 15.0
"""Seconds added before the logarithm: whether 4 or 13 seconds is nobody's anomaly."""

_SENSED = "detect"
"""A sensor's own state is not asked: how long something moves is nobody's use of a control."""

_COLUMNS = 6
_USES, _MEDIAN, _LONGEST, _UNIT, _RISE, _NEWEST = range(_COLUMNS)
"""Columns of a fit: count, seconds, seconds, nats, nats a day, UTC seconds."""


def _fit(on_times: NDArray[np.float64], begins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one row of the table for on-times in seconds, shape (n,), and when they began (UTC seconds)."""
    logs = np.sort(np.log(on_times + _BLUR))[::-1]
    # In an exponential tail the first of the rest lies 1 + 1/2 + ... + 1/i scales above its (i + 1)-th.
    rest = logs[1:_TOP]
    apart = np.cumsum(1 / np.arange(1, len(rest)))
    spacing = max(float(logs[0] - rest[0]) / 2, float(((rest[0] - rest[1:]) / apart).mean()))
    spread = float(logs[0] - np.median(logs))
    unit = (max(_FINEST, spacing) + _IRREGULAR * max(0.0, spread - 1.0)) * (1 + _FEW / len(logs))
    rise = _rise(on_times, begins)
    return np.array([len(logs), np.median(on_times), on_times.max(), unit, rise, begins.max()], np.float64)


def _rise(on_times: NDArray[np.float64], begins: NDArray[np.float64]) -> float:
    """Return by how many nats a day on-times rise, 0 where that is not sure."""
    logs, days = np.log(on_times + _BLUR), begins / DAY
    logs, days = logs - logs.mean(), days - days.mean()
    spread = float(days @ days)
    if spread == 0:
        return 0.0
    slope = float(days @ logs) / spread
    rest = logs - slope * days
    error = np.sqrt(float(rest @ rest) / (len(logs) - 2) / spread)
    return slope if slope > _SURE_RISE * error else 0.0


def _lean_on_the_home(table: NDArray[np.float64]) -> None:
    """Shrink each fitted unit toward the home's median: few long on-times say little of their own."""
    fitted = table[:, _USES] >= _LEAST_USES
    if not fitted.any():
        return
    own = np.minimum(table[fitted, _USES], _TOP)
    home = np.median(table[fitted, _UNIT])
    table[fitted, _UNIT] = (own * table[fitted, _UNIT] + _HOME_WEIGHT * home) / (own + _HOME_WEIGHT)


class Duration:
    """The survival of each entity's on-time."""

    def __init__(self, vocabulary: Vocabulary, table: NDArray[np.float64]) -> None:
        """Take one fit a row, shape (entities + 1, columns); raises ValueError."""
        shape = (len(vocabulary.entities) + 1, _COLUMNS)
        if table.shape != shape:
            raise ValueError(f"expected a table of shape {shape}, got {table.shape}")
        self._vocabulary = vocabulary
        self._table = table

    @classmethod
    def fit(cls, history: History) -> Duration:
        """Collect the on-times of every entity."""
        on_times: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for memory in history.replay():
            if memory.ended is not None and memory.ended.begin.control != _SENSED:
                entity = history.vocabulary.entity_id_of(memory.ended.begin.entity)
                on_times[entity].append((memory.ended.seconds, memory.ended.begin.time))
        table = np.zeros((len(history.vocabulary.entities) + 1, _COLUMNS), np.float64)
        for entity, found in on_times.items():
            if entity and len(found) >= _LEAST_USES:
                seconds, begins = np.array(found).T
                table[entity] = _fit(seconds, begins)
        _lean_on_the_home(table)
        for key in history.patient:
            table[history.vocabulary.entity_id_of(key), _UNIT] *= _PATIENCE
        return cls(history.vocabulary, table)

    def longest(self, entity: str) -> float | None:
        """Return the longest learned on-time of an entity in seconds, None where too few were seen."""
        row = self._table[self._vocabulary.entity_id_of(entity)]
        return float(row[_LONGEST]) if row[_USES] >= _LEAST_USES else None

    def usual(self, entity: str) -> float | None:
        """Return the median learned on-time of an entity in seconds, None where too few were seen."""
        row = self._table[self._vocabulary.entity_id_of(entity)]
        return float(row[_MEDIAN]) if row[_USES] >= _LEAST_USES else None

    def surprise(self, on_time: OnTime) -> float:
        """Return how far an on-time exceeds the longest to be expected, in the entity's own unit."""
        row = self._table[self._vocabulary.entity_id_of(on_time.begin.entity)]
        if row[_USES] < _LEAST_USES or on_time.seconds < row[_LONGEST] + _LEAST_SECONDS:
            return 0.0
        since = np.clip((on_time.begin.time - row[_NEWEST]) / DAY, 0.0, _LONGEST_RISE)
        excess = np.log((on_time.seconds + _BLUR) / (row[_LONGEST] + _BLUR)) - since * row[_RISE]
        return float(min(excess, _MOST) / row[_UNIT]) if excess >= _LEAST else 0.0

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
        """Return the table."""
        return {"table": self._table}
