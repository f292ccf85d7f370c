"""Clockwork: what the clock or the sun does, which has whatever company there is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .evidence import DAY

_LEAST_USES = 3
_MOVES = 120.0
"""Seconds by which it moves from day to day, at most."""


def is_clockwork(behaviors: Sequence[Behavior], control: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say of each behavior whether its control comes once a day, at nearly the time of the day before."""
    times = np.array([b.time for b in behaviors])
    found = np.zeros(len(control), bool)
    for c in np.unique(control):
        apart = np.diff(times[control == c])
        days = np.rint(apart / DAY)
        moved = np.where(days > 0, np.abs(apart - days * DAY), np.inf)
        found[control == c] = len(moved) >= _LEAST_USES and np.median(moved) <= _MOVES
    return found
