"""What Home Assistant's backup copies is a whole journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard import backup
from custom_components.smartguard.journal import Journal, JournalError

from . import homes


def copied(folder: Path, target: Path) -> int:
    """Copy the journal's file alone, as a backup may, and count what is in it."""
    target.write_bytes((folder / "journal.db").read_bytes())
    with closing(sqlite3.connect(target)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM behavior").fetchone()[0])


async def test_a_backup_holds_what_was_just_done(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path, tmp_path: Path
) -> None:
    hass.states.async_set(homes.LAMP, "on")
    await hass.async_block_till_done()
    await backup.async_pre_backup(hass)
    assert copied(folder, tmp_path / "copy.db") == len(homes.days()) + 1

    hass.states.async_set(homes.LAMP, "off")
    await hass.async_block_till_done()
    journal = guarded.runtime_data.journal
    held = (folder / "journal.db").read_bytes()
    assert await hass.async_add_executor_job(journal.count) == len(homes.days()) + 2
    assert (folder / "journal.db").read_bytes() == held

    await backup.async_post_backup(hass)
    assert copied(folder, tmp_path / "copy.db") == len(homes.days()) + 2


async def test_a_disk_that_refuses_does_not_stop_the_backup(
    hass: HomeAssistant, guarded: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(Journal, "checkpoint", side_effect=JournalError("disk full")):
        await backup.async_pre_backup(hass)
    assert "disk full" in caplog.text


async def test_without_a_loaded_entry_there_is_nothing_to_do(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(guarded.entry_id)
    with patch.object(Journal, "checkpoint") as checkpoint:
        await backup.async_pre_backup(hass)
        await backup.async_post_backup(hass)
    checkpoint.assert_not_called()
