"""`replay` and `field`: the whole live path on a home's log, beside three rivals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy", reason="SciPy is only in the trainer's environment")

from threadpoolctl import threadpool_limits

from custom_components.smartguard.core.behavior import Behavior, Phase, phase
from custom_components.smartguard.core.calibration import HeldOut, calibrate, cross_fit
from custom_components.smartguard.core.episode import Episode
from custom_components.smartguard.core.errors import NotEnoughDataError
from custom_components.smartguard.core.evidence import DAY, History
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.learn import LearnOptions
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.threshold import SHARES
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.vocabulary import Vocabulary
from custom_components.smartguard.core.windows import WINDOW
from trainer.__main__ import main
from trainer.attacks import Kind
from trainer.datasets import HELD_OUT
from trainer.detector import OptionError
from trainer.field.aftermath import lived_through
from trainer.field.field import compared
from trainer.field.injection import PATIENCE, Injection, draw
from trainer.field.less import Less, Lessons
from trainer.field.living import episodes, live
from trainer.field.log import Log, LogError
from trainer.field.model import Model, Setting, named
from trainer.field.models import DETECTORS, MODELS
from trainer.field.outcome import over_seeds, poisson
from trainer.field.page import page
from trainer.field.replay import replayed
from trainer.field.rivals.rival import Calibrated
from trainer.field.rivals.rules import Rules
from trainer.field.rivals.windowed import Windowed, windows_of
from trainer.field.run import Run, run
from trainer.field.shorter import Shorter, Young
from trainer.field.smartguard import Guarding, SmartGuard
from trainer.paper.judge import entrants
from trainer.smartguard import PAPER

from . import field_home

QUICK = SmartGuard(TrainingOptions(epochs=1, batch=64, learning_rate=2e-3, mask_step=1))
RIVALS = [model for model in MODELS if model.name in ("HourOfWeek", "Markov", "Rules")]
FLAGS = ["--tz", "UTC", "--train-days", str(field_home.TRAIN), "--calibrate-days", str(field_home.CALIBRATE)]


def ignore(_share: float) -> None:
    """Show no progress."""


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Small products with two threads on a busy machine take a hundred times as long."""
    with threadpool_limits(limits=1):
        yield


@cache
def home() -> Log:
    return field_home.log()


@cache
def guarded() -> Run:
    """Return SmartGuard's life in the home, with a network that hardly learned."""
    return run(QUICK, home(), 0, ignore)


def with_rows(*more: str) -> Log:
    return field_home.log([*field_home.rows(), *more])


# --- the log ---


def test_the_log_is_divided_at_local_midnights() -> None:
    lines = [field_home.row("light.a", bool(i % 2), i // 4, 6.0 * (i % 4)) for i in range(40)]
    log = field_home.log(lines, train=2, calibrate=1)
    assert log.begin == field_home.FIRST.timestamp() + 3 * 86400
    assert max(b.time for b in log.learned) < log.begin <= min(b.time for b in log.lived)
    assert len(log.learned) + len(log.lived) == log.tally.behaviors
    assert log.days == {"train": 2, "calibrate": 1, "test": 6.75}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "expected a log of a home in use, got 0 rows"),
        (["sensor.power,1,2026-01-05T00:00:00Z"], "entities whose states are no behaviors"),
        (
            field_home.rows(days=20),
            "expected a log of more than 20 days .14 to train, 6 to calibrate., got 20.0",
        ),
    ],
)
def test_a_log_with_nothing_to_live_through(lines: list[str], expected: str) -> None:
    with pytest.raises(LogError, match=expected):
        field_home.log(lines)


# --- the life ---


def test_every_behavior_is_judged_once() -> None:
    moments = guarded().life.moments
    judged = [m.behavior for m in moments if m.behavior is not None]
    assert judged == list(home().lived)
    times = [m.judgement.time for m in moments]
    assert times == sorted(times)


def test_a_regular_home_is_hardly_disturbed() -> None:
    for model in (QUICK, *RIVALS):
        result = guarded() if model is QUICK else run(model, home(), 0, ignore)
        assert len(episodes(result.told(1.0))) <= 2, model.name
        assert result.told(1e-5) == [], model.name


