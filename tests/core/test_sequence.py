"""The sequence score: live as in one batch, by weight, and silent about what it never learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import SETTLE, History
from custom_components.smartguard.core.memory import RECENT, Memory
from custom_components.smartguard.core.scoring import hidden_losses, nwrl_score
from custom_components.smartguard.core.sequence import (
    CHATTY_SLOT,
    CHATTY_USES_A_DAY,
    Look,
    SequenceScore,
    chatty_entities,
    thin,
)
from custom_components.smartguard.core.vocabulary import UNKNOWN, Vocabulary

from .examples import MONDAY, UTC
from .household import DAYS, HOUR, guard, live, use

DAY = live(1, 1, DAYS)


def sequence(**changes: object) -> SequenceScore:
    return replace(guard().sequence, **changes)


def chatter(seconds: float, day: int = 0, count: int = 2000) -> list[Behavior]:
    """Return a motion sensor that says something every so many seconds from midnight on."""
    times = np.arange(count) * seconds
    return [use(t / HOUR, "motion", ("detect", "clear")[i % 2], day) for i, t in enumerate(times)]


def look_at(score: SequenceScore, behaviors: list[Behavior]) -> Look:
    look = score.look(Memory.replay(behaviors))
    assert look is not None
    return look


def test_one_at_a_time_is_as_in_one_batch() -> None:
    score, behaviors = sequence(), live(4, 2, DAYS)
    windows = score.windows(behaviors)
    losses = hidden_losses(score.model, windows)
    batch = nwrl_score(losses, windows.control, score.weights)
    memory, looks = Memory(), []
    for behavior in behaviors:
        memory.observe(behavior)
        looks.append(score.look(memory))
    assert looks[:9] == [None] * 9
    lived = [look for look in looks if look is not None]
    assert len(lived) == len(batch) == len(behaviors) - 9
    np.testing.assert_allclose([look.score for look in lived], batch, rtol=1e-5)
    np.testing.assert_allclose([look.losses for look in lived], losses, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("seconds", [20.0, 47.0, 130.0, 700.0])
def test_what_is_read_live_is_what_is_read_in_one_batch(seconds: float) -> None:
    """Also when far more was said than the memory holds."""
    score = sequence(chatty=frozenset({"motion"}), weights=np.ones(len(guard().vocabulary), np.float32))
    behaviors = sorted([*chatter(seconds, count=int(3 * RECENT)), *live(3)], key=lambda b: b.time)
    memory, read = Memory(), []
    for behavior in behaviors:
        memory.observe(behavior)
        if score.read(memory.recent)[-1] is behavior:
            read.append(behavior)
    assert read == score.read(behaviors)


def test_who_chatters() -> None:
    #  motion: more than 60 uses a day, door: 60
    often = [use(i / 5, "motion", "detect", day) for day in range(3) for i in range(61)]
    just = [use(i / 5, "door", "open", day) for day in range(3) for i in range(60)]
    behaviors = sorted([*often, *just], key=lambda b: b.time)
    given = History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC)
    assert len(just) == CHATTY_USES_A_DAY * 3
    assert chatty_entities(given) == {"motion"}
    assert chatty_entities(History.of([], Vocabulary(()), UTC)) == frozenset()


def test_thinning() -> None:
    #  a slot:  0 ────────── 900 ────────── 1800      the door does not chatter
    #  motion   0  30  899    900 1000       1850
    said = [(t, "motion") for t in (0, 30, 899, 900, 1000, 1850)] + [(t, "door") for t in (1, 2, 3, 1001)]
    behaviors = [Behavior(MONDAY + t, e, e, "detect") for t, e in sorted(said)]
    assert MONDAY % CHATTY_SLOT == 0
    kept = [(b.time - MONDAY, b.entity) for b in thin(behaviors, frozenset({"motion"}))]
    expected = [(0, "motion"), (1, "door"), (2, "door"), (3, "door")]
    assert kept == [*expected, (900, "motion"), (1001, "door"), (1850, "motion")]
    assert thin(behaviors, frozenset()) == behaviors


def test_a_behavior_that_is_not_read_is_not_judged() -> None:
    score = sequence(chatty=frozenset({"tv"}))
    again = replace(DAY[-1], entity="tv", control="turn_on")
    assert score.look(Memory.replay([*DAY, again])) is not None
    assert score.look(Memory.replay([*DAY, again, replace(again, time=again.time + 1)])) is None


def test_too_few_behaviors_are_no_window() -> None:
    assert sequence().look(Memory.replay(DAY[:9])) is None
    assert sequence().find(Memory.replay(DAY[:9]), DAY[8]) is None
    assert sequence().look(Memory.replay(DAY[:10])) is not None


def test_the_score_is_shared_out() -> None:
    look = look_at(sequence(), DAY)
    assert look.behaviors == tuple(DAY[-10:])
    assert look.shares.sum() == pytest.approx(1)
    assert look.contributions.sum() == pytest.approx(look.score, rel=1e-5)
    assert (look.losses >= 0).all()
    heaviest = sorted(zip(-look.contributions, range(10), strict=True))[:3]
    assert look.heaviest() == tuple(look.behaviors[i] for _, i in heaviest)


def test_what_was_likely_instead() -> None:
    score = sequence()
    look = look_at(score, DAY)
    np.testing.assert_allclose(look.probabilities.sum(-1), 1, rtol=1e-5)
    for position in range(10):
        likely = look.expected(score.vocabulary, position)
        probabilities = [p for _, p in likely]
        assert probabilities == sorted(probabilities, reverse=True)
        assert probabilities[0] == pytest.approx(look.probabilities[position, 1:].max())
        # The loss of what was done is the log of its own probability.
        done = score.vocabulary.id_of(look.behaviors[position])
        assert look.losses[position] == pytest.approx(-np.log(look.probabilities[position, done]), abs=1e-4)
        token = likely[0][0]
        named = Behavior(0, token.device, token.entity, token.control)
        assert score.vocabulary.id_of(named) == 1 + int(look.probabilities[position, 1:].argmax())


def slow_loss(score: SequenceScore, read: list[Behavior], b: Behavior) -> list[float]:
    """Return the hidden loss of a behavior in each window that holds it when it settles, one at a time."""
    losses = []
    for end in range(9, len(read)):
        window = read[end - 9 : end + 1]
        if b in window and window[-1].time <= b.time + SETTLE:
            losses.append(float(score.look_at(window).losses[window.index(b)]))
    return losses


def test_a_settled_behavior_is_judged_in_every_window_that_holds_it() -> None:
    score, lived = sequence(), live(2, 2, DAYS)
    memory, found, several = Memory.replay(lived), [], 0
    for b in lived:
        losses = slow_loss(score, lived, b)
        finding = score.find(memory, b)
        assert (finding is None) == (not losses)
        if finding is None:
            continue
        weight = 2 * float(score.weights[score.vocabulary.id_of(b)])
        assert finding.surprise == pytest.approx(weight * np.mean(losses), rel=1e-4)
        assert finding.facts["loss"] == pytest.approx(np.mean(losses), rel=1e-4)
        assert finding.behaviors == finding.context == (b,)
        found.append((b.time + SETTLE, finding))
        several += len(losses) > 1
    assert several > 3
    judged = score.judged(lived)
    assert [(time, f.context) for time, f in judged] == [(time, f.context) for time, f in found]
    assert [f.surprise for _, f in judged] == pytest.approx([f.surprise for _, f in found], rel=1e-4)


def test_it_is_looked_at_with_most_of_what_followed() -> None:
    score, memory = sequence(), Memory.replay(DAY)
    first = DAY[12]
    followers = [b for b in DAY if first.time <= b.time <= first.time + SETTLE]
    look = score.look_about(memory, first)
    assert look is not None
    assert look.behaviors[-1] == followers[-1]
    assert first in look.behaviors
    finding = score.find(memory, first)
    assert finding is not None
    likely = look.expected(score.vocabulary, look.behaviors.index(first), 1)[0][0]
    assert finding.facts["expected_entity"] == likely.entity
    assert finding.facts["expected_control"] == likely.control
    assert score.look_about(Memory.replay(DAY[:9]), DAY[3]) is None


def test_what_was_never_learned_is_not_read() -> None:
    #  In the middle of the evening a new device is used again and again.
    new = [use(18.6 + i / 100, "new thing", ("turn_on", "turn_off")[i % 2]) for i in range(30)]
    score, alone = sequence(), Memory.replay(DAY)
    beside = Memory.replay(sorted([*DAY, *new], key=lambda b: b.time))
    assert all(score.find(beside, b) is None for b in new)
    assert [score.find(beside, b) for b in DAY] == [score.find(alone, b) for b in DAY]


def test_a_control_without_weight_adds_nothing() -> None:
    weights = guard().sequence.weights.copy()
    tv_on = guard().vocabulary.id_of(use(0, "tv", "turn_on"))
    assert weights[UNKNOWN] == 0
    assert (weights[1:] > 0).all()
    weights[tv_on] = 0
    score = sequence(weights=weights)
    assert score.read(DAY) == [b for b in DAY if (b.entity, b.control) != ("tv", "turn_on")]
    assert len(score.read(DAY)) == len(DAY) - 1
    look = score.look_at(DAY[-10:])
    position = next(i for i, b in enumerate(DAY[-10:]) if (b.entity, b.control) == ("tv", "turn_on"))
    assert look.contributions[position] == 0
    others = [i for i in range(10) if i != position]
    known = score.weights[[score.vocabulary.id_of(DAY[-10:][i]) for i in others]]
    assert look.score == pytest.approx(np.average(look.losses[others], weights=known), rel=1e-5)
