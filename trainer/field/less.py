"""SmartGuard less one channel of evidence: what the others find when they have its share of the budget.

A channel left out changes the calibration alone. The home is learned once, and each guard that lacks a
channel is calibrated anew by what was found on the same days and lives with the same network. First times
are no part of a guard: without them new devices keep their grace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.calibration import calibrate
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.learn import Learned as Taught, LearnOptions, learn
from custom_components.smartguard.core.novelty import CHANNEL as FIRST_TIMES
from custom_components.smartguard.core.threshold import SHARES

from ..detector import Progress
from .model import Learned, Setting
from .remembering import Remembering
from .smartguard import Guarding, SmartGuard

CHANNELS = (*SHARES, FIRST_TIMES)
"""What can be left out."""


@dataclass
class Lessons:
    """Learns the same days with the same options once, however many models ask."""

    kept: dict[tuple[tuple[Behavior, ...], LearnOptions], Taught] = field(default_factory=dict)

    def of(
        self,
        behaviors: Sequence[Behavior],
        options: LearnOptions,
        progress: Progress,
        incumbent: Guard | None,
    ) -> Taught:
        """Learn behaviors in time order; beside an incumbent always anew, since each model has its own."""
        if incumbent is not None:
            return lesson(behaviors, options, progress, incumbent)
        key = (tuple(behaviors), options)
        if key not in self.kept:
            self.kept[key] = lesson(behaviors, options, progress)
        return self.kept[key]


def lesson(
    behaviors: Sequence[Behavior],
    options: LearnOptions,
    progress: Progress,
    incumbent: Guard | None = None,
) -> Taught:
    """Learn, with a network that remembers what it was asked; raises NotEnoughDataError."""
    taught = learn(behaviors, options, progress, incumbent=incumbent)
    guard = replace(taught.guard, sequence=Remembering.of(taught.guard.sequence))
    return replace(taught, guard=guard)


def without(taught: Taught, channel: str) -> Guard:
    """Return the guard with a channel that says nothing; an empty name leaves it as it is."""
    heard = taught.held_out.without(channel)
    tails, together = calibrate(heard)
    return replace(taught.guard, tails=tails, together=together)


@dataclass(frozen=True)
class Less:
    """The product with one channel less; with none less it is the product, by the same lessons."""

    channel: str
    lessons: Lessons
    product: SmartGuard = field(default_factory=SmartGuard)

    @property
    def name(self) -> str:
        """Return what the results call it."""
        return f"{self.product.name} without {self.channel}" if self.channel else self.product.name

    def learn(
        self,
        behaviors: Sequence[Behavior],
        setting: Setting,
        progress: Progress,
        before: Learned | None = None,
    ) -> Learned:
        """Learn with the calibration days held out; a candidate that is refused changes nothing."""
        incumbent = before.guard if isinstance(before, Guarding) else None
        found = self.lessons.of(behaviors, self.product.options(behaviors, setting), progress, incumbent)
        if before is not None and not found.report["accepted"]:
            return before
        return Guarding(without(found, self.channel), self.channel != FIRST_TIMES)
