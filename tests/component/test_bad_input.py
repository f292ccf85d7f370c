"""Wrong, missing and foreign values are refused with a reason, and what is not done changes nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import voluptuous as vol
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.smartguard import coordinator, learning
from custom_components.smartguard.actions import ACTIONS
from custom_components.smartguard.const import CONF_ALERTS_PER_WEEK, CONF_HISTORY_DAYS, DOMAIN

from . import homes
from .conftest import ROOT, load
from .endless import Endless

EN = json.loads((ROOT / "custom_components/smartguard/translations/en.json").read_text(encoding="utf-8"))
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("explain", {"episode_id": "nobody"}),
    ("explain", {"episode_id": ""}),
    ("roll_back", {}),
    ("roll_back", {"version": "99"}),
    ("roll_back", {"version": "-1"}),
    ("roll_back", {"version": "yesterday"}),
    ("roll_back", {"version": "²"}),
    ("roll_back", {"version": 1}),
    ("mark_normal", {}),
    ("mark_normal", {"episode_id": "nobody"}),
    ("mark_normal", {"scope": "everything"}),
    ("confirm", {}),
    ("confirm", {"episode_id": "1'; DROP TABLE episode; --"}),
    ("unmark", {"feedback_id": "nobody"}),
    ("snooze", {"duration": "-1h"}),
    ("snooze", {"duration": "2026-02-30"}),
    ("snooze", {"duration": ""}),
    ("snooze", {"duration": True}),
    ("backtest", {"days": -3}),
    ("backtest", {"days": float("nan")}),
    ("backtest", {"days": float("inf")}),
    ("backtest", {"alerts_per_week": 0}),
    ("backtest", {"alerts_per_week": float("nan")}),
    ("backtest", {"alerts_per_week": 1e9}),
    ("import_history", {}),
    ("import_history", {"csv": ""}),
    ("import_history", {"csv": "a,b\n1,2"}),
    ("import_history", {"csv": "x", "path": "x"}),
    ("import_history", {"path": "/etc/shadow"}),
    ("import_history", {"path": "../../secrets.yaml"}),
    ("export", {"path": "/etc/smartguard"}),
    ("export", {"path": ""}),
    ("reset", {"device_id": "nobody"}),
    ("reset", {"device_id": ""}),
]
WRONG_KINDS: list[tuple[str, dict[str, Any]]] = [
    *((action.name, {"entity_id": "light.lamp"}) for action in ACTIONS),
    ("explain", {"episode_id": ["1"]}),
    ("unmark", {}),
    ("unmark", {"feedback_id": None}),
    ("snooze", {}),
    ("snooze", {"duration": {"hours": 1}}),
    ("backtest", {"days": "many"}),
    ("import_history", {"csv": ["a"]}),
    ("reset", {"device_id": ["a", "b"]}),
]


async def all_of(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return everything that an action might change."""
    journal = entry.runtime_data.journal
    return {
        "states": {state.entity_id: (state.state, state.attributes) for state in hass.states.async_all()},
        "options": dict(entry.options),
        "behaviors": await hass.async_add_executor_job(journal.behaviors),
        "episodes": await hass.async_add_executor_job(journal.episodes),
        "feedback": await hass.async_add_executor_job(journal.feedback),
        "marks": await hass.async_add_executor_job(journal.high_water),
        "models": await hass.async_add_executor_job(entry.runtime_data.store.numbers),
        "version": entry.runtime_data.data.version,
    }


async def call(hass: HomeAssistant, action: str, data: dict[str, Any]) -> None:
    await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)


@pytest.mark.parametrize(("action", "data"), REFUSED, ids=lambda value: str(value)[:40])
async def test_a_value_that_makes_no_sense_is_refused_in_words_and_changes_nothing(
    hass: HomeAssistant, guarded: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    before = await all_of(hass, guarded)
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, action, data)
    message = EN["exceptions"][raised.value.translation_key]["message"]
    assert message.format_map(raised.value.translation_placeholders or {})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await all_of(hass, guarded) == before


