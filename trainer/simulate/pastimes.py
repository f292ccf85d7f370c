"""The small things that people do at home between the fixed points of a day."""

from __future__ import annotations

from collections.abc import Callable

from .person import Person
from .world import HOUR, MINUTE, Process

Doing = Callable[[Person], Process]

# Microwave presets in seconds, and how often each is pressed.
_PRESETS = (60.0, 90.0, 120.0, 180.0, 240.0, 300.0)
_PRESET_WEIGHTS = (0.15, 0.2, 0.3, 0.2, 0.1, 0.05)


def visit_bathroom(me: Person) -> Process:
    """Use the bathroom for a few minutes, when it is free."""
    world = me.world
    if world.bathroom_busy:
        yield world.between(2 * MINUTE, 5 * MINUTE)
        return
    world.bathroom_busy = True
    yield from me.go("bathroom")
    yield world.between(1.5 * MINUTE, 6 * MINUTE)
    world.bathroom_busy = False


def freshen_up(me: Person) -> Process:
    """Go to the bathroom and back."""
    before = me.room
    yield from visit_bathroom(me)
    yield from me.go(before)


def shower(me: Person) -> Process:
    """Shower for 4 to 14 minutes, waiting for the bathroom if need be."""
    world = me.world
    for _ in range(12):
        if not world.bathroom_busy:
            break
        yield world.between(2 * MINUTE, 4 * MINUTE)
    me.unshowered = False
    world.bathroom_busy = True
    yield from me.go("bathroom")
    yield world.between(1 * MINUTE, 3 * MINUTE)
    me.do("shower", "turn_on")
    typical = 7.0 if me.habits.showers == "morning" else 9.0
    yield min(14.0, max(4.0, world.around(typical, 1.7))) * MINUTE
    me.do("shower", "turn_off")
    yield world.between(3 * MINUTE, 8 * MINUTE)
    world.bathroom_busy = False


def fridge(me: Person) -> Process:
    """Look into the fridge, sometimes twice."""
    world = me.world
    yield from me.go("kitchen")
    for _ in range(2 if world.chance(0.12) else 1):
        me.do("fridge_door", "open")
        yield world.between(4.0, 25.0)
        me.do("fridge_door", "close")
        yield world.between(10.0, 60.0)


def microwave(me: Person) -> Process:
    """Warm something up by one of the presets; it stops by itself."""
    world = me.world
    yield from fridge(me)
    if me.do("microwave", "turn_on"):
        yield float(world.rng.choice(_PRESETS, p=_PRESET_WEIGHTS)) + world.between(-0.5, 0.5)
        world.do("microwave", "turn_off", "device")
    yield from me.stay(3, 8)


def tea(me: Person) -> Process:
    """Boil water; the kettle stops by itself."""
    yield from me.go("kitchen")
    me.do("kettle", "turn_on")
    yield from me.stay(3, 7)


def coffee(me: Person) -> Process:
    """Make a coffee outside breakfast."""
    yield from me.go("kitchen")
    me.do("coffee_maker", "turn_on")
    yield from me.stay(2, 5)


def watch(me: Person) -> Process:
    """Watch television with whoever is there; volume and source are changed now and then."""
    world = me.world
    yield from me.go("living_room")
    if me.do("tv", "turn_on"):
        yield world.between(4.0, 15.0)
        if world.chance(0.4):
            yield from me.then("tv", "select_source:Streaming")
    end = world.now + min(me.spare, world.between(18, 50) * MINUTE)
    while world.now < end - 60 and not world.at_state("tv", "off"):
        yield min(end - world.now, max(40.0, float(world.rng.exponential(7 * MINUTE))))
        if world.now < end and world.chance(0.7):
            yield from me.then("tv", "volume_up" if world.chance(0.5) else "volume_down")
    if world.people_in("living_room") == [me.key] and world.chance(0.6):
        yield from me.then("tv", "turn_off")


