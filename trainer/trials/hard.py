"""The suite `hard`: anomalies made of a home's own common controls, with stamps like their neighbors'.

Neither unseen controls nor device ids nor odd stamps give them away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.vocabulary import UNKNOWN
from custom_components.smartguard.core.windows import Windows

from ..attacks.kinds import COMMON
from ..datasets import BUCKET_HOURS, BUCKETS, Attack, HomeData
from ..features import bag_of_controls, bucket
from ..stamps import from_stamps, stamps_of
from .honest import differs
from .log import has_exact_times, names_of
from .overlong import longest, overlong
from .sessions import overlapping, splits_of
from .suite import run_suite

Ints = NDArray[np.int64]
Rng = np.random.Generator
TOGGLES = 4
RARE = 0.005
EXPECTED = 3.0
SHIFTS = (9, 15)
"""Hours, both included, in steps of a bucket."""


def main(arguments: list[str]) -> int:
    """Run the suite; return the exit status."""
    return run_suite("hard", hard, arguments)


@dataclass(frozen=True)
class Habits:
    """What the training windows of a home say of its common controls.

    common: ids. device: of each control, (V,). by_bucket: uses, (V, 8). strangers: pairs (P, 2).
    """

    common: Ints
    device: Ints
    by_bucket: NDArray[np.float64]
    strangers: Ints

    @classmethod
    def of(cls, training: Windows, vocabulary: int) -> Habits:
        """Count."""
        by_bucket = np.zeros((vocabulary, BUCKETS))
        np.add.at(by_bucket, (training.control, bucket(training)), 1.0)
        device = np.zeros(vocabulary, np.int64)
        device[training.control] = training.device
        share = share_of_uses(training)
        uses = by_bucket.sum(axis=1) * share
        uses[UNKNOWN] = 0
        common = np.flatnonzero(uses >= COMMON)
        present = bag_of_controls(training, vocabulary)[:, common] > 0
        met = present.T.astype(np.float64) @ present
        expected = np.outer(present.sum(axis=0), present.sum(axis=0)) * share / max(len(training), 1)
        apart = device[common][:, None] != device[common][None, :]
        strangers = common[np.argwhere((met == 0) & (expected >= EXPECTED) & apart)]
        return cls(common, device, by_bucket, strangers.reshape(-1, 2))

    def toggles(self) -> Ints:
        """Return pairs of two common controls of one device, (P, 2)."""
        device = self.device[self.common]
        same = (device[:, None] == device[None, :]) & ~np.eye(len(device), dtype=bool)
        return self.common[np.argwhere(same)].reshape(-1, 2)

    def untimely(self) -> Bools:
        """Return the common controls that are next to never used in a bucket, (V, 8)."""
        uses = self.by_bucket.sum(axis=1, keepdims=True)
        rare: Bools = self.by_bucket <= RARE * uses
        known = np.zeros(len(uses), bool)
        known[self.common] = True
        return rare & known[:, None]


def hard(home: HomeData, seed: int) -> HomeData:
    """Return the home by its streams with hard anomalies in its test windows; raises DataError.

    A type that the home's common controls do not allow is left out, and DD where times are coarse.
    """
    splits, _ = splits_of(home, seed)
    training = splits["train"]
    habits = Habits.of(training, len(home.vocabulary))
    injectors = dict(INJECTORS)
    if has_exact_times(training):
        names = names_of(home.vocabulary)
        most = longest(training, names, share_of_uses(training))
        injectors["DD"] = lambda windows, _, rng: overlong(windows, most, names, rng)
    attacks = []
    for kind, make in injectors.items():
        made = make(splits["test"], habits, np.random.default_rng(seed))
        injected = differs(made, splits["test"])
        kept = np.flatnonzero(injected.any(axis=1))
        if len(kept):
            attacks.append(Attack(kind, "hard", made.take(kept), "test", injected[kept]))
    return HomeData(home.name, home.vocabulary, splits, tuple(attacks))


def share_of_uses(training: Windows) -> float:
    """Return how much of a use each place in a window stands for: n that overlap hold the same one."""
    return 1 / training.control.shape[1] if overlapping(training) else 1.0


def in_a_row(windows: Windows, pairs: Ints, repeats: int, habits: Habits, rng: Rng) -> Windows:
    """Write a pair of controls drawn for each window so many times over, in place of what was there."""
    if not len(pairs):
        return windows
    control = windows.control.copy()
    count, n = control.shape
    length = 2 * repeats
    first = rng.integers(0, n - length + 1, count)
    places = first[:, None] + np.arange(length)
    np.put_along_axis(control, places, np.tile(pairs[rng.integers(0, len(pairs), count)], repeats), axis=1)
    return rewritten(windows, control, habits)


def rewritten(windows: Windows, control: NDArray[np.integer], habits: Habits) -> Windows:
    """Return windows with other controls at the same stamps."""
    device = np.where(control == windows.control, windows.device, habits.device[control])
    return from_stamps(control.astype(np.int32), device.astype(np.int32), stamps_of(windows))


def flicker(windows: Windows, habits: Habits, rng: Rng) -> Windows:
    """SD: two common controls of one device alternate, four uses in a row."""
    return in_a_row(windows, habits.toggles(), TOGGLES // 2, habits, rng)


def strangers(windows: Windows, habits: Habits, rng: Rng) -> Windows:
    """MD: two common controls that never meet though they should have."""
    return in_a_row(windows, habits.strangers, 1, habits, rng)


def untimely(windows: Windows, habits: Habits, rng: Rng) -> Windows:
    """DM: a common control at a time of day at which it is next to never used."""
    rare = habits.untimely()
    control = windows.control.copy()
    place = rng.integers(0, control.shape[1], len(control))
    for row, (where, time) in enumerate(
        zip(place, bucket(windows)[np.arange(len(control)), place], strict=True)
    ):
        choices = np.flatnonzero(rare[:, time])
        if len(choices):
            control[row, where] = rng.choice(choices)
    return rewritten(windows, control, habits)


def shift(windows: Windows, habits: Habits, rng: Rng) -> Windows:
    """SHIFT: the whole window 9 to 15 hours later."""
    del habits
    steps = rng.integers(SHIFTS[0] // BUCKET_HOURS, SHIFTS[1] // BUCKET_HOURS + 1, (len(windows), 1))
    return from_stamps(windows.control, windows.device, stamps_of(windows) + BUCKET_HOURS * steps)


def shuffle(windows: Windows, habits: Habits, rng: Rng) -> Windows:
    """ORDER: the controls in any order, the stamps as they were."""
    del habits
    order = rng.random(windows.control.shape).argsort(axis=1)
    control, device = (np.take_along_axis(x, order, axis=1) for x in (windows.control, windows.device))
    return from_stamps(control, device, stamps_of(windows))


INJECTORS: dict[str, Callable[[Windows, Habits, Rng], Windows]] = {
    "SD": flicker,
    "MD": strangers,
    "DM": untimely,
    "SHIFT": shift,
    "ORDER": shuffle,
}
