"""First times: entities that are left out of a log, and single uses of theirs put back on known devices.

In the logs every entity is a device of its own, and hardly one does anything new after its first days. So
some entities are left out altogether, as if the home did not have them, and one use of one of them is put
back, at the time at which it was, as another device's: a contact or a switch that it has and that nobody ever
used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from custom_components.smartguard.core.behavior import PRESENCE, Behavior, Phase, phase
from custom_components.smartguard.core.evidence import DAY

from .injection import PATIENCE
from .log import Log

SHARE = 0.1
"""Share of what was learned that is left out at most."""
KNOWN_USES, KNOWN_DAYS = 20, 7.0
"""Uses of a device and days since the first of them with which it is known."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a control that its device never showed, in UTC seconds; uses, days: of the device before."""

    start: float
    device: str
    entity: str
    control: str
    uses: int
    days: float

    @property
    def decisive(self) -> float:
        """Return from when on it can be known, UTC seconds."""
        return self.start

    @property
    def entities(self) -> tuple[str, ...]:
        """Return the entity that was used."""
        return (self.entity,)


@dataclass(frozen=True)
class FirstTime:
    """One use put back, and what undid it: all that is lived with it, and until when telling it counts."""

    truth: Use
    stream: tuple[Behavior, ...]
    until: float

    @property
    def earliest(self) -> float:
        """Return from when on an alert is about it."""
        return self.truth.start


@dataclass(frozen=True)
class LeftOut:
    """A log without some of its entities, and what of them is put back, each alone, in time order."""

    log: Log
    entities: tuple[str, ...]
    first_times: tuple[FirstTime, ...]


def leave_out(log: Log, seed: int, each: int) -> LeftOut:
    """Leave out entities that the seed draws, and put back so many of their uses; fewer if there are none."""
    rng = np.random.default_rng(seed)
    entities = _drawn(log, rng)
    learned, lived = (tuple(b for b in part if b.entity not in entities) for part in (log.learned, log.lived))
    rest = replace(log, learned=learned, lived=lived)
    uses = [b for b in log.lived if b.entity in entities and _is_use(b)]
    found = _put_back(rest, log, [uses[i] for i in rng.permutation(len(uses))], rng)
    chosen = [first_time for first_time, _ in zip(found, range(each), strict=False)]
    return LeftOut(rest, tuple(sorted(entities)), tuple(sorted(chosen, key=lambda f: f.truth.start)))


def _drawn(log: Log, rng: np.random.Generator) -> set[str]:
    """Draw entities that are used in the lived days and hold no more of what was learned than is left out."""
    counts = Counter(b.entity for b in log.learned)
    present = sorted({b.entity for b in log.lived if _is_use(b)})
    room = SHARE * len(log.learned)
    drawn: set[str] = set()
    for i in rng.permutation(len(present)):
        if counts[present[i]] <= room:
            drawn.add(present[i])
            room -= counts[present[i]]
    return drawn


def _put_back(rest: Log, log: Log, uses: Sequence[Behavior], rng: np.random.Generator) -> Iterator[FirstTime]:
    """Yield each use as one of a device that is known by then; log: with the entities."""
    for use in uses:
        known = _known(rest.before(use.time), use.time)
        if not known:
            continue
        device = sorted(known)[int(rng.integers(len(known)))]
        after = (b for b in log.lived if b.entity == use.entity and b.time > use.time)
        end = [b for b in (next(after, None),) if b is not None and phase(b.control) is Phase.END]
        added = [replace(b, device=device) for b in (use, *end)]
        stream = tuple(sorted([*rest.lived, *added], key=lambda b: b.time))
        truth = Use(use.time, device, use.entity, use.control, *known[device])
        yield FirstTime(truth, stream, use.time + PATIENCE)


def _known(past: Sequence[Behavior], now: float) -> dict[str, tuple[int, float]]:
    """Return uses and days of each device that is known at a moment; nobody carries a contact about."""
    uses: Counter[str] = Counter()
    first: dict[str, float] = {}
    for b in past:
        if b.control not in PRESENCE:
            uses[b.device] += 1
            first.setdefault(b.device, b.time)
    days = {device: (now - time) / DAY for device, time in first.items()}
    return {d: (uses[d], days[d]) for d in uses if uses[d] >= KNOWN_USES and days[d] >= KNOWN_DAYS}


def _is_use(b: Behavior) -> bool:
    return phase(b.control) is not Phase.END and b.control not in PRESENCE


def to_json(found: FirstTime, iso: Any) -> dict[str, Any]:
    """Return what the truth file says of a first time; iso: writes UTC seconds."""
    use = found.truth
    return {
        "time": iso(use.start),
        "device": use.device,
        "entity": use.entity,
        "control": use.control,
        "device_uses": use.uses,
        "device_days": round(use.days, 1),
    }
