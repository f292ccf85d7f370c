"""Learning: the same for a seed, honest about too little, calibrated on unseen days, never for the worse."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from custom_components.smartguard.core.behavior import Behavior, Phase, phase
from custom_components.smartguard.core.calibration import HeldOut, calibrate, cross_fit
from custom_components.smartguard.core.company import Company
from custom_components.smartguard.core.duration import Duration
from custom_components.smartguard.core.episode import Judgement, Reason
from custom_components.smartguard.core.errors import NotEnoughDataError, StoppedError
from custom_components.smartguard.core.evidence import SETTLE, Finding, History, local_day
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.learn import LIVE_TRAINING, Learned, LearnOptions, learn
from custom_components.smartguard.core.meeting import Meeting
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.moment import Moment
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.core.rehearsal import alerts, rehearse
from custom_components.smartguard.core.repetition import Repetition
from custom_components.smartguard.core.threshold import (
    SHARES,
    Tail,
    combine,
    episode_maxima,
    score_of,
    threshold_of,
    weigh,
)
from custom_components.smartguard.core.vocabulary import UNKNOWN

from .examples import MONDAY, UTC
from .household import DAY, DAYS, HASTY, QUICK, live, of_another_size, use

FEW = live(8)
Found = dict[str, list[tuple[float, Finding]]]


@cache
def few() -> Learned:
    return learn(FEW, HASTY)


def file_of(result: Learned, folder: Path) -> bytes:
    result.guard.save(folder / "guard.npz")
    return (folder / "guard.npz").read_bytes()


def test_the_same_seed_gives_the_same_guard(tmp_path: Path) -> None:
    again, other = learn(FEW, HASTY), learn(FEW, replace(HASTY, seed=1))
    assert again.report == few().report
    assert file_of(again, tmp_path) == file_of(few(), tmp_path)
    assert file_of(other, tmp_path) != file_of(few(), tmp_path)


def test_order_and_repeats_do_not_matter(tmp_path: Path) -> None:
    shuffled = [FEW[i] for i in np.random.default_rng(0).permutation(len(FEW))]
    again = learn([*shuffled, *FEW[::3]], HASTY)
    assert again.report == few().report
    assert file_of(again, tmp_path) == file_of(few(), tmp_path)


def test_the_report() -> None:
    report = few().report
    assert report == {
        "behaviors": len(FEW),
        "days": 8,
        "calibrated_days": 8,
        "held_out_days": 2,
        "controls": 18,
        "devices": 9,
        "epochs": 1,
        "newest": FEW[-1].time,
        "accepted": True,
        "reason": "first model",
        "loss": pytest.approx(np.log(19), rel=0.5),
    }
    assert few().guard.about.items() <= report.items()


def pressing(days: Sequence[int], entities: Sequence[str] = ("a", "b")) -> list[Behavior]:
    """Return so many presses on each day."""
    return [
        use(6 + i / 60, entities[i % len(entities)], "press", day)
        for day, count in enumerate(days)
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("behaviors", "expected"),
    [
        ([], "120 behaviors to learn from, got 0"),
        (pressing([40, 40, 39]), "120 behaviors to learn from, got 119"),
        (pressing([40, 40, 39]) * 2, "120 behaviors to learn from, got 119"),
        (pressing([90, 90]), "3 days to learn from, got 2"),
        (pressing([50, 50, 50], ["a"]), "2 devices to learn from, got 1"),
        (pressing([9, 10, 150]), "20 behaviors in the days to train on, got 19"),
        (pressing([10, 15, 150]), "20 windows, got 15"),
        (pressing([60, 60, 0], ["a"]) + pressing([0, 0, 60], ["b"]), "2 device controls, got 1"),
    ],
)
def test_too_little_is_refused_with_the_figures(behaviors: list[Behavior], expected: str) -> None:
    with pytest.raises(NotEnoughDataError, match=f"expected at least {expected}"):
        learn(behaviors, HASTY)


def test_days_are_those_of_the_home() -> None:
    #  Two days in UTC; in Auckland, half a day ahead, the evening is another day.
    behaviors = pressing([60, 60]) + [use(20 + i / 60, "a", "press", 1) for i in range(60)]
    with pytest.raises(NotEnoughDataError, match="3 days to learn from, got 2"):
        learn(behaviors, HASTY)
    assert learn(behaviors, replace(HASTY, zone="Pacific/Auckland")).report["days"] == 3


@pytest.mark.parametrize("after", [1, 3, 7])
def test_it_stops_when_asked(after: int) -> None:
    asked = []

    def should_stop() -> bool:
        asked.append(None)
        return len(asked) >= after

    told: list[float] = []
    with pytest.raises(StoppedError, match="training was asked to stop"):
        learn(live(), QUICK, told.append, should_stop)
    assert len(asked) == after
    assert all(share < 0.8 for share in told)


def test_progress_rises_to_one() -> None:
    told: list[float] = []
    learn(FEW, replace(QUICK, folds=2), told.append)
    assert told == sorted(told)
    assert told[0] >= 0
    assert told[-1] == 1
    assert len(set(told)) > 4


def test_nothing_is_trained_on_the_newest_days() -> None:
    first, last = MONDAY + 6 * DAY, MONDAY + 8 * DAY
    # The last two days are turned upside down; what was used stays the same.
    mirrored = [replace(b, time=first + last - b.time) for b in FEW if b.time > first]
    other = learn([b for b in FEW if b.time < first] + mirrored, HASTY)
    for name, array in few().guard.sequence.model.parameters.items():
        np.testing.assert_array_equal(other.guard.sequence.model.parameters[name], array)
    assert other.report["loss"] != few().report["loss"]


def test_a_control_never_learned_has_no_weight() -> None:
    #  The piano is bought on the last day; the guitar was played twice.
    piano = [use(15 + i / 10, "piano", "turn_on", 7) for i in range(9)]
    guitar = [use(15, "guitar", "turn_on", day) for day in range(2)]
    guard = learn([*FEW, *piano, *guitar], HASTY).guard
    weights = guard.sequence.weights
    assert weights[UNKNOWN] == 0
    assert [weights[guard.vocabulary.id_of(b)] for b in (piano[0], guitar[0])] == [0, 0]
    assert (weights > 0).sum() == len(weights) - 3


def slow_cross_fit(history: History, folds: int) -> Found:
    """Judge each day by channels fitted on all blocks of days but its own."""
    found: Found = {name: [] for name in SHARES}
    fits: tuple[Callable[[History], Repetition | Meeting | Duration], ...]
    fits = (Repetition.fit, Meeting.fit, Duration.fit)
    for block in np.array_split(sorted(history.days), folds):
        rest = history.on(history.days - set(block.tolist()))
        channels, settling = [fit(rest) for fit in fits], (Moment.fit(rest), Company.fit(rest))
        memory = Memory()
        inside = [b for b in history.behaviors if local_day(b.time, UTC) in block]
        for b in inside:
            # What settles after the last behavior of the block is not seen: nobody was there to tick.
            for late in settling if b.time + SETTLE <= inside[-1].time else ():
                if finding := late.find(Memory.replay(inside), b):
                    found[type(late).__name__.lower()].append((b.time + SETTLE, finding))
        for b in history.behaviors:
            if local_day(b.time, UTC) not in block:
                continue
            memory.observe(b)
            for channel in channels:
                finding = channel.find(memory)
                if finding:
                    found[type(channel).__name__.lower()].append((b.time, finding))
    return found


# In some nights something is used while the house is locked: two channels find each of them odd.
NIGHTS = {
    3: ("tv", 2),
    8: ("radio", 3),
    13: ("stove", 4),
    18: ("tv", 4.5),
    22: ("radio", 1.5),
    25: ("stove", 1),
}
ODD = live() + [
    use(hour + later, entity, control, day)
    for day, (entity, hour) in NIGHTS.items()
    for later, control in ((0, "turn_on"), (0.1, "turn_off"))
]
ODD.sort(key=lambda b: b.time)


WEEKS = (ODD[-1].time - ODD[0].time) / (7 * DAY)
NEWEST = MONDAY + (DAYS - 7) * DAY
NEWEST_WEEKS = (ODD[-1].time - NEWEST) / (7 * DAY)


@cache
def calibrated() -> Guard:
    return learn(ODD, QUICK).guard


@cache
def slow_found() -> Found:
    guard = calibrated()
    found = slow_cross_fit(History.of(ODD, guard.vocabulary, UTC), QUICK.folds)
    newest = [b for b in ODD if b.time >= NEWEST]
    for b in newest:
        finding = guard.sequence.find(Memory.replay(newest), b)
        if finding:
            found["sequence"].append((b.time + SETTLE, finding))
    return found


def held_out(found: Found) -> HeldOut:
    ends = tuple(b for b in ODD if phase(b.control) is Phase.END)
    return HeldOut(found, first_times(), ends, WEEKS, NEWEST_WEEKS)


def first_times() -> tuple[Reason, ...]:
    found = []
    for i, b in enumerate(ODD):
        known = FirstTimes()
        for earlier in ODD[: i + 1]:
            known.observe(earlier)
        found.append(known.find(b))
    return tuple(reason for reason in found if reason)


def maxima(rows: list[tuple[float, float]]) -> list[float]:
    times = sorted({time for time, _ in rows})
    return episode_maxima(times, [combine([w for t, w in rows if t == time]) for time in times])


def slow_judgements(found: Found) -> list[Judgement]:
    """Return what each moment weighs, in time order, and the reasons that a person would be given."""
    tails, moments = calibrated().tails, []
    for time in sorted({time for judged in found.values() for time, _ in judged}):
        odd = {name: f for name, judged in found.items() for t, f in judged if t == time}
        weights = {name: weigh(name, tails[name], f.surprise) for name, f in odd.items()}
        first, *others = sorted(weights, key=lambda name: -weights[name])
        scores = {first: combine(list(weights.values())), **{name: weights[name] for name in others}}
        reasons = [
            Reason("meeting" if n == "company" else n, score, odd[n].behaviors, odd[n].context, odd[n].facts)
            for n, score in scores.items()
        ]
        moments.append(Judgement(time, scores[first], tuple(reasons)))
    return moments


def told_maxima(found: Found) -> list[float]:
    """Return what a policy would tell, with the network's part of the older three weeks made up.

    The i-th strangest of so many a week comes i - 1/2 times in those weeks by the sequence's share.
    """
    tails = calibrated().tails
    rows = [(n, t, weigh(n, tails[n], f.surprise)) for n, judged in found.items() for t, f in judged]
    calm = [(time, w) for name, time, w in rows if name != "sequence"]
    full = [(time, w) for _, time, w in rows]
    raised = []
    for time in {time for name, time, _ in rows if name == "sequence"}:
        with_it, without = ([w for t, w in part if t == time] for part in (full, calm))
        if not without or combine(with_it) > combine(without):
            raised.append((time, combine(with_it)))
    older = WEEKS - NEWEST_WEEKS
    count = len(episode_maxima(*zip(*sorted(raised), strict=True))) if raised else 0
    unseen = range(1, round(count / NEWEST_WEEKS * older) + 1)
    told = rehearse(slow_judgements(found), held_out(found).ends, maxima(full))
    return told + [math.log10(SHARES["sequence"] * older / (i - 0.5)) for i in unseen]


def test_a_network_that_read_nothing_is_silent() -> None:
    found: Found = {name: [] if name == "sequence" else judged for name, judged in slow_found().items()}
    tails, together = calibrate(held_out(found))
    assert set(tails) == set(SHARES) - {"sequence"}
    assert all(close(tail, calibrated().tails[name]) for name, tail in tails.items())
    assert close(together, doubted(told_maxima(found)))


def test_calibration_is_that_of_judging_one_at_a_time() -> None:
    """The sequence's few days weigh less: beside twelve excesses of the natural size, not beside four."""
    guard = calibrated()
    lived = {name: (NEWEST_WEEKS, 12.0) if name == "sequence" else (WEEKS, 4.0) for name in SHARES}
    for name, judged in slow_found().items():
        maxima = episode_maxima([t for t, _ in judged], [f.surprise for _, f in judged])
        weeks, prior = lived[name]
        assert close(guard.tails[name], Tail.fit(maxima, weeks, prior=prior)), name
    assert not first_times()
    assert close(guard.together, doubted(told_maxima(slow_found())))


