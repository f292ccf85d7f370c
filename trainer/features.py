"""What shallow detectors read of a window."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import Windows

Features = NDArray[np.float64]
BUCKETS = 8


def bag_of_controls(windows: Windows, vocabulary: int) -> Features:
    """Count how often each control is in each window, (W, V)."""
    rows = np.arange(len(windows))[:, None]
    counts = np.zeros((len(windows), vocabulary))
    np.add.at(counts, (rows, windows.control), 1.0)
    return counts


def control_numbers(windows: Windows) -> Features:
    """Return the control ids as if they were quantities, (W, n), counted from 0: what the authors did."""
    return windows.control.astype(np.float64) - 1.0


def bucket(windows: Windows) -> NDArray[np.intp]:
    """Return the eighth of the day of each behavior, (W, n) in 0 … 7."""
    eighths: NDArray[Any] = windows.hour * (BUCKETS / 24.0)
    return np.clip(eighths.astype(np.intp), 0, BUCKETS - 1)
