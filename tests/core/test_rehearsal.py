"""Rehearsal: how many alerts a threshold gives is asked of the policy itself."""

from __future__ import annotations

from math import inf, nextafter

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Judgement, Reason
from custom_components.smartguard.core.policy import Policy
from custom_components.smartguard.core.rehearsal import FLOOR, alerts, rehearse

from .household import DAY, HOUR


def use(time: float, entity: str = "lamp", control: str = "turn_on") -> Behavior:
    return Behavior(time, entity, entity, control)


def strange(time: float, score: float, entity: str = "lamp", channel: str = "moment") -> Judgement:
    odd = use(time, entity)
    return Judgement(time, score, (Reason(channel, score, (odd,), (odd,), {}),))


def scores(judgements: list[Judgement]) -> list[float]:
    return [judgement.score for judgement in judgements]


def test_where_nothing_was_strange_nothing_is_told() -> None:
    assert rehearse([], (), []) == []
    assert alerts([], (), 0.0) == 0


def test_what_is_apart_is_told_one_by_one() -> None:
    lived = [strange(i * DAY, score, f"lamp {i}") for i, score in enumerate((0.2, 1.5, -0.4, 0.9))]
    assert rehearse(lived, (), scores(lived)) == [1.5, 0.9, 0.2, -0.4]


def test_what_is_told_once_counts_once() -> None:
    """The lamp burns each night at the same hour; the policy tells of it once in a week."""
    lived = [strange(i * DAY, 1.0 + i / 100, "lamp") for i in range(5)] + [strange(5.5 * DAY, 0.5, "radio")]
    assert rehearse(lived, (), scores(lived)) == [1.04, 0.5]


def test_the_highest_threshold_with_so_many_alerts_counts() -> None:
    """The stranger of two verdicts in a row takes the other in; above it nothing is told of either."""
    lived = [strange(0, 0.5, "lamp"), strange(60, 0.8, "radio"), strange(DAY, 0.6, "stove")]
    assert rehearse(lived, (), [0.8, 0.6]) == [0.8, 0.6]


@pytest.mark.parametrize(("undone", "told"), [(20.0, 0), (40.0, 1)])
def test_a_weak_sign_that_is_undone_at_once_is_no_alert(undone: float, told: int) -> None:
    weak = [strange(100, 0.1, "window", "meeting")]
    ends = [use(100 + undone, "window", "close")]
    assert alerts(weak, ends, 0.0) == told
    assert alerts(weak, [use(110, "door", "close")], 0.0) == 1
    assert alerts([strange(100, 0.5, "window", "meeting")], ends, 0.0) == 1


def test_where_all_that_was_strange_was_undone_at_once_nothing_is_told() -> None:
    """As in a small home whose one odd moment was a look out of the window."""
    undone = [use(120, "window", "close")]
    assert rehearse([strange(100, 0.1, "window", "meeting")], undone, [0.1, FLOOR - 1]) == [FLOOR - 1]


def test_below_the_floor_each_stands_for_itself() -> None:
    low = [FLOOR - 0.1 * i for i in range(1, 4)]
    assert rehearse([], (), low) == low
    lived = [strange(0, 1.0), strange(DAY, 0.9)]
    assert rehearse(lived, (), [*scores(lived), *low]) == [1.0, *low]


def slow_count(judgements: list[Judgement], ends: list[Behavior], threshold: float) -> int:
    """Let a policy live through every second."""
    policy, count = Policy(threshold), 0
    at: dict[float, list[Judgement | Behavior]] = {}
    for what in (*ends, *judgements):
        at.setdefault(what.time, []).append(what)
    for second in range(int(max(at)) + 400):
        changes = policy.tick(float(second))
        for what in at.get(float(second), ()):
            if isinstance(what, Behavior):
                changes += policy.observe(Judgement(what.time, -6.0, ()), what)
            else:
                changes += policy.observe(what)
        count += sum(change.kind == "detected" for change in changes)
    return count


@pytest.mark.parametrize("seed", range(4))
def test_it_counts_as_a_policy_that_sees_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.sort(rng.choice(5 * int(HOUR), 60, replace=False)).astype(float)
    channels, entities = ("moment", "meeting", "repetition", "duration"), ("lamp", "window", "stove")
    lived = [
        strange(t, float(rng.normal()), str(rng.choice(entities)), str(rng.choice(channels))) for t in times
    ]
    ends = [
        use(float(t), str(rng.choice(entities)), "close") for t in np.sort(rng.choice(5 * int(HOUR), 600))
    ]
    for level in np.linspace(-1, 2, 7):
        # What is below a threshold changes nothing, so that it can be left out.
        over = [j for j in lived if j.score > level]
        assert alerts(over, ends, float(level)) == slow_count(lived, ends, float(level))
    levels = sorted(scores(lived), reverse=True)[:9]
    told = rehearse(lived, ends, levels)
    assert told == sorted(told, reverse=True)
    for number, level in enumerate(told, 1):
        counts = [slow_count(lived, ends, nextafter(each, -inf)) for each in levels if each > level]
        assert max(counts, default=0) < number
