"""Attention: what the network looked at when it guessed each behavior of a window (paper, Figure 10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .model import Model
from .scoring import variants
from .windows import Windows


def attention(model: Model, windows: Windows) -> NDArray[np.float32]:
    """Return how position i, while its control is hidden, attends to each position, shape (n, n).

    windows: exactly one. The mean over heads and layers of equation 10's weights; rows sum to 1.
    """
    if len(windows) != 1:
        raise ValueError(f"expected one window, got {len(windows)}")
    ((_, repeated, hidden),) = variants(windows)
    layers = model.represent(repeated, hidden_control=hidden).layers
    size = windows.control.shape[1]
    each = np.arange(size)
    # (layers, heads, n, n) of the row that is hidden in its own copy of the window
    rows = np.stack([layer.attention[each, :, each, :].swapaxes(0, 1) for layer in layers])
    mean: NDArray[np.float32] = rows.mean(axis=(0, 1)).astype(np.float32)
    return mean
