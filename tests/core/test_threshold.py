"""One currency: tails against sorting and counting, and what a budget means."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import pytest

from custom_components.smartguard.core.errors import ArtifactDamagedError
from custom_components.smartguard.core.threshold import (
    HIGHEST,
    LOWEST,
    MERGE,
    SHARES,
    Tail,
    combine,
    episode_maxima,
    score_of,
    threshold_of,
    weigh,
)

WEEKS = 10.0


def drawn(seed: int, count: int) -> list[float]:
    """Return surprises with an exponential tail, some of them alike."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(count) < 0.2, 0.5, rng.exponential(1.0, count)).tolist()


def rate(tail: Tail, surprise: float) -> float:
    """Return the episodes expected within the learned weeks."""
    return float(WEEKS * 10 ** tail.log_rate(surprise))


def slow_scale(maxima: Sequence[float]) -> float:
    """Return the nats by which the tail of ten episodes or more falls to 1/e."""
    ordered = sorted(maxima, reverse=True)
    excess = [m - ordered[8] for m in ordered[:8]]
    most = 4 * median(excess)
    mean = sum(min(e, most) for e in excess) / 8
    return (8 * max(mean, 0.05) + 4) / 12


@pytest.mark.parametrize("count", [9, 10, 25, 400, 5000])
@pytest.mark.parametrize("seed", range(3))
def test_rates_are_those_of_sorting_and_counting(seed: int, count: int) -> None:
    maxima = drawn(seed, count)
    ordered = sorted(maxima, reverse=True)
    tail = Tail.fit(maxima, WEEKS)
    for surprise in np.linspace(min(maxima), ordered[8], 50):
        at_least, above = sum(m >= surprise for m in maxima), sum(m > surprise for m in maxima)
        # Of many episodes only some ranks are kept, a seventh of their number apart at most.
        assert 0.86 * (above - 0.5) <= rate(tail, surprise) <= 1.17 * (at_least + 0.5)
    for beyond in (0.1, 1.0, 5.0):
        expected = 8.5 * math.exp(-beyond / slow_scale(maxima))
        assert rate(tail, ordered[8] + beyond) == pytest.approx(expected)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9, 30, 3000])
@pytest.mark.parametrize("seed", range(3))
def test_stranger_is_never_more_frequent(seed: int, count: int) -> None:
    maxima = drawn(seed, count)
    tail = Tail.fit(maxima, WEEKS)
    grid = np.sort([*np.linspace(-2, 30, 500), *maxima])
    rates = np.array([tail.log_rate(float(s)) for s in grid])
    assert (np.diff(rates) <= 1e-12).all()
    # Beyond all that was seen it goes on falling.
    assert tail.log_rate(31) < tail.log_rate(30) < tail.log_rate(29)


@pytest.mark.parametrize("count", range(1, 9))
def test_few_episodes_are_all_in_the_tail(count: int) -> None:
    maxima = [float(i) for i in range(count)]
    tail = Tail.fit(maxima, WEEKS)
    assert rate(tail, 0.0) == pytest.approx(count - 0.5)
    assert rate(tail, max(maxima) + 1) < rate(tail, max(maxima))


def test_a_channel_that_never_found_anything() -> None:
    """A finding of one nat counts as half an episode in that time, a stronger one as less."""
    tail = Tail.fit([], WEEKS)
    assert rate(tail, 1.0) == pytest.approx(0.5)
    assert rate(tail, 3.0) == pytest.approx(0.5 * math.exp(-2))


@pytest.mark.parametrize("maxima", [[], [2.0], [1.5, 2.0, 2.5] * 10])
def test_a_hair_above_the_usual_is_no_alert(maxima: list[float]) -> None:
    """Where nothing so small was ever found, next to no surprise counts as often."""
    tail = Tail.fit(maxima, WEEKS)
    assert rate(tail, 0.0) == pytest.approx(max(10 * WEEKS, len(maxima) - 0.5))
    between = [rate(tail, s) for s in np.linspace(0, 1.4, 20)]
    assert between == sorted(between, reverse=True)


def test_a_real_anomaly_among_the_learned_days_does_not_set_the_scale() -> None:
    clean = [*(1 + 0.1 * i for i in range(40))]
    with_one = Tail.fit([*clean, 50.0], WEEKS)
    assert with_one.scale < 2 * Tail.fit(clean, WEEKS).scale


def test_the_natural_scale_counts_for_as_many_excesses_as_said() -> None:
    maxima = [*(1 + 0.1 * i for i in range(40))]
    measured = Tail.fit(maxima, WEEKS, prior=0.0).scale
    assert measured == pytest.approx(0.45)
    for prior in (4.0, 12.0, 100.0):
        leaned = (8 * measured + prior * 1.0) / (8 + prior)
        assert Tail.fit(maxima, WEEKS, prior=prior).scale == pytest.approx(leaned)


@pytest.mark.parametrize("count", [0, 5, 300])
def test_a_tail_is_what_was_written(count: int) -> None:
    tail = Tail.fit(drawn(0, count), WEEKS)
    assert Tail.from_json(json.loads(json.dumps(tail.to_json()))) == tail


