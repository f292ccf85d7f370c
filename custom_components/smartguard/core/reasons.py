"""Reasons: what channels found at one moment, in one currency, the strongest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .episode import Reason
from .evidence import Finding
from .threshold import combine

_SPOKEN = {"company": "meeting"}
"""People are told of two kinds of company, that guards the home and that a use has, as of one."""


def reasons_of(
    found: Mapping[str, Finding], weights: Mapping[str, float], score: Callable[[float], float]
) -> tuple[Reason, ...]:
    """Return a reason for each channel that weighs something; the strongest speaks for all.

    weights: by channel, as `weigh` gives them. score: of what is weighed.
    """
    reasons: list[Reason] = []
    for name in sorted(weights, key=lambda n: -weights[n]):
        weight = weights[name] if reasons else combine(list(weights.values()))
        f = found[name]
        reasons.append(Reason(_SPOKEN.get(name, name), score(weight), f.behaviors, f.context, f.facts))
    return tuple(reasons)
