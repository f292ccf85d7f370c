"""Home Assistant stops in the middle of something: it cancels background tasks before it says so."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard import coordinator, learning
from custom_components.smartguard.journal import Journal

from . import homes
from .conftest import load
from .endless import Endless


async def test_a_training_ends_with_home_assistant(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    with patch.object(learning, "TrainingProcess", Endless):
        guarded.runtime_data.async_begin_training("test")
        await hass.async_stop(force=True)
    assert Endless.made.is_stopped


async def test_a_past_that_was_not_read_to_its_end_is_read_at_the_next_start(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    begun = asyncio.Event()

    async def long(*_args: object, **_more: object) -> bool:
        begun.set()
        await asyncio.Event().wait()
        return True

    await hass.async_add_executor_job(homes.keep_past, folder)
    before = await hass.async_add_executor_job(_marks, folder)
    with patch.object(coordinator, "async_fill", long):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await begun.wait()
        await hass.async_stop(force=True)
    assert _marks(folder) == before


async def test_a_past_that_was_read_is_complete_until_the_end(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path
) -> None:
    await hass.async_stop(force=True)
    assert set(_marks(folder)) == set(homes.STATES)
    assert min(_marks(folder).values()) >= homes.NOW.timestamp()


def _marks(folder: Path) -> dict[str, float]:
    journal = Journal.open(folder / "journal.db")
    marks = journal.high_water()
    journal.close()
    return marks


async def test_what_a_killed_training_left_is_deleted(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    left = folder / "training" / "job.npz"
    left.parent.mkdir()
    left.write_bytes(b"days of behaviors")
    await load(hass, entry)
    assert not left.parent.exists()