def doubted(told: list[float]) -> Tail:
    return Tail.fit(told, WEEKS, natural=math.log10(math.e)).stricter(1 + 1.2 / WEEKS)


def test_first_times_are_part_of_the_budget() -> None:
    """What a known device never did is told beside what channels find: they have what it leaves."""
    given = held_out(slow_found())
    firsts = [Behavior(MONDAY + (9 + 2 * day) * DAY, f"old {day}", "old", "dance") for day in range(8)]
    new = tuple(Reason("novelty", 0.5, (b,), (b,), {}) for b in firsts)
    _, without = calibrate(given)
    tails, with_them = calibrate(replace(given, firsts=new))
    assert all(close(tail, calibrated().tails[name]) for name, tail in tails.items())
    weights = np.linspace(-1, 1.5, 26)
    assert all(score_of(with_them, w) < score_of(without, w) for w in weights if w < 0.5)
    assert not first_times()
    dimmed = [use(8 + later, "kitchen_lamp", "dim", 7) for later in (0.0, 0.5)]
    (first,) = learn([*FEW, *dimmed], HASTY).held_out.firsts
    assert (first.channel, first.behaviors) == ("novelty", (dimmed[0],))


def test_newcomers_are_no_part_of_it() -> None:
    """Nothing is said against a device that is new, nor against whom it meets: neither is counted."""
    piano = [use(hour, "piano", "turn_on", day) for day, hour in ((7, 18), (8, 19), (10, 3))]
    # Up before everybody else, but once just before the bedroom lamp.
    safe = [use(5 + minute / 60, "safe", "unlock", day) for day in range(8, 12) for minute in range(0, 45, 2)]
    lamp = next(
        b for b in live(12) if b.entity == "bedroom_lamp" and b.time > use(0, "safe", "unlock", 11).time
    )
    safe.append(replace(safe[-1], time=lamp.time - 60))
    lived = sorted([*live(12), *piano, *safe], key=lambda b: b.time)
    options = replace(HASTY, folds=6)
    result = learn(lived, options)
    judged = cross_fit(History.of(lived, result.guard.vocabulary, UTC), options.folds)
    found, heard = (
        {tuple(b.device for b in f.behaviors) for found in each.values() for _, f in found}
        for each in (judged, result.held_out.found)
    )
    assert {("piano_device",), ("bedroom_lamp_device", "safe_device")} <= found - heard
    assert not {"piano_device", "safe_device"} & {device for devices in heard for device in devices}


