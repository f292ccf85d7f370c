"""Triggers and conditions of the service device, in automations."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_get_device_automations,
    async_mock_service,
)

from custom_components.smartguard.const import DOMAIN, EVENT_ALERT
from custom_components.smartguard.device_condition import CONDITIONS, async_get_condition_capabilities
from custom_components.smartguard.device_trigger import TRIGGER_TYPES

from .conftest import ROOT, Pass, load

pytestmark = pytest.mark.usefixtures("home_folder")

EN = json.loads((ROOT / "custom_components/smartguard/translations/en.json").read_text(encoding="utf-8"))


def device_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return device.id


async def automate(hass: HomeAssistant, **automation: Any) -> list[ServiceCall]:
    """Set an automation up and return the calls that it makes."""
    calls = async_mock_service(hass, "test", "told")
    action = {"action": "test.told", "data": {"what": "{{ trigger.event.data.summary | default('') }}"}}
    config = {"alias": "told", "actions": [action], **automation}
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()
    return calls


async def offered(hass: HomeAssistant, kind: DeviceAutomationType, device: str) -> list[dict[str, Any]]:
    found = await async_get_device_automations(hass, kind, device)
    return [dict(row) for row in found if row["domain"] == DOMAIN]


async def test_every_type_of_alert_is_a_trigger(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    triggers = await offered(hass, DeviceAutomationType.TRIGGER, device_of(hass, entry))
    assert {row["type"] for row in triggers} == set(TRIGGER_TYPES) >= {"detected", "cleared"}
    assert set(TRIGGER_TYPES) <= set(EN["device_automation"]["trigger_type"])


@pytest.mark.parametrize("kind", TRIGGER_TYPES)
async def test_a_trigger_fires_for_its_own_type_only(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str
) -> None:
    await load(hass, entry)
    trigger = {"trigger": "device", "domain": DOMAIN, "device_id": device_of(hass, entry), "type": kind}
    calls = await automate(hass, triggers=[trigger])
    for other in TRIGGER_TYPES:
        if other != kind:
            hass.bus.async_fire(EVENT_ALERT, {"type": other})
    await hass.async_block_till_done()
    assert calls == []
    hass.bus.async_fire(EVENT_ALERT, {"type": kind, "summary": "The kettle"})
    await hass.async_block_till_done()
    assert [call.data["what"] for call in calls] == ["The kettle"]


async def test_an_unknown_trigger_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await load(hass, entry)
    device = device_of(hass, entry)
    await automate(hass, triggers=[{"trigger": "device", "domain": DOMAIN, "device_id": device, "type": "x"}])
    assert hass.states.get("automation.told") is None or (
        hass.states.get("automation.told").state == "unavailable"  # type: ignore[union-attr]
    )
    assert "told" in caplog.text


async def test_conditions_are_offered_with_the_entity_that_they_ask(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await load(hass, entry)
    rows = await offered(hass, DeviceAutomationType.CONDITION, device_of(hass, entry))
    registry = er.async_get(hass)
    assert {row["type"]: er.async_resolve_entity_id(registry, row["entity_id"]) for row in rows} == {
        "is_unusual": "binary_sensor.smartguard_anomaly",
        "is_normal": "binary_sensor.smartguard_anomaly",
        "is_guarding": "switch.smartguard_guarding",
        "is_paused": "switch.smartguard_guarding",
    }
    assert set(CONDITIONS) == set(EN["device_automation"]["condition_type"])


@pytest.mark.parametrize("kind", CONDITIONS)
async def test_a_condition_holds_in_its_state_only(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str
) -> None:
    await load(hass, entry)
    device = device_of(hass, entry)
    (condition,) = [
        {key: value for key, value in row.items() if key != "metadata"}
        for row in await offered(hass, DeviceAutomationType.CONDITION, device)
        if row["type"] == kind
    ]
    calls = await automate(hass, triggers=[{"trigger": "event", "event_type": "ask"}], conditions=[condition])
    entity_id = er.async_resolve_entity_id(er.async_get(hass), condition["entity_id"])
    assert entity_id is not None
    for state in ("on", "off", "unavailable"):
        hass.states.async_set(entity_id, state)
        hass.bus.async_fire("ask")
        await hass.async_block_till_done()
    assert len(calls) == 1


async def test_every_condition_has_a_field_for_since_when(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await load(hass, entry)
    (condition, *_) = await offered(hass, DeviceAutomationType.CONDITION, device_of(hass, entry))
    fields = (await async_get_condition_capabilities(hass, condition))["extra_fields"]
    assert fields({"for": {"minutes": 5}}) == {"for": timedelta(minutes=5)}
    assert set(EN["device_automation"]["extra_fields"]) == {"for"}


async def test_a_condition_may_ask_since_when(
    hass: HomeAssistant, entry: MockConfigEntry, live_on: Pass
) -> None:
    await load(hass, entry)
    device = device_of(hass, entry)
    condition = {
        "condition": "device",
        "domain": DOMAIN,
        "device_id": device,
        "entity_id": "binary_sensor.smartguard_anomaly",
        "type": "is_normal",
        "for": {"minutes": 5},
    }
    calls = await automate(hass, triggers=[{"trigger": "event", "event_type": "ask"}], conditions=[condition])
    hass.bus.async_fire("ask")
    await hass.async_block_till_done()
    assert calls == []
    await live_on(minutes=6)
    hass.bus.async_fire("ask")
    await hass.async_block_till_done()
    assert len(calls) == 1
