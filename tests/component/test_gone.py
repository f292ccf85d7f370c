"""Devices that leave Home Assistant: noticed after a while, named, forgotten when a person says so."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.smartguard.const import DOMAIN, ISSUE_DEVICES_GONE
from custom_components.smartguard.gone import WAIT_SECONDS
from custom_components.smartguard.observer import Observer
from custom_components.smartguard.selection import Key

from . import homes
from .conftest import Pass
from .test_repairs import Repairs

VALVE_LOSS = "sensor.smartguard_garden_reconstruction_loss"


@pytest.fixture
async def repairs(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> Repairs:
    assert await async_setup_component(hass, "repairs", {})
    return Repairs(await hass_client())


def gone(hass: HomeAssistant) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_DEVICES_GONE)


async def remove_valve(hass: HomeAssistant, live_on: Pass) -> None:
    """Let the valve leave, and time pass."""
    hass.states.async_remove(homes.VALVE)
    await live_on(seconds=WAIT_SECONDS + 1)


async def test_a_home_that_is_whole_has_no_issue(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await live_on(seconds=WAIT_SECONDS + 1)
    assert gone(hass) is None


async def test_what_is_gone_is_told_by_its_former_name(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    hass.states.async_remove(homes.VALVE)
    assert gone(hass) is None
    await live_on(seconds=WAIT_SECONDS + 1)
    issue = gone(hass)
    assert issue is not None
    assert issue.is_fixable
    assert issue.translation_placeholders == {"devices": "garden reconstruction loss"}


async def test_what_comes_back_in_time_was_never_gone(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    registry = er.async_get(hass)
    added = registry.async_get_or_create("light", "test", "1", suggested_object_id="new")
    await live_on(seconds=WAIT_SECONDS + 1)
    hass.states.async_remove(homes.VALVE)
    registry.async_remove(added.entity_id)
    await live_on(seconds=10)
    hass.states.async_set(homes.VALVE, "closed")
    await live_on(seconds=WAIT_SECONDS + 1)
    assert gone(hass) is None


async def test_what_comes_back_later_takes_the_issue_back(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await remove_valve(hass, live_on)
    assert gone(hass) is not None
    hass.states.async_set(homes.VALVE, "closed")
    registry = er.async_get(hass)
    registry.async_remove(registry.async_get_or_create("light", "test", "1").entity_id)
    await live_on(seconds=WAIT_SECONDS + 1)
    assert gone(hass) is None


async def test_what_is_gone_is_forgotten_when_a_person_says_so(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, repairs: Repairs
) -> None:
    await remove_valve(hass, live_on)
    step = await repairs.begin(ISSUE_DEVICES_GONE)
    (field,) = step["data_schema"]
    assert field["default"] == [homes.VALVE]
    assert (await repairs.go_on(step, devices=[homes.VALVE]))["type"] == "create_entry"
    await hass.async_block_till_done(wait_background_tasks=True)
    journal = guarded.runtime_data.journal
    left = await hass.async_add_executor_job(journal.behaviors)
    assert {b.entity for b in left} == {homes.KETTLE, homes.LAMP}
    assert hass.states.get(VALVE_LOSS) is None
    assert er.async_get(hass).async_get(VALVE_LOSS) is None
    assert gone(hass) is None


async def test_what_is_gone_stays_to_be_forgotten_when_the_model_knows_it_no_more(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, repairs: Repairs
) -> None:
    await remove_valve(hass, live_on)
    home = guarded.runtime_data
    await hass.async_add_executor_job(home.store.disown)
    with patch.object(Observer, "keys", {i: Key(i, i) for i in (homes.KETTLE, homes.LAMP)}):
        home.async_begin_training("nightly")
        await hass.async_block_till_done(wait_background_tasks=True)
    assert homes.VALVE not in home.devices
    step = await repairs.begin(ISSUE_DEVICES_GONE)
    assert step["data_schema"][0]["default"] == [homes.VALVE]
    await repairs.go_on(step, devices=[homes.VALVE])
    await hass.async_block_till_done(wait_background_tasks=True)
    left = await hass.async_add_executor_job(home.journal.behaviors)
    assert {b.entity for b in left} == {homes.KETTLE, homes.LAMP}
    await live_on(seconds=WAIT_SECONDS + 1)
    assert gone(hass) is None


async def test_a_forgotten_device_does_not_come_back_with_an_older_model(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, repairs: Repairs
) -> None:
    await remove_valve(hass, live_on)
    await repairs.fix(ISSUE_DEVICES_GONE, devices=[homes.VALVE])
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await hass.config_entries.async_reload(guarded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert hass.states.get(VALVE_LOSS) is None


@pytest.mark.parametrize("chosen", [["switch.kettle"], ["nobody"], "valve.garden"])
async def test_only_what_is_gone_can_be_forgotten(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, repairs: Repairs, chosen: Any
) -> None:
    await remove_valve(hass, live_on)
    step = await repairs.begin(ISSUE_DEVICES_GONE)
    with pytest.raises(AssertionError, match="400"):
        await repairs.go_on(step, devices=chosen)
    left = await hass.async_add_executor_job(guarded.runtime_data.journal.count)
    assert left == len(homes.days())


async def test_nothing_chosen_changes_nothing(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, repairs: Repairs
) -> None:
    await remove_valve(hass, live_on)
    await repairs.fix(ISSUE_DEVICES_GONE, devices=[])
    await hass.async_block_till_done(wait_background_tasks=True)
    left = await hass.async_add_executor_job(guarded.runtime_data.journal.count)
    assert left == len(homes.days())
