"""A sequence score that is asked the same by several lives of one network, and looks only once."""

from __future__ import annotations

from dataclasses import dataclass, field

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import Finding
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.sequence import Look, SequenceScore

Question = tuple[int, Behavior]
"""The latest behaviors, of which only the hash is kept since a life asks ten thousands of times; of which."""


@dataclass(frozen=True)
class Remembering(SequenceScore):
    """Answers as the score that it was made of, and keeps every answer."""

    looks: dict[int, Look | None] = field(default_factory=dict, compare=False)
    looks_about: dict[Question, Look | None] = field(default_factory=dict, compare=False)
    found: dict[Question, Finding | None] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, score: SequenceScore) -> Remembering:
        """Return a score that knows no answer yet."""
        return cls(score.vocabulary, score.zone, score.model, score.weights, score.chatty)

    def look(self, memory: Memory) -> Look | None:
        """Look at the window that the newest behavior ends."""
        key = latest(memory)
        if key not in self.looks:
            self.looks[key] = super().look(memory)
        return self.looks[key]

    def look_about(self, memory: Memory, behavior: Behavior) -> Look | None:
        """Look at the window with most of what followed a settled behavior."""
        key = (latest(memory), behavior)
        if key not in self.looks_about:
            self.looks_about[key] = super().look_about(memory, behavior)
        return self.looks_about[key]

    def find(self, memory: Memory, behavior: Behavior) -> Finding | None:
        """Judge a settled behavior."""
        key = (latest(memory), behavior)
        if key not in self.found:
            self.found[key] = super().find(memory, behavior)
        return self.found[key]


def latest(memory: Memory) -> int:
    """Return what tells the latest behaviors of a memory from any others."""
    return hash(tuple(memory.recent))
