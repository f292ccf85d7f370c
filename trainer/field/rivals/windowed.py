"""The paper's detectors in the field: each judges the window that the newest behavior ends, as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import log

import numpy as np

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Reason
from custom_components.smartguard.core.errors import NotEnoughDataError
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.sequence import chatty_entities, thin
from custom_components.smartguard.core.windows import WINDOW, Windows, cut, encode

from ...datasets import HELD_OUT
from ...detector import Detector
from .rival import Found, Rival

Fitted = Callable[[str, int, int, Windows, Windows], Detector]
_USUAL, _COMMON = 0.5, 0.9
"""Quantiles of held-out windows by which scores are measured, as if they fell off exponentially between."""
_FOLDS = 3
"""Blocks of days that are judged by what the others taught; each costs a training."""


@dataclass(frozen=True)
class Judge:
    """A detector that has learned, what it reads, and the scale of its scores.

    usual, scale: the median score of windows that it did not learn is a surprise of 0, what one in ten of
    them passes one of ln 5 nats. Some detectors' scores grow with what they learned: each fit has its own.
    """

    detector: Detector
    history: History
    chatty: frozenset[str]
    usual: float
    scale: float

    def find(self, memory: Memory) -> Found:
        """Judge the window that the newest behavior ends, if it ends one."""
        read = thin(memory.recent, self.chatty)[-WINDOW:]
        if len(read) < WINDOW or read[-1] is not memory.recent[-1]:
            return {}
        score = float(self.detector.score(windows_of(self.history, read))[0])
        surprise = (score - self.usual) / self.scale
        return {"sequence": Finding(surprise, tuple(reversed(read)), tuple(read), {"surprise": surprise})}

    def find_open(self, _memory: Memory, _now: float) -> Sequence[Found]:
        """Say nothing of what is on."""
        return ()

    def say(self, reason: Reason) -> str:
        """Say all that a window as a whole can tell."""
        return (
            f"The last {len(reason.behaviors)} behaviors are unlike those that were learned: "
            f"{float(reason.facts['surprise']):.1f} nats beyond the usual."
        )


class Windowed(Rival):
    """A detector of the suites: as it should be fitted, or as its authors describe it (NAME:as_published).

    seed: of its training.
    """

    kinds = ("sequence",)
    folds = _FOLDS

    def __init__(self, name: str, seed: int = 0) -> None:
        self.name, self.seed = name, seed

    def seeded(self, seed: int) -> Windowed:
        """Return the same detector, to be trained with a seed."""
        return Windowed(self.name, seed)

    def fit(self, history: History) -> Judge:
        """Learn windows of some days; the newest tenth decides when to stop and what is usual."""
        chatty = chatty_entities(history)
        read = thin(history.behaviors, chatty)
        windows = windows_of(history, read)
        if len(windows) < WINDOW:
            raise NotEnoughDataError(
                f"expected at least {2 * WINDOW - 1} behaviors for {self.name} to learn from, got {len(read)}"
            )
        split = len(windows) - max(1, round(HELD_OUT * len(windows)))
        training, held = windows.take(slice(0, split)), windows.take(slice(split, None))
        fitted: Fitted = import_module("trainer.field.rivals.fitted").fitted
        detector = fitted(self.name, self.seed, len(history.vocabulary), training, held)
        scores = detector.score(held)
        usual, common = (float(np.quantile(scores, share)) for share in (_USUAL, _COMMON))
        scale = (common - usual) / log((1 - _USUAL) / (1 - _COMMON))
        return Judge(detector, history, chatty, usual, scale if scale > 0 else 1.0)


def windows_of(history: History, behaviors: Sequence[Behavior]) -> Windows:
    """Return every window of behaviors in time order, with the ids of a history's vocabulary."""
    return cut(encode(behaviors, history.vocabulary, history.zone))
