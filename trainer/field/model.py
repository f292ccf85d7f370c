"""What lives through a log: something that learns days and then judges moments, as the guard does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Judgement
from custom_components.smartguard.core.memory import Memory

from ..detector import OptionError, Progress


@dataclass(frozen=True)
class Setting:
    """How a log is learned: days to train and to calibrate on, counted back from its end."""

    zone: ZoneInfo
    train_days: int
    calibrate_days: int
    seed: int = 0


class Watch(Protocol):
    """Who judges moments, as -log10 of the alerts a week that are expected to be so strange."""

    def observe(self, behavior: Behavior) -> None:
        """Take in the newest behavior, before it is judged."""

    def judge(self, memory: Memory) -> Judgement:
        """Judge the newest behavior of a memory that holds at least one."""

    def judge_open(self, memory: Memory, now: float) -> Judgement:
        """Judge at a tick what is still on at `now` (UTC seconds)."""


class Learned(Protocol):
    """What was learned; it changes no more."""

    def watch(self, past: Iterable[Behavior]) -> Watch:
        """Return who judges from now on, after what was lived so far."""

    def say(self, episode: Episode) -> str:
        """Say in one sentence why an episode was told."""


class Model(Protocol):
    """Learns behaviors in time order; `before` is what is in use so far, for a model that compares."""

    @property
    def name(self) -> str:
        """Return what the command line calls it."""

    def learn(
        self,
        behaviors: Sequence[Behavior],
        setting: Setting,
        progress: Progress,
        before: Learned | None = None,
    ) -> Learned:
        """Learn; raises NotEnoughDataError for too little data."""


def named(name: str, known: Sequence[Model]) -> Model:
    """Return a model by its name, whatever its case; raises OptionError."""
    for model in known:
        if model.name.lower() == name.lower():
            return model
    raise OptionError(f"expected a model of {', '.join(m.name for m in known)}, got {name!r}")
