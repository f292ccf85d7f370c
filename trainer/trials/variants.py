"""What is switched off, one thing at a time, to see what it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Chosen = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """One change of the default: what it is called, what it shows, and the options that make it.

    trained: the network is trained anew with them; else only the score changes.
    """

    name: str
    shows: str
    options: Chosen = field(default_factory=dict)
    trained: bool = False


SUITES: Chosen = {"weighting": "apart"}
"""The score of the suites."""
PLAIN: Chosen = {"typical": False, "returns": False, "bounded": False, "time": 0.0}
SCORES = (
    Variant("default", ""),
    Variant("typical loss not taken off", "noise-awareness", {"typical": False}),
    Variant("the suites' score: returns half, less the rest", "aggregation", SUITES),
    Variant("a repeat counts in full (top two)", "aggregation", {"weighting": "top2"}),
    Variant("the highest alone", "aggregation", {"weighting": "top1"}),
    Variant("mean of all positions", "aggregation", {"weighting": "mean"}),
    Variant("NWRL (equations 15–18)", "aggregation", {"weighting": "nwrl"}),
    Variant("NWRL of hidden controls alone", "aggregation", PLAIN | {"weighting": "nwrl"}),
    Variant("mean of hidden controls alone", "aggregation", PLAIN | {"weighting": "mean"}),
    Variant("judged in sight", "hiding what is judged", {"scoring": "visible"}),
    Variant("time not judged", "time", {"time": 0.0}),
    Variant("hours not mixed with their rates", "time", {"clock": "unmixed"}),
    Variant("returns not counted", "repetition", {"returns": False}),
    Variant("losses not bounded", "bound", {"bounded": False}),
)
"""Equation 19 divides equation 18 by the window length: it ranks alike."""

NETWORKS = (
    Variant("random masks", "LDMS", {"mask_strategy": "random"}, True),
    Variant("LDMS as printed, the hardest only", "LDMS", {"mask_strategy": "loss_guided"}, True),
    Variant("no masks, judged in sight", "LDMS", {"mask_strategy": "none", "scoring": "visible"}, True),
    Variant("r = 0.4", "mask ratio", {"mask_ratio": 0.4}, True),
    Variant("times never hidden, nor judged", "time", {"time": 0.0}, True),
    Variant("each time hidden alone, with the weekday", "time", {"clock": "hidden"}, True),
    Variant("no order", "TTPE", {"ttpe": ("hour", "day", "duration")}, True),
    Variant("no hour", "TTPE", {"ttpe": ("order", "day", "duration")}, True),
    Variant("no day", "TTPE", {"ttpe": ("order", "hour", "duration")}, True),
    Variant("no duration", "TTPE", {"ttpe": ("order", "hour", "day")}, True),
)
