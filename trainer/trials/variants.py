"""What is switched off, one thing at a time, to see what it does: in the score or in the training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Chosen = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """One change of the default: what it is called, what it shows, and the options that make it."""

    name: str
    shows: str
    options: Chosen = field(default_factory=dict)


SUITES: Chosen = {"weighting": "apart", "firsts": True}
"""The score of the suites."""
BEFORE: Chosen = {"weighting": "reasons", "firsts": False}
"""The score before its last steps; networks are compared by it."""
PLAIN: Chosen = {"typical": False, "returns": False, "firsts": False, "bounded": False, "time": 0.0}
SCORES = (
    Variant("default", ""),
    Variant("returns in full, the rest not taken off", "aggregation", {"weighting": "reasons"}),
    Variant("neither returns nor the rest", "aggregation", {"weighting": "reasons", "returns": False}),
    Variant("returns not counted", "repetition", {"returns": False}),
    Variant("first times not counted", "novelty", {"firsts": False}),
    Variant("typical loss not taken off", "noise-awareness", {"typical": False}),
    Variant("NWRL in place of two reasons (equations 15–18)", "noise-awareness", {"weighting": "nwrl"}),
    Variant("the two highest, a repeat in full", "aggregation", {"weighting": "top2"}),
    Variant("the highest alone", "aggregation", {"weighting": "top1"}),
    Variant("mean of all positions", "aggregation", {"weighting": "mean"}),
    Variant("NWRL of hidden controls alone", "aggregation", PLAIN | {"weighting": "nwrl"}),
    Variant("mean of hidden controls alone", "aggregation", PLAIN | {"weighting": "mean"}),
    Variant("judged in sight", "hiding what is judged", {"scoring": "visible"}),
    Variant("time not judged", "time", {"time": 0.0}),
    Variant("hours not mixed with their rates", "time", {"clock": "unmixed"}),
    Variant("losses not bounded", "bound", {"bounded": False}),
)
"""Equation 19 divides equation 18 by the window length: it ranks alike."""

NETWORKS = (
    Variant("default", ""),
    Variant("random masks", "LDMS", {"mask_strategy": "random"}),
    Variant("LDMS as printed, the hardest only", "LDMS", {"mask_strategy": "loss_guided"}),
    Variant("no masks, judged in sight", "LDMS", {"mask_strategy": "none", "scoring": "visible"}),
    Variant("no order", "TTPE", {"ttpe": ("hour", "day", "duration")}),
    Variant("no hour", "TTPE", {"ttpe": ("order", "day", "duration")}),
    Variant("no day", "TTPE", {"ttpe": ("order", "hour", "duration")}),
    Variant("no duration", "TTPE", {"ttpe": ("order", "hour", "day")}),
    Variant("times never hidden, nor judged", "time", {"time": 0.0}),
    Variant("each time hidden alone, with the weekday", "time", {"clock": "hidden"}),
    Variant("r = 0.4", "mask ratio", {"mask_ratio": 0.4}),
)
