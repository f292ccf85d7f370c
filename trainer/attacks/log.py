"""A home's log under injection, and what was learned before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.behavior import Behavior, Phase, phase

from .kinds import COMMON, Control, Kind, common_controls, on_times

Floats = NDArray[np.float64]
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Truth:
    """One injected anomaly: UTC seconds of its begin and of its decisive instant, and what it used."""

    kind: Kind
    start: float
    decisive: float
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What one injection puts into the stream and takes out of it."""

    truth: Truth
    added: tuple[Behavior, ...]
    removed: tuple[Behavior, ...] = ()


class Log:
    """A stream in time order, and the common controls of the learned days that begin or end something.

    uses: learned times of each such control, sorted. hours: its uses by local hour, shape (24,).
    on_times: learned (begin, end) of each entity. days: length of what was learned.
    """

    def __init__(
        self, behaviors: Sequence[Behavior], learned: Sequence[Behavior], zone: ZoneInfo, least: int = COMMON
    ) -> None:
        """Count what was learned; neither stream may be empty. least: uses of what counts as common."""
        self.zone = zone
        self.least = least
        self.times = [b.time for b in behaviors]
        self.of: dict[str, list[Behavior]] = {}
        for behavior in behaviors:
            self.of.setdefault(behavior.entity, []).append(behavior)
        self.device = {b.entity: b.device for b in (*learned, *behaviors)}
        self.on_times = on_times(learned)
        self.days = max(1.0, (learned[-1].time - learned[0].time) / DAY)
        self.uses = _uses(learned, self.of, least)
        self.hours = {control: _hours(times, zone) for control, times in self.uses.items()}

    def opposite(self, control: Control) -> Control | None:
        """Return the commonest control that undoes this one, None if there is none."""
        wanted = Phase.END if phase(control.name) is Phase.BEGIN else Phase.BEGIN
        found = [c for c in self.uses if c.entity == control.entity and phase(c.name) is wanted]
        return max(found, key=lambda c: len(self.uses[c]), default=None)

    def possible(self, control: Control, moment: float) -> bool:
        """Say whether the control would change anything at that moment."""
        before = [phase(b.control) for b in self.of[control.entity] if b.time <= moment]
        before = [what for what in before if what is not Phase.NONE]
        return bool(before) and before[-1] is not phase(control.name)

    def alone(self, entity: str, begin: float, end: float) -> bool:
        """Say whether an entity is left alone in that time and a second about it."""
        return not any(begin - 1.0 <= b.time <= end + 1.0 for b in self.of[entity])

    def use(self, control: Control, time: float) -> Behavior:
        """Return a person's use of a control."""
        return Behavior(round(time, 3), self.device[control.entity], control.entity, control.name, "person")


def _uses(learned: Sequence[Behavior], present: Collection[str], least: int) -> dict[Control, Floats]:
    times: dict[Control, list[float]] = {
        control: []
        for control in common_controls(learned, least)
        if phase(control.name) is not Phase.NONE and control.entity in present
    }
    for behavior in learned:
        found = times.get(Control(behavior.entity, behavior.control))
        if found is not None:
            found.append(behavior.time)
    return {control: np.array(found) for control, found in times.items()}


def _hours(times: Floats, zone: ZoneInfo) -> Floats:
    """Count uses by local hour, shape (24,)."""
    local = [datetime.fromtimestamp(float(t), zone).hour for t in times]
    return np.bincount(local, minlength=24).astype(np.float64)
