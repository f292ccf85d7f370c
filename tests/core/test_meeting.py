"""Meeting against a naive double loop over behaviors, and what it does and does not find strange."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior, Phase, is_stance, phase
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.meeting import Meeting
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.vocabulary import Vocabulary

from .examples import MONDAY, UTC
from .household import DAY, live, use

SPAN, STEP = 300.0, 600.0
KINDS = {
    "lamp": ("turn_on", "turn_off"),
    "fan": ("turn_on", "turn_off", "speed_up"),
    "lock": ("lock", "unlock"),
    "motion": ("detect", "clear"),
    "alarm": ("arm_away", "disarm"),
    "ann": ("arrive", "leave"),
    "bob": ("arrive", "leave"),
}


def random_life(seed: int, count: int = 160) -> list[Behavior]:
    """Return five days of seven entities; lamp and fan are one device, and one night is silent."""
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0, 5 * DAY, count))
    times[times > 2 * DAY] += 0.7 * DAY
    # Many come close to another.
    times[1::2] = times[::2] + rng.uniform(1, 400, count // 2)
    behaviors = []
    for time in np.sort(times):
        entity = str(rng.choice(list(KINDS)))
        device = "ceiling" if entity in ("lamp", "fan") else entity
        behaviors.append(Behavior(MONDAY + float(time), device, entity, str(rng.choice(KINDS[entity]))))
    return behaviors


def history(behaviors: Sequence[Behavior]) -> History:
    return History.of(behaviors, Vocabulary.from_behaviors(behaviors), UTC)


def hour_of(time: float) -> int:
    return datetime.fromtimestamp(time, UTC).hour


def slow_states(
    behaviors: Sequence[Behavior], vocabulary: Vocabulary, device: str = ""
) -> set[tuple[int, int]]:
    """Return row and state of everything after some behaviors, and row 0 where nobody is home."""
    found = set()
    for entity in {b.entity for b in behaviors if b.device != device}:
        own = [b for b in behaviors if b.entity == entity]
        edges = [b for b in own if phase(b.control) is not Phase.NONE]
        if edges and edges[-1].control not in ("detect", "clear"):
            found.add((vocabulary.entity_id_of(entity), int(phase(edges[-1].control) is Phase.BEGIN)))
        stances = [b.control for b in own if is_stance(b.control)]
        if stances and stances[-1] not in ("arrive", "leave"):
            found.add((vocabulary.entity_id_of(entity), int(stances[-1] != "disarm")))
    last = {b.entity: b for b in behaviors if b.control in ("arrive", "leave")}
    left = max(last.values(), key=lambda b: b.time, default=None)
    if left and left.device != device and all(b.control == "leave" for b in last.values()):
        found.add((0, 0))
    return found


def spread(profile: Sequence[float], hour: int) -> float:
    return 0.5 * profile[hour] + 0.25 * profile[hour - 1] + 0.25 * profile[(hour + 1) % 24]


def hours_of(given: History, control: int) -> list[float]:
    times = [b.time for b in given.behaviors if given.vocabulary.id_of(b) == control]
    return [float(sum(hour_of(t) == hour for t in times)) for hour in range(24)]


@pytest.mark.parametrize("seed", range(3))
def test_seen_company_is_that_of_a_double_loop(seed: int) -> None:
    given = history(random_life(seed))
    vocabulary = given.vocabulary
    met = np.zeros((len(vocabulary), len(vocabulary)))
    during = np.zeros((len(vocabulary.entities) + 1, 2, len(vocabulary)))
    for i, b in enumerate(given.behaviors):
        near = [a for a in given.behaviors[:i] if b.time - a.time <= SPAN and a.device != b.device]
        for other in {vocabulary.id_of(a) for a in near}:
            met[other, vocabulary.id_of(b)] += 1
        for row, state in slow_states(given.behaviors[: i + 1], vocabulary, b.device):
            during[row, state, vocabulary.id_of(b)] += 1
    arrays = Meeting.fit(given).arrays()
    np.testing.assert_array_equal(arrays["met"], met)
    np.testing.assert_array_equal(arrays["during"], during)
    assert met.max() > 1
    assert during[0].sum() > 0


@pytest.mark.parametrize("seed", range(3))
def test_possible_meetings_are_those_of_a_double_loop(seed: int) -> None:
    given = history(random_life(seed))
    size, days = len(given.vocabulary), len(given.days)
    uses = [hours_of(given, control) for control in range(size)]
    expected = np.zeros((size, size))
    for a in range(size):
        for b in range(size):
            for hour in range(24):
                rate = spread(uses[a], hour) / days * SPAN / 3600
                expected[a, b] += (1 - math.exp(-rate)) * uses[b][hour]
    np.testing.assert_allclose(Meeting.fit(given).arrays()["could_meet"], expected, rtol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_possible_states_are_those_of_a_double_loop(seed: int) -> None:
    """Every ten minutes is asked what is on, from what was done until then."""
    given = history(random_life(seed))
    vocabulary, behaviors = given.vocabulary, given.behaviors
    looks: list[float] = []
    clock = behaviors[0].time
    for newest in behaviors:
        if newest.time - clock > DAY / 2:
            clock = newest.time
        while clock < newest.time:
            looks.append(clock)
            clock += STEP
    rows = len(vocabulary.entities) + 1
    seen, asked = np.zeros((rows, 2, 24)), [0.0] * 24
    for look in looks:
        asked[hour_of(look)] += 1
        for row, state in slow_states([b for b in behaviors if b.time <= look], vocabulary):
            seen[row, state, hour_of(look)] += 1
    expected = np.zeros((rows, 2, len(vocabulary)))
    for control in range(len(vocabulary)):
        for hour, uses in enumerate(hours_of(given, control)):
            for row, state in np.ndindex(rows, 2):
                share = spread(seen[row, state].tolist(), hour) / max(spread(asked, hour), 1)
                expected[row, state, control] += share * uses
    np.testing.assert_allclose(Meeting.fit(given).arrays()["could_during"], expected, rtol=1e-5)


def test_a_quiet_home_knows_what_is_on() -> None:
    #  0 ──── 8 on ──── 16 off ──── 24      nothing else happens; another lamp is used at noon and at 20
    behaviors = [
        use(hour, entity, control, day)
        for day in range(20)
        for hour, entity, control in (
            (8, "lamp", "turn_on"), (12, "bell", "press"), (16, "lamp", "turn_off"), (20, "bell", "press")
        )
    ]  # fmt: skip
    given = history(behaviors)
    lamp, bell = given.vocabulary.entity_id_of("lamp"), given.vocabulary.id_of(use(0, "bell", "press"))
    off, on = Meeting.fit(given).arrays()["could_during"][lamp, :, bell]
    assert (off, on) == pytest.approx((20, 20), abs=1)


CHANNEL = Meeting.fit(history(live()))
LOCKED = use(17.7, "lock", "lock")
STOVE = use(17.9, "stove", "turn_on")


def find(*lived: Behavior) -> Finding | None:
    return CHANNEL.find(Memory.replay(lived))


def test_the_stove_while_the_house_is_locked() -> None:
    finding = find(LOCKED, STOVE)
    assert finding is not None
    assert finding.behaviors == (STOVE, LOCKED)
    assert finding.context == (STOVE, LOCKED)
    assert finding.facts["company"] == "state"
    assert finding.facts["seen"] == 0
    assert finding.facts["minutes"] == pytest.approx(12)
    expected = math.log((float(finding.facts["possible"]) + 0.5) / 0.5)
    assert finding.surprise == pytest.approx(expected)
    assert finding.surprise > 2


def test_what_was_seen_together_is_not_strange() -> None:
    assert find(use(17.5, "lock", "unlock"), STOVE) is None
    assert find(use(22.1, "lock", "lock", 27), use(6.7, "coffee", "turn_on")) is None


def test_each_time_seen_makes_it_less_strange() -> None:
    surprises = []
    for nights in range(4):
        past = live()
        for day in range(nights):
            past += [use(18.3, "lock", "lock", day), use(18.4, "stove", "turn_on", day)]
            past += [use(18.45, "lock", "unlock", day)]
        channel = Meeting.fit(history(sorted(past, key=lambda b: b.time)))
        finding = channel.find(Memory.replay([LOCKED, STOVE]))
        assert finding is not None
        surprises.append(finding.surprise)
    assert surprises == sorted(surprises, reverse=True)
    assert surprises[-1] < surprises[0] - 1


def every_other_day(held: dict[str, tuple[str, str]], used: dict[float, tuple[str, str]]) -> list[Behavior]:
    """Return 40 days: on even ones something is held from 8 to 20, on odd ones something is used by day."""
    behaviors = []
    for day in range(0, 40, 2):
        for entity, (begin, end) in held.items():
            behaviors += [use(8, entity, begin, day), use(20, entity, end, day)]
        behaviors += [use(hour, *what, day + 1) for hour, what in used.items()]
    return sorted(behaviors, key=lambda b: b.time)


def test_company_that_guards_nothing_has_to_be_stranger() -> None:
    held = {"lock": ("lock", "unlock"), "radio": ("turn_on", "turn_off")}
    channel = Meeting.fit(history(every_other_day(held, {12: ("bell", "press")})))
    bell = use(12, "bell", "press", 40)
    surprises = []
    for entity in held:
        finding = channel.find(Memory.replay([use(8, entity, held[entity][0], 40), bell]))
        assert finding is not None
        assert finding.facts["seen"] == 0
        surprises.append(finding.surprise)
    assert surprises[0] == pytest.approx(surprises[1] + 2)


@pytest.mark.parametrize(
    "lived",
    [
        pytest.param([LOCKED, use(17.8, "stove", "turn_off")], id="what ends a state harms nobody"),
        pytest.param([LOCKED, use(17.8, "new thing", "turn_on")], id="a new entity"),
        pytest.param([LOCKED, use(17.8, "stove", "temperature_up")], id="a new control"),
        pytest.param([use(17.7, "new lock", "lock"), STOVE], id="the company of a new entity"),
        pytest.param([STOVE], id="no company"),
    ],
)
def test_what_it_says_nothing_of(lived: list[Behavior]) -> None:
    assert find(*lived) is None


def test_a_home_that_everybody_left() -> None:
    #  8 ann leaves ───────── 17 ann comes ── 18 stove     every day; the heating also runs by day
    behaviors = [
        use(hour, entity, control, day)
        for day in range(28)
        for hour, entity, control in (
            (8, "ann", "leave"), (8.5, "heating", "press"), (17, "ann", "arrive"),
            (18, "stove", "turn_on"), (18.5, "stove", "turn_off"),
        )
    ]  # fmt: skip
    for day in range(0, 28, 2):
        behaviors += [use(12, "stove", "turn_on", day), use(12.2, "stove", "turn_off", day)]
        behaviors += [use(11.9, "ann", "arrive", day), use(12.3, "ann", "leave", day)]
    channel = Meeting.fit(history(sorted(behaviors, key=lambda b: b.time)))
    left = use(8, "ann", "leave")
    finding = channel.find(Memory.replay([left, use(12, "stove", "turn_on")]))
    assert finding is not None
    assert finding.behaviors[1] == left
    assert finding.facts["company"] == "state"
    assert channel.find(Memory.replay([left, use(8.5, "heating", "press")])) is None
    assert (
        channel.find(Memory.replay([left, use(11.9, "ann", "arrive"), use(12, "stove", "turn_on")])) is None
    )


@pytest.mark.parametrize(("control", "asked"), [("press", True), ("arrive", False), ("leave", False)])
def test_who_comes_or_goes_did_nothing_with_the_home(control: str, asked: bool) -> None:
    behaviors = every_other_day({"lock": ("lock", "unlock")}, {12: ("ann", control)})
    lived = [use(8, "lock", "lock", 40), use(12, "ann", control, 40)]
    finding = Meeting.fit(history(behaviors)).find(Memory.replay(lived))
    assert (finding is not None) is asked


def test_an_end_that_is_watched_also_rests_on_its_begin() -> None:
    #  8 the radio goes on ─── 11 the door is unlocked ─── 12 it is locked, as never beside the radio
    used = {11: ("lock", "unlock"), 12: ("lock", "lock")}
    channel = Meeting.fit(history(every_other_day({"radio": ("turn_on", "turn_off")}, used)))
    radio, unlock, lock = use(8, "radio", "turn_on"), use(11, "lock", "unlock"), use(12, "lock", "lock")
    finding = channel.find(Memory.replay([radio, unlock, lock]))
    assert finding is not None
    assert finding.behaviors == (lock, radio)
    assert finding.context == (lock, radio, unlock)


def test_what_is_kept_is_enough() -> None:
    again = Meeting(history(live()).vocabulary, **CHANNEL.arrays())  # type: ignore[arg-type]
    assert again.find(Memory.replay([LOCKED, STOVE])) == find(LOCKED, STOVE)


def test_a_clock_that_jumps_back_is_no_error() -> None:
    finding = find(LOCKED, use(19.2, "tv", "turn_on"), STOVE)
    assert finding is not None
    assert finding.behaviors == (STOVE, LOCKED)
