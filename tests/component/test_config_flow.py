"""Setting up: what the homeowner is shown, what is stored, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import DOMAIN, MINOR_VERSION

KNOBS = {"history_days": 30, "alerts_per_week": 1.0}
WHOLE_HOME = {
    "areas": [],
    "labels": [],
    "devices": [],
    "entities": [],
    "excluded": [],
    "history_days": 30,
    "night_hour": 3,
    "alerts_per_week": 1.0,
    "quiet_start": None,
    "quiet_end": None,
    "notify": [],
    "retention_days": 365,
    "push_details": True,
}


@dataclass(frozen=True)
class Home:
    """A home of three lights and a lock; a diagnostic switch and a vibration sensor are nobody's use."""

    kitchen: str
    guarded: str


@pytest.fixture(autouse=True)
def setup_entry() -> Iterator[AsyncMock]:
    """Do not set up what the flow makes: that is tested elsewhere."""
    with patch(f"custom_components.{DOMAIN}.async_setup_entry", return_value=True) as mock:
        yield mock


@pytest.fixture
def home(hass: HomeAssistant) -> Home:
    areas, labels, entities = ar.async_get(hass), lr.async_get(hass), er.async_get(hass)
    kitchen, guarded = areas.async_create("Kitchen"), labels.async_create("Guarded")
    for name in ("ceiling", "counter", "hall"):
        entities.async_get_or_create(
            "light", "test", name, suggested_object_id=name, original_name=name.title()
        )
    for name in ("ceiling", "counter"):
        entities.async_update_entity(f"light.{name}", area_id=kitchen.id)
    entities.async_get_or_create("lock", "test", "door", suggested_object_id="door", original_name="Door")
    entities.async_update_entity("lock.door", labels={guarded.label_id})
    entities.async_get_or_create(
        "switch", "test", "led", suggested_object_id="led", entity_category=EntityCategory.DIAGNOSTIC
    )
    entities.async_get_or_create(
        "binary_sensor",
        "test",
        "shake",
        suggested_object_id="shake",
        original_device_class="vibration",
        original_name="Shake",
    )
    return Home(kitchen.id, guarded.label_id)


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert not result["errors"]
    return result


async def answer(hass: HomeAssistant, result: ConfigFlowResult, **given: Any) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], given)


async def test_whole_home(hass: HomeAssistant, home: Home, setup_entry: AsyncMock) -> None:
    result = await begin(hass)
    assert result["description_placeholders"] == {"count": "4", "domains": "Light 3 · Lock 1"}

    result = await answer(hass, result, **KNOBS)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "confirm"
    assert setup_entry.call_count == 0

    result = await answer(hass, result)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "SmartGuard"
    assert result["data"] == {}
    assert result["options"] == WHOLE_HOME
    assert isinstance(result["options"]["history_days"], int)
    assert setup_entry.call_count == 1


async def test_confirm_says_what_is_guarded_and_what_is_left_out(hass: HomeAssistant, home: Home) -> None:
    result = await answer(hass, await begin(hass), **KNOBS)
    shown = result["description_placeholders"]
    assert shown is not None
    assert shown["count"] == "4"
    assert shown["devices"] == "4"
    assert shown["names"] == "Ceiling, Counter, Door, Hall"
    assert "Shake" in shown["left_out"].split(", ")


async def test_confirm_names_a_few_of_many(hass: HomeAssistant) -> None:
    for number in range(10):
        hass.states.async_set(f"light.lamp_{number}", "off")
    result = await answer(hass, await begin(hass), **KNOBS)
    shown = result["description_placeholders"]
    assert shown is not None
    assert shown["names"] == ", ".join(f"lamp {number}" for number in range(8)) + " (+2)"
    assert shown["left_out"] == "–"


