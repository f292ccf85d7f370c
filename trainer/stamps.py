"""Stamps of windows: hours of the week, and the durations that follow from them (paper, equation 5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.masking import next_of_device
from custom_components.smartguard.core.windows import Windows

DAY_HOURS = 24.0
WEEK_HOURS = 7 * DAY_HOURS


def stamps_of(windows: Windows) -> NDArray[np.float64]:
    """Return hours since the Monday before each window's first behavior, (W, n), never falling."""
    return in_order(windows.weekday.astype(np.float64) * DAY_HOURS + windows.hour)


def in_order(stamp: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return hours of the week (W, n) as hours since the first Monday.

    Behaviors are in time order, so that a step back in the week is a step into the next one.
    """
    steps = np.diff(stamp, axis=1) % WEEK_HOURS
    first = stamp[:, :1]
    return np.concatenate((first, first + np.cumsum(steps, axis=1)), axis=1)


def from_stamps(control: NDArray[np.int32], device: NDArray[np.int32], at: NDArray[np.float64]) -> Windows:
    """Return windows of ids and hours `at` since some Monday, (W, n) each, never falling in a window.

    The duration is the time to the next behavior of the same device (equation 5 with its sign put right);
    where there is none in the window it is open, and lasts to the window's end.
    """
    size = at.shape[1]
    following = next_of_device(device)
    last = np.minimum(following, size - 1)
    duration = np.take_along_axis(at, last, axis=1) - at
    return Windows(
        control,
        device,
        (at % DAY_HOURS).astype(np.float32),
        (at // DAY_HOURS % 7).astype(np.int32),
        (duration * 3600.0).astype(np.float32),
        following == size,
    )
