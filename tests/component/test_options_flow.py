"""Changing the options: the same questions, the entry's present answers, one reload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import area_registry as ar
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import DOMAIN

OPTIONS: dict[str, Any] = {
    "areas": [],
    "labels": [],
    "entities": ["light.hall"],
    "history_days": 14,
    "alerts_per_week": 0.5,
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
    entry = MockConfigEntry(domain=DOMAIN, title="SmartGuard", options=OPTIONS)
    entry.add_to_hass(hass)
    return entry


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "init"
    assert not result["errors"]
    return result


async def answer(hass: HomeAssistant, result: ConfigFlowResult, **given: Any) -> ConfigFlowResult:
    return await hass.config_entries.options.async_configure(result["flow_id"], given)


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what the form is filled in with."""
    schema = result["data_schema"]
    assert schema is not None
    return {str(key): (key.description or {}).get("suggested_value") for key in schema.schema}


async def test_shows_what_holds_now(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass, entry)
    assert suggested(result) == {key: value for key, value in OPTIONS.items() if key != "guarding"}
    assert result["description_placeholders"] == {"count": "1", "domains": "Light 1"}


async def test_changes_are_kept_and_the_rest_stays(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass, entry)
    result = await answer(hass, result, entities=["lock.door"], history_days=20.0, alerts_per_week=2)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | {"entities": ["lock.door"], "history_days": 20, "alerts_per_week": 2.0}
    assert entry.data == {}


async def test_an_emptied_field_means_the_whole_home(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await answer(hass, await begin(hass, entry), history_days=14, alerts_per_week=0.5)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | {"entities": []}


async def test_nothing_to_guard_is_said_and_can_be_mended(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    attic = ar.async_get(hass).async_create("Attic")
    result = await begin(hass, entry)
    result = await answer(hass, result, areas=[attic.id], history_days=9, alerts_per_week=0.5)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "nothing_to_guard"}
    assert suggested(result)["areas"] == [attic.id]
    assert suggested(result)["history_days"] == 9
    assert entry.options == OPTIONS
    result = await answer(hass, result, entities=["light.hall"], history_days=9, alerts_per_week=0.5)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == OPTIONS | {"history_days": 9}


async def test_impossible_values_are_refused(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass, entry)
    with pytest.raises(InvalidData):
        await answer(hass, result, history_days=14, alerts_per_week=7.5)
    assert entry.options == OPTIONS
