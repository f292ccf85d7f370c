"""Repetition against a slow twin that finds every run and follows the chain use by use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.repetition import BOUNCE, MOST, PAUSE, SEVERAL, SPELL, Repetition
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import live, use


def history(behaviors: Sequence[Behavior]) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC)


def random_uses(seed: int, count: int = 400) -> list[Behavior]:
    """Return three entities used at gaps from a fraction of a second to twelve seconds."""
    rng = np.random.default_rng(seed)
    times = MONDAY + np.cumsum(np.exp(rng.uniform(-2, 2.5, count)))
    entities, controls = rng.choice(["a", "b", "c"], count), rng.choice(["turn_on", "turn_off"], count)
    return [Behavior(float(t), e, e, c) for t, e, c in zip(times, entities, controls, strict=True)]


def toggles(count: int, gap: float = 3.0, entity: str = "tv") -> list[Behavior]:
    """Return a burst on the first evening that was not learned."""
    return [use(20 + i * gap / 3600, entity, ("turn_off", "turn_on")[i % 2]) for i in range(count)]


def slow_places(behaviors: Sequence[Behavior]) -> list[tuple[str, int, int]]:
    """Return of each use: entity, which use of its run, and how many unhurried ones there are by then."""
    newest: dict[str, list[float]] = {}
    places = []
    for b in behaviors:
        run = newest.setdefault(b.entity, [])
        if run and b.time - run[-1] > PAUSE:
            run.clear()
        run.append(b.time)
        gaps = [later - earlier for earlier, later in pairwise(run[-MOST:])]
        unhurried = 1 + len([gap for gap in gaps if gap > BOUNCE])
        places.append((b.entity, min(len(run), MOST), unhurried))
    return places


def slow_runs(places: Sequence[tuple[str, int, int]]) -> list[tuple[str, int]]:
    """Return entity and length of each run, of the entity, place and count of each use."""
    runs: list[tuple[str, int]] = []
    open_runs: dict[str, int] = {}
    for entity, place, count in places:
        if place == 1:
            open_runs[entity] = len(runs)
            runs.append((entity, 1))
        own = open_runs[entity]
        runs[own] = entity, max(runs[own][1], count)
    return runs


def slow_surprise(runs: Sequence[tuple[str, int]], entity: str, place: int) -> float:
    """Follow the chain: of the runs that came so far, the share that went one further."""
    total = 0.0
    for k in range(1, place):
        home, more = (sum(length >= least for _, length in runs) for least in (k, k + 1))
        own, own_more = (sum(e == entity and length >= least for e, length in runs) for least in (k, k + 1))
        share = (more + 2.0) / (home + 4.0)
        total -= math.log((own_more + 2 * share) / (own + 2))
    return total


@pytest.mark.parametrize("seed", range(4))
def test_surprise_is_that_of_the_slow_twin(seed: int) -> None:
    past, lived = random_uses(seed), random_uses(seed + 100)
    channel, learned = Repetition.fit(history(past)), slow_places(past)
    every = slow_runs([(entity, place, place) for entity, place, _ in learned])
    calm = slow_runs([(entity, place, unhurried) for entity, place, unhurried in learned])
    memory, found, by_calm = Memory(), 0, 0
    for b, (entity, place, unhurried) in zip(lived, slow_places(lived), strict=True):
        memory.observe(b)
        finding = channel.find(memory)
        assert (finding is None) == (place < 5)
        if finding:
            both = slow_surprise(every, entity, place), slow_surprise(calm, entity, unhurried)
            assert finding.surprise == pytest.approx(max(both), abs=1e-6)
            assert finding.facts["uses"] == (unhurried if both[1] > both[0] else place)
            found += 1
            by_calm += both[1] > both[0]
    assert found > 5
    assert 0 < by_calm < found


def test_a_flicker_grows_stranger_with_every_use() -> None:
    channel = Repetition.fit(history(live()))
    surprises = []
    for count in range(1, 5):
        assert channel.find(Memory.replay(toggles(count))) is None, "so few are no repetition"
    for count in range(5, MOST):
        finding = channel.find(Memory.replay(toggles(count)))
        assert finding is not None
        surprises.append(finding.surprise)
    assert all(later > earlier for earlier, later in pairwise(surprises))


def test_what_it_tells() -> None:
    burst = toggles(10)
    finding = Repetition.fit(history(live())).find(Memory.replay([*live(1), *burst]))
    assert finding is not None
    assert finding.context == tuple(reversed(burst))
    assert finding.behaviors == finding.context[:3]
    assert finding.facts == {"uses": 10.0, "seconds": pytest.approx(27.0), "usual": 1.0}


def test_what_others_do_meanwhile_does_not_matter() -> None:
    burst = toggles(10)
    between = [use(20 + (i * 3 + 1) / 3600, "lock", ("lock", "unlock")[i % 2]) for i in range(9)]
    mixed = sorted([*burst, *between], key=lambda b: b.time)
    channel = Repetition.fit(history(live()))
    alone, among = channel.find(Memory.replay(burst)), channel.find(Memory.replay(mixed))
    assert alone == among


def trying_out(entities: Sequence[str], apart: float = 240.0) -> list[Behavior]:
    """Return ten uses of one entity after another, on an evening that was not learned."""
    return [
        use(20 + (turn * apart + i * 3) / 3600, entity, ("turn_on", "turn_off")[i % 2])
        for turn, entity in enumerate(entities)
        for i in range(10)
    ]


LAMPS = [f"lamp {i}" for i in range(5)]


def of_many_lamps() -> Repetition:
    """Learn a month of lamps that go on and off once an evening."""
    past = [
        use(18 + i + hours, lamp, control, day)
        for day in range(28)
        for i, lamp in enumerate(LAMPS)
        for hours, control in ((0.0, "turn_on"), (0.5, "turn_off"))
    ]
    return Repetition.fit(history(sorted([*live(), *past], key=lambda b: b.time)))


def test_who_tries_many_things_out_is_told_of_the_first() -> None:
    channel, memory = of_many_lamps(), Memory()
    strange: list[str] = []
    for b in trying_out(LAMPS):
        memory.observe(b)
        if channel.find(memory):
            strange.append(b.entity)
    assert list(dict.fromkeys(strange)) == LAMPS[:SEVERAL]


def test_what_flickers_at_once_is_told_of_each() -> None:
    #  the power comes and goes: four lamps, all together, and all to the end
    together = sorted(
        (
            replace(b, time=b.time - i // 10 * 240.0 + i // 10 * 0.2)
            for i, b in enumerate(trying_out(LAMPS[:4]))
        ),
        key=lambda b: b.time,
    )
    channel, memory = of_many_lamps(), Memory()
    told: dict[str, float] = {}
    for b in together:
        memory.observe(b)
        if finding := channel.find(memory):
            told[b.entity] = finding.facts["uses"]
    assert told == dict.fromkeys(LAMPS[:4], 10.0)


def test_what_was_never_learned_excuses_nobody() -> None:
    channel = of_many_lamps()
    new = trying_out([f"new {i}" for i in range(SEVERAL)])
    burst = [replace(b, time=b.time + 1200) for b in trying_out(LAMPS[:1])]
    assert channel.find(Memory.replay([*new, *burst])) is not None


def test_a_flicker_an_hour_after_others_is_one_of_its_own() -> None:
    #  four lamps tried out, four minutes from one to the next ──── an hour ──── the fifth
    channel = of_many_lamps()

    def after(seconds: float) -> Memory:
        burst = [use(20 + (seconds + i * 3) / 3600, LAMPS[-1], "turn_on") for i in range(10)]
        return Memory.replay([*trying_out(LAMPS[:-1]), *burst])

    assert channel.find(after(SPELL)) is None
    assert channel.find(after(SPELL + 480)) is not None, "only two of them are within the hour"


def test_what_moves_all_day_excuses_no_flicker() -> None:
    #  three motion sensors that have runs of six all day, as they always had
    def moving(day: int) -> list[Behavior]:
        return [
            use(
                12 + turn / 10 + (i * 3 + number) / 3600,
                f"motion {number}",
                ("turn_on", "turn_off")[i % 2],
                day,
            )
            for turn in range(90)
            for number in range(SEVERAL)
            for i in range(6)
        ]

    past = sorted([*live(), *(b for day in range(28) for b in moving(day))], key=lambda b: b.time)
    channel = Repetition.fit(history(past))
    today = sorted(
        [*(b for b in moving(28) if b.time < toggles(1)[0].time), *toggles(10)], key=lambda b: b.time
    )
    finding = channel.find(Memory.replay(today))
    assert finding is not None
    assert finding.surprise > 8


def test_a_pause_ends_a_run() -> None:
    #  ten uses ─── eleven seconds ─── four uses: nothing;  five: alone
    late = [use(20 + (27 + 11 + i * 3) / 3600, "tv", ("turn_on", "turn_off")[i % 2]) for i in range(5)]
    channel = Repetition.fit(history(live()))
    assert channel.find(Memory.replay([*toggles(10), *late[:4]])) is None
    finding = channel.find(Memory.replay([*toggles(10), *late]))
    assert finding is not None
    assert set(finding.context) == set(late)


def test_a_run_counts_up_to_a_length() -> None:
    channel = Repetition.fit(history(live()))
    long, longer = (channel.find(Memory.replay(toggles(count))) for count in (MOST, 200))
    assert long is not None
    assert longer is not None
    assert longer.facts["uses"] == MOST
    assert longer.surprise == long.surprise


def test_what_is_always_used_so_fast_is_not_strange() -> None:
    past = live()
    for day in range(28):
        past += [use(21 + i * 3 / 3600, "blender", ("turn_on", "turn_off")[i % 2], day) for i in range(12)]
    channel = Repetition.fit(history(sorted(past, key=lambda b: b.time)))
    blender, tv = (channel.find(Memory.replay(toggles(12, entity=e))) for e in ("blender", "tv"))
    assert blender is not None
    assert tv is not None
    assert tv.surprise > 2.5 * blender.surprise


def test_bounces_of_every_day_excuse_no_flicker() -> None:
    #  a door that bounces eight times whenever it is used, then toggles as often with seconds between
    past = live()
    for day in range(28):
        past += [use(21 + i / 3600, "door", ("turn_on", "turn_off")[i % 2], day) for i in range(8)]
    channel = Repetition.fit(history(sorted(past, key=lambda b: b.time)))
    bounces, flicker = (channel.find(Memory.replay(toggles(8, gap, "door"))) for gap in (1.0, 3.0))
    assert bounces is not None
    assert flicker is not None
    assert flicker.surprise > 3 * bounces.surprise
    assert (flicker.facts["uses"], flicker.facts["usual"]) == (8.0, 1.0)
    faster = channel.find(Memory.replay(toggles(16, 1.0, "door")))
    assert faster is not None
    assert faster.surprise > bounces.surprise + 3, "bouncing twice as long is strange too"


def test_a_clock_that_jumps_back_is_no_error() -> None:
    burst = toggles(4)
    channel = Repetition.fit(history(live()))
    finding = channel.find(Memory.replay([*burst, burst[1]]))
    assert finding is None or finding.surprise >= 0


@pytest.mark.parametrize(("entity", "control"), [("never seen", "turn_on"), ("tv", "volume_up")])
def test_what_was_never_learned_says_nothing(entity: str, control: str) -> None:
    channel = Repetition.fit(history(live()))
    lived = [use(20 + i / 3600, entity, control) for i in range(12)]
    assert channel.find(Memory.replay(lived)) is None


def test_the_first_use_says_nothing() -> None:
    assert Repetition.fit(history(live())).find(Memory.replay(toggles(1))) is None


def test_what_is_kept_is_enough() -> None:
    fitted = Repetition.fit(history(live()))
    again = Repetition(history(live()).vocabulary, **fitted.arrays())  # type: ignore[arg-type]
    assert again.find(Memory.replay(toggles(10))) == fitted.find(Memory.replay(toggles(10)))


def test_counts_of_another_home_are_refused() -> None:
    fitted = Repetition.fit(history(live()))
    with pytest.raises(ValueError, match=r"expected counts of shape \(2, 2, 25\), got \(2, \d+, 25\)"):
        Repetition(history(toggles(5)).vocabulary, **fitted.arrays())  # type: ignore[arg-type]
