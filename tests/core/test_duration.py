"""Duration against a slow twin, and what it must not say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import numpy as np
import pytest

from custom_components.smartguard.core import duration
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.duration import Duration
from custom_components.smartguard.core.evidence import History
from custom_components.smartguard.core.memory import Memory, OnTime
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import DAY, MINUTE

EVERY = 9 * 3600.0


def runs(lengths: Sequence[float], entity: str = "oven", begin: str = "turn_on") -> list[Behavior]:
    """Return on-times of so many seconds, one every nine hours."""
    end = {"turn_on": "turn_off", "detect": "clear", "open": "close"}[begin]
    behaviors = []
    for i, length in enumerate(lengths):
        start = MONDAY + i * EVERY
        behaviors += [Behavior(start, entity, entity, begin), Behavior(start + length, entity, entity, end)]
    return behaviors


def fit(behaviors: Sequence[Behavior]) -> Duration:
    ordered = sorted(behaviors, key=lambda b: b.time)
    return Duration.fit(History.of(ordered, Vocabulary.from_behaviors(ordered), UTC))


def lasting(seconds: float, entity: str = "oven") -> OnTime:
    return OnTime(Behavior(MONDAY, entity, entity, "turn_on"), MONDAY + seconds)


def drawn(seed: int, count: int, spread: float = 0.5) -> list[float]:
    """Return on-times around half an hour, none longer than eight."""
    lengths = 1800 * np.exp(np.random.default_rng(seed).normal(0, spread, count))
    return np.minimum(lengths, 8 * 3600).tolist()


def slow_surprise(lengths: Sequence[float], seconds: float) -> float:
    """Return how far an on-time exceeds the longest, in units of how far apart the longest ones lie."""
    logs = sorted((math.log(length + 15) for length in lengths), reverse=True)
    scales = []
    for i in range(2, 7):
        harmonic = sum(1 / j for j in range(1, i))
        scales.append((logs[1] - logs[i]) / harmonic)
    spacing = max((logs[0] - logs[1]) / 2, sum(scales) / 5)
    irregular = max(0.0, logs[0] - median(logs) - 1)
    unit = max(duration._FINEST, spacing) + duration._IRREGULAR * irregular
    excess = min(math.log(seconds + 15) - logs[0], math.log(4))
    told = excess >= duration._LEAST and seconds - max(lengths) >= 45
    return excess / (unit * (1 + duration._FEW / len(logs))) if told else 0.0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("spread", [0.01, 0.3, 1.2])
def test_surprise_is_that_of_the_slow_twin(seed: int, spread: float) -> None:
    lengths = drawn(seed, 8 + 5 * seed, spread)
    channel = fit(runs(lengths))
    for seconds in (1.0, min(lengths), max(lengths), 1.1 * max(lengths), 3 * max(lengths)):
        assert channel.surprise(lasting(seconds)) == pytest.approx(slow_surprise(lengths, seconds), abs=1e-5)


def test_longer_is_stranger_and_nothing_is_within_the_longest() -> None:
    lengths = drawn(0, 30)
    channel = fit(runs(lengths))
    surprises = [channel.surprise(lasting(float(s))) for s in np.linspace(0, 4 * max(lengths), 100)]
    assert surprises == sorted(surprises)
    assert channel.longest("oven") == pytest.approx(max(lengths))
    assert [channel.surprise(lasting(length - 1)) for length in lengths] == [0.0] * 30
    assert channel.surprise(lasting(max(lengths) * 1.01)) == 0, "a hair longer is as good as equal"
    assert channel.judge(lasting(max(lengths) * 1.01)) is None
    assert surprises[-1] > 2


def test_some_seconds_more_are_no_news_however_short_it_usually_is() -> None:
    #  a fridge door: seconds, at most a minute; a quarter of a minute more is a quarter more
    channel = fit(runs([3 + i % 50 for i in range(100)] + [60], "door", "open"))
    assert channel.surprise(lasting(104, "door")) == 0
    assert channel.surprise(lasting(106, "door")) > 0


def test_what_is_regular_is_strange_sooner() -> None:
    channel = fit(runs(drawn(0, 30, 0.02), "microwave") + runs(drawn(0, 30, 1.0), "lamp"))

    def twice(entity: str) -> float:
        return channel.surprise(lasting(2 * (channel.longest(entity) or 0), entity))

    assert twice("microwave") > 2 * twice("lamp") > 0


def test_a_unit_leans_on_those_of_the_home() -> None:
    #  The same microwave is less sure of itself in a home where nothing ends sharply.
    alone = fit(runs(drawn(0, 30, 0.02), "microwave"))
    loose = [b for i in range(3) for b in runs(drawn(i + 1, 30, 1.0), f"lamp {i}")]
    among = fit(runs(drawn(0, 30, 0.02), "microwave") + loose)
    twice = lasting(2 * (alone.longest("microwave") or 0), "microwave")
    assert 0 < among.surprise(twice) < alone.surprise(twice)


def test_four_times_the_longest_is_as_strange_as_it_gets() -> None:
    channel = fit(runs(drawn(0, 30)))
    longest = channel.longest("oven") or 0
    three, five, fifty = (channel.surprise(lasting(times * longest)) for times in (3, 5, 50))
    assert three < five == fifty


def test_few_uses_are_trusted_less() -> None:
    lengths = drawn(0, 8)
    few, many = fit(runs(lengths)), fit(runs(lengths * 5))
    too_long = lasting(3 * max(lengths))
    assert 0 < few.surprise(too_long) < many.surprise(too_long)


def test_too_few_uses_say_nothing() -> None:
    channel = fit(runs(drawn(0, 7)))
    assert channel.longest("oven") is None
    assert channel.surprise(lasting(1e6)) == 0
    assert channel.judge(lasting(1e6)) is None


def test_what_was_never_learned_says_nothing() -> None:
    channel = fit(runs(drawn(0, 20)))
    assert channel.longest("never seen") is None
    assert channel.judge(lasting(1e6, "never seen")) is None


def test_how_long_something_moves_is_not_asked() -> None:
    channel = fit(runs(drawn(0, 30), "motion", "detect") + runs(drawn(0, 30), "door", "open"))
    assert channel.longest("motion") is None
    assert channel.longest("door") is not None


def test_what_does_no_harm_by_staying_on_is_waited_for() -> None:
    lengths = drawn(0, 30)
    behaviors = runs(lengths) + runs(lengths, "lamp")
    ordered = sorted(behaviors, key=lambda b: b.time)
    vocabulary = Vocabulary.from_behaviors(ordered)
    channel = Duration.fit(History.of(ordered, vocabulary, UTC, frozenset({"lamp", "never seen"})))
    too_long = 3 * max(lengths)
    lamp, oven = (channel.surprise(lasting(too_long, entity)) for entity in ("lamp", "oven"))
    assert lamp == pytest.approx(oven / duration._PATIENCE)
    assert oven == pytest.approx(fit(behaviors).surprise(lasting(too_long)))
    assert channel.judge(lasting(1e6, "never seen")) is None


def test_the_end_of_an_on_time_is_judged() -> None:
    #  on ──────── far too long ──────── off
    channel = fit(runs(drawn(0, 30)))
    on, off = runs([10 * 3600])
    finding = channel.find(Memory.replay([on, off]))
    assert finding == channel.judge(OnTime(on, off.time))
    assert finding is not None
    assert finding.behaviors == finding.context == (on,)
    assert channel.find(Memory.replay([on])) is None
    assert channel.find(Memory.replay([off])) is None


def test_what_it_tells() -> None:
    lengths = [10 * MINUTE + 10 * i for i in range(21)]
    finding = fit(runs(lengths)).judge(lasting(1800))
    assert finding is not None
    assert finding.facts == {
        "seconds": 1800.0,
        "longest": pytest.approx(800.0),
        "usual": pytest.approx(700.0),
        "uses": 21.0,
    }


def test_an_on_time_over_days_left_out_is_not_learned() -> None:
    #  nine on-times of ten minutes, the last of them begins; two days are left out; it ends
    behaviors = runs([600.0] * 9)
    late = Behavior(behaviors[-1].time + 3 * 86_400, "oven", "oven", "turn_off")
    given = History.of([*behaviors[:-1], late], Vocabulary.from_behaviors(behaviors), UTC)
    days = sorted(given.days)
    whole, part = Duration.fit(given), Duration.fit(given.on(given.days - set(days[-3:-1])))
    assert whole.longest("oven") == pytest.approx(3 * 86_400 + 600)
    assert part.longest("oven") == pytest.approx(600)


def test_a_clock_that_jumps_back_is_no_error() -> None:
    channel = fit(runs([*drawn(0, 10), -500.0]))
    assert channel.surprise(lasting(-500.0)) == 0


def test_what_is_kept_is_enough() -> None:
    behaviors = runs(drawn(0, 30))
    fitted = fit(behaviors)
    again = Duration(Vocabulary.from_behaviors(behaviors), **fitted.arrays())  # type: ignore[arg-type]
    assert again.judge(lasting(1e5)) == fitted.judge(lasting(1e5))


def test_what_lasts_longer_day_by_day_may_go_on_doing_so() -> None:
    #  a blind that follows the sun, one that does not: as long at most, and as evenly spread
    rising = [30_000 * (1 + 0.002 * i) for i in range(30)]
    steady = [rising[i] for i in np.random.default_rng(0).permutation(30)]

    def surprise(lengths: Sequence[float], days: float) -> float:
        begin = MONDAY + 29 * EVERY + days * DAY
        lasted = OnTime(Behavior(begin, "oven", "oven", "turn_on"), begin + max(rising) * 1.2)
        return fit(runs(lengths)).surprise(lasted)

    assert surprise(steady, 0) == surprise(steady, 20) > 1
    assert surprise(rising, 0) == pytest.approx(surprise(steady, 0), rel=0.5)
    assert surprise(rising, 0) > surprise(rising, 3) > surprise(rising, 40) == 0
    assert surprise(rising[::-1], 20) == surprise(rising[::-1], 0) > 1


def test_a_table_of_another_home_is_refused() -> None:
    other = Vocabulary.from_behaviors([*runs([60.0]), *runs([60.0], "kettle")])
    with pytest.raises(ValueError, match=r"expected a table of shape \(3, 6\), got \(2, 6\)"):
        Duration(other, **fit(runs([60.0])).arrays())
