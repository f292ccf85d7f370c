"""Memory: what is on since when, who is home, and what was new, as it is lived."""

from __future__ import annotations

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior, Phase, phase
from custom_components.smartguard.core.memory import RECENT, Memory, OnTime


def told(*uses: tuple[float, str] | tuple[float, str, str]) -> list[Behavior]:
    """Return behaviors from (time, control) of a lamp, or (time, control, entity)."""
    return [Behavior(u[0], *2 * (u[2] if len(u) > 2 else "lamp",), u[1]) for u in uses]


def ended(behaviors: list[Behavior]) -> list[OnTime | None]:
    """Return what each behavior ended."""
    memory = Memory()
    result = []
    for behavior in behaviors:
        memory.observe(behavior)
        result.append(memory.ended)
    return result


def test_an_on_time_runs_from_its_begin_to_its_end() -> None:
    #  0 on ────── 60 off
    on, off = told((0, "turn_on"), (60, "turn_off"))
    assert ended([on, off]) == [None, OnTime(on, 60)]
    assert OnTime(on, 60).seconds == 60


def test_a_second_begin_does_not_start_it_anew() -> None:
    #  0 on ── 30 on ── 60 off
    behaviors = told((0, "turn_on"), (30, "turn_on"), (60, "turn_off"))
    assert ended(behaviors) == [None, None, OnTime(behaviors[0], 60)]


def test_an_end_without_a_begin_ends_nothing() -> None:
    #  0 off ── 10 off ── 20 on ── 30 off ── 40 off
    behaviors = told((0, "turn_off"), (10, "turn_off"), (20, "turn_on"), (30, "turn_off"), (40, "turn_off"))
    assert ended(behaviors) == [None, None, None, OnTime(behaviors[2], 30), None]


def test_adjusting_neither_begins_nor_ends() -> None:
    #  0 brighter ── 10 on ── 20 brighter ── 60 off ── 70 brighter
    behaviors = told(
        (0, "brightness_up"), (10, "turn_on"), (20, "brightness_up"), (60, "turn_off"), (70, "brightness_up")
    )
    memory = Memory.replay(behaviors[:1])
    assert memory.active(5) == []
    assert ended(behaviors) == [None, None, None, OnTime(behaviors[1], 60), None]
    assert Memory.replay(behaviors).active(100) == []


def test_another_mode_goes_on_and_off_ends_it() -> None:
    #  0 heat ── 10 cool ── 20 off
    behaviors = told((0, "set_hvac_mode:heat"), (10, "set_hvac_mode:cool"), (20, "set_hvac_mode:off"))
    assert ended(behaviors)[-1] == OnTime(behaviors[0], 20)


def test_entities_do_not_mix() -> None:
    behaviors = told((0, "turn_on"), (5, "turn_on", "fan"), (10, "turn_off"), (15, "turn_off", "fan"))
    assert ended(behaviors) == [None, None, OnTime(behaviors[0], 10), OnTime(behaviors[1], 15)]


def test_a_clock_that_jumps_back_makes_no_negative_time() -> None:
    #  100 on ── 40 off (the clock was put back)
    on, off = told((100, "turn_on"), (40, "turn_off"))
    memory = Memory.replay([on, off])
    assert memory.ended is not None
    assert memory.ended.seconds == 0
    assert Memory.replay([on]).active(40)[0].seconds == 0


def test_what_is_on_reaches_to_now() -> None:
    behaviors = told((0, "turn_on"), (5, "open", "door"), (10, "turn_on", "fan"), (20, "turn_off", "fan"))
    assert Memory.replay(behaviors).active(100) == [OnTime(behaviors[0], 100), OnTime(behaviors[1], 100)]


def test_what_can_not_be_seen_any_more_is_forgotten() -> None:
    behaviors = told((0, "turn_on"), (5, "turn_on", "fan"), (6, "leave", "ann"))
    memory = Memory.replay(behaviors)
    memory.forget("lamp")
    memory.forget("ann")
    memory.forget("never seen")
    assert memory.active(100) == [OnTime(behaviors[1], 100)]
    assert memory.emptied() is None
    memory.observe(Behavior(50, "lamp", "lamp", "turn_off"))
    assert memory.ended is None


def test_what_is_unseen_is_not_on_and_ends_nothing() -> None:
    #  0 on ── unseen ── seen again, still on ── unseen ── 90 off: nobody knows when
    on, off, again = told((0, "turn_on"), (90, "turn_off"), (95, "turn_on"))
    memory = Memory.replay([on])
    memory.unseen = frozenset({"lamp"})
    assert memory.active(30) == []
    memory.unseen = frozenset()
    assert memory.active(60) == [OnTime(on, 60)]
    memory.unseen = frozenset({"lamp"})
    memory.observe(off)
    assert memory.ended is None
    memory.unseen = frozenset()
    memory.observe(again)
    assert memory.active(100) == [OnTime(again, 100)]


def test_the_home_is_empty_when_all_have_left() -> None:
    #  0 ann leaves ── 10 bob leaves ── 20 bob comes ── 30 bob leaves
    behaviors = told((0, "leave", "ann"), (10, "leave", "bob"), (20, "arrive", "bob"), (30, "leave", "bob"))
    empty = [Memory.replay(behaviors[:i]).emptied() for i in range(5)]
    assert empty == [None, behaviors[0], behaviors[1], None, behaviors[3]]


def test_an_alarm_is_a_stance_but_nobody() -> None:
    armed, disarmed = told((0, "arm_away", "alarm"), (10, "disarm", "alarm"))
    memory = Memory.replay([armed])
    assert memory.stances == {"alarm": armed}
    assert memory.emptied() is None
    memory.observe(disarmed)
    assert memory.stances == {"alarm": disarmed}
    assert memory.edges == {}


def test_since_is_newest_first_and_includes_its_start() -> None:
    behaviors = told((0, "turn_on"), (10, "turn_off"), (20, "turn_on"))
    memory = Memory.replay(behaviors)
    assert list(memory.since(10)) == [behaviors[2], behaviors[1]]
    assert list(memory.since(20.5)) == []


def test_it_does_not_grow() -> None:
    #  The fan goes on once, then a lamp is used a thousand times.
    fan = told((0, "turn_on", "fan"))
    lamp = told(*((i, ("turn_on", "turn_off")[i % 2]) for i in range(1, 2 * RECENT)))
    memory = Memory.replay(fan + lamp)
    assert list(memory.recent) == lamp[-RECENT:]
    assert OnTime(fan[0], 9999) in memory.active(9999)


@pytest.mark.parametrize("seed", range(5))
def test_on_times_are_those_of_a_slow_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    controls = ["turn_on", "turn_off", "brightness_up", "open", "close"]
    behaviors = told(
        *((float(i), str(rng.choice(controls)), str(rng.choice(["a", "b", "c"]))) for i in range(300))
    )
    expected: list[OnTime | None] = []
    for i, behavior in enumerate(behaviors):
        edges = [
            b for b in behaviors[:i] if b.entity == behavior.entity and phase(b.control) is not Phase.NONE
        ]
        ends = phase(behavior.control) is Phase.END and edges and phase(edges[-1].control) is Phase.BEGIN
        # The on-time began at the first of the begins that came after the last end.
        while len(edges) > 1 and phase(edges[-2].control) is Phase.BEGIN:
            edges.pop()
        expected.append(OnTime(edges[-1], behavior.time) if ends else None)
    assert ended(behaviors) == expected
    assert sum(on_time is not None for on_time in expected) > 20
