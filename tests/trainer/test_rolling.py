"""`rolling`: one log learned for several lengths of time, the days after each lived through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("scipy", reason="SciPy is only in the trainer's environment")

from trainer.__main__ import main
from trainer.field.outcome import poisson
from trainer.field.page import page

from . import field_home
from .said import refusal

FLAGS = ["--tz", "UTC", "--learned-days", "12", "20", "12", "--lived-days", "4", "--each", "3"]


def command(tmp_path: Path, *more: str) -> list[str]:
    log = field_home.write(tmp_path)
    return ["rolling", "--log", str(log), *FLAGS, "--out", str(tmp_path / "out.json"), *more]


def result(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "out.json").read_text())


def test_each_origin_is_lived_through_and_all_are_pooled(tmp_path: Path) -> None:
    assert main(command(tmp_path, "--model", "Rules", "markov", "--seeds", "2", "--budget", "20")) == 0
    found = result(tmp_path)
    assert (found["learned_days"], found["lived_days"], found["seeds"]) == ([12, 20], 4, [0, 1])
    assert found["weeks"] == pytest.approx(8 / 7, abs=1e-3)
    rules = found["models"]["Rules"]
    assert [o["learned_days"] for o in rules["by_origin"]] == [12, 20]
    for key in ("told", "injected"):
        assert rules[key] == {k: sum(o[key][k] for o in rules["by_origin"]) for k in ("SD", "MD", "DM", "DD")}
    assert rules["injected"]["SD"] == 2 * 2 * 3
    assert rules["recall"]["SD"] == rules["told"]["SD"] / rules["injected"]["SD"] > 0
    markov = found["models"]["Markov"]
    count = sum(o["false_alerts"] for o in markov["by_origin"])
    assert count > 0
    assert markov["false_alerts_ci95"] == pytest.approx(poisson(count, 8 / 7), rel=1e-3)
    assert len(markov["alerts"]) == 2 * count


def test_an_origin_is_what_field_makes_of_it(tmp_path: Path) -> None:
    """The same days learned and lived: the log is cut off where the last one is lived through."""
    assert main(command(tmp_path, "--model", "HourOfWeek", "--seed", "3")) == 0
    rolled = result(tmp_path)["models"]["HourOfWeek"]["by_origin"][1]
    short = field_home.write(tmp_path, field_home.rows(days=24))
    days = ["--train-days", "15", "--calibrate-days", "5"]
    same = ["--each", "3", "--seed", "3", "--model", "HourOfWeek"]
    paths = ["--out", str(tmp_path / "out.json"), "--truth", str(tmp_path / "truth.json")]
    assert main(["field", "--log", str(short), "--tz", "UTC", *days, *same, *paths]) == 0
    field = result(tmp_path)["models"]["HourOfWeek"]
    assert (rolled["told"], rolled["injected"]) == (field["told"], field["injected"])
    assert rolled["false_alerts"] == len(field["alerts"])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["--learned-days", "2"], "expected a whole number of at least 3, got '2'"),
        (["--learned-days", "12", "30"], "expected a log of more than 30 days"),
        (
            ["--learned-days", "12", "15"],
            "expected origins at least 4 days apart, as many as are lived",
        ),
        (["--lived-days", "0"], "expected a whole number of at least 1, got '0'"),
        (["--model", "LSTM"], "expected a model of SmartGuard, HourOfWeek, Markov, Rules, "),
        (["--log", "missing.csv"], "missing.csv"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: list[str], expected: str
) -> None:
    said = refusal(capsys, [*command(tmp_path), *changed])
    assert said.startswith("trainer rolling: ")
    assert expected in said
    assert not (tmp_path / "out.json").exists()


def row(text: str, begin: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(begin))


def test_the_page_shows_more_weeks_of_real_and_of_simulated_homes(tmp_path: Path) -> None:
    assert main(command(tmp_path, "--model", "Rules", "Markov", "--seed", "5")) == 0
    found = result(tmp_path)
    for name in ("a", "b", "household_2"):
        (tmp_path / f"rolling_{name}.json").write_text(json.dumps(found | {"log": name}), encoding="utf-8")
    text = page(tmp_path)
    told = found["models"]["Rules"]["told"]["SD"]
    real, simulated = text.partition("### More weeks: simulated homes")[::2]
    assert f" ({2 * told}/12) |" in row(real, "| Rules |")
    assert f" ({told}/6) |" in row(real, "| Rules, `b` |")
    assert "| Rules, `household_2` |" not in simulated, "it is the only one"
    young, older = (origin["told"]["SD"] for origin in found["models"]["Rules"]["by_origin"])
    assert f" ({2 * young}/6) |" in row(real, "| Rules, learned for less than 14 days |")
    assert f" ({older}/3) |" in row(simulated, "| Rules, 14 days or more |")
    assert (
        "`scripts/trainer rolling --log a.csv --tz UTC --learned-days 12 20 --lived-days 4 --budget 1 "
        "--seed 5 --seeds 1 --each 3 --model Rules Markov --out rolling_a.json`"
    ) in real
