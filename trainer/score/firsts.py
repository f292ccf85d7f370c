"""First times: a control that training never held, of a device that it did.

As in the product: what a known device never did is a strong sign, what a new device does is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.windows import Windows

FIRST = 4.0
"""Nats that a first time counts beyond its loss, which says nothing: nobody ever taught the network one."""


@dataclass(frozen=True)
class Firsts:
    """Which controls were learned, (V,), and which devices, (D,)."""

    controls: Bools
    devices: Bools

    @classmethod
    def of(cls, windows: Windows, vocabulary: int) -> Firsts:
        """Take every control and device of training windows."""
        controls = np.bincount(windows.control.reshape(-1), minlength=vocabulary)
        return cls(controls > 0, np.bincount(windows.device.reshape(-1)) > 0)

    def losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return what each behavior counts for being a first time, (W, n) in nats."""
        last = len(self.devices) - 1
        is_known = (windows.device <= last) & self.devices[np.minimum(windows.device, last)]
        found: NDArray[np.float64] = np.where(is_known & ~self.controls[windows.control], FIRST, 0.0)
        return found
