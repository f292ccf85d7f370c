"""Drift: a home that lives as it was learned has not changed; one that does not is noticed within days."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.drift import Drift
from custom_components.smartguard.core.episode import Judgement, Reason

HOUR, DAY, WEEK = 3600.0, 86_400.0, 7 * 86_400.0


def use(time: float) -> Behavior:
    return Behavior(time, "lamp", "lamp", "turn_on")


def judged(about: Behavior, score: float, time: float | None = None) -> Judgement:
    reason = Reason("moment", score, (about,), (about,), {})
    return Judgement(about.time if time is None else time, score, (reason,))


def noticed(moments: Iterable[tuple[float, float]]) -> list[float]:
    """Return when a change is noticed, as moments (time, score) are judged; each time all begins anew."""
    drift, found = Drift(), []
    for time, score in moments:
        drift.judged(judged(use(time), score))
        if drift.has_changed:
            found.append(time)
            drift = Drift()
    return found


def moments(weeks: float, times: float, seed: int) -> list[tuple[float, float]]:
    """Draw moments: a score of s or more comes so many `times` 10**-s times a week, above -1."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(10 * times * weeks)
    scores = -1 - np.log10(1 - rng.random(count))
    return list(zip(sorted(rng.uniform(0, weeks * WEEK, count)), scores, strict=True))


def test_a_home_as_strange_as_calibration_says_is_hardly_ever_taken_for_changed() -> None:
    found = [noticed(moments(52, 1, seed)) for seed in range(10)]
    assert sum(map(len, found)) <= 52 * 10 / 6


def test_a_home_four_times_as_strange_is_noticed_within_days() -> None:
    first = [noticed(moments(8, 4, seed))[0] for seed in range(10)]
    assert np.median(first) < 5 * DAY
    assert max(first) < 14 * DAY


def test_what_is_little_strange_is_no_change_however_often() -> None:
    assert noticed([(i * HOUR, -0.6) for i in range(1000)]) == []


def test_moments_that_lie_far_apart_are_none() -> None:
    assert noticed([(i * WEEK, 0.5) for i in range(50)]) == []
    assert noticed([(i * DAY, 0.5) for i in range(50)]) != []


def test_what_is_judged_again_and_what_follows_at_once_is_one_moment() -> None:
    drift = Drift()
    for tick in range(500):
        drift.judged(judged(use(0.0), 1.0, 30.0 * tick))
    for i in range(50):
        drift.judged(judged(use(20_000.0 + 60 * i), 1.0))
    assert not drift.has_changed


def test_what_grows_stranger_while_it_lasts_counts_once_for_as_much_as_it_comes_to() -> None:
    growing, at_once = Drift(), Drift()
    for i in range(6):
        for late in (0.0, 2 * HOUR):
            growing.judged(judged(use(i * 4 * HOUR), -0.2 + late / HOUR, i * 4 * HOUR + late))
        at_once.judged(judged(use(i * 4 * HOUR), 1.0))
    assert growing._evidence == pytest.approx(at_once._evidence, abs=0.1)


@pytest.mark.parametrize(("every", "count", "changed"), [(10, 200, True), (10, 40, False), (30, 200, False)])
def test_many_unknown_controls_are_a_change(every: int, count: int, changed: bool) -> None:
    drift = Drift()
    for i in range(count):
        drift.observe(use(600.0 * i), i % every != 0)
    assert drift.has_changed is changed


def test_what_was_unknown_long_ago_is_forgotten() -> None:
    drift = Drift()
    for i in range(100):
        drift.observe(use(600.0 * i), False)
    for i in range(70):
        drift.observe(use(30 * DAY + 600.0 * i), True)
    assert not drift.has_changed


def test_another_guard_may_know_what_was_unknown_and_learned_little_of_what_was_strange() -> None:
    unknown, strange = Drift(), Drift()
    for i in range(100):
        unknown.observe(use(600.0 * i), False)
        strange.judged(judged(use(HOUR * i), 1.0))
    for drift in (unknown, strange):
        assert drift.has_changed
        drift.learned()
    assert not unknown.has_changed
    assert strange.has_changed
