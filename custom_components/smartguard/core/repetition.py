"""Repetition: one entity used faster, again and again, than it ever is (single device, SD).

Each use is compared with the gaps that its control usually follows: a gap that only a share P of them
undercuts adds -log P, less a drift that an ordinary gap does not exceed. The sum over the newest uses is
a scan for a burst (Page's CUSUM): one quick use proves nothing, eight do.
"""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .evidence import Arrays, Facts, Finding, History
from .memory import Memory
from .vocabulary import Vocabulary

SPAN = 180.0
"""Seconds: gaps longer than this end a burst."""
_LEAST_USES = 3
"""Twice is no repetition."""
_MOST = 32
_DRIFT = 1.5
_CAP = 4.0
"""Nats that one gap may add: a double press is one odd gap, however odd."""
_EDGES = np.geomspace(0.5, SPAN, 24)
"""Upper edges of the bins of gaps, seconds; one more bin holds all that is longer."""
_POOL_WEIGHT = 5.0


class Repetition:
    """P(gap at most so long) before each control, shrunk toward all controls together."""

    def __init__(self, vocabulary: Vocabulary, counts: NDArray[np.float32]) -> None:
        """Take counts[control, bin] of the gaps since the same entity's use before."""
        self._vocabulary = vocabulary
        self._counts = counts
        at_most = counts.cumsum(-1, dtype=np.float64)
        pool = (at_most.sum(0) + 0.5) / (at_most[:, -1].sum() + 1.0)
        share = (at_most + _POOL_WEIGHT * pool) / (at_most[:, -1:] + _POOL_WEIGHT)
        self._surprise = np.minimum(-np.log(np.minimum(share, 1.0)), _CAP)

    @classmethod
    def fit(cls, history: History) -> Repetition:
        """Count the gaps before every use."""
        counts = np.zeros((len(history.vocabulary), len(_EDGES) + 1), np.float32)
        for memory in history.replay():
            uses = _burst(memory)
            gap = uses[0].time - uses[1].time if len(uses) > 1 else np.inf
            counts[history.vocabulary.id_of(uses[0]), _bin(gap)] += 1
        return cls(history.vocabulary, counts)

    def find(self, memory: Memory) -> Finding | None:
        """Scan the newest uses of the newest behavior's entity for a burst."""
        uses = _burst(memory)
        if len(uses) < _LEAST_USES or not self._vocabulary.id_of(uses[0]):
            return None
        total = best = 0.0
        length = 1
        for i, (later, earlier) in enumerate(pairwise(uses), start=2):
            row = self._surprise[self._vocabulary.id_of(later)]
            total += float(row[_bin(later.time - earlier.time)]) - _DRIFT
            if i >= _LEAST_USES and total > best:
                best, length = total, i
        told = uses[:length]
        facts: Facts = {
            "uses": float(length),
            "seconds": told[0].time - told[-1].time,
            "usual_gap": self._usual_gap(uses[0]),
        }
        return Finding(best, told[:3], told, facts)

    def _usual_gap(self, behavior: Behavior) -> float:
        """Return the median gap before a control in seconds, at most SPAN."""
        counts = self._counts[self._vocabulary.id_of(behavior)]
        half = int(np.argmax(counts.cumsum() >= counts.sum() / 2))
        return float(_EDGES[min(half, len(_EDGES) - 1)])

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self._counts}


def _bin(gap: float) -> int:
    return int(np.searchsorted(_EDGES, gap))


def _burst(memory: Memory) -> tuple[Behavior, ...]:
    """Return the newest uses of the newest behavior's entity with no gap above SPAN, newest first."""
    newest = memory.recent[-1]
    since = memory.since(newest.time - _MOST * SPAN)
    same = tuple(islice((b for b in since if b.entity == newest.entity), _MOST))
    for i, (later, earlier) in enumerate(pairwise(same), start=1):
        if later.time - earlier.time > SPAN:
            return same[:i]
    return same
