"""The entities of a small home: what they show before learning, in daily life, and in an alert."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import AsyncMock, patch

import pytest
from homeassistant.components.recorder import get_instance, history
from homeassistant.const import EVENT_STATE_CHANGED, STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.smartguard.const import EVENT_ALERT
from custom_components.smartguard.core.learn import learn
from custom_components.smartguard.model_store import ModelStore

from . import homes
from .conftest import Pass, load

pytestmark = pytest.mark.usefixtures("home_folder")

ANOMALY = "binary_sensor.smartguard_anomaly"
ALERT = "event.smartguard_alert"
GUARDING = "switch.smartguard_guarding"
BUDGET = "number.smartguard_alerts_per_week"
SCORE = "sensor.smartguard_score"
THRESHOLD = "sensor.smartguard_threshold"
STATUS = "sensor.smartguard_status"
PROGRESS = "sensor.smartguard_training_progress"
COUNT = "sensor.smartguard_behaviors_learned"
LOSSES = {
    homes.LAMP: "sensor.smartguard_lamp_reconstruction_loss",
    homes.KETTLE: "sensor.smartguard_kettle_reconstruction_loss",
    homes.VALVE: "sensor.smartguard_garden_reconstruction_loss",
}
ALWAYS_THERE = {
    ANOMALY: "anomaly",
    ALERT: "alert",
    GUARDING: "guarding",
    BUDGET: "alerts_per_week",
    SCORE: "score",
    THRESHOLD: "threshold",
    STATUS: "status",
    COUNT: "behaviors_learned",
    PROGRESS: "training_progress",
    "sensor.smartguard_last_trained": "last_trained",
    "button.smartguard_test_alert": "test_alert",
    "button.smartguard_train_now": "train_now",
    "select.smartguard_mode": "mode",
    "sensor.smartguard_alerts_this_week": "alerts_this_week",
}


def state(hass: HomeAssistant, entity_id: str) -> State:
    found = hass.states.get(entity_id)
    assert found is not None, f"expected {entity_id}, got {hass.states.async_entity_ids()}"
    return found


async def behave(hass: HomeAssistant, entity_id: str, to: str) -> None:
    hass.states.async_set(entity_id, to)
    await hass.async_block_till_done()


async def flicker(hass: HomeAssistant, live_on: Pass, times: int = 12) -> None:
    """Switch the kettle on and off again as nobody does."""
    for _ in range(times):
        for to in (STATE_ON, STATE_OFF):
            await live_on(seconds=2)
            await behave(hass, homes.KETTLE, to)


async def until_breakfast(live_on: Pass) -> None:
    """Sleep until seven in the morning, when the kettle is always switched on."""
    await live_on(hours=9, minutes=30)


def written(events: list[Event[EventStateChangedData]]) -> list[str]:
    """Return the entities of SmartGuard that were written, once for each time."""
    return [event.data["entity_id"] for event in events if ".smartguard_" in event.data["entity_id"]]


async def test_before_learning(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    assert {
        key: state(hass, key).state for key in (ANOMALY, GUARDING, BUDGET, STATUS, SCORE, THRESHOLD, PROGRESS)
    } == {
        ANOMALY: STATE_OFF,
        GUARDING: STATE_ON,
        BUDGET: "1.0",
        STATUS: "collecting",
        SCORE: STATE_UNKNOWN,
        THRESHOLD: STATE_UNKNOWN,
        PROGRESS: STATE_UNKNOWN,
    }
    assert state(hass, STATUS).attributes["version"] is None
    assert state(hass, STATUS).attributes["reason"]
    assert not set(LOSSES.values()) & set(hass.states.async_entity_ids())


async def test_after_learning(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    assert state(hass, STATUS).state == "guarding"
    assert state(hass, STATUS).attributes["version"] == "0001"
    assert state(hass, STATUS).attributes["reason"] is None
    assert float(state(hass, THRESHOLD).state) == 0
    assert float(state(hass, PROGRESS).state) == 100
    assert state(hass, SCORE).state == STATE_UNKNOWN
    assert state(hass, COUNT).attributes["unit_of_measurement"] == "behaviors"
    assert state(hass, "sensor.smartguard_last_trained").state == homes.NOW.isoformat()
    assert [state(hass, loss).state for loss in LOSSES.values()] == [STATE_UNKNOWN] * 3


async def test_one_service_device_holds_them_all(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, guarded.entry_id)
    assert {e.entity_id: e.unique_id for e in entities} == {
        **{entity_id: f"{guarded.entry_id}_{key}" for entity_id, key in ALWAYS_THERE.items()},
        **{loss: f"{guarded.entry_id}_loss_{device}" for device, loss in LOSSES.items()},
    }
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), guarded.entry_id)
    assert device.name == "SmartGuard"
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert {e.device_id for e in entities} == {device.id}
    assert {e.disabled_by for e in entities} == {None}


async def test_no_statistics_are_made_of_them(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await flicker(hass, live_on, 2)
    mine = [s for s in hass.states.async_all() if ".smartguard_" in s.entity_id]
    assert len(mine) == len(ALWAYS_THERE) + len(LOSSES)
    assert [s.entity_id for s in mine if "state_class" in s.attributes] == []


async def test_a_behavior_costs_two_rows_at_most(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await until_breakfast(live_on)
    await behave(hass, homes.KETTLE, STATE_ON)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await live_on(minutes=4)
    await behave(hass, homes.KETTLE, STATE_OFF)
    rows = written(events)
    assert rows.count(LOSSES[homes.KETTLE]) == 1
    assert sorted(rows) in (sorted([LOSSES[homes.KETTLE], SCORE]), [LOSSES[homes.KETTLE]])
    assert float(state(hass, LOSSES[homes.KETTLE]).state) > 0
    assert float(state(hass, SCORE).state) < float(state(hass, THRESHOLD).state)
    assert state(hass, LOSSES[homes.LAMP]).state == STATE_UNKNOWN


async def test_no_behavior_costs_no_row(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    await live_on(seconds=10)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await behave(hass, homes.LAMP, STATE_UNAVAILABLE)
    await behave(hass, homes.LAMP, STATE_OFF)
    await live_on(seconds=60)
    assert written(events) == []


async def test_the_count_is_written_once_an_hour(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    before = len(homes.days())
    assert int(state(hass, COUNT).state) == before
    await flicker(hass, live_on, 3)
    assert int(state(hass, COUNT).state) == before
    await live_on(hours=1)
    await behave(hass, homes.KETTLE, STATE_ON)
    assert int(state(hass, COUNT).state) >= before + 6


async def test_an_alert(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    on_bus = async_capture_events(hass, EVENT_ALERT)
    assert state(hass, ALERT).state == STATE_UNKNOWN
    begin = dt_util.utcnow()
    await flicker(hass, live_on)

    anomaly = state(hass, ANOMALY)
    assert anomaly.state == STATE_ON
    assert float(state(hass, SCORE).state) > float(state(hass, THRESHOLD).state)
    alert = state(hass, ALERT)
    assert alert.attributes["event_type"] == "detected"
    (detected,) = on_bus
    assert {key: alert.attributes[key] for key in detected.data} == detected.data
    assert anomaly.attributes["summary"].startswith("kettle")
    assert anomaly.attributes["names"] == detected.data["names"] == ["kettle"]
    assert anomaly.attributes["kind"] in {"sequence", "repetition", "meeting", "moment", "duration"}
    assert begin <= anomaly.attributes["since"] <= dt_util.utcnow()

    await live_on(minutes=6)
    assert state(hass, ANOMALY).state == STATE_OFF
    assert not {"summary", "since", "kind", "names"} & set(state(hass, ANOMALY).attributes)
    assert state(hass, ALERT).attributes["event_type"] == "cleared"
    assert state(hass, ALERT).attributes["episode_id"] == detected.data["episode_id"]
    assert [event.data["type"] for event in on_bus] == ["detected", "cleared"]


async def test_what_an_alert_says_is_not_recorded_twice(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    """The event entity keeps it; the anomaly sensor's attributes are for people."""
    start = dt_util.utcnow()
    await flicker(hass, live_on)
    await async_wait_recording_done(hass)
    recorded = await get_instance(hass).async_add_executor_job(
        history.get_significant_states, hass, start, None, [ANOMALY, STATUS]
    )
    states = [s for rows in recorded.values() for s in rows if isinstance(s, State)]
    assert [s.state for s in states if s.entity_id == ANOMALY][-1] == STATE_ON
    kept = {key for s in states for key in s.attributes}
    assert not kept & {"summary", "since", "kind", "names", "version", "reason"}


