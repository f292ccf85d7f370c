"""The rival that learns nothing: rules that households write by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import Windows

from ..detector import Arrays, Detector, Progress, Scores

TOGGLES = 4
NIGHT_ENDS = 6.0
LONG = 12 * 3600.0


class FixedRules(Detector):
    """How many rules a window breaks: a device toggles, something at night, something on for half a day."""

    name = "FixedRules"

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Learn nothing."""
        del training, validation
        progress(1.0)

    def judge(self, windows: Windows) -> Scores:
        """Count the rules that each window breaks."""
        broken = (
            longest_toggling(windows) >= TOGGLES,
            (windows.hour < NIGHT_ENDS).any(axis=1),
            (windows.duration > LONG).any(axis=1),
        )
        count: Scores = np.sum(broken, axis=0, dtype=np.float64)
        return count

    def arrays(self) -> Arrays:
        """Return nothing."""
        return {}

    def restore(self, arrays: Arrays) -> None:
        """Take nothing back."""


def longest_toggling(windows: Windows) -> NDArray[np.int64]:
    """Return how many behaviors in a row are of one device and differ from the one before, at most; (W,)."""
    same = windows.device[:, 1:] == windows.device[:, :-1]
    toggles = same & (windows.control[:, 1:] != windows.control[:, :-1])
    run = np.ones(len(windows), np.int64)
    longest = run.copy()
    for toggled in toggles.T:
        run = np.where(toggled, run + 1, 1)
        longest = np.maximum(longest, run)
    return longest
