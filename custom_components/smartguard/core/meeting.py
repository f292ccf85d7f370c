"""Meeting: controls that are never used together, together (multiple devices, MD).

Two kinds of company are counted for a control: controls of other devices used in the minutes before,
and the states that other entities are in. For each, what was seen is compared with what independence
given the time of day would have brought; strange is company that was often possible and never seen.
What only senses (motion that went quiet) is no company by its state: nobody put it there. Company that
guards the home (a lock, an armed alarm) means more than a fan that happens to run, which has
to be stranger by a fixed handicap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .behavior import PRESENCE, Behavior, Phase, phase
from .evidence import DAY, Arrays, Facts, Finding, History, local_moment, over_neighboring_hours
from .memory import Memory
from .vocabulary import Vocabulary

SPAN = 300.0
"""Seconds within which two controls meet."""
_HOURS = 24
_KAPPA = 0.5
_SENSED = frozenset({"detect", "clear"})
_GUARDING = frozenset({"lock", "unlock", "disarm"})
_WATCHED = frozenset({"stop_streaming", "stop_recording", "lock"})
"""Ends that mean something beside others; what else ends (a fan, a light) harms nobody."""
_HANDICAP = 2.0
"""Nats that company without a guarding meaning has to make up."""
_HOME = 0
"""Row of the home as a whole, which is empty or not; no entity has the id of the unknown."""
_STEP = 600.0
"""Seconds between the samples of what is on."""


@dataclass(frozen=True, slots=True)
class _Company:
    """A behavior that keeps the newest one company, with the two counts."""

    behavior: Behavior
    seen: float
    possible: float
    is_state: bool

    @property
    def surprise(self) -> float:
        """Return the log of possible against seen, less the handicap."""
        control = self.behavior.control
        guards = control in _GUARDING or control.startswith("arm_")
        lift = float(np.log((self.possible + _KAPPA) / (self.seen + _KAPPA)))
        return lift if guards else lift - _HANDICAP


def _hours(history: History) -> NDArray[np.intp]:
    return np.array([int(local_moment(b.time, history.zone)[0]) for b in history.behaviors], np.intp)


class Meeting:
    """Seen and possible company of every control."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        met: NDArray[np.float32],
        could_meet: NDArray[np.float32],
        during: NDArray[np.float32],
        could_during: NDArray[np.float32],
    ) -> None:
        """Take met[a, b] for controls, during[entity, state, b] for states, and what was possible."""
        self._vocabulary = vocabulary
        self._met, self._could_meet = met, could_meet
        self._during, self._could_during = during, could_during

    @classmethod
    def fit(cls, history: History) -> Meeting:
        """Count the company of every behavior."""
        vocabulary = history.vocabulary
        size, entities = len(vocabulary), len(vocabulary.entities) + 1
        met = np.zeros((size, size), np.float32)
        during = np.zeros((entities, 2, size), np.float32)
        for memory in history.replay():
            control = vocabulary.id_of(memory.recent[-1])
            for other in {vocabulary.id_of(a) for a in _recent(memory)}:
                met[other, control] += 1
            for row, state, _ in _states(memory, vocabulary, memory.recent[-1].device):
                during[row, state, control] += 1
        uses = np.zeros((size, _HOURS), np.float64)
        np.add.at(uses, (vocabulary.encode(history.behaviors), _hours(history)), 1.0)
        rate = over_neighboring_hours(uses) / max(len(history.days), 1) * (SPAN / 3600)
        could_meet = (1 - np.exp(-rate)) @ uses.T
        could_during = np.einsum("esh,ch->esc", _occupancy(history), uses)
        counts = met, could_meet.astype(np.float32), during, could_during.astype(np.float32)
        return cls(vocabulary, *counts)

    def find(self, memory: Memory) -> Finding | None:
        """Look for the strangest company of the newest behavior."""
        newest = memory.recent[-1]
        control = self._vocabulary.id_of(newest)
        ends = phase(newest.control) is Phase.END and newest.control not in _WATCHED
        if not control or ends or newest.control in PRESENCE:
            return None
        strangest = max(self._company(memory, control), key=lambda c: c.surprise, default=None)
        if strangest is None or strangest.surprise <= 0:
            return None
        facts: Facts = {
            "seen": strangest.seen,
            "possible": strangest.possible,
            "company": "state" if strangest.is_state else "control",
            "minutes": (newest.time - strangest.behavior.time) / 60,
        }
        both = (newest, strangest.behavior)
        context = (*both, memory.ended.begin) if memory.ended else both
        return Finding(strangest.surprise, both, context, facts)

    def _company(self, memory: Memory, control: int) -> Iterator[_Company]:
        vocabulary = self._vocabulary
        for a in _recent(memory):
            other = vocabulary.id_of(a)
            if other:
                seen, possible = self._met[other, control], self._could_meet[other, control]
                yield _Company(a, float(seen), float(possible), False)
        for row, state, edge in _states(memory, vocabulary, memory.recent[-1].device):
            seen, possible = self._during[row, state, control], self._could_during[row, state, control]
            yield _Company(edge, float(seen), float(possible), True)

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {
            "met": self._met,
            "could_meet": self._could_meet,
            "during": self._during,
            "could_during": self._could_during,
        }


def _recent(memory: Memory) -> Iterator[Behavior]:
    """Yield what other devices did in the minutes before the newest behavior."""
    newest = memory.recent[-1]
    return (b for b in memory.since(newest.time - SPAN) if b.device != newest.device)


def _states(
    memory: Memory, vocabulary: Vocabulary, device: str | None = None
) -> Iterator[tuple[int, int, Behavior]]:
    """Yield row, state (0 or 1) and edge of what everything but `device` is in, and of the home."""
    for edge in memory.edges.values():
        row = vocabulary.entity_id_of(edge.entity)
        if row and edge.device != device and edge.control not in _SENSED:
            yield row, int(phase(edge.control) is Phase.BEGIN), edge
    for stance in memory.stances.values():
        row = vocabulary.entity_id_of(stance.entity)
        if row and stance.device != device and stance.control not in PRESENCE:
            yield row, int(stance.control != "disarm"), stance
    left = memory.emptied()
    if left is not None and left.device != device:
        yield _HOME, 0, left


def _occupancy(history: History) -> NDArray[np.float64]:
    """Return the share of time that each entity is off and on, by hour, shape (entities + 1, 2, hours)."""
    entities = len(history.vocabulary.entities) + 1
    sampled = np.zeros((entities, 2, _HOURS), np.float64)
    steps = np.zeros(_HOURS, np.float64)
    clock = 0.0
    before: list[tuple[int, int]] = []
    for memory in history.replay():
        now = memory.recent[-1].time
        # Half a day without a behavior was not lived through (days left out, no power).
        clock = now if now - clock > DAY / 2 else clock
        while clock < now:
            hour = int(local_moment(clock, history.zone)[0])
            steps[hour] += 1
            for row, state in before:
                sampled[row, state, hour] += 1
            clock += _STEP
        before = [(row, state) for row, state, _ in _states(memory, history.vocabulary)]
    smooth: NDArray[np.float64] = over_neighboring_hours(sampled) / np.maximum(
        over_neighboring_hours(steps), 1.0
    )
    return smooth
