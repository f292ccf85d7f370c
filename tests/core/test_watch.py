"""First times, the grace of new devices, presence on vacation and severity."""

from __future__ import annotations

from dataclasses import replace
from math import inf, log10
from types import SimpleNamespace
from typing import Any

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Judgement, Reason
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import GRACE, First, FirstTimes, youth
from custom_components.smartguard.core.severity import CRITICAL, INFO, WARNING, severity
from custom_components.smartguard.core.threshold import HIGHEST, LOWEST
from custom_components.smartguard.core.vacation import presence
from custom_components.smartguard.core.watch import Watch

DAY, WEEK = 86_400.0, 7 * 86_400.0


def use(time: float, device: str = "lock", control: str = "lock", actor: str = "device") -> Behavior:
    return Behavior(time, device, device, control, actor)


def lived(days: int, *devices: str, start: float = 0.0) -> FirstTimes:
    """Use each device three times a day, always with the same control."""
    firsts = FirstTimes()
    for day in range(days):
        for device in devices:
            for hour in (8, 12, 18):
                firsts.observe(use(start + day * DAY + hour * 3600, device))
    return firsts


def find(firsts: FirstTimes, b: Behavior) -> Reason | None:
    firsts.observe(b)
    return firsts.find(b)


# --- first times ---


def test_a_known_device_s_first_time_is_a_strong_sign_and_says_so() -> None:
    #  four weeks, of which three count: half an expected first time in three weeks
    found = find(lived(28, "lock", "lamp"), odd := use(28 * DAY, control="jam"))
    assert found is not None
    assert (found.channel, found.behaviors) == ("novelty", (odd,))
    assert found.score == pytest.approx(-log10(0.5 / 3), abs=0.01)
    assert found.facts == {"uses": 84.0, "seconds": 28 * DAY - 8 * 3600}


def test_the_second_time_is_no_first_time() -> None:
    firsts = lived(28, "lock")
    assert find(firsts, use(28 * DAY, control="jam")) is not None
    assert find(firsts, use(28 * DAY + 60, control="jam")) is None
    assert find(firsts, use(28 * DAY + 90, control="lock")) is None


def test_what_was_a_real_alarm_is_told_the_second_time_too() -> None:
    firsts, asked = lived(28, "lock"), list[Reason]()

    def is_confirmed(reason: Reason) -> bool:
        asked.append(reason)
        return reason.behaviors[0].control == "jam"

    def find_again(b: Behavior) -> Reason | None:
        firsts.observe(b)
        return firsts.find(b, is_confirmed)

    first = find_again(use(28 * DAY, control="jam"))
    again = find_again(use(29 * DAY, control="jam"))
    assert first is not None
    assert again is not None
    assert ("again" in first.facts, again.facts["again"]) == (False, 1.0)
    # Itself it is no other first time; a day more has been lived through.
    assert again.score == pytest.approx(-log10(0.5 / (3 + 1 / 7)), abs=0.01)
    assert find_again(use(29 * DAY + 1, control="lock")) is None
    assert [r.channel for r in asked] == ["novelty", "novelty"]


def test_a_home_in_which_first_times_are_common_takes_them_lightly() -> None:
    firsts = lived(28, "lock", "lamp")
    for day in range(8, 28, 2):
        firsts.observe(use(day * DAY, control=f"mode {day}"))
    found = find(firsts, use(28 * DAY, control="jam"))
    assert found is not None
    assert found.score == pytest.approx(-log10(10.5 / 3), abs=0.01)


@pytest.mark.parametrize("days", [0, 1, 6])
def test_what_is_hardly_known_has_first_times_all_the_time(days: int) -> None:
    assert find(lived(days, "lock"), use(days * DAY + 9 * 3600, control="jam")) is None


def test_a_device_that_is_seldom_used_is_hardly_known() -> None:
    firsts = lived(28, "lamp")
    for day in range(0, 28, 3):
        firsts.observe(use(day * DAY, "lock"))
    assert find(firsts, use(28 * DAY, control="jam")) is None


def test_the_record_tells_the_same_as_the_life() -> None:
    firsts = lived(28, "lock")
    told = FirstTimes([First("lock", "lock", "lock", 8 * 3600.0, 84)])
    odd = use(28 * DAY, control="jam")
    assert find(told, odd) == find(firsts, odd)


def test_what_is_recorded_late_moves_the_first_time_back() -> None:
    firsts = lived(28, "lock")
    firsts.observe(use(28 * DAY, control="jam"))
    firsts.observe(use(20 * DAY, control="jam"))
    assert firsts.find(use(28 * DAY, control="jam")) is None


# --- new devices ---


def test_a_device_that_came_later_has_an_age() -> None:
    firsts = lived(14, "lamp")
    firsts.observe(robot := use(20 * DAY, "robot"))
    firsts.observe(fan := use(30 * DAY, "fan"))
    for days in (0, 3, 100):
        assert firsts.age((robot,), (20 + days) * DAY) == days * DAY
    assert firsts.age((use(20 * DAY, "lamp"),), 40 * DAY) == inf
    assert firsts.age((use(40 * DAY, "lamp"), robot), 40 * DAY) == 20 * DAY
    assert firsts.age((fan, robot), 40 * DAY) == 10 * DAY, "the youngest of them"
    assert firsts.age((use(40 * DAY, "never seen"),), 40 * DAY) == 0.0


