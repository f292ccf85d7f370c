"""Repetition: one entity used more often within a short time than it ever is (single device, SD)."""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .evidence import Arrays, Facts, Finding, History
from .memory import Memory
from .vocabulary import Vocabulary

SPANS = (30.0, 180.0)
"""Seconds within which uses are counted."""
_MOST = 24
_POOL_WEIGHT = 5.0
_BEYOND = 0.5
"""Each further repetition that nobody ever saw halves the probability."""


class Repetition:
    """P(at least k uses within a span), per entity, shrunk toward all entities together."""

    def __init__(self, vocabulary: Vocabulary, counts: NDArray[np.float32]) -> None:
        """Take counts[entity, span, k]: behaviors that were the k-th use within the span."""
        self._vocabulary = vocabulary
        self._counts = counts
        self._survival = self._smooth(counts)

    @classmethod
    def fit(cls, history: History) -> Repetition:
        """Count how often each entity is used in quick succession."""
        counts = np.zeros((len(history.vocabulary.entities) + 1, len(SPANS), _MOST), np.float32)
        for memory in history.replay():
            newest = memory.recent[-1]
            entity = history.vocabulary.entity_id_of(newest.entity)
            uses = _uses(memory)
            for s, span in enumerate(SPANS):
                counts[entity, s, sum(b.time >= newest.time - span for b in uses) - 1] += 1
        return cls(history.vocabulary, counts)

    @staticmethod
    def _smooth(counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return P(K >= k) with shape of counts; beyond the largest ever seen it falls geometrically."""
        at_least = counts[..., ::-1].cumsum(-1)[..., ::-1].astype(np.float64)
        pooled = at_least.sum(0)
        pool = (pooled + 0.5) / (pooled[:, :1] + 1.0)
        for k in range(1, counts.shape[-1]):
            unseen = pooled[:, k] == 0
            pool[unseen, k] = pool[unseen, k - 1] * _BEYOND
        total = at_least[..., :1]
        survival: NDArray[np.float64] = (at_least + _POOL_WEIGHT * pool) / (total + _POOL_WEIGHT)
        return survival

    def find(self, memory: Memory) -> Finding | None:
        """Count the uses of the newest behavior's entity within each span."""
        newest = memory.recent[-1]
        entity = self._vocabulary.entity_id_of(newest.entity)
        if not entity:
            return None
        uses = _uses(memory)
        best = 0.0
        facts: Facts = {}
        told: tuple[Behavior, ...] = ()
        for s, span in enumerate(SPANS):
            within = tuple(b for b in uses if b.time >= newest.time - span)
            k = min(len(within), _MOST)
            surprise = float(-np.log(self._survival[entity, s, k - 1]))
            if k > 1 and surprise > best:
                elapsed = newest.time - within[-1].time
                facts = {"uses": float(k), "seconds": elapsed, "usual": self._usual(entity, s)}
                best, told = surprise, within
        return Finding(best, told[:3], told, facts) if told else None

    def _usual(self, entity: int, span: int) -> float:
        """Return the median number of uses within a span."""
        counts = self._counts[entity, span]
        half = counts.cumsum() >= counts.sum() / 2
        return float(np.argmax(half) + 1)

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self._counts}


def _uses(memory: Memory) -> tuple[Behavior, ...]:
    """Return the uses of the newest behavior's entity within the longest span, newest first."""
    newest = memory.recent[-1]
    same = (b for b in memory.since(newest.time - max(SPANS)) if b.entity == newest.entity)
    return tuple(islice(same, _MOST))
