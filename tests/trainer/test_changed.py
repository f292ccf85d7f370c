"""Homes that change: lived through, and noticed by the product's own rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="SciPy is only in the trainer's environment")

from threadpoolctl import threadpool_limits

from custom_components.smartguard.core.drift import CHANGED_SECONDS
from custom_components.smartguard.core.training_options import TrainingOptions
from trainer.__main__ import main
from trainer.field.changed import UNCHANGED, Plan, lived
from trainer.field.drifting import Drifting
from trainer.field.log import Log
from trainer.field.models import MODELS
from trainer.field.page import page
from trainer.field.run import Run, run
from trainer.field.smartguard import SmartGuard

from . import field_home

QUICK = SmartGuard(TrainingOptions(epochs=1, batch=64, learning_rate=2e-3, mask_step=1))
RULES = next(model for model in MODELS if model.name == "Rules")
DAY = 86_400.0


def ignore(_share: float) -> None:
    """Show no progress."""


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


# --- the life ---


def later(day: int) -> Log:
    """Return the small home's log, in which everything happens at other hours from a day on."""
    moved = []
    for line in field_home.rows():
        entity, state, time = line.split(",")
        moment = datetime.fromisoformat(time)
        if moment >= field_home.FIRST + timedelta(days=day):
            moment += timedelta(hours=5 if moment.hour < 12 else -4)
        moved.append(f"{entity},{state},{moment.isoformat(timespec='milliseconds')}")
    return field_home.log(sorted(moved, key=lambda line: line.split(",")[2]))


@cache
def heeded() -> tuple[Run, Drifting]:
    drifting = Drifting()
    return run(QUICK, later(22), 0, ignore, drifting=drifting), drifting


def test_a_change_is_noticed_and_learned_at_once() -> None:
    result, drifting = heeded()
    first = (drifting.noticed[0] - result.log.begin) / DAY
    assert 2 < first < 7
    assert [span.begin for span in result.spans] == [result.log.begin, *drifting.noticed]
    assert [span.end for span in result.spans][:-1] == drifting.noticed
    assert result.spans[1].learned is not result.spans[0].learned


def test_a_life_that_is_broken_by_a_training_goes_on_where_it_was() -> None:
    result, _ = heeded()
    assert [m.behavior for m in result.life.moments if m.behavior] == list(result.log.lived)
    times = [m.judgement.time for m in result.life.moments]
    assert times == sorted(times)


def test_a_home_that_lives_as_ever_is_not_learned_before_it_is_due() -> None:
    drifting = Drifting()
    result = run(QUICK, field_home.log(), 0, ignore, retrain_days=5, drifting=drifting)
    assert drifting.noticed == []
    assert len(result.spans) == 2


def test_what_was_just_learned_is_not_learned_again() -> None:
    result, drifting = heeded()
    assert all(b - a >= CHANGED_SECONDS for a, b in zip(drifting.noticed, drifting.noticed[1:], strict=False))
    assert drifting.noticed[0] - result.log.begin >= CHANGED_SECONDS


def test_a_model_without_a_guard_notices_nothing() -> None:
    drifting = Drifting()
    assert len(run(RULES, later(22), 0, ignore, drifting=drifting).spans) == 1
    assert drifting.noticed == []


def test_replay_writes_when_a_change_was_noticed(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    given = ["--log", str(field_home.write(tmp_path)), "--tz", "UTC", "--out", str(out), "--model", "Rules"]
    days = ["--train-days", str(field_home.TRAIN), "--calibrate-days", str(field_home.CALIBRATE)]
    assert main(["replay", *given, *days, "--drift"]) == 0
    assert json.loads(out.read_text())["noticed"] == []


# --- the page ---


def test_each_change_is_lived_through_and_is_on_the_page(tmp_path: Path) -> None:
    plan = Plan(2, 1, 6, 2, 1, 2, ("later", "new-device"))
    record = lived(plan, RULES)
    assert [life["change"] for life in record["lives"]] == [UNCHANGED, "later", "new-device"]
    assert [life["weeks"] for life in record["lives"]] == pytest.approx([2 / 7, 1 / 7, 1 / 7], abs=0.05)
    assert all(life["alerts"] == life["alerts_unheeded"] for life in record["lives"])
    record["lives"][1] |= {"noticed_days": [3.21, 5.0], "alerts": [], "alerts_unheeded": [{}]}
    (tmp_path / "changed_household_2.json").write_text(json.dumps(record), encoding="utf-8")
    text = page(tmp_path)
    assert "| later | all |" in text
    assert "| 2× | 3.2 | 0.00 (" in text
    assert "`scripts/trainer changed --household 2 --home-seed 1 --train-days 6 --calibrate-days 2 " in text
    assert (
        "--change later new-device --retrain-days 0 --budget 1 --seed 0 --out changed_household_2.json`"
        in text
    )