async def test_guarding_can_be_paused(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    await hass.services.async_call("switch", "turn_off", {"entity_id": GUARDING}, blocking=True)
    assert state(hass, GUARDING).state == STATE_OFF
    assert state(hass, STATUS).state == "paused"
    assert guarded.options["guarding"] is False
    await flicker(hass, live_on)
    assert state(hass, ANOMALY).state == STATE_OFF
    assert state(hass, SCORE).state == STATE_UNKNOWN

    await hass.services.async_call("switch", "turn_on", {"entity_id": GUARDING}, blocking=True)
    assert state(hass, STATUS).state == "guarding"
    assert guarded.options["guarding"] is True
    await behave(hass, homes.LAMP, STATE_ON)
    assert state(hass, SCORE).state != STATE_UNKNOWN


async def test_pausing_ends_an_alert(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    await flicker(hass, live_on)
    assert state(hass, ANOMALY).state == STATE_ON
    await hass.services.async_call("switch", "turn_off", {"entity_id": GUARDING}, blocking=True)
    assert state(hass, ANOMALY).state == STATE_OFF
    assert state(hass, ALERT).attributes["event_type"] == "cleared"


async def test_the_budget_moves_the_threshold_at_once(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    await hass.services.async_call("number", "set_value", {"entity_id": BUDGET, "value": 0.1}, blocking=True)
    assert state(hass, BUDGET).state == "0.1"
    assert float(state(hass, THRESHOLD).state) == 1
    assert guarded.options["alerts_per_week"] == 0.1
    assert guarded.options["history_days"] == 1


@pytest.mark.parametrize("value", [0, 7.1])
async def test_an_impossible_budget_is_refused(
    hass: HomeAssistant, guarded: MockConfigEntry, value: float
) -> None:
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(
            "number", "set_value", {"entity_id": BUDGET, "value": value}, blocking=True
        )
    assert state(hass, BUDGET).state == "1.0"


async def test_the_button_trains(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    with patch.object(guarded.runtime_data, "async_train", AsyncMock(return_value={})) as train:
        await hass.services.async_call(
            "button", "press", {"entity_id": "button.smartguard_train_now"}, blocking=True
        )
    train.assert_awaited_once_with("button")


async def test_losses_outlive_a_reload(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    await behave(hass, homes.LAMP, STATE_ON)
    before = state(hass, LOSSES[homes.LAMP]).state
    assert await hass.config_entries.async_reload(guarded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, LOSSES[homes.LAMP]).state == before
    assert state(hass, LOSSES[homes.KETTLE]).state == STATE_UNKNOWN


async def test_a_device_is_called_what_a_person_calls_it(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    hass.states.async_set(homes.VALVE, "closed", {"friendly_name": "Roses"})
    await hass.async_add_executor_job(homes.keep_model, folder)
    await load(hass, entry)
    assert state(hass, "sensor.smartguard_roses_reconstruction_loss").name == (
        "SmartGuard Roses reconstruction loss"
    )


async def test_a_model_that_knows_more_devices_brings_their_losses(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    await hass.async_add_executor_job(keep_model_without_valve, folder)
    await load(hass, entry)
    assert hass.states.get(LOSSES[homes.VALVE]) is None
    assert state(hass, LOSSES[homes.LAMP]).state == STATE_UNKNOWN
    await hass.services.async_call("smartguard", "roll_back", {"version": "2"}, blocking=True)
    await hass.async_block_till_done()
    assert state(hass, LOSSES[homes.VALVE]).state == STATE_UNKNOWN
    await hass.services.async_call("smartguard", "roll_back", {"version": "1"}, blocking=True)
    await hass.async_block_till_done()
    assert state(hass, LOSSES[homes.VALVE]).state == STATE_UNKNOWN


def keep_model_without_valve(folder: Path) -> None:
    """Store a guard that has never seen the valve, one that has, and put the first in use."""
    seen = [behavior for behavior in homes.days() if behavior.entity != homes.VALVE]
    store = ModelStore(folder / "models")
    store.add(learn(seen, homes.TINY).guard, homes.NOW.timestamp(), len(seen))
    homes.keep_model(folder)
    store.roll_back(1)


async def test_unloading_makes_them_unavailable(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    assert await hass.config_entries.async_unload(guarded.entry_id)
    mine = [s for s in hass.states.async_all() if ".smartguard_" in s.entity_id]
    assert {s.state for s in mine} == {STATE_UNAVAILABLE}
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await flicker(hass, live_on, 3)
    assert written(events) == []
