"""The tables: every cell beside the paper's, resumable, one line for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from trainer import datasets
from trainer.__main__ import main
from trainer.authors import AuthorsOptions
from trainer.paper import cost
from trainer.paper.tables import TABLES, ablation, comparison, page, quality
from trainer.paper.tables.plan import Row, short
from trainer.paper.tables.published import KINDS, TABLE_3, TABLE_4, printed
from trainer.paper.tables.reasons import OURS
from trainer.smartguard import PAPER, SmartGuardOptions
from trainer.sweeps.flags import seeds, spelled

from .tiny_home import NAME, arrays, write

SMALL: dict[str, Any] = {"embedding": 16, "layer": 1, "epochs": 2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write(tmp_path / "data")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every network be small and quick."""

    def shrink(rows: Callable[[datasets.HomeData], list[Row]]) -> Callable[[datasets.HomeData], list[Row]]:
        def shrunk(home: datasets.HomeData) -> list[Row]:
            return [replace(row, options=smaller(row.options)) for row in rows(home)]

        return shrunk

    for module in (comparison, ablation, quality):
        for name, plan in module.PLANS.items():
            small_plan = replace(plan, rows=shrink(plan.rows), alone=False)
            monkeypatch.setitem(module.PLANS, name, small_plan)


def smaller(options: Any) -> Any:
    known = {name: value for name, value in SMALL.items() if hasattr(options, name)}
    return replace(options, **known) if known else options


