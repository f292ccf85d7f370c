"""Repetition: one entity used again and again without a pause, as it never is (single device, SD).

A run is a series of uses of one entity with no pause above ten seconds. How seldom a run grows so long is
a chain: of the uses that were the k-th of a run, the share that was followed by one more. Each entity's
shares are shrunk toward those of the whole home, so that a door that is opened and closed all day may do
so again, and a lamp that was never seen to flicker needs no history of flickering.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .evidence import Arrays, Facts, Finding, History
from .memory import Memory
from .vocabulary import Vocabulary

PAUSE = 10.0
"""Seconds: a longer pause ends a run."""
_LEAST_USES = 5
"""On and off again, and once more for sure: fewer is no repetition."""
MOST = 24
"""Uses of a run that are counted; more is no stranger."""
_POOL_WEIGHT = 2.0
_PRIOR_WEIGHT, _PRIOR_SHARE = 4.0, 0.5
"""Before anything is known, every other use is followed by one more."""


class Repetition:
    """How seldom a run of an entity's uses grows so long."""

    def __init__(self, vocabulary: Vocabulary, counts: NDArray[np.float32]) -> None:
        """Take counts[entity, k] of the uses that were the k-th of their run; raises ValueError.

        counts: shape (entities + 1, MOST + 1).
        """
        if counts.shape != (shape := (len(vocabulary.entities) + 1, MOST + 1)):
            raise ValueError(f"expected counts of shape {shape}, got {counts.shape}")
        self._vocabulary = vocabulary
        self._counts = counts
        at_least = counts[:, ::-1].cumsum(-1, dtype=np.float64)[:, ::-1]
        home = at_least.sum(0)
        more = (home[2:] + _PRIOR_WEIGHT * _PRIOR_SHARE) / (home[1:-1] + _PRIOR_WEIGHT)
        share = (at_least[:, 2:] + _POOL_WEIGHT * more) / (at_least[:, 1:-1] + _POOL_WEIGHT)
        self._surprise = np.zeros(counts.shape, np.float64)
        self._surprise[:, 2:] = -np.log(share).cumsum(-1)

    @classmethod
    def fit(cls, history: History) -> Repetition:
        """Count the place of every use in its run."""
        counts = np.zeros((len(history.vocabulary.entities) + 1, MOST + 1), np.float32)
        for memory in history.replay():
            entity = history.vocabulary.entity_id_of(memory.recent[-1].entity)
            counts[entity, len(_run(memory))] += 1
        return cls(history.vocabulary, counts)

    def find(self, memory: Memory) -> Finding | None:
        """Look at the run that the newest behavior goes on with; None for a short or an unknown one."""
        uses = _run(memory)
        if len(uses) < _LEAST_USES or not self._vocabulary.id_of(uses[0]):
            return None
        entity = self._vocabulary.entity_id_of(uses[0].entity)
        facts: Facts = {
            "uses": float(len(uses)),
            "seconds": uses[0].time - uses[-1].time,
            "usual": self._usual(entity),
        }
        return Finding(float(self._surprise[entity, len(uses)]), uses[:3], uses, facts)

    def _usual(self, entity: int) -> float:
        """Return the median place of a use in its run."""
        counts = self._counts[entity]
        return float(np.argmax(counts.cumsum() >= counts.sum() / 2))

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self._counts}


def _run(memory: Memory) -> tuple[Behavior, ...]:
    """Return the newest uses of the newest behavior's entity without a pause, newest first."""
    newest = memory.recent[-1]
    run = [newest]
    for b in memory.since(newest.time - MOST * PAUSE):
        if b.entity != newest.entity or b is newest:
            continue
        if run[-1].time - b.time > PAUSE or len(run) == MOST:
            break
        run.append(b)
    return tuple(run)
