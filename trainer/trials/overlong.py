"""DD of the suite `hard`: what was turned on goes off later than it ever did, in a home with exact times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.behavior import Phase, phase
from custom_components.smartguard.core.masking import Bools, next_of_device
from custom_components.smartguard.core.windows import Windows

from ..attacks.kinds import COMMON
from ..stamps import from_stamps, stamps_of

QUANTILE = 0.999
STRETCHED = (1.5, 3.0)
"""How many times that quantile it lasts."""
SLACK_HOURS = 1 / 30


def pairs_of(windows: Windows, names: NDArray[np.str_]) -> tuple[Bools, NDArray[np.intp]]:
    """Return where something begins that ends within its window, and the place of that end, (W, n) each.

    names: of each control, (V,), as the core calls them.
    """
    begins, ends = (np.array([phase(str(n)) is what for n in names]) for what in (Phase.BEGIN, Phase.END))
    size = windows.control.shape[1]
    following = next_of_device(windows.device)
    place = np.minimum(following, size - 1)
    ending = ends[np.take_along_axis(windows.control, place, axis=1)]
    found: Bools = begins[windows.control] & (following < size) & ending
    return found, place


def longest(training: Windows, names: NDArray[np.str_], share: float) -> NDArray[np.float64]:
    """Return how many hours each control's device is on at most, (V,); 0 of what is not commonly turned on.

    share: of a use that a place in a window stands for.
    """
    found, _ = pairs_of(training, names)
    hours = np.zeros(len(names))
    for control in np.unique(training.control[found]):
        lasted = training.duration[found & (training.control == control)]
        if len(lasted) * share >= COMMON:
            hours[control] = np.quantile(lasted, QUANTILE) / 3600.0
    return hours


def overlong(
    windows: Windows, most: NDArray[np.float64], names: NDArray[np.str_], rng: np.random.Generator
) -> Windows:
    """Put off an end drawn in each window past what is usual; what else happened stays as and when it was.

    most: hours, (V,). A window without such a pair, or where the device is used again by then, is left alone.
    """
    found, place = pairs_of(windows, names)
    at = stamps_of(windows)
    for row in np.flatnonzero((found & (most[windows.control] > 0)).any(axis=1)):
        begin = int(rng.choice(np.flatnonzero(found[row] & (most[windows.control[row]] > 0))))
        end = int(place[row, begin])
        late = at[row, begin] + most[windows.control[row, begin]] * rng.uniform(*STRETCHED) + SLACK_HOURS
        later = windows.device[row, end + 1 :] == windows.device[row, end]
        if late > at[row, end] and not (at[row, end + 1 :][later] <= late).any():
            at[row, end] = late
    order = at.argsort(axis=1, kind="stable")
    control, device = (np.take_along_axis(ids, order, axis=1) for ids in (windows.control, windows.device))
    return from_stamps(control, device, np.take_along_axis(at, order, axis=1))
