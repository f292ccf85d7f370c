"""Moment against a slow twin that adds up a kernel around every use of every control."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.moment import Moment
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import DAY, HOUR, live, use

BINS = 96


def history(behaviors: Sequence[Behavior], zone: ZoneInfo = UTC) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), zone)


def random_uses(seed: int, count: int = 40) -> list[Behavior]:
    rng = np.random.default_rng(seed)
    times = np.sort(MONDAY + rng.uniform(0, 10 * DAY, count))
    return [
        Behavior(float(t), e, e, "press") for t, e in zip(times, rng.choice(["a", "b"], count), strict=True)
    ]


def slow_kernel(apart: int) -> float:
    """Return the weight of a use `apart` quarters of an hour away, around the clock."""
    apart = min(apart % BINS, -apart % BINS)
    return sum(
        share / (width * math.sqrt(2 * math.pi)) * math.exp(-0.5 * (apart / width) ** 2)
        for share, width in ((0.7, 2.0), (0.3, 6.0))
    )


def slow_own(behaviors: Sequence[Behavior], weekend: bool, at: int) -> float:
    """Return the uses around a quarter of an hour, those of the other kind of days by half."""
    whole = sum(slow_kernel(i) for i in range(BINS))
    total = 0.0
    for b in behaviors:
        moment = datetime.fromtimestamp(b.time, UTC)
        quarter = moment.hour * 4 + moment.minute // 15
        total += (1.0 if (moment.weekday() >= 5) == weekend else 0.5) * slow_kernel(at - quarter) / whole
    return total


def slow_density(behaviors: Sequence[Behavior], entity: str, weekend: bool, at: int) -> float:
    """Return how much more usual a control is at a quarter of an hour than on a flat day."""
    own = [b for b in behaviors if b.entity == entity]
    home = [slow_own(behaviors, weekend, i) + 1e-3 for i in range(BINS)]
    prior = 2.0 * home[at] / sum(home) + 0.5 / BINS
    count = sum(slow_own(own, weekend, i) for i in range(BINS))
    return (slow_own(own, weekend, at) + prior) / (count + 2.5) * BINS


@pytest.mark.parametrize("weekend", [False, True])
def test_density_is_that_of_the_slow_twin(weekend: bool) -> None:
    behaviors = random_uses(0)
    given = history(behaviors)
    density = Moment.fit(given).density
    for at in range(0, BINS, 7):
        for entity in ("a", "b"):
            control = given.vocabulary.id_of(Behavior(0, entity, entity, "press"))
            expected = slow_density(behaviors, entity, weekend, at)
            assert density[control, int(weekend), at] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_density_is_a_density(seed: int) -> None:
    density = Moment.fit(history(random_uses(seed))).density
    np.testing.assert_allclose(density.mean(-1), 1.0)
    assert (density > 0).all()


def test_the_kernel_goes_around_midnight() -> None:
    behaviors = [use(23.9, "lamp", "turn_on", day) for day in range(10)]
    channel = Moment.fit(history(behaviors))
    just_after, at_noon = (surprise(channel, use(hour, "lamp", "turn_on")) for hour in (0.1, 12))
    assert just_after < 0 < at_noon


def surprise(channel: Moment, behavior: Behavior) -> float:
    return found(channel, behavior).surprise


def found(channel: Moment, behavior: Behavior) -> Finding:
    finding = channel.find(Memory.replay([behavior]), behavior)
    assert finding is not None
    return finding


def test_farther_from_the_usual_time_is_stranger() -> None:
    channel = Moment.fit(history(live()))
    surprises = [surprise(channel, use(hour, "coffee", "turn_on")) for hour in (6.7, 5, 4, 3, 2)]
    assert surprises == sorted(surprises)
    assert surprises[0] < -1
    assert surprises[-1] > 2


def test_more_uses_make_another_time_stranger() -> None:
    few, many = Moment.fit(history(live(5))), Moment.fit(history(live(28)))
    odd = use(2, "coffee", "turn_on")
    assert surprise(few, odd) < surprise(many, odd)


def test_what_it_tells() -> None:
    newest = use(13, "coffee", "turn_on")
    finding = found(Moment.fit(history(live())), newest)
    assert finding.behaviors == finding.context == (newest,)
    assert finding.facts == {
        "hour": 13.0,
        "usual_hour": pytest.approx(6.7, abs=0.25),
        "uses": 28.0,
        "near": 0.0,
        "company": 0.0,
    }
    assert found(Moment.fit(history(live())), use(7.1, "coffee", "turn_on")).facts["near"] == 28


def test_company_explains_an_unusual_time() -> None:
    #  coffee at three, alone; with the radio before; with radio and stove about it; each once, however often;
    #  by half with the radio ten minutes before, which is there once where it is near too
    odd = use(3, "coffee", "turn_on")
    radio, stove = use(2.95, "radio", "turn_on"), use(3.04, "stove", "turn_on")
    again, earlier = use(2.93, "radio", "turn_on"), use(2.84, "radio", "turn_on")
    channel = Moment.fit(history(live()))

    def among(*others: Behavior) -> Finding:
        finding = channel.find(Memory.replay(sorted([odd, *others], key=lambda b: b.time)), odd)
        assert finding is not None
        return finding

    alone = among().surprise
    for others, company in (
        ((radio,), 1),
        ((radio, stove), 2),
        ((again, radio), 1),
        ((earlier,), 0.5),
        ((earlier, radio), 1),
        ((earlier, stove), 1.5),
    ):
        finding = among(*others)
        assert finding.facts["company"] == company
        assert finding.surprise == pytest.approx(alone - 2 * math.log(1 + company))


@pytest.mark.parametrize(
    "other",
    [
        use(2.74, "radio", "turn_on"),  # a quarter of an hour and more before
        use(3.051, "radio", "turn_on"),  # three minutes and more after
        use(2.99, "radio", "turn_off"),  # an end
        use(2.99, "resident", "arrive"),
        use(2.99, "coffee", "turn_on"),  # the device itself
    ],
)
def test_what_is_no_company_explains_nothing(other: Behavior) -> None:
    odd = use(3, "coffee", "turn_on")
    lived = Memory.replay(sorted([odd, other], key=lambda b: b.time))
    channel = Moment.fit(history(live()))
    assert channel.find(lived, odd) == channel.find(Memory.replay([odd]), odd)


def test_weekends_are_days_of_their_own() -> None:
    #  A bell at eight on working days and at eleven on weekends; day 28 is a Monday, day 33 a Saturday.
    behaviors = [use(11 if day % 7 >= 5 else 8, "bell", "press", day) for day in range(28)]
    channel = Moment.fit(history(behaviors))
    assert surprise(channel, use(8, "bell", "press", 28)) < surprise(channel, use(8, "bell", "press", 33))
    assert surprise(channel, use(11, "bell", "press", 33)) < surprise(channel, use(11, "bell", "press", 28))


def test_the_hour_is_that_of_the_home() -> None:
    #  Seven in Berlin is six in UTC before the clocks change in March 2024, and five after.
    berlin = ZoneInfo("Europe/Berlin")
    winter = [datetime(2024, 3, day, 7, tzinfo=berlin).timestamp() for day in range(4, 28)]
    channel = Moment.fit(history([Behavior(t, "lamp", "lamp", "turn_on") for t in winter], berlin))
    summer = datetime(2024, 4, 10, 7, tzinfo=berlin).timestamp()
    on_time, an_hour_late = (
        found(channel, Behavior(t, "lamp", "lamp", "turn_on")) for t in (summer, summer + HOUR)
    )
    assert on_time.facts["hour"] == 7
    assert on_time.surprise < an_hour_late.surprise


@pytest.mark.parametrize("control", ["turn_off", "close", "lock", "arrive", "leave"])
def test_ends_of_states_and_comings_and_goings_are_not_asked(control: str) -> None:
    behaviors = [use(8, "thing", control, day) for day in range(28)]
    end = use(3, "thing", control)
    assert Moment.fit(history(behaviors)).find(Memory.replay([end]), end) is None


@pytest.mark.parametrize(("entity", "control"), [("never seen", "turn_on"), ("tv", "volume_up")])
def test_what_was_never_learned_says_nothing(entity: str, control: str) -> None:
    unknown = use(3, entity, control)
    assert Moment.fit(history(live())).find(Memory.replay([unknown]), unknown) is None


def test_what_is_kept_is_enough() -> None:
    given = history(live())
    fitted = Moment.fit(given)
    again = Moment(given.vocabulary, "UTC", **fitted.arrays())  # type: ignore[arg-type]
    assert found(again, use(3, "tv", "turn_on")) == found(fitted, use(3, "tv", "turn_on"))
