"""First times, the grace of new devices, presence on vacation and severity."""

from __future__ import annotations

from dataclasses import replace
from math import log10
from types import SimpleNamespace
from typing import Any

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Judgement, Reason
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import GRACE, First, FirstTimes
from custom_components.smartguard.core.severity import CRITICAL, INFO, WARNING, severity
from custom_components.smartguard.core.threshold import HIGHEST, LOWEST
from custom_components.smartguard.core.vacation import presence
from custom_components.smartguard.core.watch import Watch

HOUR, DAY, WEEK = 3600.0, 86_400.0, 7 * 86_400.0


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


def test_a_new_device_has_a_week_of_grace() -> None:
    firsts = lived(14, "lamp")
    for day in (20.0, 20 + GRACE / DAY - 0.01):
        firsts.observe(new := use(day * DAY, "robot"))
        assert firsts.is_newcomer(new)
    assert not firsts.is_newcomer(use(20 * DAY + GRACE, "robot"))
    assert not firsts.is_newcomer(use(20 * DAY, "lamp"))


def test_in_a_new_home_no_device_is_newer_than_the_home() -> None:
    firsts = lived(3, "lamp")
    firsts.observe(use(4 * DAY, "lock"))
    assert not firsts.is_newcomer(use(4 * DAY, "lock"))
    assert not FirstTimes().is_newcomer(use(0))


def test_what_came_later_is_young_until_the_home_is_old() -> None:
    firsts = lived(14, "lamp")
    firsts.observe(robot := use(20 * DAY + 8 * HOUR, "robot"))
    lamp = use(20 * DAY, "lamp")
    for day, youth in ((26.9, 0.0), (27.0, 27 / 7), (40.0, 2.0), (140.0, 1.0), (400.0, 1.0)):
        assert firsts.youth((lamp,), day * DAY) == 0.0
        for behaviors in ((robot,), (lamp, robot)):
            now = day * DAY + 8 * HOUR
            assert firsts.youth(behaviors, now) == pytest.approx(log10(youth) if youth else 0.0)


def test_of_two_the_one_that_came_last_is_young() -> None:
    firsts = lived(14, "lamp")
    for day, device in ((20, "robot"), (30, "fan")):
        firsts.observe(use(day * DAY + 8 * HOUR, device))
    both = use(40 * DAY, "robot"), use(40 * DAY, "fan")
    assert firsts.youth(both, 40 * DAY + 8 * HOUR) == pytest.approx(log10(40 / 10))


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


def watch(firsts: FirstTimes, *reasons: Reason, is_vacation: bool = False, time: float = 0.0) -> Watch:
    ordered = tuple(sorted(reasons, key=lambda r: -r.score))
    judgement = Judgement(time, ordered[0].score if ordered else LOWEST, ordered)
    guard: Any = SimpleNamespace(judge=lambda _: judgement, judge_open=lambda *_: judgement)
    return Watch(guard, firsts, is_vacation)


def reason(channel: str, score: float, b: Behavior) -> Reason:
    return Reason(channel, score, (b,), (b,), {})


def test_the_guard_s_word_stands_where_nothing_is_added() -> None:
    b = use(28 * DAY + 1)
    judging = watch(lived(28, "lock"), reason("moment", 1.0, b))
    memory = Memory.replay([b])
    assert judging.judge(memory) is judging.guard.judge(memory)
    assert judging.judge_open(memory, b.time) is judging.guard.judge_open(memory, b.time)


def test_nothing_is_said_against_a_new_device_live_or_at_a_tick() -> None:
    firsts = lived(14, "lock")
    firsts.observe(new := use(20 * DAY, "robot"))
    judging = watch(firsts, reason("duration", 2.0, new), reason("meeting", 1.0, known := use(20 * DAY)))
    for judgement in (judging.judge(Memory.replay([known])), judging.judge_open(Memory(), new.time)):
        assert [r.channel for r in judgement.reasons] == ["meeting"]
        assert judgement.score == 1.0


def test_whom_a_new_device_meets_is_new_company_to_all() -> None:
    firsts = lived(14, "lock", "lamp")
    firsts.observe(new := use(20 * DAY, "robot"))
    lock, lamp = use(20 * DAY + 9), use(20 * DAY + 5, "lamp")
    meets = Reason("meeting", 2.0, (lock, new), (lock, new), {})
    met = Reason("meeting", 1.0, (lock, lamp), (lock, lamp, new), {})
    assert watch(firsts, meets, met).judge(Memory.replay([new, lock])).reasons == (met,)


def test_what_is_young_is_less_strange_than_the_guard_says() -> None:
    firsts = lived(14, "lock")
    firsts.observe(new := use(20 * DAY + 8 * HOUR, "robot"))
    now = 40 * DAY + 8 * HOUR
    late = replace(new, time=now)
    judging = watch(firsts, reason("duration", 1.2, late), reason("moment", 1.0, use(now)), time=now)
    for judgement in (judging.judge(Memory.replay([late])), judging.judge_open(Memory(), now)):
        assert [(r.channel, round(r.score, 3)) for r in judgement.reasons] == [
            ("moment", 1.0),
            ("duration", 0.899),
        ]
        assert judgement.score == 1.0


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