def test_what_came_to_another_device_is_no_newer_for_it() -> None:
    firsts = lived(14, "lamp")
    firsts.observe(moved := Behavior(20 * DAY, "bridge", "lamp", "turn_on"))
    firsts.observe(Behavior(20 * DAY, "bridge", "other", "turn_on"))
    assert firsts.age((moved,), 21 * DAY) == inf
    assert firsts.age((replace(moved, entity="other"),), 21 * DAY) == DAY


def test_in_a_new_home_no_device_is_newer_than_the_home() -> None:
    firsts = lived(3, "lamp")
    firsts.observe(lock := use(4 * DAY, "lock"))
    assert firsts.age((lock,), 4 * DAY) == firsts.age((lock,), 40 * DAY) == inf
    assert FirstTimes().age((use(0),), 0.0) == inf


def test_what_came_later_is_young_until_it_is_as_old_as_what_was_counted() -> None:
    """In its week of grace all that it does is new."""
    assert [youth(days * DAY, 28 * DAY) for days in (0, 3, 6.99)] == [inf] * 3
    assert youth(GRACE, 28 * DAY) == pytest.approx(log10(4))
    assert youth(14 * DAY, 28 * DAY) == pytest.approx(log10(2))
    assert [youth(days * DAY, 28 * DAY) for days in (28, 29, 400, inf)] == [0.0] * 4
    assert youth(GRACE, 0.0) == 0.0


# --- vacation ---


@pytest.mark.parametrize("control", ["arrive", "detect", "disarm", "open", "press", "turn_on", "unlock"])
@pytest.mark.parametrize("actor", ["person", "device", ""])
def test_who_is_there_on_vacation_is_seen(control: str, actor: str) -> None:
    found = presence(use(0, control=control, actor=actor))
    assert found is not None
    assert (found.channel, found.score) == ("presence", HIGHEST)


@pytest.mark.parametrize("control", ["leave", "turn_off", "clear", "close", "lock", "brightness_up", "start"])
def test_what_goes_by_itself_or_ends_is_nobody(control: str) -> None:
    assert presence(use(0, control=control)) is None


def test_an_automation_is_nobody() -> None:
    assert presence(use(0, control="turn_on", actor="automation")) is None


# --- all that judges ---


def watch(firsts: FirstTimes, *reasons: Reason, is_vacation: bool = False) -> Watch:
    ordered = tuple(sorted(reasons, key=lambda r: -r.score))
    judgement = Judgement(0.0, ordered[0].score if ordered else LOWEST, ordered)
    guard: Any = SimpleNamespace(judge=lambda *_: judgement, judge_open=lambda *_: judgement)
    return Watch(guard, firsts, is_vacation)


def reason(channel: str, score: float, b: Behavior) -> Reason:
    return Reason(channel, score, (b,), (b,), {})


def test_the_guard_s_word_stands_where_nothing_is_added() -> None:
    b = use(28 * DAY + 1)
    judging = watch(lived(28, "lock"), reason("moment", 1.0, b))
    memory = Memory.replay([b])
    assert judging.judge(memory) is judging.guard.judge(memory)
    assert judging.judge_open(memory, b.time) is judging.guard.judge_open(memory, b.time)


def test_who_judges_is_told_how_old_devices_are() -> None:
    firsts = lived(14, "lock")
    firsts.observe(new := use(20 * DAY, "robot"))
    asked: list[tuple[Any, ...]] = []

    def judge(*what: Any) -> Judgement:
        asked.append(what)
        return Judgement(0.0, LOWEST, ())

    guard: Any = SimpleNamespace(judge=judge, judge_open=judge)
    judging, memory = Watch(guard, firsts), Memory.replay([new])
    judging.judge(memory)
    judging.judge_open(memory, 5.0, 4.0)
    assert asked == [(memory, firsts.age), (memory, 5.0, firsts.age, 4.0)]


def test_a_first_time_and_presence_join_the_reasons_strongest_first() -> None:
    firsts = lived(28, "lock")
    firsts.observe(odd := use(28 * DAY, control="unlock"))
    memory = Memory.replay([odd])
    home = watch(firsts, reason("moment", 0.1, odd)).judge(memory)
    assert [r.channel for r in home.reasons] == ["novelty", "moment"]
    away = watch(firsts, reason("moment", 0.1, odd), is_vacation=True).judge(memory)
    assert [r.channel for r in away.reasons] == ["presence", "novelty", "moment"]
    assert away.score == HIGHEST


# --- severity ---


@pytest.mark.parametrize(
    ("channel", "score", "expected"),
    [
        ("moment", 0.1, INFO),
        ("moment", 1.0, WARNING),
        ("moment", 2.0, CRITICAL),
        ("duration", 0.1, WARNING),
        ("novelty", 0.1, WARNING),
        ("presence", 0.1, CRITICAL),
    ],
)
@pytest.mark.parametrize("threshold", [-0.5, 0.0, 1.0])
def test_severity_is_of_the_score_above_the_threshold_and_of_the_kind(
    channel: str, score: float, expected: str, threshold: float
) -> None:
    b = use(0)
    told = Episode(
        "e", 0, 0, threshold + score, threshold, (reason(channel, threshold + score, b),), (b,), ()
    )
    assert severity(told) == expected
