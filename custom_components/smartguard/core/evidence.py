"""Evidence: what a channel has to say about a moment, and the protocol of a channel.

A channel looks at one kind of strangeness. It is fitted on behaviors of the past and gives a surprise
in nats for the newest behavior, with the facts that a person would want to hear. `threshold.py` turns
surprises of every channel into one currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .memory import Memory
from .vocabulary import Vocabulary

Facts: TypeAlias = dict[str, float | str]
Arrays: TypeAlias = dict[str, NDArray[np.generic]]

DAY = 86_400.0
WEEK = 7 * DAY
UNWATCHED = 14 * DAY
"""Seconds without any behavior from which on nobody watched: a home on holiday is shorter alone."""
SETTLE = 180.0
"""Seconds after which a behavior has settled: what belongs to it has happened by then."""


@dataclass(frozen=True)
class Finding:
    """A channel's word on one moment.

    surprise: nats, higher is stranger. behaviors: those it is about, the strangest first. context:
    every behavior that it rests on; when one of them was told before, this is an echo.
    """

    surprise: float
    behaviors: tuple[Behavior, ...]
    context: tuple[Behavior, ...]
    facts: Facts


@dataclass(frozen=True)
class History:
    """The behaviors that a channel is fitted on, in time order, and the days that they cover.

    days: local dates (ordinals) that were lived through, also those without a behavior. span: when the record
    began and ended (UTC seconds), each within a day. patient: keys of entities that do no harm by staying on
    or open (a lamp, a television, a drawer).
    """

    behaviors: tuple[Behavior, ...]
    vocabulary: Vocabulary
    zone: ZoneInfo
    days: frozenset[int]
    span: tuple[float, float]
    patient: frozenset[str] = frozenset()

    @property
    def weeks(self) -> float:
        """Return how many weeks were lived through, a day at least; the first and the last count in part."""
        begin, end = self.span
        missing = 0.0
        if local_day(begin, self.zone) in self.days:
            missing += local_moment(begin, self.zone)[0] / 24
        if local_day(end, self.zone) in self.days:
            missing += 1 - local_moment(end, self.zone)[0] / 24
        return max(len(self.days) - missing, 1.0) / 7

    @classmethod
    def of(
        cls,
        behaviors: Sequence[Behavior],
        vocabulary: Vocabulary,
        zone: ZoneInfo,
        patient: frozenset[str] = frozenset(),
    ) -> History:
        """Take every local day from the first behavior to the last but those that nobody watched.

        behaviors: in time order. What was imported from long ago, or a guard that was off, leaves a gap: its
        days were not lived through without anything strange.
        """
        days: set[int] = set()
        for earlier, later in pairwise([*behaviors[:1], *behaviors]):
            first, last = local_day(earlier.time, zone), local_day(later.time, zone)
            days.update((first, last) if later.time - earlier.time > UNWATCHED else range(first, last + 1))
        span = (behaviors[0].time, behaviors[-1].time) if behaviors else (0.0, 0.0)
        return cls(tuple(behaviors), vocabulary, zone, frozenset(days), span, patient)

    def on(self, days: frozenset[int]) -> History:
        """Return the part lived on `days`."""
        kept = tuple(b for b in self.behaviors if local_day(b.time, self.zone) in days)
        return replace(self, behaviors=kept, days=self.days & days)

    def replay(self) -> Iterator[Memory]:
        """Live through the behaviors: yield the memory after each, a fresh one after days left out."""
        memory, newest = Memory(), 0
        for b in self.behaviors:
            day = local_day(b.time, self.zone)
            if any(missing not in self.days for missing in range(newest + 1, day)):
                memory = Memory()
            memory.observe(b)
            newest = day
            yield memory


def settled(memory: Memory, since: float, until: float) -> list[Behavior]:
    """Return the behaviors that settled after `since` and not after `until` (UTC seconds), oldest first."""
    old_enough = [b for b in memory.since(since - SETTLE) if since < b.time + SETTLE <= until]
    return old_enough[::-1]


class Channel(Protocol):
    """One kind of evidence beside the sequence score."""

    def find(self, memory: Memory) -> Finding | None:
        """Judge the newest behavior of `memory`; None where this channel has nothing to say."""

    def arrays(self) -> Arrays:
        """Return what the artifact keeps."""


def local_day(time: float, zone: ZoneInfo) -> int:
    """Return the ordinal of the local date of UTC seconds."""
    return datetime.fromtimestamp(time, UTC).astimezone(zone).toordinal()


def local_moment(time: float, zone: ZoneInfo) -> tuple[float, bool]:
    """Return the local hour of day in [0, 24) and whether it is a weekend."""
    local = datetime.fromtimestamp(time, UTC).astimezone(zone)
    return local.hour + local.minute / 60 + local.second / 3600, local.weekday() >= 5


def over_neighboring_hours(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smooth counts by hour over the hours beside each, circular on the last axis; sums stay."""
    smooth: NDArray[np.float64] = (
        0.5 * profile + 0.25 * np.roll(profile, 1, -1) + 0.25 * np.roll(profile, -1, -1)
    )
    return smooth
