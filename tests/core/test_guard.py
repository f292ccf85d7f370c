"""The guard: one bundle that judges without changing anything, and comes back from its file as it was."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError, dataclass, replace
from functools import cache, partial
from math import inf, log10
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from custom_components.smartguard.core import artifact
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.errors import ArtifactDamagedError, ArtifactError, ArtifactVersionError
from custom_components.smartguard.core.evidence import DAY, SETTLE
from custom_components.smartguard.core.guard import LATE, MOST_LATE, Guard
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import Judgement
from custom_components.smartguard.core.threshold import LOWEST, combine, score_of, weigh

from .household import DAYS, HOUR, guard, live, use

PAST = live()
FLICKER = [use(19.6 + i * 3 / HOUR, "tv", ("turn_off", "turn_on")[i % 2]) for i in range(10)]
COFFEES = [use(3, "coffee", "turn_on"), use(19.65, "coffee", "turn_on")]
LIVED = sorted([*live(1, 1, DAYS), *FLICKER, *COFFEES], key=lambda b: b.time)


def judge_all(judge: Guard, lived: list[Behavior]) -> list[Judgement]:
    """Return the judgement of every behavior and of a tick a while after it."""
    memory = Memory.replay(PAST)
    judgements = []
    for behavior in lived:
        memory.observe(behavior)
        judgements += [judge.judge(memory), judge.judge_open(memory, behavior.time + SETTLE)]
        judgements.append(judge.judge_open(memory, behavior.time + 3000))
    return judgements


@cache
def judged() -> list[Judgement]:
    return judge_all(guard(), LIVED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "0001.npz"
    guard().save(path)
    return path


def test_a_loaded_guard_judges_as_the_saved_one(path: Path) -> None:
    loaded = Guard.load(path)
    assert judge_all(loaded, LIVED) == judged()
    assert {r.channel for j in judged() for r in j.reasons} == set(guard().tails) - {"company"}
    assert any("uses" in r.facts for j in judged() for r in j.reasons if r.channel == "meeting"), "company's"
    assert loaded.zone == guard().zone
    assert loaded.about == guard().about
    assert loaded.tails == guard().tails


def test_saving_a_loaded_guard_gives_the_same_file(path: Path) -> None:
    again = path.with_name("0002.npz")
    Guard.load(path).save(again)
    assert again.read_bytes() == path.read_bytes()


SETTLED = {"moment": guard().moment, "sequence": guard().sequence}


def settle(memory: Memory) -> Judgement:
    """Return the judgement of a tick when the newest behavior has settled."""
    return guard().judge_open(memory, memory.recent[-1].time + SETTLE)


def weighed_by(memory: Memory) -> dict[str, float]:
    """Return what each channel's finding weighs on the newest behavior when it has settled."""
    newest = memory.recent[-1]
    found = {name: channel.find(memory, newest) for name, channel in SETTLED.items()}
    return {name: weigh(name, guard().tails[name], f.surprise) for name, f in found.items() if f}


@pytest.mark.parametrize(
    "lived",
    [
        pytest.param([use(6.5, "bedroom_lamp", "turn_on")], id="nothing odd"),
        pytest.param([use(3, "coffee", "turn_on")], id="odd"),
    ],
)
def test_scores_are_the_surprises_in_one_currency(lived: list[Behavior]) -> None:
    memory = Memory.replay([*PAST, *lived])
    judgement, weighed = settle(memory), weighed_by(memory)
    strongest = max(weighed, key=lambda name: weighed[name])
    expected = {name: score_of(guard().together, weight) for name, weight in weighed.items()}
    expected[strongest] = score_of(guard().together, combine(list(weighed.values())))
    assert {r.channel: r.score for r in judgement.reasons} == expected
    assert judgement.score == expected[strongest] == max(expected.values())
    assert len(expected) == 2


def test_two_odd_channels_say_more_than_one() -> None:
    #  Coffee at three in the night: the wrong hour, and nothing that the network expects there.
    memory = Memory.replay([*PAST, use(3, "coffee", "turn_on")])
    both = settle(memory)
    assert {r.channel for r in both.reasons[:2]} == {"moment", "sequence"}
    weighed = weighed_by(memory)
    second = min(weighed.values())
    tails = {name: tail for name, tail in guard().tails.items() if name != both.reasons[1].channel}
    alone = replace(guard(), tails=tails).judge_open(memory, memory.recent[-1].time + SETTLE)
    assert (both.score > alone.score) == (second > -1), "what happens ten times a week adds nothing"
    assert combine(list(weighed.values())) == pytest.approx(
        max(weighed.values()) + max(0, 0.5 * (second + 1))
    )


