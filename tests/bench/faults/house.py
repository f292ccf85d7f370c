"""A real Home Assistant core with a folder that outlives it: registries, entries, recorder, SmartGuard.

It is what `hass` starts with, without a web server: the core's own bootstrap loads the registries and the
config entries from the folder, the recorder writes a file, timers and executor are real.
"""

from __future__ import annotations

import asyncio
import functools
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final
from unittest.mock import patch

from homeassistant import bootstrap, config_entries, loader
from homeassistant.components import recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir, recorder as recorder_helper
from homeassistant.runner import MAX_EXECUTOR_WORKERS
from homeassistant.setup import async_setup_component
from homeassistant.util.executor import InterruptibleThreadPoolExecutor

from custom_components.smartguard import coordinator
from custom_components.smartguard.const import DOMAIN, MINOR_VERSION, VERSION
from custom_components.smartguard.coordinator import SmartGuardCoordinator
from custom_components.smartguard.core.learn import LearnOptions
from custom_components.smartguard.core.training_options import TrainingOptions

from .. import homes

ENTRY_ID: Final = "faults"
HISTORY_DAYS: Final = 5
PATIENCE: Final = 300.0
RECORDER: Final = {"auto_purge": False}
_FAILED: Final = {
    config_entries.ConfigEntryState.SETUP_ERROR,
    config_entries.ConfigEntryState.SETUP_RETRY,
    config_entries.ConfigEntryState.MIGRATION_ERROR,
}
ZONE: Final = "Europe/Berlin"
# A home under test learns in seconds instead of minutes; everything else is as it is.
QUICK: Final = functools.partial(LearnOptions, training=TrainingOptions(epochs=1))


@asynccontextmanager
async def running(folder: Path, *, with_recorder: bool = True) -> AsyncIterator[HomeAssistant]:
    """Run a core on this folder for the body, and stop it as Home Assistant is stopped."""
    hass = HomeAssistant(str(folder))
    hass.config.skip_pip = True
    hass.loop.set_default_executor(InterruptibleThreadPoolExecutor(MAX_EXECUTOR_WORKERS))
    await hass.config.async_set_time_zone(ZONE)
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await loader.async_get_custom_components(hass)
    await bootstrap.async_load_base_functionality(hass)
    for entity_id in homes.ENTITIES:
        hass.states.async_set(entity_id, homes.resting(entity_id), homes.attributes(entity_id))
    if with_recorder:
        recorder_helper.async_initialize_recorder(hass)
        config = {**RECORDER, "db_url": f"sqlite:///{database(folder)}"}
        await async_setup_component(hass, recorder.DOMAIN, {recorder.DOMAIN: config})
    await async_setup_component(hass, "persistent_notification", {})
    with patch.object(coordinator, "LearnOptions", QUICK):
        await async_setup_component(hass, DOMAIN, {})
        await hass.async_start()
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


def database(folder: Path) -> Path:
    """Return the recorder's file."""
    return folder / "home-assistant_v2.db"


def kept(folder: Path) -> Path:
    """Return where the entry of a house keeps its files."""
    return folder / ".storage" / DOMAIN / ENTRY_ID


async def async_furnish(hass: HomeAssistant) -> None:
    """Give a new house days of life in its recorder, up to the last midnight, and its config entry."""
    for time, entity_id, state, _ in past():
        hass.states.async_set(entity_id, state, homes.attributes(entity_id), timestamp=time.timestamp())
    entry = config_entries.ConfigEntry(
        data={},
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        entry_id=ENTRY_ID,
        minor_version=MINOR_VERSION,
        options={"entities": list(homes.ENTITIES), "history_days": HISTORY_DAYS + 2},
        source=config_entries.SOURCE_USER,
        subentries_data=(),
        title="SmartGuard",
        unique_id=DOMAIN,
        version=VERSION,
    )
    await hass.config_entries.async_add(entry)


def past() -> Iterator[tuple[datetime, str, str, str]]:
    """Return the days that end at the last midnight."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(HISTORY_DAYS, 0, -1):
        yield from homes.day(today - timedelta(days=number), number)


def entry_of(hass: HomeAssistant) -> config_entries.ConfigEntry[SmartGuardCoordinator]:
    """Return the only entry."""
    found = hass.config_entries.async_get_entry(ENTRY_ID)
    if found is None:
        raise LookupError(f"expected the entry {ENTRY_ID}, got none")
    return found


async def async_status(hass: HomeAssistant, *wanted: str) -> str:
    """Wait until the home has one of these statuses; return it, why not, or what it is after a minute."""
    status = "not loaded"
    try:
        async with asyncio.timeout(PATIENCE):
            while status not in wanted:
                await asyncio.sleep(0.02)
                entry = entry_of(hass)
                if entry.state in _FAILED:
                    return entry.state.value
                if entry.state is config_entries.ConfigEntryState.LOADED and _has_begun(entry.runtime_data):
                    status = entry.runtime_data.data.status
    except TimeoutError:
        return f"{status} after {PATIENCE:.0f} s"
    return status


def _has_begun(home: SmartGuardCoordinator) -> bool:
    """Say whether the past was looked at; what is shown before is what was so at the end."""
    return home._starting is not None and home._starting.done()


def issues(hass: HomeAssistant) -> list[str]:
    """Return the repair issues of SmartGuard that are shown."""
    registry = ir.async_get(hass)
    return sorted(
        issue for (domain, issue), row in registry.issues.items() if domain == DOMAIN and row.active
    )


async def async_unload(hass: HomeAssistant) -> list[str]:
    """Unload the entry; return what was left behind, which should be nothing."""
    if not entry_of(hass).state.recoverable:
        return []  # it was never set up
    if not await hass.config_entries.async_unload(ENTRY_ID):
        return ["the entry refused to unload"]
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("smartguard")]
    return left + _open_files(kept(Path(hass.config.config_dir)))


def _open_files(folder: Path) -> list[str]:
    opened = (Path(os.path.realpath(link)) for link in Path("/proc/self/fd").glob("*"))
    return [f"open: {path.name}" for path in opened if folder in path.parents]


def leftovers(folder: Path) -> list[str]:
    """Return files that only a write that was interrupted leaves."""
    whole = {"journal.db", "journal.db-wal", "journal.db-shm", "journal.copy.db", "current.json"}
    found = (path for path in kept(folder).rglob("*") if path.is_file() and path.name not in whole)
    return sorted(str(p.relative_to(kept(folder))) for p in found if not _is_model(p) and not _is_kept(p))


def _is_model(path: Path) -> bool:
    return path.suffix == ".npz" and path.stem.isdecimal() and path.parent.name == "models"


def _is_kept(path: Path) -> bool:
    return ".damaged-" in path.name