def test_what_is_young_counts_for_less() -> None:
    """The guard takes its youth off what a device does: so does what the budget is calibrated by."""
    piano = [use(18 + day % 3, "piano", "turn_on", day) for day in range(8, 16)]
    lived = sorted([*live(16), *piano], key=lambda b: b.time)
    assert learn(lived, HASTY).held_out.ages == {"piano": lived[-1].time - piano[0].time}
    given = held_out(slow_found())
    tails, together = calibrate(given)
    # All of them younger alike: every moment weighs so much less.
    entities = {b.entity for found in given.found.values() for _, f in found for b in f.behaviors}
    younger, shifted = calibrate(replace(given, ages=dict.fromkeys(entities, WEEKS / 2 * 7 * DAY)))
    assert all(close(tail, younger[name]) for name, tail in tails.items())
    assert all(score_of(shifted, w) >= score_of(together, w) for w in np.linspace(-1, 2, 13))
    assert score_of(shifted, -0.5) > score_of(together, -0.5)


@pytest.mark.parametrize(
    ("weeks", "times"), [(0.5, 1.4), (1.0, 1.4), (2.0, 1.4), (3.0, 1.4), (4.0, 1.3), (12.0, 1.1)]
)
def test_the_younger_a_home_the_stricter_it_is_judged(weeks: float, times: float) -> None:
    """By an alert and a fifth in all its weeks, three at least: shorter ones have wide tails anyway."""
    _, together = calibrate(HeldOut({name: [] for name in SHARES}, (), (), weeks, weeks))
    assert close(together, Tail.fit([], weeks, natural=math.log10(math.e)).stricter(times))


