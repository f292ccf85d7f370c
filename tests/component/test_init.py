"""Set up, unload, reload, remove, migrate, and what can be wrong with the files."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import (
    CONF_ALERTS_PER_WEEK,
    CONF_GUARDING,
    CONF_HISTORY_DAYS,
    DOMAIN,
    ISSUE_JOURNAL_LOST,
    ISSUE_JOURNAL_NEWER,
    ISSUE_JOURNAL_UNAVAILABLE,
    ISSUE_MODEL_UNREADABLE,
    ISSUE_RECORDER_ABSENT,
    MINOR_VERSION,
    VERSION,
)
from custom_components.smartguard.issues import ISSUES, raise_issue
from custom_components.smartguard.options import DEFAULTS

from . import homes
from .conftest import load

pytestmark = pytest.mark.usefixtures("home_folder")


def has_issue(hass: HomeAssistant, issue: str) -> bool:
    return ir.async_get(hass).async_get_issue(DOMAIN, issue) is not None


def writers() -> int:
    return sum(thread.name == "smartguard-journal" for thread in threading.enumerate())


async def test_set_up_and_unload_leave_nothing_behind(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    listeners: list[dict[str, int]] = []
    # The first round also sets up what Home Assistant keeps: its platforms.
    for _ in range(3):
        await load(hass, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert writers() == 1
        assert hass.states.async_entity_ids("binary_sensor")
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        assert writers() == 0
        listeners.append(dict(hass.bus.async_listeners()))
    assert listeners[1] == listeners[2]


async def test_stop_of_home_assistant_closes_the_journal(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert writers() == 0
    # What comes later, when Home Assistant takes entries down, is no second shutdown.
    assert await hass.config_entries.async_unload(guarded.entry_id)


async def test_removal_deletes_all_that_was_learned(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path, tmp_path: Path
) -> None:
    assert (folder / "models" / "0001.npz").is_file()
    await hass.config_entries.async_remove(guarded.entry_id)
    assert not list((tmp_path / ".storage").glob("smartguard*"))


async def test_removal_puts_away_what_was_told(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path
) -> None:
    """A notification of something that is over stays until somebody puts it away, or SmartGuard goes."""
    guarded.runtime_data.journal.save_episode({"episode_id": "17.5"})
    for name in ("smartguard_17.5", "of_somebody_else"):
        persistent_notification.async_create(hass, "…", notification_id=name)
    gone: list[str] = []

    @callback
    def changed(kind: persistent_notification.UpdateType, notes: dict[str, Any]) -> None:
        if kind is persistent_notification.UpdateType.REMOVED:
            gone.extend(notes)

    persistent_notification.async_register_callback(hass, changed)
    await hass.config_entries.async_remove(guarded.entry_id)
    assert gone == ["smartguard_17.5"]


async def test_an_entry_whose_files_are_gone_can_be_removed(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path
) -> None:
    await hass.config_entries.async_unload(guarded.entry_id)
    await hass.async_add_executor_job(shutil.rmtree, folder)
    assert await hass.config_entries.async_remove(guarded.entry_id)


async def test_budget_and_switch_do_not_reload_but_another_selection_does(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    first = guarded.runtime_data
    options = {**guarded.options, CONF_ALERTS_PER_WEEK: 10.0, CONF_GUARDING: False}
    hass.config_entries.async_update_entry(guarded, options=options)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert guarded.runtime_data is first
    assert (first.data.budget, first.data.threshold, first.data.guarding) == (10.0, -1.0, False)

    hass.config_entries.async_update_entry(guarded, options={**options, CONF_HISTORY_DAYS: 2})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert guarded.runtime_data is not first
    assert guarded.state is ConfigEntryState.LOADED
    assert writers() == 1


async def test_an_entry_of_a_newer_version_is_refused(
    hass: HomeAssistant, home_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    newer = MockConfigEntry(domain=DOMAIN, version=VERSION + 1, options={"x": 1})
    newer.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(newer.entry_id)
    assert newer.state is ConfigEntryState.MIGRATION_ERROR
    # Home Assistant 2026 refuses it by itself, before it asks.
    assert any(r.levelno >= logging.WARNING and "version 1" in r.getMessage() for r in caplog.records)
    assert newer.options == {"x": 1}


async def test_options_of_an_older_minor_version_are_completed(
    hass: HomeAssistant, home_folder: Path
) -> None:
    """What version 1.1 kept stays; entities are named by their registry id; the rest is the default."""
    lamp = er.async_get(hass).async_get_or_create("light", "test", "lamp", suggested_object_id="lamp")
    hass.states.async_set("light.lamp", "off")
    old = {"areas": [], "labels": ["x"], "entities": ["light.lamp"], "history_days": 5, "guarding": False}
    older = MockConfigEntry(domain=DOMAIN, version=1, minor_version=1, options=old | {"alerts_per_week": 2.5})
    older.add_to_hass(hass)
    assert await hass.config_entries.async_setup(older.entry_id)
    assert (older.version, older.minor_version) == (1, MINOR_VERSION)
    kept = old | {"alerts_per_week": 2.5, "entities": [lamp.id]}
    assert older.options == {**DEFAULTS, **kept}


async def test_a_newer_minor_version_is_read(hass: HomeAssistant, home_folder: Path) -> None:
    newer = MockConfigEntry(domain=DOMAIN, version=VERSION, minor_version=MINOR_VERSION + 1)
    newer.add_to_hass(hass)
    await load(hass, newer)
    assert newer.state is ConfigEntryState.LOADED


async def test_a_newer_journal_is_refused_and_left_as_it_is(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "journal.db"
    await hass.async_add_executor_job(homes.keep_past, folder)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    content = path.read_bytes()
    await load(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert has_issue(hass, ISSUE_JOURNAL_NEWER)
    assert "newer" in caplog.text
    assert path.read_bytes() == content


def aside(path: Path) -> list[Path]:
    """Return what lies beside a journal and is called after it, without SQLite's own files."""
    return [p for p in path.parent.glob("journal*") if p != path and not p.name.endswith(("-wal", "-shm"))]


