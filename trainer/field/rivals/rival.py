"""What the rivals share: signs that are calibrated as the channels of the guard are, by blocks of days."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import ClassVar, Protocol

import numpy as np

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Judgement, Reason
from custom_components.smartguard.core.errors import NotEnoughDataError
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.threshold import LOWEST, Tail, episode_maxima, score_of
from custom_components.smartguard.core.vocabulary import Vocabulary

from ...detector import Progress
from ..model import Learned, Setting, Watch

Found = Mapping[str, Finding]
"""Kind of reason, in the words of the guard's channels → what was found."""
_LEAST_DAYS = 3


class Signs(Protocol):
    """What a rival learned of some days."""

    def find(self, memory: Memory) -> Found:
        """Judge the newest behavior of a memory."""

    def find_open(self, memory: Memory, now: float) -> Sequence[Found]:
        """Judge what is still on at `now`."""

    def say(self, reason: Reason) -> str:
        """Say a reason in one sentence."""


@dataclass(frozen=True)
class Calibrated:
    """Signs and how often each is how strange; each may use an equal share of the budget."""

    signs: Signs
    tails: Mapping[str, Tail]

    def watch(self, _past: Iterable[Behavior]) -> Watch:
        """Return itself: nothing but what was learned is needed."""
        return self

    def observe(self, behavior: Behavior) -> None:
        """Take in a behavior, of which only the memory has to know."""

    def judge(self, memory: Memory) -> Judgement:
        """Judge the newest behavior."""
        return self._judgement(memory.recent[-1].time, self._reasons(self.signs.find(memory)))

    def judge_open(self, memory: Memory, now: float) -> Judgement:
        """Judge what is still on."""
        found = self.signs.find_open(memory, now)
        return self._judgement(now, [reason for one in found for reason in self._reasons(one)])

    def say(self, episode: Episode) -> str:
        """Say the strongest reason."""
        return self.signs.say(episode.reasons[0])

    def _reasons(self, found: Found) -> list[Reason]:
        return [
            Reason(kind, self._score(kind, f.surprise), f.behaviors, f.context, f.facts)
            for kind, f in found.items()
        ]

    def _score(self, kind: str, surprise: float) -> float:
        return max(LOWEST, score_of(self.tails[kind], surprise) - log10(len(self.tails)))

    @staticmethod
    def _judgement(time: float, reasons: Sequence[Reason]) -> Judgement:
        ordered = tuple(sorted(reasons, key=lambda r: -r.score))
        return Judgement(time, ordered[0].score if ordered else LOWEST, ordered)


class Rival(ABC):
    """Learns signs, and how strange they are on days that they did not learn.

    kinds: of its reasons. folds: blocks of days, each judged by what the others taught.
    """

    name: str
    kinds: ClassVar[tuple[str, ...]]
    folds: ClassVar[int] = 6

    @abstractmethod
    def fit(self, history: History) -> Signs:
        """Learn from behaviors of some days."""

    def seeded(self, _seed: int) -> Rival:
        """Return itself, since nothing is drawn; a rival that draws returns one with the seed."""
        return self

    def learn(
        self,
        behaviors: Sequence[Behavior],
        setting: Setting,
        progress: Progress,
        before: Learned | None = None,
    ) -> Learned:
        """Learn all days; raises NotEnoughDataError."""
        del before  # nothing is compared
        history = History.of(behaviors, Vocabulary.from_behaviors(behaviors), setting.zone)
        if len(history.days) < _LEAST_DAYS:
            raise NotEnoughDataError(
                f"expected at least {_LEAST_DAYS} days to learn, got {len(history.days)}"
            )
        fit = self.seeded(setting.seed).fit
        signs = fit(history)
        surprises = self._surprises(history, fit, progress)
        tails = {k: Tail.fit(episode_maxima(*surprises[k]), history.weeks) for k in self.kinds}
        return Calibrated(signs, tails)

    def _surprises(
        self, history: History, fit: Callable[[History], Signs], progress: Progress
    ) -> dict[str, tuple[list[float], list[float]]]:
        """Judge each block of days by what the others taught."""
        surprises: dict[str, tuple[list[float], list[float]]] = {kind: ([], []) for kind in self.kinds}
        blocks = np.array_split(np.array(sorted(history.days)), min(self.folds, len(history.days)))
        for number, block in enumerate(blocks):
            inside = frozenset(block.tolist())
            signs = fit(history.on(history.days - inside))
            for memory in history.on(inside).replay():
                for kind, finding in signs.find(memory).items():
                    surprises[kind][0].append(memory.recent[-1].time)
                    surprises[kind][1].append(finding.surprise)
            progress((number + 1) / len(blocks))
        return surprises