def close(one: Tail, other: Tail) -> bool:
    return all(
        np.allclose(value, other.to_json()[name], rtol=1e-4, atol=1e-5)
        for name, value in one.to_json().items()
    )


@pytest.mark.parametrize("budget", [1.0, 2.0, 3.0, 5.0, 10.0])
def test_a_policy_with_a_budget_tells_about_as_many_alerts(budget: float) -> None:
    """In a regular home some moments are equally strange; they pass together or not at all.

    Four weeks are short: they are taken to have been spared an alert and a fifth by luck.
    """
    together, found = calibrated().together, slow_found()
    scored = [
        replace(
            judgement,
            score=score_of(together, judgement.score),
            reasons=tuple(replace(r, score=score_of(together, r.score)) for r in judgement.reasons),
        )
        for judgement in slow_judgements(found)
    ]
    told = alerts(scored, held_out(found).ends, threshold_of(budget))
    expected = budget / 1.3 * WEEKS
    assert 0.75 * expected - 3 <= told <= 1.1 * expected + 3


LONGER = replace(QUICK, folds=2, training=replace(LIVE_TRAINING, epochs=12, batch=16))


@cache
def incumbent() -> Learned:
    return learn(FEW, LONGER)


def test_a_candidate_that_is_worse_is_refused() -> None:
    report = learn(FEW, HASTY, incumbent=of_another_size(incumbent().guard)).report
    before, loss = incumbent().report["loss"], few().report["loss"]
    assert loss > 1.2 * before
    assert (report["loss"], report["loss_before"]) == pytest.approx((loss, before))
    assert report["accepted"] is False
    expected = f"expected a loss of at most {1.05 * before:.3f} on the newest days, got {loss:.3f}"
    assert report["reason"] == expected


