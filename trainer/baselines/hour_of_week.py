"""The rival that counts: how often each device is used at this hour of the week (Behavior Monitor's idea)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import Windows

from ..detector import Arrays, Detector, Progress, Scores
from ..features import BUCKETS, bucket

SLOTS = 7 * BUCKETS


class HourOfWeek(Detector):
    """The highest surprise of a window: a device used when it never is."""

    name = "HourOfWeek"
    counts: NDArray[np.float64]  # (devices, slots)

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Count uses of each device in each slot."""
        del validation
        self.counts = np.zeros((int(training.device.max()) + 1, SLOTS))
        np.add.at(self.counts, (training.device, slots(training)), 1.0)
        progress(1.0)

    def judge(self, windows: Windows) -> Scores:
        """Return −log p(slot | device), at its highest; a device that was never used has no habit."""
        usual = (self.counts.sum(axis=0) + 0.5) / (self.counts.sum() + 0.5 * SLOTS)
        given = (self.counts + usual) / (self.counts.sum(axis=1, keepdims=True) + 1.0)
        known = windows.device < len(given)
        device = np.where(known, windows.device, 0)
        surprise: Scores = np.where(known, -np.log(given[device, slots(windows)]), np.log(SLOTS))
        return surprise.max(axis=1)  # type: ignore[no-any-return]

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self.counts}

    def restore(self, arrays: Arrays) -> None:
        """Take back the counts."""
        self.counts = arrays["counts"]


def slots(windows: Windows) -> NDArray[np.intp]:
    """Return the slot of the week of each behavior, (W, n)."""
    slot: NDArray[np.intp] = windows.weekday * BUCKETS + bucket(windows)
    return slot
