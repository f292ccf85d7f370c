"""Hidden losses position by position, and NWRL against equations 17–19 written out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.smartguard.core.scoring import (
    equation_19,
    hidden_logits,
    hidden_losses,
    logits_at,
    losses_of,
    nwrl_score,
    nwrl_weights,
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
