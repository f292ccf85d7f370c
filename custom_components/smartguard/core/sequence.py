"""Sequence: SmartGuard's own score, live: each position's loss with that position hidden, by NWRL.

Entities that chatter by nature (motion above all) are thinned in what this channel reads, since they
fill windows and leave no room for what people do; every other channel sees them all. Controls that were
never learned are left out of it: beside a new device in full use nothing known would look as expected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .evidence import Arrays, Facts, Finding, History
from .memory import Memory
from .model import Model
from .scoring import hidden_logits, losses_of, nwrl_score
from .vocabulary import Token, Vocabulary
from .windows import Windows, cut, encode

CHATTY_USES_A_DAY = 60.0
CHATTY_SLOT = 900.0
"""Seconds by the clock in which a chatty entity is read once: the same ones wherever reading begins."""


def chatty_entities(history: History) -> frozenset[str]:
    """Return the entities that are used more often a day than people use things."""
    uses = Counter(b.entity for b in history.behaviors)
    most = CHATTY_USES_A_DAY * max(len(history.days), 1)
    return frozenset(entity for entity, count in uses.items() if count > most)


def thin(behaviors: Iterable[Behavior], chatty: frozenset[str]) -> list[Behavior]:
    """Keep of chatty entities what they say first in each slot."""
    kept: list[Behavior] = []
    spoke: dict[str, float] = {}
    for b in behaviors:
        if b.entity in chatty:
            slot = b.time // CHATTY_SLOT
            if spoke.get(b.entity) == slot:
                continue
            spoke[b.entity] = slot
        kept.append(b)
    return kept


@dataclass(frozen=True)
class Look:
    """One window as the model sees it.

    losses: hidden loss of each position, shape (n,). shares: weight of each in the score, sums to 1
    (equation 18). probabilities: of every control at each position while it is hidden, shape (n, V).
    """

    behaviors: tuple[Behavior, ...]
    losses: NDArray[np.float32]
    shares: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    score: float

    @property
    def contributions(self) -> NDArray[np.float32]:
        """Return how much each position adds to the score, shape (n,)."""
        weighed: NDArray[np.float32] = self.losses * self.shares
        return weighed

    def heaviest(self, count: int = 3) -> tuple[Behavior, ...]:
        """Return the behaviors that weigh most, heaviest first."""
        order = np.argsort(-self.contributions, kind="stable")[:count]
        return tuple(self.behaviors[i] for i in order)

    def expected(self, vocabulary: Vocabulary, position: int, count: int = 3) -> list[tuple[Token, float]]:
        """Return the likeliest controls at a position, with their probabilities."""
        row = self.probabilities[position, 1:]
        order = np.argsort(-row, kind="stable")[:count]
        return [(vocabulary.tokens[i], float(row[i])) for i in order]


@dataclass(frozen=True)
class SequenceScore:
    """The trained model with the weight of each control; 0 for controls it never learned and never reads."""

    vocabulary: Vocabulary
    zone: ZoneInfo
    model: Model
    weights: NDArray[np.float32]
    chatty: frozenset[str]

    def look(self, memory: Memory) -> Look | None:
        """Look at the window that the newest behavior ends; None where it ends none."""
        behaviors = self.read(memory.recent)[-self.model.options.window :]
        if len(behaviors) < self.model.options.window or behaviors[-1] is not memory.recent[-1]:
            return None
        return self.look_at(behaviors)

    def read(self, behaviors: Iterable[Behavior]) -> list[Behavior]:
        """Keep what this channel reads: known controls, and of chatty entities little."""
        return [b for b in thin(behaviors, self.chatty) if self.weights[self.vocabulary.id_of(b)] > 0]

    def look_at(self, behaviors: Sequence[Behavior]) -> Look:
        """Look at one window of exactly n behaviors."""
        windows = self.windows(behaviors)
        logits = hidden_logits(self.model, windows)["control"]
        losses = losses_of(logits, windows.control)[0]
        probabilities = np.exp(logits[0] - logits[0].max(-1, keepdims=True))
        probabilities /= probabilities.sum(-1, keepdims=True)
        weights = self.weights[windows.control[0]]
        return Look(
            tuple(behaviors),
            losses,
            (weights / max(float(weights.sum()), 1e-9)).astype(np.float32),
            probabilities,
            float(nwrl_score(losses[None], windows.control, self.weights)[0]),
        )

    def windows(self, behaviors: Sequence[Behavior]) -> Windows:
        """Return every window of behaviors in time order."""
        return cut(encode(behaviors, self.vocabulary, self.zone), self.model.options.window)

    def finding(self, look: Look) -> Finding:
        """Say how strange a window is."""
        heaviest = look.heaviest()
        position = look.behaviors.index(heaviest[0])
        token, probability = look.expected(self.vocabulary, position, 1)[0]
        facts: Facts = {
            "loss": float(look.losses[position]),
            "expected_entity": token.entity,
            "expected_control": token.control,
            "probability": probability,
        }
        return Finding(look.score, heaviest, look.behaviors, facts)

    def find(self, memory: Memory) -> Finding | None:
        """Judge the window that the newest behavior ends."""
        look = self.look(memory)
        return self.finding(look) if look else None

    def arrays(self) -> Arrays:
        """Return the parameters and weights."""
        return {**{f"model/{k}": v for k, v in self.model.parameters.items()}, "weights": self.weights}
