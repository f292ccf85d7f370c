"""The actions: what they answer, and how they say no."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
import voluptuous as vol
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.smartguard.const import DOMAIN, EVENT_ALERT

from . import homes
from .conftest import Pass, load

ONLY, OPTIONAL = SupportsResponse.ONLY, SupportsResponse.OPTIONAL
ACTIONS = {
    "backtest": ONLY,
    "confirm": OPTIONAL,
    "explain": ONLY,
    "export": ONLY,
    "import_history": OPTIONAL,
    "list_feedback": ONLY,
    "mark_normal": OPTIONAL,
    "reset": OPTIONAL,
    "roll_back": OPTIONAL,
    "score": ONLY,
    "snooze": OPTIONAL,
    "test_alert": OPTIONAL,
    "train": OPTIONAL,
    "unmark": OPTIONAL,
}
NEEDED: dict[str, dict[str, str]] = {"snooze": {"duration": "1h"}, "unmark": {"feedback_id": "a"}}


async def ask(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Call an action for its response."""
    answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    assert isinstance(answer, dict)
    return dict(answer)


async def alarm(hass: HomeAssistant, live_on: Pass) -> str:
    """Flicker the kettle until there is an alert, and return its id."""
    events = async_capture_events(hass, EVENT_ALERT)
    for to in (STATE_ON, STATE_OFF) * 12:
        await live_on(seconds=2)
        hass.states.async_set(homes.KETTLE, to)
        await hass.async_block_till_done()
    return str(events[0].data["episode_id"])


def store_again(folder: Path) -> None:
    """Store the small home's guard as one more version, which is then in use."""
    homes.keep_model(folder)


async def test_actions_are_there_without_an_entry(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services_for_domain(DOMAIN)) == set(ACTIONS)
    for action in ACTIONS:
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, action, **NEEDED.get(action, {}))
        assert raised.value.translation_key == "not_set_up"


async def test_actions_stay_when_the_entry_is_unloaded(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(guarded.entry_id)
    for action in ACTIONS:
        for data in ({}, {"config_entry_id": guarded.entry_id}):
            with pytest.raises(ServiceValidationError) as raised:
                await ask(hass, action, **data, **NEEDED.get(action, {}))
            assert raised.value.translation_key == "not_loaded"


async def test_another_entry_is_not_found(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    other = MockConfigEntry(domain="test")
    other.add_to_hass(hass)
    for entry_id in ("nobody", other.entry_id):
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, "score", config_entry_id=entry_id)
        assert raised.value.translation_key == "entry_not_found"
        assert raised.value.translation_placeholders == {"config_entry_id": entry_id}


async def test_unknown_fields_are_refused(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    for action in ACTIONS:
        with pytest.raises(vol.Invalid):
            await ask(hass, action, **NEEDED.get(action, {}), nonsense=1)


async def test_which_actions_only_answer(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    assert {action: hass.services.supports_response(DOMAIN, action) for action in ACTIONS} == ACTIONS


async def test_score(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    answer = await ask(hass, "score", config_entry_id=guarded.entry_id)
    assert answer["threshold"] == 0
    assert answer["unusual"] is (answer["score"] > 0)
    assert {row["entity_id"] for row in answer["behaviors"]} <= set(homes.STATES)
    assert all(row["loss"] >= 0 for row in answer["behaviors"])
    assert answer["behaviors"][-1]["entity_id"] == homes.LAMP
    assert answer["behaviors"][-1]["control"] == "turn_off"


async def test_score_follows_what_happens(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    before = await ask(hass, "score")
    await alarm(hass, live_on)
    after = await ask(hass, "score")
    assert after["score"] > before["score"]
    assert after["unusual"] is True
    assert after["reasons"][0]["summary"]


async def test_asking_changes_nothing(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    before = {state.entity_id: state.as_dict() for state in hass.states.async_all()}
    for action in ("score", "explain"):
        first, second = await ask(hass, action), await ask(hass, action)
        assert first.pop("score_ms") > 0
        assert second.pop("score_ms") > 0
        assert first == second
    assert {state.entity_id: state.as_dict() for state in hass.states.async_all()} == before


async def test_explain_the_present(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    answer = await ask(hass, "explain")
    assert answer["behaviors"]
    for row in answer["behaviors"]:
        assert row["expected"]
        assert all(0 <= expected["probability"] <= 1 for expected in row["expected"])


async def test_explain_an_alert(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    episode = await alarm(hass, live_on)
    named, running = await ask(hass, "explain", episode_id=episode), await ask(hass, "explain")
    assert named == running
    assert named["episode_id"] == episode
    assert named["summary"] in {reason["summary"] for reason in named["reasons"]}
    assert 1 <= len(named["behaviors"]) <= 3

    await live_on(minutes=10)
    later = await ask(hass, "explain", episode_id=episode)
    assert later["type"] == "cleared"
    assert later["episode_id"] == episode


async def test_an_unknown_alert_is_refused(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "explain", episode_id="never")
    assert raised.value.translation_key == "no_such_episode"


@pytest.mark.parametrize("action", ["score", "explain"])
async def test_without_a_model_there_is_nothing_to_say(
    hass: HomeAssistant, entry: MockConfigEntry, action: str
) -> None:
    await load(hass, entry)
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, action)
    assert raised.value.translation_key == "no_model"


async def test_roll_back(hass: HomeAssistant, entry: MockConfigEntry, folder: Path) -> None:
    for _ in range(3):
        await hass.async_add_executor_job(store_again, folder)
    await load(hass, entry)
    assert version(hass) == "0003"
    assert (await ask(hass, "roll_back"))["version"] == "0002"
    assert version(hass) == "0002"
    answer = await ask(hass, "roll_back", version="3")
    assert answer == {
        "version": "0003",
        "trained": homes.NOW.isoformat(),
        "behaviors": len(homes.days()),
    }
    await hass.services.async_call(DOMAIN, "roll_back", {"version": "0001"}, blocking=True)
    assert version(hass) == "0001"

    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert version(hass) == "0001"


@pytest.mark.parametrize("data", [{}, {"version": "7"}, {"version": "latest"}])
async def test_an_unknown_version_is_refused(
    hass: HomeAssistant, guarded: MockConfigEntry, data: dict[str, str]
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "roll_back", **data)
    assert raised.value.translation_key == "no_such_version"
    assert version(hass) == "0001"


async def test_train_returns_the_report(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    report = {"accepted": True, "version": "0002"}
    with patch.object(guarded.runtime_data, "async_train", AsyncMock(return_value=report)) as train:
        assert await ask(hass, "train") == report
        await hass.services.async_call(DOMAIN, "train", {}, blocking=True)
    assert [call.args for call in train.await_args_list] == [("action",)] * 2


async def test_too_little_to_learn_from_is_said(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    with pytest.raises(HomeAssistantError) as raised:
        await ask(hass, "train")
    assert raised.value.translation_key == "not_enough_data"


def version(hass: HomeAssistant) -> str:
    status = hass.states.get("sensor.smartguard_status")
    assert status is not None
    return str(status.attributes["version"])
