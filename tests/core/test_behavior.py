"""What a control does to a state, and what makes two behaviors the same."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from custom_components.smartguard.core.behavior import Behavior, Phase, is_stance, phase

BEGINS = ["turn_on", "open", "unlock", "start", "start_mowing", "play", "detect", "start_recording"]
BEGINS += ["start_streaming", "set_hvac_mode:cool", "set_hvac_mode:off_peak", "set_operation_mode:eco"]
ENDS = ["turn_off", "close", "lock", "stop", "pause", "dock", "return_to_base", "clear", "stop_recording"]
ENDS += ["stop_streaming", "set_hvac_mode:off", "set_operation_mode:off"]
ADJUSTS = ["brightness_up", "volume_down", "position_up", "temperature_down", "press", "arrive", "leave"]
ADJUSTS += ["set_preset_mode:off", "set_fan_mode:high", "select_source:tv", "arm_away", "disarm", "trigger"]
ADJUSTS += ["", "turn_on_again", "set_hvac_mode"]


@pytest.mark.parametrize(
    ("control", "expected"),
    [(c, Phase.BEGIN) for c in BEGINS] + [(c, Phase.END) for c in ENDS] + [(c, Phase.NONE) for c in ADJUSTS],
)
def test_what_a_control_does_to_a_state(control: str, expected: Phase) -> None:
    assert phase(control) is expected


@pytest.mark.parametrize("control", ["arrive", "leave", "disarm", "arm_away", "arm_home", "arm_night"])
def test_who_is_home_and_an_armed_alarm_are_stances(control: str) -> None:
    assert is_stance(control)


@pytest.mark.parametrize("control", ["turn_on", "lock", "trigger", "open", "alarm_clock_on"])
def test_nothing_else_is_a_stance(control: str) -> None:
    assert not is_stance(control)


def test_who_did_it_makes_no_other_behavior() -> None:
    by_hand = Behavior(1.0, "lamp", "light.lamp", "turn_on", "person")
    by_itself = Behavior(1.0, "lamp", "light.lamp", "turn_on", "automation")
    assert by_hand == by_itself
    assert len({by_hand, by_itself}) == 1
    others = [
        Behavior(2.0, "lamp", "light.lamp", "turn_on", "person"),
        Behavior(1.0, "other", "light.lamp", "turn_on", "person"),
        Behavior(1.0, "lamp", "light.other", "turn_on", "person"),
        Behavior(1.0, "lamp", "light.lamp", "turn_off", "person"),
    ]
    assert by_hand not in others


def test_a_behavior_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Behavior(1.0, "lamp", "light.lamp", "turn_on").time = 2.0  # type: ignore[misc]
