"""What a home remembers when it starts: the latest behaviors, what was told, and what people said of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util

from .answers import episodes_of
from .const import DAY
from .core.behavior import Behavior
from .core.episode import Episode
from .core.errors import SmartGuardError
from .core.feedback import Corrections, Feedback
from .core.novelty import FirstTimes
from .journal import Journal, JournalError

_LOGGER = logging.getLogger(__name__)

MEMORY_DAYS: Final = 14
RESTORED_EPISODES: Final = 50


@dataclass(frozen=True, slots=True)
class Recall:
    """past: in time order. episodes: oldest first. count: of all behaviors on record."""

    corrections: Corrections
    past: list[Behavior] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    firsts: FirstTimes = field(default_factory=FirstTimes)
    count: int = 0


def recall(journal: Journal, watched: frozenset[str], zone: str) -> Recall:
    """Read what watched entities did of late and what was told (in the executor); raises JournalError."""
    start = dt_util.utcnow().timestamp() - MEMORY_DAYS * DAY
    past = [*journal.last_of_each(start), *journal.behaviors(start)]
    return Recall(
        corrections=corrections_of(journal, zone),
        past=[b for b in past if b.entity in watched],
        episodes=episodes_of(reversed(journal.episodes(RESTORED_EPISODES))),
        firsts=FirstTimes(journal.firsts()),
        count=journal.count(),
    )


def newest_use(journal: Journal) -> float | None:
    """Return when the last run saw its newest behavior (in the executor), None where nobody can say."""
    try:
        return journal.newest()
    except JournalError as err:
        _LOGGER.warning("The journal can not be read: %s", err)
        return None


def corrections_of(journal: Journal, zone: str) -> Corrections:
    """Read what people said of alerts (in the executor); raises JournalError."""
    words = []
    for row in journal.feedback():
        try:
            words.append(Feedback.from_json(row))
        except SmartGuardError as err:
            _LOGGER.warning("Feedback in the journal can not be read: %s", err)
    return Corrections(ZoneInfo(zone), tuple(words))
