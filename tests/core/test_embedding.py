"""TTPE against equations 6–8 written out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.smartguard.core.embedding import (
    DURATION_SCALE,
    START_WEIGHTS,
    add_rows,
    embed,
    embed_backward,
    encode,
)
from custom_components.smartguard.core.layers import Arrays, Workspace
from custom_components.smartguard.core.masking import Seen, hide
from custom_components.smartguard.core.model import views

from .examples import TINY, marks, tiny, windows


def position_code(value: float, width: int) -> list[float]:
    """Equation 7, dimension by dimension."""
    code = []
    for i in range(width // 2):
        angle = value / 10000 ** (2 * i / width)
        code += [math.sin(angle), math.cos(angle)]
    return code


def slow_embed(weights: Arrays, seen: Seen) -> np.ndarray:
    """Equations 6 and 8, behavior by behavior."""
    width = weights["control"].shape[1]
    order, hour, day, lasting = weights["time_weights"]
    rows = []
    for w in range(len(seen)):
        for i in range(seen.control.shape[1]):
            h = weights["control"][seen.control[w, i]] + order * np.array(position_code(i, width))
            if seen.clocked[w, i]:
                h += hour * np.array(position_code(float(seen.hour[w, i]), width))
                h += day * np.array(position_code(int(seen.weekday[w, i]), width))
            else:
                h += weights["mask_time"]
            if seen.timed[w, i]:
                scaled = DURATION_SCALE * math.log1p(float(seen.duration[w, i]))
                h += lasting * np.array(position_code(scaled, width))
                if seen.open[w, i]:
                    h += weights["open"]
            rows.append(h)
    return np.array(rows)


@pytest.mark.parametrize("value", [0.0, 0.5, 7.25, 23.99])
def test_sinusoids_are_equation_7(value: float) -> None:
    got = encode(np.array([value]), np.empty((1, 16)))[0]
    np.testing.assert_allclose(got, position_code(value, 16), atol=1e-13)


@pytest.mark.parametrize("hidden", [False, True])
def test_embedding_is_equations_6_and_8(hidden: bool) -> None:
    given = windows(0, 7, late=True)
    control, time = (marks(1, 7), marks(2, 7)) if hidden else (None, None)
    seen = hide(given, control, time, TINY.vocabulary)
    model = tiny()
    model.parameters["time_weights"][:] = (0.3, -0.4, 0.5, 0.6)
    got, _ = embed(model.parameters, seen, Workspace(np.float64))
    np.testing.assert_allclose(got, slow_embed(model.parameters, seen), atol=1e-12)


def test_weights_start_as_in_the_paper() -> None:
    assert START_WEIGHTS == (0.1, 0.4, 0.4, 0.7)
    np.testing.assert_array_equal(tiny().parameters["time_weights"], START_WEIGHTS)


def test_every_parameter_of_the_embedding_gets_its_gradient() -> None:
    given, model, work = windows(3, 5, late=True), tiny(), Workspace(np.float64)
    seen = hide(given, marks(4, 5), marks(5, 5), TINY.vocabulary)
    up = np.random.default_rng(6).standard_normal((30, TINY.width))
    _, cache = embed(model.parameters, seen, work)
    got = views(np.full_like(model.flat, np.nan), model.shapes)
    embed_backward(up, cache, got, 5)
    for name in ("control", "time_weights", "open", "mask_time"):
        array = model.parameters[name].reshape(-1)
        for i in range(len(array)):
            kept, difference = array[i], 0.0
            for sign in (1, -1):
                array[i] = kept + sign * 1e-6
                difference += sign * float((slow_embed(model.parameters, seen) * up).sum()) / 2e-6
            array[i] = kept
            assert got[name].reshape(-1)[i] == pytest.approx(difference, abs=1e-7), (name, i)


def test_rows_are_added_by_id() -> None:
    rng = np.random.default_rng(0)
    rows, ids = rng.standard_normal((40, 3)), rng.integers(0, 7, 40).astype(np.int32)
    expected = np.zeros((9, 3))
    for row, i in zip(rows, ids, strict=True):
        expected[i] += row
    got = np.full((9, 3), np.nan)
    add_rows(rows, ids, got)
    np.testing.assert_allclose(got, expected, atol=1e-13)
