"""Repetition: one entity used again and again without a pause, as it never is (single device, SD).

A run is a series of uses of one entity with no pause above ten seconds. How seldom a run grows so long is
a chain: of the runs that grew to k uses, the share that grew to one more. Each entity's shares are shrunk
toward those of the whole home, so that a door that is opened and closed all day may do so again, and a lamp
that was never seen to flicker needs no history of flickering.

Contacts bounce and people fumble: most long runs of a door are pairs a second apart. So not only every use
is counted but also every unhurried one, which a bounce is not, and the stranger of the two counts decides.

Where several others had strange runs within the hour before a run began, somebody tries the sensors out, or
the power comes and goes: it is one matter, of which the first have been judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .evidence import Arrays, Facts, Finding, History
from .memory import Memory
from .vocabulary import Vocabulary

PAUSE = 10.0
"""Seconds: a longer pause ends a run."""
BOUNCE = 1.5
"""Seconds: a use that follows so soon is a bounce of the one before."""
_LEAST_USES = 5
"""On and off again, and once more for sure: fewer is no repetition."""
SPELL = 3600.0
"""Seconds in which the runs of several entities are one matter."""
SEVERAL = 3
"""Other entities with strange runs within that time after which one more is no news."""
_STRANGE = 4.0
"""Nats from which a run is a strange one: some that move all day have a run every few minutes."""
MOST = 24
"""Uses of a run that are counted; more is no stranger."""
_POOL_WEIGHT = 2.0
_PRIOR_WEIGHT, _PRIOR_SHARE = 4.0, 0.5
"""Before anything is known, every other run grows by one more."""


class Repetition:
    """How seldom a run of an entity's uses grows so long."""

    def __init__(self, vocabulary: Vocabulary, counts: NDArray[np.float32]) -> None:
        """Take counts[0, entity, k] of the runs that grew to k uses or more; raises ValueError.

        counts: shape (2, entities + 1, MOST + 1); counts[1] are those that grew to k unhurried uses.
        """
        if counts.shape != (shape := (2, len(vocabulary.entities) + 1, MOST + 1)):
            raise ValueError(f"expected counts of shape {shape}, got {counts.shape}")
        self._vocabulary = vocabulary
        self._counts = counts
        self._surprise = np.stack([_surprise(each) for each in counts])

    @classmethod
    def fit(cls, history: History) -> Repetition:
        """Count how far every run grew."""
        counts = np.zeros((2, len(history.vocabulary.entities) + 1, MOST + 1), np.float32)
        grown = np.zeros((2, len(history.vocabulary.entities) + 1), np.intp)
        for memory in history.replay():
            run = _run(memory)
            entity = history.vocabulary.entity_id_of(run[0].entity)
            if len(run) == 1:
                grown[:, entity] = 0
            for count, place in enumerate((len(run), _unhurried(run))):
                counts[count, entity, grown[count, entity] + 1 : place + 1] += 1
                grown[count, entity] = max(grown[count, entity], place)
        return cls(history.vocabulary, counts)

    def find(self, memory: Memory) -> Finding | None:
        """Look at the run that the newest behavior goes on with; None for a short or an unknown one.

        None too where it is one of many.
        """
        uses = _run(memory)
        if len(uses) < _LEAST_USES or not self._vocabulary.id_of(uses[0]):
            return None
        entity = self._vocabulary.entity_id_of(uses[0].entity)
        places = len(uses), _unhurried(uses)
        surprises = self._surprises(entity, places)
        if self._is_one_of_many(memory, uses[-1]):
            return None
        count = int(np.argmax(surprises))
        facts: Facts = {
            "uses": float(places[count]),
            "seconds": uses[0].time - uses[-1].time,
            "usual": self._usual(count, entity),
        }
        return Finding(surprises[count], uses[:3], uses, facts)

    def _surprises(self, entity: int, places: tuple[int, int]) -> list[float]:
        """Return how seldom a run grows so long by each of the two counts."""
        return [float(self._surprise[count, entity, place]) for count, place in enumerate(places)]

    def _is_one_of_many(self, memory: Memory, begin: Behavior) -> bool:
        """Say whether several others had strange runs within the hour before a run began."""
        runs: dict[str, list[Behavior]] = {}
        strange: set[str] = set()
        for b in memory.since(begin.time - SPELL):
            entity = self._vocabulary.entity_id_of(b.entity)
            if b.time >= begin.time or b.entity == begin.entity or b.entity in strange or not entity:
                continue
            run = runs.setdefault(b.entity, [])
            if run and run[-1].time - b.time > PAUSE:
                run.clear()
            run.append(b)
            if not _LEAST_USES <= len(run) <= MOST:
                continue
            if max(self._surprises(entity, (len(run), _unhurried(run)))) >= _STRANGE:
                strange.add(b.entity)
        return len(strange) >= SEVERAL

    def _usual(self, count: int, entity: int) -> float:
        """Return how many uses the median run has, by one of the two counts."""
        counts = self._counts[count, entity]
        return 1 + float(np.argmax(counts[2:] <= counts[1] / 2))

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self._counts}


def _surprise(counts: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how seldom a run of each entity grows so long, nats, shape (entities + 1, MOST + 1)."""
    home = counts.sum(0, dtype=np.float64)
    more = (home[2:] + _PRIOR_WEIGHT * _PRIOR_SHARE) / (home[1:-1] + _PRIOR_WEIGHT)
    share = (counts[:, 2:] + _POOL_WEIGHT * more) / (counts[:, 1:-1] + _POOL_WEIGHT)
    surprise = np.zeros(counts.shape, np.float64)
    surprise[:, 2:] = -np.log(share).cumsum(-1)
    return surprise


def _unhurried(run: Sequence[Behavior]) -> int:
    """Count the uses of a run, newest first, that are no bounce of the one before."""
    return 1 + sum(later.time - earlier.time > BOUNCE for later, earlier in pairwise(run))


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
