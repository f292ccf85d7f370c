"""The household of `scripts/bench soak`: a simulated home, a shift of its habits, lamps that flicker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from trainer.simulate import Habits, Held, Home, Outing, holding, simulate_day

SEED: Final = 1
SHIFT_HOURS: Final = 1.25
FLICKER_WEEKDAY, FLICKER_HOUR = 2, 15
FLICKERS, FLICKER_STEP = 14, 3.0


@dataclass(frozen=True, slots=True)
class Change:
    """A state that an entity takes (UTC seconds)."""

    time: float
    entity_id: str
    state: str
    attributes: dict[str, Any]


class Household:
    """A home from its first day on."""

    def __init__(self, first: datetime, shifted: range, planted_from: int = 0) -> None:
        """Take noon of the first day, in the home's zone.

        shifted: days on which everybody lives later: what was learned before is wrong, and again after them.
        planted_from: the first day on which a lamp may flicker.
        """
        self._first = first
        self._shifted = shifted
        self._planted_from = planted_from
        self._home = Home.demonstration(str(first.tzinfo))
        self._later = replace(self._home, residents=tuple(_later(habits) for habits in self._home.residents))
        self._ids = {key: f"{spec.domain}.{key}" for key, spec in self._home.entities.items()}
        self._lamps = sorted(key for key, spec in self._home.entities.items() if spec.domain == "light")

    @property
    def entity_ids(self) -> list[str]:
        """Return all of them."""
        return sorted(self._ids.values())

    def states(self, day: int) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return what everything is at when a day begins."""
        before = self._actions(day - 1) if day else []
        return {self._ids[key]: self._shown(key, held) for key, held in holding(self._home, before).items()}

    def changes(self, day: int) -> list[Change]:
        """Return what happens from 04:00 of a day to 04:00 of the next, in time order."""
        lived = [
            Change(a.time, self._ids[a.entity], *self._shown(a.entity, Held(a.state, a.attributes)))
            for a in self._actions(day)
        ]
        return sorted([*lived, *self._flicker(day)], key=lambda change: change.time)

    def planted(self, day: int) -> float | None:
        """Return when a lamp flickers on a day (UTC seconds), None where none does."""
        noon = self._first + timedelta(days=day)
        is_due = noon.weekday() == FLICKER_WEEKDAY and day >= self._planted_from
        return noon.replace(hour=FLICKER_HOUR).timestamp() if is_due else None

    def _flicker(self, day: int) -> Iterator[Change]:
        """Yield the flicker of a lamp, another one each week; it ends off."""
        if (begin := self.planted(day)) is None:
            return
        lamp = self._lamps[day // 7 % len(self._lamps)]
        for number in range(FLICKERS):
            held = Held(("on", "off")[number % 2], {})
            yield Change(begin + number * FLICKER_STEP, self._ids[lamp], *self._shown(lamp, held))

    def _actions(self, day: int) -> Any:
        home = self._later if day in self._shifted else self._home
        return simulate_day(home, SEED, self._first + timedelta(days=day))

    def _shown(self, key: str, held: Held) -> tuple[str, dict[str, Any]]:
        spec = self._home.entities[key]
        kind = {"device_class": spec.device_class} if spec.device_class else {}
        return held.state, {**kind, **held.attributes}


def _later(habits: Habits) -> Habits:
    """Return the same person on a later shift."""
    outings = tuple(
        Outing(o.weekdays, o.leave + SHIFT_HOURS, min(23.0, o.back + SHIFT_HOURS)) for o in habits.outings
    )
    return replace(
        habits,
        wake=habits.wake + SHIFT_HOURS,
        bed=habits.bed + SHIFT_HOURS,
        weekend_wake=habits.weekend_wake + SHIFT_HOURS,
        weekend_bed=habits.weekend_bed + SHIFT_HOURS,
        outings=outings,
    )
