"""What a life makes of an anomaly that is put into it: whether it is told, and after how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change, Episode
from custom_components.smartguard.core.policy import Policy

from .living import Moment, live, told
from .run import Run

_SAME = 1.0
"""Seconds: an episode that begins within so much of one on the clean log is that one."""


class What(Protocol):
    """What was put in: UTC seconds of its begin and of its decisive instant, and what it used."""

    @property
    def start(self) -> float:
        """Return when it begins."""

    @property
    def decisive(self) -> float:
        """Return from when on it can be known."""

    @property
    def entities(self) -> tuple[str, ...]:
        """Return the keys of the entities that it used."""


class Injected(Protocol):
    """An anomaly in the lived days, as far as a life is concerned; times are UTC seconds."""

    @property
    def truth(self) -> What:
        """Return what was put in."""

    @property
    def stream(self) -> Sequence[Behavior]:
        """Return all that is lived, with the anomaly, in time order."""

    @property
    def earliest(self) -> float:
        """Return from when on an alert is about it."""

    @property
    def until(self) -> float:
        """Return until when telling it counts."""


@dataclass(frozen=True)
class Aftermath:
    """What was judged before an anomaly and while it was lived through."""

    injection: Injected
    before: Sequence[Moment]
    after: Sequence[Moment]

    def delay(self, budget: float, clean: Sequence[Episode]) -> float | None:
        """Return after how many seconds the anomaly was told at a budget, None if it was not.

        clean: what is told at that budget without the anomaly. Only another alert that is about an entity of
        it counts. Seconds count from the decisive instant; an alert in the course of a flicker came at once.
        """
        policy = Policy.with_budget(budget)
        told(policy, self.before)
        for change in told(policy, self.after):
            if _is_about(change, self.injection) and not _was_there(change.episode, clean):
                return max(0.0, change.episode.start - self.injection.truth.decisive)
        return None


def lived_through(run: Run, injection: Injected) -> Aftermath:
    """Take the home as it was just before an anomaly, and live on through it."""
    begin = injection.truth.start
    watch, memory, moments = run.before(begin)
    following = [b for b in injection.stream if begin <= b.time <= injection.until]
    lived = live(watch, memory, following, begin, injection.until)
    return Aftermath(injection, moments, lived.moments)


def _is_about(change: Change, injection: Injected) -> bool:
    entities = {b.entity for b in change.episode.reasons[0].behaviors}
    in_time = injection.earliest <= change.episode.start <= injection.until
    return change.kind == "detected" and in_time and not entities.isdisjoint(injection.truth.entities)


def _was_there(episode: Episode, clean: Sequence[Episode]) -> bool:
    return any(abs(episode.start - other.start) <= _SAME for other in clean)
