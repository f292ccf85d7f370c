"""Who is home, for how long nothing is told, a test of it all, and what was told this week."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.smartguard.account import expected_range
from custom_components.smartguard.const import CONF_ENTITIES, CONF_MODE, CONF_SNOOZE, EVENT_ALERT

from . import homes
from .conftest import Pass, load
from .test_coordinator import ANOMALY, ask, restart, use
from .test_corrections import THRESHOLD, close, leave_open, types

pytestmark = pytest.mark.usefixtures("home_folder")

MODE = "select.smartguard_mode"
STATUS = "sensor.smartguard_status"
WEEK = "sensor.smartguard_alerts_this_week"


async def set_mode(hass: HomeAssistant, mode: str) -> None:
    await hass.services.async_call(
        "select", "select_option", {"entity_id": MODE, "option": mode}, blocking=True
    )
    await hass.async_block_till_done()


async def test_on_vacation_presence_is_told_at_once(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    assert hass.states.get(MODE).state == "home"
    await set_mode(hass, "vacation")
    await restart(hass, guarded)
    assert (hass.states.get(MODE).state, guarded.options[CONF_MODE]) == ("vacation", "vacation")
    assert fired == []
    await use(hass, homes.KETTLE, "on", live_on, hours=9.5)
    (told,) = fired
    assert (told.data["kind"], told.data["severity"]) == ("presence", "critical")
    assert told.data["summary"] == "kettle was switched on while the household is on vacation."
    assert hass.states.get(ANOMALY).attributes["severity"] == "critical"


async def test_on_vacation_a_sensor_that_senses_nobody_is_no_sign(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    sensors = {"workday": None, "lamp_power": "power", "leak": "moisture", "hall": "motion"}
    for name, device_class in sensors.items():
        hass.states.async_set(f"binary_sensor.{name}", "off", {"device_class": device_class})
    entities = [*guarded.options[CONF_ENTITIES], *(f"binary_sensor.{name}" for name in sensors)]
    hass.config_entries.async_update_entry(guarded, options={**guarded.options, CONF_ENTITIES: entities})
    await hass.async_block_till_done(wait_background_tasks=True)
    await set_mode(hass, "vacation")
    fired = async_capture_events(hass, EVENT_ALERT)
    for name, device_class in sensors.items():
        await live_on(minutes=10)
        hass.states.async_set(f"binary_sensor.{name}", "on", {"device_class": device_class})
        await hass.async_block_till_done()
    assert [e.data["entities"] for e in fired if e.data["type"] == "detected"] == [["binary_sensor.hall"]]


async def test_at_home_the_same_is_normal(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await set_mode(hass, "vacation")
    await set_mode(hass, "home")
    await use(hass, homes.KETTLE, "on", live_on, hours=9.5)
    await use(hass, homes.KETTLE, "off", live_on, minutes=4)
    await live_on(minutes=5)
    assert fired == []


async def test_guests_leave_nothing_on_unnoticed(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await set_mode(hass, "guest")
    await leave_open(hass, live_on)
    assert [event.data["kind"] for event in fired] == ["duration"]


async def test_a_snooze_is_seen_to_lasts_and_ends(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    answer = await ask(hass, "snooze", duration="1h")
    await hass.async_block_till_done()
    assert types(fired) == ["detected", "acknowledged", "cleared"]
    assert hass.states.get(ANOMALY).state == "off"
    assert hass.states.get(STATUS).attributes["snoozed_until"].isoformat() == answer["until"]

    await use(hass, homes.KETTLE, "on", live_on, minutes=1)
    await restart(hass, guarded)
    await live_on(minutes=57)
    assert len(fired) == 3
    assert guarded.options[CONF_SNOOZE] is not None

    # The valve was told and seen to; the kettle was not, and is still on.
    await live_on(minutes=3)
    await live_on(seconds=10)
    assert guarded.options[CONF_SNOOZE] is None
    assert hass.states.get(STATUS).attributes["snoozed_until"] is None
    assert [(e.data["type"], e.data["entities"]) for e in fired[3:]] == [("detected", [homes.KETTLE])]


@pytest.mark.parametrize("written", ["duration: off", 'duration: "off"'])
async def test_a_snooze_can_be_ended(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, written: str
) -> None:
    await ask(hass, "snooze", duration="24h")
    assert (await ask(hass, "snooze", **parse_yaml(written))) == {"until": None}
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    assert types(fired) == ["detected"]


async def test_a_snooze_until_somebody_is_home(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await guard_anna(hass, guarded)
    fired = async_capture_events(hass, EVENT_ALERT)
    assert await ask(hass, "snooze", duration="until_home") == {"until": "home"}
    await leave_open(hass, live_on)
    assert fired == []
    await use(hass, "person.anna", "home", live_on, minutes=1)
    assert guarded.options[CONF_SNOOZE] is None
    await live_on(seconds=10)
    assert types(fired) == ["detected"]


async def guard_anna(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Guard somebody who is away."""
    hass.states.async_set("person.anna", "not_home")
    entities = [*entry.options[CONF_ENTITIES], "person.anna"]
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_ENTITIES: entities})
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_who_came_home_while_it_was_away_ends_the_snooze(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await guard_anna(hass, guarded)
    await ask(hass, "snooze", duration="until_home")
    await live_on(minutes=30)
    await restart(hass, guarded)
    assert guarded.options[CONF_SNOOZE] == "home"
    assert await hass.config_entries.async_unload(guarded.entry_id)
    await use(hass, "person.anna", "home", live_on, minutes=2)
    await live_on(seconds=1)
    await load(hass, guarded)
    assert guarded.options[CONF_SNOOZE] is None


async def test_a_snooze_does_not_wait_for_who_came_before_it(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await guard_anna(hass, guarded)
    await use(hass, "person.anna", "home", live_on, minutes=5)
    await use(hass, "person.anna", "not_home", live_on, minutes=5)
    await ask(hass, "snooze", duration="until_home")
    await restart(hass, guarded)
    assert guarded.options[CONF_SNOOZE] == "home"


async def test_a_snooze_ends_when_nobody_is_left_to_wait_for(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    before = guarded.options[CONF_ENTITIES]
    await guard_anna(hass, guarded)
    await ask(hass, "snooze", duration="until_home")
    await live_on(seconds=10)
    assert guarded.options[CONF_SNOOZE] == "home"
    hass.config_entries.async_update_entry(guarded, options={**guarded.options, CONF_ENTITIES: before})
    await hass.async_block_till_done(wait_background_tasks=True)
    await live_on(seconds=10)
    assert guarded.options[CONF_SNOOZE] is None


async def test_what_is_said_of_a_test_is_said_of_no_alert(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await leave_open(hass, live_on)
    normal = await ask(hass, "mark_normal")
    await close(hass, live_on)
    await ask(hass, "test_alert")
    await ask(hass, "confirm")
    assert (await ask(hass, "list_feedback"))["feedback"] == [normal]
    assert hass.states.get(ANOMALY).state == "off"


async def test_a_test_alert_looks_like_one_and_is_none(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await hass.services.async_call(
        "button", "press", {"entity_id": "button.smartguard_test_alert"}, blocking=True
    )
    await hass.async_block_till_done()
    assert types(fired) == ["detected"]
    assert (fired[0].data["kind"], fired[0].data["severity"]) == ("test", "info")
    assert fired[0].data["summary"] == "This is only a test: nothing is unusual."
    assert hass.states.get(ANOMALY).state == "on"
    assert hass.states.get(ANOMALY).attributes["kind"] == "test"
    await live_on(seconds=20)
    assert types(fired) == ["detected", "cleared"]
    assert hass.states.get(ANOMALY).state == "off"
    assert hass.states.get(WEEK).state == "0"
    assert await hass.async_add_executor_job(guarded.runtime_data.journal.episodes) == []


async def test_normal_ends_a_test_and_means_nothing(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    test = await ask(hass, "test_alert")
    assert await ask(hass, "mark_normal", episode_id=test["episode_id"]) == {}
    assert hass.states.get(ANOMALY).state == "off"
    assert (await ask(hass, "list_feedback"))["feedback"] == []


async def test_a_real_alert_ends_a_test(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    fired = async_capture_events(hass, EVENT_ALERT)
    guarded.runtime_data.alarm.guarding = False
    await live_on(hours=4)
    guarded.runtime_data.alarm.guarding = True
    await ask(hass, "test_alert")
    await live_on(seconds=6)
    assert [(e.data["type"], e.data["kind"]) for e in fired] == [
        ("detected", "test"),
        ("cleared", "test"),
        ("detected", "duration"),
    ]


async def test_what_was_told_this_week_is_shown_beside_the_budget(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    assert hass.states.get(WEEK).state == "0"
    await leave_open(hass, live_on)
    assert hass.states.get(WEEK).state == "1"
    await close(hass, live_on)
    await restart(hass, guarded)
    shown: dict[str, Any] = dict(hass.states.get(THRESHOLD).attributes)
    assert shown["alerts_last_7_days"] == shown["alerts_last_28_days"] == 1
    assert shown["budget_per_week"] == 1.0
    assert shown["calibrated_on_weeks"] == 2.0
    assert shown["expected_per_week_at_least"] < 1 < shown["expected_per_week_at_most"]
    await live_on(days=8)
    assert hass.states.get(WEEK).state == "0"
    assert hass.states.get(THRESHOLD).attributes["alerts_last_28_days"] == 1


def test_a_longer_calibration_narrows_what_is_expected() -> None:
    # Exact Poisson ranges of nine in ten: of .71 alerts in 1 week .01 to 4.3, of 8.9 in 10 weeks .46 to 1.56.
    assert expected_range(1.0, 1.0) == pytest.approx((0.01, 4.27), abs=0.03)
    assert expected_range(1.0, 10.0) == pytest.approx((0.46, 1.56), abs=0.02)
    assert expected_range(0.1, 0.5)[0] == pytest.approx(0, abs=0.01)
