"""Clock: how far the network's hours are to be trusted.

What hour controls belong to is plain in one home and hardly known in another, where the network guesses
boldly and a wrong guess would look like an anomaly. Held-out windows tell: its guess is mixed with how often
each hour occurs, in the share that loses least there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import Windows

HOURS = 24
SHARES = np.linspace(0.0, 1.0, 21)


@dataclass(frozen=True)
class Clock:
    """rates: how often behaviors fall into each hour, (24,), sums to 1. share: weight of the rates."""

    rates: NDArray[np.float64]
    share: float

    @classmethod
    def of(cls, training: Windows, held_out: Windows, losses: NDArray[np.float64]) -> Clock:
        """Choose the share by the losses of held-out windows' hours, (W, n) in nats."""
        counts = np.bincount(hours_of(training).reshape(-1), minlength=HOURS) + 0.5
        rates = counts / counts.sum()
        means = [cls(rates, float(share)).losses(held_out, losses).mean() for share in SHARES]
        return cls(rates, float(SHARES[int(np.argmin(means))]))

    def losses(self, windows: Windows, losses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the losses of the mixture from those of the network, (W, n) in nats."""
        mixture = (1 - self.share) * np.exp(-losses) + self.share * self.rates[hours_of(windows)]
        mixed: NDArray[np.float64] = -np.log(np.maximum(mixture, np.finfo(np.float64).tiny))
        return mixed


def hours_of(windows: Windows) -> NDArray[np.int64]:
    """Return the full hour of each behavior, (W, n) in 0 … 23."""
    hours: NDArray[np.int64] = windows.hour.astype(np.int64) % HOURS
    return hours
