"""The parts of a transformer layer: each forward next to the backward derived by hand.

Arrays are rows of behaviors: M = W·n rows, d columns. Every function writes into buffers of a
`Workspace`, so one micro-batch after the other runs without asking the system for memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Arrays: TypeAlias = dict[str, Array]
Rows: TypeAlias = NDArray[np.intp]

EPSILON = 1e-5
SAFE_EXPONENT = 60.0


class Workspace:
    """Named buffers that are reused; what a pass left in them lives until the next pass."""

    def __init__(self, dtype: DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self._buffers: dict[str, Array] = {}

    def take(self, name: str, *shape: int) -> Array:
        """Return an uninitialized array of `shape`, on the memory that this name had before."""
        size = int(np.prod(shape))
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < size:
            buffer = self._buffers[name] = np.empty(size, self.dtype)
        return buffer[:size].reshape(shape)


def row_means(x: Array) -> Array:
    """Return the mean of each row of x (M, d), shape (M, 1); a product is the fastest way to add."""
    means: Array = x @ np.full((x.shape[1], 1), 1 / x.shape[1], x.dtype)
    return means


def column_sums(x: Array, out: Array) -> None:
    """Add up the rows of x (M, d) into out (d,)."""
    np.matmul(np.ones(len(x), x.dtype), x, out=out)


def normalize(x: Array, out: Array) -> Array:
    """Give every row of x (M, d) mean 0 and variance 1, into `out`; return 1 / deviation, (M, 1)."""
    np.subtract(x, row_means(x), out=out)
    variance = np.einsum("md,md->m", out, out)[:, None] / x.dtype.type(x.shape[1])
    scale: Array = 1 / np.sqrt(variance + x.dtype.type(EPSILON))
    out *= scale
    return scale


def normalize_backward(grad: Array, normal: Array, scale: Array) -> Array:
    """Turn the gradient of `normalize`'s output into that of its input, in place."""
    shared = np.einsum("md,md->m", grad, normal)[:, None] / grad.dtype.type(grad.shape[1])
    grad -= row_means(grad)
    grad -= normal * shared
    grad *= scale
    return grad


def softmax(scores: Array) -> Array:
    """Turn the last axis of contiguous `scores` into probabilities, in place; return its sums.

    The greatest score is only taken off where the exponential might overflow otherwise.
    """
    if max(float(scores.max()), -float(scores.min())) > SAFE_EXPONENT:
        scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    size = scores.shape[-1]
    rows = scores.reshape(-1, size)
    # a product with ones adds short rows, and repeats the sum in them, faster than a reduction
    sums = rows @ np.ones((size, size), scores.dtype)
    rows /= sums
    return sums


def softmax_backward(grad: Array, probability: Array) -> Array:
    """Turn the gradient of softmax's output into that of its input, in place: p·(g − Σ p·g)."""
    size = grad.shape[-1]
    grad *= probability
    rows = grad.reshape(-1, size)
    sums = rows @ np.ones((size, size), grad.dtype)
    rows -= probability.reshape(-1, size) * sums
    return grad


