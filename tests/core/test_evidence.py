"""History: which days were lived through, and what is remembered across days left out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import SETTLE, History, local_day, local_moment, settled
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import DAY, HOUR

BERLIN = ZoneInfo("Europe/Berlin")


def switching(days: list[int]) -> list[Behavior]:
    """Return a lamp that goes on at noon of each day and off at one; the last day leaves it on."""
    hours = [(day, hour) for day in days for hour in (12, 13)][:-1]
    return [
        Behavior(MONDAY + day * DAY + hour * HOUR, "lamp", "lamp", "turn_on" if hour == 12 else "turn_off")
        for day, hour in hours
    ]


def history(behaviors: list[Behavior], zone: ZoneInfo = UTC) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), zone)


def state(memory: Memory) -> tuple[object, ...]:
    return list(memory.recent), dict(memory.edges), dict(memory.stances), memory.ended


def test_every_day_between_the_first_and_the_last_was_lived() -> None:
    first = local_day(MONDAY, UTC)
    given = history(switching([0, 1, 4]))
    assert given.days == frozenset(range(first, first + 5))


def test_the_first_and_the_last_day_count_for_what_was_lived_of_them() -> None:
    """A night's training at three in the morning has seen three hours of today."""
    #  from noon of the first day to noon of the fifth
    given = history(switching([0, 1, 4]))
    first = local_day(MONDAY, UTC)
    assert given.weeks == pytest.approx(4 / 7)
    assert given.on(frozenset({first, first + 1})).weeks == pytest.approx(1.5 / 7)
    assert given.on(frozenset({first + 1, first + 2, first + 3})).weeks == pytest.approx(3 / 7)
    assert given.on(frozenset({first + 3, first + 4})).weeks == pytest.approx(1.5 / 7)
    assert history(switching([0])).weeks == pytest.approx(1 / 7)


@pytest.mark.parametrize(("gap", "lived"), [(14, 16), (15, 3)])
def test_a_time_that_nobody_watched_was_not_lived(gap: int, lived: int) -> None:
    #  a use at the same hour of two days, a gap, and another: two weeks are a holiday
    given = history([Behavior(MONDAY + day * DAY, "lamp", "lamp", "press") for day in (0, 1, 1 + gap)])
    assert len(given.days) == lived
    assert {local_day(b.time, UTC) for b in given.behaviors} <= given.days
    assert len(given.on(given.days).behaviors) == 3


def test_no_behavior_is_no_day() -> None:
    given = history([])
    assert given.days == frozenset()
    assert list(given.replay()) == []
    assert given.weeks == pytest.approx(1 / 7)


def test_the_days_are_those_of_the_home() -> None:
    #  23:30 UTC is half past midnight in Berlin
    behaviors = [Behavior(MONDAY + 23.5 * HOUR, "lamp", "lamp", "turn_on")]
    assert history(behaviors, BERLIN).days == {local_day(MONDAY + DAY, UTC)}
    assert history(behaviors, UTC).days == {local_day(MONDAY, UTC)}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2024, 3, 31, 3, 15, tzinfo=BERLIN), (3.25, True)),
        (datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1), (2.5, True)),
        (datetime(2024, 11, 4, 0, 0, 36, tzinfo=BERLIN), (0.01, False)),
        (datetime(2024, 11, 8, 23, 59, 59, tzinfo=BERLIN), (23 + 3599 / 3600, False)),
    ],
)
def test_the_hour_is_that_of_the_home(moment: datetime, expected: tuple[float, bool]) -> None:
    assert local_moment(moment.timestamp(), BERLIN) == pytest.approx(expected)


def test_some_days_of_a_history() -> None:
    given = history(switching([0, 1, 2, 3]))
    first = local_day(MONDAY, UTC)
    part = given.on(frozenset({first + 1, first + 3, first + 99}))
    assert part.days == {first + 1, first + 3}
    assert part.behaviors == given.behaviors[2:4] + given.behaviors[6:]
    assert part.vocabulary is given.vocabulary
    patient = History.of(given.behaviors, given.vocabulary, UTC, frozenset({"lamp"}))
    assert patient.on(frozenset({first})).patient == {"lamp"}


@pytest.mark.parametrize("left_out", [set(), {0}, {1}, {1, 2}, {3}, {0, 2}, {1, 3}])
def test_days_left_out_are_forgotten(left_out: set[int]) -> None:
    #  day  0    1    2    3    4     each run of days in a row is lived with a memory of its own
    behaviors = switching([0, 1, 2, 3, 4])
    first = local_day(MONDAY, UTC)
    runs: list[list[int]] = []
    for day in sorted(set(range(5)) - left_out):
        if not runs or runs[-1][-1] != day - 1:
            runs.append([])
        runs[-1].append(day)
    expected = []
    for run in runs:
        part = [b for b in behaviors if local_day(b.time, UTC) - first in run]
        expected += [state(Memory.replay(part[: i + 1])) for i in range(len(part))]
    given = history(behaviors).on(frozenset(first + d for run in runs for d in run))
    assert [state(memory) for memory in given.replay()] == expected


def test_a_quiet_day_is_not_a_day_left_out() -> None:
    #  day 0: on ────── day 1: nothing ────── day 2: off
    behaviors = [
        *switching([0]),
        Behavior(MONDAY + 2 * DAY + HOUR, "lamp", "lamp", "turn_off"),
    ]
    *_, memory = history(behaviors).replay()
    assert memory.ended is not None
    assert memory.ended.begin == behaviors[0]


def test_each_behavior_settles_once() -> None:
    behaviors = switching([0, 1])
    memory, end = Memory.replay(behaviors), behaviors[-1].time + SETTLE
    found = [
        b for tick in range(0, 3 * 86_400, 60) for b in settled(memory, MONDAY + tick - 60, MONDAY + tick)
    ]
    assert found == behaviors
    assert settled(memory, end - 1, end) == [behaviors[-1]]
    assert settled(memory, end, end + 1) == []
    assert settled(memory, float("-inf"), float("inf")) == behaviors
    assert settled(Memory(), 0, 1e12) == []
