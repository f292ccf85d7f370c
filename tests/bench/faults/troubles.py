"""What goes wrong around a home while it runs: the recorder, reloads, a busy executor, renames."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import resource
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.tasks import StopTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.runner import MAX_EXECUTOR_WORKERS

from .. import homes
from . import after, house
from .forks import Lines
from .lives import behave

BEHAVIORS: Final = 40
RELOADS: Final = 100
_BUSY: Final = 6.0

type Trouble = Callable[[HomeAssistant, list[Any]], Awaitable[dict[str, Any]]]


async def through(folder: Path, trouble: Trouble, seed: int, *, with_recorder: bool = True) -> dict[str, Any]:
    """Live, have trouble, live on; return what `after.look_at` returns of it, and what was lived and lost."""
    lines, said, rng = Lines(), list[Any](), random.Random(seed)
    logging.getLogger().addHandler(lines)
    async with house.running(folder, with_recorder=with_recorder) as hass:
        await house.async_status(hass, "guarding", "failed")
        await behave(hass, said.append, rng, BEHAVIORS)
        more = await trouble(hass, said)
        await behave(hass, said.append, rng, BEHAVIORS)
        await asyncio.sleep(0.2)
        status = await house.async_status(hass, "guarding", "failed")
        found = {"status": status, **await after.async_contents(hass), "issues": house.issues(hass)}
        found["left"] = await house.async_unload(hass)
    lived = {word[2][0] for word in said}
    lost = len(lived - {b.time for b in found["behaviors"]})
    said_of_it = {"lines": lines.lines, "leftovers": house.leftovers(folder)}
    return {**found, **said_of_it, "lived": len(lived), "lost": lost, "more": more}


async def reloads(hass: HomeAssistant, _said: list[Any]) -> dict[str, Any]:
    """Reload the entry over and over."""
    await hass.config_entries.async_reload(house.ENTRY_ID)
    await house.async_status(hass, "guarding")
    before, listeners = _memory(), _listeners(hass)
    for _ in range(RELOADS):
        await hass.config_entries.async_reload(house.ENTRY_ID)
    await house.async_status(hass, "guarding")
    return {"rss growth, MB": round(_memory() - before, 2), "listeners more": _listeners(hass) - listeners}


async def reloads_at_once(hass: HomeAssistant, _said: list[Any]) -> dict[str, Any]:
    """Reload the entry many times without waiting."""
    await asyncio.gather(*(hass.config_entries.async_reload(house.ENTRY_ID) for _ in range(10)))
    return {}


async def busy_executor(hass: HomeAssistant, said: list[Any]) -> dict[str, Any]:
    """Have every thread of the executor busy while the home is used; loop and record must not wait."""
    jobs = [hass.async_add_executor_job(time.sleep, _BUSY) for _ in range(MAX_EXECUTOR_WORKERS)]
    begun, lag = time.monotonic(), 0.0
    living = asyncio.ensure_future(behave(hass, said.append, random.Random(1), BEHAVIORS))
    while not living.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        lag = max(lag, time.monotonic() - before - 0.01)
    house.entry_of(hass).runtime_data.journal.request_commit()
    on_disk = 0
    while time.monotonic() - begun < _BUSY - 1:
        on_disk = _rows(house.kept(Path(hass.config.config_dir)) / "journal.db")
        await asyncio.sleep(0.2)
    await asyncio.gather(*jobs)
    return {"longest wait of the loop, s": round(lag, 3), "rows on disk meanwhile": on_disk}


async def locked_recorder(hass: HomeAssistant, said: list[Any]) -> dict[str, Any]:
    """Lock the recorder as a backup does, and start again meanwhile."""
    recorder = get_instance(hass)
    await recorder.lock_database()
    reloading = asyncio.ensure_future(hass.config_entries.async_reload(house.ENTRY_ID))
    await asyncio.wait([reloading], timeout=5.0)
    await behave(hass, said.append, random.Random(2), BEHAVIORS)
    recorder.unlock_database()
    await reloading
    return {}


async def stopped_recorder(hass: HomeAssistant, _said: list[Any]) -> dict[str, Any]:
    """Have the recorder's thread end, as it does when its database fails, and start again."""
    get_instance(hass).queue_task(StopTask())
    await asyncio.to_thread(get_instance(hass).join)
    await hass.config_entries.async_reload(house.ENTRY_ID)
    await house.async_status(hass, "guarding")
    return {}


async def renames(hass: HomeAssistant, said: list[Any]) -> dict[str, Any]:
    """Rename every entity while the home is guarded, and back: keys must stay, and nothing go unnoticed.

    With its registry entries the home has other keys than before, so what was lived until then is left out.
    """
    said.clear()
    registry = er.async_get(hass)
    for entity_id in homes.ENTITIES:
        domain, _, name = entity_id.partition(".")
        hass.states.async_remove(entity_id)
        registry.async_get_or_create(domain, "test", name, suggested_object_id=name)
        hass.states.async_set(entity_id, homes.resting(entity_id), homes.attributes(entity_id))
    await hass.config_entries.async_reload(house.ENTRY_ID)
    await house.async_status(hass, "guarding")
    home = house.entry_of(hass).runtime_data
    before = set(home.keys.values())
    for entity_id in homes.ENTITIES:
        hass.states.async_remove(entity_id)
        registry.async_update_entity(entity_id, new_entity_id=f"{entity_id}_renamed")
        hass.states.async_set(f"{entity_id}_renamed", homes.resting(entity_id), homes.attributes(entity_id))
    await hass.async_block_till_done()
    renamed = [entity for entity in home.keys if entity.endswith("_renamed")]
    counted = home.data.behaviors
    hass.states.async_set(f"{homes.ENTITIES[0]}_renamed", "on")
    await hass.async_block_till_done()
    noticed = home.journal.count() - counted
    for entity_id in homes.ENTITIES:
        registry.async_update_entity(f"{entity_id}_renamed", new_entity_id=entity_id)
    await hass.async_block_till_done()
    wrong = before != set(home.keys.values()) or len(renamed) != len(homes.ENTITIES) or noticed != 1
    return {"WRONG keys that changed": int(wrong)}


async def another_zone(hass: HomeAssistant, _said: list[Any]) -> dict[str, Any]:
    """Move the home to another time zone, and learn there."""
    await hass.config.async_update(time_zone="America/New_York")
    await hass.async_block_till_done()
    report = await house.entry_of(hass).runtime_data.async_train("bench")
    zone = house.entry_of(hass).runtime_data.guard.zone.key
    return {"WRONG not learned in the new zone": int(report["accepted"] and zone != "America/New_York")}


async def nothing(_hass: HomeAssistant, _said: list[Any]) -> dict[str, Any]:
    """Have no trouble: it was there before the start."""
    return {}


def _memory() -> float:
    """Return the memory of this process in MB (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _listeners(hass: HomeAssistant) -> int:
    return sum(hass.bus.async_listeners().values())


def _rows(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM behavior").fetchone()[0])
