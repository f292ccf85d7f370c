"""What is guarded: the default selection and what areas, labels and entities make of it."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import CONF_AREAS, CONF_ENTITIES, CONF_LABELS, DOMAIN
from custom_components.smartguard.core.control_tables import DOMAINS
from custom_components.smartguard.selection import Key, key_of, patient_keys, resolve, select


class Home:
    """A home that is only written down in the registries."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.entities = er.async_get(hass)
        self.devices = dr.async_get(hass)
        self.entry = MockConfigEntry(domain="hue")
        self.entry.add_to_hass(hass)

    def device(self, name: str, area_id: str | None = None) -> dr.DeviceEntry:
        device = self.devices.async_get_or_create(
            config_entry_id=self.entry.entry_id, identifiers={("hue", name)}, name=name
        )
        return self.devices.async_update_device(device.id, area_id=area_id) or device

    def entity(self, entity_id: str, platform: str = "hue", **more: Any) -> er.RegistryEntry:
        domain, name = entity_id.split(".")
        return self.entities.async_get_or_create(
            domain, platform, name, suggested_object_id=name, config_entry=self.entry, **more
        )


@pytest.fixture
def home(hass: HomeAssistant) -> Home:
    return Home(hass)


async def test_an_empty_home_has_nothing_to_guard(hass: HomeAssistant) -> None:
    assert resolve(hass, {}) == {}


async def test_keys_are_ids_of_the_registries(hass: HomeAssistant, home: Home) -> None:
    device = home.device("lamp")
    lamp = home.entity("light.lamp", device_id=device.id)
    lonely = home.entity("switch.lonely")
    hass.states.async_set("input_boolean.guests", "off")
    assert resolve(hass, {}) == {
        "input_boolean.guests": Key("input_boolean.guests", "input_boolean.guests"),
        "light.lamp": Key(device.id, lamp.id),
        "switch.lonely": Key(lonely.id, lonely.id),
    }


async def test_a_rename_keeps_the_key(hass: HomeAssistant, home: Home) -> None:
    lamp = home.entity("light.lamp")
    home.entities.async_update_entity("light.lamp", new_entity_id="light.reading", name="Reading")
    assert key_of(hass, "light.reading") == Key(lamp.id, lamp.id)
    assert resolve(hass, {CONF_ENTITIES: [lamp.id]}) == {"light.reading": Key(lamp.id, lamp.id)}


async def test_the_default_selection_takes_every_domain_that_has_controls(
    hass: HomeAssistant, home: Home
) -> None:
    for domain in (*DOMAINS, "sensor", "update", "number", "select", "weather", "automation"):
        home.entity(f"{domain}.x")
    assert set(resolve(hass, {})) == {f"{domain}.x" for domain in DOMAINS}


async def test_the_default_selection_leaves_out(hass: HomeAssistant, home: Home) -> None:
    home.entity("switch.kept")
    home.entity("switch.config", entity_category=er.EntityCategory.CONFIG)
    home.entity("binary_sensor.diagnostic", entity_category=er.EntityCategory.DIAGNOSTIC)
    home.entity("switch.hidden", hidden_by=er.RegistryEntryHider.USER)
    home.entity("switch.disabled", disabled_by=er.RegistryEntryDisabler.USER)
    home.entity("switch.guarding", platform=DOMAIN)
    home.entity("binary_sensor.battery", original_device_class="battery")
    home.entity("binary_sensor.link", original_device_class="connectivity")
    home.entity("binary_sensor.noise", original_device_class="sound")
    home.entity("binary_sensor.door", original_device_class="door")
    hass.states.async_set("binary_sensor.yaml_update", "off", {"device_class": "update"})
    hass.states.async_set("binary_sensor.yaml_moving", "off", {"device_class": "moving"})
    hass.states.async_set("binary_sensor.odd", "off", {"device_class": ["door"]})
    selection = select(hass, {})
    assert set(selection.entities) == {"switch.kept", "binary_sensor.door"}
    assert selection.left_out == (
        "binary_sensor.diagnostic",
        "binary_sensor.noise",
        "binary_sensor.yaml_moving",
        "switch.config",
        "switch.hidden",
    )


async def test_a_persons_choice_of_a_device_class_counts(hass: HomeAssistant, home: Home) -> None:
    home.entity("binary_sensor.a", original_device_class="connectivity")
    home.entities.async_update_entity("binary_sensor.a", device_class="door")
    assert set(resolve(hass, {})) == {"binary_sensor.a"}


async def test_groups_of_guarded_entities_are_left_out(hass: HomeAssistant, home: Home) -> None:
    home.entity("light.a")
    home.entity("light.b", hidden_by=er.RegistryEntryHider.USER)
    hass.states.async_set("light.both", "off", {"entity_id": ["light.a", "light.b"]})
    hass.states.async_set("light.nested", "off", {"entity_id": ["light.both"]})
    hass.states.async_set("light.hidden_only", "off", {"entity_id": ["light.b"]})
    hass.states.async_set("scene.evening", "unknown", {"entity_id": ["light.a"]})
    assert set(resolve(hass, {})) == {"light.a", "light.hidden_only", "scene.evening"}


async def test_a_group_without_a_state_is_known_by_its_entry(hass: HomeAssistant, home: Home) -> None:
    home.entity("light.a")
    group = MockConfigEntry(domain="group", options={"entities": ["light.a"], "group_type": "light"})
    group.add_to_hass(hass)
    home.entities.async_get_or_create("light", "group", "g", suggested_object_id="all", config_entry=group)
    assert set(resolve(hass, {})) == {"light.a"}


