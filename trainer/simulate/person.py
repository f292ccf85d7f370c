"""A resident's body: where they are, and the lamps they turn on and off on their way."""

from __future__ import annotations

from .home import Habits
from .world import MINUTE, Process, World

_GROUND = frozenset({"living_room", "kitchen", "garden"})
LAMP = {
    "living_room": "living_room_light",
    "kitchen": "kitchen_light",
    "bathroom": "bathroom_light",
    "bedroom": "bedroom_light",
    "teen_room": "teen_light",
}
# Rooms whose lamp is needed at every hour (no window).
_WINDOWLESS = frozenset({"bathroom"})


class Person:
    """One resident in the world; `until` is the moment by which they must be free (world seconds)."""

    def __init__(self, world: World, habits: Habits) -> None:
        """Put the resident to bed."""
        self.world = world
        self.habits = habits
        self.key = habits.key
        self.until = world.now
        self.unshowered = False
        world.rooms[habits.key] = habits.bedroom
        world.asleep.add(habits.key)
        world.retired.add(habits.key)

    @property
    def room(self) -> str:
        """The room they are in, "out" when away."""
        return self.world.rooms[self.key]

    @property
    def spare(self) -> float:
        """Seconds until they must be free."""
        return max(0.0, self.until - self.world.now)

    def do(self, entity: str, control: str, value: float | None = None) -> bool:
        """Use a control and be seen by the room's motion sensor."""
        self.world.stir(self.room)
        return self.world.do(entity, control, "person", value)

    def disturbs(self, room: str) -> bool:
        """Return whether a light there would wake somebody."""
        return any(who in self.world.asleep for who in self.world.people_in(room) if who != self.key)

    def go(self, room: str) -> Process:
        """Walk to a room: the light behind goes out mostly, the one ahead goes on if it is dark."""
        world, left = self.world, self.room
        if left == room:
            return
        yield world.between(0.6, 2.5)
        leaves_nobody = world.people_in(left) == [self.key]
        if leaves_nobody and world.chance(0.93) and self.do(LAMP.get(left, ""), "turn_off"):
            yield world.between(0.8, 2.5)
        if not {left, room} <= _GROUND and "hall" not in (left, room):
            world.move(self.key, "hall")
            yield world.between(4.0, 9.0)
        world.move(self.key, room)
        yield world.between(0.8, 3.0)
        yield from self.light()
        yield world.between(0.6, 2.0)

    def light(self) -> Process:
        """Turn the lamp of the room on if one is wanted."""
        world, room = self.world, self.room
        wanted = (world.dark and not (room == "living_room" and world.on("tv"))) or room in _WINDOWLESS
        likely = wanted and not self.disturbs(room) and world.chance(0.96)
        if likely and world.do(LAMP.get(room, ""), "turn_on"):
            yield from self.fumble(LAMP[room])

    def fumble(self, entity: str) -> Process:
        """Now and then press a switch twice more than meant."""
        world = self.world
        yield world.between(0.6, 2.0)
        if world.chance(0.015):
            world.do(entity, "turn_off")
            yield world.between(0.7, 2.5)
            world.do(entity, "turn_on")

    def then(self, entity: str, control: str) -> Process:
        """Use a control and take a hand's time for it."""
        self.do(entity, control)
        yield self.world.between(0.7, 2.5)

    def stay(self, least: float, most: float) -> Process:
        """Stay where they are for some minutes, no longer than they are free."""
        yield min(self.world.between(least, most) * MINUTE, max(20.0, self.spare))