def test_a_smaller_budget_tells_less() -> None:
    counts = [len(episodes(guarded().told(budget))) for budget in (100.0, 10.0, 1.0, 0.1)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


class Attentive(Rules):
    """Rules that remember what they were given to learn."""

    def __init__(self) -> None:
        self.given: list[list[Behavior]] = []

    def learn(self, behaviors: Sequence[Behavior], *rest: Any) -> Any:
        self.given.append(list(behaviors))
        return super().learn(behaviors, *rest)


def test_learning_anew_uses_what_was_lived() -> None:
    model = Attentive()
    result = run(model, home(), 0, ignore, retrain_days=4, budget=0.01)
    assert [span.begin for span in result.spans] == [home().begin + 4 * 86400 * i for i in range(3)]
    assert model.given == [home().before(span.begin) for span in result.spans]
    assert [m.behavior for m in result.life.moments if m.behavior] == list(home().lived)


def test_what_was_told_as_strange_is_not_learned_anew() -> None:
    model, log = Attentive(), with_rows(*FLICKER)
    assert episodes(run(model, log, 0, ignore, retrain_days=8).told(1.0))
    left_out = [b for b in log.before(log.begin + 8 * 86400) if b not in model.given[1]]
    assert len(left_out) >= len(FLICKER) // 2
    assert {b.entity for b in left_out} == {"switch.tv"}


def test_a_stove_that_is_left_on_is_told_while_it_is() -> None:
    result = replayed(QUICK, field_home.log(stove_left_on()), 1.0)
    stove = [alert for alert in result["alerts"] if alert["entities"] == ["switch.stove"]]
    assert stove[0]["kind"] == "duration"
    assert stove[0]["time"].startswith("2026-01-27T18:") or stove[0]["time"].startswith("2026-01-27T19:")
    assert "stove has been on for" in stove[0]["summary"]
    assert stove[0]["end"] > stove[0]["time"]
    assert stove[0]["score"] > stove[0]["threshold"] == 0.0


@cache
def strange() -> Log:
    return field_home.log([*stove_left_on(), *FLICKER])


@cache
def lessons() -> Lessons:
    return Lessons()


@pytest.mark.parametrize("channel", ["duration", "sequence"])
def test_a_channel_left_out_says_nothing_and_the_others_speak(channel: str) -> None:
    model = Less(channel, lessons(), QUICK)
    alerts = replayed(model, strange(), 10.0)["alerts"]
    kinds = {alert["kind"] for alert in alerts}
    assert channel not in kinds
    assert {"repetition", "duration"} - {channel} <= kinds
    assert model.name == f"SmartGuard without {channel}"
    assert len(lessons().kept) == 1


@pytest.mark.parametrize("channel", ["", "company", "sequence", "novelty"])
def test_a_guard_that_lacks_a_channel_is_the_one_that_never_had_it(channel: str) -> None:
    """What is left out after the learning is left out as if it had been before."""
    log = strange()
    setting = Setting(log.zone, log.train_days, log.calibrate_days)
    less = Less(channel, lessons(), QUICK).learn(log.learned, setting, ignore)
    assert isinstance(less, Guarding)
    held_out = slow_held_out(log, QUICK.options(log.learned, setting), less.guard, channel)
    assert (less.guard.tails, less.guard.together) == calibrate(held_out)


def slow_held_out(log: Log, options: LearnOptions, guard: Guard, channel: str) -> HeldOut:
    """Judge the days again as the learning did, without a channel."""
    behaviors = sorted(set(log.learned), key=lambda b: (b.time, b.entity, b.control))
    history = History.of(behaviors, guard.vocabulary, guard.zone, frozenset(options.patient))
    newest = history.on(frozenset(sorted(history.days)[-guard.about["held_out_days"] :]))
    found = cross_fit(history, options.folds)
    found["sequence"] = guard.sequence.judged(newest.behaviors)
    found.pop(channel, None)
    ends = tuple(b for b in behaviors if phase(b.control) is Phase.END)
    return HeldOut(found, (), ends, history.weeks, newest.weeks)


PAUSED = f"media_player.radio,paused,{field_home.moment(25, 20.0)}"
"""The radio, which is known for 25 days, never was paused before."""


@cache
def paused() -> Log:
    return field_home.log([*stove_left_on(), *FLICKER, PAUSED])


def test_first_times_are_left_out_alone() -> None:
    """They have no share of the budget: the others say what they said."""
    log, lesson = paused(), Lessons()
    full, less = (replayed(Less(c, lesson, QUICK), log, 1.0)["alerts"] for c in ("", "novelty"))
    new = [alert for alert in full if alert["kind"] == "novelty"]
    assert [(alert["entities"], alert["time"][:10]) for alert in new] == [
        (["media_player.radio"], "2026-01-30")
    ]
    assert less == [alert for alert in full if alert not in new]
    assert {alert["kind"] for alert in less} >= {"repetition", "duration"}


def test_new_devices_have_their_grace_without_first_times() -> None:
    log = paused()
    setting = Setting(log.zone, log.train_days, log.calibrate_days)
    lesson = Lessons()
    for channel in ("", "novelty"):
        learned = Less(channel, lesson, QUICK).learn(log.learned, setting, ignore)
        for known_days, expected in ((20, True), (1, False)):
            past = [
                b for b in log.learned if b.entity != "switch.tv" or b.time >= log.begin - known_days * DAY
            ]
            life = live(learned.watch(past), Memory.replay(log.learned), log.lived, log.begin, log.end)
            found = {r.behaviors[0].entity for m in life.moments for r in m.judgement.reasons if r.score > 0}
            assert ("switch.tv" in found) is expected


def test_lives_that_share_a_network_are_the_same_lives() -> None:
    alone = replayed(QUICK, strange(), 10.0)
    assert replayed(Less("", lessons(), QUICK), strange(), 10.0) == alone
    assert replayed(Less("", lessons(), QUICK), strange(), 10.0) == alone


def test_what_may_stay_on_or_open_is_told_by_the_name_in_an_export() -> None:
    names = ["light.bed", "switch.stove", "binary_sensor.cupboard_3", "binary_sensor.fridge_door"]
    names += ["binary_sensor.drawer_motion", "binary_sensor.wardrobe_door_2"]
    behaviors = [Behavior(float(i), name, name, "turn_on") for i, name in enumerate(names)]
    options = QUICK.options(behaviors, Setting(home().zone, 7, 3))
    assert options.patient == ("binary_sensor.cupboard_3", "binary_sensor.wardrobe_door_2", "light.bed")


def test_channels_are_left_out_of_smartguard_alone() -> None:
    names = [model.name for model in compared(["rules", "smartguard"], ["meeting", "company"])]
    assert names == ["Rules", "SmartGuard", "SmartGuard without meeting", "SmartGuard without company"]


# --- shorter histories ---


def newest_days(log: Log, days: int) -> list[Behavior]:
    begin = log.begin - days * 86400.0
    return [b for b in log.learned if b.time >= begin]


@pytest.mark.parametrize("channel", ["", "company"])
def test_a_home_with_a_short_history_knows_nothing_older(channel: str) -> None:
    """What is learned is what a home would learn whose log begins so many days before."""
    log, days = strange(), 8
    setting = Setting(log.zone, log.train_days, log.calibrate_days)
    young = Shorter(Less(channel, Lessons(), QUICK), days).learn(log.learned, setting, ignore)
    known = newest_days(log, days)
    assert 0 < len(known) < len(log.learned)
    alone = Less(channel, Lessons(), QUICK).learn(known, Setting(log.zone, 6, 2), ignore)
    assert isinstance(young, Young)
    assert young.begin == known[0].time
    assert isinstance(young.learned, Guarding)
    assert isinstance(alone, Guarding)
    assert (young.learned.guard.tails, young.learned.guard.about) == (alone.guard.tails, alone.guard.about)


class Recorded:
    """Learned nothing, and watches with all that it is told of the past."""

    def watch(self, past: Iterable[Behavior]) -> Any:
        return list(past)

    def say(self, episode: Episode) -> str:
        raise NotImplementedError


def test_what_a_short_history_never_met_is_new_to_it() -> None:
    known = newest_days(home(), 8)
    assert Young(Recorded(), known[0].time).watch(home().learned) == known


def test_every_model_is_compared_at_every_length() -> None:
    names = [model.name for model in compared(["SmartGuard"], ["meeting"], [7, 14])]
    assert names == [
        f"SmartGuard{less}, {days} days" for days in (7, 14) for less in ("", " without meeting")
    ]


def stove_left_on() -> list[str]:
    lines = [line for line in field_home.rows() if not is_stove_off(line, day=22)]
    return [*lines, field_home.row("switch.stove", False, 22, 23.5)]


def is_stove_off(line: str, day: int) -> bool:
    return line.startswith(f"switch.stove,off,2026-01-{5 + day:02d}")


# --- the rivals ---


def rival(name: str) -> Model:
    return named(name, MODELS)


def kinds_told(name: str, log: Log) -> list[tuple[str, tuple[str, ...]]]:
    found = replayed(rival(name), log, 1.0)["alerts"]
    return [(alert["kind"], tuple(alert["entities"])) for alert in found]


FLICKER = [field_home.row("switch.tv", i % 2 == 0, 24, 13 + i / 1200) for i in range(12)]
AT_NIGHT = [field_home.row("switch.stove", i == 0, 24, 3 + i / 10) for i in range(2)]


def test_hour_of_week_counts_uses() -> None:
    log = with_rows(*FLICKER)
    assert ("moment", ("switch.tv",)) in kinds_told("HourOfWeek", log)
    said = [a["summary"] for a in replayed(rival("HourOfWeek"), log, 1.0)["alerts"]]
    assert any("tv was used" in summary and "from 13:00" in summary for summary in said)


def test_rules_are_told_when_they_are_broken() -> None:
    assert ("repetition", ("switch.tv",)) in kinds_told("Rules", with_rows(*FLICKER))
    assert ("moment", ("switch.stove",)) in kinds_told("Rules", with_rows(*AT_NIGHT))
    lines = [line for line in field_home.rows() if not is_stove_off(line, day=22)]
    assert ("duration", ("switch.stove",)) in kinds_told("Rules", field_home.log(lines))


def test_markov_finds_a_transition_that_never_was() -> None:
    result = run(rival("Markov"), with_rows(*AT_NIGHT), 0, ignore)
    scores = {m.behavior: m.judgement.score for m in result.life.moments if m.behavior}
    night = [score for b, score in scores.items() if b.entity == "switch.stove" and b.time % 86400 < 5 * 3600]
    assert max(night) > sorted(scores.values())[int(0.95 * len(scores))]


@pytest.mark.parametrize("model", [QUICK, *RIVALS], ids=lambda model: model.name)
def test_too_little_data_is_said(model: Model) -> None:
    with pytest.raises(NotEnoughDataError, match="expected at least"):
        run(
            model, field_home.log(field_home.rows(days=4)[:9] + field_home.rows(days=4)[-3:], 1, 1), 0, ignore
        )


def test_models_are_named_in_any_case() -> None:
    assert named("markov", MODELS).name == "Markov"
    with pytest.raises(
        OptionError, match=r"expected a model of SmartGuard, HourOfWeek, Markov, Rules, .*, got 'LSTM'"
    ):
        named("LSTM", MODELS)


# --- the paper's detectors ---


def test_a_detector_judges_the_window_that_each_behavior_ends() -> None:
    """In nats by its held-out windows: their median is 0, what one in ten passes ln 5."""
    log = home()
    history = History.of(log.learned, Vocabulary.from_behaviors(log.learned), log.zone)
    judge = Windowed("LOF").fit(history)
    windows = windows_of(history, log.learned)
    held = windows.take(slice(len(windows) - round(HELD_OUT * len(windows)), None))
    scores = judge.detector.score(held)
    usual, common = np.quantile(scores, [0.5, 0.9])
    assert judge.usual == pytest.approx(usual)
    assert judge.scale == pytest.approx((common - usual) / np.log(5))
    memory = Memory()
    found = []
    for behavior in log.learned:
        memory.observe(behavior)
        found.append(judge.find(memory))
    assert [bool(each) for each in found] == [i >= WINDOW - 1 for i in range(len(found))]
    surprises = [each["sequence"].surprise for each in found[WINDOW - 1 :]]
    assert surprises == pytest.approx((judge.detector.score(windows) - judge.usual) / judge.scale, abs=1e-6)
    assert found[-1]["sequence"].behaviors == tuple(reversed(log.learned[-WINDOW:]))


def test_a_detector_is_told_at_the_budget_as_the_rivals_are() -> None:
    """A window of flickers is unlike all others; which of the ten behaviors it was nobody can say."""
    told = replayed(Windowed("LOF"), with_rows(*FLICKER), 1.0)["alerts"]
    assert any("switch.tv" in alert["entities"] for alert in told)
    assert "The last 10 behaviors are unlike those that were learned" in told[0]["summary"]
    few, many = (replayed(Windowed("LOF"), home(), budget)["alerts"] for budget in (0.1, 10.0))
    assert len(few) < len(many)


def test_the_seed_is_the_settings() -> None:
    setting = Setting(home().zone, home().train_days, home().calibrate_days)
    forest = Windowed("IsolationForest")
    one, again, other = (forest.learn(home().learned, replace(setting, seed=s), ignore) for s in (0, 0, 1))
    assert isinstance(one, Calibrated)
    assert isinstance(again, Calibrated)
    assert isinstance(other, Calibrated)
    assert one.tails == again.tails != other.tails


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_is_fitted_as_its_name_says(name: str) -> None:
    (entrant,) = entrants(name if ":" in name else f"{name}:fair")
    assert entrant.label == name
    assert entrant.authors is None
    assert (entrant.options == PAPER) is (name == "SmartGuard:as_published")


def test_a_network_is_told_too() -> None:
    import torch

    setting = Setting(home().zone, home().train_days, home().calibrate_days)
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    try:
        learned = Windowed("Autoencoder").learn(newest_days(home(), 6), setting, ignore)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
    memory = Memory.replay(home().learned)
    assert learned.watch(()).judge(memory).reasons[0].channel == "sequence"


def test_a_detector_needs_windows() -> None:
    few = home().learned[: 2 * WINDOW - 2]
    history = History.of(few, Vocabulary.from_behaviors(few), home().zone)
    with pytest.raises(
        NotEnoughDataError, match=r"expected at least 19 behaviors for LOF to learn.*, got 18"
    ):
        Windowed("LOF").fit(history)


# --- anomalies ---


@cache
def drawn() -> tuple[Injection, ...]:
    return tuple(draw(home(), 0, 3))


def test_anomalies_of_every_kind_are_drawn_from_common_controls() -> None:
    assert {kind: sum(i.truth.kind is kind for i in drawn()) for kind in Kind} == dict.fromkeys(Kind, 3)
    uses = [b.entity for b in home().learned]
    for injection in drawn():
        assert home().begin <= injection.truth.start <= injection.truth.decisive < injection.until
        assert all(uses.count(entity) >= injection.common for entity in injection.truth.entities)
        assert len(injection.stream) == len(home().lived) + len(injection.added) - injection.removed
        assert list(injection.stream) == sorted(injection.stream, key=lambda b: b.time)


def test_what_is_drawn_depends_on_the_seed_alone() -> None:
    assert draw(home(), 0, 3) == list(drawn())
    assert draw(home(), 1, 3) != list(drawn())


def test_anomalies_are_drawn_another_way_too() -> None:
    otherwise = draw(home(), 0, 3, otherwise=True)
    kinds = Counter(i.truth.kind for i in otherwise)
    assert all(kinds[kind] > 0 for kind in (Kind.SD, Kind.DM, Kind.DD))
    assert not {i.added for i in otherwise} & {i.added for i in drawn()}
    assert draw(home(), 0, 3, otherwise=True) == otherwise


def test_a_duration_has_to_be_told_while_it_lasts() -> None:
    for injection in drawn():
        if injection.truth.kind is Kind.DD:
            end = next(b for b in injection.added if phase(b.control) is Phase.END)
            assert injection.until == end.time
        else:
            assert injection.until == injection.truth.decisive + PATIENCE


def test_flickers_and_long_times_are_told() -> None:
    clean = episodes(guarded().told(1.0))
    for injection in drawn():
        waited = lived_through(guarded(), injection).delay(1.0, clean)
        if injection.truth.kind in (Kind.SD, Kind.DD):
            assert waited is not None, injection.truth
            assert 0 <= waited <= injection.until - injection.truth.decisive


def test_nothing_injected_is_nothing_told() -> None:
    clean = episodes(guarded().told(1.0))
    for injection in drawn():
        as_it_is = replace(injection, stream=home().lived)
        assert lived_through(guarded(), as_it_is).delay(1.0, clean) is None


def test_a_life_that_goes_on_from_a_moment_is_the_same_life() -> None:
    """What an injected anomaly is judged by: memory and policy as they were just before it."""
    begin, end = home().begin + 3 * 86400.0, home().begin + 4 * 86400.0
    watch, memory, before = guarded().before(begin)
    lived = [b for b in home().lived if begin <= b.time < end]
    again = live(watch, memory, lived, begin, end)
    expected = [m for m in guarded().life.moments if m.behavior in lived]
    assert [m.judgement for m in again.moments if m.behavior] == [m.judgement for m in expected]
    assert all(m.judgement.time < begin for m in before)


# --- results ---


def test_poisson_interval() -> None:
    assert poisson(0, 2.0) == [0.0, pytest.approx(1.8444, abs=1e-3)]
    assert poisson(4, 2.0) == [pytest.approx(0.545, abs=1e-3), pytest.approx(5.121, abs=1e-3)]


def record(count: int, recall: float | None) -> dict[str, Any]:
    return {
        "false_alerts_per_week": float(count),
        "false_alerts_ci95": [0, 1],
        "alerts": [{"time": str(i)} for i in range(count)],
        "train_s": 1.0,
        "score_ms_p50": 2.0,
        "recall": {"SD": recall},
        "delay_s_p50": {"SD": None},
        "injected": {"SD": 4},
        "told": {"SD": int(4 * (recall or 0))},
    }


def test_records_of_several_seeds_are_merged() -> None:
    one = record(2, 0.5)
    assert over_seeds({3: one}, 1.0) is one
    merged = over_seeds({3: one, 4: record(4, 1.0)}, 1.0)
    assert merged["false_alerts_per_week"]["mean"] == 3.0
    assert merged["false_alerts_ci95"] == poisson(3.0, 1.0)
    assert [alert["seed"] for alert in merged["alerts"]] == [3, 3, 4, 4, 4, 4]
    assert merged["recall"]["SD"]["mean"] == 0.75
    assert merged["recall"]["SD"]["ci95"][1] == 1.0
    assert (merged["told"], merged["injected"]) == ({"SD": 6}, {"SD": 8})
    assert merged["told_by_seed"] == {"SD": [2, 4]}
    assert merged["delay_s_p50"] == {"SD": None}


def test_the_page_pools_homes_and_lists_alerts(tmp_path: Path) -> None:
    def result(name: str, weeks: float, models: dict[str, Any]) -> None:
        days = {"train": 7, "calibrate": 3, "test": 7 * weeks}
        home = {
            "log": name,
            "zone": "UTC",
            "seeds": [0],
            "days": days,
            "weeks": weeks,
            "budget": 1.0,
            "each": 4,
        }
        home |= {"retrain_days": 0, "rows": {"behaviors": 99}, "models": models}
        (tmp_path / f"field_{name}.json").write_text(json.dumps(home))

    full = {"injected": dict.fromkeys(Kind, 4), "told": dict.fromkeys(Kind, 1)}
    rest = {"recall": dict.fromkeys(Kind, 0.25), "delay_s_p50": dict.fromkeys(Kind, 3.0)}
    alert = {"time": "2026-01-05T10:11:12Z", "summary": "the stove was on."}
    one = record(1, 0.25) | {"alerts": [alert], "false_alerts_per_week": 1.0, **full, **rest}
    result("b_home", 1.0, {"SmartGuard": one})
    result("a_home", 3.0, {"SmartGuard": one | {"false_alerts_per_week": 1 / 3}})
    result("household_2", 1.0, {"SmartGuard": one})
    text = page(tmp_path)
    low, high = poisson(2, 4.0)
    assert f"| SmartGuard | 0.50 ({low:.2f} … {high:.2f}) | 0.25 (2/8) |" in text
    assert f"| field, real homes | false alerts a week ≤ 1 | 0.50 ({low:.2f} … {high:.2f}) | met |" in text
    assert "One channel of evidence less" not in text
    assert "- 2026-01-05 10:11: the stove was on." in text
    assert text.index("All real homes") < text.index("Simulated homes") < text.index("## a_home")
    assert "--log household_2.csv --tz UTC --train-days 7 --calibrate-days 3 --budget 1 --seeds 1" in text


def lacking(
    name: str, seeds: int, told: dict[str, list[int]], alerts: dict[str, list[int]]
) -> dict[str, Any]:
    """Return a home's result with channels left out; told: of SD by seed; alerts: the seeds that had one."""

    def of(model: str) -> dict[str, Any]:
        records = {
            seed: record(alerts[model].count(seed), told[model][seed] / 4)
            | {
                "told": dict.fromkeys(Kind, 2) | {"SD": told[model][seed]},
                "injected": dict.fromkeys(Kind, 4),
            }
            for seed in range(seeds)
        }
        return over_seeds(records, 1.0)

    days = {"train": 7, "calibrate": 3, "test": 7.0}
    home = {"log": name, "zone": "UTC", "seeds": list(range(seeds)), "days": days, "weeks": 1.0, "each": 4}
    return home | {"budget": 1.0, "shares": dict(SHARES), "models": {model: of(model) for model in told}}


def test_a_channel_brings_what_is_lost_without_it(tmp_path: Path) -> None:
    told = {
        "SmartGuard": [4, 3, 4],
        "SmartGuard without repetition": [0, 0, 1],
        "SmartGuard without meeting": [4, 4, 3],
        "SmartGuard without company": [4, 3, 4],
        "SmartGuard without novelty": [4, 3, 4],
    }
    alerts = {model: [0, 1, 2] for model in told} | {"SmartGuard without company": [0, 0, 1, 1, 2, 2]}
    for name in ("a", "b"):
        found = lacking(name, 3, told, alerts)
        (tmp_path / f"ablation_field_{name}.json").write_text(json.dumps(found), encoding="utf-8")
    text = page(tmp_path)
    low, high = poisson(2, 2.0)
    assert f"| none | 1.00 ({low:.2f} … {high:.2f}) | 0.92 (22/24) | 0.50 (12/24) |" in text
    assert "| repetition | 1.00 " in text
    assert "- Without *repetition*: SD -0.83 (-1.19 … -0.47).\n" in text
    assert "- Without *meeting*: *nothing*.\n" in text
    assert "| novelty | 1.00 " in text
    assert "- Without *novelty*: *nothing*.\n" in text
    assert "- Without *company*: false alerts a week +1.00 (with every seed).\n" in text
    assert "- No kind is found less without: meeting, company, novelty.\n" in text
    assert (
        "--seeds 3 --each 4 --model SmartGuard --without repetition meeting company novelty --truth" in text
    )
    assert "### Simulated" not in text
    (tmp_path / "ablation_field_c.json").write_text(
        json.dumps(lacking("c", 1, told, alerts)), encoding="utf-8"
    )
    assert "One seed tells no difference." in page(tmp_path)
    assert "those that ship" not in page(tmp_path)
    older = lacking("a", 3, told, alerts) | {"shares": {"moment": 0.6, "company": 0.4}}
    (tmp_path / "ablation_field_a.json").write_text(json.dumps(older), encoding="utf-8")
    assert "Shares of the budget: moment 0.6, company 0.4, which are not those that ship" in page(tmp_path)


def of_lengths(name: str, told: dict[str, list[int]], lengths: list[int]) -> dict[str, Any]:
    """Return a home's result with several lengths of history; one false alert with each seed."""
    alerts = {model: list(range(len(seeds))) for model, seeds in told.items()}
    found = lacking(name, len(next(iter(told.values()))), told, alerts)
    return found | {"history_days": lengths}


def test_the_page_says_what_is_of_an_earlier_version(tmp_path: Path) -> None:
    """Where SmartGuard told something else in the same lives than it does in the field's tables."""

    def write(kind: str, name: str, told: dict[str, list[int]], **more: Any) -> None:
        found = lacking(name, 3, told, {model: [] for model in told}) | more
        (tmp_path / f"{kind}_{name}.json").write_text(json.dumps(found), encoding="utf-8")

    for name in ("a", "b"):
        field = with_budgets(name)
        field["models"]["SmartGuard"]["told_by_seed"] = {"SD": [4, 3, 4]}
        (tmp_path / f"field_{name}.json").write_text(json.dumps(field), encoding="utf-8")
        write("ablation_field", name, {"SmartGuard": [4, 3, 4], "SmartGuard without company": [4, 3, 4]})
    assert "earlier version" not in page(tmp_path)
    write("ablation_field", "b", {"SmartGuard": [3, 4, 4], "SmartGuard without company": [3, 4, 4]})
    assert page(tmp_path).count("*Of an earlier version of SmartGuard, to be computed anew: `b`.*") == 1
    ten_days = {"SmartGuard, 7 days": [0, 0, 0], "SmartGuard, 10 days": [4, 3, 4]}
    write("history_field", "a", ten_days, history_days=[7, 10])
    assert "anew: `a`" not in page(tmp_path), "a shorter history is no version"
    write("history_field", "a", ten_days | {"SmartGuard, 10 days": [4, 4, 4]}, history_days=[7, 10])
    assert "*Of an earlier version of SmartGuard, to be computed anew: `a`.*" in page(tmp_path)


def test_the_page_shows_what_a_longer_history_is_worth(tmp_path: Path) -> None:
    told = {
        "SmartGuard, 7 days": [1, 1, 0],
        "SmartGuard without sequence, 7 days": [1, 1, 0],
        "SmartGuard, 28 days": [4, 4, 4],
        "SmartGuard without sequence, 28 days": [2, 2, 2],
    }
    (tmp_path / "history_field_a.json").write_text(
        json.dumps(of_lengths("a", told, [7, 28])), encoding="utf-8"
    )
    text = page(tmp_path)
    assert "| SmartGuard, 28 days | 1.00 " in text
    assert "| 1.00 (12/12) |" in text
    assert "- SmartGuard, 28 days in place of 7: SD +0.83 (+0.47 … +1.19).\n" in text
    assert "- SmartGuard without sequence beside SmartGuard, 7 days: *nothing*.\n" in text
    assert "- SmartGuard without sequence beside SmartGuard, 28 days: SD -0.50 (with every seed).\n" in text
    assert "### Real homes, 7 to 28 days\n" in text
    assert "--model SmartGuard --without sequence --history-days 7 28 --truth" in text
    assert "history_field_a.json`" in text


def test_the_page_shows_anomalies_drawn_another_way(tmp_path: Path) -> None:
    for name in ("a", "household_2"):
        home = with_budgets(name) | {"otherwise": True, "budgets": []}
        (tmp_path / f"otherwise_field_{name}.json").write_text(json.dumps(home), encoding="utf-8")
    text = page(tmp_path)
    assert "## All real homes" not in text
    assert text.index("### Another way: real homes") < text.index("### Another way: simulated homes")
    low, high = poisson(1, 1.0)
    assert text.count(f"| SmartGuard | 1.00 ({low:.2f} … {high:.2f}) | 0.25 (1/4) |") == 2
    assert "--each 4 --model SmartGuard Rules --otherwise --truth truth.json" in text
    assert "--out otherwise_field_a.json`" in text


def test_the_page_lists_every_alert_of_long_lives(tmp_path: Path) -> None:
    alerts = [
        {"time": f"2026-01-0{day}T10:11:12Z", "kind": kind, "summary": f"day {day}."}
        for day, kind in ((5, "company"), (6, "moment"), (7, "company"))
    ]
    for name, told in (("a", alerts), ("b", [])):
        life = {"log": name, "seed": 2, "days": {"train": 7, "calibrate": 3}, "weeks": 2.0, "alerts": told}
        life |= {"zone": "UTC", "budget": 1.0, "retrain_days": 7, "model": "SmartGuard"}
        (tmp_path / f"replay_{name}.json").write_text(json.dumps(life), encoding="utf-8")
    text = page(tmp_path)
    (low, high), (none, most) = poisson(3, 4.0), poisson(0, 2.0)
    assert f"| all | 4.0 | 3 | 0.75 ({low:.2f} … {high:.2f}) | company 2, moment 1 |" in text
    assert f"| `b` | 2.0 | 0 | 0.00 ({none:.2f} … {most:.2f}) | – |" in text
    assert all(f"- 2026-01-0{day} 10:11: day {day}.\n" in text for day in (5, 6, 7))
    assert "`scripts/trainer replay --log a.csv --tz UTC --train-days 7 --calibrate-days 3 --budget 1" in text
    assert "--seed 2 --retrain-days 7 --out replay_a.json`" in text


def at_budgets(told: dict[float, int], false_alerts: dict[float, int]) -> list[dict[str, Any]]:
    """Return what is told of SD at each budget, and of the other kinds nothing."""
    return [
        {"budget": b, "false_alerts": false_alerts[b], "told": dict.fromkeys(Kind, 0) | {"SD": told[b]}}
        for b in told
    ]


def with_budgets(name: str) -> dict[str, Any]:
    """Return a home of one week where more is told, and more that is false, at each higher budget."""
    full = {"injected": dict.fromkeys(Kind, 4), "told": dict.fromkeys(Kind, 1)}
    rest = {"recall": dict.fromkeys(Kind, 0.25), "delay_s_p50": dict.fromkeys(Kind, 3.0)}
    alert = {"time": "2026-01-05T10:11:12Z", "summary": "the stove was on."}
    ours = record(1, 0.25) | full | rest | {"alerts": [alert]}
    ours["at_budgets"] = at_budgets({0.5: 0, 1.0: 2, 2.0: 4}, {0.5: 0, 1.0: 1, 2.0: 3})
    theirs = ours | {"at_budgets": at_budgets({0.5: 1, 1.0: 1, 2.0: 1}, {0.5: 2, 1.0: 2, 2.0: 2})}
    days = {"train": 7, "calibrate": 3, "test": 7.0}
    home = {"log": name, "zone": "UTC", "seeds": [0], "days": days, "weeks": 1.0, "budget": 1.0, "each": 4}
    home |= {"retrain_days": 0, "budgets": [0.5, 1.0, 2.0], "rows": {"behaviors": 99}}
    return home | {"models": {"SmartGuard": ours, "Rules": theirs}}


def test_the_page_shows_what_other_budgets_tell(tmp_path: Path) -> None:
    for name in ("a", "household_2"):
        (tmp_path / f"field_{name}.json").write_text(json.dumps(with_budgets(name)), encoding="utf-8")
    text = page(tmp_path)
    low, high = poisson(3, 1.0)
    assert f"| SmartGuard, budget 2 | 3.00 ({low:.2f} … {high:.2f}) | 1.00 (4/4) | 0.00 (0/4) |" in text
    low, high = poisson(1, 1.0)
    assert f"| *SmartGuard, most at one a week* | 1.00 ({low:.2f} … {high:.2f}) | 0.50 (2/4) |" in text
    assert "*Rules, most" not in text
    assert "*Rules, each" not in text
    assert text.count("| *SmartGuard, each home its own* | 1.00 ") == 2
    assert "At other budgets: real homes" in text
    assert "At other budgets: simulated homes" in text
    assert "--each 4 --model SmartGuard Rules --budgets 0.5 1 2 --truth" in text


def test_each_home_may_have_the_budget_that_suits_it(tmp_path: Path) -> None:
    """At one budget for both the loud home keeps the quiet one strict."""
    quiet = with_budgets("a")
    quiet["models"] = {"SmartGuard": quiet["models"]["SmartGuard"]}
    at = at_budgets({0.5: 0, 1.0: 2, 2.0: 4}, {0.5: 0, 1.0: 0, 2.0: 2})
    loud = with_budgets("b")
    loud["models"] = {
        "SmartGuard": loud["models"]["SmartGuard"]
        | {"at_budgets": at_budgets({0.5: 1, 1.0: 1, 2.0: 1}, {0.5: 0, 1.0: 3, 2.0: 4})}
    }
    quiet["models"]["SmartGuard"] |= {"at_budgets": at}
    for home in (quiet, loud):
        (tmp_path / f"field_{home['log']}.json").write_text(json.dumps(home), encoding="utf-8")
    text = page(tmp_path)
    low, high = poisson(2, 2.0)
    assert f"| *SmartGuard, each home its own* | 1.00 ({low:.2f} … {high:.2f}) | 0.62 (5/8) |" in text
    low, high = poisson(0, 2.0)
    assert f"| *SmartGuard, most at one a week* | 0.00 ({low:.2f} … {high:.2f}) | 0.12 (1/8) |" in text


def test_real_and_simulated_homes_of_one_length_stay_apart(tmp_path: Path) -> None:
    """What only one of the homes has is left out; a home without a channel less is a command without it."""
    models = {"SmartGuard, 7 days": [1, 1], "SmartGuard, 28 days": [4, 4]}
    more = {"Markov, 7 days": [1, 1], "Markov, 28 days": [1, 1]}
    for name, told in (("a", models | more), ("b", models), ("household_2", models)):
        path = tmp_path / f"history_field_{name}.json"
        path.write_text(json.dumps(of_lengths(name, told, [7, 28])), encoding="utf-8")
    text = page(tmp_path)
    real, simulated = text.partition("### Simulated homes, 7 to 28 days")[::2]
    assert "`a`, `b`: 2.00 home-weeks" in real
    assert "`household_2`: 1.00 home-weeks" in simulated
    assert "| Markov, 7 days |" not in text
    assert "--each 4 --model SmartGuard Markov --history-days 7 28 --truth" in real
    assert "--each 4 --model SmartGuard --history-days 7 28 --truth" in real


def test_budgets_of_several_seeds_are_summed() -> None:
    one, other = (record(1, 0.5) | {"at_budgets": at_budgets({2.0: told}, {2.0: told})} for told in (1, 4))
    merged = over_seeds({0: one, 1: other}, 1.0)["at_budgets"]
    assert [(at["budget"], at["false_alerts"], at["told"]["SD"]) for at in merged] == [(2.0, 2.5, 5)]


def test_the_pictures_are_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"SmartGuard, 7 days": [1, 1], "SmartGuard, 28 days": [4, 4]}
    lengths = of_lengths("a", told, [7, 28])
    drawn_to = ["curves", "--results", str(tmp_path), "--plots", str(tmp_path)]
    assert main(drawn_to) == 2
    assert "expected history_field_*.json or results of `field --budgets`" in capsys.readouterr().err
    (tmp_path / "history_field_a.json").write_text(json.dumps(lengths), encoding="utf-8")
    assert main(drawn_to) == 0
    assert not (tmp_path / "budgets.png").exists()
    fifth = with_budgets("a")
    fifth["models"] |= dict.fromkeys(("Markov", "HourOfWeek", "A fifth", "LOF"), fifth["models"]["Rules"])
    (tmp_path / "field_a.json").write_text(json.dumps(fifth), encoding="utf-8")
    assert main(drawn_to) == 0
    for name in ("history.png", "budgets.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


# --- the commands ---


def command(tmp_path: Path, name: str, *more: str, log: Path | None = None) -> list[str]:
    path = log or field_home.write(tmp_path)
    return [name, "--log", str(path), *FLAGS, "--out", str(tmp_path / "out.json"), *more]


def test_replay_writes_every_alert(tmp_path: Path) -> None:
    log = field_home.write(tmp_path, [*field_home.rows(), *FLICKER])
    assert main(command(tmp_path, "replay", "--budget", "1", "--model", "Rules", log=log)) == 0
    result = json.loads((tmp_path / "out.json").read_text())
    assert result["days"] == {"train": 14, "calibrate": 6, "test": pytest.approx(9.95, abs=0.02)}
    assert (result["zone"], result["retrain_days"]) == (FLAGS[FLAGS.index("--tz") + 1], 0)
    assert result["weeks"] == pytest.approx(9.95 / 7, abs=0.01)
    assert result["alerts"]
    for alert in result["alerts"]:
        assert set(alert) == {"time", "end", "score", "threshold", "kind", "entities", "summary"}


def test_field_writes_results_and_truth(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    models = ["--model", "Rules", "markov", "--each", "3", "--seed", "5"]
    assert main(command(tmp_path, "field", *models, "--truth", str(truth))) == 0
    result, anomalies = (json.loads(path.read_text()) for path in (tmp_path / "out.json", truth))
    assert result["budget"] == 1.0
    assert set(result["models"]) == {"Rules", "Markov"}
    kinds = {"SD", "MD", "DM", "DD"}
    for model in result["models"].values():
        assert set(model["recall"]) == set(model["delay_s_p50"]) == kinds
        assert {"false_alerts_per_week", "alerts", "train_s", "score_ms_p50"} <= set(model)
    assert [a["kind"] for a in anomalies["anomalies"]].count("SD") == 3
    assert {a["kind"] for a in anomalies["anomalies"]} == kinds
    assert result["models"]["Rules"]["recall"]["SD"] == 1.0


def test_other_budgets_tell_what_they_would_alone(tmp_path: Path) -> None:
    """Lives that were lived once are told at several budgets as lives of their own are."""
    log = field_home.write(tmp_path, [*field_home.rows(), *FLICKER, *AT_NIGHT])
    truth = ["--model", "HourOfWeek", "markov", "--each", "3", "--truth", str(tmp_path / "truth.json")]
    told = []
    for flags in (["--budget", "1", "--budgets", "0.2", "20"], ["--budget", "20"]):
        assert main(command(tmp_path, "field", *truth, *flags, log=log)) == 0
        told.append(json.loads((tmp_path / "out.json").read_text()))
    several, alone = told
    assert several["budgets"] == [0.2, 20.0]
    assert sum(at["false_alerts"] for m in several["models"].values() for at in m["at_budgets"]) > 0
    for name, model in alone["models"].items():
        strict, loose = several["models"][name]["at_budgets"]
        assert loose["false_alerts"] == len(model["alerts"]) >= strict["false_alerts"]
        assert loose["told"] == model["told"]


def test_a_log_with_flaws_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = field_home.rows()
    clean = field_home.write(tmp_path, lines)
    assert main(command(tmp_path, "replay", "--model", "Rules", log=clean)) == 0
    expected = json.loads((tmp_path / "out.json").read_text())["alerts"]
    flawed = [
        f"x,{line}"
        for line in (*lines[::-1], lines[5], "light.bed,on,2999-01-01T00:00:00Z", "light.bed,on,?")
    ]
    log = field_home.write(tmp_path, flawed, header=f"icon,{field_home.HEADER}")
    assert main(command(tmp_path, "replay", "--model", "Rules", log=log)) == 0
    result = json.loads((tmp_path / "out.json").read_text())
    assert result["alerts"] == expected
    assert result["rows"]["left_out"] == {
        "times in the future": 1,
        "no time that can be read": 1,
        "the same row again": 1,
    }
    assert "ignored columns: icon" in capsys.readouterr().err


def test_what_a_file_holds_does_not_rule_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "picture.csv"
    log.write_bytes(b"\x1b[2Jon\x07\x00, off\n")
    assert main(command(tmp_path, "replay", log=log)) == 2
    said = capsys.readouterr().err
    assert "got \ufffd[2jon\ufffd\ufffd, off" in said
    assert said.rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            ["--tz", "Mars/Phobos"],
            "expected the name of a time zone such as Europe/Berlin, got 'Mars/Phobos'",
        ),
        (["--train-days", "0"], "expected a whole number of at least 1, got '0'"),
        (["--calibrate-days", "0"], "expected a whole number of at least 1, got '0'"),
        (["--train-days", "40"], "expected a log of more than 46 days"),
        (["--budget", "0"], "expected a number of 0.01 to 100, got '0'"),
        (["--model", "LSTM"], "expected a model of SmartGuard, HourOfWeek, Markov, Rules, "),
        (["--log", "missing.csv"], "missing.csv"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: list[str], expected: str
) -> None:
    try:
        status: Any = main([*command(tmp_path, "replay"), *changed])
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr().err.splitlines()
    assert status == 2
    assert expected in said[-1]
    assert "Traceback" not in "".join(said)
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("flag", [["--history-days", "7"], ["--budgets", "2"]])
def test_learning_anew_would_blur_lengths_and_budgets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: list[str]
) -> None:
    truth = ["--truth", str(tmp_path / "truth.json"), "--retrain-days", "1"]
    assert main(command(tmp_path, "field", *truth, *flag)) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith(f"expected {flag[0]} without learning anew, got --retrain-days 1")


