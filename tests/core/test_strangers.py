"""Strangers against a slow twin that goes through every pair of uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import History
from custom_components.smartguard.core.strangers import NEAR, Strangers
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import DAY, DAYS, live, use

Key = tuple[str, str]


def fit(behaviors: Sequence[Behavior]) -> Strangers:
    return Strangers.fit(History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC))


def random_uses(seed: int, count: int = 150) -> list[Behavior]:
    """Return presses of five devices in the evenings of some weeks; the last is held, too."""
    rng = np.random.default_rng(seed)
    times = MONDAY + rng.integers(0, 25, count) * DAY + rng.uniform(16, 22, count) * 3600
    used = rng.choice(["a press", "b press", "c press", "d press", "e press", "e hold"], count)
    return [Behavior(float(t), u[0], u[0], u[2:]) for t, u in zip(np.sort(times), used, strict=True)]


def hour_of(b: Behavior) -> int:
    return int((b.time - MONDAY) % DAY // 3600)


def slow_seen(learned: Sequence[Behavior], key: Key, other: Key) -> int:
    """Count the uses of one control with the other within five minutes."""
    others = [b.time for b in learned if (b.entity, b.control) == other]
    own = [b for b in learned if (b.entity, b.control) == key]
    return sum(any(abs(time - b.time) <= 300 for time in others) for b in own)


def slow_possible(learned: Sequence[Behavior], key: Key, other: Key) -> float:
    """Sum over the uses of one control the chance that the other is about, if it did not heed it."""
    days = int(learned[-1].time // DAY - learned[0].time // DAY) + 1
    hours = [hour_of(b) for b in learned if (b.entity, b.control) == other]
    total = 0.0
    for b in learned:
        if (b.entity, b.control) == key:
            apart = [(hour - hour_of(b)) % 24 for hour in hours]
            uses = sum({0: 0.5, 1: 0.25, 23: 0.25}.get(a, 0.0) for a in apart)
            total += 1 - math.exp(-uses / days * 600 / 3600)
    return total


@cache
def slow_both(learned: tuple[Behavior, ...], key: Key, other: Key) -> tuple[float, float]:
    """Return seen and possible meetings of two controls, seen from either side and added."""
    both = ((key, other), (other, key))
    return sum(slow_seen(learned, *p) for p in both), sum(slow_possible(learned, *p) for p in both)


@cache
def slow_alike(learned: tuple[Behavior, ...], key: Key, other: Key) -> float:
    """Return how alike two controls are in whom they keep apart from."""
    keys = {(b.entity, b.control) for b in learned}

    def profile(own: Key) -> dict[Key, float]:
        return {
            k: math.log((seen + 0.5) / (possible + 0.5)) * min(possible, 20.0) ** 0.5
            for k in keys
            if k[0] != own[0]
            for seen, possible in [slow_both(learned, own, k)]
        }

    one, two = profile(key), profile(other)
    lengths = math.hypot(*one.values()) * math.hypot(*two.values())
    return max(0.0, sum(one[k] * two[k] for k in one.keys() & two.keys()) / lengths) ** 2


def slow_kin(learned: tuple[Behavior, ...], key: Key, other: Key) -> float:
    """Return the share of what was possible that those like one of two controls met of the other."""
    seen = possible = 0.5
    for own, far in ((key, other), (other, key)):
        for kin in {(b.entity, b.control) for b in learned} - {own}:
            if kin[0] != far[0]:
                alike, both = slow_alike(learned, own, kin), slow_both(learned, kin, far)
                seen, possible = seen + alike * both[0], possible + alike * both[1]
    return min(1.0, max(0.1, seen / possible))


def slow_apart(learned: tuple[Behavior, ...], key: Key, other: Key) -> float:
    """Return how much two controls keep apart, seen from either side."""
    both, kin = ((key, other), (other, key)), slow_kin(learned, key, other)
    return sum(
        math.log((slow_possible(learned, *p) + 0.5) / (slow_seen(learned, *p) + 0.5 * kin)) for p in both
    )


@pytest.mark.parametrize("seed", range(3))
def test_surprise_is_that_of_the_slow_twin(seed: int) -> None:
    learned = tuple(random_uses(seed))
    strangers, strange = fit(learned), 0
    for first in "abcde":
        for second in set("abcde") - {first}:
            one, other = use(18, first, "press", 50), use(18 + 30 / 3600, second, "press", 50)
            found = strangers.strangest(other, [one])
            expected = slow_apart(learned, (second, "press"), (first, "press"))
            if found is None:
                assert expected <= 1e-5
                continue
            strange += 1
            assert found.surprise == pytest.approx(expected, rel=1e-4, abs=1e-5)
            assert found.seen == slow_seen(learned, (second, "press"), (first, "press"))
            assert found.possible == pytest.approx(
                slow_possible(learned, (second, "press"), (first, "press")), rel=1e-4
            )
    assert strange > 0


def test_the_strangest_of_the_last_minute_is_told_of() -> None:
    #  radio and fan every evening ten minutes apart; the lamp wherever the fan is
    learned = [
        b
        for day in range(DAYS)
        for b in (
            use(18 + day % 5 / 10, "radio", "press", day),
            use(18 + day % 5 / 10 + 1 / 6, "fan", "press", day),
            use(18 + day % 5 / 10 + 1 / 6 + 5 / 3600, "lamp", "press", day),
        )
    ]
    strangers = fit(learned)
    fan, radio = use(18, "fan", "press", 50), use(18 + 10 / 3600, "radio", "press", 50)
    lamp = use(18 + 20 / 3600, "lamp", "press", 50)
    found = strangers.strangest(lamp, [radio, fan])
    assert found is not None
    assert (found.behavior, found.seen) == (radio, 0.0)
    assert strangers.strangest(lamp, [fan]) is None, "they are together every evening"
    late = use(18 + (10 + NEAR + 1) / 3600, "lamp", "press", 50)
    assert strangers.strangest(late, [radio]) is None, "a minute is over"


def test_who_keeps_apart_from_those_alike_too_is_stranger() -> None:
    """Two lamps come together; a radio that keeps apart from one has met the other, or has not."""

    def found(met: bool) -> float:
        learned = [
            b
            for day in range(DAYS)
            for start in [18 + day % 5 / 10]
            for b in (
                use(start, "radio", "press", day),
                *([use(start + 1 / 60, "hall", "press", day)] if met and day % 2 else []),
                use(start + 1 / 6, "lamp", "press", day),
                use(start + 1 / 6 + 5 / 3600, "hall", "press", day),
            )
        ]
        radio, lamp = use(18, "radio", "press", 50), use(18 + 10 / 3600, "lamp", "press", 50)
        stranger = fit(learned).strangest(lamp, [radio])
        assert stranger is not None
        assert stranger.seen == 0.0
        return stranger.surprise

    assert found(met=False) > found(met=True) + 1.0


def test_however_many_are_alike_they_are_taken_to_have_met_a_tenth() -> None:
    lamps = [f"lamp {number}" for number in range(6)]
    learned = tuple(
        b
        for day in range(DAYS)
        for start in [18 + day % 5 / 10]
        for b in (
            use(start, "radio", "press", day),
            *(use(start + 1 / 6 + n / 3600, lamp, "press", day) for n, lamp in enumerate(lamps)),
        )
    )
    radio, lamp = use(18, "radio", "press", 50), use(18 + 10 / 3600, lamps[0], "press", 50)
    found = fit(learned).strangest(lamp, [radio])
    assert slow_kin(learned, ("radio", "press"), (lamps[0], "press")) == 0.1
    assert found is not None
    assert found.surprise == pytest.approx(
        slow_apart(learned, (lamps[0], "press"), ("radio", "press")), rel=1e-4
    )


def test_those_whose_hours_never_meet_are_no_strangers() -> None:
    learned = [
        b for day in range(DAYS) for b in (use(8, "bell", "press", day), use(20, "gong", "press", day))
    ]
    bell, gong = use(8, "bell", "press", 50), use(8 + 10 / 3600, "gong", "press", 50)
    assert fit(learned).strangest(gong, [bell]) is None


def apart(name: str, control: str) -> list[Behavior]:
    """Return a month in which somebody's control and the coffee come in the same hours, ten minutes apart."""
    return [
        b
        for day in range(DAYS)
        for b in (
            use(18 + day % 5 / 10, name, control, day),
            use(18 + day % 5 / 10 + 1 / 6, "coffee", "turn_on", day),
        )
    ]


