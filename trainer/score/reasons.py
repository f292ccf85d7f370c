"""From the losses of a window's behaviors to one score: less what is typical, and not diluted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

PSEUDO_USES = 10.0
HIGHEST = 2
STRANGEST, REST = 3, 0.25
"""Behaviors of a window that may be an anomaly, and the share of what the others lose that is taken off."""


def typical_losses(
    losses: NDArray[Any], controls: NDArray[np.integer[Any]], vocabulary: int
) -> NDArray[np.float64]:
    """Return the mean loss of each control, (V,), drawn to that of all by `PSEUDO_USES` uses.

    Noise is a control that always loses much. One that was hardly used is not known to: it excuses nothing.
    """
    flat = controls.reshape(-1)
    uses = np.bincount(flat, minlength=vocabulary)
    sums = np.bincount(flat, losses.reshape(-1).astype(np.float64), minlength=vocabulary)
    mean = float(losses.mean(dtype=np.float64)) if losses.size else 0.0
    typical: NDArray[np.float64] = (sums + PSEUDO_USES * mean) / (uses + PSEUDO_USES)
    return typical


def highest_mean(losses: NDArray[Any], count: int = HIGHEST) -> NDArray[np.float64]:
    """Return the mean of each window's highest losses, (W,): a mean over all of them dilutes an anomaly."""
    highest = np.sort(losses, axis=1)[:, -count:]
    return highest.mean(axis=1, dtype=np.float64)  # type: ignore[no-any-return]


def two_reasons(losses: NDArray[Any], controls: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return the mean of each window's two highest losses, (W,), where a repeat counts half.

    What a home rarely does it may do twice in a row; two different surprises are the better reason. The
    other half of a repeat is the highest loss of another control, or the window's lowest without one.
    """
    rows = np.arange(len(losses))
    first = losses.argmax(axis=1)
    highest, lowest = losses[rows, first], losses.min(axis=1, keepdims=True)
    other = np.where(controls == controls[rows, first][:, None], lowest, losses).max(axis=1)
    score: NDArray[np.float64] = (highest + other + 2.0 * highest_mean(losses)) / 4.0
    return score


def apart(losses: NDArray[Any], controls: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return `two_reasons` less a quarter of what all but the three highest lose, (W,).

    A session that is odd throughout is an odd session; an anomaly stands apart from what is about it.
    """
    rest = np.sort(losses, axis=1)[:, : max(1, losses.shape[1] - STRANGEST)]
    score: NDArray[np.float64] = two_reasons(losses, controls) - REST * rest.mean(axis=1)
    return score