def table(folder: Path, name: str, *more: str) -> tuple[int, Path]:
    out = folder.parent / f"table_{name}_{NAME}.json"
    given = ["--dataset", NAME, "--data", str(folder), "--out", str(out), "--seeds", "2"]
    cells = ["--engine", "in-process", "--cells", str(folder.parent / "cells")]
    return main(["table", name, *given, *cells, *more]), out


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_made_and_made_again_from_its_cells(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out = table(folder, name)
    assert status == 0
    said = capsys.readouterr().out
    result = json.loads(out.read_text(encoding="utf-8"))
    assert (result["table"], result["dataset"], result["seeds"]) == (name, NAME, [0, 1])
    for row in result["rows"]:
        assert set(row["types"]) == {"SD", "MD", "ODD"}
        assert row["peak_mb"] >= 0
        assert row["label"] in said
    cells = sorted((folder.parent / "cells").iterdir())
    times = [cell.stat().st_mtime_ns for cell in cells]
    first = out.read_bytes()
    out.unlink()
    cells[0].unlink()  # as if it had been stopped before the last cell
    assert table(folder, name)[0] == 0
    kept = sorted((folder.parent / "cells").iterdir())
    assert kept == cells
    assert [cell.stat().st_mtime_ns for cell in kept[1:]] == times[1:]
    again, before = json.loads(out.read_bytes()), json.loads(first)
    for row, old in zip(again["rows"], before["rows"], strict=True):
        assert row["types"] == old["types"]


@pytest.mark.usefixtures("small")
def test_the_page_is_made_from_results(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table(folder, "time", "--seeds", "1")
    capsys.readouterr()
    text = page.page(folder.parent)
    command = text.partition("`scripts/trainer ")[2].partition("`")[0]
    assert command == f"table time --dataset {NAME} --seeds 1"
    assert all(seeds(spelled(chosen)) == chosen for chosen in [(0,), (0, 1, 2), (3, 7)])
    assert text.startswith("# The paper's tables")
    assert f"## Time to quality, {NAME.upper()}" in text
    assert "1/" in text
    assert "## Table 3" not in text


def test_what_results_share_costs_once_and_what_is_timed_again(tmp_path: Path) -> None:
    def write_result(kind: str, name: str, **cells: float) -> None:
        made = {kind: name, "dataset": NAME, "cells": cells}
        (tmp_path / f"{kind}_{name}_{NAME}.json").write_text(json.dumps(made), encoding="utf-8")

    write_result("figure", "6", a=60.0, b=120.0)
    write_result("figure", "14", a=60.0, b=120.0)
    write_result("table", "3", c=30.0)
    write_result("table", "time", c=90.0)
    assert sum(cost.spent(tmp_path).values()) == 60 + 120 + 30 + 90
    assert "figure 15 of TINY" in cost.lacking(tmp_path)
    assert not {"figure 14 of TINY", "table time of TINY"} & set(cost.lacking(tmp_path))
    assert "5 minutes of one core, 2 on two. The aim of two hours on two is kept" in cost.words(tmp_path)
    write_result("table", "4", d=4 * 3600.0)
    assert "two hours on two is missed" in cost.words(tmp_path)


def test_table_3_has_all_rows() -> None:
    home = datasets.HomeData("x", datasets.HomeVocabulary(("a",), ("b",), None), {}, ())
    rows = comparison.rows(home)
    labels = [(row.label, row.setting) for row in rows]
    assert len(set(labels)) == len(labels)
    for model in TABLE_3["an"]:
        assert any(label == model for label, _ in labels), model
    forest = next(row for row in rows if row.label == "IsolationForest" and row.authors)
    assert forest.seeds == tuple(range(10))
    authors = next(row for row in comparison.authors_rows(home) if row.model == "Authors")
    assert isinstance(authors.options, AuthorsOptions)
    assert (authors.options.embedding, authors.options.batch, authors.most_seeds) == (256, 1024, 1)
    assert next(row for row in rows if row.label == OURS).options == SmartGuardOptions()


@pytest.mark.parametrize("variant", TABLE_4)
def test_variants_lack_what_the_paper_says(variant: str) -> None:
    mask, time, noise = TABLE_4[variant][0]
    for start in (PAPER, SmartGuardOptions()):
        options = ablation.without(start, variant)
        assert (options.mask_strategy != "none") == mask
        assert bool(options.ttpe) == time
        assert (options.weighting != "mean") == noise
        assert time or not options.time
        if mask and time and noise:
            assert options == start


def found(**changes: float) -> Any:
    metrics = {"recall": 1.0, "f1": 0.97, "auroc": 1.0, "recall_at_fpr_1": 1.0, "f1_at_fpr_1": 0.9961}
    sizes = {"n_normal": 255, "n_anomalous": 255}
    return {"label": OURS, "types": dict.fromkeys(KINDS, metrics | sizes | changes)}


def test_the_verdict_knows_what_one_percent_allows() -> None:
    assert comparison.most_f1(found(), "SD") == pytest.approx(0.9961, abs=5e-5)  # two of 255
    assert "reaches" in comparison.verdict("an", found(), list(KINDS))  # Table 3 has .9967 for SD
    low = comparison.verdict("an", found(auroc=0.9989), list(KINDS))
    assert "SD auroc .9989 < .9990" in low
    assert "DD auroc" in low
    assert "[experiments]" in comparison.verdict("fr", found(auroc=0.9989), list(KINDS))
    assert "[experiments]" not in low
    assert "MD f1_at_fpr_1 .9800 < .9832" in comparison.verdict("an", found(f1_at_fpr_1=0.98), list(KINDS))


def test_every_cell_that_differs_has_a_sentence() -> None:
    """Of all settings and rows, whatever a cell comes to."""
    far = {kind: {"recall": 0.5, "f1": 0.5, "auroc": 0.5} for kind in KINDS}
    for model, setting in [("LOF", "as published"), ("SmartGuard", "as described"), (OURS, "fair")]:
        row = {"label": model, "setting": setting, "types": far}
        told = comparison.difference("an", row, list(KINDS))
        assert all(f"{kind} " in told for kind in KINDS)
        assert told.endswith(".")
        near = {
            k: dict(zip(("recall", "f1"), printed("an", comparison.bare(row), k) or (), strict=True))
            for k in KINDS
        }
        assert "every recall and F1 within .01" in comparison.difference(
            "an", row | {"types": near}, list(KINDS)
        )
        near["MD"]["recall"] += 0.02
        assert "differ in MD +0.0200 / +0.0000:" in comparison.difference(
            "an", row | {"types": near}, list(KINDS)
        )
    for setting in ablation.WHY:
        found = {variant: {"setting": setting, "types": far} for variant in TABLE_4}
        text = ablation.section({"dataset": "an", "rows": rows_of(found)}, setting, list(KINDS))
        for variant in TABLE_4:
            assert f"- **{variant}**: F1 differs in SD" in text
        assert "0 of 20 F1 are within .01" in text
        assert "prints Table 4 for AN alone" in ablation.section(
            {"dataset": "fr", "rows": rows_of(found)}, setting, list(KINDS)
        )


def rows_of(found: dict[str, Any]) -> list[Any]:
    return [{"label": variant, "seeds": [0], **row} for variant, row in found.items()]


def test_a_part_helps_only_where_intervals_are_apart() -> None:
    def row(mean: float, half: float) -> Any:
        value = {"mean": mean, "ci95": [mean - half, mean + half], "values": []}
        return {"types": {"SD": {"auroc": value}}}

    assert "Time helps on SD" in ablation.effect("time", row(0.9, 0.01), row(0.8, 0.01), ["SD"])
    assert "Time hurts on SD" in ablation.effect("time", row(0.8, 0.01), row(0.9, 0.01), ["SD"])
    assert "neither to help nor to hurt" in ablation.effect("time", row(0.9, 0.1), row(0.8, 0.1), ["SD"])
    one = {"types": {"SD": {"auroc": 0.9}}}
    assert "one seed tells nothing apart" in ablation.effect("time", one, row(0.8, 0.01), ["SD"])


@pytest.mark.parametrize(
    ("seconds", "auroc", "said"),
    [
        (29.0, 0.9995, "The aim of 1/20 is reached."),
        (29.0, 0.9985, "The aim of 1/20 is reached, that quality is not."),
        (31.0, 0.9995, "The aim of 1/20 is missed."),
    ],
)
def test_the_aim_of_time_is_one_of_quality_too(seconds: float, auroc: float, said: str) -> None:
    """Three epochs in 30 seconds are 600 for sixty."""
    types = {"OTHER": {"auroc": auroc, "recall_at_fpr_1": 1.0, "f1_at_fpr_1": 1.0}}
    common = {"parameters": 1, "peak_mb": 1.0, "types": types}
    theirs = {"label": "theirs", "train_cpu_s": 30.0, **common}
    ours = {"label": "ours", "train_cpu_s": seconds, **common}
    assert f"\n{said}\n" in quality.words({"dataset": "an", "rows": [theirs, ours]})


def test_the_papers_numbers() -> None:
    assert printed("an", "SmartGuard", "SD") == (0.9986, 0.9967)
    assert printed("fr", "Aegis", "DD") == (0.9743, 0.4481)
    assert printed("an", "Oracle", "SD") is None
    assert printed("sp", "LOF", "SD") is None
    assert [short(value) for value in (0.05, 1.0, -0.5)] == [".0500", "1", "-0.5"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["table", "5", "--dataset", NAME], "expected one of 3, 3-authors, 4, 4-authors, time, got '5'"),
        (["table", "3", "--dataset", "nowhere"], "expected a data set of tiny in"),
        (
            ["table", "3", "--dataset", NAME, "--seeds", "none"],
            "expected how many seeds (3) or which (0,1,2)",
        ),
        (["table", "3", "--dataset", NAME, "--seeds", "0"], "expected how many seeds"),
        (["table", "3", "--dataset", NAME, "--seeds", "1,1"], "expected each seed once, got '1,1'"),
        (["table", "3", "--dataset", NAME, "--engine", "abacus"], "expected one of in-process, local, ray"),
        (["table", "3", "--dataset", NAME, "--workers", "0"], "expected a whole number of at least 1"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    out, cells = folder.parent / "out.json", folder.parent / "cells"
    try:
        status = main([*arguments, "--data", str(folder), "--out", str(out), "--cells", str(cells)])
    except SystemExit as ended:  # argparse's own way out
        status = ended.code
    assert status == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert sorted(path.name for path in folder.parent.iterdir()) == ["data"]


def damaged(found: dict[str, Any]) -> None:
    found["train"] = found["train"][:, :8]


def strange(found: dict[str, Any]) -> None:
    found["test"][0, 0, 3] = 12


def empty(found: dict[str, Any]) -> None:
    found["validation"] = found["validation"][:0]


def peaceful(found: dict[str, Any]) -> None:
    for name in [name for name in found if name.startswith("attack")]:
        del found[name]


def untaught(found: dict[str, Any]) -> None:
    del found["train"]


def unrivalled(found: dict[str, Any]) -> None:
    del found["test"], found["raw_test"]


def pickled(found: dict[str, Any]) -> None:
    found["train"] = found["train"].astype(object)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (damaged, "expected train in smartguard_tiny.npz to be integers (N, 10, 4), got int16 (120, 8, 4)"),
        (strange, "expected control ids of 0 … 11 in test in smartguard_tiny.npz, got 12"),
        (empty, "expected at least one window of validation in smartguard_tiny.npz, got none"),
        (peaceful, "expected anomalies (arrays attack_TYPE_name) of home tiny, got none"),
        (untaught, "expected a split train of home tiny, got only validation, test, raw_test"),
        (unrivalled, "expected a split test of home tiny, got only train, validation"),
        (pickled, "expected whole arrays of numbers in smartguard_tiny.npz"),
    ],
)
@pytest.mark.parametrize("command", ["table", "suite", "train", "sweep", "figure"])
def test_damaged_homes_are_one_line_for_every_command(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    change: Callable[[dict[str, Any]], None],
    said: str,
) -> None:
    made = arrays()
    change(made)
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", made)
    given = {
        "table": ["table", "3"],
        "suite": ["suite", "paper", "--model", "LOF"],
        "train": ["train", "--model", "LOF", "--attack", "SD"],
        "sweep": ["sweep", "--model", "ARGUS", "--grid", "epochs=1", "--cells", str(tmp_path / "cells")],
        "figure": ["figure", "1", "--plot", str(tmp_path / "x.png"), "--cells", str(tmp_path / "cells")],
    }[command]
    data = ["--dataset", NAME, "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out.json")]
    assert main([*given, *data]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