@pytest.mark.parametrize(("action", "data"), WRONG_KINDS, ids=lambda value: str(value)[:40])
async def test_a_field_of_a_wrong_kind_is_refused_before_anything_is_asked(
    hass: HomeAssistant, guarded: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    before = await all_of(hass, guarded)
    with pytest.raises((vol.Invalid, ServiceValidationError)):
        await call(hass, action, data)
    assert await all_of(hass, guarded) == before


async def test_a_device_of_another_integration_is_not_forgotten(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    owner = MockConfigEntry(domain="test")
    owner.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("test", "tv")}
    )
    before = await all_of(hass, guarded)
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, "reset", {"device_id": device.id})
    assert raised.value.translation_key == "no_such_device"
    assert await all_of(hass, guarded) == before


async def test_dates_that_are_none_are_left_out_and_told(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    before = await all_of(hass, guarded)
    rows = [f"light.lamp,on,{date}" for date in ("yesterday", "2026-02-30T10:00:00", "")]
    data = {"csv": "\n".join(["entity_id,state,last_changed", *rows])}
    answer = await hass.services.async_call(
        DOMAIN, "import_history", data, blocking=True, return_response=True
    )
    assert isinstance(answer, dict)
    assert (answer["rows"], answer["used"], answer["added"]) == (3, 0, 0)
    assert sum(answer["left_out"].values()) == 3
    assert await all_of(hass, guarded) == before


async def test_a_second_entry_is_refused(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "single_instance_allowed")
    assert hass.config_entries.async_entries(DOMAIN) == [guarded]


@pytest.mark.parametrize("how", ["reload", "remove", "options"])
async def test_what_happens_during_a_training_leaves_a_consistent_state(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path, how: str
) -> None:
    with patch.object(learning, "TrainingProcess", Endless):
        guarded.runtime_data.async_begin_training("test")
        assert guarded.runtime_data.data.status == "training"
        await happen(hass, guarded, how)
    if how == "remove":
        assert not list(folder.parent.glob("*"))
        return
    assert guarded.state is ConfigEntryState.LOADED
    assert guarded.runtime_data.data.status == "guarding"
    assert guarded.runtime_data.data.version == "0001"
    await still_guards(hass, guarded)


@pytest.mark.parametrize("how", ["reload", "remove", "options"])
async def test_what_happens_during_an_import_leaves_a_consistent_state(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, how: str
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_args: object, **_more: object) -> None:
        begun.set()
        await go_on.wait()

    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    with patch.object(coordinator, "async_fill", slow):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await begun.wait()
        assert entry.runtime_data.data.status == "importing"
        go_on.clear()
        begun.clear()
        if how != "remove":
            go_on.set()
        await happen(hass, entry, how)
    if how == "remove":
        assert not list(folder.parent.glob("*"))
        return
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.data.status == "guarding"
    await still_guards(hass, entry)


async def happen(hass: HomeAssistant, entry: MockConfigEntry, how: str) -> None:
    """Do something to the entry in the middle of its work."""
    if how == "reload":
        assert await hass.config_entries.async_reload(entry.entry_id)
    elif how == "remove":
        await hass.config_entries.async_remove(entry.entry_id)
    else:
        options = {**entry.options, CONF_HISTORY_DAYS: 2, CONF_ALERTS_PER_WEEK: 3.0}
        hass.config_entries.async_update_entry(entry, options=options)
    await hass.async_block_till_done(wait_background_tasks=True)


async def still_guards(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Say whether a behavior is still recorded once, judged and shown."""
    journal = entry.runtime_data.journal
    before = await hass.async_add_executor_job(journal.count)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    hass.states.async_set(homes.LAMP, "on")
    await hass.async_block_till_done()
    assert await hass.async_add_executor_job(journal.count) == before + 1
    assert "sensor.smartguard_score" in {event.data["entity_id"] for event in events}


async def test_actions_during_an_import_say_not_yet(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    go_on = asyncio.Event()

    async def slow(*_args: object, **_more: object) -> None:
        await go_on.wait()

    with patch.object(coordinator, "async_fill", slow):
        assert await hass.config_entries.async_setup(entry.entry_id)
        for action, data in (
            ("train", {}),
            ("mark_normal", {}),
            ("reset", {}),
            ("import_history", {"csv": "x"}),
        ):
            with pytest.raises(HomeAssistantError) as raised:
                await call(hass, action, data)
            assert raised.value.translation_key in EN["exceptions"]
        go_on.set()
        await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED


async def test_unloading_a_failed_start_leaves_no_writer(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, "score", {})
    assert raised.value.translation_key == "not_loaded"
