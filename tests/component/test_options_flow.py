"""Changing the options: every question in its section, the entry's present answers, one reload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import area_registry as ar, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import DOMAIN, MINOR_VERSION

GUARD: dict[str, Any] = {"areas": [], "labels": [], "devices": [], "entities": ["light.hall"], "excluded": []}
LEARNING: dict[str, Any] = {"history_days": 14, "night_hour": 3}
ALARMS: dict[str, Any] = {"alerts_per_week": 0.5}
NOTIFICATIONS: dict[str, Any] = {"notify": []}
PRIVACY: dict[str, Any] = {"retention_days": 365, "push_details": True}
FORM: dict[str, dict[str, Any]] = {
    "guard": GUARD,
    "learning": LEARNING,
    "alarms": ALARMS,
    "notifications": NOTIFICATIONS,
    "privacy": PRIVACY,
}
OPTIONS: dict[str, Any] = {
    **{key: value for section in FORM.values() for key, value in section.items()},
    "quiet_start": None,
    "quiet_end": None,
    "guarding": False,
}


@pytest.fixture(autouse=True)
def setup_entry() -> Iterator[AsyncMock]:
    """Do not set up the entry: what a change of options does then is tested elsewhere."""
    with patch(f"custom_components.{DOMAIN}.async_setup_entry", return_value=True) as mock:
        yield mock


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    hass.states.async_set("light.hall", "off")
    hass.states.async_set("lock.door", "locked")
    entry = MockConfigEntry(domain=DOMAIN, title="SmartGuard", options=OPTIONS, minor_version=MINOR_VERSION)
    entry.add_to_hass(hass)
    return entry


@callback
def ignored(_call: Any) -> None:
    """Stand in for an action."""


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "init"
    assert not result["errors"]
    return result


async def answer(hass: HomeAssistant, result: ConfigFlowResult, **given: Any) -> ConfigFlowResult:
    """Submit the form with some sections changed."""
    return await hass.config_entries.options.async_configure(result["flow_id"], FORM | given)


def suggested(result: ConfigFlowResult) -> dict[str, dict[str, Any]]:
    """Return what the form is filled in with, section by section."""
    schema = result["data_schema"]
    assert schema is not None
    return {str(name): filled_in(section.schema.schema) for name, section in schema.schema.items()}


def filled_in(form: dict[Any, Any]) -> dict[str, Any]:
    found = {str(key): (key.description or {}).get("suggested_value") for key in form}
    return {key: value for key, value in found.items() if value is not None}


def choices(result: ConfigFlowResult) -> dict[str, str]:
    """Return who can be told."""
    schema = result["data_schema"]
    assert schema is not None
    (field,) = schema.schema["notifications"].schema.schema.values()
    return {option["value"]: option["label"] for option in field.config["options"]}


async def test_shows_what_holds_now(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass, entry)
    assert suggested(result) == FORM
    assert result["description_placeholders"] == {"count": "1", "domains": "Light 1"}


async def test_changes_are_kept_and_the_rest_stays(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await answer(
        hass,
        await begin(hass, entry),
        guard={"entities": ["lock.door"]},
        learning={"history_days": 20.0, "night_hour": 4.0},
        alarms={"alerts_per_week": 2, "quiet_start": "22:00:00", "quiet_end": "06:30:00"},
        privacy={"retention_days": 30.0, "push_details": False},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | {
        "entities": ["lock.door"],
        "history_days": 20,
        "night_hour": 4,
        "alerts_per_week": 2.0,
        "quiet_start": "22:00:00",
        "quiet_end": "06:30:00",
        "retention_days": 30,
        "push_details": False,
    }
    assert entry.data == {}
    assert suggested(await begin(hass, entry))["alarms"] == {
        "alerts_per_week": 2.0,
        "quiet_start": "22:00:00",
        "quiet_end": "06:30:00",
    }


async def test_emptied_fields_are_empty(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """No entity means the whole home, no times mean no quiet hours, nobody means nobody."""
    quiet = {"quiet_start": "22:00:00", "quiet_end": "06:30:00", "notify": ["notify.mobile_app_gone"]}
    hass.config_entries.async_update_entry(entry, options=OPTIONS | quiet)
    result = await answer(hass, await begin(hass, entry), guard={}, notifications={})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | {"entities": []}


async def test_nothing_to_guard_is_said_and_can_be_mended(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    attic = ar.async_get(hass).async_create("Attic")
    result = await begin(hass, entry)
    result = await answer(hass, result, guard={"areas": [attic.id]}, learning=LEARNING | {"history_days": 9})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "nothing_to_guard"}
    assert suggested(result)["guard"]["areas"] == [attic.id]
    assert suggested(result)["learning"]["history_days"] == 9
    assert entry.options == OPTIONS
    result = await answer(hass, result, learning=LEARNING | {"history_days": 9})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | {"history_days": 9}


@pytest.mark.parametrize(
    "times",
    [
        {"quiet_start": "22:00:00"},
        {"quiet_end": "06:00:00"},
        {"quiet_start": "22:00:00", "quiet_end": "22:00:00"},
    ],
)
async def test_half_quiet_hours_are_refused(
    hass: HomeAssistant, entry: MockConfigEntry, times: dict[str, str]
) -> None:
    result = await answer(hass, await begin(hass, entry), alarms=ALARMS | times)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "quiet_hours_odd"}
    assert suggested(result)["alarms"] == ALARMS | times
    assert entry.options == OPTIONS


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("alarms", {"alerts_per_week": 7.5}),
        ("alarms", {"alerts_per_week": 1, "quiet_start": "late"}),
        ("learning", {"history_days": 14, "night_hour": 24}),
        ("notifications", {"notify": ["notify.mobile_app_nobody"]}),
        ("privacy", {"retention_days": 13, "push_details": True}),
        ("privacy", {"retention_days": 366, "push_details": True}),
    ],
)
async def test_impossible_values_are_refused(
    hass: HomeAssistant, entry: MockConfigEntry, section: str, value: dict[str, Any]
) -> None:
    result = await begin(hass, entry)
    with pytest.raises(InvalidData):
        await answer(hass, result, **{section: value})
    assert entry.options == OPTIONS


async def test_who_can_be_told(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Companion apps by their action, which carries buttons, other notify entities by themselves."""
    phone = MockConfigEntry(domain="mobile_app", title="Ann's phone", data={"device_name": "Ann's Phone"})
    phone.add_to_hass(hass)
    for action in ("mobile_app_ann_s_phone", "mobile_app_tablet", "persistent_notification", "smtp"):
        hass.services.async_register("notify", action, ignored)
    hass.states.async_set("notify.display", "unknown", {"friendly_name": "Display in the hall"})
    registry = er.async_get(hass)
    registry.async_get_or_create("notify", "mobile_app", "1", suggested_object_id="ann_s_phone")
    hass.states.async_set("notify.ann_s_phone", "unknown", {"friendly_name": "Ann's phone"})
    assert choices(await begin(hass, entry)) == {
        "notify.mobile_app_ann_s_phone": "Ann's phone",
        "notify.display": "Display in the hall",
        "notify.mobile_app_tablet": "tablet",
    }


async def test_who_is_told_can_stay_while_away(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A phone that is not there just now is not taken off the list by changing something else."""
    told = {"notify": ["notify.mobile_app_away"]}
    hass.config_entries.async_update_entry(entry, options=OPTIONS | told)
    result = await begin(hass, entry)
    assert choices(result) == {"notify.mobile_app_away": "notify.mobile_app_away"}
    result = await answer(hass, result, notifications=told, alarms={"alerts_per_week": 3})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | told | {"alerts_per_week": 3.0}


async def test_entities_are_followed_through_a_rename(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    lamp = registry.async_get_or_create("light", "test", "lamp", suggested_object_id="lamp")
    gone = registry.async_get_or_create("light", "test", "gone", suggested_object_id="gone")
    chosen = {"entities": ["light.lamp", "light.gone"]}
    await answer(hass, await begin(hass, entry), guard=chosen)
    assert entry.options == OPTIONS | {"entities": [lamp.id, gone.id]}
    registry.async_update_entity("light.lamp", new_entity_id="light.reading")
    registry.async_remove("light.gone")
    assert suggested(await begin(hass, entry))["guard"]["entities"] == ["light.reading"]
