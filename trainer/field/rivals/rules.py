"""Fixed rules, as people write them by hand: fast repetition, something used at night, something left on.

The numbers of the rules are fixed. A rule that is broken at all is one nat, a quarter more another: so the
budget says from how far on a rule is told that this home breaks often.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import log
from zoneinfo import ZoneInfo

from custom_components.smartguard.core.behavior import Phase, phase
from custom_components.smartguard.core.episode import Reason
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory, OnTime

from ..log import name_of
from .rival import Found, Rival

SPAN, USES = 60.0, 4
"""More than so many uses of one entity within so many seconds."""
NIGHT, QUIET = (1, 5), 1800.0
"""Turned on between these local hours, after so many seconds in which nothing happened."""
LONGEST = 3600.0
"""On for longer than so many seconds."""
_QUARTER = log(1.25)


class ByHand:
    """The three rules."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Take the home's time zone."""
        self._zone = zone

    def find(self, memory: Memory) -> Found:
        """Apply every rule to the newest behavior."""
        found = {
            "repetition": _repeated(memory),
            "moment": self._at_night(memory),
            "duration": _too_long(memory.ended) if memory.ended else None,
        }
        return {kind: finding for kind, finding in found.items() if finding}

    def find_open(self, memory: Memory, now: float) -> Sequence[Found]:
        """Apply the rule on what is left on."""
        found = (_too_long(on_time) for on_time in memory.active(now))
        return [{"duration": finding} for finding in found if finding]

    def _at_night(self, memory: Memory) -> Finding | None:
        newest = memory.recent[-1]
        hour = datetime.fromtimestamp(newest.time, self._zone).hour
        if (
            not NIGHT[0] <= hour < NIGHT[1]
            or phase(newest.control) is not Phase.BEGIN
            or len(memory.recent) < 2
        ):
            return None
        quiet = newest.time - memory.recent[-2].time
        if quiet < QUIET:
            return None
        return Finding(_broken(quiet / QUIET), (newest,), (newest,), {"hour": float(hour), "quiet": quiet})

    def say(self, reason: Reason) -> str:
        """Name the rule."""
        name, facts = name_of(reason.behaviors[0].entity), reason.facts
        if reason.channel == "repetition":
            return f"{name} was used {facts['uses']:.0f} times within {SPAN:.0f} s (rule: at most {USES})."
        if reason.channel == "moment":
            return f"{name} was turned on at night, after {float(facts['quiet']) / 60:.0f} quiet minutes."
        return f"{name} has been on for {float(facts['seconds']) / 60:.0f} min (rule: {LONGEST / 60:.0f})."


class Rules(Rival):
    """Learns nothing but from how far on its rules are told."""

    name = "Rules"
    kinds = ("repetition", "moment", "duration")

    def fit(self, history: History) -> ByHand:
        """Take the time zone; rules are fixed."""
        return ByHand(history.zone)


def _broken(ratio: float) -> float:
    return 1 + log(ratio) / _QUARTER


def _repeated(memory: Memory) -> Finding | None:
    newest = memory.recent[-1]
    uses = tuple(b for b in memory.since(newest.time - SPAN) if b.entity == newest.entity)
    if len(uses) <= USES:
        return None
    return Finding(_broken(len(uses) / USES), uses[:1], uses, {"uses": float(len(uses))})


def _too_long(on_time: OnTime) -> Finding | None:
    if on_time.seconds <= LONGEST:
        return None
    begin = on_time.begin
    return Finding(_broken(on_time.seconds / LONGEST), (begin,), (begin,), {"seconds": on_time.seconds})
