"""The benches of load, growth and a long life, in short: nothing is lost, and every figure is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.bench import soak

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@cache
def bench(name: str, *flags: str) -> dict[str, Any]:
    """Run a bench as `scripts/bench` does and return its result."""
    command = [sys.executable, "-m", f"tests.bench.{name}", *flags]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def events() -> dict[str, Any]:
    return bench("events", "--events", "4000", "--burst", "100", "--seconds", "0.3", "--rounds", "1")


@pytest.mark.parametrize("mode", ["idle", "training"])
def test_a_flood_and_a_burst_lose_nothing(mode: str) -> None:
    found = events()[mode]
    assert found["behaviors_lost"] == 0
    assert found["behaviors_not_judged"] == 0
    assert found["flood"]["jobs"] < found["flood"]["behaviors"] / 4
    assert found["burst"]["judged"] == found["burst"]["journaled"] == 100


@pytest.mark.parametrize("mode", ["idle", "training"])
def test_what_smartguard_adds_is_small_beside_what_an_event_costs(mode: str) -> None:
    """In calls, which are the same on a busy machine; the bench prints the microseconds."""
    found = events()[mode]
    without = found["calls_per_event_without"]
    assert without > 0
    assert found["calls_per_ignored_event"] < 0.2 * without
    assert found["calls_per_behavior_callback"] < 5 * without
    assert found["calls_per_behavior"] < 25 * without


def test_growth_is_measured_at_each_scale() -> None:
    """What a longer history may cost is asked in test_growth.py, where it is counted."""
    grown = bench("growth", "--scales", "1", "2", "--axes", "days")["axes"]["days"]
    assert [row["behaviors"] for row in grown["rows"]] == [2000, 4000]
    assert {"import_s", "cross_fit_s", "learn_mb", "score_ms", "tick_ms"} <= grown["exponents"].keys()


def test_days_on_a_clock_that_leaps(tmp_path: Path) -> None:
    flags = ("--days", "4", "--month", "4", "--night", "1", "--resume", str(tmp_path))
    found = bench("soak", *flags)
    (days,) = found["months"]
    assert found["days"] == 4
    assert days["journal_behaviors"] > 0.95 * days["changes"] > 1000
    assert found["trainings_accepted"] == days["models_made"] == days["models_kept"] > 0
    assert (found["planted"], found["planted_told"]) == (1, 1)
    assert [words for words in days["warnings"] if "recorder" not in words] == []
    assert (tmp_path / "month_00" / "config" / ".storage").is_dir()


def test_a_month_that_was_lived_is_not_lived_again(tmp_path: Path) -> None:
    (tmp_path / "month_02").mkdir()
    (tmp_path / "month_02" / "month.json").write_text('{"days": 30}')
    assert soak.live(tmp_path, 2, {"first": 60, "days": 30}) == {"days": 30}
    assert [path.name for path in tmp_path.iterdir()] == ["month_02"]
