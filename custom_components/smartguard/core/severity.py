"""How much an alert matters: by how strange it is, and by what kind of harm it speaks of."""

from __future__ import annotations

from .episode import Episode

INFO, WARNING, CRITICAL = "info", "warning", "critical"
SEVERITIES = (INFO, WARNING, CRITICAL)
_WARNING, _CRITICAL = 1.0, 2.0
"""Score above the threshold: ten and a hundred times as rare as an alert has to be."""
_GRAVE = frozenset({"presence"})
_SERIOUS = frozenset({"duration", "novelty"})


def severity(episode: Episode) -> str:
    """Return INFO, WARNING or CRITICAL.

    Somebody in a home that is on vacation is always critical; what stays on and what a device never did
    before is at least a warning.
    """
    above = episode.score - episode.threshold
    kinds = {reason.channel for reason in episode.reasons}
    if above >= _CRITICAL or kinds & _GRAVE:
        return CRITICAL
    return WARNING if above >= _WARNING or kinds & _SERIOUS else INFO
