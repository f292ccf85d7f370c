"""`caps`: one cap of a night moved at a time, on one simulated home; and the page of load."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="SciPy is only in the trainer's environment")

from trainer.field.model import Setting
from trainer.load.caps import BUDGET, MOVED, SHIPPED, ZONE, Capped, home, judge, rows
from trainer.load.page import page
from trainer.report import RESULTS

QUICK = {"household": 7, "learned": 10, "lived": 1, "each": 1, "seed": 0}


def options(cap: str, value: float) -> dict[str, object]:
    """Return what is learned with, the training's options among the others."""
    asked = asdict(Capped(cap=cap, value=value).options((), Setting(ZONE, 7, 3)))
    training = asked.pop("training")
    return {**training, **asked}


@pytest.mark.parametrize(("cap", "value"), [(cap, value) for cap in MOVED for value in MOVED[cap]])
def test_one_cap_is_moved_and_nothing_else(cap: str, value: float) -> None:
    moved, shipped = options(cap, value), options(SHIPPED, 0)
    assert moved[cap] == value != shipped[cap]
    assert {name for name in moved if moved[name] != shipped[name]} == {cap}


def test_a_home_is_learned_and_lived_through_under_a_cap() -> None:
    log = home(QUICK["household"], QUICK["learned"], QUICK["lived"])
    assert (log.train_days, log.calibrate_days) == (3, 7)
    found = judge(None, {**QUICK, "cap": "epochs", "value": 1})
    assert found["epochs"] == 1
    assert found["cpu_s"] > 0
    assert found["loss"] > 0
    assert found["behaviors"] == len(log.learned) > 1000
    assert set(found["told"]) == set(found["injected"]) == {"SD", "MD", "DM", "DD"}
    assert all(found["told"][kind] <= found["injected"][kind] for kind in found["told"])
    assert found["false_alerts_per_week"] * log.weeks < 30 * BUDGET


def test_seeds_of_one_value_are_put_together() -> None:
    cells = [{"cap": cap, "value": 3.0} for cap in ("epochs", "windows", "epochs")]
    records = [
        {
            "cpu_s": seconds,
            "epochs": 3,
            "loss": 2.0,
            "false_alerts_per_week": 1.0,
            "told": {"SD": told},
            "injected": {"SD": 4},
        }
        for seconds, told in ((1.0, 2), (7.0, 0), (2.0, 3))
    ]
    epochs, windows = rows(cells, records)
    assert (epochs["cap"], epochs["cpu_s"], epochs["told"], epochs["injected"]) == (
        "epochs",
        1.5,
        {"SD": 5},
        {"SD": 8},
    )
    assert (windows["cap"], windows["cpu_s"], windows["told"]) == ("windows", 7.0, {"SD": 0})


def test_the_page_holds_what_there_are_results_of(tmp_path: Path) -> None:
    assert "## Growth" not in page(tmp_path)
    shutil.copy(RESULTS / "load_growth.json", tmp_path)
    text = page(tmp_path)
    assert "## Growth" in text
    assert "| 2,000 |" in text
    assert "## A long life" not in text
    shutil.copy(RESULTS / "load_soak.json", tmp_path)
    assert "## A long life" in page(tmp_path)
