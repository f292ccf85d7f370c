"""The gap between what the journal holds and now, filled from the recorder at each start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import ISSUE_RECORDER_ABSENT
from .history import HistoryUnavailableError, async_import
from .issues import raise_issue, settle_issue
from .journal import Journal, JournalError
from .observer import Observer
from .selection import Key

_LOGGER = logging.getLogger(__name__)

RECORDER = "recorder"


async def async_fill(
    hass: HomeAssistant,
    observer: Observer,
    journal: Journal,
    *,
    days: float,
    end: datetime,
    progress: Callable[[float], None],
) -> bool:
    """Import what the observer's entities did before it began at `end`, `days` back at most.

    Without a recorder SmartGuard goes on with its own journal and says so in a repair issue. Return whether
    the past is complete; what could not be read, there or in the journal, is looked for again at the next
    start.
    """
    if RECORDER not in hass.config.components:
        _LOGGER.warning("There is no recorder: SmartGuard learns only from what it sees itself")
        raise_issue(hass, ISSUE_RECORDER_ABSENT)
        return False
    settle_issue(hass, ISSUE_RECORDER_ABSENT)
    start = end - timedelta(days=days)
    try:
        count = await async_import(hass, observer.keys, journal, start, end, progress, observer.tracker)
    except (HistoryUnavailableError, JournalError) as err:
        _LOGGER.warning("The recorder's history was not read to its end: %s", err)
        return False
    _LOGGER.info("%s behaviors were found in the recorder's history", count)
    return True


async def async_read_again(
    hass: HomeAssistant, keys: Mapping[str, Key], journal: Journal, *, days: float
) -> int:
    """Read the recorder's last days anew, whatever was complete; return how many behaviors that brought.

    What was forgotten stays so. Raises HistoryUnavailableError, or JournalError if the journal can not be
    read.
    """
    end = dt_util.utcnow()
    start = end - timedelta(days=days)
    before = await hass.async_add_executor_job(journal.count)
    low = await hass.async_add_executor_job(journal.low_water)
    wanted = {entity_id: key for entity_id, key in keys.items() if low.get(key.entity) != 0}
    marks = {key.entity: start.timestamp() for key in wanted.values()}
    journal.set_high_water(marks, marks)
    await async_import(hass, wanted, journal, start, end, _unseen)
    return await hass.async_add_executor_job(journal.count) - before


def _unseen(_share: float) -> None:
    """Take a progress that nobody looks at."""
