"""Restraint: what a policy keeps to itself although it is above the threshold."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .behavior import Behavior
from .episode import Episode, Reason

HABITS = frozenset({"sequence", "meeting", "moment"})
"""Kinds of reason that a person with other habits gives; what stays on or flickers is none of them."""
STRONG = 1.0
"""Score above the threshold: ten times as rare as an alert has to be."""
GUESTS = 1.0
"""Score that habits have to be stranger by while guests are in the house: ten times as rare."""
COOL_DOWN = 3600.0
"""Seconds after an alert in which the same thing is not told again, unless it is stranger or strong."""
_STRANGER = 0.5
KNOWN = 7 * 86400.0
"""Seconds in which an on-time as long as one that was told of is not told again."""
_AS_LONG = 1.06
_EXCUSED = 256


def _nothing(_reason: Reason) -> bool:
    return False


@dataclass
class Restraint:
    """What is not told, and why.

    is_normal: what people called normal. guests: habits are not those of the household. muted: nobody
    wants to hear anything.
    """

    is_normal: Callable[[Reason], bool] = _nothing
    guests: bool = False
    muted: bool = False
    _excused: deque[Behavior] = field(default_factory=lambda: deque(maxlen=_EXCUSED))
    _cooling: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    _lasted: dict[str, tuple[float, float]] = field(default_factory=dict)

    def passing(self, reasons: Sequence[Reason], now: float, threshold: float) -> tuple[Reason, ...]:
        """Return the reasons that are to be told, in order, at `now` (UTC seconds)."""
        over = [r for r in reasons if r.score > self._limit(r, threshold)]
        for reason in filter(self.is_normal, over):
            self._excused.extend(reason.context if reason.channel == "repetition" else reason.behaviors[:1])
        return tuple(
            r
            for r in over
            if not (self._is_excused(r) or self._is_cooling(r, now, threshold) or self._is_known(r, now))
        )

    def cool(self, episode: Episode) -> None:
        """Take note of what was told, when it is over."""
        for reason in episode.reasons:
            self._cooling[_matter(reason)] = episode.end or episode.last, reason.score
            if reason.channel == "duration":
                begin = reason.behaviors[0]
                self._lasted[begin.entity] = episode.last, episode.last - begin.time

    def _limit(self, reason: Reason, threshold: float) -> float:
        return threshold + GUESTS if self.guests and reason.channel in HABITS else threshold

    def _is_excused(self, reason: Reason) -> bool:
        """A window is still odd for a while after what was normal in it: that is no news either."""
        if self.is_normal(reason):
            return True
        seen = (*reason.behaviors, reason.context[-1])
        return reason.channel == "sequence" and any(b in self._excused for b in seen)

    def _is_cooling(self, reason: Reason, now: float, threshold: float) -> bool:
        told = self._cooling.get(_matter(reason))
        # Presence on vacation is always strong: what moves all day has to be told of once an hour at most.
        is_strong = reason.score >= threshold + STRONG and reason.channel != "presence"
        if told is None or is_strong:
            return False
        over_since, score = told
        return 0 <= now - over_since < COOL_DOWN and reason.score <= score + _STRANGER

    def _is_known(self, reason: Reason, now: float) -> bool:
        """A blind that the sun moves is down a little longer every day: that is told once, not every day."""
        begin = reason.behaviors[0]
        if reason.channel != "duration" or begin.entity not in self._lasted:
            return False
        told, seconds = self._lasted[begin.entity]
        is_another = begin.time > told - seconds and 0 <= now - told < KNOWN
        return is_another and now - begin.time <= seconds * _AS_LONG


def _matter(reason: Reason) -> tuple[str, str]:
    """Return what a reason is about: a device, or for an unusual time of day the whole home that is up."""
    device = "" if reason.channel == "moment" else reason.behaviors[0].device
    return device, reason.channel
