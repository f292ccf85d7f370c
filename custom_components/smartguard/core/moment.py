"""Moment: a control used at a time of day at which it is not used (device control and moment, DM).

Unusual hours have a life of their own: who is up at three uses one thing after another, and each explains
the other. A lone use is strange. It is judged when it has settled, by what was used about it, and by who was
up a quarter of an hour before.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .behavior import PRESENCE, Behavior, Phase, phase
from .evidence import SETTLE, Arrays, Facts, Finding, History, local_moment
from .memory import Memory
from .vocabulary import Vocabulary

_BINS = 96
_NARROW, _WIDE = 2.0, 6.0
"""Kernel widths in bins: half an hour and an hour and a half."""
_OTHER_DAYS = 0.5
"""A use on a weekend says half as much about working days, and the reverse."""
_HOME_WEIGHT, _FLAT_WEIGHT = 2.0, 0.5
_BEFORE = 300.0
"""Seconds before a use in which others explain it; after it they have until it settles."""
_EARLIER = 900.0
_EARLIER_WEIGHT = 0.5
"""Seconds before a use in which somebody who was up by then explains it by half."""
_COMPANY = 2.0
"""Nats that each e-fold of company takes from the surprise."""


def _kernel() -> NDArray[np.float64]:
    """Return a circular kernel of two widths, as its Fourier transform."""
    distance = np.minimum(np.arange(_BINS), _BINS - np.arange(_BINS))
    kernel = sum(
        share * np.exp(-0.5 * (distance / width) ** 2) / (width * np.sqrt(2 * np.pi))
        for share, width in ((0.7, _NARROW), (0.3, _WIDE))
    )
    transform: NDArray[np.float64] = np.fft.rfft(kernel / kernel.sum()).real
    return transform


class Moment:
    """Smoothed density of each control over the day, shrunk toward the life of the whole home."""

    def __init__(self, vocabulary: Vocabulary, zone_name: str, counts: NDArray[np.float32]) -> None:
        """Take counts[control, day type, bin]; day type 1 is the weekend."""
        self._vocabulary = vocabulary
        self._zone = ZoneInfo(zone_name)
        self._counts = counts
        self.density = self._smooth(counts)

    @classmethod
    def fit(cls, history: History) -> Moment:
        """Count the uses of each control by quarter of an hour."""
        counts = np.zeros((len(history.vocabulary), 2, _BINS), np.float32)
        for b in history.behaviors:
            hour, weekend = local_moment(b.time, history.zone)
            counts[history.vocabulary.id_of(b), int(weekend), int(hour * 4)] += 1
        return cls(history.vocabulary, history.zone.key, counts)

    @staticmethod
    def _smooth(counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the density relative to a flat day (1 = flat), shape (V, 2, bins)."""
        spread = np.fft.irfft(np.fft.rfft(counts, axis=-1) * _kernel(), _BINS, axis=-1)
        spread = np.maximum(spread, 0.0)
        own = spread + _OTHER_DAYS * spread[:, ::-1]
        home = own.sum(0)
        home = (home + 1e-3) / (home + 1e-3).sum(-1, keepdims=True)
        prior = _HOME_WEIGHT * home + _FLAT_WEIGHT / _BINS
        density = (own + prior) / (own.sum(-1, keepdims=True) + _HOME_WEIGHT + _FLAT_WEIGHT)
        relative: NDArray[np.float64] = density * _BINS
        return relative

    def find(self, memory: Memory, behavior: Behavior) -> Finding | None:
        """Ask how usual a settled behavior's control is at its time of day, and whether it stands alone.

        What ends a state is not asked: when it ends follows from when it began and how long it lasts.
        Neither are comings and goings: who is home early did nothing with the home.
        """
        control = self._vocabulary.id_of(behavior)
        if not control or not _is_use(behavior):
            return None
        hour, weekend = local_moment(behavior.time, self._zone)
        company = _company(memory, behavior)
        surprise = float(-np.log(self.density[control, int(weekend), int(hour * 4)]))
        usual = int(np.argmax(self.density[control, int(weekend)])) / 4
        facts: Facts = {
            "hour": hour,
            "usual_hour": usual,
            "uses": float(self._counts[control].sum()),
            "near": float(self._near(control, hour)),
            "company": company,
        }
        return Finding(surprise - _COMPANY * float(np.log1p(company)), (behavior,), (behavior,), facts)

    def _near(self, control: int, hour: float) -> float:
        """Return how many learned uses lay within an hour of this time of day."""
        bins = (int(hour * 4) + np.arange(-4, 5)) % _BINS
        return float(self._counts[control][:, bins].sum())

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self._counts}


def _is_use(behavior: Behavior) -> bool:
    return phase(behavior.control) is not Phase.END and behavior.control not in PRESENCE


def _company(memory: Memory, behavior: Behavior) -> float:
    """Count the controls of other devices that were used about a behavior, by half those used before that."""
    about: set[tuple[str, str]] = set()
    earlier: set[tuple[str, str]] = set()
    for b in memory.since(behavior.time - _EARLIER):
        if b.time <= behavior.time + SETTLE and b.device != behavior.device and _is_use(b):
            (about if b.time >= behavior.time - _BEFORE else earlier).add((b.entity, b.control))
    return len(about) + _EARLIER_WEIGHT * len(earlier - about)
