"""A resident's whole day: the fixed points in order, and what fills the time between."""

from __future__ import annotations

from .almanac import Plan
from .home import Habits
from .pastimes import Doing, choose, laundry, plants, shower
from .person import LAMP, Person
from .routines import (
    air_bedroom,
    air_living_room,
    come_home,
    cook,
    eat,
    get_up,
    go_out,
    go_to_bed,
    temper,
    warmer,
)
from .world import HOUR, MINUTE, Process, World

_DUTIES: dict[str, Doing] = {
    "air bedroom": air_bedroom,
    "air living room": air_living_room,
    "cook": cook,
    "eat": eat,
    "laundry": laundry,
    "plants": plants,
    "shower": shower,
    "temper": temper,
    "warmer": warmer,
}


class Resident(Person):
    """One resident living one day."""

    def __init__(self, world: World, habits: Habits, plan: Plan, duties: list[tuple[float, str]]) -> None:
        """Give the resident a plan and duties, each with the hour from which it is due."""
        super().__init__(world, habits)
        self.plan = plan
        self.unshowered = world.chance(0.92) and not plan.ill
        self.duties = sorted(duties)

    def day(self) -> Process:
        """Live from getting up to going to sleep; to be started at the hour of waking."""
        yield from get_up(self)
        for leave, back in self.plan.outings:
            yield from self.live_until(leave)
            yield from go_out(self)
            yield max(5 * MINUTE, back * HOUR - self.world.now)
            yield from come_home(self)
        yield from self.live_until(self.plan.bed)
        yield from go_to_bed(self)
        yield from self.night()

    def live_until(self, hour: float) -> Process:
        """Fill the time at home with duties and pastimes."""
        self.until = hour * HOUR
        world = self.world
        while self.spare > 2 * MINUTE:
            doing = self.due() or choose(self)
            yield from doing(self)
            yield min(self.spare, max(20.0, float(world.rng.exponential(self.pace()))))

    def pace(self) -> float:
        """Return mean seconds to the next thing: the day is quiet, the evening lively, the ill are slow."""
        hour = self.world.hour - self.world.home.later
        quiet = 7.0 if 9.0 < hour < 17.0 else 2.0 if hour < 18.5 else 0.66 if hour < 21.3 else 1.6
        return self.habits.pace * MINUTE * quiet * (1.5 if self.plan.ill else 1.0)

    def due(self) -> Doing | None:
        """Take the first duty whose hour has come, if there is time for it."""
        if self.duties and self.duties[0][0] * HOUR <= self.world.now and self.spare > 15 * MINUTE:
            return _DUTIES[self.duties.pop(0)[1]]
        return None

    def night(self) -> Process:
        """Perhaps get up once in the night."""
        world = self.world
        if world.chance(0.75) or world.hour > 25.0:
            return
        yield world.between(30 * MINUTE, 60 * MINUTE)
        yield from self.go("bathroom")
        yield world.between(1.5 * MINUTE, 4 * MINUTE)
        yield from self.go(self.habits.bedroom)
        yield world.between(10.0, 40.0)
        world.do(LAMP[self.habits.bedroom], "turn_off")


def duties(world: World) -> dict[str, list[tuple[float, str]]]:
    """Share out the day's work: who airs, cooks, washes, waters."""
    shared: dict[str, list[tuple[float, str]]] = {who.key: [] for who in world.home.residents}
    parents = [who for who in world.home.residents if who.bedroom == "bedroom"]
    first = min(parents, key=lambda who: world.almanac.plans[who.key].wake)
    last = max(parents, key=lambda who: world.almanac.plans[who.key].wake)
    cooking = parents[0] if world.chance(parents[0].cooks) else parents[-1]
    dinner, later = world.around(world.home.dinner, 0.25), world.home.later
    for who, hour, duty, chance in (
        (last, 6.0 + later, "air bedroom", 0.85),
        (first, 6.0 + later, "air living room", 0.5),
        (cooking, dinner - 0.5, "air living room", 0.8),
        (parents[-1], later + world.between(9.0, 19.0), "laundry", world.home.laundry),
        (parents[0], later + world.between(17.0, 20.0), "plants", 0.45),
        (parents[-1], later + world.between(20.5, 22.0), "temper", 0.9),
        (parents[0], later + world.between(17.5, 19.0), "warmer", 0.25),
    ):
        if world.chance(chance):
            shared[who.key].append((hour, duty))
    for who in world.home.residents:
        shared[who.key].append((dinner, "cook") if who is cooking else (dinner + 0.5, "eat"))
        if who.showers == "evening":
            shared[who.key].append((later + world.between(20.0, 21.5), "shower"))
    return shared
