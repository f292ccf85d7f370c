"""Company against a slow twin that goes through every use of every control."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.company import Company
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.vocabulary import Token, Vocabulary

from .examples import MONDAY, UTC
from .household import DAY, DAYS, MINUTE, live, use

Key = tuple[str, str]


def history(behaviors: Sequence[Behavior]) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC)


def random_uses(seed: int, count: int = 120) -> list[Behavior]:
    """Return presses of five devices, often minutes apart."""
    rng = np.random.default_rng(seed)
    times = MONDAY + np.cumsum(rng.exponential(100, count)) + np.arange(count) // 20 * DAY
    return [
        Behavior(float(t), e, e, "press") for t, e in zip(times, rng.choice([*"abcde"], count), strict=True)
    ]


def key_of(b: Behavior | Token) -> Key:
    return b.entity, b.control


def nearness(behaviors: Sequence[Behavior], about: Behavior) -> dict[Key, float]:
    """Return how near each control of another device is: 300 s before to 180 s after, e-fold in 30 s."""
    near: dict[Key, float] = {}
    for b in behaviors:
        if b.device != about.device and -300 <= b.time - about.time <= 180:
            near[key_of(b)] = max(near.get(key_of(b), 0), math.exp(-abs(b.time - about.time) / 30))
    return near


def hour_of(b: Behavior) -> int:
    return int((b.time - MONDAY) % DAY // 3600)


def around(hour: int) -> dict[int, float]:
    return {(hour - 1) % 24: 0.25, hour: 0.5, (hour + 1) % 24: 0.25}


def slow_surprise(learned: Sequence[Behavior], lived: Sequence[Behavior], odd: Behavior) -> float:
    keys = sorted({key_of(b) for b in learned})
    companies = [(b, nearness(learned, b)) for b in learned]
    tells = {
        k: -math.log(min(1, max(1e-3, (sum(c.get(k, 0) for _, c in companies) + 1) / (len(learned) + 1))))
        for k in keys
    }
    own = [company for b, company in companies if key_of(b) == key_of(odd)]
    now = nearness(lived, odd)

    def likeness(company: dict[Key, float]) -> float:
        pairs = [(tells[k] * now.get(k, 0), tells[k] * company.get(k, 0)) for k in keys]
        return (sum(min(p) for p in pairs) + 0.2) / (sum(max(p) for p in pairs) + 0.2)

    weights = around(hour_of(odd))
    in_hour = sum(weights.get(hour_of(b), 0) for b in learned)
    odds = 0.0
    for k in keys:
        if k[0] == odd.entity:
            continue
        home = sum(k in company for _, company in companies) / len(learned)
        there = sum(weights.get(hour_of(b), 0) for b, company in companies if k in company)
        anyway = min(0.97, max(1e-4, (there + 2 * home) / (in_hour + 2)))
        usually = (sum(k in company for company in own) + 2 * anyway) / (len(own) + 2)
        usually = min(0.995, max(1e-4, usually))
        odds += math.log(anyway / usually) if k in now else math.log((1 - anyway) / (1 - usually))
    newest = own[-100:]
    return -math.log(max(map(likeness, newest))) + 0.5 * odds / math.sqrt(1 + len(now))


def found(channel: Company, lived: Sequence[Behavior], odd: Behavior) -> Finding | None:
    return channel.find(Memory.replay(sorted(lived, key=lambda b: b.time)), odd)


@pytest.mark.parametrize("seed", range(3))
def test_surprise_is_that_of_the_slow_twin(seed: int) -> None:
    learned, lived = random_uses(seed), random_uses(seed + 10, 30)
    channel = Company.fit(history(learned))
    judged = 0
    for odd in lived:
        finding = found(channel, lived, odd)
        alone = not any(b.device != odd.device and 0 <= odd.time - b.time <= 300 for b in lived)
        assert (finding is None) is alone
        if finding is not None:
            judged += 1
            assert finding.surprise == pytest.approx(slow_surprise(learned, lived, odd), rel=2e-3, abs=2e-3)
    assert judged > 15


def test_only_the_newest_hundred_are_remembered() -> None:
    #  long ago the lamp came with the radio a hundred times, since then with the fan as often
    def evening(day: int, other: str) -> list[Behavior]:
        return [use(20, f"{other}", "turn_on", day), use(20 + 10 / 3600, "lamp", "turn_on", day)]

    def with_radio(recently: int) -> float:
        radio = [b for day in range(100) for b in evening(day, "radio")]
        fan = [b for day in range(100, 100 + recently) for b in evening(day, "fan")]
        now = evening(300, "radio")
        finding = found(Company.fit(history([*radio, *fan])), now, now[-1])
        assert finding is not None
        return finding.surprise

    assert with_radio(100) > with_radio(99) + 1


DINNER = [use(17.7, "kitchen_lamp", "turn_on"), use(17.9, "stove", "turn_on"), use(18.0, "radio", "turn_on")]


def test_a_stranger_among_those_who_are_never_about_it_is_strange() -> None:
    #  the coffee machine goes on beside the stove: never before, or every evening
    def beside_the_stove(day: float = DAYS) -> Behavior:
        return use(17.9 + 40 / 3600, "coffee", "turn_on", day)

    def surprise(*learned: Behavior) -> float:
        channel = Company.fit(history(sorted([*live(), *learned], key=lambda b: b.time)))
        finding = found(channel, [*DINNER, beside_the_stove()], beside_the_stove())
        assert finding is not None
        return finding.surprise

    assert surprise() > 3
    assert surprise(*(beside_the_stove(day) for day in range(DAYS))) < 1


def test_what_it_tells() -> None:
    coffee = use(17.9 + 40 / 3600, "coffee", "turn_on")
    finding = found(Company.fit(history(live())), [*DINNER, coffee], coffee)
    assert finding is not None
    assert finding.behaviors == finding.context == (coffee, DINNER[1])
    assert finding.facts == {"uses": DAYS, "company": "control", "minutes": pytest.approx(40 / 60)}


def test_what_follows_explains_it_too() -> None:
    #  the lamp is on, and the stove: one that cooks; or nothing follows
    lamp = use(17.7, "kitchen_lamp", "turn_on")
    before = use(17.7 - 20 / 3600, "front_door", "open")
    follows = [use(17.7 + 100 / 3600, "stove", "turn_on")]
    learned = [
        replaced
        for day in range(DAYS)
        for replaced in (
            use(17.7 - 290 / 3600, "lock", "unlock", day),
            use(17.7, "kitchen_lamp", "turn_on", day),
            use(17.7 + 100 / 3600, "stove", "turn_on", day),
            use(12, "front_door", "open", day),
        )
    ]
    channel = Company.fit(history(learned))
    explained, unexplained = (found(channel, [before, lamp, *more], lamp) for more in (follows, []))
    assert explained is not None
    assert unexplained is not None
    assert explained.surprise < unexplained.surprise


@pytest.mark.parametrize(
    "odd",
    [
        use(17.9 + 1 / 60, "coffee", "turn_off"),
        use(17.9 + 1 / 60, "piano", "turn_on"),
        Behavior(DINNER[1].time + MINUTE, "phone", "phone", "arrive"),
        use(3, "coffee", "turn_on"),
    ],
)
def test_what_ends_is_unknown_comes_home_or_is_alone_is_not_asked(odd: Behavior) -> None:
    assert found(Company.fit(history(live())), [*DINNER, odd], odd) is None


def test_a_control_used_twice_is_not_asked() -> None:
    rare = [use(18.1, "piano", "turn_on", day) for day in (3, 9)]
    odd = use(17.9 + 1 / 60, "piano", "turn_on")
    learned = sorted([*live(), *rare], key=lambda b: b.time)
    assert found(Company.fit(history(learned)), [*DINNER, odd], odd) is None
    third = sorted([*learned, use(18.1, "piano", "turn_on", 12)], key=lambda b: b.time)
    assert found(Company.fit(history(third)), [*DINNER, odd], odd) is not None


def test_arrays_make_the_same_channel() -> None:
    given = history(live())
    channel = Company.fit(given)
    coffee = use(17.9 + 40 / 3600, "coffee", "turn_on")
    again = Company(given.vocabulary, "UTC", **channel.arrays())  # type: ignore[arg-type]
    assert found(again, [*DINNER, coffee], coffee) == found(channel, [*DINNER, coffee], coffee)


def test_arrays_of_another_home_are_refused() -> None:
    channel = Company.fit(history(live()))
    with pytest.raises(ValueError, match="expected company of 3 controls"):
        Company(history(random_uses(0)[:2]).vocabulary, "UTC", **channel.arrays())  # type: ignore[arg-type]