def split_heads(qkv: Array, windows: int, parts: int, heads: int) -> Array:
    """View (M, parts·d) as (parts, W, heads, n, d/heads), without a copy."""
    return qkv.reshape(windows, -1, parts, heads, qkv.shape[1] // (parts * heads)).transpose(2, 0, 3, 1, 4)


@dataclass(slots=True)
class LayerCache:
    """What the backward pass of one layer needs."""

    normal: Array  # (M, d) what attention read
    scale: Array  # (M, 1)
    qkv: Array  # (M, 3d)
    attention: Array  # (W, heads, n, n) probabilities
    mixed: Array  # (M, d) what the output projection read
    normal2: Array  # (M, d) what the feed-forward network read
    scale2: Array  # (M, 1)
    hidden: Array  # (M, ff) after ReLU

    def pick(self, rows: Rows) -> LayerCache:
        """Return the same with only these rows in all that attention does not mix."""
        return replace(
            self,
            mixed=self.mixed[rows],
            normal2=self.normal2[rows],
            scale2=self.scale2[rows],
            hidden=self.hidden[rows],
        )


def layer_forward(
    x: Array, weights: Arrays, name: str, *, heads: int, windows: int, work: Workspace
) -> LayerCache:
    """Add one transformer layer to x (M, d) in place (equations 9–11, normalized before each part)."""
    rows, d = x.shape
    normal = work.take(name + "normal", rows, d)
    scale = normalize(x, normal)
    qkv = np.matmul(normal, weights[name + "qkv"], out=work.take(name + "qkv", rows, 3 * d))
    q, k, v = split_heads(qkv, windows, 3, heads)  # each (W, heads, n, d/heads)
    n = rows // windows
    attention = np.matmul(q, k.swapaxes(2, 3), out=work.take(name + "attention", windows, heads, n, n))
    attention *= x.dtype.type((heads / d) ** 0.5)
    softmax(attention)
    mixed = work.take(name + "mixed", rows, d)
    np.matmul(attention, v, out=split_heads(mixed, windows, 1, heads)[0])
    part = work.take("part", rows, d)
    x += np.matmul(mixed, weights[name + "out"], out=part)

    normal2 = work.take(name + "normal2", rows, d)
    scale2 = normalize(x, normal2)
    expand = weights[name + "expand"]
    hidden = np.matmul(normal2, expand, out=work.take(name + "hidden", rows, expand.shape[1]))
    bias = weights[name + "expand_bias"]
    hidden += bias
    np.maximum(hidden, np.zeros_like(bias), out=hidden)  # ReLU; several times faster than against a scalar
    x += np.matmul(hidden, weights[name + "contract"], out=part)
    x += weights[name + "contract_bias"]
    return LayerCache(normal, scale, qkv, attention, mixed, normal2, scale2, hidden)


def layer_backward(
    grad: Array,
    cache: LayerCache,
    weights: Arrays,
    gradients: Arrays,
    name: str,
    *,
    work: Workspace,
    rows: Rows | None = None,
) -> Array:
    """Return the gradient of a layer's input (M, d) from that of its output; fill `gradients`.

    grad: (M, d), used up; or (R, d), that of the given `rows`, where the others have none.
    """
    picked = cache if rows is None else cache.pick(rows)
    part = feed_forward_backward(grad, picked, weights, gradients, name, work=work)
    grad += normalize_backward(part, picked.normal2, picked.scale2)
    np.matmul(picked.mixed.T, grad, out=gradients[name + "out"])
    mixed = np.matmul(grad, weights[name + "out"].T, out=work.take("mixed", *grad.shape))
    if rows is not None:
        grad, mixed = (spread(array, rows, len(cache.normal)) for array in (grad, mixed))
    part = attention_backward(mixed, cache, weights, gradients, name, work=work)
    grad += normalize_backward(part, cache.normal, cache.scale)
    return grad


def spread(picked: Array, rows: Rows, count: int) -> Array:
    """Put R rows in their places among `count`, the others 0."""
    full = np.zeros((count, picked.shape[1]), picked.dtype)
    full[rows] = picked
    return full


def feed_forward_backward(
    grad: Array, cache: LayerCache, weights: Arrays, gradients: Arrays, name: str, *, work: Workspace
) -> Array:
    """Return the gradient of the feed-forward network's input, in the buffer `part`."""
    hidden = cache.hidden
    np.matmul(hidden.T, grad, out=gradients[name + "contract"])
    column_sums(grad, gradients[name + "contract_bias"])
    inner = np.matmul(grad, weights[name + "contract"].T, out=work.take("inner", *hidden.shape))
    inner *= hidden > 0
    np.matmul(cache.normal2.T, inner, out=gradients[name + "expand"])
    column_sums(inner, gradients[name + "expand_bias"])
    part: Array = np.matmul(inner, weights[name + "expand"].T, out=work.take("part", *grad.shape))
    return part


def attention_backward(
    grad: Array, cache: LayerCache, weights: Arrays, gradients: Arrays, name: str, *, work: Workspace
) -> Array:
    """Return the gradient of attention's input, in `part`, from that of what its heads gathered."""
    windows, heads = cache.attention.shape[:2]
    rows, d = grad.shape
    grad_mixed = split_heads(grad, windows, 1, heads)[0]
    q, k, v = split_heads(cache.qkv, windows, 3, heads)
    grad_qkv = work.take("qkv", rows, 3 * d)
    grad_q, grad_k, grad_v = split_heads(grad_qkv, windows, 3, heads)
    scores = np.matmul(grad_mixed, v.swapaxes(2, 3), out=work.take("scores", *cache.attention.shape))
    np.matmul(cache.attention.swapaxes(2, 3), grad_mixed, out=grad_v)
    softmax_backward(scores, cache.attention)
    scores *= grad.dtype.type((heads / d) ** 0.5)
    np.matmul(scores, k, out=grad_q)
    np.matmul(scores.swapaxes(2, 3), q, out=grad_k)
    np.matmul(cache.normal.T, grad_qkv, out=gradients[name + "qkv"])
    part: Array = np.matmul(grad_qkv, weights[name + "qkv"].T, out=work.take("part", rows, d))
    return part


def cross_entropy(logits: Array, targets: NDArray[np.integer[Any]]) -> Array:
    """Return −log p(target) of every row, shape (M,); `logits` (M, K) become probabilities, in place."""
    rows = np.arange(len(targets))
    if max(float(logits.max()), -float(logits.min())) > SAFE_EXPONENT:
        logits -= logits.max(axis=1, keepdims=True)
    chosen = logits[rows, targets]
    np.exp(logits, out=logits)
    sums = logits @ np.ones(logits.shape[1], logits.dtype)
    logits /= sums[:, None]
    losses: Array = np.log(sums) - chosen
    return losses


def cross_entropy_backward(probability: Array, targets: NDArray[np.integer[Any]], weights: Array) -> Array:
    """Return the gradient of Σ weight·loss by the logits, in place of `probability` (M, K)."""
    probability *= weights[:, None]
    probability[np.arange(len(targets)), targets] -= weights
    return probability