async def test_a_damaged_journal_is_saved_as_far_as_it_can_be_read(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "journal.db"
    await hass.async_add_executor_job(homes.keep_past, folder)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    await load(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert has_issue(hass, ISSUE_JOURNAL_LOST)
    assert "journal was damaged" in caplog.text
    assert aside(path)


async def test_a_journal_that_can_not_be_opened_is_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    (folder / "journal.db").mkdir(parents=True)
    await load(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert has_issue(hass, ISSUE_JOURNAL_UNAVAILABLE)

    (folder / "journal.db").rmdir()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert not has_issue(hass, ISSUE_JOURNAL_UNAVAILABLE)


async def test_an_unreadable_model_gives_way_to_the_last_good_one(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    newest = folder / "models" / "0002.npz"
    newest.write_bytes(newest.read_bytes()[:1000])
    await load(hass, entry)
    assert entry.runtime_data.data.version == "0001"
    assert entry.runtime_data.data.status == "guarding"
    assert has_issue(hass, ISSUE_MODEL_UNREADABLE)
    assert "0002.npz can not be read" in caplog.text
    assert newest.exists()


async def test_the_issue_of_a_model_goes_when_it_can_be_read_again(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job(homes.keep_model, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    newest, aside = folder / "models" / "0002.npz", folder / "aside"
    shutil.copy(newest, aside)
    newest.write_bytes(b"cut short")
    await load(hass, entry)
    assert has_issue(hass, ISSUE_MODEL_UNREADABLE)
    shutil.copy(aside, newest)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not has_issue(hass, ISSUE_MODEL_UNREADABLE)
    assert entry.runtime_data.data.version == "0002"


async def test_with_a_recorder_the_issue_is_taken_back(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    raise_issue(hass, ISSUE_RECORDER_ABSENT)
    await load(hass, entry)
    assert not has_issue(hass, ISSUE_RECORDER_ABSENT)


async def test_removal_takes_every_issue_back(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    for issue in ISSUES:
        raise_issue(hass, issue)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [issue for issue in ISSUES if has_issue(hass, issue)] == []
