"""The suite `honest`: every normal window, and no window in two splits.

A home whose windows overlap is split anew by whole streams; one whose windows do not keeps its splits. The
home's attacks are written anew into the test windows.
"""

from __future__ import annotations

import sys

import numpy as np

from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.windows import Windows

from ..datasets import Attack, HomeData, listed
from ..stamps import from_stamps, stamps_of
from .sessions import splits_of
from .suite import run_suite

INSTANT = 1e-4
"""Hours that are no difference: stamps are reckoned in other precision than they are kept."""


def main(arguments: list[str]) -> int:
    """Run the suite; return the exit status."""
    return run_suite("honest", honest, arguments)


def honest(home: HomeData, seed: int) -> HomeData:
    """Return the home by its streams, with its attacks written into its test windows; raises DataError."""
    splits, _ = splits_of(home, seed)
    carried = [carry_over(attack, splits["test"]) for attack in home.attacks if attack.injected is not None]
    lacking = [attack.name for attack in home.attacks if attack.injected is None]
    if lacking:
        print(f"left out, not said where injected: {listed(lacking)}", file=sys.stderr)
    return HomeData(home.name, home.vocabulary, splits, tuple(carried))


def carry_over(attack: Attack, base: Windows) -> Attack:
    """Write what an attack injected into other windows, one of its windows after the other, again and again.

    A position, its control and device and its stamp are written; durations follow. What changes nothing is
    left out.
    """
    injected = np.asarray(attack.injected)
    which = np.arange(len(base)) % len(injected)
    place, source = injected[which], attack.windows.take(which)
    written = Windows(
        *(
            np.where(place, getattr(source, name), getattr(base, name))
            for name in ("control", "device", "hour", "weekday", "duration", "open")
        )
    )
    windows = from_stamps(written.control, written.device, stamps_of(written))
    changed = place & differs(windows, base)
    kept = np.flatnonzero(changed.any(axis=1))
    return Attack(attack.kind, attack.name, windows.take(kept), "test", changed[kept])


def differs(first: Windows, second: Windows) -> Bools:
    """Return where two sets of windows differ in control or stamp, (W, n)."""
    moved = (first.weekday != second.weekday) | (np.abs(first.hour - second.hour) > INSTANT)
    other: Bools = moved | (first.control != second.control)
    return other
