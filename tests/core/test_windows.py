"""Windows against a slow twin that lives through the behaviors one by one."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.vocabulary import Vocabulary
from custom_components.smartguard.core.windows import (
    Stream,
    Windows,
    cut,
    encode,
    local_clock,
    tick_ends,
)

from .examples import MONDAY, UTC, stream


def seen_live(given: Stream, newest: int, size: int, end: float) -> list[tuple[int, float, bool]]:
    """Return control, duration and open flag of each behavior of a window, looked at at `end`."""
    members = range(newest - size + 1, newest + 1)
    result = []
    for i in members:
        later = [j for j in members if j > i and given.device[j] == given.device[i]]
        until = given.time[later[0]] if later else end
        result.append((int(given.control[i]), float(until - given.time[i]), not later))
    return result


@pytest.mark.parametrize("size", [2, 5])
@pytest.mark.parametrize("late", [False, True])
def test_batch_is_as_lived(size: int, late: bool) -> None:
    given = stream(0, 30)
    ends = given.time[size - 1 :] + (np.arange(31 - size) % 3 * 100.0 if late else 0.0)
    got = cut(given, size, ends if late else None)
    assert len(got) == 31 - size
    for w, end in enumerate(ends):
        expected = seen_live(given, w + size - 1, size, end)
        assert list(zip(got.control[w], got.duration[w], got.open[w], strict=True)) == expected
        np.testing.assert_array_equal(got.hour[w], given.hour[w : w + size])
        np.testing.assert_array_equal(got.weekday[w], given.weekday[w : w + size])


def test_a_duration_ends_at_the_next_behavior_of_its_device() -> None:
    #  lamp on ──600 s── lamp off ─── kettle ─ looked at 60 s later
    behaviors = [
        Behavior(MONDAY, "lamp", "lamp", "turn_on"),
        Behavior(MONDAY + 600, "lamp", "lamp", "turn_off"),
        Behavior(MONDAY + 900, "kettle", "kettle", "turn_on"),
    ]
    given = encode(behaviors, Vocabulary.from_behaviors(behaviors), UTC)
    got = cut(given, 3, np.array([MONDAY + 960]))
    assert got.duration.tolist() == [[600.0, 360.0, 60.0]]
    assert got.open.tolist() == [[False, True, True]]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_behaviors_give_no_window(count: int) -> None:
    got = cut(stream(0, count), 5)
    assert len(got) == 0
    assert all(getattr(got, f.name).shape == (0, 5) for f in fields(Windows))


def test_ticks_come_between_behaviors() -> None:
    given = stream(1, 200)
    ends = tick_ends(given, 5, 0.5, np.random.default_rng(0))
    newest = given.time[4:]
    following = np.append(newest[1:], newest[-1])
    assert (ends >= newest).all()
    assert (ends <= following).all()
    assert 0.3 < (ends > newest).mean() < 0.7
    np.testing.assert_array_equal(tick_ends(given, 5, 0.0, np.random.default_rng(0)), newest)


def test_local_time_across_daylight_saving() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    local = [
        datetime(2024, 3, 31, 1, 30, tzinfo=berlin),
        datetime(2024, 3, 31, 3, 30, tzinfo=berlin),
        datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=0),
        datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=1),
        datetime(2024, 12, 31, 0, 15, tzinfo=berlin),
    ]
    times = np.array([moment.timestamp() for moment in local])
    assert times[1] - times[0] == 3600
    assert times[3] - times[2] == 3600
    hour, weekday = local_clock(times, berlin)
    assert hour.tolist() == [1.5, 3.5, 2.5, 2.5, 0.25]
    assert weekday.tolist() == [6, 6, 6, 6, 1]


def test_take() -> None:
    given = cut(stream(2, 20), 4)
    got = given.take(np.array([3, 3, 0]))
    assert len(got) == 3
    np.testing.assert_array_equal(got.control, given.control[[3, 3, 0]])
    np.testing.assert_array_equal(got.open, given.open[[3, 3, 0]])
