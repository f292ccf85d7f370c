"""The queue before the guard: in order, one job at a time, nothing twice and nothing after the stop."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Judgement
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.core.watch import Watch
from custom_components.smartguard.live import MOST_AT_ONCE, Live, Verdict

from . import homes

pytestmark = pytest.mark.usefixtures("home_folder")


def nothing_is_gone(entities: Iterable[str]) -> list[str]:
    return []


def nothing_is_unseen(entities: Iterable[str]) -> frozenset[str]:
    return frozenset()


def nothing_is_over(_entity: str) -> bool:
    return False


def watch(firsts: FirstTimes) -> Watch:
    return Watch(homes.guard(), firsts)


def known() -> FirstTimes:
    firsts = FirstTimes()
    for behavior in homes.days():
        firsts.observe(behavior)
    return firsts


def busy_hours(count: int) -> list[Behavior]:
    """Return behaviors in quick succession, among them some of an entity that nobody learned."""
    rng = random.Random(3)
    kinds = [(e, c) for e in (*homes.STATES, "light.new") for c in ("turn_on", "turn_off", "open", "close")]
    start = homes.NOW.timestamp()
    return [
        Behavior(start + 7 * n, entity, entity, c)
        for n, (entity, c) in enumerate(rng.choices(kinds, k=count))
    ]


async def live_through(
    hass: HomeAssistant, entry: MockConfigEntry, behaviors: Sequence[Behavior], chunk: int
) -> tuple[list[Verdict], list[int]]:
    """Return the verdicts of the live path, and how many came of each job."""
    verdicts: list[Verdict] = []
    jobs: list[int] = []

    def judged(found: Sequence[Verdict]) -> None:
        verdicts.extend(found)
        jobs.append(len(found))

    live = Live(hass, entry, watch, nothing_is_gone, nothing_is_unseen, judged)
    for behavior in behaviors[:5]:
        live.record(behavior)
    await live.async_start([*homes.days(), *behaviors[:5]], known(), nothing_is_over)
    for start in range(5, len(behaviors), chunk):
        for behavior in behaviors[start : start + chunk]:
            live.record(behavior)
        await hass.async_block_till_done()
    await live.async_stop()
    return verdicts, jobs


@pytest.mark.parametrize("chunk", [1, 7, 100])
async def test_live_judges_every_behavior_in_order_like_its_slow_twin(
    hass: HomeAssistant, entry: MockConfigEntry, chunk: int
) -> None:
    behaviors = busy_hours(40)
    verdicts, jobs = await live_through(hass, entry, behaviors, chunk)
    memory, firsts = Memory.replay(homes.days()), known()
    twin = []
    for behavior in behaviors:
        memory.observe(behavior)
        firsts.observe(behavior)
        twin.append(Verdict(behavior, watch(firsts).judge(memory)))
    assert verdicts == twin
    assert max(jobs) <= max(chunk, 5) + 5


async def test_a_burst_is_one_job_and_a_swap_waits_for_the_next(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    asked: list[int] = []
    jobs: list[int] = []

    def asked_watch(firsts: FirstTimes) -> Watch:
        asked.append(1)
        return watch(firsts)

    live = Live(
        hass, entry, asked_watch, nothing_is_gone, nothing_is_unseen, lambda found: jobs.append(len(found))
    )
    await live.async_start(homes.days(), known(), nothing_is_over)
    for behavior in busy_hours(30):
        live.record(behavior)
    await hass.async_block_till_done()
    await live.async_stop()
    assert jobs == [30]
    assert len(asked) == 1


async def test_a_flood_is_judged_in_parts_and_a_tick_comes_after_it(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    jobs: list[list[bool]] = []
    live = Live(
        hass,
        entry,
        watch,
        nothing_is_gone,
        nothing_is_unseen,
        lambda found: jobs.append([v.behavior is None for v in found]),
    )
    await live.async_start(homes.days(), known(), nothing_is_over)
    flood = busy_hours(2 * MOST_AT_ONCE + 20)
    for behavior in flood:
        live.record(behavior)
    live.tick(flood[-1].time)
    await hass.async_block_till_done()
    await live.async_stop()
    assert [len(job) for job in jobs] == [MOST_AT_ONCE, MOST_AT_ONCE, 21]
    assert [number for job in jobs for number, is_tick in enumerate(job) if is_tick] == [20]


async def test_a_tick_knows_the_one_before_it(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """What settled between them is judged; by the first what had not settled as the last run ended."""
    ticks: list[tuple[float, float | None]] = []

    class Spying(Watch):
        def judge_open(self, memory: Memory, now: float, since: float | None = None) -> Judgement:
            ticks.append((now, since))
            return super().judge_open(memory, now, since)

    def spying(firsts: FirstTimes) -> Watch:
        return Spying(homes.guard(), firsts)

    live = Live(hass, entry, spying, nothing_is_gone, nothing_is_unseen, lambda _: None)
    newest, now = homes.days()[-9].time, homes.NOW.timestamp()
    live.go_on_from(newest)
    await live.async_start(homes.days(), known(), nothing_is_over)
    for seconds in (5.0, 10.0, 400.0):
        live.tick(now + seconds)
        await hass.async_block_till_done()
    await live.async_stop()
    assert ticks == [(now + 5, newest), (now + 10, now + 5), (now + 400, now + 10)]


async def test_after_the_stop_nothing_is_judged(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    jobs: list[int] = []
    live = Live(hass, entry, watch, nothing_is_gone, nothing_is_unseen, lambda found: jobs.append(len(found)))
    await live.async_start(homes.days(), known(), nothing_is_over)
    live.record(busy_hours(1)[0])
    await live.async_stop()
    live.record(busy_hours(1)[0])
    live.tick(homes.NOW.timestamp())
    await hass.async_block_till_done()
    assert jobs == []
