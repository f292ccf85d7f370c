"""The fixed points of a day: getting up, meals, airing, leaving, coming home, going to bed."""

from __future__ import annotations

from .pastimes import fridge, shower, visit_bathroom
from .person import LAMP, Person
from .world import MINUTE, Process

WINDOWS = {"bedroom": "bedroom_window", "living_room": "living_room_window"}


def get_up(me: Person) -> Process:
    """Wake, wash; the first one up unlocks the door and stops the camera, then everybody eats."""
    world = me.world
    world.asleep.discard(me.key)
    world.retired.discard(me.key)
    yield from me.light()
    yield world.between(1 * MINUTE, 4 * MINUTE)
    if me.habits.bedroom == "bedroom" and not me.disturbs("bedroom"):
        yield from me.then("bedroom_blind", "open")
    yield from shower(me) if me.unshowered and me.habits.showers == "morning" else visit_bathroom(me)
    yield from open_house(me)
    yield from breakfast(me)


def open_house(me: Person) -> Process:
    """Fetch the paper: unlock, look out of the door, stop the camera."""
    world = me.world
    if not world.at_state("smart_lock", "locked"):
        return
    yield from me.go("hall")
    me.do("smart_lock", "unlock")
    yield world.between(2.0, 8.0)
    if world.chance(0.8):
        yield from through_door(me)
    me.do("hall_camera", "stop_streaming")
    yield world.between(2.0, 8.0)


def through_door(me: Person) -> Process:
    """Open and close the front door."""
    me.do("front_door", "open")
    yield me.world.between(4.0, 25.0)
    me.do("front_door", "close")
    yield me.world.between(1.0, 5.0)


def breakfast(me: Person) -> Process:
    """Eat something in the kitchen."""
    world = me.world
    yield from me.go("kitchen")
    if world.chance(0.35) and me.habits.bedroom == "bedroom":
        me.do("coffee_maker", "turn_on")
        yield world.between(20.0, 60.0)
    if world.chance(0.55):
        yield from fridge(me)
    if world.chance(0.3):
        me.do("microwave", "turn_on")
        yield 60.0 + world.between(0.0, 0.5)
        world.do("microwave", "turn_off", "device")
    yield world.between(5 * MINUTE, 12 * MINUTE)


def air(me: Person, room: str, least: float, most: float) -> Process:
    """Open a window for some minutes; only with the house open and nobody asleep there."""
    world = me.world
    if not world.at_state("smart_lock", "unlocked") or me.disturbs(room):
        return
    yield from me.go(room)
    if not me.do(WINDOWS[room], "open"):
        return
    yield world.between(least * MINUTE, most * MINUTE)
    yield from me.go(room)
    me.do(WINDOWS[room], "close")
    yield world.between(2.0, 6.0)


def air_bedroom(me: Person) -> Process:
    """Air the bedroom."""
    yield from air(me, "bedroom", 4, 14)


def air_living_room(me: Person) -> Process:
    """Air the living room."""
    yield from air(me, "living_room", 4, 12)


def cook(me: Person) -> Process:
    """Cook dinner: fridge, hood, now and then the microwave; the dishwasher follows."""
    world = me.world
    yield from fridge(me)
    yield world.between(2 * MINUTE, 6 * MINUTE)
    hood = world.chance(0.8) and me.do("extractor_hood", "turn_on")
    for _ in range(int(world.rng.integers(1, 3))):
        yield world.between(2 * MINUTE, 7 * MINUTE)
        yield from fridge(me)
        if hood and world.chance(0.25):
            yield from me.then("extractor_hood", "speed_up")
    if world.chance(0.45) and me.do("microwave", "turn_on"):
        yield float(world.rng.choice([120.0, 180.0, 240.0])) + world.between(0.0, 0.5)
        world.do("microwave", "turn_off", "device")
        yield world.between(1.0, 20.0)
    yield from me.then("extractor_hood", "turn_off")
    yield world.between(15 * MINUTE, 28 * MINUTE)
    yield from me.light()
    if world.chance(0.75):
        me.do("dishwasher", "turn_on")
    yield world.between(1 * MINUTE, 3 * MINUTE)


def eat(me: Person) -> Process:
    """Come to dinner and help a little."""
    world = me.world
    yield from me.go("kitchen")
    yield world.between(15 * MINUTE, 25 * MINUTE)
    if world.chance(0.25):
        yield from fridge(me)


def go_out(me: Person) -> Process:
    """Leave; the last one closes windows, turns everything off, starts the camera and locks."""
    world = me.world
    last = set(world.at_home()) <= world.leaving | {me.key}
    world.leaving.add(me.key)
    yield from tidy_own(me)
    if last:
        yield from close_up(me)
    yield from me.go("hall")
    yield world.between(10.0, 60.0)
    while last and not world.leaving.isdisjoint(set(world.at_home()) - {me.key}):
        yield world.between(5.0, 15.0)
    last = last and world.at_home() == [me.key]
    if last:
        me.do("hall_camera", "start_streaming")
        yield world.between(2.0, 8.0)
    me.do("front_door", "open")
    yield world.between(3.0, 10.0)
    me.do("front_door", "close")
    world.rooms[me.key] = "out"
    world.leaving.discard(me.key)
    if last:
        yield world.between(1.5, 5.0)
        world.do("smart_lock", "lock")
    if me.habits.drives:
        yield from drive(me)
    yield world.between(1 * MINUTE, 3 * MINUTE)
    world.do(me.key, "leave")


