"""`first-times`: entities left out of a log, single uses of theirs put back on devices that are known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("scipy", reason="SciPy is only in the trainer's environment")

from threadpoolctl import threadpool_limits

from custom_components.smartguard.core.behavior import Behavior, Phase, phase
from custom_components.smartguard.core.evidence import DAY
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.core.training_options import TrainingOptions
from trainer.__main__ import main
from trainer.field import first_times
from trainer.field.aftermath import lived_through
from trainer.field.injection import PATIENCE, draw
from trainer.field.leaving_out import KNOWN_DAYS, KNOWN_USES, SHARE, LeftOut, leave_out
from trainer.field.less import Less, Lessons
from trainer.field.living import episodes
from trainer.field.log import Log
from trainer.field.outcome import poisson
from trainer.field.page import page
from trainer.field.run import run
from trainer.field.smartguard import SmartGuard

from . import field_home
from .said import refusal

QUICK = SmartGuard(TrainingOptions(epochs=1, batch=64, learning_rate=2e-3, mask_step=1))
FULL, LESS = "SmartGuard", "SmartGuard without novelty"


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


@cache
def home() -> Log:
    """Return the small home, in which somebody comes home and leaves as well."""
    people = [field_home.row("person.ann", i % 2 == 0, i // 2, (17.4, 8.1)[i % 2]) for i in range(40)]
    people = [line.replace(",on,", ",home,").replace(",off,", ",not_home,") for line in people]
    return field_home.log([*field_home.rows(), *people])


@cache
def left(seed: int = 0) -> LeftOut:
    return leave_out(home(), seed, 5)


@pytest.mark.parametrize("seed", range(4))
def test_a_tenth_is_left_out_at_most(seed: int) -> None:
    found = left(seed)
    gone = Counter(b.entity for b in home().learned if b.entity in found.entities)
    assert 0 < gone.total() <= SHARE * len(home().learned)
    assert not any(entity.startswith("person.") for entity in found.entities)
    for part in ("learned", "lived"):
        rest = [b for b in getattr(home(), part) if b.entity not in found.entities]
        assert list(getattr(found.log, part)) == rest


def test_what_is_left_out_depends_on_the_seed_alone() -> None:
    assert leave_out(home(), 1, 5) == left(1)
    assert len({left(seed).entities for seed in range(4)}) > 1


@pytest.mark.parametrize("seed", range(4))
def test_a_use_is_put_back_on_a_known_device_at_its_own_time(seed: int) -> None:
    found = left(seed)
    assert len(found.first_times) == 5
    for first_time in found.first_times:
        use = first_time.truth
        past = [b for b in found.log.before(use.start) if b.device == use.device]
        assert len(past) == use.uses >= KNOWN_USES
        assert (use.start - past[0].time) / DAY == pytest.approx(use.days)
        assert use.days >= KNOWN_DAYS
        assert use.entity in found.entities
        added = [b for b in first_time.stream if b.entity == use.entity]
        assert [b.device for b in added] == [use.device] * 2
        assert [phase(b.control) for b in added] == [Phase.BEGIN, Phase.END]
        at_its_time = [b for b in home().lived if b.entity == use.entity and b.time >= use.start][:2]
        assert [(b.time, b.control) for b in added] == [(b.time, b.control) for b in at_its_time]
        assert [b for b in first_time.stream if b not in added] == list(found.log.lived)
        assert list(first_time.stream) == sorted(first_time.stream, key=lambda b: b.time)
        assert first_time.until == use.start + PATIENCE


def test_the_product_takes_what_is_put_back_for_a_first_time() -> None:
    for first_time in left().first_times:
        firsts = FirstTimes()
        past = left().log.before(first_time.truth.start)
        (use, *_) = [b for b in first_time.stream if b.entity == first_time.truth.entity]
        for b in (*past, use):
            firsts.observe(b)
        assert firsts.find(use) is not None


def test_where_no_device_is_known_nothing_is_put_back() -> None:
    days = field_home.rows(days=7)
    assert leave_out(field_home.log(days, train=3, calibrate=1), 0, 5).first_times == ()


def test_the_four_kinds_are_drawn_as_ever() -> None:
    before = draw(home(), 0, 3)
    leave_out(home(), 0, 5)
    assert draw(home(), 0, 3) == before


def test_first_times_are_told_with_their_channel_and_not_without() -> None:
    lessons = Lessons()
    full, less = (first_times.judged(Less(c, lessons, QUICK), left(), 1.0, seed=0) for c in ("", "novelty"))
    assert (full["injected"], full["told"]) == ({"first time": 5}, {"first time": 5})
    assert (less["injected"], less["told"]) == ({"first time": 5}, {"first time": 0})
    assert full["delay_s_p50"] == {"first time": 0.0}
    assert less["alerts"] == [alert for alert in full["alerts"] if alert["kind"] != "novelty"]


def test_only_an_alert_about_what_was_put_back_tells_it() -> None:
    """Each is told once, at once, of the entity; what the home did else was told without it too."""
    result = run(QUICK, left().log, 0, lambda _share: None)
    clean = episodes(result.told(1.0))
    for first_time in left().first_times:
        after = lived_through(result, first_time)
        assert after.delay(1.0, clean) == 0.0
        reasons = [r for m in after.after for r in m.judgement.reasons if r.channel == "novelty"]
        assert {about(r.behaviors) for r in reasons} == {first_time.truth.entity}
        assert after.delay(0.01, []) is None


def about(behaviors: tuple[Behavior, ...]) -> str:
    (behavior,) = behaviors
    return behavior.entity


# --- the command ---


def command(tmp_path: Path, *more: str, days: int = field_home.DAYS) -> list[str]:
    log = field_home.write(tmp_path, field_home.rows(days=days))
    flags = ["--tz", "UTC", "--train-days", "14", "--calibrate-days", "6", "--each", "3"]
    paths = ["--truth", str(tmp_path / "truth.json"), "--out", str(tmp_path / "first_times_home.json")]
    return ["first-times", "--log", str(log), *flags, *paths, *more]


def test_the_command_writes_results_truth_and_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_times, "PRODUCT", QUICK)
    assert main(command(tmp_path, "--seeds", "2", "--seed", "1")) == 0
    result = json.loads((tmp_path / "first_times_home.json").read_text())
    assert list(result["models"]) == [FULL, LESS]
    assert [len(entities) > 0 for entities in result["left_out"]] == [True, True]
    assert result["models"][FULL]["told_by_seed"] == {"first time": [3, 3]}
    assert result["models"][LESS]["told_by_seed"] == {"first time": [0, 0]}
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert Counter(use["seed"] for use in truth["first_times"]) == {1: 3, 2: 3}
    text = page(tmp_path)
    assert "| `home` | 6 | 1.00 (6/6) | 0.00 (0/6) | " in text
    assert "`scripts/trainer first-times --log home.csv --tz UTC --train-days 14 --calibrate-days 6" in text
    assert "--seeds 2 --each 3 --truth truth.json --out first_times_home.json`" in text


def test_a_short_log_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, command(tmp_path, days=12))
    assert said.startswith("trainer first-times: expected a log of more than 20 days")
    assert not (tmp_path / "first_times_home.json").exists()


def lived(name: str, told: tuple[int, int], alerts: tuple[float, float]) -> dict[str, Any]:
    models = {
        model: {"injected": {"first time": 4}, "told": {"first time": count}, "false_alerts_per_week": rate}
        for model, count, rate in zip((FULL, LESS), told, alerts, strict=True)
    }
    days = {"train": 7, "calibrate": 3, "test": 7.0}
    home = {"log": name, "zone": "UTC", "seeds": [0], "days": days, "weeks": 1.0, "each": 4, "budget": 1.0}
    return home | {"retrain_days": 0, "models": models}


def test_the_page_takes_homes_together(tmp_path: Path) -> None:
    for home in (
        lived("a", (4, 0), (1.0, 0.0)),
        lived("b", (3, 1), (2.0, 2.0)),
        lived("household_2", (2, 0), (0.0, 0.0)),
    ):
        (tmp_path / f"first_times_{home['log']}.json").write_text(json.dumps(home), encoding="utf-8")
    text = page(tmp_path)
    (low, high), (least, most) = poisson(3, 2.0), poisson(2, 2.0)
    false = f"1.50 ({low:.2f} … {high:.2f}) | 1.00 ({least:.2f} … {most:.2f}) |"
    assert f"| all | 8 | 0.88 (7/8) | 0.12 (1/8) | {false}" in text
    assert text.count("| all |") == 1
    assert text.index("Never before: real homes") < text.index("Never before: simulated homes")
