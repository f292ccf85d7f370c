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
from .test_strangers import slow_apart

Key = tuple[str, str]


def history(behaviors: Sequence[Behavior]) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC)


def random_uses(seed: int, count: int = 120, apart: float = 100) -> list[Behavior]:
    """Return presses of five devices, so many seconds apart on average."""
    rng = np.random.default_rng(seed)
    times = MONDAY + np.cumsum(rng.exponential(apart, count)) + np.arange(count) // 20 * DAY
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


class Slow:
    """What is to be known of a home's past, without arrays."""

    def __init__(self, learned: Sequence[Behavior]) -> None:
        self.learned = learned
        self.keys = sorted({key_of(b) for b in learned})
        self.companies = [(b, nearness(learned, b)) for b in learned]
        self.tells = {
            k: -math.log(min(1, max(1e-3, (sum(near) + 1) / (len(learned) + 1))))
            for k in self.keys
            if (near := [company.get(k, 0) for _, company in self.companies])
        }

    def likeness(self, now: dict[Key, float], company: dict[Key, float]) -> float:
        pairs = [(self.tells[k] * now.get(k, 0), self.tells[k] * company.get(k, 0)) for k in self.keys]
        return (sum(min(p) for p in pairs) + 0.2) / (sum(max(p) for p in pairs) + 0.2)

    def odds(self, odd: Behavior, now: dict[Key, float]) -> float:
        own = [company for b, company in self.companies if key_of(b) == key_of(odd)]
        weights = around(hour_of(odd))
        in_hour = sum(weights.get(hour_of(b), 0) for b in self.learned)
        odds = 0.0
        for k in self.keys:
            if k[0] == odd.entity:
                continue
            home = sum(k in company for _, company in self.companies) / len(self.learned)
            there = sum(weights.get(hour_of(b), 0) for b, company in self.companies if k in company)
            anyway = min(0.97, max(1e-4, (there + 2 * home) / (in_hour + 2)))
            usually = (sum(k in company for company in own) + 2 * anyway) / (len(own) + 2)
            usually = min(0.995, max(1e-4, usually))
            odds += math.log(anyway / usually) if k in now else math.log((1 - anyway) / (1 - usually))
        return odds / math.sqrt(1 + len(now))

    def raw(self, odd: Behavior, now: dict[Key, float]) -> float:
        own = [company for b, company in self.companies if key_of(b) == key_of(odd) and b is not odd]
        likest = max(self.likeness(now, company) for company in own[-100:])
        return -math.log(likest) + 0.5 * self.odds(odd, now)

    def usual(self, odd: Behavior) -> float:
        found: dict[Key, list[float]] = {}
        for b, company in self.companies:
            found.setdefault(key_of(b), []).append(self.raw(b, company))
        everywhere = [value for values in found.values() for value in values]
        mean = sum(everywhere) / len(everywhere)
        variance = sum((value - mean) ** 2 for value in everywhere) / len(everywhere)
        own = found[key_of(odd)]
        about = (sum(own) + 8 * mean) / (len(own) + 8)
        spread = math.sqrt((sum((value - about) ** 2 for value in own) + 8 * variance) / (len(own) + 8))
        return about + 1.5 * spread

    def apart(self, lived: Sequence[Behavior], odd: Behavior) -> float:
        near = {key_of(b) for b in lived if b.device != odd.device and 0 <= odd.time - b.time <= 60}
        return max([0.0, *(slow_apart(tuple(self.learned), key_of(odd), key) for key in near)])

    def surprise(self, lived: Sequence[Behavior], odd: Behavior) -> float:
        return self.raw(odd, nearness(lived, odd)) - self.usual(odd) + self.apart(lived, odd)


def found(channel: Company, lived: Sequence[Behavior], odd: Behavior) -> Finding | None:
    return channel.find(Memory.replay(sorted(lived, key=lambda b: b.time)), odd)


@pytest.mark.parametrize("seed", range(3))
def test_surprise_is_that_of_the_slow_twin(seed: int) -> None:
    learned, lived = random_uses(seed), random_uses(seed + 10, 60, 25)
    channel, slow = Company.fit(history(learned)), Slow(learned)
    judged = 0
    for odd in lived:
        finding = found(channel, lived, odd)
        alone = not any(b.device != odd.device and 0 <= odd.time - b.time <= 300 for b in lived)
        surprise = slow.surprise(lived, odd)
        if finding is None:
            assert alone or surprise < 5e-3
        else:
            judged += 1
            assert not alone
            assert finding.surprise == pytest.approx(surprise, rel=2e-3, abs=5e-3)
    assert judged > 0


def test_only_the_newest_hundred_are_remembered() -> None:
    #  long ago the lamp came with the radio a hundred times, since then with the fan as often
    def evening(day: int, other: str) -> list[Behavior]:
        hour = 20 + day % 7 / 7
        return [use(hour, f"{other}", "turn_on", day), use(hour + 10 / 3600, "lamp", "turn_on", day)]

    def with_radio(recently: int) -> float:
        radio = [b for day in range(100) for b in evening(day, "radio")]
        fan = [b for day in range(100, 100 + recently) for b in evening(day, "fan")]
        now = evening(300, "radio")
        finding = found(Company.fit(history([*radio, *fan])), now, now[-1])
        return finding.surprise if finding else 0.0

    assert with_radio(100) > 1
    assert with_radio(99) == 0


