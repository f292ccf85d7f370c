"""The commands `train` and `suite paper`: results of the agreed shape, or one line and nothing written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from trainer.__main__ import main
from trainer.paper.judge import entrants

from .tiny_home import NAME, arrays, write

METRICS = {"recall", "precision", "f1", "fpr", "fnr", "auroc", "ap"} | {
    *("recall_at_fpr_5", "recall_at_fpr_1", "f1_at_fpr_1", "n_normal", "n_anomalous")
}
RECORD = {"train_s", "train_cpu_s", "parameters", "threshold", "types", "peak_mb"}
PAPERS_FLAGS = [
    *("--model", "SmartGuard", "--mask_strategy", "loss_guided", "--mask_ratio", "0.2"),
    *("--mask_step", "4", "--layer", "2", "--batch", "1024"),
]

CELLS = ["--engine", "in-process", "--cells"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write(tmp_path / "data")


def suite(folder: Path, *arguments: str) -> Any:
    """Run the suite on the tiny home and return what it wrote."""
    out = folder.parent / "out.json"
    given = ["--dataset", NAME, "--data", str(folder), *CELLS, str(folder.parent / "cells"), *arguments]
    status = main(["suite", "paper", *given, "--out", str(out)])
    assert status == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_result_of_the_suite(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = suite(folder, "--model", "LOF", "Aegis:fair")
    assert (result["suite"], result["dataset"], result["seeds"]) == ("paper", NAME, [0])
    assert set(result["models"]) == {"LOF", "LOF:as_published", "Aegis"}
    for record in result["models"].values():
        assert set(record) == RECORD
        assert set(record["types"]) == {"SD", "MD", "ODD"}
        assert all(set(metrics) == METRICS for metrics in record["types"].values())
    sizes = {k: (m["n_normal"], m["n_anomalous"]) for k, m in result["models"]["LOF"]["types"].items()}
    assert sizes == {"SD": (50, 50), "MD": (60, 60), "ODD": (50, 50)}
    said = capsys.readouterr()
    assert "raw_train" in said.err
    figures, costs = said.out.split("peak memory, MB")
    assert (figures.count("| LOF |"), costs.count("| LOF |")) == (3, 1)


def test_over_seeds_there_is_a_mean_and_its_interval(folder: Path) -> None:
    result = suite(folder, "--model", "IsolationForest", "--seeds", "3")
    assert result["seeds"] == [0, 1, 2]
    auroc = result["models"]["IsolationForest"]["types"]["SD"]["auroc"]
    assert auroc["mean"] == pytest.approx(np.mean(auroc["values"]))
    assert auroc["ci95"][0] <= auroc["mean"] <= auroc["ci95"][1]
    assert len(set(auroc["values"])) > 1
    published = result["models"]["IsolationForest:as_published"]["types"]["SD"]
    assert published["recall"]["ci95"] == [published["recall"]["mean"]] * 2
    assert published["n_normal"] == 50


def test_the_command_of_the_papers_readme(folder: Path) -> None:
    out = folder.parent / "out.json"
    size = ["--embedding", "16", "--epochs", "6"]
    given = ["--dataset", NAME, *PAPERS_FLAGS, *size, "--data", str(folder), "--seed", "5", "--out", str(out)]
    assert main(["train", *given]) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    assert (result["model"], result["seed"]) == ("SmartGuard", 5)
    assert set(result["types"]) == {"SD", "MD", "ODD"}
    assert result["peak_mb"] >= 0


def test_flags_change_the_published_setting_too() -> None:
    fair, published = entrants("SmartGuard", {"embedding": 16})
    assert (fair.options.embedding, published.options.embedding) == (16, 16)
    assert (fair.options.scoring, published.options.scoring) == ("hidden", "visible")
    assert [entrant.label for entrant in entrants("smartguard:as_published")] == ["SmartGuard:as_published"]


def test_one_attack_of_one_baseline(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--dataset", NAME, "--model", "IsolationForest", "--attack", "SD", "--data", str(folder)]
    assert main(["train", *given]) == 0
    assert set(json.loads(capsys.readouterr().out)["types"]) == {"SD"}


TRAIN = ["train", "--dataset", NAME, "--model", "LOF"]
SUITE = ["suite", "paper", "--dataset", NAME, "--model", "LOF"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*TRAIN, "--dataset", "nowhere"], "expected a data set of tiny in"),
        ([*TRAIN, "--model", "Oracle"], "expected a model of 6thSense"),
        ([*TRAIN, "--model", "TransAE:as_published"], "expected TransAE:fair, got 'TransAE:as_published'"),
        ([*TRAIN, "--attack", "XX"], "expected --attack of SD, MD, ODD, got 'XX'"),
        ([*TRAIN, "--mask_ratio", "0.2"], "expected options of LOF (it has none), got mask_ratio"),
        ([*TRAIN, "--mask_ratio", "much"], "expected a number of 0.01 to 1, got 'much'"),
        ([*TRAIN, "--mask_strategy", "guess"], "expected one of none, random, top_k_loss"),
        ([*TRAIN, "--layer", "0"], "expected a whole number of at least 1, got '0'"),
        ([*TRAIN, "--ttpe", "year"], "expected some of order,hour,day,duration, or none, got 'year'"),
        ([*TRAIN, "--model", "SmartGuard", "--embedding", "50"], "expected a width that 2·heads divides"),
        ([*TRAIN, "--colour", "red"], "unrecognized arguments: --colour red"),
        ([*SUITE, "--model", "LOF:sideways"], "expected LOF:fair or LOF:as_published, got 'LOF:sideways'"),
        ([*SUITE, "--seeds", "none"], "expected how many seeds (3) or which (0,1,2), got 'none'"),
        ([*SUITE, "--seeds", "0"], "expected how many seeds (3) or which (0,1,2), got '0'"),
        ([*SUITE, "--seeds", "1001"], "expected at most 1000 seeds, got 1001"),
        ([*SUITE, "--cells", __file__], "expected a folder that can be written for --cells, got"),
        (["suite", "easy"], "expected a suite of paper, "),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    out = folder.parent / "out.json"
    out.write_text("before", encoding="utf-8")
    try:
        status = main([*arguments, "--data", str(folder), "--out", str(out)])
    except SystemExit as ended:  # argparse's own way out
        status = ended.code
    assert status == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert out.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["data", "out.json"]


def test_a_folder_that_is_not_there_is_said_before_the_work(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TRAIN, "--data", str(folder), "--out", str(folder / "none" / "out.json")]) == 2
    assert "expected a file in a folder that is there for --out" in capsys.readouterr().err


def test_without_a_training_split_the_suite_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = arrays()
    del found["train"]
    write(folder, found)
    assert main([*SUITE, "--data", str(folder)]) == 2
    assert "expected a split train of home tiny, got only" in capsys.readouterr().err.splitlines()[-1]


def test_without_attacks_there_is_nothing_to_judge(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {name: array for name, array in arrays().items() if not name.startswith("attack")})
    assert main([*SUITE, "--data", str(folder)]) == 2
    assert "expected anomalies (arrays attack_TYPE_name) of home tiny, got none" in capsys.readouterr().err


def test_suites_say_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suite", "--help"]) == 0
    assert "paper|honest|hard" in capsys.readouterr().out
