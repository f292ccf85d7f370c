"""SmartGuard learns how a home is normally used and says so when something is off."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from . import storage
from .alerts import put_away
from .const import DOMAIN, LIVE_OPTIONS, MINOR_VERSION, PLATFORMS, VERSION
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .following import async_follow_selection
from .frontend import async_setup_frontend
from .gone import async_watch_devices
from .issues import ISSUES, settle_issue
from .journal_views import JournalViews
from .options import kept
from .phrases import async_phrases
from .push import Push
from .services import async_setup_services
from .statistics import LossStatistics, async_remove_statistics
from .websocket_api import async_setup_websocket_api

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001
    """Register actions and commands, which stay while Home Assistant runs."""
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> bool:
    """Open what was kept, show the entities, begin to guard."""
    await async_phrases(hass, hass.config.language)
    opened = await storage.async_open(hass, entry.entry_id)
    coordinator = entry.runtime_data = SmartGuardCoordinator(hass, entry, opened)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_start()
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    entry.async_on_unload(Push(hass, entry, coordinator.names).async_start())
    statistics = LossStatistics(hass, entry, JournalViews(opened.journal.path), coordinator.names)
    entry.async_on_unload(statistics.async_start(coordinator))
    if remove_frontend := await async_setup_frontend(hass):
        entry.async_on_unload(remove_frontend)
    entry.async_on_unload(async_follow_selection(hass, entry))
    entry.async_on_unload(async_watch_devices(hass, entry))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> bool:
    """Take the entities away, stop everything and close the journal."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_shutdown()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> None:
    """Delete all that was learned of this home, and put away what is still shown of it."""
    folder = storage.folder_of(hass, entry.entry_id)
    put_away(hass, await hass.async_add_executor_job(storage.told, folder))
    await hass.async_add_executor_job(storage.remove, folder)
    await async_remove_statistics(hass)
    settle_issue(hass, *ISSUES)


async def async_migrate_entry(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> bool:
    """Refuse an entry of a newer SmartGuard; a newer minor version is one that this one can read.

    Minor version 2 has every option, and names entities by their registry id.
    """
    if entry.version > VERSION:
        _LOGGER.error(
            "Expected an entry of version %s at most, got %s: it was made by a newer SmartGuard",
            VERSION,
            entry.version,
        )
        return False
    if entry.minor_version < MINOR_VERSION:
        options = kept(hass, entry.options)
        hass.config_entries.async_update_entry(entry, options=options, minor_version=MINOR_VERSION)
    return True


async def _async_updated(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> None:
    """Reload for another selection; the budget and the switch take effect without."""
    coordinator = entry.runtime_data
    if _structure(entry.options) != _structure(coordinator.options):
        await hass.config_entries.async_reload(entry.entry_id)
        return
    coordinator.async_apply_options()


def _structure(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key not in LIVE_OPTIONS}
