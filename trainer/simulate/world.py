"""The physical home: what every entity is at, what a control does to it, and who is where.

Habits and automations are generators that yield the seconds they wait; the world resumes them in
time order. A control that changes nothing (a light that is on is turned on) leaves no trace.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from .almanac import Almanac
from .effects import Action, Held, effect, rest
from .home import Home

Process = Iterator[float]
Reaction = Callable[["World", Action], None]

MINUTE = 60.0
HOUR = 3600.0
# A home's day begins and ends while everybody sleeps.
DAY_START = 4.0 * HOUR

MOTION_HOLD = {"hall": 270.0, "kitchen": 900.0, "garden": 600.0}


@dataclass
class World:
    """One day of one home, from 04:00 to 04:00.

    now: seconds since local midnight as a clock without daylight saving would count them. begin:
    UTC seconds of 04:00.
    """

    home: Home
    almanac: Almanac
    rng: np.random.Generator
    begin: float
    reactions: list[Reaction] = field(default_factory=list)
    now: float = DAY_START
    actions: list[Action] = field(default_factory=list)
    rooms: dict[str, str] = field(default_factory=dict)
    asleep: set[str] = field(default_factory=set)
    retired: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Put everything to rest."""
        self.held: dict[str, Held] = {key: rest(spec) for key, spec in self.home.entities.items()}
        self.last_motion: dict[str, float] = {}
        self.bathroom_busy = False
        self._queue: list[tuple[float, int, Process]] = []
        self._started = 0

    def at(self, clock: float, process: Process) -> None:
        """Start a process at an hour of the day, at once if that is past."""
        self._push(max(self.now, clock * HOUR), process)

    def start(self, process: Process) -> None:
        """Start a process now."""
        self._push(self.now, process)

    def _push(self, when: float, process: Process) -> None:
        heapq.heappush(self._queue, (when, self._started, process))
        self._started += 1

    def run(self) -> list[Action]:
        """Live the day; return what happened in time order."""
        while self._queue:
            self.now, _, process = heapq.heappop(self._queue)
            wait = next(process, None)
            if wait is not None:
                self._push(self.now + max(float(wait), 0.001), process)
        return self.actions

    @property
    def time(self) -> float:
        """UTC seconds of now, to the millisecond."""
        return round(self.begin + self.now - DAY_START, 3)

    @property
    def hour(self) -> float:
        """Hours since local midnight; 25.5 is half past one of the night after."""
        return self.now / HOUR

    @property
    def dark(self) -> bool:
        """Whether lamps are wanted indoors."""
        return not self.almanac.sunrise + 0.3 < self.hour < self.almanac.sunset - 0.4

    def do(self, entity: str, control: str, actor: str = "person", value: float | str | None = None) -> bool:
        """Use a control; say whether anything changed. What the home does not have is not used."""
        spec = self.home.entities.get(entity)
        held = spec and effect(spec, self.held[entity], control, value)
        if not held:
            return False
        self.held[entity] = held
        action = Action(
            self.time, self.home.device_of[entity], entity, control, actor, held.state, held.attributes
        )
        self.actions.append(action)
        for reaction in self.reactions:
            reaction(self, action)
        return True

    def press(self, entity: str) -> None:
        """Press a button, whose state is the time of its last press."""
        self.do(entity, "press", value=datetime.fromtimestamp(self.time, UTC).isoformat())

    def at_state(self, entity: str, state: str) -> bool:
        """Return whether the home has the entity and it holds that state."""
        return entity in self.held and self.held[entity].state == state

    def on(self, entity: str) -> bool:
        """Return whether the entity is on."""
        return self.at_state(entity, "on")

    def attribute(self, entity: str, name: str) -> Any:
        """Return an attribute held now, None where there is none."""
        return self.held[entity].attributes.get(name) if entity in self.held else None

    def people_in(self, room: str) -> list[str]:
        """Return who is in a room."""
        return [who for who, where in self.rooms.items() if where == room]

    def at_home(self) -> list[str]:
        """Return who is at home."""
        return [who for who, where in self.rooms.items() if where != "out"]

    def up(self) -> list[str]:
        """Return who is at home and neither asleep nor on the way to bed."""
        return [who for who in self.at_home() if who not in self.retired]

    def chance(self, probability: float) -> bool:
        """Throw the dice."""
        return bool(self.rng.random() < probability)

    def between(self, least: float, most: float) -> float:
        """Draw evenly."""
        return float(self.rng.uniform(least, most))

    def around(self, middle: float, spread: float) -> float:
        """Draw from a bell curve cut at two and a half spreads."""
        return middle + spread * float(np.clip(self.rng.normal(), -2.5, 2.5))

    def move(self, who: str, room: str) -> None:
        """Put a person into a room; a motion sensor there sees it."""
        self.rooms[who] = room
        self.stir(room)

    def stir(self, room: str) -> None:
        """Let the room's motion sensor see somebody."""
        if room not in MOTION_HOLD:
            return
        self.last_motion[room] = self.now
        self.start(self._seen(room))

    def _seen(self, room: str) -> Process:
        """Let a motion sensor notice, and clear when nobody has stirred for its hold time."""
        hold = MOTION_HOLD[room]
        yield self.between(0.2, 0.9)
        if not self.do(f"{room}_motion", "detect", "device"):
            return
        while self.now < self.last_motion[room] + hold:
            yield self.last_motion[room] + hold - self.now + self.between(0.0, 3.0)
        self.do(f"{room}_motion", "clear", "device")


def holding(home: Home, actions: Iterable[Action]) -> dict[str, Held]:
    """Return what every entity holds after these actions, by entity key."""
    held = {key: rest(spec) for key, spec in home.entities.items()}
    for action in actions:
        held[action.entity] = Held(action.state, action.attributes)
    return held


def settle(home: Home, actions: Iterable[Action]) -> list[Action]:
    """Replay actions from several sources in time order and drop what would change nothing."""
    held = {key: rest(spec) for key, spec in home.entities.items()}
    kept = []
    for action in sorted(actions, key=lambda a: a.time):
        after = Held(action.state, action.attributes)
        if held[action.entity] != after:
            held[action.entity] = after
            kept.append(action)
    return kept


def day_start(day: datetime) -> float:
    """Return UTC seconds of 04:00 of a local day, whatever the clocks did that night."""
    local = datetime(day.year, day.month, day.day, tzinfo=day.tzinfo) + timedelta(hours=4)
    return local.timestamp()