@pytest.mark.parametrize(("control", "is_asked"), [("press", True), ("arrive", False)])
def test_who_comes_home_is_with_everybody(control: str, is_asked: bool) -> None:
    phone, coffee = use(18, "phone", control, 50), use(18 + 30 / 3600, "coffee", "turn_on", 50)
    assert (fit(apart("phone", control)).strangest(coffee, [phone]) is not None) is is_asked


@pytest.mark.parametrize(("hours_a_day", "is_asked"), [(0.0, False), (0.1, True)])
def test_what_the_clock_does_is_with_everybody(hours_a_day: float, is_asked: bool) -> None:
    #  a lamp at the same minute every evening or at five in turn; the bell never within ten minutes
    learned = [
        b
        for day in range(DAYS)
        for lamp in [18.5 + day % 5 * hours_a_day]
        for b in (
            use(lamp, "lamp", "turn_on", day),
            use(lamp + (0.2, -0.2, 0.4)[day % 3], "bell", "press", day),
        )
    ]
    ordered = sorted(learned, key=lambda b: b.time)
    lamp, bell = use(18.5, "lamp", "turn_on", 50), use(18.5 + 30 / 3600, "bell", "press", 50)
    assert (fit(ordered).strangest(bell, [lamp]) is not None) is is_asked
    late = use(18.5 + 60 / 3600, "lamp", "turn_on", 50)
    assert (fit(ordered).strangest(late, [bell]) is not None) is is_asked


def test_nobody_is_no_stranger() -> None:
    assert fit(live()).strangest(use(18, "coffee", "turn_on"), []) is None


def test_arrays_make_the_same_and_those_of_another_home_are_refused() -> None:
    learned = apart("radio", "press")
    radio, coffee = use(18, "radio", "press", 50), use(18 + 30 / 3600, "coffee", "turn_on", 50)
    kept, found = fit(learned).arrays(), fit(learned).strangest(coffee, [radio])
    again = Strangers(Vocabulary.from_behaviors(learned), **kept)  # type: ignore[arg-type]
    assert again.strangest(coffee, [radio]) == found
    assert found is not None
    with pytest.raises(ValueError, match="expected meetings of 7 controls"):
        Strangers(Vocabulary.from_behaviors(random_uses(0)), **kept)  # type: ignore[arg-type]
