"""A few of the faults that `scripts/bench faults` does to a home, on each version of Home Assistant."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="homes are forked and looked at in /proc"),
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]

# Kills of this seed are far from the moment of a commit: a slow machine, late with it, is no loss.
SEED = "168"
CHOSEN = ("kill", "damage", "files that", "recorder", "at once", "clock", "renamed", "newer")


def test_a_home_survives_a_few_of_each_fault(tmp_path: Path) -> None:
    out = tmp_path / "faults.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench.faults",
            "--short",
            "--seed",
            SEED,
            "--out",
            out,
            "--only",
            *CHOSEN,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.exists(), done.stderr[-2000:]
    result = json.loads(out.read_text())
    assert {name: said for name, said in result["faults"].items() if said != "survived"} == {}
    assert len(result["faults"]) > 20, "expected every kind of fault, got few"
    assert result["kills"] == 10
    assert result["behaviors_lost"] == 0
    assert result["unreadable_models"] == 0
    assert result["events"] > 1000
    assert done.returncode == 0
