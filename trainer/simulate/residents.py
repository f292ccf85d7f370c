"""A resident's whole day: the fixed points in order, and what fills the time between."""

from __future__ import annotations

from .almanac import Plan
from .home import Habits
from .pastimes import choose, laundry, plants, shower
from .person import LAMP, Person
from .routines import air, come_home, cook, eat, get_up, go_out, go_to_bed
from .world import HOUR, MINUTE, Process, World


class Resident(Person):
    """One resident living one day."""

    def __init__(self, world: World, habits: Habits, plan: Plan, duties: list[tuple[float, str]]) -> None:
        """Give the resident a plan and duties, each with the hour from which it is due."""
        super().__init__(world, habits)
        self.plan = plan
        showers = world.chance(0.92) and not plan.ill
        self.morning = showers and habits.showers == "morning"
        self.evening = showers and habits.showers == "evening"
        self.duties = sorted(duties)

    def day(self) -> Process:
        """Live from getting up to going to sleep; to be started at the hour of waking."""
        yield from get_up(self, self.morning)
        for leave, back in self.plan.outings:
            yield from self.live_until(leave)
            yield from go_out(self)
            yield max(5 * MINUTE, back * HOUR - self.world.now)
            yield from come_home(self)
        yield from self.live_until(self.plan.bed)
        yield from go_to_bed(self, self.evening)
        yield from self.night()

    def live_until(self, hour: float) -> Process:
        """Fill the time at home with duties and pastimes."""
        self.until = hour * HOUR
        world = self.world
        while self.spare > 2 * MINUTE:
            duty = self.due()
            if duty:
                yield from self.perform(duty)
            else:
                yield from choose(self)(self)
            yield min(self.spare, max(20.0, float(world.rng.exponential(self.pace()))))

    def pace(self) -> float:
        """Return mean seconds to the next thing: the day is quiet, the evening lively, the ill are slow."""
        hour = self.world.hour
        quiet = 4.0 if 9.0 < hour < 17.0 else 2.0 if hour < 19.0 else 0.85
        return self.habits.pace * MINUTE * quiet * (2.0 if self.plan.ill else 1.0)

    def due(self) -> str:
        """Take the first duty whose hour has come, if there is time for it."""
        if self.duties and self.duties[0][0] * HOUR <= self.world.now and self.spare > 15 * MINUTE:
            return self.duties.pop(0)[1]
        return ""

    def perform(self, duty: str) -> Process:
        """Do one duty."""
        if duty == "air_bedroom":
            yield from air(self, "bedroom", 4, 14)
        elif duty == "air_living_room":
            yield from air(self, "living_room", 4, 12)
        elif duty == "cook":
            yield from cook(self)
        elif duty == "eat":
            yield from eat(self)
        elif duty == "laundry":
            yield from laundry(self)
        elif duty == "plants":
            yield from plants(self)
        elif duty == "shower":
            self.evening = False
            yield from shower(self)

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
    dinner = world.around(world.home.dinner, 0.25)
    for who, hour, duty, chance in (
        (last, 6.0, "air_bedroom", 0.85),
        (first, 6.0, "air_living_room", 0.5),
        (cooking, dinner - 0.5, "air_living_room", 0.8),
        (parents[-1], world.between(9.0, 19.0), "laundry", world.home.laundry),
        (parents[0], world.between(17.0, 20.0), "plants", 0.45),
    ):
        if world.chance(chance):
            shared[who.key].append((hour, duty))
    for who in world.home.residents:
        shared[who.key].append((dinner, "cook") if who is cooking else (dinner + 0.5, "eat"))
        if who.showers == "evening":
            shared[who.key].append((world.between(20.0, 21.5), "shower"))
    return shared
