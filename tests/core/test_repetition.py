"""Repetition against a slow twin that counts gaps and tries every length of a burst."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from custom_components.smartguard.core import repetition
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import History
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.repetition import SPAN, Repetition
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import live, use

EDGES = [0.5 * 360 ** (i / 23) for i in range(24)] + [math.inf]


def history(behaviors: Sequence[Behavior]) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC)


def random_uses(seed: int, count: int = 150) -> list[Behavior]:
    """Return three entities used at gaps from a second to ten minutes."""
    rng = np.random.default_rng(seed)
    times = MONDAY + np.cumsum(np.exp(rng.uniform(0, 6.4, count)))
    entities, controls = rng.choice(["a", "b", "c"], count), rng.choice(["turn_on", "turn_off"], count)
    return [Behavior(float(t), e, e, c) for t, e, c in zip(times, entities, controls, strict=True)]


def toggles(count: int, gap: float = 3.0, entity: str = "tv") -> list[Behavior]:
    """Return a burst on the first evening that was not learned."""
    return [use(20 + i * gap / 3600, entity, ("turn_off", "turn_on")[i % 2]) for i in range(count)]


def slow_gaps(behaviors: Sequence[Behavior]) -> list[tuple[Behavior, float]]:
    """Return each use with the gap since the same entity's use before, without end above SPAN."""
    result = []
    for i, b in enumerate(behaviors):
        before = [a.time for a in behaviors[:i] if a.entity == b.entity]
        gap = b.time - before[-1] if before else math.inf
        result.append((b, gap if gap <= SPAN else math.inf))
    return result


def slow_surprise(learned: list[tuple[Behavior, float]], later: Behavior, gap: float) -> float:
    """Return -log of the share of gaps that are no longer, shrunk toward the gaps of the whole home."""
    edge = next(edge for edge in EDGES if gap <= edge)
    own = [g for b, g in learned if (b.entity, b.control) == (later.entity, later.control)]
    pool = (sum(g <= edge for _, g in learned) + 0.5) / (len(learned) + 1)
    share = (sum(g <= edge for g in own) + 5 * pool) / (len(own) + 5)
    return min(-math.log(min(share, 1.0)), 4.0)


def slow_scan(learned: list[tuple[Behavior, float]], lived: Sequence[Behavior]) -> tuple[float, int] | None:
    """Return the largest sum of surprises over the newest uses, and how many uses it takes."""
    burst = [b for b in lived if b.entity == lived[-1].entity][-32:]
    for i in range(len(burst) - 1, 0, -1):
        if burst[i].time - burst[i - 1].time > SPAN:
            burst = burst[i:]
            break
    if len(burst) < 3:
        return None
    sums = [(0.0, 1)]
    for length in range(3, len(burst) + 1):
        gaps = [(b, b.time - a.time) for a, b in pairwise(burst[-length:])]
        sums.append((sum(slow_surprise(learned, b, gap) - 1.5 for b, gap in gaps), length))
    return max(sums, key=lambda s: s[0])


@pytest.mark.parametrize("seed", range(4))
def test_scan_is_that_of_the_slow_twin(seed: int) -> None:
    past, lived = random_uses(seed), random_uses(seed + 100)
    channel, learned = Repetition.fit(history(past)), slow_gaps(past)
    memory, found = Memory(), 0
    for i, b in enumerate(lived):
        memory.observe(b)
        finding, expected = channel.find(memory), slow_scan(learned, lived[: i + 1])
        assert (finding is None) == (expected is None)
        if finding and expected:
            assert finding.surprise == pytest.approx(expected[0], abs=1e-6)
            assert finding.facts["uses"] == expected[1]
            found += finding.surprise > 0
    assert found > 5


def test_a_flicker_grows_stranger_with_every_use() -> None:
    channel = Repetition.fit(history(live()))
    surprises = []
    assert channel.find(Memory.replay(toggles(2))) is None, "twice is no repetition"
    for count in range(3, 20):
        finding = channel.find(Memory.replay(toggles(count)))
        assert finding is not None
        surprises.append(finding.surprise)
    assert all(later > earlier for earlier, later in pairwise(surprises))
    assert surprises[0] <= 2 * (4.0 - 1.5), "two quick uses prove little"
    assert surprises[7] > 4.0 * surprises[0]


def test_what_it_tells() -> None:
    burst = toggles(10)
    finding = Repetition.fit(history(live())).find(Memory.replay([*live(1), *burst]))
    assert finding is not None
    assert finding.context == tuple(reversed(burst))
    assert finding.behaviors == finding.context[:3]
    assert finding.facts == {"uses": 10.0, "seconds": pytest.approx(27.0), "usual_gap": pytest.approx(SPAN)}


def test_what_others_do_meanwhile_does_not_matter() -> None:
    burst = toggles(10)
    between = [use(20 + (i * 3 + 1) / 3600, "lock", ("lock", "unlock")[i % 2]) for i in range(9)]
    mixed = sorted([*burst, *between], key=lambda b: b.time)
    channel = Repetition.fit(history(live()))
    alone, among = channel.find(Memory.replay(burst)), channel.find(Memory.replay(mixed))
    assert alone == among


def test_a_long_gap_ends_a_burst() -> None:
    #  ten uses ─── more than SPAN ─── two uses: nothing;  three uses: compared with each other alone
    late = [use(21 + i * 50 / 3600, "tv", ("turn_on", "turn_off")[i % 2]) for i in range(3)]
    channel = Repetition.fit(history(live()))
    assert channel.find(Memory.replay([*toggles(10), *late[:2]])) is None
    finding = channel.find(Memory.replay([*toggles(10), *late]))
    assert finding is not None
    assert set(finding.context) <= set(late)


def test_a_burst_counts_up_to_a_length() -> None:
    channel = Repetition.fit(history(live()))
    finding = channel.find(Memory.replay(toggles(200)))
    assert finding is not None
    assert finding.facts["uses"] == 32


def test_what_is_always_used_so_fast_is_not_strange() -> None:
    past = live()
    for day in range(28):
        past += [use(21 + i * 3 / 3600, "blender", ("turn_on", "turn_off")[i % 2], day) for i in range(12)]
    channel = Repetition.fit(history(sorted(past, key=lambda b: b.time)))
    blender, tv = (channel.find(Memory.replay(toggles(12, entity=e))) for e in ("blender", "tv"))
    assert blender is not None
    assert tv is not None
    assert blender.surprise < 1
    assert tv.surprise > 10


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


def test_the_twin_knows_the_bins() -> None:
    np.testing.assert_allclose(repetition._EDGES, EDGES[:-1])
