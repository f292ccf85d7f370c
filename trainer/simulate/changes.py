"""A home that changes: from a day on it is lived in otherwise.

`later`: everybody's day is two and a half hours later, as after a new job or in the holidays; what
automations do by the clock or the sun is not. `season`: it is half a year later, from one day to the next.
`furniture`: two lamps have changed places. `new-device`: the household has bought all that it lacked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from . import simulate_day
from .devices import CATALOG
from .effects import Action
from .home import Habits, Home, Outing
from .world import day_start

HOURS_LATER = 2.5
LATEST_BED = 25.75
"""Whatever else changes, everybody sleeps before the home's next day begins."""
_HALF_A_YEAR = timedelta(weeks=26)
_LAMPS = {"living_room_light": "bedroom_light", "bedroom_light": "living_room_light"}

Day = Callable[[Home, int, datetime], list[Action]]


def simulate_changed(home: Home, seed: int, start: datetime, days: int, change: str, on: int) -> list[Action]:
    """Return what happens from 04:00 of a local date on, in time order; a change from day `on` (0…) on.

    Until then every day is as `simulate` has it. Raises KeyError for no known change.
    """
    otherwise = CHANGES[change]
    actions: list[Action] = []
    for index in range(days):
        day = start + timedelta(days=index)
        actions += (simulate_day if index < on else otherwise)(home, seed, day)
    return actions


def after(home: Home, change: str) -> Home:
    """Return the home as it is furnished after a change."""
    return _equipped(home) if change == "new-device" else home


def _later_day(home: Home, seed: int, day: datetime) -> list[Action]:
    residents = tuple(_later(habits) for habits in home.residents)
    later = replace(
        home, residents=residents, dinner=home.dinner + HOURS_LATER, later=home.later + HOURS_LATER
    )
    return simulate_day(later, seed, day)


def _later(habits: Habits) -> Habits:
    def bed(hour: float) -> float:
        return max(hour, min(hour + HOURS_LATER, LATEST_BED))

    return replace(
        habits,
        wake=habits.wake + HOURS_LATER,
        bed=bed(habits.bed),
        weekend_wake=habits.weekend_wake + HOURS_LATER,
        weekend_bed=bed(habits.weekend_bed),
        outings=tuple(
            Outing(each.weekdays, each.leave + HOURS_LATER, each.back + HOURS_LATER)
            for each in habits.outings
        ),
    )


def _day_of_another_season(home: Home, seed: int, day: datetime) -> list[Action]:
    """Return a day by the local clock of half a year later, on the same day of the week."""
    lived = simulate_day(home, seed, day + _HALF_A_YEAR)
    apart = day_start(day + _HALF_A_YEAR) - day_start(day)
    return [replace(action, time=round(action.time - apart, 3)) for action in lived]


def _day_with_lamps_exchanged(home: Home, seed: int, day: datetime) -> list[Action]:
    return list(_exchanged(home, simulate_day(home, seed, day), _LAMPS))


def _exchanged(home: Home, actions: Iterable[Action], places: Mapping[str, str]) -> Iterable[Action]:
    for action in actions:
        entity = places.get(action.entity, action.entity)
        yield replace(action, entity=entity, device=home.device_of[entity])


def _equipped_day(home: Home, seed: int, day: datetime) -> list[Action]:
    return simulate_day(_equipped(home), seed, day)


def _equipped(home: Home) -> Home:
    known = {device.key for device in home.devices}
    return replace(home, devices=home.devices + tuple(d for d in CATALOG if d.key not in known))


CHANGES: Mapping[str, Day] = {
    "later": _later_day,
    "season": _day_of_another_season,
    "furniture": _day_with_lamps_exchanged,
    "new-device": _equipped_day,
}
