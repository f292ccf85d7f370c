"""Each forward against a slow twin, each backward against finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from custom_components.smartguard.core.layers import (
    EPSILON,
    Array,
    Arrays,
    Workspace,
    cross_entropy,
    cross_entropy_backward,
    layer_backward,
    layer_forward,
    normalize,
    normalize_backward,
    softmax,
    softmax_backward,
    split_heads,
)

RNG = np.random.default_rng(0)
WINDOWS, N, D, FF, HEADS = 3, 4, 8, 12, 2


def differences(value: Callable[[], float], array: Array, step: float = 1e-6) -> Array:
    """Differentiate a value by every element of an array."""
    result = np.empty_like(array)
    for i in np.ndindex(array.shape):
        kept = array[i]
        array[i] = kept + step
        above = value()
        array[i] = kept - step
        result[i] = (above - value()) / (2 * step)
        array[i] = kept
    return result


def layer_weights() -> Arrays:
    shapes = {"qkv": (D, 3 * D), "out": (D, D), "expand": (D, FF), "contract": (FF, D)}
    shapes |= {"expand_bias": (FF,), "contract_bias": (D,)}
    return {f"layer.{name}": RNG.standard_normal(shape) / 2 for name, shape in shapes.items()}


def slow_normalize(row: Array) -> Array:
    mean = sum(row) / len(row)
    variance = sum((v - mean) ** 2 for v in row) / len(row)
    return np.array([(v - mean) / math.sqrt(variance + EPSILON) for v in row])


def slow_attention(x: Array, weights: Arrays) -> Array:
    """Equations 9 and 10 for one window (n, d), head by head, position by position."""
    d = D // HEADS
    q, k, v = np.split(x @ weights["layer.qkv"], 3, axis=1)
    result = np.zeros_like(x)
    for head in range(HEADS):
        part = slice(head * d, (head + 1) * d)
        for i in range(N):
            weight = [math.exp(q[i, part] @ k[j, part] / math.sqrt(d)) for j in range(N)]
            for j in range(N):
                result[i, part] += weight[j] / sum(weight) * v[j, part]
    return result


def slow_layer(x: Array, weights: Arrays) -> Array:
    """Equation 11, normalized before each part, for one window (n, d)."""
    normal = np.array([slow_normalize(row) for row in x])
    x = x + slow_attention(normal, weights) @ weights["layer.out"]
    normal = np.array([slow_normalize(row) for row in x])
    inner = np.maximum(normal @ weights["layer.expand"] + weights["layer.expand_bias"], 0)
    return x + inner @ weights["layer.contract"] + weights["layer.contract_bias"]


def forward(x: Array, weights: Arrays) -> Array:
    out = x.copy()
    layer_forward(out, weights, "layer.", heads=HEADS, windows=WINDOWS, work=Workspace(x.dtype))
    return out


def test_layer_is_the_papers() -> None:
    x, weights = RNG.standard_normal((WINDOWS * N, D)), layer_weights()
    expected = np.concatenate([slow_layer(window, weights) for window in x.reshape(WINDOWS, N, D)])
    np.testing.assert_allclose(forward(x, weights), expected, atol=1e-12)


def test_layer_gradients() -> None:
    x, weights = RNG.standard_normal((WINDOWS * N, D)), layer_weights()
    up = RNG.standard_normal(x.shape)
    work, gradients = Workspace(x.dtype), {name: np.empty_like(w) for name, w in weights.items()}
    cache = layer_forward(x.copy(), weights, "layer.", heads=HEADS, windows=WINDOWS, work=work)
    grad = layer_backward(up.copy(), cache, weights, gradients, "layer.", work=work)

    def value() -> float:
        return float((forward(x, weights) * up).sum())

    np.testing.assert_allclose(grad, differences(value, x), atol=1e-6)
    for name, weight in weights.items():
        np.testing.assert_allclose(gradients[name], differences(value, weight), atol=1e-6, err_msg=name)


def test_rows_without_a_gradient_can_be_left_out() -> None:
    x, weights, rows = RNG.standard_normal((WINDOWS * N, D)), layer_weights(), np.array([1, 2, 7, 10])
    up = np.zeros_like(x)
    up[rows] = RNG.standard_normal((4, D))
    results = []
    for picked in (None, rows):
        work, gradients = Workspace(x.dtype), {name: np.empty_like(w) for name, w in weights.items()}
        cache = layer_forward(x.copy(), weights, "layer.", heads=HEADS, windows=WINDOWS, work=work)
        grad = up.copy() if picked is None else up[rows]
        gradients["x"] = layer_backward(grad, cache, weights, gradients, "layer.", work=work, rows=picked)
        results.append(gradients)
    for name, array in results[0].items():
        np.testing.assert_allclose(results[1][name], array, atol=1e-12, err_msg=name)


def test_normalize_and_its_gradient() -> None:
    x, up = RNG.standard_normal((5, 6)), RNG.standard_normal((5, 6))
    normal = np.empty_like(x)
    scale = normalize(x, normal)
    np.testing.assert_allclose(normal, [slow_normalize(row) for row in x], atol=1e-12)

    def value() -> float:
        return float(sum((slow_normalize(row) * g).sum() for row, g in zip(x, up, strict=True)))

    expected = differences(value, x)
    np.testing.assert_allclose(normalize_backward(up.copy(), normal, scale), expected, atol=1e-7)


@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_softmax_at_any_size(size: float) -> None:
    scores = RNG.standard_normal((2, 3, 4)) * size
    got = scores.copy()
    softmax(got)
    for i in np.ndindex(2, 3):
        weight = [math.exp(s - max(scores[i])) for s in scores[i]]
        np.testing.assert_allclose(got[i], np.array(weight) / sum(weight), atol=1e-12)


def test_softmax_gradient() -> None:
    scores, up = RNG.standard_normal((2, 5)), RNG.standard_normal((2, 5))

    def probability() -> Array:
        got = scores.copy()
        softmax(got)
        return got

    got = softmax_backward(up.copy(), probability())
    np.testing.assert_allclose(got, differences(lambda: float((probability() * up).sum()), scores), atol=1e-8)


@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_cross_entropy_and_its_gradient(size: float) -> None:
    logits, targets = RNG.standard_normal((5, 4)) * size, np.array([0, 3, 1, 1, 2])
    weights = np.array([1.0, 0.0, 0.5, 2.0, 1.0])

    def losses() -> Array:
        top = logits.max(axis=1)
        return np.array(
            [
                top[i] + math.log(sum(math.exp(v - top[i]) for v in row)) - row[targets[i]]
                for i, row in enumerate(logits)
            ]
        )

    probability = logits.copy()
    np.testing.assert_allclose(cross_entropy(probability, targets), losses(), atol=1e-9 * size)
    got = cross_entropy_backward(probability, targets, weights)
    np.testing.assert_allclose(got, differences(lambda: float(losses() @ weights), logits), atol=1e-6)
    assert not got[1].any()


def test_heads_are_views() -> None:
    rows = np.arange(2.0 * 3 * 12).reshape(6, 12)
    q, _, v = split_heads(rows, 2, 3, 2)
    assert q.shape == (2, 2, 3, 2)
    assert np.shares_memory(q, rows)
    np.testing.assert_array_equal(v[1, 1, 2], rows[5, 10:12])


def test_workspace_reuses_its_memory() -> None:
    work = Workspace(np.float32)
    large = work.take("a", 4, 5)
    assert np.shares_memory(large, work.take("a", 2, 3))
    assert not np.shares_memory(large, work.take("b", 4, 5))
    assert work.take("a", 6, 5).shape == (6, 5)
