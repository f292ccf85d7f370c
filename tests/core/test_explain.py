"""Explanations: sentences that a person understands, for every channel and every control."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import SETTLE, Facts
from custom_components.smartguard.core.explain import (
    Words,
    clock_phrase,
    explanation,
    known_sentence,
    reason_sentence,
    sentence,
)
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.phrases import ENGLISH
from custom_components.smartguard.core.policy import Episode, Reason
from custom_components.smartguard.core.threshold import SHARES

from .household import DAYS, guard, live

NAMES = {"l": "The lamp", "s": "The stove", "d": "The front door", "v": "The vacuum", "a": "The alarm"}
WORDS = Words(NAMES.__getitem__, ENGLISH)
CONTROLS = ["turn_on", "turn_off", "brightness_up", "brightness_down", "speed_up", "speed_down"]
CONTROLS += ["set_preset_mode:eco", "open", "close", "position_up", "position_down", "lock", "unlock"]
CONTROLS += ["set_hvac_mode:cool", "set_hvac_mode:off", "temperature_up", "temperature_down"]
CONTROLS += ["set_preset_mode:away", "set_fan_mode:high", "set_operation_mode:heat_pump", "humidity_up"]
CONTROLS += ["humidity_down", "set_mode:auto", "play", "pause", "stop", "volume_up", "volume_down"]
CONTROLS += ["select_source:hdmi_1", "start", "return_to_base", "start_mowing", "dock", "arm_away"]
CONTROLS += ["arm_home", "arm_night", "arm_vacation", "arm_custom_bypass", "disarm", "trigger", "press"]
CONTROLS += ["detect", "clear", "arrive", "leave", "start_recording", "stop_recording", "start_streaming"]
CONTROLS += ["stop_streaming"]


def tell(channel: str, facts: Facts, *behaviors: tuple[str, str]) -> str:
    """Return the sentence for behaviors given as (entity, control)."""
    told = tuple(Behavior(0.0, f"{entity}'s device", entity, control) for entity, control in behaviors)
    return reason_sentence(Reason(channel, 1.0, told, told, facts), NAMES.__getitem__)


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_has_a_phrase(control: str) -> None:
    phrase = WORDS.event("l", control)
    assert re.fullmatch(r"The lamp (was|went|came|left|began|stopped) [a-z0-9 ()]+", phrase)
    if ":" in control:
        assert phrase.endswith(control.partition(":")[2].replace("_", " "))


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("turn_on", "was switched on"),
        ("brightness_up", "was turned up (brightness)"),
        ("temperature_down", "was turned down (temperature)"),
        ("set_operation_mode:heat_pump", "was set to heat pump"),
        ("arm_custom_bypass", "was armed (custom bypass)"),
        ("send_command:play_pause", "sent the command play pause"),
        ("brilliance_up", "was turned up (brilliance)"),
        ("leave", "left home"),
        ("start_recording", "began to record"),
        ("something_new", "did something new"),
        ("", "did "),
    ],
)
def test_some_phrases(control: str, expected: str) -> None:
    assert WORDS.event("l", control) == f"The lamp {expected}"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (7.4, "7 s"),
        (89, "89 s"),
        (90, "2 min"),
        (1800, "30 min"),
        (5399, "90 min"),
        (5400, "1.5 h"),
        (36_000, "10.0 h"),
        (36 * 3600, "1.5 days"),
        (9 * 86_400, "9.0 days"),
    ],
)
def test_lengths(seconds: float, expected: str) -> None:
    assert WORDS.length(seconds) == expected


def test_every_minute_of_the_day() -> None:
    for minute in range(24 * 60):
        expected = f"{minute // 60:02d}:{minute % 60:02d}"
        for second in (0, 30, 59):
            assert clock_phrase(minute // 60 + minute % 60 / 60 + second / 3600) == expected
    assert clock_phrase(24.0) == "00:00"


def test_a_repetition() -> None:
    facts: Facts = {"uses": 8.0, "seconds": 21.4, "usual": 1.0}
    told = tell("repetition", facts, ("l", "turn_on"), ("l", "turn_off"))
    assert told == "The lamp was used 8 times in 21 s; usually once."
    told = tell("repetition", {**facts, "usual": 2.0}, ("l", "turn_on"))
    assert told == "The lamp was used 8 times in 21 s; usually 2 times."


def test_a_first_time_and_a_real_alarm_again() -> None:
    facts: Facts = {"uses": 51.0, "seconds": 46.9 * 86_400}
    told = tell("novelty", facts, ("s", "turn_on"))
    assert told == (
        "The stove was switched on; in 46.9 days and 51 uses of this device that never happened before."
    )
    told = tell("novelty", {**facts, "again": 1.0}, ("s", "turn_on"))
    assert told == "The stove was switched on; when that happened before, it was confirmed as a real alarm."


MET: Facts = {"seen": 0.0, "possible": 13.6, "company": "control", "minutes": 2.5}


def test_a_meeting_of_two_controls() -> None:
    told = tell("meeting", MET, ("s", "turn_on"), ("d", "lock"))
    assert told == (
        "The stove was switched on 2 min after The front door was locked; that never happened before, "
        "where chance alone would have brought it about 14 times."
    )


@pytest.mark.parametrize(
    ("seen", "often"), [(0.0, "never happened"), (1.0, "happened only once"), (3.0, "happened only 3 times")]
)
def test_how_often_it_was_seen(seen: float, often: str) -> None:
    told = tell("meeting", {**MET, "seen": seen, "possible": 1.2}, ("s", "turn_on"), ("d", "lock"))
    assert f"; that {often} before, " in told
    assert told.endswith("brought it about once.")


@pytest.mark.parametrize(
    ("company", "expected"),
    [
        (("d", "lock"), "while The front door was locked"),
        (("d", "unlock"), "while The front door was unlocked"),
        (("d", "open"), "while The front door was open"),
        (("d", "close"), "while The front door was closed"),
        (("l", "turn_on"), "while The lamp was on"),
        (("l", "turn_off"), "while The lamp was off"),
        (("l", "set_hvac_mode:cool"), "while The lamp was on"),
        (("l", "set_hvac_mode:off"), "while The lamp was off"),
        (("v", "start"), "while The vacuum was running"),
        (("v", "pause"), "while The vacuum was paused"),
        (("v", "return_to_base"), "while The vacuum was docked"),
        (("v", "stop_streaming"), "while The vacuum was not streaming"),
        (("a", "arm_away"), "while The alarm was armed"),
        (("a", "disarm"), "while The alarm was disarmed"),
        (("nobody knows the name", "leave"), "while nobody was home"),
    ],
)
def test_a_meeting_with_a_state(company: tuple[str, str], expected: str) -> None:
    told = tell("meeting", {**MET, "company": "state"}, ("s", "turn_on"), company)
    assert told.startswith(f"The stove was switched on {expected}; that never happened before, ")


@pytest.mark.parametrize(("near", "often"), [(0.0, "none was"), (1.0, "1 was"), (2.0, "2 were")])
def test_a_moment(near: float, often: str) -> None:
    facts: Facts = {"hour": 3.1, "usual_hour": 6.75, "uses": 28.0, "near": near}
    assert tell("moment", facts, ("s", "turn_on")) == (
        f"The stove was switched on at 03:06; of 28 times before, {often} within an hour of this time "
        "(most are around 06:45)."
    )


@pytest.mark.parametrize(
    ("control", "state"),
    [("turn_on", "on"), ("open", "open"), ("unlock", "unlocked"), ("play", "playing"), ("start", "running")],
)
def test_a_duration(control: str, state: str) -> None:
    facts: Facts = {"seconds": 7260.0, "longest": 2400.0, "usual": 1750.0, "uses": 31.0}
    assert tell("duration", facts, ("s", control)) == (
        f"The stove has been {state} for 2.0 h; never more than 40 min in 31 times before (usually 29 min)."
    )


def test_a_sequence() -> None:
    facts: Facts = {"loss": 4.0, "expected_entity": "l", "expected_control": "turn_off", "probability": 0.8}
    assert tell("sequence", facts, ("s", "turn_on"), ("d", "open")) == (
        "The stove was switched on, which does not fit what happened around it; rather expected was that "
        "The lamp was switched off."
    )


def test_an_episode_is_told_by_its_strongest_reason() -> None:
    at, facts = Behavior(0.0, "s", "s", "turn_on"), {"loss": 1.0, "expected_entity": "l"}
    strongest = Reason("sequence", 2.0, (at,), (at,), {**facts, "expected_control": "press"})
    weaker = Reason("repetition", 1.0, (at,), (at,), {"uses": 2.0, "seconds": 3.0, "usual": 1.0})
    episode = Episode("1", 0.0, 0.0, 2.0, 0.0, (strongest, weaker), (at,), ())
    assert sentence(episode, NAMES.__getitem__) == reason_sentence(strongest, NAMES.__getitem__)


def test_every_channel_has_a_sentence_for_what_it_finds() -> None:
    memory, told = Memory.replay(live()), set()
    for behavior in live(1, 1, DAYS):
        memory.observe(behavior)
        judgements = guard().judge(memory), guard().judge_open(memory, behavior.time + SETTLE)
        for reason in (r for judgement in judgements for r in judgement.reasons):
            assert re.fullmatch(r"\[\w+\] .*\.", str(known_sentence(reason, Words("[{}]".format, ENGLISH))))
            told.add(reason.channel)
    # A usual day has no long on-time and no burst; people are told of company as of a meeting.
    assert told | {"duration", "repetition", "company"} == set(SHARES)


def test_another_language_is_another_table() -> None:
    german = {
        **ENGLISH,
        "duration": "{lasting}; in {count} Malen nie mehr als {longest} (sonst {usual}).",
        "lasting_open": "{name} ist seit {length} offen",
        "hours": "{count} Std.",
        "decimal_mark": ",",
    }
    at = Behavior(0.0, "d", "d", "open")
    facts: Facts = {"seconds": 7260.0, "longest": 2400.0, "usual": 1750.0, "uses": 31.0}
    reason = Reason("duration", 1.0, (at,), (at,), facts)
    assert reason_sentence(reason, NAMES.__getitem__, german) == (
        "The front door ist seit 2,0 Std. offen; in 31 Malen nie mehr als 40 min (sonst 29 min)."
    )


def test_every_phrase_can_be_said() -> None:
    """What a control, a state or a length may ask for is in the table: nothing is left to a KeyError."""
    for control in CONTROLS:
        for told in (WORDS.event("l", control), WORDS.state("l", control), WORDS.lasting("l", control, 1.0)):
            assert told.startswith("The lamp ")


def test_an_explanation_position_by_position() -> None:
    score = guard().sequence
    look = score.look(Memory.replay(live()))
    assert look is not None
    told = json.loads(json.dumps(explanation(score, look)))
    assert told["score"] == look.score
    assert [p["time"] for p in told["positions"]] == [b.time for b in look.behaviors]
    assert [p["loss"] for p in told["positions"]] == pytest.approx(look.losses.tolist())
    assert sum(p["share"] for p in told["positions"]) == pytest.approx(1, rel=1e-4)
    for i, position in enumerate(told["positions"]):
        b = look.behaviors[i]
        assert [position[key] for key in ("device", "entity", "control", "actor")] == [
            b.device, b.entity, b.control, b.actor,
        ]  # fmt: skip
        likely = [e["probability"] for e in position["expected"]]
        assert likely == sorted(likely, reverse=True)
        assert likely[0] == pytest.approx(np.max(look.probabilities[i, 1:]))
