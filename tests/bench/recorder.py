"""Rows that SmartGuard adds to the recorder: `scripts/bench recorder`.

A day of 60 devices and 300 behaviors is lived twice, without SmartGuard and with it, by a real core with a
real recorder whose database is a file. The clock stands still and is moved from behavior to behavior, by a
minute at most; timers and statistics run as they come due. Added is the difference, by table.
"""

from __future__ import annotations

import functools
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import get_instance
from homeassistant.const import __version__
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.smartguard import coordinator, history, storage
from custom_components.smartguard.const import DOMAIN
from custom_components.smartguard.core.learn import LearnOptions

from . import homes, learned

MIDNIGHT = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
STEP = timedelta(minutes=1)
ZONE = "US/Pacific"
PAST_DAYS = 5
TABLES = ("states", "events", "statistics", "statistics_short_term")
COUNTED: dict[str, dict[str, int]] = {}
WHO: Counter[str] = Counter()


@pytest.fixture
def enable_statistics() -> bool:
    """Let the recorder make its statistics, hourly and every five minutes."""
    return True


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorder") / "home-assistant_v2.db"


@pytest.fixture
def recorder_db_url(database: Path) -> str:
    """Write to a file, as at home."""
    return f"sqlite:///{database}"


@functools.cache
def lived() -> list[Any]:
    return homes.past(MIDNIGHT, PAST_DAYS)


async def live_a_day(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> int:
    """Live the next day behavior by behavior; return how many there were."""
    behaviors = list(homes.day(MIDNIGHT, seed=1234))
    for time, entity_id, state, _ in behaviors:
        await pass_until(hass, freezer, time)
        hass.states.async_set(entity_id, state, homes.attributes(entity_id))
        await hass.async_block_till_done()
    await pass_until(hass, freezer, MIDNIGHT + timedelta(days=1, minutes=5))
    return len(behaviors)


async def pass_until(hass: HomeAssistant, freezer: FrozenDateTimeFactory, end: datetime) -> None:
    while (now := datetime.now(UTC)) < end:
        freezer.move_to(min(now + STEP, end))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


def rows(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        return {
            table: int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608
            for table in TABLES
        }


def written_by(database: Path) -> Counter[str]:
    """Return how many states each of SmartGuard's entities wrote, losses together."""
    query = (
        "SELECT states_meta.entity_id FROM states JOIN states_meta USING (metadata_id) "
        "WHERE states_meta.entity_id LIKE '%.smartguard_%'"
    )
    with closing(sqlite3.connect(database)) as connection:
        names = [str(name) for (name,) in connection.execute(query)]
    return Counter("losses" if name.endswith("_reconstruction_loss") else name for name in names)


@pytest.mark.parametrize("with_smartguard", [False, True])
async def test_a_day(
    recorder_mock: Any,
    hass: HomeAssistant,
    enable_custom_integrations: None,
    freezer: FrozenDateTimeFactory,
    database: Path,
    tmp_path: Path,
    *,
    with_smartguard: bool,
) -> None:
    hass.config.config_dir = str(tmp_path)
    freezer.move_to(MIDNIGHT)
    for entity_id in homes.ENTITIES:
        hass.states.async_set(entity_id, homes.resting(entity_id), homes.attributes(entity_id))
    entry = MockConfigEntry(domain=DOMAIN, unique_id=DOMAIN, options={"history_days": 1})
    learning = functools.partial(LearnOptions, training=learned.QUICK)
    with patch.object(history, "PAUSE_SECONDS", 0), patch.object(coordinator, "LearnOptions", learning):
        if with_smartguard:
            entry.add_to_hass(hass)
            folder = storage.folder_of(hass, entry.entry_id)
            await hass.async_add_executor_job(learned.prepare, folder, lived(), ZONE, MIDNIGHT)
            assert await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done(wait_background_tasks=True)
        await async_wait_recording_done(hass)
        before = await get_instance(hass).async_add_executor_job(rows, database)
        named = await get_instance(hass).async_add_executor_job(written_by, database)
        count = await live_a_day(hass, freezer)
        await async_wait_recording_done(hass)
        after = await get_instance(hass).async_add_executor_job(rows, database)
        WHO.update(await get_instance(hass).async_add_executor_job(written_by, database))
        WHO.subtract(named)
    COUNTED["with" if with_smartguard else "without"] = {
        **{table: after[table] - before[table] for table in TABLES},
        "behaviors": count,
    }


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    """Say what the day with SmartGuard had more than the one without."""
    yield
    if COUNTED.keys() < {"with", "without"}:
        return
    added = {table: COUNTED["with"][table] - COUNTED["without"][table] for table in TABLES}
    behaviors = COUNTED["with"]["behaviors"]
    result = {
        "ha_version": __version__,
        "devices": len(homes.ENTITIES),
        "behaviors": behaviors,
        "rows_without": COUNTED["without"],
        "rows_added": added,
        "states_by_entity": {name: count for name, count in WHO.most_common() if count},
        "rows_per_behavior": round(sum(added.values()) / behaviors, 3),
    }
    Path(os.environ["SMARTGUARD_BENCH_OUT"]).write_text(json.dumps(result) + "\n", encoding="utf-8")
