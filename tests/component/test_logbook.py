"""How alerts read in the logbook, and which changes are worth reporting to a voice assistant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.significant_change import create_checker
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.smartguard.const import DOMAIN, EVENT_ALERT

from . import homes
from .conftest import Pass, load

pytestmark = pytest.mark.usefixtures("home_folder")

SUMMARY = "Garden valve has been open for 3.0 h."


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("detected", f"noticed something unusual: {SUMMARY}"),
        ("cleared", f"says that this is over: {SUMMARY}"),
        ("acknowledged", f"was told that this is seen to: {SUMMARY}"),
        ("marked_normal", f"was told that this is normal: {SUMMARY}"),
        ("fired by hand", SUMMARY),
    ],
)
async def test_an_alert_is_a_sentence(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    live_on: Pass,
    kind: str,
    line: str,
) -> None:
    assert await async_setup_component(hass, "logbook", {})
    await load(hass, entry)
    hass.bus.async_fire(EVENT_ALERT, {"type": kind, "summary": SUMMARY})
    await live_on(seconds=10)
    await async_wait_recording_done(hass)
    client = await hass_ws_client()
    begin = (homes.NOW - timedelta(minutes=1)).isoformat()
    await client.send_json({"id": 1, "type": "logbook/get_events", "start_time": begin})
    answer = await client.receive_json()
    (row,) = [row for row in answer["result"] if row.get("domain") == DOMAIN]
    assert (row["name"], row["message"], row["domain"]) == ("SmartGuard", line, DOMAIN)
    assert row["entity_id"] == "binary_sensor.smartguard_anomaly"


async def test_what_a_voice_assistant_is_told(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Home Assistant asks the domain of an entity, not its integration: nothing of ours is needed."""
    await load(hass, entry)
    checker = await create_checker(hass, "test")
    await hass.async_block_till_done()
    anomaly = hass.states.get("binary_sensor.smartguard_anomaly")
    assert anomaly is not None

    def changed(state: str, **more: str) -> bool:
        new = State(anomaly.entity_id, state, {**anomaly.attributes, **more})
        return checker.async_is_significant_change(new)

    assert changed("off")
    assert not changed("off")
    assert changed("on", summary="The kettle")
    assert not changed("on", summary="The kettle, three times")
    assert changed("off")
