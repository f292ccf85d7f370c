"""What the network is not shown: the loss-guided dynamic mask (equations 1–4) and what it hides.

A hidden control hides its device's duration as well, and every trace that it left in the durations
of other behaviors; a hidden time likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .vocabulary import UNKNOWN
from .windows import Windows

Bools: TypeAlias = NDArray[np.bool_]
Strategy: TypeAlias = Literal["none", "random", "top_k_loss", "loss_guided", "loss_sampled"]
STRATEGIES: tuple[Strategy, ...] = ("none", "random", "top_k_loss", "loss_guided", "loss_sampled")


def loss_vector(
    losses: NDArray[Any], controls: NDArray[np.integer[Any]], vocabulary: int
) -> NDArray[np.float64]:
    """Return the mean loss of each device control over all its occurrences, shape (V,) (equations 1, 2).

    losses, controls: the same shape. A control that did not occur gets the mean of those that did.
    """
    flat = controls.reshape(-1)
    counts = np.bincount(flat, minlength=vocabulary)
    sums = np.bincount(flat, losses.reshape(-1).astype(np.float64), minlength=vocabulary)
    seen = counts > 0
    vector = np.full(vocabulary, 0.0)
    np.divide(sums, counts, out=vector, where=seen)
    if seen.any():
        vector[~seen] = vector[seen].mean()
    return vector


def masked_count(size: int, ratio: float) -> int:
    """Return ⌊n·r⌋, at least one."""
    return max(1, int(size * ratio + 1e-9))


def highest_losses(
    controls: NDArray[np.integer[Any]], vector: NDArray[np.float64], count: int, rng: np.random.Generator
) -> Bools:
    """Choose in each window the `count` behaviors whose controls were hardest, (W, n) (equations 3, 4).

    Equals are taken in random order, and the unknown, which is never a target, last.
    """
    losses = np.where(controls == UNKNOWN, -np.inf, vector[controls])
    order = np.lexsort((rng.random(controls.shape), -losses))
    mask = np.zeros(controls.shape, bool)
    np.put_along_axis(mask, order[:, :count], True, axis=1)
    return mask


def sampled_losses(
    controls: NDArray[np.integer[Any]], vector: NDArray[np.float64], count: int, rng: np.random.Generator
) -> Bools:
    """Draw in each window `count` behaviors with odds in proportion to their controls' losses, (W, n).

    Equation 4 always takes the highest: a control that is easy while it is seen is then never hidden in
    training, and means nothing when a score hides it (held-out hidden loss 4.65 against 2.03 nats in the
    simulated home). Drawing keeps the guidance and hides every control sometimes (Gumbel top-k).
    """
    odds = np.log(np.maximum(vector[controls], 1e-6)) + rng.gumbel(size=controls.shape)
    order = np.argsort(np.where(controls == UNKNOWN, np.inf, -odds), axis=1)
    mask = np.zeros(controls.shape, bool)
    np.put_along_axis(mask, order[:, :count], True, axis=1)
    return mask


def random_mask(shape: tuple[int, ...], count: int, rng: np.random.Generator) -> Bools:
    """Choose `count` positions of each window at random, (W, n)."""
    order = rng.random(shape).argsort(axis=1)
    mask = np.zeros(shape, bool)
    np.put_along_axis(mask, order[:, :count], True, axis=1)
    return mask


@dataclass(frozen=True, slots=True)
class Seen:
    """What of W windows the network sees; every array has shape (W, n).

    A duration that is not `timed` and a clock that is not `clocked` are not read at all.
    """

    control: NDArray[np.int32]  # V where hidden
    hour: NDArray[np.float32]
    weekday: NDArray[np.int32]
    clocked: Bools
    duration: NDArray[np.float32]
    open: Bools
    timed: Bools

    def __len__(self) -> int:
        """Return W."""
        return len(self.control)


def hide(windows: Windows, control: Bools | None, time: Bools | None, mask_id: int) -> Seen:
    """Leave out the controls and the times that are marked, (W, n) each, and all that tells them.

    Besides a hidden behavior's own duration that is the duration of the behavior before it on the
    same device, which would end there, and, if the newest behavior's time is hidden, every duration
    that still runs: it ends with the window, so it would tell that time.
    """
    if control is None and time is None:
        seen = np.ones(windows.control.shape, bool)
        w = windows
        return Seen(w.control, w.hour, w.weekday, seen, w.duration, w.open, seen)
    none = np.zeros(windows.control.shape, bool)
    control = none if control is None else control
    time = none if time is None else time
    either = control | time
    duration, still_open = bridge(windows, either)
    timed = ~either & ~(time[:, -1:] & still_open)
    ids = np.where(control, np.int32(mask_id), windows.control)
    return Seen(ids, windows.hour, windows.weekday, ~time, duration, still_open, timed)


def next_of_device(device: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return for each position the next one of the same device, n where there is none; (W, n)."""
    size = device.shape[1]
    later = np.triu(np.ones((size, size), bool), 1)
    same = (device[:, :, None] == device[:, None, :]) & later
    found: NDArray[np.intp] = np.where(same.any(axis=2), same.argmax(axis=2), size)
    return found


def bridge(windows: Windows, hidden: Bools) -> tuple[NDArray[np.float32], Bools]:
    """Measure durations as if the hidden behaviors had not been: on to the next one that shows.

    Returns durations in seconds and open flags, (W, n) each.
    """
    duration, still_open = windows.duration.copy(), windows.open.copy()
    following = next_of_device(windows.device)
    size = hidden.shape[1]
    rows = np.arange(len(hidden))
    for i in range(size - 2, -1, -1):
        after = np.minimum(following[:, i], size - 1)
        over = (following[:, i] < size) & hidden[rows, after]
        if over.any():
            duration[:, i] += np.where(over, duration[rows, after], np.float32(0))
            still_open[:, i] |= over & still_open[rows, after]
    return duration, still_open
