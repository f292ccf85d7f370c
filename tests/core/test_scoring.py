"""Hidden losses position by position, and NWRL against equations 17–19 written out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.scoring import (
    equation_19,
    hidden_logits,
    hidden_losses,
    hidden_time_losses,
    highest_mean,
    logits_at,
    losses_of,
    nwrl_score,
    nwrl_weights,
    timeless_losses,
    two_reasons,
    typical_losses,
    visible_losses,
)
from custom_components.smartguard.core.vocabulary import UNKNOWN

from .examples import tiny, windows


def slow_loss(row: np.ndarray, target: int) -> float:
    return math.log(sum(math.exp(v) for v in row)) - float(row[target])


def test_each_position_is_judged_while_hidden() -> None:
    model, given = tiny(), windows(0, 25)
    losses, logits = hidden_losses(model, given), hidden_logits(model, given)
    assert set(logits) == {"control", "device"}
    for w in range(25):
        one = given.take(slice(w, w + 1))
        for i in range(6):
            values, _ = model.forward(one, np.eye(6, dtype=bool)[[i]])
            for name, array in logits.items():
                np.testing.assert_allclose(array[w, i], values[name][0, i], atol=1e-12)
            target = int(given.control[w, i])
            expected = math.log(9) if target == UNKNOWN else slow_loss(values["control"][0, i], target)
            assert losses[w, i] == pytest.approx(expected)


def test_one_position_of_each_window() -> None:
    model, given = tiny(), windows(0, 70)
    positions = np.random.default_rng(0).integers(0, 6, 70)
    expected = hidden_logits(model, given)["control"][np.arange(70), positions]
    np.testing.assert_allclose(logits_at(model, given, positions), expected, atol=1e-12)


def test_each_time_is_judged_while_hidden() -> None:
    model, given = tiny(), windows(1, 13)
    losses = hidden_time_losses(model, given)
    assert set(losses) == {"hour", "weekday"}
    for w in range(13):
        one = given.take(slice(w, w + 1))
        for i in range(6):
            values, _ = model.forward(one, None, np.eye(6, dtype=bool)[[i]])
            hour, weekday = int(given.hour[w, i]), int(given.weekday[w, i])
            assert losses["hour"][w, i] == pytest.approx(slow_loss(values["hour"][0, i], hour))
            assert losses["weekday"][w, i] == pytest.approx(slow_loss(values["weekday"][0, i], weekday))


def test_hours_are_judged_with_every_time_hidden() -> None:
    model, given = tiny(), windows(3, 70)
    losses = timeless_losses(model, given)
    for w in range(0, 70, 9):
        one = given.take(slice(w, w + 1))
        values, _ = model.forward(one, None, np.ones((1, 6), bool))
        for i in range(6):
            expected = slow_loss(values["hour"][0, i], int(given.hour[w, i]))
            assert losses[w, i] == pytest.approx(expected)
    moved = replace(given, weekday=(given.weekday + 3) % 7, duration=given.duration * 2)
    np.testing.assert_allclose(timeless_losses(model, moved), losses)


def test_typical_losses_of_the_hardly_used_are_those_of_all() -> None:
    rng = np.random.default_rng(0)
    controls = rng.choice(3, (400, 6), p=[0.5, 0.499, 0.001]).astype(np.int32)
    losses = np.where(controls == 0, 1.0, np.where(controls == 1, 3.0, 40.0))
    typical = typical_losses(losses, controls, 5)
    assert typical[:2] == pytest.approx([1.0, 3.0], abs=0.03)
    uses, mean = int((controls == 2).sum()), float(losses.mean())
    assert typical[2] == pytest.approx((40.0 * uses + 10 * mean) / (uses + 10))
    assert typical[3:] == pytest.approx([mean, mean])


def test_the_highest_are_not_diluted() -> None:
    losses = np.array([[0.0, 0.0, 0.0, 6.0, 8.0], [3.0, 3.0, 3.0, 3.0, 3.0]])
    assert highest_mean(losses).tolist() == [7.0, 3.0]
    assert highest_mean(losses, 5).tolist() == pytest.approx([2.8, 3.0])


def test_a_repeat_is_half_a_reason() -> None:
    losses = np.array([[8.0, 6.0, 2.0, 1.0, 0.0]] * 3)
    two, again, alone = two_reasons(losses, np.array([[1, 2, 3, 3, 3], [1, 1, 3, 3, 3], [1, 1, 1, 1, 1]]))
    assert two == pytest.approx((8 + 6) / 2)
    assert again == pytest.approx(((8 + 6) / 2 + (8 + 2) / 2) / 2)
    assert alone == pytest.approx(((8 + 6) / 2 + (8 + 0) / 2) / 2)


def test_the_papers_score_sees_all() -> None:
    model, given = tiny(), windows(2, 70)
    got = visible_losses(model, given)
    values, _ = model.forward(given)
    np.testing.assert_allclose(got, losses_of(values["control"], given.control), atol=1e-12)
    assert (got != hidden_losses(model, given)).any()


def test_losses_of_logits_leaves_them_alone() -> None:
    model, given = tiny(), windows(3, 4)
    logits = hidden_logits(model, given)["control"]
    kept = logits.copy()
    np.testing.assert_allclose(losses_of(logits, given.control), hidden_losses(model, given))
    np.testing.assert_array_equal(logits, kept)


def test_no_windows_no_losses() -> None:
    model, given = tiny(), windows(4, 3).take(slice(0, 0))
    assert hidden_losses(model, given).shape == (0, 6)
    assert hidden_logits(model, given)["control"].shape == (0, 6, 9)
    assert visible_losses(model, given).shape == (0, 6)


def test_weights_are_equation_17() -> None:
    vector = np.array([99.0, 0.2, 0.4, 3.0, 1.0])  # the first is the unknown, which is not in C
    known = vector[1:].tolist()
    mean = sum(known) / 4
    variance = sum((v - mean) ** 2 for v in known) / 4
    got = nwrl_weights(vector, mu=0.1)
    for c in range(1, 5):
        inner = -max(vector[c] - mean, 0.0) / math.sqrt(variance * 0.1)
        assert got[c] == pytest.approx(1 / (1 + math.exp(-inner)))
    assert got[1] == got[2] == 0.5  # routine behaviors weigh the same
    assert got[3] < got[4] <= 0.5


def test_weights_where_nothing_varies() -> None:
    np.testing.assert_array_equal(nwrl_weights(np.full(4, 2.0)), np.full(4, 0.5))
    np.testing.assert_array_equal(nwrl_weights(np.zeros(1)), [0.5])


def test_score_is_equations_18_and_19() -> None:
    rng = np.random.default_rng(5)
    losses, controls, weights = rng.random((6, 10)), rng.integers(0, 9, (6, 10)), rng.random(9)
    score, printed = nwrl_score(losses, controls, weights), equation_19(losses, controls, weights)
    for w in range(6):
        total = sum(weights[c] for c in controls[w])
        share = [weights[c] / total for c in controls[w]]
        weighted = sum(p * loss for p, loss in zip(share, losses[w], strict=True))
        assert score[w] == pytest.approx(weighted)
        assert printed[w] == pytest.approx(weighted / 10)


def test_score_of_controls_that_weigh_nothing() -> None:
    score = nwrl_score(np.array([[1.0, 3.0]]), np.array([[1, 2]]), np.zeros(3))
    assert score.tolist() == [2.0]
