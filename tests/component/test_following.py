"""The selection follows what is renamed, removed, moved and new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
    label_registry as lr,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import (
    CONF_AREAS,
    CONF_DEVICES,
    CONF_ENTITIES,
    CONF_EXCLUDED,
    CONF_HISTORY_DAYS,
    CONF_LABELS,
    DOMAIN,
    ISSUE_NOTHING_GUARDED,
)
from custom_components.smartguard.following import SETTLE_SECONDS, without_gone

from . import homes
from .conftest import Pass, load

pytestmark = pytest.mark.usefixtures("home_folder")


@pytest.fixture
def owner(hass: HomeAssistant) -> MockConfigEntry:
    added = MockConfigEntry(domain="hue")
    added.add_to_hass(hass)
    return added


def entity(hass: HomeAssistant, owner: MockConfigEntry, entity_id: str, **more: Any) -> er.RegistryEntry:
    domain, name = entity_id.split(".")
    added = er.async_get(hass).async_get_or_create(
        domain, "hue", name, suggested_object_id=name, config_entry=owner, **more
    )
    hass.states.async_set(entity_id, "off")
    return added


async def guard(hass: HomeAssistant, entry: MockConfigEntry, **options: Any) -> None:
    """Guard what these options choose."""
    hass.config_entries.async_update_entry(
        entry, options={CONF_ENTITIES: [], CONF_HISTORY_DAYS: 1, **options}
    )
    await load(hass, entry)


async def settle(hass: HomeAssistant, live_on: Pass) -> None:
    await live_on(seconds=SETTLE_SECONDS + 1)
    await hass.async_block_till_done(wait_background_tasks=True)


def watched(entry: MockConfigEntry) -> set[str]:
    return set(entry.runtime_data.keys)


def has_issue(hass: HomeAssistant) -> bool:
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_NOTHING_GUARDED) is not None


async def test_a_renamed_entity_stays_guarded_without_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    lamp = entity(hass, owner, "light.reading")
    await guard(hass, entry, **{CONF_ENTITIES: [lamp.id]})
    coordinator = entry.runtime_data
    er.async_get(hass).async_update_entity("light.reading", new_entity_id="light.couch")
    await settle(hass, live_on)
    assert watched(entry) == {"light.couch"}
    assert entry.options[CONF_ENTITIES] == [lamp.id]
    assert entry.runtime_data is coordinator
    hass.states.async_set("light.couch", "off")
    hass.states.async_set("light.couch", "on")
    await hass.async_block_till_done()
    assert entry.runtime_data.data.behaviors == 1


async def test_a_removed_entity_leaves_the_options(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    lamp, fan = entity(hass, owner, "light.a"), entity(hass, owner, "fan.b")
    out = entity(hass, owner, "light.out")
    await guard(hass, entry, **{CONF_ENTITIES: [lamp.id, fan.id], CONF_EXCLUDED: [out.id]})
    coordinator = entry.runtime_data
    for gone in ("light.a", "light.out"):
        er.async_get(hass).async_remove(gone)
        hass.states.async_remove(gone)
    await settle(hass, live_on)
    assert (entry.options[CONF_ENTITIES], entry.options[CONF_EXCLUDED]) == ([fan.id], [])
    assert watched(entry) == {"fan.b"}
    assert entry.runtime_data is coordinator
    assert not has_issue(hass)


async def test_the_last_choice_stays_lest_the_whole_home_be_guarded(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    lamp = entity(hass, owner, "light.a")
    await guard(hass, entry, **{CONF_ENTITIES: [lamp.id]})
    await settle(hass, live_on)
    assert not has_issue(hass)
    er.async_get(hass).async_remove("light.a")
    hass.states.async_remove("light.a")
    await settle(hass, live_on)
    assert entry.options[CONF_ENTITIES] == [lamp.id]
    assert watched(entry) == set()
    assert has_issue(hass)


async def test_the_issue_goes_when_something_is_guarded_again(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    attic = ar.async_get(hass).async_create("Attic")
    await guard(hass, entry, **{CONF_AREAS: [attic.id]})
    await settle(hass, live_on)
    assert has_issue(hass)
    entity(hass, owner, "light.attic")
    er.async_get(hass).async_update_entity("light.attic", area_id=attic.id)
    await settle(hass, live_on)
    assert watched(entry) == {"light.attic"}
    assert not has_issue(hass)


async def test_a_removed_area_and_label_leave_the_options(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    hall, attic = (ar.async_get(hass).async_create(name).id for name in ("Hall", "Attic"))
    label = lr.async_get(hass).async_create("Guarded").label_id
    for name, more in (("hall", {"area_id": hall}), ("attic", {"area_id": attic})):
        entity(hass, owner, f"light.{name}")
        er.async_get(hass).async_update_entity(f"light.{name}", **more)
    entity(hass, owner, "light.labeled")
    er.async_get(hass).async_update_entity("light.labeled", labels={label})
    await guard(hass, entry, **{CONF_AREAS: [hall, attic], CONF_LABELS: [label]})
    assert watched(entry) == {"light.hall", "light.attic", "light.labeled"}
    ar.async_get(hass).async_delete(attic)
    lr.async_get(hass).async_delete(label)
    await settle(hass, live_on)
    assert (entry.options[CONF_AREAS], entry.options[CONF_LABELS]) == ([hall], [])
    assert watched(entry) == {"light.hall"}


async def test_a_removed_device_leaves_the_options(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    devices = dr.async_get(hass)
    made = [
        devices.async_get_or_create(config_entry_id=owner.entry_id, identifiers={("hue", name)})
        for name in ("a", "b")
    ]
    for number, device in enumerate(made):
        entity(hass, owner, f"light.of_{number}", device_id=device.id)
    await guard(hass, entry, **{CONF_DEVICES: [device.id for device in made]})
    assert watched(entry) == {"light.of_0", "light.of_1"}
    devices.async_remove_device(made[0].id)
    await settle(hass, live_on)
    assert entry.options[CONF_DEVICES] == [made[1].id]
    assert watched(entry) == {"light.of_1"}


async def test_what_is_new_in_the_home_is_guarded(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    await guard(hass, entry)
    assert watched(entry) == set(homes.STATES)
    entity(hass, owner, "light.new")
    await settle(hass, live_on)
    assert watched(entry) == {*homes.STATES, "light.new"}


async def test_a_training_is_not_disturbed(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    await guard(hass, entry)
    coordinator = entry.runtime_data
    entity(hass, owner, "light.new")
    usual = coordinator.data
    coordinator.data = replace(usual, status="training")
    await live_on(seconds=SETTLE_SECONDS + 1)
    assert entry.runtime_data is coordinator
    coordinator.data = usual
    await settle(hass, live_on)
    assert "light.new" in watched(entry)


async def test_nothing_is_reloaded_for_what_does_not_matter(
    hass: HomeAssistant, entry: MockConfigEntry, owner: MockConfigEntry, live_on: Pass
) -> None:
    lamp = entity(hass, owner, "light.a")
    await guard(hass, entry, **{CONF_ENTITIES: [lamp.id]})
    coordinator = entry.runtime_data
    entity(hass, owner, "light.other")
    ar.async_get(hass).async_create("Hall")
    er.async_get(hass).async_update_entity("light.a", name="Reading lamp")
    await settle(hass, live_on)
    assert entry.runtime_data is coordinator
    assert entry.options[CONF_ENTITIES] == [lamp.id]


async def test_options_without_the_registry_are_left_alone(hass: HomeAssistant) -> None:
    options = {CONF_ENTITIES: ["light.yaml", "0" * 32], "alerts_per_week": 2.0}
    assert without_gone(hass, options) == {CONF_ENTITIES: ["light.yaml"], "alerts_per_week": 2.0}
    assert without_gone(hass, {}) == {}
