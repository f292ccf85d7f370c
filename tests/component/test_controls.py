"""The table of controls: what was done between two states, and what was not."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.core import State

from custom_components.smartguard.controls import Tracker, call_control, controls
from custom_components.smartguard.core.control_tables import DOMAINS, TABLES, needs_attributes, table_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def state(entity_id: str, value: str, **attributes: Any) -> State:
    return State(entity_id, value, attributes, last_changed=NOON, last_updated=NOON)


def step(domain: str, old: str, new: str) -> tuple[str, ...]:
    return controls(state(f"{domain}.x", old), state(f"{domain}.x", new))


SWITCHING = ("fan", "humidifier", "input_boolean", "light", "remote", "siren", "switch")


@pytest.mark.parametrize("domain", SWITCHING)
def test_on_and_off(domain: str) -> None:
    assert step(domain, "off", "on") == ("turn_on",)
    assert step(domain, "on", "off") == ("turn_off",)
    assert step(domain, "on", "on") == ()


@pytest.mark.parametrize(
    ("domain", "old", "new", "expected"),
    [
        ("alarm_control_panel", "disarmed", "armed_away", "arm_away"),
        ("alarm_control_panel", "disarmed", "armed_home", "arm_home"),
        ("alarm_control_panel", "armed_home", "armed_night", "arm_night"),
        ("alarm_control_panel", "disarmed", "armed_vacation", "arm_vacation"),
        ("alarm_control_panel", "disarmed", "armed_custom_bypass", "arm_custom_bypass"),
        ("alarm_control_panel", "armed_away", "disarmed", "disarm"),
        ("alarm_control_panel", "armed_away", "triggered", "trigger"),
        ("alarm_control_panel", "triggered", "disarmed", "disarm"),
        ("alarm_control_panel", "triggered", "armed_away", None),
        ("alarm_control_panel", "armed_away", "pending", None),
        ("camera", "idle", "recording", "start_recording"),
        ("camera", "recording", "idle", "stop_recording"),
        ("camera", "streaming", "recording", "start_recording"),
        ("camera", "recording", "streaming", "stop_recording"),
        ("camera", "idle", "streaming", "start_streaming"),
        ("camera", "streaming", "idle", "stop_streaming"),
        ("camera", "off", "idle", "turn_on"),
        ("camera", "off", "streaming", "turn_on"),
        ("camera", "recording", "off", "turn_off"),
        ("climate", "off", "cool", "set_hvac_mode:cool"),
        ("climate", "heat", "heat_cool", "set_hvac_mode:heat_cool"),
        ("climate", "heat", "off", "set_hvac_mode:off"),
        ("cover", "closed", "open", "open"),
        ("cover", "open", "closed", "close"),
        ("cover", "closed", "opening", None),
        ("device_tracker", "not_home", "home", "arrive"),
        ("device_tracker", "home", "not_home", "leave"),
        ("lawn_mower", "docked", "mowing", "start_mowing"),
        ("lawn_mower", "mowing", "paused", "pause"),
        ("lawn_mower", "mowing", "returning", "dock"),
        ("lawn_mower", "returning", "docked", None),
        ("lawn_mower", "mowing", "error", None),
        ("lock", "unlocked", "locked", "lock"),
        ("lock", "locked", "unlocked", "unlock"),
        ("lock", "locked", "open", "open"),
        ("lock", "unlocked", "open", "open"),
        ("lock", "open", "unlocked", None),
        ("lock", "open", "locked", "lock"),
        ("lock", "locked", "jammed", None),
        ("media_player", "off", "on", "turn_on"),
        ("media_player", "off", "idle", "turn_on"),
        ("media_player", "off", "playing", "play"),
        ("media_player", "standby", "paused", "turn_on"),
        ("media_player", "idle", "playing", "play"),
        ("media_player", "paused", "playing", "play"),
        ("media_player", "playing", "paused", "pause"),
        ("media_player", "playing", "idle", "stop"),
        ("media_player", "playing", "on", "stop"),
        ("media_player", "playing", "off", "turn_off"),
        ("media_player", "idle", "standby", "turn_off"),
        ("media_player", "off", "standby", None),
        ("media_player", "idle", "on", None),
        ("media_player", "idle", "paused", None),
        ("media_player", "playing", "buffering", None),
        ("person", "home", "not_home", "leave"),
        ("person", "home", "Work", "leave"),
        ("person", "Work", "home", "arrive"),
        ("person", "Work", "not_home", None),
        ("script", "off", "on", "turn_on"),
        ("script", "on", "off", None),
        ("vacuum", "docked", "cleaning", "start"),
        ("vacuum", "paused", "cleaning", "start"),
        ("vacuum", "cleaning", "paused", "pause"),
        ("vacuum", "cleaning", "idle", "stop"),
        ("vacuum", "cleaning", "returning", "return_to_base"),
        ("vacuum", "idle", "returning", "return_to_base"),
        ("vacuum", "cleaning", "docked", "return_to_base"),
        ("vacuum", "returning", "docked", None),
        ("vacuum", "docked", "idle", None),
        ("vacuum", "cleaning", "error", None),
        ("valve", "closed", "open", "open"),
        ("valve", "open", "closed", "close"),
        ("water_heater", "eco", "performance", "set_operation_mode:performance"),
        ("water_heater", "eco", "off", "set_operation_mode:off"),
        ("sensor", "1", "2", None),
        ("update", "off", "on", None),
    ],
)
def test_states(domain: str, old: str, new: str, expected: str | None) -> None:
    assert step(domain, old, new) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    ("device_class", "on", "off"),
    [
        (None, "turn_on", "turn_off"),
        *((name, "turn_on", "turn_off") for name in ("light", "plug", "power", "running")),
        *((name, "open", "close") for name in ("door", "garage_door", "opening", "window")),
        *(
            (name, "detect", "clear")
            for name in (
                *("motion", "moving", "occupancy", "presence", "sound", "vibration"),
                *(
                    "carbon_monoxide",
                    "cold",
                    "gas",
                    "glass_break",
                    "heat",
                    "moisture",
                    "problem",
                    "safety",
                    "smoke",
                    "tamper",
                ),
            )
        ),
        ("lock", "unlock", "lock"),
        *((name, None, None) for name in ("battery", "battery_charging", "connectivity", "update")),
    ],
)
def test_binary_sensors_by_device_class(device_class: str | None, on: str | None, off: str | None) -> None:
    attributes = {"device_class": device_class} if device_class else {}
    is_off, is_on = (state("binary_sensor.x", value, **attributes) for value in ("off", "on"))
    assert controls(is_off, is_on) == ((on,) if on else ())
    assert controls(is_on, is_off) == ((off,) if off else ())


def test_every_device_class_of_home_assistant_was_decided() -> None:
    """A class that a later release adds is no behavior until it is put on one side or the other."""
    without = {"battery", "battery_charging", "connectivity", "update"}
    for device_class in BinarySensorDeviceClass:
        assert (table_of("binary_sensor", device_class.value) is None) == (device_class.value in without)


@pytest.mark.parametrize(
    ("domain", "value", "attribute", "old", "new", "expected"),
    [
        ("climate", "heat", "temperature", 20, 21.5, "temperature_up"),
        ("climate", "heat", "temperature", 20.0, 19.5, "temperature_down"),
        ("climate", "heat", "preset_mode", "home", "away", "set_preset_mode:away"),
        ("climate", "cool", "fan_mode", "low", "high", "set_fan_mode:high"),
        ("climate", "cool", "current_temperature", 20, 25, None),
        ("cover", "open", "current_position", 30, 60, "position_up"),
        ("cover", "open", "current_position", 60, 30, "position_down"),
        ("fan", "on", "percentage", 33, 66, "speed_up"),
        ("fan", "on", "percentage", 66, 33, "speed_down"),
        ("fan", "on", "preset_mode", "auto", "sleep", "set_preset_mode:sleep"),
        ("humidifier", "on", "humidity", 40, 50, "humidity_up"),
        ("humidifier", "on", "humidity", 50, 40, "humidity_down"),
        ("humidifier", "on", "mode", "normal", "eco", "set_mode:eco"),
        ("light", "on", "brightness", 100, 180, "brightness_up"),
        ("light", "on", "brightness", 180, 100, "brightness_down"),
        ("media_player", "playing", "volume_level", 0.2, 0.4, "volume_up"),
        ("media_player", "playing", "volume_level", 0.4, 0.2, "volume_down"),
        ("media_player", "on", "source", "TV", "Radio", "select_source:Radio"),
        ("media_player", "playing", "media_title", "One", "Two", None),
        ("valve", "open", "current_position", 10, 90, "position_up"),
        ("water_heater", "eco", "temperature", 50, 55, "temperature_up"),
        ("switch", "on", "brightness", 1, 2, None),
    ],
)
def test_adjustments(
    domain: str, value: str, attribute: str, old: Any, new: Any, expected: str | None
) -> None:
    before, after = (state(f"{domain}.x", value, **{attribute: number}) for number in (old, new))
    assert controls(before, after) == ((expected,) if expected else ())
    assert controls(before, before) == ()
    assert controls(state(f"{domain}.x", value), after) == (), "a level that appears was not adjusted"
    assert controls(before, state(f"{domain}.x", value)) == (), "nor was one that goes"


def test_a_range_of_temperatures_moves_by_both_ends() -> None:
    def between(low: float, high: float) -> State:
        return state("climate.x", "heat_cool", target_temp_low=low, target_temp_high=high)

    assert controls(between(18, 24), between(19, 25)) == ("temperature_up",)
    assert controls(between(18, 24), between(18, 23)) == ("temperature_down",)
    assert controls(between(18, 24), between(17, 25)) == ()


def test_one_change_is_one_behavior() -> None:
    """What changes along with the state is its consequence, likewise a level along with a mode."""
    off = state("light.x", "off", brightness=10)
    assert controls(off, state("light.x", "on", brightness=200)) == ("turn_on",)
    home = state("climate.x", "heat", preset_mode="home", temperature=21)
    eco = state("climate.x", "heat", preset_mode="eco", temperature=17)
    assert controls(home, eco) == ("set_preset_mode:eco",)
    assert controls(home, state("climate.x", "cool", temperature=25)) == ("set_hvac_mode:cool",)


def test_an_attribute_that_the_recorder_does_not_keep_names_nothing() -> None:
    def lamp(brightness: int, unrecorded: set[str]) -> State:
        info: Any = {"unrecorded_attributes": frozenset(unrecorded)}
        return State("light.x", "on", {"brightness": brightness}, state_info=info)

    assert controls(lamp(10, {"effect"}), lamp(20, {"effect"})) == ("brightness_up",)
    assert controls(lamp(10, {"brightness"}), lamp(20, {"brightness"})) == ()
    assert controls(lamp(10, {"*"}), lamp(20, {"*"})) == ()


# --- presses ---


@pytest.mark.parametrize(
    ("entity_id", "expected"),
    [("scene.x", "turn_on"), ("button.x", "press"), ("input_button.x", "press")],
)
def test_presses(entity_id: str, expected: str) -> None:
    fresh = (NOON - timedelta(milliseconds=3)).isoformat()
    old, new = state(entity_id, (NOON - timedelta(days=2)).isoformat()), state(entity_id, fresh)
    assert controls(old, new) == (expected,)
    assert controls(new, new) == (), "only its attributes changed"
    assert controls(None, new) == (expected,), "it was never pressed before"
    assert controls(None, old) == (), "its last press was restored at the start"
    assert controls(None, state(entity_id, "unknown")) == ()
    assert controls(old, state(entity_id, "soon")) == ()
    assert controls(old, state(entity_id, "9999-99-99T00:00:00+00:00")) == ()


# --- gaps ---


def told(*states: State | None) -> list[tuple[str, ...]]:
    tracker = Tracker()
    return [tracker.observe("key", one) for one in states]


@pytest.mark.parametrize("gap", ["unavailable", "unknown", "", None])
def test_a_gap_is_compared_across(gap: str | None) -> None:
    """
    on ──gap── on      nothing
    on ──gap── off     turn_off, when it is seen
    """
    on, off = state("light.x", "on"), state("light.x", "off")
    hole = None if gap is None else state("light.x", gap)
    assert told(on, hole, on) == [(), (), ()]
    assert told(on, hole, off) == [(), (), ("turn_off",)]
    assert told(hole, on, off) == [(), (), ("turn_off",)], "the first state is no behavior"


def test_a_restored_entity_is_unavailable() -> None:
    on = state("light.x", "on")
    assert told(on, state("light.x", "unavailable", restored=True), on) == [(), (), ()]


def test_passing_states_wait_for_their_end() -> None:
    def cover(value: str, position: int) -> State:
        return state("cover.x", value, current_position=position)

    assert told(cover("closed", 0), cover("opening", 20), cover("opening", 60), cover("open", 100)) == [
        *[()] * 3,
        ("open",),
    ]
    assert told(cover("open", 100), cover("closing", 70), cover("open", 50)) == [(), (), ("position_down",)]
    assert told(cover("open", 100), cover("closing", 70), cover("open", 100)) == [(), (), ()]
    alarm = [
        state("alarm_control_panel.x", v)
        for v in ("disarmed", "arming", "armed_away", "pending", "armed_away")
    ]
    assert told(*alarm) == [(), (), ("arm_away",), (), ()]


def test_a_fast_real_sequence_is_kept_whole() -> None:
    values = ["on", "off"] * 20
    assert (
        told(state("light.x", "off"), *(state("light.x", v) for v in values))[1:]
        == [
            ("turn_on",),
            ("turn_off",),
        ]
        * 20
    )


def test_seeding_is_no_behavior_and_changes_nothing_known() -> None:
    tracker = Tracker()
    tracker.seed("key", state("light.x", "unavailable"))
    assert not tracker.knows("key")
    tracker.seed("key", state("light.x", "on"))
    tracker.seed("key", state("light.x", "off"))
    tracker.seed("other", None)
    assert tracker.knows("key")
    assert tracker.observe("key", state("light.x", "off")) == ("turn_off",)


def test_filling_takes_only_what_is_missing() -> None:
    live, past = Tracker(), Tracker()
    live.seed("a", state("light.a", "on"))
    past.seed("a", state("light.a", "off"))
    past.seed("b", state("light.b", "on"))
    live.fill(past)
    assert live.observe("a", state("light.a", "on")) == ()
    assert live.observe("b", state("light.b", "off")) == ("turn_off",)


# --- bad input ---

ABSURD: list[Any] = [
    None, True, -1, 10**400, float("nan"), float("inf"), "", "x" * 10_000, "\ud800", b"bytes", [], {},
    {"a": 1}, (1, 2), object(), NOON,
]  # fmt: skip
NAMES = (
    "brightness", "percentage", "preset_mode", "current_position", "temperature", "target_temp_low",
    "target_temp_high", "fan_mode", "humidity", "mode", "volume_level", "source", "device_class",
)  # fmt: skip


@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_absurd_values_name_nothing_absurd(domain: str) -> None:
    rng = random.Random(domain)
    values = [
        "on",
        "off",
        "open",
        "heat",
        "2026-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00",
        "\ud800",
        "x" * 300,
    ]
    tracker = Tracker()
    for _ in range(500):
        new = State(f"{domain}.x", "on", {name: rng.choice(ABSURD) for name in NAMES}, last_updated=NOON)
        odd: Any = rng.choice([*values, None, 5, ["on"]])
        new.state = odd
        for control in tracker.observe("key", new):
            control.encode()
            assert 0 < len(control) < 130


def test_mode_names_stay_text() -> None:
    before, after = (state("climate.x", "heat", preset_mode=name) for name in ("eco", "\ud800" + "y" * 500))
    (control,) = controls(before, after)
    assert control.startswith("set_preset_mode:?y")
    assert len(control.encode()) < 150


# --- calls ---


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (("remote", "send_command", {"command": ["up"]}), "send_command:up"),
        (("remote", "send_command", {"command": ["up", "ok"]}), "send_command:up,ok"),
        (("remote", "send_command", {"command": "power"}), "send_command:power"),
        (("remote", "send_command", {}), None),
        (("remote", "send_command", {"command": [5, None]}), None),
        (("remote", "send_command", {"command": 5}), None),
        (("remote", "turn_on", {}), None),
        (("scene", "turn_on", {}), None),
        (("script", "turn_on", {}), None),
        (("button", "press", {}), None),
        (("light", "turn_on", {}), None),
    ],
)
def test_only_what_states_do_not_show_is_named_by_a_call(call: Any, expected: str | None) -> None:
    assert call_control(*call) == expected


def test_domains_that_do_without_attributes() -> None:
    """Reading history without attributes must not change what it says."""
    for domain in DOMAINS:
        if not needs_attributes(domain):
            values = [*TABLES[domain].states, "home", "away", "on", "off"]
            for old in values:
                for new in values:
                    plain = controls(state(f"{domain}.x", old), state(f"{domain}.x", new))
                    full = [
                        state(f"{domain}.x", v, **dict.fromkeys(NAMES, i)) for i, v in enumerate((old, new))
                    ]
                    assert controls(*full) == plain
