"""What people say of alerts: what it covers, and what it keeps out of what is learned."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Reason
from custom_components.smartguard.core.errors import SmartGuardError
from custom_components.smartguard.core.feedback import (
    ALWAYS,
    CONFIRMED,
    CONTROL,
    DEVICE,
    NORMAL,
    SCOPES,
    TIME_OF_DAY,
    UNJUDGED,
    Corrections,
    Feedback,
)

ZONE = ZoneInfo("Europe/Berlin")
# 2024-01-15 03:00 in Berlin
NIGHT = 1_705_284_000.0
HOUR, DAY = 3600.0, 86_400.0


def use(time: float = NIGHT, entity: str = "kettle", control: str = "turn_on", device: str = "") -> Behavior:
    return Behavior(time, device or entity, entity, control)


def reason(channel: str, *behaviors: Behavior, context: tuple[Behavior, ...] = ()) -> Reason:
    return Reason(channel, 1.0, behaviors, context or behaviors, {})


def episode(*reasons: Reason, start: float = NIGHT, last: float | None = None, name: str = "e") -> Episode:
    return Episode(name, start, start if last is None else last, 1.0, 0.0, reasons, (), (), start + 600)


def said(scope: str, *reasons: Reason, verdict: str = NORMAL) -> Feedback:
    return Feedback.on("f", episode(*reasons), verdict, scope, NIGHT + HOUR, ZONE)


def is_normal(scope: str, told: Reason, later: Reason) -> bool:
    return Corrections(ZONE, (said(scope, told),)).is_normal(later)


def test_a_word_is_about_the_strongest_reason_and_every_kind_of_it() -> None:
    kettle, lamp = use(), use(entity="lamp")
    word = said(CONTROL, reason("moment", kettle), reason("meeting", kettle, lamp), reason("duration", lamp))
    assert (word.device, word.entity, word.control) == ("kettle", "kettle", "turn_on")
    assert word.kinds == ("moment", "meeting")
    assert word.hour == 3.0


@pytest.mark.parametrize("scope", SCOPES)
def test_the_same_thing_a_day_later_is_normal(scope: str) -> None:
    assert is_normal(scope, reason("moment", use()), reason("moment", use(NIGHT + DAY)))


@pytest.mark.parametrize(
    ("scope", "covers"), [(CONTROL, True), (TIME_OF_DAY, False), (DEVICE, True), (ALWAYS, True)]
)
def test_another_time_of_day(scope: str, covers: bool) -> None:
    assert is_normal(scope, reason("moment", use()), reason("moment", use(NIGHT + 12 * HOUR))) is covers


@pytest.mark.parametrize(("minutes", "covers"), [(-91, False), (-89, True), (89, True), (91, False)])
def test_around_this_time_of_day_is_an_hour_and_a_half(minutes: int, covers: bool) -> None:
    later = reason("moment", use(NIGHT + 3 * DAY + 60 * minutes))
    assert is_normal(TIME_OF_DAY, reason("moment", use()), later) is covers


def test_around_midnight_is_around_midnight() -> None:
    told = reason("moment", use(NIGHT - 3.5 * HOUR))
    assert is_normal(TIME_OF_DAY, told, reason("moment", use(NIGHT - 2.5 * HOUR + DAY)))


@pytest.mark.parametrize(
    ("scope", "covers"), [(CONTROL, False), (TIME_OF_DAY, False), (DEVICE, True), (ALWAYS, True)]
)
def test_another_control_of_the_device(scope: str, covers: bool) -> None:
    later = reason("moment", use(NIGHT + DAY, control="turn_off"))
    assert is_normal(scope, reason("moment", use()), later) is covers
    beside = reason("moment", use(NIGHT + DAY, entity="timer", device="kettle"))
    assert is_normal(scope, reason("moment", use()), beside) is covers


@pytest.mark.parametrize(
    ("scope", "covers"), [(CONTROL, False), (TIME_OF_DAY, False), (DEVICE, False), (ALWAYS, True)]
)
def test_another_kind_of_reason(scope: str, covers: bool) -> None:
    assert is_normal(scope, reason("moment", use()), reason("duration", use(NIGHT + DAY))) is covers


@pytest.mark.parametrize("scope", SCOPES)
def test_another_device_is_never_covered(scope: str) -> None:
    told, other = reason("moment", use()), use(NIGHT + DAY, entity="lamp")
    assert not is_normal(scope, told, reason("moment", other))
    # The kettle is only company here: the lamp is what is strange.
    assert not is_normal(scope, reason("meeting", use(), other), reason("meeting", other, use()))


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_normal_is_normal_in_any_order(scope: str) -> None:
    told = reason("moment", use())
    assert is_normal(scope, told, reason("sequence", use(NIGHT + DAY)))
    assert not is_normal(scope, told, reason("sequence", use(NIGHT + DAY, "lamp")))


def test_a_flicker_is_the_thing_s_whichever_control_comes_last() -> None:
    told = reason("repetition", use(), context=(use(), use(NIGHT - 2, control="turn_off")))
    assert is_normal(CONTROL, told, reason("repetition", use(NIGHT + DAY, control="turn_off")))


@pytest.mark.parametrize("scope", SCOPES)
def test_a_confirmed_alarm_covers_nothing(scope: str) -> None:
    told = reason("moment", use())
    confirmed = Corrections(ZONE, (said(scope, told, verdict=CONFIRMED),))
    assert not confirmed.is_normal(told)


@pytest.mark.parametrize(
    ("later", "is_it"),
    [
        (reason("moment", use(NIGHT + 12 * HOUR)), True),
        (reason("moment", use(control="turn_off")), False),
        (reason("moment", use(entity="lamp")), False),
        (reason("duration", use()), False),
        (reason("repetition", use(control="turn_off")), True),
    ],
)
def test_a_confirmed_alarm_is_one_again_whenever_its_control_is_strange_like_that(
    later: Reason, is_it: bool
) -> None:
    told = reason("moment", use()), reason("repetition", use())
    assert Corrections(ZONE, (said("", *told, verdict=CONFIRMED),)).is_confirmed(later) is is_it
    assert not Corrections(ZONE, (said(CONTROL, *told),)).is_confirmed(later)


def test_feedback_survives_the_journal() -> None:
    word = said(TIME_OF_DAY, reason("moment", use()), reason("duration", use()))
    assert Feedback.from_json(json.loads(json.dumps(word.to_json()))) == word


@pytest.mark.parametrize("data", [None, 3, {}, {"kinds": None}, {"kinds": ["moment"], "strange": 1}])
def test_what_is_no_feedback_is_refused(data: Any) -> None:
    with pytest.raises(SmartGuardError, match="expected feedback"):
        Feedback.from_json(data)


def test_the_share_of_false_alarms_counts_alerts_and_not_words() -> None:
    assert Corrections(ZONE).false_alarms is None
    assert Corrections(ZONE).counted == (0, 0)
    words = [said(scope, reason("moment", use())) for scope in (CONTROL, DEVICE)]
    real = Feedback.on("r", episode(reason("moment", use()), name="r"), CONFIRMED, "", NIGHT, ZONE)
    assert Corrections(ZONE, (*words, real)).false_alarms == 0.5
    assert Corrections(ZONE, (*words, real)).counted == (1, 2)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("earlier", SCOPES)
def test_a_later_word_on_the_same_thing_takes_the_place_of_any(scope: str, earlier: str) -> None:
    told = reason("moment", use())
    assert said(scope, told).replaces(said(earlier, told))
    elsewhere = Feedback.on("g", episode(told, name="g"), NORMAL, earlier, NIGHT, ZONE)
    assert not said(scope, told).replaces(elsewhere)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("earlier", SCOPES)
def test_a_word_on_what_an_alert_was_about_before_holds_on(scope: str, earlier: str) -> None:
    """An alert that goes on may come to be about another thing, of which the next word is."""
    kettle, lamp = reason("moment", use()), reason("moment", use(entity="lamp"))
    assert not said(scope, lamp).replaces(said(earlier, kettle))
    assert said("", lamp, verdict=CONFIRMED).replaces(said(earlier, kettle))
    assert said(scope, lamp).replaces(said("", kettle, verdict=CONFIRMED))
    off = reason("moment", use(control="turn_off"))
    wide = {scope, earlier} & {DEVICE, ALWAYS}
    assert said(scope, off).replaces(said(earlier, kettle)) is bool(wide)


def test_the_same_word_is_the_same_whenever_it_is_said() -> None:
    word = said(CONTROL, reason("moment", use()))
    later = replace(word, id="g", time=NIGHT + DAY, normal_since=NIGHT)
    assert word.says_the_same(later)
    for changes in ({"scope": DEVICE}, {"kinds": ("moment", "duration")}, {"entity": "lamp"}):
        assert not word.says_the_same(replace(later, **changes))


# --- what is learned ---


def learned(found: Episode, behaviors: list[Behavior], days: float, *words: Feedback) -> list[Behavior]:
    return Corrections(ZONE, words).learnable(behaviors, [found], NIGHT + days * DAY)


def test_what_nobody_judged_is_learned_after_a_week() -> None:
    kettle, lamp = use(), use(entity="lamp")
    found = episode(reason("moment", kettle))
    assert learned(found, [kettle, lamp], 1) == [lamp]
    assert learned(found, [kettle, lamp], UNJUDGED / DAY - 0.01) == [lamp]
    assert learned(found, [kettle, lamp], UNJUDGED / DAY) == [kettle, lamp]


def test_a_confirmed_alarm_is_never_learned() -> None:
    kettle = use()
    found = episode(reason("moment", kettle))
    word = Feedback.on("f", found, CONFIRMED, "", NIGHT, ZONE)
    assert learned(found, [kettle], 300, word) == []


@pytest.mark.parametrize(
    ("trained", "said_at", "verdict", "expected"),
    [
        (7, 8, CONFIRMED, True),
        (30, 31, CONFIRMED, True),
        (6.9, 8, CONFIRMED, False),
        (8, 7.5, CONFIRMED, False),
        (8, 9, NORMAL, False),
    ],
)
def test_a_model_that_learned_what_was_confirmed_later_is_disowned(
    trained: float, said_at: float, verdict: str, expected: bool
) -> None:
    """Days after the alarm: what was trained within a week of it left it out anyway."""
    found, other = episode(reason("moment", use())), episode(reason("moment", use()), name="other")
    word = Feedback.on("f", found, verdict, "", NIGHT + said_at * DAY, ZONE)
    words = Corrections(ZONE, (word,))
    assert words.disowns(NIGHT + trained * DAY, [other, found]) is expected
    assert words.disowns(NIGHT + trained * DAY, [other]) is False


@pytest.mark.parametrize(("trained", "expected"), [(0.4, False), (0.6, True), (1.1, False)])
def test_a_model_that_learned_what_was_called_normal_by_mistake_is_disowned(
    trained: float, expected: bool
) -> None:
    """Days after the alarm: normal from half a day on, confirmed after one."""
    found = episode(reason("moment", use()))
    word = Feedback.on("f", found, CONFIRMED, "", NIGHT + DAY, ZONE)
    words = Corrections(ZONE, (replace(word, normal_since=NIGHT + 0.5 * DAY),))
    assert words.disowns(NIGHT + trained * DAY, [found]) is expected
    assert Corrections(ZONE, (word,)).disowns(NIGHT + trained * DAY, [found]) is False


@pytest.mark.parametrize(
    ("trained", "ended", "expected"),
    [(0.4, 2, False), (0.6, 2, True), (2.1, 2, False), (0.6, 6.9, True), (0.6, 7, False), (7.5, 8, False)],
)
def test_a_model_that_learned_what_is_normal_no_more_is_disowned(
    trained: float, ended: float, expected: bool
) -> None:
    """Days after the alarm: normal from half a day on; what is unjudged after a week is learned anyway."""
    found = episode(reason("moment", use()))
    word = Feedback.on("f", found, NORMAL, CONTROL, NIGHT + 0.5 * DAY, ZONE)
    left = word.taken_back(NIGHT + ended * DAY)
    assert left is not None
    words = Corrections(ZONE, (left,))
    assert words.disowns(NIGHT + trained * DAY, [found]) is expected
    # Not where the alert is forgotten, nor where another word still calls it normal.
    assert words.disowns(NIGHT + trained * DAY, []) is False
    both = Corrections(ZONE, (left, replace(word, scope=ALWAYS)))
    assert both.disowns(NIGHT + trained * DAY, [found]) is False


def test_a_word_that_is_taken_back_says_nothing() -> None:
    kettle = use()
    found = episode(reason("moment", kettle))
    word = Feedback.on("f", found, NORMAL, CONTROL, NIGHT, ZONE)
    left = word.taken_back(NIGHT + DAY)
    assert left is not None
    words = Corrections(ZONE, (left,))
    assert words.said == ()
    assert words.counted == (0, 0)
    assert not words.is_normal(found.reasons[0])
    assert not words.is_confirmed(found.reasons[0])
    assert learned(found, [kettle], 2, left) == []
    assert learned(found, [kettle], 7, left) == [kettle]
    assert Feedback.from_json(json.loads(json.dumps(left.to_json()))) == left


def test_what_was_normal_stays_known_through_every_word() -> None:
    found = episode(reason("moment", use()))
    normal = Feedback.on("f", found, NORMAL, CONTROL, NIGHT, ZONE)
    confirmed = Feedback.on("f", found, CONFIRMED, "", NIGHT + DAY, ZONE)
    assert confirmed.first_normal is None
    assert confirmed.taken_back(NIGHT + 2 * DAY) is None
    assert normal.first_normal == NIGHT
    corrected = replace(confirmed, normal_since=NIGHT)
    left = corrected.taken_back(NIGHT + 2 * DAY)
    assert left is not None
    # What was trained after it was confirmed is clean.
    assert (left.time, left.first_normal) == (NIGHT + DAY, NIGHT)
    again = replace(normal, time=NIGHT + 3 * DAY, normal_since=left.first_normal)
    assert again.first_normal == NIGHT


def test_what_was_said_before_words_could_be_taken_back_is_read() -> None:
    data = said(CONTROL, reason("moment", use())).to_json()
    del data["normal_since"]
    assert Feedback.from_json(data) == said(CONTROL, reason("moment", use()))


def test_what_is_normal_is_learned_at_once() -> None:
    kettle = use()
    found = episode(reason("moment", kettle))
    word = Feedback.on("f", found, NORMAL, CONTROL, NIGHT, ZONE)
    assert learned(found, [kettle], 0.1, word) == [kettle]


def test_a_flicker_is_left_out_as_long_as_it_lasted() -> None:
    before, after = use(NIGHT - HOUR), use(NIGHT + HOUR)
    burst = [use(NIGHT + 2 * i, control=("turn_on", "turn_off")[i % 2]) for i in range(20)]
    told = reason("repetition", burst[5], context=tuple(reversed(burst[:6])))
    found = episode(told, last=burst[-1].time)
    other = use(NIGHT + 5, entity="lamp")
    assert learned(found, [before, *burst, other, after], 1) == [before, other, after]


def test_company_and_what_weighs_less_is_no_fault() -> None:
    kettle, door, lamp = use(), use(NIGHT - 5, "door", "unlock"), use(NIGHT - 9, "lamp")
    for told in (reason("meeting", kettle, door), reason("sequence", kettle, door, lamp)):
        assert learned(episode(told), [lamp, door, kettle], 1) == [lamp, door]
