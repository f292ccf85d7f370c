"""Noticing in the field that a home has changed, by the objects and the rule of the live path."""

from __future__ import annotations

from dataclasses import dataclass, field

from custom_components.smartguard.core.drift import CHANGED_SECONDS, Drift
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.vocabulary import UNKNOWN

from .living import Moment, to_the_end
from .model import Learned
from .smartguard import Guarding


@dataclass
class Drifting:
    """Takes the moments of a life, whoever judges them, and says when to learn before it is due.

    noticed: when it said so (UTC seconds).
    """

    noticed: list[float] = field(default_factory=list)
    _drift: Drift = field(default_factory=Drift)
    _guard: Guard | None = None
    _attempted: float = 0.0

    def learned(self, learned: Learned, attempted: float) -> None:
        """Go on with what was learned at a moment; a candidate that was refused is none."""
        guard = learned.guard if isinstance(learned, Guarding) else None
        if guard is not self._guard:
            self._drift.learned()
        self._guard, self._attempted = guard, attempted

    def has_changed(self, moment: Moment) -> bool:
        """Take in a moment and say whether to learn now."""
        if self._guard is None:
            return to_the_end(moment)
        if (behavior := moment.behavior) is not None:
            self._drift.observe(behavior, self._guard.vocabulary.id_of(behavior) != UNKNOWN)
        self._drift.judged(moment.judgement)
        now = moment.judgement.time
        if not self._drift.has_changed or now - self._attempted < CHANGED_SECONDS:
            return False
        self._drift = Drift()
        self.noticed.append(now)
        return True
