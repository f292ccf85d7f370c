"""Returns: a control used again right after another control of the same device, as a flicker does.

Two behaviors of a flicker explain each other, so that a network that sees one expects the other. What it
cannot see is that the home does not do this; counting can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.windows import Windows

PSEUDO_USES = 3.0
HALF = 0.5
"""What a return counts beside the control's own loss, in which part of the surprise is already."""


def returns_of(control: NDArray[np.integer[Any]], device: NDArray[np.integer[Any]]) -> Bools:
    """Return where a control is back after one other of its device, (W, n): a, b, a marks the last a."""
    back = np.zeros(control.shape, bool)
    same = (control[:, 2:] == control[:, :-2]) & (device[:, 1:-1] == device[:, :-2])
    back[:, 2:] = same & (control[:, 1:-1] != control[:, :-2])
    return back


@dataclass(frozen=True)
class Returns:
    """How surprising it is that each control returns.

    surprise: −log p of a return, per use of the control, (V,) in nats; shrunk to the home's own rate.
    """

    surprise: NDArray[np.float64]

    @classmethod
    def of(cls, windows: Windows, vocabulary: int) -> Returns:
        """Count the returns of training windows, at least one."""
        back = returns_of(windows.control, windows.device)[:, 2:]
        uses = np.bincount(windows.control[:, :-2].reshape(-1), minlength=vocabulary)
        count = np.bincount(windows.control[:, 2:][back], minlength=vocabulary)
        rate = (count.sum() + 0.5) / (uses.sum() + 1.0)
        return cls(-np.log((count + PSEUDO_USES * rate) / (uses + PSEUDO_USES)))

    def losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the surprise of each behavior that is a return, 0 of any other; (W, n) in nats."""
        found: NDArray[np.float64] = np.where(
            returns_of(windows.control, windows.device), self.surprise[windows.control], 0.0
        )
        return found