def test_lengths_are_taken_once_and_shortest_first(tmp_path: Path) -> None:
    flags = [
        "--model",
        "Markov",
        "--each",
        "3",
        "--history-days",
        "14",
        "7",
        "14",
        "--budgets",
        "2",
        "1",
        "2",
    ]
    assert main(command(tmp_path, "field", *flags, "--truth", str(tmp_path / "truth.json"))) == 0
    result = json.loads((tmp_path / "out.json").read_text())
    assert list(result["models"]) == ["Markov, 7 days", "Markov, 14 days"]
    assert (result["history_days"], result["budgets"]) == ([7, 14], [1.0, 2.0])


def test_more_history_than_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = ["--truth", str(tmp_path / "truth.json")]
    assert main(command(tmp_path, "field", *truth, "--history-days", "7", "21")) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith("expected at most the 20 days to learn and calibrate for --history-days, got 21")
    assert not (tmp_path / "out.json").exists()


def test_no_history_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = field_home.write(tmp_path, header="a,b,c")
    assert main(command(tmp_path, "replay", log=log)) == 2
    expected = (
        "trainer replay: expected the columns entity_id, state, last_changed in the first line, got a, b, c"
    )
    assert capsys.readouterr().err.splitlines() == [expected]


def test_too_little_data_gives_no_alerts_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = field_home.write(tmp_path, field_home.rows(days=4)[:30] + field_home.rows()[-2:])
    assert main(command(tmp_path, "replay", log=log)) == 2
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith("trainer replay: expected at least 120 behaviors")
    )
    assert list(tmp_path.iterdir()) == [log]
