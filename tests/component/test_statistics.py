"""Hourly external statistics: of devices that behaved, in hours that are over, gone with the entry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.statistics import (
    async_list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.smartguard.const import DOMAIN
from custom_components.smartguard.coordinator import SmartGuardCoordinator
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.journal_views import JournalViews
from custom_components.smartguard.names import Names
from custom_components.smartguard.statistics import LossStatistics

from . import homes
from .test_coordinator import ask

HOUR, DAY = 3600.0, 86_400.0
NINE = homes.NOW.timestamp() // HOUR * HOUR
ID = "smartguard:loss_switch_kettle"


@pytest.fixture
def journal(hass: HomeAssistant, guarded: MockConfigEntry) -> Journal:
    """Return the journal of the small home."""
    journal: Journal = guarded.runtime_data.journal
    return journal


async def keep(hass: HomeAssistant, journal: Journal, *rows: tuple[str, float, float]) -> None:
    """Put judged behaviors into the journal: entity, time, loss."""
    judged = [(Behavior(time, entity, entity, "turn_on"), loss) for entity, time, loss in rows]
    journal.add([behavior for behavior, _ in judged])
    journal.note_losses(judged)
    await hass.async_add_executor_job(journal.flush)


async def add(hass: HomeAssistant, journal: Journal, now: float) -> None:
    nobody = MockConfigEntry(domain=DOMAIN)
    await LossStatistics(hass, nobody, JournalViews(journal.path), Names(hass)).async_add(now)
    await async_wait_recording_done(hass)


async def stored(hass: HomeAssistant, statistic_id: str = ID) -> list[dict[str, Any]]:
    """Return the rows of a device: hour, mean, min, max."""
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        homes.NOW - timedelta(days=9),
        None,
        {statistic_id},
        "hour",
        None,
        {"mean", "min", "max"},
    )
    return [dict(row) for row in found.get(statistic_id, [])]


async def test_an_hour_that_is_over_is_summed_up(hass: HomeAssistant, journal: Journal) -> None:
    await keep(
        hass,
        journal,
        (homes.KETTLE, NINE - HOUR, 1.0),
        (homes.KETTLE, NINE - 1, 4.0),
        (homes.KETTLE, NINE + 1, 9.0),
        (homes.LAMP, NINE - 2 * HOUR, 2.0),
    )
    await add(hass, journal, NINE + 150)
    (row,) = await stored(hass)
    assert (row["start"], row["mean"], row["min"], row["max"]) == (NINE - HOUR, 2.5, 1.0, 4.0)
    (row,) = await stored(hass, "smartguard:loss_light_lamp")
    assert row["start"] == NINE - 2 * HOUR
    assert await stored(hass, "smartguard:loss_valve_garden") == []

    known = {row["statistic_id"]: row for row in await async_list_statistic_ids(hass)}
    assert set(known) == {ID, "smartguard:loss_light_lamp"}
    assert known[ID]["name"] == "kettle reconstruction loss"
    assert known[ID]["statistics_unit_of_measurement"] == "nats"


async def test_the_same_hours_again_change_nothing(hass: HomeAssistant, journal: Journal) -> None:
    await keep(hass, journal, (homes.KETTLE, NINE - HOUR, 1.0))
    await add(hass, journal, NINE + 150)
    before = await stored(hass)
    assert len(before) == 1
    await add(hass, journal, NINE + 200)
    assert await stored(hass) == before


async def test_an_hour_without_judged_behaviors_has_no_row(hass: HomeAssistant, journal: Journal) -> None:
    journal.add([Behavior(NINE - 5, homes.KETTLE, homes.KETTLE, "turn_on")])
    await hass.async_add_executor_job(journal.flush)
    await add(hass, journal, NINE + 150)
    assert await async_list_statistic_ids(hass) == []


async def test_after_a_training_the_days_that_it_judged_have_curves(
    hass: HomeAssistant, guarded: MockConfigEntry, journal: Journal
) -> None:
    assert await async_list_statistic_ids(hass) == []
    await hass.services.async_call(DOMAIN, "train", {}, blocking=True, return_response=True)
    await hass.async_block_till_done()
    await async_wait_recording_done(hass)
    views = JournalViews(journal.path)
    hours = await hass.async_add_executor_job(views.hours_of_loss, 0.0, NINE)
    mine = [hour for hour in hours if hour.device == homes.KETTLE]
    assert len({hour.start // DAY for hour in mine}) > 2
    rows = await stored(hass)
    assert [(row["start"], row["mean"]) for row in rows] == [
        (hour.start, pytest.approx(hour.mean)) for hour in mine
    ]


async def test_removal_leaves_none(hass: HomeAssistant, guarded: MockConfigEntry, journal: Journal) -> None:
    await keep(hass, journal, (homes.KETTLE, NINE - HOUR, 1.0))
    await add(hass, journal, NINE + 150)
    assert len(await async_list_statistic_ids(hass)) == 1
    assert await hass.config_entries.async_remove(guarded.entry_id)
    await async_wait_recording_done(hass)
    assert await async_list_statistic_ids(hass) == []


async def test_a_device_that_is_forgotten_leaves_none(
    hass: HomeAssistant, guarded: MockConfigEntry, journal: Journal
) -> None:
    await keep(hass, journal, (homes.KETTLE, NINE - 1, 1.0), (homes.LAMP, NINE - 1, 2.0))
    await add(hass, journal, NINE + 1)
    with patch.object(SmartGuardCoordinator, "async_begin_training"):
        await ask(hass, "reset", device_id=homes.KETTLE)
    await async_wait_recording_done(hass)
    left = {row["statistic_id"] for row in await async_list_statistic_ids(hass)}
    assert left == {"smartguard:loss_light_lamp"}
    with patch.object(SmartGuardCoordinator, "async_begin_training"):
        await ask(hass, "reset")
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)
    assert await async_list_statistic_ids(hass) == []
