"""Strangers: two controls that keep apart, one within a minute of the other (multiple devices, MD).

Two controls meet when they are used within five minutes of each other, whichever comes first. How often they
did is compared with how often uses that know nothing of each other would have met, by the hours of both. The
more meetings were possible and the fewer were seen, the stranger is one within a minute. Controls that keep
apart from the same others are alike: what was never with those like the other either is stranger still. What
the clock or the sun does meets whoever is there, and keeps apart from nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .behavior import PRESENCE, Behavior
from .clockwork import is_clockwork
from .evidence import Arrays, History, local_moment, over_neighboring_hours
from .meeting import SPAN
from .vocabulary import Vocabulary

NEAR = 60.0
"""Seconds within which a meeting of strangers is asked for: further apart it is more often chance."""
_HOURS = 24
_KAPPA = 0.5
"""Meetings added to those seen and to those possible: few that were possible say little."""
_TELLING = 20.0
"""Possible meetings from which on a pair says all that it can of who is alike."""
_LEAST_KIN = 0.1
"""Share of what was possible that those alike are taken to have met at least; at most it is all."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A behavior that keeps apart from another's control. surprise: nats. seen, possible: meetings."""

    behavior: Behavior
    surprise: float
    seen: float
    possible: float


class Strangers:
    """Seen and possible meetings of every two controls."""

    def __init__(
        self, vocabulary: Vocabulary, met: NDArray[np.float32], could_meet: NDArray[np.float32]
    ) -> None:
        """Take met[a, b], the uses of a that b was about, and what was possible; raises ValueError.

        met, could_meet: shape (V, V). Each use is asked once, so the two views of a pair differ.
        """
        size = len(vocabulary)
        if met.shape != (size, size) or could_meet.shape != (size, size):
            raise ValueError(f"expected meetings of {size} controls, got {met.shape} and {could_meet.shape}")
        self._vocabulary = vocabulary
        self._met, self._could_meet = met, could_meet
        seen, possible = met.astype(np.float64), could_meet.astype(np.float64)
        kin = _met_by_those_alike(vocabulary, seen, possible)
        lift = np.log((possible + _KAPPA) / (seen + _KAPPA * kin))
        self._surprise = lift + lift.T

    @classmethod
    def fit(cls, history: History) -> Strangers:
        """Count who was about every use, and how often each pair could have met in its hours."""
        behaviors, size = history.behaviors, len(history.vocabulary)
        control = history.vocabulary.encode(behaviors)
        times = np.array([b.time for b in behaviors])
        first, last = np.searchsorted(times, times - SPAN), np.searchsorted(times, times + SPAN, "right")
        met = np.zeros((size, size), np.float32)
        for own, begin, end in zip(control, first, last, strict=True):
            met[own, control[begin:end]] += 1  # once for each control, however often it is there
        uses = np.zeros((size, _HOURS))
        hours = np.array([int(local_moment(b.time, history.zone)[0]) for b in behaviors], np.intp)
        np.add.at(uses, (control, hours), 1.0)
        rates = over_neighboring_hours(uses) / max(len(history.days), 1) * (2 * SPAN / 3600)
        about = 1 - np.exp(-rates)
        could_meet = (uses @ about.T).astype(np.float32)
        clockwork = control[is_clockwork(behaviors, control)]
        for counts in (met, could_meet):
            counts[clockwork] = 0
            counts[:, clockwork] = 0
        return cls(history.vocabulary, met, could_meet)

    def strangest(self, behavior: Behavior, others: Iterable[Behavior]) -> Stranger | None:
        """Return who of those used in the minute before a behavior keeps apart from it most, if anybody does.

        others: known behaviors of other devices that are no later. Who comes and goes is with everybody.
        """
        control = self._vocabulary.id_of(behavior)
        near = [b for b in others if behavior.time - b.time <= NEAR and b.control not in PRESENCE]
        found = [(float(self._surprise[control, self._vocabulary.id_of(b)]), b.time, b) for b in near]
        surprise, _, other = max(found, key=lambda each: each[:2], default=(0.0, 0.0, behavior))
        if surprise <= 0:
            return None
        place = control, self._vocabulary.id_of(other)
        return Stranger(other, surprise, float(self._met[place]), float(self._could_meet[place]))

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"met": self._met, "could_meet": self._could_meet}


def _met_by_those_alike(
    vocabulary: Vocabulary, met: NDArray[np.float64], could_meet: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of possible meetings that those like one of a pair had with the other, shape (V, V).

    Two controls are alike by the square of the cosine of how far they keep apart from each control of other
    devices. At most all that was possible: those alike make nobody less strange.
    """
    devices = np.array(["", *(token.device for token in vocabulary.tokens)])
    apart = devices[:, None] != devices
    seen, possible = (np.where(apart, counts + counts.T, 0.0) for counts in (met, could_meet))
    profile = np.log((seen + _KAPPA) / (possible + _KAPPA)) * np.sqrt(np.minimum(possible, _TELLING))
    length = np.sqrt((profile**2).sum(1)) + 1e-9
    alike = np.maximum(profile @ profile.T / np.outer(length, length), 0.0) ** 2
    np.fill_diagonal(alike, 0.0)
    seen_by, possible_by = alike @ seen, alike @ possible
    share: NDArray[np.float64] = np.clip(
        (seen_by + seen_by.T + _KAPPA) / (possible_by + possible_by.T + _KAPPA), _LEAST_KIN, 1.0
    )
    return share