async def test_a_persons_trackers_are_left_out(hass: HomeAssistant, home: Home) -> None:
    home.entity("device_tracker.phone")
    home.entity("device_tracker.dog")
    hass.states.async_set("person.ann", "home", {"device_trackers": ["device_tracker.phone"]})
    assert set(resolve(hass, {})) == {"device_tracker.dog", "person.ann"}
    assert set(resolve(hass, {CONF_ENTITIES: ["device_tracker.phone"]})) == {"device_tracker.phone"}


async def test_areas_by_entity_and_by_device(hass: HomeAssistant, home: Home) -> None:
    areas = ar.async_get(hass)
    kitchen, hall = areas.async_create("Kitchen"), areas.async_create("Hall")
    oven = home.device("oven", kitchen.id)
    home.entity("switch.oven", device_id=oven.id)
    home.entity("switch.oven_lock", device_id=oven.id, entity_category=er.EntityCategory.CONFIG)
    home.entity("switch.oven_in_hall", device_id=oven.id)
    home.entities.async_update_entity("switch.oven_in_hall", name="Remote part", area_id=hall.id)
    home.entity("light.elsewhere")
    hass.states.async_set("input_boolean.nowhere", "off")
    assert set(resolve(hass, {CONF_AREAS: [kitchen.id]})) == {"switch.oven"}
    assert set(resolve(hass, {CONF_AREAS: [hall.id, "gone"]})) == {"switch.oven_in_hall"}
    assert resolve(hass, {CONF_AREAS: ["gone"]}) == {}


async def test_labels_on_entity_device_and_area(hass: HomeAssistant, home: Home) -> None:
    label = lr.async_get(hass).async_create("Guarded").label_id
    area = ar.async_get(hass).async_create("Hall", labels={label})
    home.devices.async_update_device(home.device("labeled").id, labels={label})
    home.entity("light.by_device", device_id=home.device("labeled").id)
    home.entity("light.by_area", device_id=home.device("in area", area.id).id)
    home.entity("light.by_entity")
    home.entities.async_update_entity("light.by_entity", labels={label})
    home.entity("light.without")
    assert set(resolve(hass, {CONF_LABELS: [label]})) == {
        "light.by_device",
        "light.by_area",
        "light.by_entity",
    }


async def test_what_is_listed_is_always_in(hass: HomeAssistant, home: Home) -> None:
    home.entity("switch.config", entity_category=er.EntityCategory.CONFIG)
    home.entity("light.other")
    hass.states.async_set("binary_sensor.noise", "off", {"device_class": "sound"})
    hass.states.async_set("light.group", "off", {"entity_id": ["light.other"]})
    listed = ["switch.config", "binary_sensor.noise", "light.group", "light.not_there_yet"]
    assert set(resolve(hass, {CONF_ENTITIES: listed})) == set(listed)
    both = resolve(hass, {CONF_ENTITIES: ["light.group", "light.other"]})
    assert set(both) == {"light.group", "light.other"}


async def test_smartguard_never_guards_itself(hass: HomeAssistant, home: Home) -> None:
    home.entity("binary_sensor.anomaly", platform=DOMAIN)
    home.entity("light.a")
    listed = {CONF_ENTITIES: ["binary_sensor.anomaly", "light.a"]}
    assert set(resolve(hass, listed)) == {"light.a"}
    assert set(resolve(hass, {})) == {"light.a"}


async def test_a_part_of_a_device_is_where_the_device_is(hass: HomeAssistant, home: Home) -> None:
    """Newer versions know parts of devices; older ones have whole devices only, and nothing to ask."""
    area = ar.async_get(hass).async_create("Kitchen")
    hood = home.device("hood", area.id)
    create: Any = getattr(home.devices, "async_get_or_create_child", None)
    part = create and create(
        config_entry_id=home.entry.entry_id,
        identifiers={("hue", "fan")},
        parent_device_id=hood.id,
        name="Fan",
    )
    home.entity("fan.hood", device_id=part.id if part else hood.id)
    assert set(resolve(hass, {CONF_AREAS: [area.id]})) == {"fan.hood"}


async def test_what_harms_nobody_by_standing_open_is_told_by_class_and_name(
    hass: HomeAssistant, home: Home
) -> None:
    lamp = home.entity("light.lamp")
    home.entity("switch.oven")
    cupboard = home.entity("binary_sensor.kitchen_cupboard", original_device_class="door")
    drawer = home.entity(
        "binary_sensor.contact_1", original_name="Schublade", original_device_class="opening"
    )
    renamed = home.entity("binary_sensor.contact_2")
    home.entities.async_update_entity("binary_sensor.contact_2", name="Kleiderschrank")
    home.entity("binary_sensor.fridge_door", original_device_class="door")
    home.entity("binary_sensor.cupboard_motion", original_device_class="motion")
    hung_elsewhere = home.entity("binary_sensor.closet", original_name="Closet", original_device_class="door")
    home.entities.async_update_entity(hung_elsewhere.entity_id, name="Front door")
    glass = home.entity("binary_sensor.cabinet", original_name="Cabinet", original_device_class="door")
    home.entities.async_update_entity(glass.entity_id, device_class="window")
    hass.states.async_set("binary_sensor.contact_3", "off", {"friendly_name": "Wardrobe"})
    hass.states.async_set("binary_sensor.contact_4", "off", {"friendly_name": 7})
    keys = resolve(hass, {})
    assert len(keys) == 11
    expected = {lamp.id, cupboard.id, drawer.id, renamed.id, "binary_sensor.contact_3"}
    assert patient_keys(hass, keys) == tuple(sorted(expected))
