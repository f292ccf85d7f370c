"""While Home Assistant copies its folder, every journal's file is whole and left alone."""

from __future__ import annotations

import logging

from homeassistant.core import HomeAssistant

from .const import DOMAIN
from .coordinator import SmartGuardConfigEntry
from .journal import Journal, JournalError

_LOGGER = logging.getLogger(__name__)


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Write each journal's log into its file; what is new stays in the log, which is copied too."""
    await _async_checkpoint(hass, hold=True)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the journals' files change again."""
    await _async_checkpoint(hass, hold=False)


async def _async_checkpoint(hass: HomeAssistant, *, hold: bool) -> None:
    entries: list[SmartGuardConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        await hass.async_add_executor_job(_checkpoint, entry.runtime_data.journal, hold)


def _checkpoint(journal: Journal, hold: bool) -> None:
    """Checkpoint; a disk that refuses is no reason to have no backup of the rest of the home."""
    try:
        journal.checkpoint(hold=hold)
    except JournalError as err:
        _LOGGER.warning("The journal's log is copied as it is: %s", err)
