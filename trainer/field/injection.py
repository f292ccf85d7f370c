"""Anomalies to inject into the lived days, each into a stream of its own so that none hides another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from custom_components.smartguard.core.behavior import Behavior, Phase, phase
from custom_components.smartguard.core.episode import Change, Episode
from custom_components.smartguard.core.policy import Policy

from ..attacks import COMMON, Kind, Truth, inject
from .living import Moment, live, told
from .log import Log
from .run import Run

PATIENCE = 1800.0
"""Seconds from the decisive instant within which an anomaly of a moment has to be told."""
LEAST = 3
"""Anomalies of each kind that a home should offer."""
COMMONS = (COMMON, COMMON // 2, COMMON // 4)
"""Uses that make a control common; a home that was learned for few days goes down to the next."""
_TRIES = 6
_SAME = 1.0
"""Seconds: an episode that begins within so much of one on the clean log is that one."""


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


@dataclass(frozen=True)
class Aftermath:
    """What was judged before an anomaly and while it was lived through."""

    injection: Injection
    before: Sequence[Moment]
    after: Sequence[Moment]

    def delay(self, budget: float, clean: Sequence[Episode]) -> float | None:
        """Return after how many seconds the anomaly was told at a budget, None if it was not.

        clean: what is told at that budget without the anomaly. Only another alert that is about an entity of
        it counts. Seconds count from the decisive instant; an alert in the course of a flicker came at once.
        """
        policy = Policy.with_budget(budget)
        told(policy, self.before)
        for change in told(policy, self.after):
            if _is_about(change, self.injection) and not _was_there(change.episode, clean):
                return max(0.0, change.episode.start - self.injection.truth.decisive)
        return None


def lived_through(run: Run, injection: Injection) -> Aftermath:
    """Take the home as it was just before an anomaly, and live on through it."""
    begin = injection.truth.start
    watch, memory, moments = run.before(begin)
    following = [b for b in injection.stream if begin <= b.time <= injection.until]
    lived = live(watch, memory, following, begin, injection.until)
    return Aftermath(injection, moments, lived.moments)


def _is_about(change: Change, injection: Injection) -> bool:
    entities = {b.entity for b in change.episode.reasons[0].behaviors}
    in_time = injection.earliest <= change.episode.start <= injection.until
    return change.kind == "detected" and in_time and not entities.isdisjoint(injection.truth.entities)


def _was_there(episode: Episode, clean: Sequence[Episode]) -> bool:
    return any(abs(episode.start - other.start) <= _SAME for other in clean)


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