def music(me: Person) -> Process:
    """Play music, perhaps with a pause."""
    world = me.world
    yield from me.go("living_room")
    if not world.at_state("tv", "off") or not me.do("speaker", "play"):
        yield from me.stay(4, 9)
        return
    yield from me.stay(8, 30)
    if world.chance(0.3):
        me.do("speaker", "pause")
        yield world.between(1 * MINUTE, 4 * MINUTE)
        me.do("speaker", "play")
        yield from me.stay(5, 15)
    yield from me.then("speaker", "stop")


def read(me: Person) -> Process:
    """Read by the lamp."""
    yield from me.go("living_room")
    me.do("reading_lamp", "turn_on")
    yield from me.stay(10, 30)
    yield from me.then("reading_lamp", "turn_off")


def game(me: Person) -> Process:
    """Play on the console in one's own room."""
    yield from me.go(me.habits.bedroom)
    me.do("game_console", "turn_on")
    yield from me.stay(20, 70)
    if me.spare < 20 * MINUTE or me.world.chance(0.6):
        yield from me.then("game_console", "turn_off")


def garage(me: Person) -> Process:
    """Fetch something from the garage."""
    world = me.world
    yield from me.go("garden")
    me.do("garage_door", "open")
    yield world.between(1.5 * MINUTE, 8 * MINUTE)
    me.do("garage_door", "close")
    yield from me.go("kitchen")


def plants(me: Person) -> Process:
    """Water the greenhouse: valve open for some minutes."""
    world = me.world
    yield from me.go("garden")
    yield world.between(20.0, 90.0)
    if me.do("water_valve", "open"):
        yield world.between(3 * MINUTE, 9 * MINUTE)
        me.do("water_valve", "close")
    yield from me.go("kitchen")


def laundry(me: Person) -> Process:
    """Open the tap, start the machine, close the tap when it has run."""
    world = me.world
    yield from me.go("garden")
    me.do("water_valve", "open")
    yield world.between(10.0, 60.0)
    me.do("washing_machine", "turn_on")
    yield world.between(5 * MINUTE, 12 * MINUTE)
    me.do("water_valve", "close")
    yield from me.go("kitchen")


def own_room(me: Person) -> Process:
    """Spend some time in one's own room; the window light may do."""
    yield from me.go(me.habits.bedroom)
    yield from me.stay(6, 25)


def tidy(me: Person) -> Process:
    """Carry things from room to room."""
    world = me.world
    for room in ("living_room", me.habits.bedroom, "kitchen"):
        if world.chance(0.7):
            yield from me.go(room)
            yield from me.stay(1, 4)


_DOINGS: dict[str, Doing] = {
    "watch": watch,
    "music": music,
    "read": read,
    "game": game,
    "garage": garage,
    "plants": plants,
    "tea": tea,
    "coffee": coffee,
    "snack": microwave,
    "fridge": fridge,
    "room": own_room,
    "tidy": tidy,
    "bathroom": freshen_up,
}
_EVERYBODY = {"fridge": 1.1, "room": 0.6, "tidy": 0.2, "bathroom": 1.2, "snack": 0.4, "watch": 0.0}
# Pastimes of certain hours: (first, last); television is for the evening, coffee is not.
_HOURS = {"watch": (16.0, 26.0), "coffee": (9.0, 17.0), "garage": (9.0, 20.0), "plants": (9.0, 20.5)}


def choose(me: Person) -> Doing:
    """Draw what to do next by one's likings and the hour."""
    world = me.world
    weights = {name: weight for name, weight in {**_EVERYBODY, **me.habits.fancy}.items() if _suits(me, name)}
    total = sum(weights.values())
    name = str(world.rng.choice(list(weights), p=[weight / total for weight in weights.values()]))
    return _DOINGS[name]


def _suits(me: Person, name: str) -> bool:
    first, last = _HOURS.get(name, (0.0, 30.0))
    if name in ("room", "tidy") and me.disturbs(me.habits.bedroom):
        return False
    return first <= me.world.now / HOUR - me.world.home.later < last
