"""The table of targets: what was to be reached beside what was, and where it falls short."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("scipy", reason="SciPy is only in the trainer's environment")

from trainer.targets import targets


def write(folder: Path, name: str, result: dict[str, Any]) -> None:
    (folder / name).write_text(json.dumps(result), encoding="utf-8")


def types(auroc: float, at_5: float, at_1: float) -> dict[str, Any]:
    measures = {"auroc": auroc, "recall_at_fpr_5": {"mean": at_5, "ci95": [0, 1]}, "recall_at_fpr_1": at_1}
    return {"types": {"SD": measures, "DM": measures}}


def lived(told: dict[str, int], rate: float) -> dict[str, Any]:
    return {"false_alerts_per_week": rate, "told": told, "injected": dict.fromkeys(told, 20)}


def home(name: str, models: dict[str, Any]) -> dict[str, Any]:
    return {"log": name, "weeks": 2.0, "seeds": [0], "models": models}


def test_windows_are_measured_by_their_targets(tmp_path: Path) -> None:
    models = {"SmartGuard": types(0.9, 0.95, 0.6), "LOF": types(0.9, 0.5, 0.7)}
    write(tmp_path, "honest_fr.json", {"suite": "honest", "dataset": "fr", "models": models})
    text = targets(tmp_path)
    assert "| honest, FR | recall at FPR ≤ 5 % ≥ 0.9 | SD 0.950, DM 0.950 | met |" in text
    assert "| honest, FR | recall at FPR ≤ 1 % ≥ 0.7 | SD 0.600, DM 0.600 | **missed**: SD, DM |" in text
    assert "recall at FPR ≤ 1 %: LOF SD 0.7000 (against 0.6000), LOF DM 0.7000" in text
    assert "hard, AN" not in text
    assert "field" not in text.partition("| suite")[2]


def test_nobody_ahead_is_said(tmp_path: Path) -> None:
    models = {"SmartGuard": types(0.9, 0.9, 0.9), "LOF": types(0.9, 0.5, 0.7)}
    write(tmp_path, "honest_fr.json", {"suite": "honest", "dataset": "fr", "models": models})
    assert "and in AUROC | no other is ahead | met |" in targets(tmp_path)


def test_homes_are_pooled_and_rivals_are_beside_them(tmp_path: Path) -> None:
    ours, theirs = {"SD": 20, "MD": 10, "DM": 3, "DD": 12}, {"SD": 20, "MD": 0, "DM": 5, "DD": 0}
    models = {"SmartGuard": lived(ours, 1.5), "Rules": lived(theirs, 0.0)}
    for name in ("a", "b"):
        write(tmp_path, f"field_{name}.json", home(name, models))
    write(tmp_path, "field_household_1.json", home("household_1", {"Rules": lived(theirs, 0.0)}))
    text = targets(tmp_path)
    assert "| field, real homes | false alerts a week ≤ 1 | 1.50 (" in text
    assert (
        "| field, real homes | recall SD ≥ 0.75 (moonshot 0.9) | 1.00 (40/40) | met, the moonshot too |"
        in text
    )
    assert "| field, real homes | recall MD ≥ 0.5 (moonshot 0.65) | 0.50 (20/40) | met |" in text
    assert "| field, real homes | recall DM ≥ 0.5 (moonshot 0.65) | 0.15 (6/40) | **missed** |" in text
    assert (
        "DM 0.15 against 0.25, DD 0.60 against 0.00; false alerts 1.50 against 0.00 | **missed**: DM |"
        in text
    )
    assert "simulated homes" not in text.partition("| suite")[2]
    write(tmp_path, "field_household_1.json", home("household_1", {"SmartGuard": lived(ours, 0.0)}))
    pooled = "| field, real and simulated homes | false alerts a week ≤ 1 | 1.00 (0.37 … 2.18) | met |"
    assert pooled in targets(tmp_path)


def test_the_papers_detectors_share_a_row(tmp_path: Path) -> None:
    """Of each kind the one that finds most stands there, with what it costs."""
    ours = {"SD": 20, "MD": 10, "DM": 3, "DD": 12}
    models = {
        "SmartGuard": lived(ours, 1.5),
        "LOF": lived({"SD": 19, "MD": 0, "DM": 0, "DD": 0}, 2.0),
        "ARGUS": lived({"SD": 0, "MD": 10, "DM": 1, "DD": 0}, 0.5),
    }
    write(tmp_path, "field_a.json", home("a", models))
    text = targets(tmp_path)
    assert "ahead of LOF" not in text
    assert "recall ahead of the paper's model and baselines (2) | SD 1.00 against 0.95 (LOF, 2.00 " in text
    assert "MD 0.50 against 0.50 (ARGUS, 0.50 false a week), DM 0.15 against 0.05 (ARGUS" in text
    assert "; ours 1.50 false a week | **missed**: MD |" in text


def test_each_home_is_asked_alone(tmp_path: Path) -> None:
    """Ahead in the pool and behind in one home; level where all is found is no fault."""
    ours, theirs = {"SD": 20, "MD": 10, "DM": 3, "DD": 12}, {"SD": 20, "MD": 0, "DM": 2, "DD": 1}
    better = lived(theirs | {"DM": 4, "SD": 0}, 0.0)
    write(tmp_path, "field_a.json", home("a", {"SmartGuard": lived(ours, 1.0), "Rules": lived(theirs, 0.0)}))
    row = "| field, real homes | recall ahead of everybody on each home | "
    assert f"{row}nobody finds as much of anything, but where all is found | met |" in targets(tmp_path)
    models = {"SmartGuard": lived(ours, 1.0), "Rules": lived(theirs, 0.0), "LOF": better}
    write(tmp_path, "field_b.json", home("b", models))
    assert f"{row}b DM 0.15 against 0.20 (LOF) | **missed** |" in targets(tmp_path)


def test_more_weeks_have_the_same_targets(tmp_path: Path) -> None:
    ours, theirs = {"SD": 20, "MD": 10, "DM": 3, "DD": 12}, {"SD": 0, "MD": 0, "DM": 4, "DD": 1}
    models = {"SmartGuard": lived(ours, 1.5), "Rules": lived(theirs, 0.0)}
    for name in ("a", "b", "household_9"):
        write(tmp_path, f"rolling_{name}.json", home(name, models))
    write(tmp_path, "rolling_c.json", home("c", {"Rules": lived(theirs, 0.0)}))
    text = targets(tmp_path)
    real, simulated = (f"| field, more weeks of {kind} homes | " for kind in ("real", "simulated"))
    assert f"{real}recall MD ≥ 0.5 (moonshot 0.65) | 0.50 (20/40) | met |" in text
    assert f"{simulated}recall DM ≥ 0.5 (moonshot 0.65) | 0.15 (3/20) | **missed** |" in text
    assert f"{real}recall ahead of everybody on each home | a DM 0.15 against 0.20 (Rules), b DM 0.15" in text
    assert text.count("false alerts a week ≤ 1 | 1.50 (") == 2


def test_long_lives_are_counted_together(tmp_path: Path) -> None:
    for name, weeks, alerts in (("a", 2.0, 1), ("b", 6.0, 9)):
        life = {"log": name, "model": "SmartGuard", "weeks": weeks, "alerts": [{}] * alerts}
        write(tmp_path, f"replay_{name}.json", life)
    write(tmp_path, "replay_c.json", {"log": "c", "model": "Rules", "weeks": 2.0, "alerts": []})
    assert "| field, long lives | false alerts a week ≤ 1 | 1.25 (0.60 … 2.30) | **missed** |" in targets(
        tmp_path
    )


def test_without_results_there_is_no_table(tmp_path: Path) -> None:
    assert targets(tmp_path) == ""
