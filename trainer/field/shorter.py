"""A model that knows only the newest days of a home: what a longer history is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode
from custom_components.smartguard.core.evidence import local_day

from ..detector import Progress
from .log import held_out
from .model import Learned, Model, Setting, Watch

_DAYS = re.compile(r", \d+ days$")


def name_of(model: str, days: int) -> str:
    """Return what the results call a model with so many days."""
    return f"{model}, {days} days"


def bare(name: str) -> str:
    """Return a model's name without the days that it knows."""
    return _DAYS.sub("", name)


@dataclass(frozen=True)
class Young:
    """What was learned of the days from `begin` (UTC seconds) on: what was used before only is new to it.

    The short memory of what is on and who is there goes back further: it is the same home.
    """

    learned: Learned
    begin: float

    def watch(self, past: Iterable[Behavior]) -> Watch:
        """Return who judges from now on."""
        return self.learned.watch(b for b in past if b.time >= self.begin)

    def say(self, episode: Episode) -> str:
        """Say it as the model does."""
        return self.learned.say(episode)


@dataclass(frozen=True)
class Shorter:
    """A model in a home whose history began so many days before it is learned."""

    model: Model
    days: int

    @property
    def name(self) -> str:
        """Return what the results call it."""
        return name_of(self.model.name, self.days)

    def learn(
        self,
        behaviors: Sequence[Behavior],
        setting: Setting,
        progress: Progress,
        before: Learned | None = None,
    ) -> Learned:
        """Learn the newest days, a quarter of them, or those of the setting, to calibrate on.

        Nothing is in use before: with learning anew a history would grow, and be that short no more.
        """
        del before
        newest = local_day(behaviors[-1].time, setting.zone) if behaviors else 0
        known = [b for b in behaviors if local_day(b.time, setting.zone) > newest - self.days]
        calibrate = min(setting.calibrate_days, held_out(self.days))
        shorter = replace(setting, train_days=self.days - calibrate, calibrate_days=calibrate)
        learned = self.model.learn(known, shorter, progress)
        return Young(learned, known[0].time if known else 0.0)
