"""Adam against its paper's algorithm, element by element."""

from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.smartguard.core.optimizer import CHUNK, Adam


def test_adam_is_algorithm_1() -> None:
    rng = np.random.default_rng(0)
    start, gradients = rng.standard_normal(6), rng.standard_normal((5, 6))
    got, adam = start.copy(), Adam(6, np.dtype(np.float64), 0.01)
    for gradient in gradients:
        adam.step(got, gradient.copy())
    for i in range(6):
        value, mean, square = float(start[i]), 0.0, 0.0
        for t, gradient in enumerate(gradients[:, i].tolist(), 1):
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            value -= 0.01 * (mean / (1 - 0.9**t)) / (math.sqrt(square / (1 - 0.999**t)) + 1e-8)
        assert got[i] == pytest.approx(value, abs=1e-12)


def test_chunks_make_no_difference() -> None:
    rng = np.random.default_rng(1)
    size = 2 * CHUNK + 7
    start, gradient = rng.standard_normal(size), rng.standard_normal(size)
    whole, adam = start.copy(), Adam(size, np.dtype(np.float64))
    adam.step(whole, gradient.copy())
    for piece in (slice(0, 5), slice(CHUNK - 2, CHUNK + 2), slice(size - 3, size)):
        part, small = start[piece].copy(), Adam(piece.stop - piece.start, np.dtype(np.float64))
        small.step(part, gradient[piece].copy())
        np.testing.assert_array_equal(whole[piece], part)


def test_learning_rate_may_change() -> None:
    adam = Adam(1, np.dtype(np.float64), 0.5)
    value = np.zeros(1)
    adam.step(value, np.ones(1))
    assert value[0] == pytest.approx(-0.5)
    adam.learning_rate = 0.0
    adam.step(value, np.ones(1))
    assert value[0] == pytest.approx(-0.5)
