"""Windows of n behaviors: order, hour, weekday and censored duration (paper, 4.3.1).

Duration (equation 5 with its sign put right) is the time to the next behavior of the same device.
Inside a window that is known only when that behavior is in the window; else it is the time to the
window's end with the `open` flag set, exactly as the live path sees it. A window ends at its newest
behavior or, for a tick, at some moment before the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .vocabulary import Vocabulary

WINDOW = 10


@dataclass(frozen=True, slots=True)
class Windows:
    """W windows of n behaviors; every array has shape (W, n).

    control, device: int32 ids (0 unknown). hour: float32 local hour in [0, 24). weekday: int32,
    Monday is 0. duration: float32 seconds >= 0. open: bool, the duration was still running.
    """

    control: NDArray[np.int32]
    device: NDArray[np.int32]
    hour: NDArray[np.float32]
    weekday: NDArray[np.int32]
    duration: NDArray[np.float32]
    open: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return W."""
        return len(self.control)

    def take(self, index: NDArray[np.intp] | slice) -> Windows:
        """Return the windows at `index` (repeats allowed)."""
        return Windows(
            self.control[index],
            self.device[index],
            self.hour[index],
            self.weekday[index],
            self.duration[index],
            self.open[index],
        )


@dataclass(frozen=True, slots=True)
class Stream:
    """N encoded behaviors in time order; every array has shape (N,)."""

    time: NDArray[np.float64]
    control: NDArray[np.int32]
    device: NDArray[np.int32]
    hour: NDArray[np.float32]
    weekday: NDArray[np.int32]


def local_clock(times: NDArray[np.float64], zone: ZoneInfo) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return local hour of day (fractional) and weekday of UTC seconds, daylight saving included."""
    hour = np.empty(len(times), np.float32)
    weekday = np.empty(len(times), np.int32)
    for i, seconds in enumerate(times):
        local = datetime.fromtimestamp(float(seconds), UTC).astimezone(zone)
        hour[i] = local.hour + local.minute / 60 + local.second / 3600
        weekday[i] = local.weekday()
    return hour, weekday


def encode(behaviors: Sequence[Behavior], vocabulary: Vocabulary, zone: ZoneInfo) -> Stream:
    """Encode behaviors, which must be in time order."""
    time = np.array([b.time for b in behaviors], np.float64).reshape(-1)
    hour, weekday = local_clock(time, zone)
    return Stream(time, vocabulary.encode(behaviors), vocabulary.encode_devices(behaviors), hour, weekday)


def cut(stream: Stream, size: int = WINDOW, ends: NDArray[np.float64] | None = None) -> Windows:
    """Cut every window of `size` consecutive behaviors, one ending at each behavior from the size-th on.

    ends: UTC seconds at which each window is looked at, shape (N - size + 1,), at or after its newest
    behavior; that behavior's own time when left out. Fewer than `size` behaviors give no window.
    """
    count = max(0, len(stream.time) - size + 1)
    index = np.arange(count)[:, None] + np.arange(size)[None, :]
    time, device = stream.time[index], stream.device[index]
    end = (time[:, -1] if count else np.zeros(0)) if ends is None else ends
    duration = np.maximum(end[:, None] - time, 0.0)
    still_open = np.ones((count, size), bool)
    for i in range(size - 2, -1, -1):
        for j in range(size - 1, i, -1):
            same = device[:, i] == device[:, j]
            # A clock that was put back makes no negative duration.
            duration[same, i] = np.maximum(time[same, j] - time[same, i], 0.0)
            still_open[same, i] = False
    return Windows(
        stream.control[index],
        device,
        stream.hour[index],
        stream.weekday[index],
        duration.astype(np.float32),
        still_open,
    )


def tick_ends(stream: Stream, size: int, share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the moments at which windows are looked at, for `cut`: shape (N - size + 1,).

    A `share` of the windows is looked at between its newest behavior and the next one, as a tick
    would; the others at their newest behavior.
    """
    newest = stream.time[size - 1 :]
    gap = np.diff(newest, append=newest[-1:])
    ticks = rng.random(len(newest)) < share
    later: NDArray[np.float64] = np.where(ticks, rng.random(len(newest)) * gap, 0.0)
    return newest + later