@pytest.mark.parametrize(
    ("field", "of_home", "count"), [("areas", "kitchen", "2"), ("labels", "guarded", "1")]
)
async def test_part_of_the_home(
    hass: HomeAssistant, home: Home, field: str, of_home: str, count: str
) -> None:
    chosen = [getattr(home, of_home)]
    result = await answer(hass, await begin(hass), **{field: chosen}, **KNOBS)
    assert result["description_placeholders"] is not None
    assert result["description_placeholders"]["count"] == count
    result = await answer(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == WHOLE_HOME | {field: chosen}


async def test_entities_are_guarded_even_if_left_out_by_default(hass: HomeAssistant, home: Home) -> None:
    chosen = ["binary_sensor.shake"]
    result = await answer(hass, await begin(hass), entities=chosen, history_days=7, alerts_per_week=0.3)
    assert result["description_placeholders"] is not None
    assert result["description_placeholders"]["names"] == "Shake"
    result = await answer(hass, result)
    shake = er.async_get(hass).async_get("binary_sensor.shake")
    assert shake is not None
    changed = {"entities": [shake.id], "history_days": 7, "alerts_per_week": 0.3}
    assert result["options"] == WHOLE_HOME | changed


async def test_excluded_entities_are_guarded_in_no_case(hass: HomeAssistant, home: Home) -> None:
    both = {"entities": ["lock.door", "light.hall"], "excluded": ["light.hall"]}
    result = await answer(hass, await begin(hass), **both, **KNOBS)
    assert result["description_placeholders"] is not None
    assert result["description_placeholders"]["names"] == "Door"


async def test_a_device_is_guarded_with_all_that_it_has(hass: HomeAssistant, home: Home) -> None:
    owner = MockConfigEntry(domain="test")
    owner.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("test", "oven")}, name="Oven"
    )
    for domain in ("light", "switch"):
        er.async_get(hass).async_get_or_create(
            domain, "test", "oven", suggested_object_id="oven", device_id=device.id, original_name="Oven"
        )
    result = await answer(hass, await begin(hass), devices=[device.id], **KNOBS)
    shown = result["description_placeholders"]
    assert shown is not None
    assert (shown["count"], shown["devices"], shown["names"]) == ("2", "1", "Oven, Oven")


async def test_nothing_to_guard_is_said_and_can_be_mended(hass: HomeAssistant, home: Home) -> None:
    attic = ar.async_get(hass).async_create("Attic")
    result = await answer(hass, await begin(hass), areas=[attic.id], **KNOBS)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert result["errors"] == {"base": "nothing_to_guard"}
    result = await answer(hass, result, areas=[home.kitchen], **KNOBS)
    assert result["step_id"] == "confirm"
    result = await answer(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"]["areas"] == [home.kitchen]


async def test_a_home_without_anything(hass: HomeAssistant) -> None:
    result = await begin(hass)
    assert result["description_placeholders"] == {"count": "0", "domains": "–"}
    result = await answer(hass, result, **KNOBS)
    assert result["errors"] == {"base": "nothing_to_guard"}


@pytest.mark.parametrize(
    "knobs",
    [
        {"history_days": 0},
        {"history_days": 366},
        {"alerts_per_week": 0},
        {"alerts_per_week": 8},
        {"areas": "kitchen"},
        {"entities": ["not an entity"]},
    ],
)
async def test_impossible_values_are_refused(hass: HomeAssistant, home: Home, knobs: dict[str, Any]) -> None:
    result = await begin(hass)
    with pytest.raises(InvalidData):
        await answer(hass, result, **(KNOBS | knobs))
    assert hass.config_entries.async_entries(DOMAIN) == []


async def test_only_one_entry(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN, options=WHOLE_HOME).add_to_hass(hass)
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"


async def test_of_two_open_flows_one_wins(hass: HomeAssistant, home: Home) -> None:
    first, second = await begin(hass), await begin(hass)
    first, second = await answer(hass, first, **KNOBS), await answer(hass, second, **KNOBS)
    assert (await answer(hass, first))["type"] is FlowResultType.CREATE_ENTRY
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


@pytest.fixture
def entry(hass: HomeAssistant, home: Home) -> MockConfigEntry:
    added = MockConfigEntry(
        domain=DOMAIN, minor_version=MINOR_VERSION, options=WHOLE_HOME | {"guarding": False, "notify": ["x"]}
    )
    added.add_to_hass(hass)
    return added


async def test_reconfiguring_asks_again_what_to_guard(
    hass: HomeAssistant, home: Home, entry: MockConfigEntry
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reconfigure"
    assert result["description_placeholders"] is not None
    assert result["description_placeholders"]["count"] == "4"
    before = dict(entry.options)
    result = await answer(hass, result, areas=[home.kitchen], excluded=["light.counter"])
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    counter = er.async_get(hass).async_get("light.counter")
    assert counter is not None
    assert entry.options == before | {"areas": [home.kitchen], "excluded": [counter.id]}
    result = await answer(hass, await entry.start_reconfigure_flow(hass), excluded=["light.counter"])
    assert entry.options == before | {"excluded": [counter.id]}, "an emptied field means the whole home"


async def test_reconfiguring_to_nothing_is_said_and_changes_nothing(
    hass: HomeAssistant, home: Home, entry: MockConfigEntry
) -> None:
    before = dict(entry.options)
    attic = ar.async_get(hass).async_create("Attic")
    result = await answer(hass, await entry.start_reconfigure_flow(hass), areas=[attic.id])
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "nothing_to_guard"}
    assert entry.options == before
    result = await answer(hass, result, areas=[home.kitchen])
    assert result["reason"] == "reconfigure_successful"
