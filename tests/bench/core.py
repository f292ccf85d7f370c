"""A real core of Home Assistant in this process: loop, bus, states, registries, storage and config entries.

It has no web server and no recorder; SmartGuard is set up from a stored config entry, as at every start.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from homeassistant import bootstrap, config_entries, loader
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.smartguard.const import DOMAIN, MINOR_VERSION, VERSION
from custom_components.smartguard.coordinator import SmartGuardCoordinator

ENTRY_ID: Final = "bench"
THREADS: Final = 64
"""As Home Assistant's own runner has."""
_STORED: Final = "2026-01-01T00:00:00+00:00"


def folder_of(config: Path) -> Path:
    """Return where the entry keeps its files below a configuration."""
    return config / ".storage" / DOMAIN / ENTRY_ID


def add_entry(config: Path, options: Mapping[str, Any]) -> None:
    """Store the entry that the next start sets up."""
    entry: dict[str, Any] = {
        "created_at": _STORED,
        "data": {},
        "disabled_by": None,
        "discovery_keys": {},
        "domain": DOMAIN,
        "entry_id": ENTRY_ID,
        "minor_version": MINOR_VERSION,
        "modified_at": _STORED,
        "options": dict(options),
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [],
        "title": "SmartGuard",
        "unique_id": DOMAIN,
        "version": VERSION,
    }
    key = "core.config_entries"
    stored = {"version": 1, "minor_version": 5, "key": key, "data": {"entries": [entry]}}
    path = config / ".storage" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(stored), encoding="utf-8")


@asynccontextmanager
async def started(
    config: Path, states: Mapping[str, tuple[str, Mapping[str, Any]]], zone: str
) -> AsyncIterator[HomeAssistant]:
    """Start a core whose entities have these states (entity_id → state, attributes); stop it at the end."""
    hass = HomeAssistant(str(config))
    executor = ThreadPoolExecutor(THREADS)
    hass.loop.set_default_executor(executor)
    hass.config.skip_pip = True
    await hass.config.async_set_time_zone(zone)
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await loader.async_get_custom_components(hass)
    await bootstrap.async_load_base_functionality(hass)
    for entity_id, (state, attributes) in states.items():
        hass.states.async_set(entity_id, state, attributes)
    domains = ["homeassistant", "persistent_notification"]
    domains += [entry.domain for entry in hass.config_entries.async_entries()]
    for domain in domains:
        if not await async_setup_component(hass, domain, {}):
            raise RuntimeError(f"expected {domain} to be set up, got a failure; see the log")
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)
    try:
        yield hass
    finally:
        await hass.async_stop(force=True)
        executor.shutdown()


def coordinator_of(hass: HomeAssistant) -> SmartGuardCoordinator:
    """Return what guards the home."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    coordinator = entry.runtime_data
    if not isinstance(coordinator, SmartGuardCoordinator):
        raise TypeError(f"expected SmartGuard to be set up, got {entry.state}")
    return coordinator
