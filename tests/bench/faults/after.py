"""A home after a fault: started again, looked at, unloaded."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from custom_components.smartguard.alerts import EPISODE
from custom_components.smartguard.core.episode import Episode
from custom_components.smartguard.core.errors import SmartGuardError
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.model_store import ModelStore

from . import house
from .forks import Lines


async def on_disk(folder: Path) -> dict[str, Any]:
    """Return what journal and models hold before anything is filled in again."""
    kept = house.kept(folder)
    with closing(Journal.open(kept / "journal.db")) as journal:
        behaviors, episodes = journal.behaviors(), journal.episodes(-1)
    loaded = ModelStore(kept / "models").load()
    return {
        "behaviors": behaviors,
        "episodes": [row["episode_id"] for row in episodes],
        "model": loaded.stored.version.number if loaded.stored else None,
        "problem": loaded.problem,
    }


async def look_at(folder: Path, *, with_recorder: bool = True) -> dict[str, Any]:
    """Start, wait until it guards, look, unload, stop; return what was found and what was said meanwhile."""
    lines = Lines()
    logging.getLogger().addHandler(lines)
    async with house.running(folder, with_recorder=with_recorder) as hass:
        status = await house.async_status(hass, "guarding", "failed")
        found = {"status": status, **await async_contents(hass), "issues": house.issues(hass)}
        found["left"] = await house.async_unload(hass)
    return {**found, "leftovers": house.leftovers(folder), "lines": lines.lines}


async def async_contents(hass: HomeAssistant) -> dict[str, Any]:
    """Return what a home that runs knows; nothing where it could not be set up."""
    entry = house.entry_of(hass)
    if entry.state is not ConfigEntryState.LOADED:
        return {"version": None, "behaviors": [], "partial": 0}
    home = entry.runtime_data
    rows = await hass.async_add_executor_job(home.journal.episodes, -1)
    behaviors = await hass.async_add_executor_job(home.journal.behaviors)
    return {"version": home.data.version, "behaviors": behaviors, "partial": _partial(rows)}


def _partial(rows: list[dict[str, Any]]) -> int:
    """Count episodes that can not be read whole, and all but one that are still open."""
    partial, is_open = 0, 0
    for row in rows:
        try:
            is_open += Episode.from_json(row.get(EPISODE)).end is None
        except SmartGuardError:
            partial += 1
    return partial + max(0, is_open - 1)
