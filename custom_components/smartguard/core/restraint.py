"""Restraint: what a policy keeps to itself although it is above the threshold."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .behavior import Behavior
from .episode import Episode, Reason, nothing
from .evidence import DAY, WEEK

HABITS = frozenset({"sequence", "meeting", "moment"})
"""Kinds of reason that a person with other habits gives; what stays on or flickers is none of them."""
LASTING = frozenset({"repetition", "duration"})
"""Kinds of reason that go on, each with one device."""
STRONG = 1.0
"""Score above the threshold: ten times as rare as an alert has to be."""
GUESTS = 1.0
"""Score that habits have to be stranger by while guests are in the house: ten times as rare."""
COOL_DOWN = 3600.0
"""Seconds after an alert in which the same thing is not told again, unless it is stranger or strong."""
_STRANGER = 0.5
KNOWN = WEEK
"""Seconds in which a matter that was told of is not told again, unless it is stranger."""
KNOWN_FLICKER = DAY
"""The same of what flickers: a device that does it on another day does it still."""
_ONCE = HABITS | LASTING
_ABOUT = 3600.0
"""Seconds within which two times of day are one: a window opened at noon is another matter at midnight."""
_AS_LONG = 1.5
"""An on-time this much longer than the one that was told of is news."""
_EXCUSED = 256


@dataclass
class Restraint:
    """What is not told, and why.

    is_normal: what people called normal. is_confirmed: what they called a real alarm, which is news each
    time. guests: habits are not those of the household. muted: nobody wants to hear anything.
    """

    is_normal: Callable[[Reason], bool] = nothing
    is_confirmed: Callable[[Reason], bool] = nothing
    guests: bool = False
    muted: bool = False
    _excused: deque[Behavior] = field(default_factory=lambda: deque(maxlen=_EXCUSED))
    _cooling: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    _known: dict[tuple[str, ...], tuple[float, float, float]] = field(default_factory=dict)

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
            self._cooling[_place(reason)] = episode.end or episode.last, reason.score
            self._known[_matter(reason)] = episode.last, reason.score, reason.behaviors[0].time

    def _limit(self, reason: Reason, threshold: float) -> float:
        return threshold + GUESTS if self.guests and reason.channel in HABITS else threshold

    def _is_excused(self, reason: Reason) -> bool:
        """What was called normal may be found out of order once it has settled: that is no news either."""
        return self.is_normal(reason) or (
            reason.channel == "sequence" and reason.behaviors[0] in self._excused
        )

    def _is_cooling(self, reason: Reason, now: float, threshold: float) -> bool:
        told = self._cooling.get(_place(reason))
        # Presence on vacation is always strong: what moves all day has to be told of once an hour at most.
        is_strong = reason.score >= threshold + STRONG and reason.channel != "presence"
        if told is None or is_strong:
            return False
        over_since, score = told
        return 0 <= now - over_since < COOL_DOWN and reason.score <= score + _STRANGER

    def _is_known(self, reason: Reason, now: float) -> bool:
        """A habit begins, the sun moves a blind: what is strange on Monday will be on Tuesday."""
        known = self._known.get(_matter(reason)) if reason.channel in _ONCE else None
        within = KNOWN_FLICKER if reason.channel == "repetition" else KNOWN
        if known is None or not 0 <= now - known[0] < within or self.is_confirmed(reason):
            return False
        told, score, begun = known
        now_begun = reason.behaviors[0].time
        if reason.channel == "duration":
            return now_begun > begun and now - now_begun <= (told - begun) * _AS_LONG
        apart = abs((now_begun - begun + DAY / 2) % DAY - DAY / 2)
        return reason.score <= score + _STRANGER and (reason.channel in LASTING or apart <= _ABOUT)


def _matter(reason: Reason) -> tuple[str, ...]:
    """Return what a reason is about: an entity that lasts or flickers, or controls that are used."""
    if reason.channel in LASTING:
        return reason.channel, reason.behaviors[0].entity
    return reason.channel, *(key for b in reason.behaviors for key in (b.entity, b.control))


def _place(reason: Reason) -> tuple[str, str]:
    """Return where a reason is found: a device, or for an unusual time of day the whole home that is up."""
    device = "" if reason.channel == "moment" else reason.behaviors[0].device
    return device, reason.channel
