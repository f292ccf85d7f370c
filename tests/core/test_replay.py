"""Days gone by, lived through once more: every behavior and tick in order, and told as live."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Judgement, Reason
from custom_components.smartguard.core.errors import StoppedError
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.core.policy import CLEAR_AFTER, Policy
from custom_components.smartguard.core.replay import SLOW_AFTER, SLOW_TICK, TICK, moments, replay
from custom_components.smartguard.core.unseen import Unseen
from custom_components.smartguard.core.watch import Watch

HOUR = 3600.0


def use(time: float, control: str = "turn_on", entity: str = "stove") -> Behavior:
    return Behavior(time, entity, entity, control)


def judge_open(memory: Memory, now: float, *_: object) -> Judgement:
    """Find strange whatever has been on for more than an hour."""
    reasons = tuple(
        Reason("duration", 1.5, (o.begin,), (o.begin,), {}) for o in memory.active(now) if o.seconds > HOUR
    )
    return Judgement(now, 1.5 if reasons else -6.0, reasons)


def judge(memory: Memory, *_: object) -> Judgement:
    """Find strange whatever a lamp does."""
    newest = memory.recent[-1]
    reasons = (Reason("moment", 2.0, (newest,), (newest,), {}),) if newest.entity == "lamp" else ()
    return Judgement(newest.time, 2.0 if reasons else -6.0, reasons)


def live(watch: Watch, policy: Policy, *lived: Any) -> list[Episode]:
    """Replay for one policy."""
    (episodes,) = replay(watch, [policy], *lived)
    return episodes


@pytest.fixture
def watch() -> Watch:
    guard: Any = SimpleNamespace(judge=judge, judge_open=judge_open)
    return Watch(guard, FirstTimes())


def test_behaviors_and_ticks_come_in_order_and_within_bounds() -> None:
    behaviors = [use(100), use(103), use(103, entity="lamp"), use(500)]
    lived = list(moments(behaviors, 50, 700))
    times = [time for time, _ in lived]
    assert times == sorted(times)
    assert [b for _, b in lived if b] == behaviors
    assert all(50 < time < 700 for time, b in lived if b is None)
    assert max(later - earlier for earlier, later in pairwise(times)) == SLOW_TICK
    after = [time for time, b in lived if b is None and 103 < time < 103 + SLOW_AFTER]
    assert after == [103 + TICK * i for i in range(1, int(SLOW_AFTER / TICK))]


def test_without_behaviors_the_clock_ticks_on() -> None:
    assert all(b is None for _, b in moments([], 0, 1000))
    assert list(moments([], 0, 0)) == []


def test_what_stays_on_is_told_while_it_is_on_and_is_over_after(watch: Watch) -> None:
    behaviors = [use(0), use(3 * HOUR, "turn_off")]
    (episode,) = live(watch, Policy.with_budget(1.0), Memory(), behaviors, 0, 10 * HOUR)
    assert HOUR < episode.start <= HOUR + SLOW_TICK
    assert episode.end is not None
    assert 3 * HOUR < episode.end <= 3 * HOUR + CLEAR_AFTER + SLOW_TICK


def test_what_was_on_before_is_judged_from_its_edge(watch: Watch) -> None:
    memory = Memory.replay([use(0)])
    (episode,) = live(watch, Policy.with_budget(1.0), memory, [], 2 * HOUR, 3 * HOUR)
    assert episode.start == 2 * HOUR + TICK
    assert episode.end is None


def test_what_nobody_saw_is_not_told(watch: Watch) -> None:
    """
    0 on ── ½ h unseen ────────── 4 h seen again ── 5 h off
    """
    behaviors = [use(0), use(5 * HOUR, "turn_off")]
    unseen = Unseen({"stove": [(0.5 * HOUR, 4 * HOUR)], "lamp": [(0, 9 * HOUR)]})
    lived = watch, [Policy.with_budget(1.0)], Memory(), behaviors, 0, 10 * HOUR
    ((episode,),) = replay(*lived, unseen=unseen)
    assert 4 * HOUR < episode.start <= 4 * HOUR + SLOW_TICK


def test_the_policy_s_restraint_holds(watch: Watch) -> None:
    policy = Policy.with_budget(1.0)
    policy.restraint.is_normal = lambda reason: reason.channel == "duration"
    lived = [use(0), use(9 * HOUR, entity="lamp")]
    (episode,) = live(watch, policy, Memory(), lived, 0, 10 * HOUR)
    assert episode.reasons[0].channel == "moment"
    assert live(watch, Policy.with_budget(0.001), Memory(), lived, 0, 10 * HOUR) == []


def test_first_times_are_lived_through_too(watch: Watch) -> None:
    lived = [use(i * 12 * HOUR, ("turn_on", "turn_off")[i % 2]) for i in range(60)]
    odd = use(60 * 12 * HOUR, "press")
    policy = Policy.with_budget(1.0)
    policy.restraint.is_normal = lambda reason: reason.channel == "duration"
    (episode,) = live(watch, policy, Memory(), [*lived, odd], 0, odd.time + 60)
    assert (episode.reasons[0].channel, episode.behaviors) == ("novelty", (odd,))


def test_each_policy_tells_what_it_would_alone() -> None:
    """What is told early is cooling down when it comes stronger; who did not tell it then tells it now."""
    scores = {0: -0.4, 0.5 * HOUR: 0.05, 5 * HOUR: 0.4, 5 * HOUR + 60: 0.8}

    def judge(memory: Memory, *_: object) -> Judgement:
        newest = memory.recent[-1]
        score = scores[newest.time]
        return Judgement(newest.time, score, (Reason("sequence", score, (newest,), (newest,), {}),))

    def new() -> tuple[Watch, list[Policy], Memory]:
        guard: Any = SimpleNamespace(judge=judge, judge_open=lambda _, now, *__: Judgement(now, -6.0, ()))
        return Watch(guard, FirstTimes()), [Policy.with_budget(each) for each in budgets], Memory()

    budgets = (0.1, 0.25, 0.5, 1.0, 2.0, 7.0)
    span = [use(time) for time in scores], 0, 10 * HOUR
    watch, policies, memory = new()
    together = replay(watch, policies, memory, *span)
    for index, told in enumerate(together):
        watch, policies, memory = new()
        assert told == live(watch, policies[index], memory, *span)
    starts = [[episode.start for episode in told] for told in together]
    late, last = 5 * HOUR, 5 * HOUR + 60
    assert starts == [[], [last], [late], [0.5 * HOUR, late], [0.5 * HOUR, late], [0.0, late]]


def test_a_replay_can_be_stopped(watch: Watch) -> None:
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 10

    with pytest.raises(StoppedError):
        live(watch, Policy.with_budget(1.0), Memory(), [], 0, 1000 * HOUR, should_stop)
    assert len(asked) == 11