def test_nothing_is_said_against_a_device_in_its_week_of_grace() -> None:
    memory = Memory.replay([*PAST, coffee := use(3, "coffee", "turn_on"), use(3.01, "tv", "turn_on")])
    now = coffee.time + SETTLE
    assert guard().judge_open(memory, now).score > 0

    def age_of(behaviors: Sequence[Behavior], asked: float) -> float:
        assert asked == now
        return 6.9 * DAY if coffee in behaviors else inf

    judgement = guard().judge_open(memory, now, age_of)
    assert all(coffee not in r.behaviors for r in judgement.reasons)
    assert judgement.score < 0


def test_what_is_young_is_less_strange_before_channels_are_combined() -> None:
    """It weighs less by its youth in each channel, as in the calibration: combined and counted after that."""
    memory = Memory.replay([*PAST, use(3, "coffee", "turn_on")])
    counted = guard().about["calibrated_days"]
    young = guard().judge_open(memory, memory.recent[-1].time + SETTLE, lambda *_: counted / 4 * DAY)
    weighed = [weight - log10(4) for weight in weighed_by(memory).values()]
    assert len(weighed) == 2
    assert young.score == pytest.approx(score_of(guard().together, combine(weighed)))
    assert young.score < settle(memory).score
    assert guard().judge_open(memory, young.time, lambda *_: counted * DAY) == settle(memory)


def test_reasons_come_strongest_first() -> None:
    several = [j for j in judged() if len(j.reasons) > 1]
    assert len(several) > 5
    for judgement in several:
        scores = [r.score for r in judgement.reasons]
        assert scores == sorted(scores, reverse=True)
        assert judgement.score == scores[0]


def test_a_judgement_shows_the_window() -> None:
    memory = Memory.replay(LIVED)
    judgement, look = guard().judge(memory), guard().sequence.look(memory)
    assert look is not None
    assert [b for b, _ in judgement.losses] == LIVED[-10:]
    assert [loss for _, loss in judgement.losses] == pytest.approx(look.losses.tolist())
    assert judgement.heaviest == look.heaviest()
    assert len(judgement.expected) == 3
    first, *_, last = [e.probability for e in judgement.expected]
    assert 0 <= last <= first <= 1


def test_without_a_window_the_channels_judge_alone() -> None:
    judgement = settle(Memory.replay([use(3, "coffee", "turn_on")]))
    assert [r.channel for r in judgement.reasons] == ["moment"]
    assert judgement.losses == judgement.heaviest == judgement.expected == ()


def test_a_behavior_is_judged_by_the_ticks_about_its_settling_and_no_others() -> None:
    odd = use(3, "coffee", "turn_on")
    memory = Memory.replay([*PAST, odd, use(3.04, "coffee", "turn_off")])

    def told(after: float) -> bool:
        reasons = guard().judge_open(memory, odd.time + after).reasons
        return any(r.channel == "moment" and r.behaviors == (odd,) for r in reasons)

    assert [told(t) for t in (0, SETTLE - 1, SETTLE, SETTLE + LATE - 1, SETTLE + LATE)] == [
        False,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("pause", [65.0, 600.0, MOST_LATE - 1, MOST_LATE + 1])
def test_what_settled_while_nothing_ticked_is_judged_by_the_next_tick(pause: float) -> None:
    """A restart, a busy machine; of what settled long ago nobody wants to hear."""
    odd = use(3, "coffee", "turn_on")
    memory = Memory.replay([*PAST, odd])
    before = odd.time + SETTLE - 0.5

    def hour_is_told(judgement: Judgement) -> bool:
        return any(r.channel == "moment" and r.behaviors == (odd,) for r in judgement.reasons)

    assert not hour_is_told(guard().judge_open(memory, before))
    late = before + pause
    assert hour_is_told(guard().judge_open(memory, late, since=before)) == (pause < MOST_LATE)
    assert not hour_is_told(guard().judge_open(memory, late))


def test_a_settled_oddity_shows_its_window() -> None:
    memory = Memory.replay([*PAST, *live(1, 1, DAYS), use(26, "stove", "turn_on")])
    judgement = settle(memory)
    assert judgement.score > 0
    assert memory.recent[-1] in dict(judgement.losses)
    assert len(judgement.heaviest) == 3
    assert len(judgement.expected) == 3


def test_a_tick_judges_what_is_on() -> None:
    #  8 tv on ──────────────── 15:21 stove on ── 16      the tv far too long, the stove a little
    memory = Memory.replay([*PAST, use(8, "tv", "turn_on"), use(15.35, "stove", "turn_on")])
    early = guard().judge_open(memory, use(9.4, "", "").time)
    late = guard().judge_open(memory, use(16, "", "").time)
    assert (early.score, early.reasons) == (LOWEST, ())
    assert [r.behaviors[0].entity for r in late.reasons] == ["tv", "stove"]
    assert {r.channel for r in late.reasons} == {"duration"}
    assert late.score == late.reasons[0].score > 0
    assert late.time == use(16, "", "").time


def test_a_longer_time_on_is_stranger() -> None:
    memory = Memory.replay([*PAST, use(9, "stove", "turn_on")])
    scores = [guard().judge_open(memory, use(9 + hours, "", "").time).score for hours in np.arange(0, 6, 0.1)]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0] == LOWEST


