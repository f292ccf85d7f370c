"""The automations of the home, and what devices do by themselves."""

from __future__ import annotations

from collections.abc import Callable

from .effects import Action
from .world import MINUTE, Process, World

# Seconds that the hall light stays on after the last motion.
_HALL_TIMEOUT = 20.0


def install(world: World) -> None:
    """Let the home's automations watch, and start those that go by the clock."""
    world.reactions.append(_react)
    sky = world.almanac
    world.at(5.6 if not sky.free else 7.1, _warm(world))
    world.at(22.75, _set_heating(world, 18))
    world.at(max(7.0, sky.sunrise + 0.2), _once(world, "living_room_blind", "open"))
    world.at(sky.sunset + 0.4, _once(world, "living_room_blind", "close"))
    world.at(sky.sunset + 0.1, _once(world, "garden_light", "turn_on"))
    world.at(23.4, _once(world, "garden_light", "turn_off"))
    world.at(26.4, _night_reset(world))
    if not sky.free:
        world.at(min(plan.wake for plan in sky.plans.values()) + 0.1, _coffee(world))


def _react(world: World, action: Action) -> None:
    reaction = _REACTIONS.get((action.entity, action.control))
    if reaction is not None:
        world.start(reaction(world))


def _once(world: World, entity: str, control: str) -> Process:
    yield world.between(0.2, 2.0)
    world.do(entity, control, "automation")


def _set_heating(world: World, degrees: float) -> Process:
    """Bring the set-point to a value, in the heating season only."""
    yield world.between(0.2, 2.0)
    if world.almanac.season == "summer":
        return
    now = world.attribute("thermostat", "temperature")
    if now is not None:
        verb = "temperature_up" if degrees > now else "temperature_down"
        world.do("thermostat", verb, "automation", degrees)


def _warm(world: World) -> Process:
    yield from _set_heating(world, 21)


def _coffee(world: World) -> Process:
    yield from _once(world, "coffee_maker", "turn_on")


def _coffee_off(world: World) -> Process:
    yield world.between(28 * MINUTE, 32 * MINUTE)
    world.do("coffee_maker", "turn_off", "device")


def _hall_light(world: World) -> Process:
    yield world.between(0.2, 1.0)
    if world.dark:
        world.do("hall_light", "turn_on", "automation")


def _hall_dark(world: World) -> Process:
    yield _HALL_TIMEOUT + world.between(0.0, 1.0)
    if not world.on("hall_motion"):
        world.do("hall_light", "turn_off", "automation")


def _steam(world: World) -> Process:
    yield world.between(40.0, 90.0)
    world.do("bathroom_fan", "turn_on", "automation")


def _steam_gone(world: World) -> Process:
    yield world.between(9 * MINUTE, 14 * MINUTE)
    if not world.on("shower"):
        world.do("bathroom_fan", "turn_off", "automation")


def _left(world: World) -> Process:
    """When the last one is away: less heat, and the floor is cleaned on working days."""
    yield world.between(3 * MINUTE, 6 * MINUTE)
    if world.at_home():
        return
    yield from _set_heating(world, 19)
    if not world.almanac.free and world.hour < 12:
        yield world.between(2 * MINUTE, 5 * MINUTE)
        world.do("vacuum", "start", "automation")


def _back(world: World) -> Process:
    if 7 < world.hour < 22.5:
        yield from _set_heating(world, 21)


def _vacuum_done(world: World) -> Process:
    yield world.between(35 * MINUTE, 55 * MINUTE)
    if world.do("vacuum", "return_to_base", "device"):
        yield world.between(40.0, 120.0)
        world.do("vacuum", "", "device")


def _washed(world: World) -> Process:
    yield world.between(75 * MINUTE, 100 * MINUTE)
    world.do("washing_machine", "turn_off", "device")


def _dishes_done(world: World) -> Process:
    yield world.between(85 * MINUTE, 110 * MINUTE)
    world.do("dishwasher", "turn_off", "device")


def _boiled(world: World) -> Process:
    yield world.between(110.0, 260.0)
    world.do("kettle", "turn_off", "device")


def _night_reset(world: World) -> Process:
    """Turn off what was forgotten, long after the last one has gone to bed."""
    for entity, held in tuple(world.held.items()):
        if held.state == "on" and world.home.entities[entity].domain in ("light", "switch", "fan"):
            yield world.between(0.2, 0.6)
            world.do(entity, "turn_off", "automation")
    if not world.at_state("tv", "off"):
        world.do("tv", "turn_off", "automation")


_REACTIONS: dict[tuple[str, str], Callable[[World], Process]] = {
    ("hall_motion", "detect"): _hall_light,
    ("hall_motion", "clear"): _hall_dark,
    ("shower", "turn_on"): _steam,
    ("shower", "turn_off"): _steam_gone,
    ("coffee_maker", "turn_on"): _coffee_off,
    ("kettle", "turn_on"): _boiled,
    ("vacuum", "start"): _vacuum_done,
    ("washing_machine", "turn_on"): _washed,
    ("dishwasher", "turn_on"): _dishes_done,
    ("alex", "leave"): _left,
    ("maria", "leave"): _left,
    ("noah", "leave"): _left,
    ("alex", "arrive"): _back,
    ("maria", "arrive"): _back,
    ("noah", "arrive"): _back,
}
