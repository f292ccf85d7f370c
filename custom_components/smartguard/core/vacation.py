"""Vacation: the household is away, so that somebody's presence is the anomaly."""

from __future__ import annotations

from .behavior import Behavior
from .episode import Reason
from .threshold import HIGHEST

CHANNEL = "presence"
AUTOMATION = "automation"
_SIGNS = frozenset({"arrive", "detect", "disarm", "open", "play", "press", "turn_on", "unlock"})


def presence(b: Behavior) -> Reason | None:
    """Take what a person may have done for a sign that one is there; None for anything else.

    Signs are arrivals, what senses people, and whatever is opened, unlocked or switched on by hand or
    from afar. What an automation does is none, nor is what ends or goes by a program of its own.
    """
    if b.control not in _SIGNS or b.actor == AUTOMATION:
        return None
    return Reason(CHANNEL, HIGHEST, (b,), (b,), {})
