"""What the panel asks of guard and journal: a window explained, the habits, the state of model and data.

The functions that take a guard or views block, and belong in an executor thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .const import DAY
from .core.attention import attention
from .core.behavior import Behavior
from .core.guard import Guard
from .core.memory import RECENT, Memory
from .core.policy import Episode
from .core.sequence import Look
from .core.windows import WINDOW
from .journal_views import JournalViews

WEEK: Final = 7 * DAY
WEEKS: Final = 8
_QUARTER: Final = 900


@dataclass(frozen=True, slots=True)
class Insight:
    """The last window of some behaviors; look and attention, (n, n), are None where nothing judges it."""

    behaviors: tuple[Behavior, ...]
    look: Look | None = None
    attention: NDArray[np.float32] | None = None


def insight(guard: Guard | None, lived: Sequence[Behavior]) -> Insight:
    """Look at the window that behaviors end with, as the network reads them."""
    if guard is None:
        return Insight(tuple(lived[-WINDOW:]))
    sequence = guard.sequence
    size = sequence.model.options.window
    read = sequence.read(lived)[-size:]
    if len(read) < size:
        return Insight(tuple(lived[-size:]))
    return Insight(tuple(read), sequence.look_at(read), attention(sequence.model, sequence.windows(read)))


def insight_now(guard: Guard | None, memory: Memory) -> Insight:
    """Look at the present."""
    return insight(guard, list(memory.recent))


def insight_of(guard: Guard | None, views: JournalViews, episode: Episode) -> Insight:
    """Look at what an episode was found in, by the guard of today."""
    told = max((b.time for b in episode.behaviors), default=episode.start)
    return insight(guard, views.until(max(told, episode.start), RECENT))


def week_of(times: Sequence[float], zone: tzinfo) -> list[list[int]]:
    """Count times (UTC seconds) by local weekday, Monday first, and hour, (7, 24)."""
    # Offsets from UTC change on the hour or its quarters, so one conversion serves a quarter of an hour.
    week = [[0] * 24 for _ in range(7)]
    for quarter, count in Counter(int(time // _QUARTER) for time in times).items():
        local = datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(zone)
        week[local.weekday()][local.hour] += count
    return week


def on_times_of(lived: Sequence[tuple[float, str]]) -> list[float]:
    """Return how long one entity was on, each time, in seconds, from its times and controls in order."""
    memory = Memory()
    found = []
    for time, control in lived:
        memory.observe(Behavior(time, "", "", control))
        if memory.ended is not None:
            found.append(round(memory.ended.seconds, 1))
    return found


def alarms_by_week(starts: Sequence[float], now: float) -> list[int]:
    """Count alarms in each of the last weeks that end at `now`, the newest last."""
    weeks = [0] * WEEKS
    for start in starts:
        age = int((now - start) // WEEK)
        if 0 <= age < WEEKS:
            weeks[WEEKS - 1 - age] += 1
    return weeks