def drive(me: Person) -> Process:
    """Move the car through the garage door."""
    world = me.world
    yield world.between(15.0, 50.0)
    world.stir("garden")
    world.do("garage_door", "open")
    yield world.between(30.0, 80.0)
    world.do("garage_door", "close")


def come_home(me: Person) -> Process:
    """Arrive; the first one unlocks and stops the camera."""
    world = me.world
    world.do(me.key, "arrive")
    yield world.between(40.0, 2 * MINUTE)
    if me.habits.drives:
        yield from drive(me)
        yield world.between(10.0, 30.0)
    if world.up() and world.at_state("smart_lock", "unlocked") and world.chance(0.15):
        world.press("doorbell")
        yield world.between(4.0, 20.0)
    world.do("smart_lock", "unlock")
    yield world.between(1.5, 5.0)
    world.do("front_door", "open")
    yield world.between(3.0, 10.0)
    world.move(me.key, "hall")
    me.do("front_door", "close")
    yield world.between(10.0, 40.0)
    me.do("hall_camera", "stop_streaming")
    yield world.between(20.0, 90.0)
    yield from me.go("kitchen" if world.chance(0.6) else me.habits.bedroom)
    yield world.between(1 * MINUTE, 6 * MINUTE)


def tidy_own(me: Person) -> Process:
    """Turn off what is one's own before leaving or sleeping."""
    world = me.world
    if me.habits.bedroom == "teen_room":
        world.do("game_console", "turn_off")
        yield world.between(1.0, 4.0)
        if me.room != "teen_room":
            world.do("teen_light", "turn_off")
            yield world.between(1.0, 4.0)


def close_up(me: Person) -> Process:
    """Walk through the house: windows closed, television, music and lamps off."""
    world = me.world
    for room in ("teen_room", "bathroom", "bedroom", "living_room", "kitchen"):
        entities = [WINDOWS.get(room, ""), LAMP[room]]
        if room == "living_room":
            entities += ["tv", "speaker", "reading_lamp"]
        wanted = [entity for entity in entities if _active(me, entity)]
        if not wanted or me.disturbs(room):
            continue
        yield from me.go(room)
        for entity in wanted:
            me.do(entity, _END.get(entity, "turn_off"))
            yield world.between(1.5, 6.0)


_END = {"bedroom_window": "close", "living_room_window": "close", "speaker": "stop"}


def _active(me: Person, entity: str) -> bool:
    held = me.world.held.get(entity)
    return held is not None and held.state not in ("off", "idle")


def temper(me: Person) -> Process:
    """Let the air conditioner warm or cool the bedroom before the night, as the season asks."""
    world = me.world
    mode = {"winter": "heat", "summer": "cool"}.get(world.almanac.season, "")
    if not mode or me.disturbs("bedroom"):
        return
    yield from me.go("bedroom")
    if mode == "heat" and world.chance(0.02):
        me.do("air_conditioner", "set_hvac_mode:cool")
        yield world.between(3.0, 10.0)
    me.do("air_conditioner", f"set_hvac_mode:{mode}")
    yield from me.stay(1, 4)


def warmer(me: Person) -> Process:
    """Find it too cold and ask for a degree more."""
    if me.world.almanac.season == "summer":
        return
    yield from me.go("hall")
    me.do("thermostat", "temperature_up")
    yield from me.go("living_room")


def go_to_bed(me: Person) -> Process:
    """Wash and lie down; the last one up closes the house: camera on, door locked."""
    world = me.world
    last = world.up() == [me.key]
    world.retired.add(me.key)
    yield from tidy_own(me)
    if last:
        yield from close_up(me)
        yield from lock_up(me)
    yield from shower(me) if me.unshowered else visit_bathroom(me)
    yield from me.go(me.habits.bedroom)
    if me.habits.bedroom == "bedroom" and not me.disturbs("bedroom"):
        yield world.between(10.0, 60.0)
        world.do("bedroom_blind", "close")
    yield world.between(3 * MINUTE, 12 * MINUTE)
    if me.habits.bedroom == "bedroom":
        world.do("air_conditioner", "set_hvac_mode:off")
        yield world.between(2.0, 9.0)
    world.asleep.add(me.key)
    if not [who for who in world.people_in(me.habits.bedroom) if who not in world.asleep]:
        world.do(LAMP[me.habits.bedroom], "turn_off")


def lock_up(me: Person) -> Process:
    """Lock the front door for the night and start the camera."""
    world = me.world
    yield from me.go("hall")
    me.do("smart_lock", "lock")
    yield world.between(2.0, 8.0)
    me.do("hall_camera", "start_streaming")
    yield world.between(2.0, 8.0)
