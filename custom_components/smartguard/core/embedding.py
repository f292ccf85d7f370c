"""Three-level time-aware position embedding, TTPE (paper, 4.3.1, equations 6–8).

A behavior's embedding is its device control's plus weighted encodings of its order, hour, weekday
and duration. What is hidden is replaced by a learned mask or left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .layers import Array, Arrays, Workspace
from .masking import Seen

ORDER, HOUR, WEEKDAY, DURATION = range(4)
LEVELS = ("order", "hour", "day", "duration")
START_WEIGHTS = (0.1, 0.4, 0.4, 0.7)
DURATION_SCALE = 4.0


@cache
def frequencies(width: int, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """Return the angular frequency and the phase of each of d dimensions, (d,) each (equation 7)."""
    index = np.arange(width)
    frequency = 10000.0 ** (-2 * (index // 2) / width)
    phase = np.where(index % 2 == 0, 0.0, np.pi / 2)  # cos(x) = sin(x + π/2)
    return frequency.astype(dtype), phase.astype(dtype)


def encode(values: Array, out: Array) -> Array:
    """Write the sinusoidal encoding PE of values (M,) into out (M, d) (equation 7)."""
    frequency, phase = frequencies(out.shape[1], out.dtype)
    np.multiply(values[:, None], frequency, out=out)
    out += phase
    np.sin(out, out=out)
    return out


@cache
def table(size: int, width: int, dtype: np.dtype[Any]) -> Array:
    """Return the encodings of 0 … size − 1, shape (size, d)."""
    codes: Array = np.empty((size, width), dtype)
    return encode(np.arange(size).astype(dtype), codes)


def log_duration(seconds: NDArray[Any], dtype: np.dtype[Any]) -> Array:
    """Put seconds on the logarithmic scale on which they are encoded."""
    scaled: Array = DURATION_SCALE * np.log1p(seconds.astype(dtype))
    return scaled


@dataclass(slots=True)
class EmbeddingCache:
    """What the backward pass needs; M = W·n rows."""

    control: NDArray[np.int32]  # (M,) with V where hidden
    codes: tuple[Array, Array, Array]  # hour, weekday, duration: (M, d) each, 0 where not seen
    running: Array  # (M,) 1 where a duration is seen and still open
    unclocked: Array  # (M,) 1 where the time is hidden


def embed(weights: Arrays, seen: Seen, work: Workspace) -> tuple[Array, EmbeddingCache]:
    """Return the behavior embeddings h, shape (M, d) (equations 6 and 8)."""
    windows, n = seen.control.shape
    ids = seen.control.reshape(-1)
    d = weights["control"].shape[1]
    h = np.take(weights["control"], ids, axis=0, out=work.take("h", len(ids), d), mode="clip")
    scale = weights["time_weights"]
    h.reshape(windows, n, d)[...] += scale[ORDER] * table(n, d, h.dtype)
    codes = _codes(seen, d, work)
    part = work.take("part", len(ids), d)
    for code, weight in zip(codes, scale[HOUR:], strict=True):
        h += np.multiply(code, weight, out=part)
    running = (seen.open & seen.timed).reshape(-1).astype(h.dtype)
    unclocked = (~seen.clocked).reshape(-1).astype(h.dtype)
    h += np.multiply(running[:, None], weights["open"], out=part)
    if unclocked.any():
        h += np.multiply(unclocked[:, None], weights["mask_time"], out=part)
    return h, EmbeddingCache(ids, codes, running, unclocked)


def _codes(seen: Seen, d: int, work: Workspace) -> tuple[Array, Array, Array]:
    """Encode hour, weekday and duration of each behavior, (M, d) each, zero where it is not seen."""
    rows = seen.control.size
    hour = encode(seen.hour.reshape(-1).astype(work.dtype), work.take("hour", rows, d))
    weekdays = table(7, d, work.dtype)
    weekday = np.take(
        weekdays, seen.weekday.reshape(-1), axis=0, out=work.take("weekday", rows, d), mode="clip"
    )
    duration = encode(log_duration(seen.duration.reshape(-1), work.dtype), work.take("duration", rows, d))
    if not seen.clocked.all():
        hour *= seen.clocked.reshape(-1, 1)
        weekday *= seen.clocked.reshape(-1, 1)
    if not seen.timed.all():
        duration *= seen.timed.reshape(-1, 1)
    return hour, weekday, duration


def embed_backward(grad: Array, cache: EmbeddingCache, gradients: Arrays, windows: int) -> None:
    """Fill the gradients of the embedding from that of h, shape (M, d)."""
    rows, d = grad.shape
    n = rows // windows
    add_rows(grad, cache.control, gradients["control"])
    by_order = grad.reshape(windows, n, d).sum(axis=0)
    scale = gradients["time_weights"]
    scale[ORDER] = np.vdot(by_order, table(n, d, grad.dtype))
    for place, code in enumerate(cache.codes, HOUR):
        scale[place] = np.vdot(grad, code)
    np.matmul(cache.running, grad, out=gradients["open"])
    np.matmul(cache.unclocked, grad, out=gradients["mask_time"])


def add_rows(rows: Array, ids: NDArray[np.int32], out: Array) -> None:
    """Sum rows (M, d) by id into out (V + 1, d), the gradient of a look-up."""
    order = ids.argsort(kind="stable")
    ordered = ids[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    out.fill(0)
    out[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0)
