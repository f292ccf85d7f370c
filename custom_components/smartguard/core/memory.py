"""What the guard remembers of the latest behaviors: the same live, after a restart and in a replay."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .behavior import PRESENCE, Behavior, Phase, is_stance, phase

RECENT = 512


@dataclass(frozen=True, slots=True)
class OnTime:
    """An active state of one entity: from the behavior that began it until `end` (UTC seconds)."""

    begin: Behavior
    end: float

    @property
    def seconds(self) -> float:
        """Return its length; never negative, also when a clock jumped back."""
        return max(0.0, self.end - self.begin.time)


class Memory:
    """A rolling view of the home: the newest behaviors and what is on since when.

    An on-time counts from its observed edge, so a device that was switched on before a restart is
    remembered by replaying the journal. edges: the newest begin or end of each entity. stances: who is
    home, which alarm is armed. unseen: entities that nobody sees at present, so that nobody knows whether
    they are still on, nor, once they are off, for how long they were.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.recent: deque[Behavior] = deque(maxlen=RECENT)
        self.edges: dict[str, Behavior] = {}
        self.stances: dict[str, Behavior] = {}
        self.ended: OnTime | None = None
        self.unseen: frozenset[str] = frozenset()

    @classmethod
    def replay(cls, behaviors: Iterable[Behavior]) -> Memory:
        """Remember behaviors of the past, which must be in time order."""
        memory = cls()
        for behavior in behaviors:
            memory.observe(behavior)
        return memory

    def observe(self, behavior: Behavior) -> None:
        """Take in the newest behavior; `ended` is the on-time that it ended, if any."""
        self.recent.append(behavior)
        self.ended = None
        if is_stance(behavior.control):
            self.stances[behavior.entity] = behavior
        kind = phase(behavior.control)
        if kind is Phase.NONE:
            return
        edge = self.edges.get(behavior.entity)
        was_on = edge is not None and phase(edge.control) is Phase.BEGIN
        if kind is Phase.BEGIN and was_on:
            return
        if kind is Phase.END and edge is not None and was_on and behavior.entity not in self.unseen:
            self.ended = OnTime(edge, behavior.time)
        self.edges[behavior.entity] = behavior

    def emptied(self) -> Behavior | None:
        """Return the last leaving, if every person that was seen to come or go is away."""
        people = [b for b in self.stances.values() if b.control in PRESENCE]
        if not people or any(b.control == "arrive" for b in people):
            return None
        return max(people, key=lambda b: b.time)

    def forget(self, entity: str) -> None:
        """Drop what is known of the state of an entity that can not be seen any more."""
        self.edges.pop(entity, None)
        self.stances.pop(entity, None)

    def active(self, now: float) -> list[OnTime]:
        """Return what is on, as on-times that reach to `now` (UTC seconds)."""
        seen = (b for b in self.edges.values() if b.entity not in self.unseen)
        return [OnTime(b, now) for b in seen if phase(b.control) is Phase.BEGIN]

    def since(self, start: float) -> Iterator[Behavior]:
        """Yield the behaviors at or after `start`, newest first."""
        for behavior in reversed(self.recent):
            if behavior.time < start:
                return
            yield behavior
