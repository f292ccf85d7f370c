"""States of entities become controls: the same live, from the recorder and from a history export.

* One change of state is one behavior. A change of the state itself comes first, then a mode by name,
  then a level; what changes along with them is their consequence.
* `unavailable`, `unknown` and an empty state are gaps, and a passing state (`opening`, `arming`,
  `buffering`) waits for its end. What follows is compared with the last settled state, so
  on → unavailable → on is nothing and on → unavailable → off is one `turn_off`, at the time it was seen.
* The first state ever seen of an entity is no behavior (start-up). Only a press whose time stamp is
  fresh is one, since a button that was never pressed has no earlier state.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from .behavior import Phase, phase
from .control_tables import Table

GAPS: Final = frozenset({"unavailable", "unknown", ""})
NAME_LENGTH: Final = 100
_FRESH_SECONDS: Final = 60.0
_STEP: Final = 1e-6
_LARGEST: Final = 1e9


def no_attribute(_name: str) -> object:
    """Say of an attribute that it is not known, as in a history export, which holds none."""
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """One state of an entity.

    table: of its domain and class, None where its states are no behaviors. updated: UTC seconds.
    attribute: its attributes by name, None for one that is not kept.
    """

    table: Table | None
    state: object
    updated: float
    attribute: Callable[[str], object] = no_attribute

    @property
    def is_settled(self) -> bool:
        """Say whether it can be compared: no gap, not passing, of a kind that gives behaviors."""
        if self.table is None or not isinstance(self.state, str) or self.state in GAPS:
            return False
        return bool(self.table.press) or self.group != ""

    @property
    def group(self) -> str:
        """Return what its table takes the state for, empty for a passing one."""
        if self.table is None or not isinstance(self.state, str):
            return ""
        return clean(self.state) if self.table.named else self.table.states.get(self.state, self.table.other)


class Tracker:
    """The last settled reading of each entity, by its key: what a new one is compared with."""

    def __init__(self) -> None:
        """Begin with no state known."""
        self._last: dict[str, Reading] = {}

    def observe(self, entity: str, reading: Reading) -> tuple[str, ...]:
        """Take the next reading of an entity and name what was done."""
        if not reading.is_settled:
            return ()
        found = controls(self._last.get(entity), reading)
        self._last[entity] = reading
        return found

    def seed(self, entity: str, reading: Reading) -> None:
        """Take a reading as known, without a behavior, unless one is known already."""
        if entity not in self._last and reading.is_settled:
            self._last[entity] = reading

    def fill(self, other: Tracker) -> None:
        """Take over the readings that are known to another and not here."""
        for entity, reading in other._last.items():
            self._last.setdefault(entity, reading)

    def knows(self, entity: str) -> bool:
        """Say whether a settled reading of an entity is known."""
        return entity in self._last

    def is_over(self, entity: str) -> bool:
        """Say whether an entity is known to be in a state whose control ends what was on."""
        reading = self._last.get(entity)
        if reading is None or reading.table is None:
            return False
        control = _entered(reading.table, "", reading.group)
        return control is not None and phase(control) is Phase.END


def controls(old: Reading | None, new: Reading) -> tuple[str, ...]:
    """Name what was done between two settled readings of one entity: one control or none."""
    table = new.table
    if table is None or not new.is_settled:
        return ()
    if table.press:
        return (table.press,) if _pressed(old, new) else ()
    if old is None or not old.is_settled:
        return ()
    before, after = old.group, new.group
    control = _entered(table, before, after) if before != after else _adjusted(table, old, new)
    return (control,) if control else ()


def clean(value: object) -> str:
    """Return a mode's name as clean text, empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return str(value)[:NAME_LENGTH].encode("utf-8", "replace").decode()


def _entered(table: Table, before: str, after: str) -> str | None:
    if table.named:
        return table.named + after
    if (before, after) in table.special:
        return table.special[before, after]
    return table.enter.get(after)


def _adjusted(table: Table, old: Reading, new: Reading) -> str | None:
    for attribute, prefix in table.modes.items():
        before, after = clean(old.attribute(attribute)), clean(new.attribute(attribute))
        if before and after and before != after:
            return prefix + after
    for verb, attributes in table.levels:
        step = _level(new, attributes) - _level(old, attributes)
        if abs(step) > _STEP:
            return f"{verb}_up" if step > 0 else f"{verb}_down"
    return None


def _pressed(old: Reading | None, new: Reading) -> bool:
    try:
        pressed = datetime.fromisoformat(clean(new.state))
        age = new.updated - (pressed if pressed.tzinfo else pressed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return False
    return old.state != new.state if old is not None else abs(age) < _FRESH_SECONDS


def _level(reading: Reading, attributes: tuple[str, ...]) -> float:
    """Return the sum of numeric attributes, NaN (which compares as no step) where one is missing."""
    total = 0.0
    for name in attributes:
        value = reading.attribute(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _LARGEST:
            return math.nan
        total += value
    return total
