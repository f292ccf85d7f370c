"""Injected anomalies are what they say they are, and nothing else is touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior
from trainer.attacks import (
    COMMON,
    Control,
    Injector,
    Kind,
    Truth,
    common_controls,
    inject,
    injectors,
    longest_on,
    undo,
)
from trainer.simulate import Action, Held, Home, effect, holding, rest, settle, simulate
from trainer.simulate.behaviors import to_behaviors

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 12, tzinfo=ZONE)
HOME = Home.demonstration()
NAMES = list(injectors(HOME))
EVENING = (START + timedelta(days=31, hours=20.5)).timestamp()
NIGHT = (START + timedelta(days=32, hours=2.9)).timestamp()


@pytest.fixture(scope="module")
def learned() -> list[Behavior]:
    return to_behaviors(simulate(HOME, 1, START, 30))


@pytest.fixture(scope="module")
def live() -> list[Action]:
    return simulate(HOME, 2, START + timedelta(days=30), 14)


def held_at(live: list[Action], moment: float) -> dict[str, Held]:
    return holding(HOME, [action for action in live if action.time < moment])


def played(
    name: str, state: dict[str, Held], when: float = EVENING, seed: int = 0
) -> tuple[Injector, list[Action]]:
    injector = injectors(HOME)[name]
    return injector, injector.actions(when, state, np.random.default_rng(seed))


def test_the_ten_of_table_2() -> None:
    kinds = Counter(injector.kind for injector in injectors(HOME).values())
    assert kinds == {Kind.SD: 3, Kind.MD: 2, Kind.DM: 3, Kind.DD: 2}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_household_can_play_them(number: int) -> None:
    home = Home.other(number)
    for injector in injectors(home).values():
        assert {control.entity for control in injector.controls} <= set(home.entities)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_only_cooling_is_rare_in_winter(seed: int) -> None:
    behaviors = to_behaviors(simulate(HOME, seed, START, 30))
    rare = [name for name, injector in injectors(HOME).items() if not injector.eligible(behaviors)]
    assert rare == ["cool_in_winter"]


def test_cooling_is_common_in_summer() -> None:
    july = to_behaviors(simulate(HOME, 1, datetime(2026, 7, 1, tzinfo=ZONE), 30))
    cooling = injectors(HOME)["cool_in_winter"]
    assert cooling.eligible(july)
    assert 7 not in cooling.months
    assert 1 in cooling.months


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("when", [EVENING, NIGHT])
@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_played_is_possible_and_can_be_undone(
    name: str, when: float, seed: int, live: list[Action]
) -> None:
    state = held_at(live, when)
    before = dict(state)
    injector, actions = played(name, state, when, seed)
    assert state == before
    assert actions[0].time == pytest.approx(when)
    assert [a.time for a in actions] == sorted(a.time for a in actions)
    for action in actions:
        spec = HOME.entities[action.entity]
        assert action.device == HOME.device_of[action.entity]
        assert effect(spec, state[action.entity], action.control) == Held(action.state, action.attributes)
        state[action.entity] = Held(action.state, action.attributes)
    back = undo(HOME, actions, before, 60.0)
    assert all(action.time >= actions[-1].time + 60.0 for action in back)
    for action in back:
        state[action.entity] = Held(action.state, action.attributes)
    assert {key: held.state for key, held in state.items()} == {
        key: held.state for key, held in before.items()
    }
    assert {a.entity for a in actions} - {"bathroom_light"} <= set(injector.entities)


@pytest.mark.parametrize("name", NAMES)
def test_same_dice_same_actions(name: str, live: list[Action]) -> None:
    state = held_at(live, EVENING)
    assert played(name, state, seed=4) == played(name, state, seed=4)


@pytest.mark.parametrize("name", ["light_flickering", "camera_flickering", "tv_flickering"])
@pytest.mark.parametrize("begin_on", [True, False])
def test_flickering(name: str, begin_on: bool, live: list[Action], learned: list[Behavior]) -> None:
    state = held_at(live, EVENING)
    begin, end = injectors(HOME)[name].controls
    spec = HOME.entities[begin.entity]
    on = effect(spec, rest(spec), begin.name) or rest(spec)
    off = effect(spec, on, end.name)
    assert off is not None
    state[begin.entity] = on if begin_on else off
    injector, actions = played(name, state)
    assert len(actions) >= 8
    assert {a.entity for a in actions} == {begin.entity}
    first_two = [a.control for a in actions[:2]]
    assert first_two == ([end.name, begin.name] if begin_on else [begin.name, end.name])
    gaps = np.diff([a.time for a in actions])
    assert gaps.min() >= 1.9
    assert gaps.max() <= 6.1
    assert injector.decisive(actions, learned) == actions[3].time


@pytest.mark.parametrize("name", ["window_while_locked", "camera_off_while_locked"])
@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("ready", [True, False])
def test_while_locked(
    name: str, locked: bool, ready: bool, live: list[Action], learned: list[Behavior]
) -> None:
    state = held_at(live, EVENING)
    lock, other = injectors(HOME)[name].controls
    state["smart_lock"] = replace(state["smart_lock"], state="locked" if locked else "unlocked")
    possible = {"living_room_window": "off", "hall_camera": "streaming"}[other.entity]
    done = {"living_room_window": "on", "hall_camera": "idle"}[other.entity]
    state[other.entity] = replace(state[other.entity], state=possible if ready else done)
    injector, actions = played(name, state)
    held = dict(state)
    for action in actions[:-1]:
        held[action.entity] = Held(action.state, action.attributes)
    assert held["smart_lock"].state == "locked"
    assert Control(actions[-1].entity, actions[-1].control) == other
    assert injector.decisive(actions, learned) == actions[-1].time
    locking = [a.time for a in actions if a.control == lock.name]
    assert len(locking) == (not locked)
    assert all(30.0 <= actions[-1].time - time <= 60.0 for time in locking)


@pytest.mark.parametrize("name", ["window_at_midnight", "valve_at_midnight", "cool_in_winter"])
def test_wrong_moment(name: str, live: list[Action], learned: list[Behavior]) -> None:
    injector, actions = played(name, held_at(live, NIGHT), NIGHT)
    assert len(actions) == 1
    assert injector.decisive(actions, learned) == actions[0].time
    if "midnight" in name:
        first, last = injector.hours
        control = injector.controls[0]
        uses = [b for b in learned if (b.entity, b.control) == control]
        hours = [datetime.fromtimestamp(b.time, ZONE).hour for b in uses]
        assert len(hours) >= COMMON
        assert not [hour for hour in hours if first - 1 <= hour <= last]


@pytest.mark.parametrize("name", ["long_shower", "long_microwave"])
def test_too_long(name: str, live: list[Action], learned: list[Behavior]) -> None:
    state = held_at(live, EVENING)
    injector, actions = played(name, state)
    entity = injector.controls[0].entity
    longest, begun = 0.0, None
    for behavior in learned:
        if behavior.entity == entity and behavior.control == "turn_on":
            begun = behavior.time
        elif behavior.entity == entity and begun is not None:
            longest = max(longest, behavior.time - begun)
    begin = next(a for a in actions if a.entity == entity)
    assert injector.decisive(actions, learned) == pytest.approx(begin.time + longest)
    assert actions[-1].time - begin.time > 1.5 * longest
    assert all(a.entity.endswith("_light") for a in actions if a.entity != entity)
    state[entity] = replace(state[entity], state="on")
    with pytest.raises(ValueError, match=entity):
        played(name, state)


def test_longest_on_needs_an_on_time(learned: list[Behavior]) -> None:
    with pytest.raises(ValueError, match="nothing_such"):
        longest_on(learned, "nothing_such")


def test_longest_on_counts_from_the_first_of_two_begins() -> None:
    used = [("turn_on", 0.0), ("turn_on", 50.0), ("turn_off", 80.0), ("turn_off", 90.0), ("turn_on", 95.0)]
    assert longest_on([Behavior(time, "d", "e", control) for control, time in used], "e") == 80.0


def test_common_controls() -> None:
    behaviors = [Behavior(float(i), "d", "e", "turn_on") for i in range(COMMON)]
    assert common_controls(behaviors) == {Control("e", "turn_on"): COMMON}
    assert common_controls(behaviors[1:]) == {}


def test_injected_actions_live_on_with_the_others(live: list[Action]) -> None:
    _, actions = played("window_while_locked", held_at(live, EVENING))
    joined = settle(HOME, [*live, *actions])
    assert set(map(id, actions)) <= set(map(id, joined))
    assert len(joined) <= len(live) + len(actions)


# Injection into a log


def injected(
    kind: Kind, live: list[Action], learned: list[Behavior], seed: int = 0, *, otherwise: bool = False
) -> tuple[list[Behavior], list[Behavior], list[Truth]]:
    stream, rng = to_behaviors(live), np.random.default_rng(seed)
    out, truths = inject(stream, rng, kind, learned=learned, zone=ZONE, count=4, otherwise=otherwise)
    return stream, out, truths


def key_of(behavior: Behavior) -> tuple[str, str]:
    return behavior.entity, behavior.control


@pytest.mark.parametrize("otherwise", [False, True])
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("seed", range(3))
def test_only_what_is_told_is_changed(
    kind: Kind, seed: int, otherwise: bool, live: list[Action], learned: list[Behavior]
) -> None:
    stream, out, truths = injected(kind, live, learned, seed, otherwise=otherwise)
    assert len(truths) == 4
    assert stream == to_behaviors(live)
    assert [b.time for b in out] == sorted(b.time for b in out)
    touched = {entity for truth in truths for entity in truth.entities}
    changed = Counter(out)
    changed.subtract(Counter(stream))
    different = {b for b, n in changed.items() if n}
    assert different
    assert {b.entity for b in different} <= touched
    if kind is not Kind.DD:
        assert all(n >= 0 for n in changed.values())
    for first, second in pairwise(truths):
        assert second.start - first.decisive > 3600
    assert all(truth.start <= truth.decisive for truth in truths)


@pytest.mark.parametrize("otherwise", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_injection_is_the_same_for_the_same_dice(
    kind: Kind, otherwise: bool, live: list[Action], learned: list[Behavior]
) -> None:
    one, again, other = (injected(kind, live, learned, seed, otherwise=otherwise) for seed in (7, 7, 8))
    assert one == again
    assert one != other


@pytest.mark.parametrize("otherwise", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_injection_keeps_states_consistent(
    kind: Kind, otherwise: bool, live: list[Action], learned: list[Behavior]
) -> None:
    """A control that begins something never follows another that began it."""
    _, out, truths = injected(kind, live, learned, 1, otherwise=otherwise)
    pairs = {("turn_on", "turn_off"), ("open", "close"), ("unlock", "lock"), ("detect", "clear")}
    states = {control: pair for pair in pairs for control in pair}
    for entity in {entity for truth in truths for entity in truth.entities}:
        used = [b.control for b in out if b.entity == entity and b.control in states]
        assert all(first != second for first, second in pairwise(used))


def test_injected_flicker(live: list[Action], learned: list[Behavior]) -> None:
    stream, out, truths = injected(Kind.SD, live, learned)
    for truth in truths:
        (entity,) = truth.entities
        near = [b for b in out if b.entity == entity and truth.start <= b.time < truth.start + 70]
        toggles = [b for b in near if b not in stream]
        assert near[: len(toggles)] == toggles
        assert len(toggles) >= 8
        assert toggles[3].time == truth.decisive
        assert len({b.control for b in toggles}) == 2


def test_injected_strangers_never_met(live: list[Action], learned: list[Behavior]) -> None:
    stream, out, truths = injected(Kind.MD, live, learned)
    for truth in truths:
        first, second = truth.entities
        (cause,) = [b for b in stream if b.entity == first and b.time == truth.start]
        (stranger,) = [b for b in out if b.entity == second and b.time == truth.decisive]
        assert 20 <= stranger.time - cause.time <= 50
        assert stranger.device != cause.device
        ones = [b.time for b in learned if (b.entity, b.control) == (first, cause.control)]
        others = [b.time for b in learned if (b.entity, b.control) == (second, stranger.control)]
        assert min(len(ones), len(others)) >= COMMON
        assert min(abs(a - b) for a in ones for b in others) > 300


def test_injected_hour_is_unusual(live: list[Action], learned: list[Behavior]) -> None:
    _, out, truths = injected(Kind.DM, live, learned)
    for truth in truths:
        (entity,) = truth.entities
        (behavior,) = [b for b in out if b.entity == entity and b.time == truth.decisive]
        hour = datetime.fromtimestamp(behavior.time, ZONE).hour
        uses = [
            datetime.fromtimestamp(b.time, ZONE).hour
            for b in learned
            if (b.entity, b.control) == (entity, behavior.control)
        ]
        near = sum((used - hour) % 24 in (23, 0, 1) for used in uses)
        assert len(uses) >= COMMON
        assert near <= 0.005 * len(uses)


def test_injected_duration_is_unheard_of(live: list[Action], learned: list[Behavior]) -> None:
    _, out, truths = injected(Kind.DD, live, learned)
    for truth in truths:
        (entity,) = truth.entities
        own = [b for b in out if b.entity == entity and b.time >= truth.start]
        assert truth.decisive - truth.start == pytest.approx(longest_on(learned, entity))
        assert own[0].time == truth.start
        assert own[1].time > truth.decisive


@pytest.mark.parametrize("seed", range(3))
def test_restless_toggles_keep_their_pace(seed: int, live: list[Action], learned: list[Behavior]) -> None:
    stream, out, truths = injected(Kind.SD, live, learned, seed, otherwise=True)
    for truth in truths:
        toggles = [b for b in out if b not in stream and 0 <= b.time - truth.start <= 8 * 20]
        gaps = np.diff([b.time for b in toggles])
        assert 6 <= len(toggles) <= 20
        assert {b.entity for b in toggles} == set(truth.entities)
        assert toggles[3].time == truth.decisive
        assert 0.4 <= gaps.min() <= gaps.max() <= 8.1
        assert gaps.max() <= 2.5 * gaps.min()


def test_those_that_hardly_belong_together(live: list[Action], learned: list[Behavior]) -> None:
    stream, out, truths = injected(Kind.MD, live, learned, otherwise=True)
    for truth in truths:
        first, second = truth.entities
        (cause,) = [b for b in stream if b.entity == first and b.time == truth.start]
        (stranger,) = [b for b in out if b.entity == second and b.time == truth.decisive]
        assert 5 <= stranger.time - cause.time <= 150
        ones = [b.time for b in learned if (b.entity, b.control) == (first, cause.control)]
        others = [b.time for b in learned if (b.entity, b.control) == (second, stranger.control)]
        met = sum(min(abs(a - b) for a in ones) <= 300 for b in others)
        hours = [datetime.fromtimestamp(time, ZONE).hour for time in others]
        usual = [(hour - datetime.fromtimestamp(cause.time, ZONE).hour) % 24 in (23, 0, 1) for hour in hours]
        assert met <= 0.05 * len(others)
        assert np.mean(usual) >= 0.15


def test_a_routine_moves_as_a_whole(live: list[Action], learned: list[Behavior]) -> None:
    stream, out, truths = injected(Kind.DM, live, learned, otherwise=True)
    followed = 0
    for truth in truths:
        lead = next(b for b in out if b.time == truth.decisive and b.entity in truth.entities)
        hours = [datetime.fromtimestamp(b.time, ZONE).hour for b in learned if key_of(b) == key_of(lead)]
        hour = datetime.fromtimestamp(lead.time, ZONE).hour
        assert sum((used - hour) % 24 in (23, 0, 1) for used in hours) <= 0.005 * len(hours)
        added = [b for b in out if b not in stream and b.entity in truth.entities]
        others = {b.entity for b in added if 0 < b.time - lead.time <= 60} - {lead.entity}
        assert others == set(truth.entities) - {lead.entity}
        followed += len(others)
    assert followed > 0


def test_far_too_long_is_many_times_as_long(live: list[Action], learned: list[Behavior]) -> None:
    _, out, truths = injected(Kind.DD, live, learned, otherwise=True)
    for truth in truths:
        begin, end, *_ = [b for b in out if b.entity in truth.entities and b.time >= truth.start]
        longest = longest_on(learned, begin.entity)
        assert truth.decisive - truth.start == pytest.approx(longest)
        assert 3 * longest - 0.01 <= end.time - begin.time <= 10 * longest + 0.01


def test_kinds_keep_away_from_each_other(live: list[Action], learned: list[Behavior]) -> None:
    stream, truths = to_behaviors(live), []
    for kind in Kind:
        stream, new = inject(
            stream, np.random.default_rng(3), kind, learned=learned, zone=ZONE, count=3, avoid=truths
        )
        truths = sorted([*truths, *new], key=lambda truth: truth.start)
    assert Counter(truth.kind for truth in truths) == dict.fromkeys(Kind, 3)
    assert all(b.start - a.decisive > 3600 for a, b in pairwise(truths))


@pytest.mark.parametrize("otherwise", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_nothing_to_inject_into(kind: Kind, otherwise: bool) -> None:
    rng = np.random.default_rng(0)
    assert inject([], rng, kind, otherwise=otherwise) == ([], [])
    rare = [Behavior(60.0 * i, "d", "e", ("turn_on", "turn_off")[i % 2]) for i in range(10)]
    assert inject(rare, rng, kind, otherwise=otherwise) == (rare, [])


@pytest.mark.parametrize("otherwise", [False, True])
def test_one_device_meets_no_stranger(otherwise: bool) -> None:
    alone = [Behavior(600.0 * i, "d", "e", ("turn_on", "turn_off")[i % 2]) for i in range(2000)]
    rng = np.random.default_rng(0)
    assert inject(alone, rng, Kind.MD, otherwise=otherwise) == (alone, [])
    assert len(inject(alone, rng, Kind.SD, count=2)[1]) == 2
