"""The sequence score: live as in one batch, by weight, and silent about what it never learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import History
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
    assert sequence().find(Memory.replay(DAY[:9])) is None
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


def test_a_finding_is_about_the_heaviest() -> None:
    score = sequence()
    look = look_at(score, DAY)
    finding = score.find(Memory.replay(DAY))
    assert finding is not None
    assert finding.surprise == look.score
    assert finding.behaviors == look.heaviest()
    assert finding.context == look.behaviors
    position = look.behaviors.index(finding.behaviors[0])
    token, probability = look.expected(score.vocabulary, position, 1)[0]
    assert finding.facts == {
        "loss": pytest.approx(float(look.losses[position])),
        "expected_entity": token.entity,
        "expected_control": token.control,
        "probability": probability,
    }


def test_what_was_never_learned_is_not_read() -> None:
    #  In the middle of the evening a new device is used again and again.
    new = [use(18.6 + i / 100, "new thing", ("turn_on", "turn_off")[i % 2]) for i in range(30)]
    behaviors = sorted([*DAY, *new], key=lambda b: b.time)
    score, alone, beside = sequence(), Memory(), Memory()
    expected = {}
    for b in DAY:
        alone.observe(b)
        expected[b] = score.find(alone)
    for b in behaviors:
        beside.observe(b)
        assert score.find(beside) == expected.get(b)


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