DINNER = [use(17.7, "kitchen_lamp", "turn_on"), use(17.9, "stove", "turn_on"), use(18.0, "radio", "turn_on")]


def test_a_stranger_among_those_who_are_never_about_it_is_strange() -> None:
    #  the coffee machine goes on beside the stove: never before, or every evening
    def surprise(*learned: Behavior) -> float:
        channel = Company.fit(history(sorted([*live(), *learned], key=lambda b: b.time)))
        odd = use(17.9 + 40 / 3600, "coffee", "turn_on")
        finding = found(channel, [*DINNER, odd], odd)
        return finding.surprise if finding else 0.0

    stoves = [b for b in live() if (b.entity, b.control) == ("stove", "turn_on")]
    coffees = [Behavior(b.time + 40, "coffee_device", "coffee", "turn_on") for b in stoves]
    assert surprise() > 2.5
    assert surprise(*coffees) == 0


def test_what_never_heeds_its_company_is_strange_in_none() -> None:
    #  a lamp that goes on beside anybody at random, and one that goes on beside the stove
    rng = np.random.default_rng(0)
    learned = []
    for day in range(40):
        evening, dinner = 16 + rng.uniform(-1, 1), 19 + rng.uniform(-1, 1)
        near = zip(rng.choice([*"abcdefgh"], 3), rng.uniform(-4, 2, 3) / 60, strict=True)
        learned += [use(evening + hours, str(name), "press", day) for name, hours in near]
        learned += [use(evening, "hall_lamp", "turn_on", day), use(dinner, "stove", "turn_on", day)]
        learned += [use(dinner + 20 / 3600, "kitchen_lamp", "turn_on", day)]
    channel = Company.fit(history(sorted(learned, key=lambda b: b.time)))

    def surprise(hour: float, lamp: str) -> float:
        odd, beside = use(hour, lamp, "turn_on", 50), use(hour - 10 / 3600, "h", "press", 50)
        finding = found(channel, [beside, odd], odd)
        return finding.surprise if finding else 0.0

    assert surprise(19, "kitchen_lamp") > 1
    assert surprise(16, "hall_lamp") == 0


@pytest.mark.parametrize(("minutes_a_day", "is_asked"), [(0, False), (1, False), (15, True)])
def test_what_the_clock_or_the_sun_does_is_not_asked(minutes_a_day: float, is_asked: bool) -> None:
    lamp = [use(8 + day * minutes_a_day / 60, "garden_lamp", "turn_on", day) for day in range(DAYS)]
    channel = Company.fit(history(sorted([*live(), *lamp], key=lambda b: b.time)))
    odd = use(17.9 + 20 / 3600, "garden_lamp", "turn_on")
    assert (found(channel, [*DINNER, odd], odd) is not None) is is_asked


def test_what_it_tells() -> None:
    coffee = use(17.9 + 40 / 3600, "coffee", "turn_on")
    finding = found(Company.fit(history(live())), [*DINNER, coffee], coffee)
    assert finding is not None
    assert finding.behaviors == finding.context == (coffee, DINNER[1])
    assert finding.facts == {"uses": DAYS, "company": "control", "minutes": pytest.approx(40 / 60)}


def test_it_tells_who_keeps_apart() -> None:
    #  every day somebody ── 20 s ── lamp ── ten minutes ── radio; then radio ── 20 s ── lamp
    rng = np.random.default_rng(0)
    learned = []
    for day in range(60):
        hour = 18 + rng.uniform(0, 0.7)
        learned += [use(hour - 20 / 3600, str(rng.choice([*"abcdefgh"])), "press", day)]
        learned += [use(hour, "lamp", "press", day), use(hour + 1 / 6, "radio", "press", day)]
    channel = Company.fit(history(learned))
    radio, lamp = use(18.3, "radio", "press", 70), use(18.3 + 20 / 3600, "lamp", "press", 70)
    finding = found(channel, [radio, lamp], lamp)
    assert finding is not None
    assert finding.behaviors == (lamp, radio)
    expected = {"seen": 0.0, "possible": pytest.approx(5.0, abs=1.0), "company": "control"}
    assert finding.facts == expected | {"minutes": pytest.approx(1 / 3)}
    slow = Slow(learned)
    assert slow.apart([radio, lamp], lamp) > 3
    assert finding.surprise == pytest.approx(slow.surprise([radio, lamp], lamp), rel=2e-3, abs=5e-3)


def test_what_follows_explains_it_too() -> None:
    #  the lamp is on, and the stove: one that cooks; or nothing follows
    lamp = use(17.7, "kitchen_lamp", "turn_on")
    before = use(17.7 - 20 / 3600, "front_door", "open")
    follows = [use(17.7 + 100 / 3600, "stove", "turn_on")]
    learned = [
        replaced
        for day in range(DAYS)
        for replaced in (
            use(17.7 + day % 5 / 5 - 290 / 3600, "lock", "unlock", day),
            use(17.7 + day % 5 / 5, "kitchen_lamp", "turn_on", day),
            use(17.7 + day % 5 / 5 + 100 / 3600, "stove", "turn_on", day),
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
