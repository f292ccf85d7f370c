"""A home without a recorder guards all the same; days that are asked for later are read later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.smartguard import coordinator, storage
from custom_components.smartguard.const import (
    CONF_ENTITIES,
    CONF_HISTORY_DAYS,
    DOMAIN,
    EVENT_ALERT,
    ISSUE_RECORDER_ABSENT,
)
from custom_components.smartguard.gap import async_read_again
from custom_components.smartguard.journal import Journal, JournalError

from . import homes
from .conftest import Pass, load
from .test_coordinator import use


@pytest.fixture
def unrecorded(
    without_recorder: None, hass: HomeAssistant, freezer: FrozenDateTimeFactory, tmp_path: Path
) -> MockConfigEntry:
    """Add an entry for the small home, which has no recorder."""
    hass.config.config_dir = str(tmp_path)
    freezer.move_to(homes.NOW)
    for entity_id, state in homes.STATES.items():
        hass.states.async_set(entity_id, state)
    entry = MockConfigEntry(domain=DOMAIN, options={CONF_ENTITIES: list(homes.STATES)})
    entry.add_to_hass(hass)
    return entry


async def test_without_a_recorder_it_learns_from_what_it_sees(
    hass: HomeAssistant, unrecorded: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await load(hass, unrecorded)
    assert "recorder" not in hass.config.components
    assert ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_RECORDER_ABSENT) is not None
    assert "There is no recorder" in caplog.text

    hass.states.async_set(homes.LAMP, "on")
    await hass.async_block_till_done()
    assert unrecorded.runtime_data.data.behaviors == 1


async def test_what_nobody_saw_switched_off_is_not_taken_for_on(
    hass: HomeAssistant, unrecorded: MockConfigEntry, live_on: Pass, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a recorder only the present state tells that the valve is closed; the kettle is still on."""
    folder = storage.folder_of(hass, unrecorded.entry_id)
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await load(hass, unrecorded)
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await use(hass, homes.KETTLE, "on", live_on, seconds=30)
    assert await hass.config_entries.async_unload(unrecorded.entry_id)
    await use(hass, homes.VALVE, "closed", live_on, minutes=2)
    await load(hass, unrecorded)
    for _ in range(4):
        await live_on(hours=1)
    assert {entity for event in fired for entity in event.data["entities"]} == {homes.KETTLE}
    assert "There is no recorder" in caplog.text
    assert await hass.config_entries.async_unload(unrecorded.entry_id)


@pytest.mark.parametrize("marks", ["high_water", "low_water"])
async def test_a_journal_that_can_not_be_read_at_the_start_ends_no_guarding(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    folder: Path,
    live_on: Pass,
    caplog: pytest.LogCaptureFixture,
    marks: str,
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    fired = async_capture_events(hass, EVENT_ALERT)
    with patch.object(Journal, marks, side_effect=JournalError("disk I/O error")):
        await load(hass, entry)
    assert "not read to its end: disk I/O error" in caplog.text
    assert entry.runtime_data.data.status == "guarding"
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    for _ in range(4):
        await live_on(hours=1)
    assert {entity for event in fired for entity in event.data["entities"]} == {homes.VALVE}


async def test_a_start_that_breaks_off_does_not_look_like_guarding(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    with patch.object(coordinator, "async_fill", side_effect=ValueError("unheard of")):
        await load(hass, entry)
    assert "The start of SmartGuard broke off" in caplog.text
    assert entry.runtime_data.data.status == "failed"
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.data.status == "guarding"


async def test_more_days_of_history_are_read_when_they_are_asked_for(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """
    4 days ago      2 days ago      12 hours ago    now
    kettle on ───── kettle off ──── kettle on ───── history of 1 day, then of 3, then of 1
    """
    for days, state in ((4, "on"), (2, "off"), (0.5, "on")):
        freezer.move_to(homes.NOW - timedelta(days=days))
        hass.states.async_set(homes.KETTLE, state)
        await hass.async_block_till_done()
    freezer.move_to(homes.NOW)
    await load(hass, entry)
    assert entry.runtime_data.data.behaviors == 1
    for days in (3, 1):
        hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_HISTORY_DAYS: days})
        await hass.async_block_till_done(wait_background_tasks=True)
        found = await hass.async_add_executor_job(entry.runtime_data.journal.behaviors)
        assert [b.control for b in found] == ["turn_off", "turn_on"]


async def test_what_was_forgotten_is_not_read_again_when_more_days_are_asked_for(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    for days, state in ((2, "on"), (0.5, "off")):
        freezer.move_to(homes.NOW - timedelta(days=days))
        hass.states.async_set(homes.KETTLE, state)
        await hass.async_block_till_done()
    freezer.move_to(homes.NOW)
    await load(hass, entry)
    assert entry.runtime_data.data.behaviors == 1
    await hass.services.async_call(DOMAIN, "reset", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_HISTORY_DAYS: 30})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.data.behaviors == 0
    home = entry.runtime_data
    assert await async_read_again(hass, home.keys, home.journal, days=30) == 0, "nor by the repair"


async def test_what_was_read_again_may_be_read_from_further_back(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    for days, state in ((6, "on"), (4, "off"), (2, "on"), (0.5, "off")):
        freezer.move_to(homes.NOW - timedelta(days=days))
        hass.states.async_set(homes.KETTLE, state)
        await hass.async_block_till_done()
    freezer.move_to(homes.NOW)
    await load(hass, entry)
    home = entry.runtime_data
    await hass.async_add_executor_job(home.journal.clear)
    assert await async_read_again(hass, home.keys, home.journal, days=3) == 2
    assert await async_read_again(hass, home.keys, home.journal, days=7) == 1