def test_judging_changes_nothing(path: Path) -> None:
    memory = Memory.replay([*PAST, *LIVED])
    before = copy.deepcopy(vars(memory))
    first = guard().judge(memory), guard().judge_open(memory, LIVED[-1].time + HOUR)
    assert vars(memory) == before
    assert (guard().judge(memory), guard().judge_open(memory, LIVED[-1].time + HOUR)) == first
    after = path.with_name("after.npz")
    guard().save(after)
    assert after.read_bytes() == path.read_bytes()


def test_a_guard_can_not_be_changed() -> None:
    for name in ("vocabulary", "zone", "sequence", "tails", "about"):
        with pytest.raises(FrozenInstanceError):
            setattr(guard(), name, None)


def test_a_channel_that_could_not_be_calibrated_is_silent() -> None:
    memory = Memory.replay([use(3, "coffee", "turn_on")])
    assert settle(memory).reasons
    tails = {name: tail for name, tail in guard().tails.items() if name != "moment"}
    judgement = replace(guard(), tails=tails).judge_open(memory, use(3, "", "").time + SETTLE)
    assert (judgement.score, judgement.reasons) == (LOWEST, ())


UNKNOWN = [
    ("never seen", "turn_on"),
    ("never seen", "leave"),
    ("never seen", "arm_away"),
    ("tv", "volume_up"),
    ("stove", "set_hvac_mode:cool"),
    ("", ""),
]


@pytest.mark.parametrize(("entity", "control"), UNKNOWN)
def test_what_was_never_learned_says_nothing(entity: str, control: str) -> None:
    memory = Memory.replay(PAST)
    for i in range(20):
        memory.observe(use(3 + i / HOUR, entity, control))
        judgement = guard().judge(memory)
        assert (judgement.score, judgement.reasons) == (LOWEST, ())
    judgement = guard().judge_open(memory, use(30, "", "").time)
    assert all(r.behaviors[0].entity != "never seen" for r in judgement.reasons)


@dataclass
class Content:
    """What a guard's file holds."""

    header: dict[str, Any]
    arrays: dict[str, Any]


DAMAGE: dict[str, Callable[[Content], object]] = {
    "a job": lambda c: c.header.update(kind="job"),
    "nothing": lambda c: (c.header.clear(), c.arrays.clear()),
    "no weights": lambda c: c.arrays.pop("sequence/weights"),
    "too few weights": lambda c: c.arrays.update({"sequence/weights": c.arrays["sequence/weights"][1:]}),
    "half a model": lambda c: c.arrays.pop(next(k for k in c.arrays if k.startswith("sequence/model/"))),
    "no gaps": lambda c: c.arrays.pop("repetition/counts"),
    "no company": lambda c: c.arrays.pop("meeting/during"),
    "a foreign table": lambda c: c.arrays.update({"duration/other": np.zeros(1)}),
    "no zone of this world": lambda c: c.header.update(zone="Middle/Earth"),
    "a path as zone": lambda c: c.header.update(zone="../etc/localtime"),
    "half a tail": lambda c: c.header["tails"]["moment"].pop("scale"),
    "a vocabulary of numbers": lambda c: c.header.update(vocabulary=7),
}
KEYS = ["kind", "vocabulary", "zone", "model", "chatty", "tails", "together", "about"]
DAMAGE |= {f"no {key}": partial(lambda key, c: c.header.pop(key), key) for key in KEYS}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_no_whole_guard_is_refused(path: Path, damage: str) -> None:
    content = Content(*artifact.load(path))
    assert content.header.keys() == set(KEYS)
    DAMAGE[damage](content)
    artifact.save(path, content.header, content.arrays)
    with pytest.raises(ArtifactDamagedError, match="expected"):
        Guard.load(path)


def test_a_file_that_is_cut_short_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ArtifactDamagedError):
            Guard.load(path)


def test_a_file_of_a_newer_version_is_told_apart(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "SCHEMA", artifact.SCHEMA + 1)
    guard().save(path)
    monkeypatch.undo()
    with pytest.raises(ArtifactVersionError):
        Guard.load(path)
    assert issubclass(ArtifactVersionError, ArtifactError)
    assert not issubclass(ArtifactVersionError, ArtifactDamagedError)


def test_no_file_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Guard.load(tmp_path / "missing.npz")