@pytest.mark.parametrize("present", [incumbent, few])
def test_a_candidate_that_is_no_worse_is_accepted(present: Callable[[], Learned]) -> None:
    report = learn(FEW, LONGER, incumbent=present().guard).report
    assert (report["accepted"], report["reason"]) == (True, "no worse on the newest days")
    assert report["loss"] <= report["loss_before"] == present().report["loss"]


def test_a_hasty_training_does_not_undo_a_long_one() -> None:
    """The network goes on from the incumbent's: drawn anew, after so little training it was refused."""
    report = learn(FEW, HASTY, incumbent=incumbent().guard).report
    assert few().report["loss"] > 1.2 * incumbent().report["loss"] >= report["loss"]
    assert report["accepted"] is True


def test_only_what_both_know_is_compared() -> None:
    renamed = [replace(b, entity=f"new {b.entity}") for b in FEW]
    result = learn(renamed, HASTY, incumbent=incumbent().guard)
    assert result.report["loss"] is result.report["loss_before"] is None
    assert (result.report["accepted"], result.report["reason"]) == (True, "too few days in common to compare")


def test_folds_and_windows_are_limits() -> None:
    options = LearnOptions("UTC", folds=99, windows=25, training=HASTY.training)
    assert learn(FEW, options).report["days"] == 8


def test_only_the_newest_days_are_cross_fitted_and_all_are_known() -> None:
    whole, newest = few().guard, learn(FEW, replace(HASTY, calibrated_days=4)).guard
    history = History.of(sorted(FEW, key=lambda b: b.time), newest.vocabulary, UTC)
    lately = history.on(frozenset(sorted(history.days)[-4:]))
    found = cross_fit(lately, HASTY.folds)
    expected, _ = calibrate(HeldOut(found, (), (), lately.weeks, lately.weeks))
    assert newest.vocabulary == whole.vocabulary
    assert newest.repetition.arrays()["counts"].sum() == whole.repetition.arrays()["counts"].sum()
    for name in ("repetition", "meeting", "moment", "duration"):
        assert newest.tails[name] == expected[name], name
    assert newest.tails["moment"] != whole.tails["moment"]


def test_many_behaviors_are_cross_fitted_for_a_week_at_least() -> None:
    whole, busy = few().guard, learn(FEW, replace(HASTY, calibrated=1)).guard
    week = learn(FEW, replace(HASTY, calibrated_days=7)).guard
    assert busy.tails == week.tails
    assert busy.tails != whole.tails


def test_the_network_learns_in_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10_000))
    monkeypatch.setattr("time.process_time", lambda: float(next(clock)))
    many = replace(HASTY, training=replace(HASTY.training, epochs=40, patience=40))
    short, long = (learn(FEW, replace(many, seconds=seconds)).report["epochs"] for seconds in (20.0, 60.0))
    assert HASTY.training.mask_step < short < long < 40