GOOD = {"levels": [2.0, 1.0], "log_rates": [0.1, 0.7], "scale": 1.0}


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        [],
        {},
        {**GOOD, "levels": []},
        {**GOOD, "levels": [1.0]},
        {**GOOD, "levels": "many"},
        {**GOOD, "log_rates": None},
        {**GOOD, "scale": 0.0},
        {**GOOD, "scale": float("nan")},
        {**GOOD, "scale": "wide"},
    ],
)
def test_what_is_no_tail_is_refused(damaged: Any) -> None:
    Tail.from_json(GOOD)
    with pytest.raises(ArtifactDamagedError, match="expected a calibration tail, got"):
        Tail.from_json(damaged)


@pytest.mark.parametrize("seed", range(5))
def test_episodes_against_a_slow_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.exponential(MERGE, 200)).tolist()
    surprises = rng.normal(size=200).tolist()
    episodes = [[0]]
    for i in range(1, 200):
        if times[i] - times[i - 1] <= MERGE:
            episodes[-1].append(i)
        else:
            episodes.append([i])
    assert episode_maxima(times, surprises) == [max(surprises[i] for i in part) for part in episodes]
    assert 20 < len(episodes) < 180


def test_no_moment_is_no_episode() -> None:
    assert episode_maxima([], []) == []
    with pytest.raises(ValueError, match="zip"):
        episode_maxima([1.0], [])


@pytest.mark.parametrize("budget", [1.0, 2.0, 7.0, 20.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_budget_replays_to_about_as_many_alerts(seed: int, budget: float) -> None:
    maxima = drawn(seed, 600)
    together = Tail.fit(maxima, WEEKS)
    alerts = sum(score_of(together, m) > threshold_of(budget) for m in maxima)
    assert alerts == pytest.approx(budget * WEEKS, rel=0.15, abs=2)


def test_half_a_budget_lies_beyond_most_of_what_was_lived() -> None:
    alerts = []
    for seed in range(20):
        maxima = drawn(seed, 600)
        together = Tail.fit(maxima, WEEKS)
        alerts.append(sum(score_of(together, m) > threshold_of(0.2) for m in maxima))
    assert np.mean(alerts) == pytest.approx(0.2 * WEEKS, rel=0.5)
    assert max(alerts) <= 6


def test_stricter_takes_everything_for_more_frequent() -> None:
    tail = Tail.fit(drawn(0, 50), WEEKS)
    for surprise in (0.5, 2.0, 20.0):
        assert tail.stricter(3).log_rate(surprise) == pytest.approx(tail.log_rate(surprise) + math.log10(3))


def test_thresholds() -> None:
    assert threshold_of(1.0) == 0
    assert threshold_of(0.1) == pytest.approx(1)
    assert threshold_of(10) == pytest.approx(-1)


@pytest.mark.parametrize("budget", [0, -1.0])
def test_a_budget_is_positive(budget: float) -> None:
    with pytest.raises(ValueError, match=f"expected a positive number of alerts a week, got {budget}"):
        threshold_of(budget)


def test_the_shares_are_the_whole_budget() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
    tail = Tail.fit(drawn(0, 50), WEEKS)
    for channel, share in SHARES.items():
        assert weigh(channel, tail, 2.0) == pytest.approx(math.log10(share) - tail.log_rate(2.0))


@pytest.mark.parametrize(
    ("weighed", "expected"),
    [
        ([2.0], 2.0),
        ([2.0, -1.0], 2.0),
        ([-3.0, 2.0, -2.0], 2.0),
        ([1.0, 2.0], 3.0),
        ([0.0, 2.0, 1.0, -1.0], 3.0),
        ([-2.0, -3.0], -2.0),
        ([], LOWEST),
    ],
)
def test_the_next_channel_adds_half_of_what_it_is_worth(weighed: list[float], expected: float) -> None:
    assert combine(weighed) == pytest.approx(expected)
    assert combine(weighed[::-1]) == combine(weighed)


def test_what_shares_leave_unused_loosens_within_a_limit() -> None:
    #  a home where every day is like the other: nothing of what was counted weighs anything
    together = Tail.fit(np.linspace(-2, -1.6, 60).tolist(), 2, natural=math.log10(math.e))
    for weighed in np.linspace(-1.0, 3, 10):
        assert score_of(together, weighed) <= weighed + 0.5
    assert score_of(together, -1.0) == pytest.approx(-0.5)
    busy = Tail.fit(np.linspace(-1, 2, 60).tolist(), 2, natural=math.log10(math.e))
    assert score_of(busy, 1.0) == pytest.approx(-busy.log_rate(1.0))


def test_scores_rise_with_surprise_and_end_somewhere() -> None:
    channel, together = Tail.fit(drawn(0, 300), WEEKS), Tail.fit(drawn(1, 300), WEEKS)
    scores = [score_of(together, weigh("moment", channel, s)) for s in np.linspace(-5, 100, 300)]
    assert scores == sorted(scores)
    assert scores[-1] == HIGHEST
    assert score_of(replace(together, log_rates=(99.0,) * len(together.levels)), -5) == LOWEST
