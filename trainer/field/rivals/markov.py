"""A first-order Markov chain over controls: how unlikely each is after the one before it (Aegis's idea)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.episode import Reason
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.vocabulary import Vocabulary

from ..log import name_of
from .rival import Found, Rival

_BACK_OFF = 2.0
"""How many transitions the overall frequencies of controls weigh."""


class Chain:
    """P(control | control before), shape (V, V)."""

    def __init__(self, vocabulary: Vocabulary, probabilities: NDArray[np.float64]) -> None:
        """Take one row for each control before."""
        self._vocabulary = vocabulary
        self._surprises = -np.log(probabilities)

    def find(self, memory: Memory) -> Found:
        """Say how unlikely the newest behavior is after the one before it."""
        if len(memory.recent) < 2:
            return {}
        newest, before = memory.recent[-1], memory.recent[-2]
        surprise = float(self._surprises[self._vocabulary.id_of(before), self._vocabulary.id_of(newest)])
        return {"sequence": Finding(surprise, (newest,), (before, newest), {"surprise": surprise})}

    def find_open(self, _memory: Memory, _now: float) -> Sequence[Found]:
        """Say nothing of what is on."""
        return ()

    def say(self, reason: Reason) -> str:
        """Name the transition and its probability."""
        before, newest = reason.context
        likely = float(np.exp(-float(reason.facts["surprise"])))
        return (
            f"{newest.control} of {name_of(newest.entity)} after {before.control} of "
            f"{name_of(before.entity)} has a probability of {likely:.2%}."
        )


class Markov(Rival):
    """Counts which control follows which."""

    name = "Markov"
    kinds = ("sequence",)

    def fit(self, history: History) -> Chain:
        """Count transitions; a row that saw few leans to how often each control is used at all."""
        size = len(history.vocabulary)
        ids = history.vocabulary.encode(history.behaviors)
        counts = np.zeros((size, size))
        for before, after in pairwise(ids.tolist()):
            counts[before, after] += 1
        overall = np.bincount(ids, minlength=size) + 1.0
        overall /= overall.sum()
        rows = counts + _BACK_OFF * overall
        return Chain(history.vocabulary, rows / rows.sum(1, keepdims=True))
