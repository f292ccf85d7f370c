"""Sequence: SmartGuard's own score, live: a behavior's loss while it is hidden, by NWRL.

A behavior is judged when it has settled, by what came before it and after: its loss is the mean over all
windows that hold it by then, with its position hidden, weighed by the noise of its control (equation 17). The
mean over a window of ten would dilute the one that is strange.

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
from .evidence import SETTLE, Arrays, Facts, Finding, History
from .memory import Memory
from .model import Model
from .scoring import hidden_logits, hidden_losses, logits_at, losses_of, nwrl_score
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

    def look_about(self, memory: Memory, behavior: Behavior) -> Look | None:
        """Look at the window with most of what followed a settled behavior; None where none holds it."""
        read, _, ends = self._ends(memory, behavior)
        return self.look_at(read[ends[-1] - self._before : ends[-1] + 1]) if ends else None

    def find(self, memory: Memory, behavior: Behavior) -> Finding | None:
        """Judge a settled behavior; None where no window holds it."""
        read, place, ends = self._ends(memory, behavior)
        if not ends:
            return None
        windows = self.windows(read[ends[0] - self._before : ends[-1] + 1])
        positions = self._before - (np.array(ends) - place)
        logits = logits_at(self.model, windows, positions)
        control = self.vocabulary.id_of(behavior)
        losses = losses_of(logits[:, None], np.full((len(ends), 1), control))
        likely = 1 + int(logits[-1, 1:].argmax())
        loss = float(losses.mean())
        facts: Facts = {
            "loss": loss,
            "expected_entity": self.vocabulary.tokens[likely - 1].entity,
            "expected_control": self.vocabulary.tokens[likely - 1].control,
        }
        return Finding(self._weigh(loss, control), (behavior,), (behavior,), facts)

    def judged(self, behaviors: Sequence[Behavior]) -> list[tuple[float, Finding]]:
        """Judge all of many behaviors in time order; return when each had settled, and how strange it was."""
        read = self.read(behaviors)
        windows = self.windows(read)
        if not len(windows):
            return []
        losses = hidden_losses(self.model, windows)
        found = []
        for i, b in enumerate(read):
            last = min(i + self._before + 1, len(read))
            ends = [end for end in range(i, last) if self._holds(read, end, b)]
            if ends:
                mean = np.mean([losses[e - self._before, self._before - (e - i)] for e in ends])
                surprise = self._weigh(float(mean), self.vocabulary.id_of(b))
                found.append((b.time + SETTLE, Finding(surprise, (b,), (b,), {})))
        return found

    @property
    def _before(self) -> int:
        return self.model.options.window - 1

    def _holds(self, read: Sequence[Behavior], end: int, behavior: Behavior) -> bool:
        """Say whether a full window ended at `end` before the behavior settled."""
        return end >= self._before and read[end].time <= behavior.time + SETTLE

    def _ends(self, memory: Memory, behavior: Behavior) -> tuple[list[Behavior], int, list[int]]:
        """Return what is read of a memory, the place of a behavior in it, and where its windows end."""
        read = self.read(memory.recent)
        if behavior not in read:
            return read, 0, []
        place = read.index(behavior)
        last = min(place + self._before + 1, len(read))
        return read, place, [end for end in range(place, last) if self._holds(read, end, behavior)]

    def _weigh(self, loss: float, control: int) -> float:
        """Return the noise-aware loss: a control without noise weighs 1."""
        return 2 * float(self.weights[control]) * loss

    def arrays(self) -> Arrays:
        """Return the parameters and weights."""
        return {**{f"model/{k}": v for k, v in self.model.parameters.items()}, "weights": self.weights}
