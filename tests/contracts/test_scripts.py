"""The total that scripts/test prints is true, and a test that could have run may not be skipped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .sources import ROOT

HOME = {
    "tests/core/test_a.py::test_twin": ["skipped", "Skipped: needs torch"],
    "tests/core/test_a.py::test_fine": ["passed", ""],
    "tests/core/test_b.py": ["skipped", "Skipped: no data: expected data sets"],
}
STUDY = {
    "tests/core/test_a.py::test_twin": ["passed", ""],
    "tests/trainer/test_c.py::test_oracle": ["skipped", "Skipped: needs torch"],
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder that holds the script as a checkout does, with the shared folder beside it."""
    scripts = tmp_path / "checkout" / "scripts"
    scripts.mkdir(parents=True)
    (tmp_path / "shared").mkdir()
    (scripts / "test_total.py").write_bytes((ROOT / "scripts" / "test_total.py").read_bytes())
    return tmp_path / "checkout"


def total(checkout: Path, *runs: dict[str, list[str]], ci: str = "") -> tuple[int, str]:
    """Sum up runs and return the exit status and the last line."""
    report = checkout / "report"
    report.write_text("".join(json.dumps(run) + "\n" for run in runs), encoding="utf-8")
    script = checkout / "scripts" / "test_total.py"
    done = subprocess.run(
        [sys.executable, script, report], capture_output=True, text=True, check=False, env={"CI": ci}
    )
    return done.returncode, done.stdout.splitlines()[-1]


def test_skipped_here_and_passed_there_is_passed(checkout: Path) -> None:
    assert total(checkout, HOME, STUDY) == (0, "2 passed, 0 failed, 2 skipped")


def test_avoidable_skips_fail_in_ci(checkout: Path) -> None:
    assert total(checkout, HOME, STUDY, ci="true") == (1, "2 passed, 2 failed, 2 skipped")


def test_torch_is_not_missed_where_the_trainer_was_not_asked(checkout: Path) -> None:
    assert total(checkout, HOME, ci="true") == (1, "1 passed, 1 failed, 2 skipped")


def test_skips_are_fine_without_the_shared_folder(checkout: Path) -> None:
    (checkout.parent / "shared").rmdir()
    assert total(checkout, HOME, STUDY, ci="true")[0] == 0


def test_a_failure_fails_and_nothing_at_all_fails(checkout: Path) -> None:
    assert total(checkout, {"tests/x.py::test": ["failed", ""]}) == (1, "0 passed, 1 failed, 0 skipped")
    assert total(checkout, {}) == (1, "0 passed, 0 failed, 0 skipped")
