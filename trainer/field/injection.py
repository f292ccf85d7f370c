"""Anomalies to inject into the lived days, each into a stream of its own so that none hides another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from custom_components.smartguard.core.behavior import Behavior, Phase, phase

from ..attacks import COMMON, Kind, Truth, inject
from .log import Log

PATIENCE = 1800.0
"""Seconds from the decisive instant within which an anomaly of a moment has to be told."""
LEAST = 3
"""Anomalies of each kind that a home should offer."""
COMMONS = (COMMON, COMMON // 2, COMMON // 4)
"""Uses that make a control common; a home that was learned for few days goes down to the next."""
_TRIES = 6


@dataclass(frozen=True)
class Injection:
    """One anomaly in the lived days: the whole stream with it, and until when telling it counts.

    DD has to be told while it lasts. added, removed: against the log as it is. common: uses that its
    controls have at least in the learned days.
    """

    truth: Truth
    stream: tuple[Behavior, ...]
    added: tuple[Behavior, ...]
    removed: int
    until: float
    common: int

    @property
    def earliest(self) -> float:
        """Return from when on an alert is about it: a flicker from its first toggle, else the instant."""
        return self.added[0].time if self.truth.kind is Kind.SD else self.truth.decisive


def draw(log: Log, seed: int, each: int, otherwise: bool = False) -> list[Injection]:
    """Draw so many anomalies of each kind, in time order; fewer where a home offers no more.

    otherwise: draw them the other way (`attacks.otherwise`). What is common, what meets and how long things
    last is told by the learned days.
    """
    found: list[Injection] = []
    for number, kind in enumerate(Kind):
        for common in COMMONS:
            drawn = _draw(log, kind, np.random.default_rng([seed, number, common]), each, common, otherwise)
            if len(drawn) >= LEAST:
                break
        found += drawn
    return found


def _draw(
    log: Log, kind: Kind, rng: np.random.Generator, each: int, common: int, otherwise: bool
) -> list[Injection]:
    seen: dict[tuple[float, tuple[str, ...]], Injection] = {}
    for _ in range(_TRIES * each):
        stream, truths = inject(
            log.lived,
            rng,
            kind,
            learned=log.learned,
            zone=log.zone,
            count=1,
            least=common,
            otherwise=otherwise,
        )
        for truth in truths:
            seen.setdefault((truth.start, truth.entities), _injection(log, stream, truth, common))
        if len(seen) == each:
            break
    return sorted(seen.values(), key=lambda i: i.truth.start)


def _injection(log: Log, stream: Sequence[Behavior], truth: Truth, common: int) -> Injection:
    before, after = Counter(log.lived), Counter(stream)
    added = sorted((after - before).elements(), key=lambda b: b.time)
    until = truth.decisive + PATIENCE
    if truth.kind is Kind.DD:
        until = next(b.time for b in added if phase(b.control) is Phase.END)
    return Injection(truth, tuple(stream), tuple(added), (before - after).total(), until, common)


def to_json(injection: Injection, iso: Any) -> dict[str, Any]:
    """Return what the truth file says of an anomaly; iso: writes UTC seconds."""
    truth = injection.truth
    return {
        "kind": str(truth.kind),
        "start": iso(truth.start),
        "decisive": iso(truth.decisive),
        "until": iso(injection.until),
        "entities": list(truth.entities),
        "added": [[iso(b.time), b.entity, b.control] for b in injection.added],
        "removed": injection.removed,
        "common": injection.common,
    }
