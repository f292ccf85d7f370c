"""The child process: a job goes in, progress and a guard come out, and an error is one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custom_components.smartguard.core import artifact, worker
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.errors import ArtifactDamagedError
from custom_components.smartguard.core.learn import LearnOptions, learn

from .household import HASTY, live

CORE = Path(worker.__file__).parent
FEW = live(8)

# As Home Assistant's side starts it: the core alone, as a package of its own.
BOOTSTRAP = """
import importlib.util, os, sys
core, *arguments = sys.argv[1:]
spec = importlib.util.spec_from_file_location(
    "smartguard_core", os.path.join(core, "__init__.py"), submodule_search_locations=[core])
sys.modules["smartguard_core"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from smartguard_core import worker
sys.exit(worker.main(arguments))
"""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.npz"
    worker.write_job(path, FEW, HASTY)
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("behaviors", [[], FEW[:1], FEW])
@pytest.mark.parametrize("incumbent", [None, "0007.npz"])
def test_a_job_is_what_was_written(tmp_path: Path, behaviors: list[Behavior], incumbent: str | None) -> None:
    path, options = tmp_path / "job.npz", replace(HASTY, zone="Europe/Berlin", seed=3, patient=("lamp", "tv"))
    present = tmp_path / incumbent if incumbent else None
    worker.write_job(path, behaviors, options, present)
    assert worker.read_job(path) == (behaviors, options, present)


def test_times_and_names_are_kept_exactly(tmp_path: Path) -> None:
    given = [
        Behavior(1_704_067_200.123456, "Küche", "5f3e'\"", "set_preset_mode:ä"),
        Behavior(-1.5, "", "", ""),
    ]
    worker.write_job(tmp_path / "job.npz", given, LearnOptions("UTC"))
    assert worker.read_job(tmp_path / "job.npz")[0] == given


def pop_training(header: dict[str, Any]) -> None:
    del header["options"]["training"]


DAMAGE: list[Callable[[dict[str, Any]], object]] = [
    dict.clear,
    lambda header: header["names"].clear(),
    lambda header: header["options"].update(unheard_of=1),
    lambda header: header["options"]["training"].update(epochs=0),
    lambda header: header.pop("incumbent"),
    pop_training,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_no_job_is_refused(job: Path, damage: Callable[[dict[str, Any]], object]) -> None:
    header, arrays = artifact.load(job)
    damage(header)
    artifact.save(job, header, arrays)
    with pytest.raises(ArtifactDamagedError, match=r"expected a training job in job\.npz, got"):
        worker.read_job(job)


def test_it_tells_its_progress_and_leaves_a_guard(
    job: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "result.npz"
    assert worker.main([str(job), str(output)]) == 0
    *progress, done = lines(capsys.readouterr().out)
    shares = [line["progress"] for line in progress]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert done == {"done": True}
    result = worker.read_result(output, FEW)
    expected = learn(FEW, HASTY)
    expected.guard.save(tmp_path / "expected.npz")
    assert output.read_bytes() == (tmp_path / "expected.npz").read_bytes()
    assert result.report == {**expected.report, "rested_s": result.report["rested_s"]}
    assert result.guard.about == expected.guard.about
    assert result.losses == [(behavior, pytest.approx(loss)) for behavior, loss in expected.losses]
    assert len(result.losses) > 20


def test_it_judges_against_the_present_guard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    present, output, job = (tmp_path / f"{name}.npz" for name in ("present", "result", "job"))
    learn(FEW, HASTY).guard.save(present)
    worker.write_job(job, FEW, HASTY, present)
    assert worker.main([str(job), str(output)]) == 0
    report = worker.read_result(output, FEW).report
    assert report["loss"] < report["loss_before"]
    assert lines(capsys.readouterr().out)[-1] == {"done": True}


def test_too_little_is_one_line_of_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job, output = tmp_path / "job.npz", tmp_path / "result.npz"
    worker.write_job(job, FEW[:50], HASTY)
    assert worker.main([str(job), str(output)]) == 1
    expected = "expected at least 120 behaviors to learn from, got 50"
    assert lines(capsys.readouterr().out) == [{"error": expected, "kind": "NotEnoughDataError"}]
    assert not output.exists()


@pytest.mark.parametrize("which", ["job", "present"])
def test_a_damaged_file_is_one_line_of_error(
    job: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    present = tmp_path / "present.npz"
    worker.write_job(job, FEW, HASTY, present)
    (job if which == "job" else present).write_bytes(b"PK but no archive")
    assert worker.main([str(job), str(tmp_path / "result.npz")]) == 1
    (line,) = lines(capsys.readouterr().out)
    assert line["kind"] == "ArtifactDamagedError"
    assert "expected a SmartGuard model" in line["error"]


def run_child(job: Path, output: Path, poison: Path) -> subprocess.CompletedProcess[str]:
    """Run the worker in a process in which whoever imports Home Assistant or the component dies."""
    for name in ("homeassistant", "custom_components"):
        (poison / name).mkdir(parents=True)
        (poison / name / "__init__.py").write_text(f"raise SystemExit('{name} was imported')")
    paths = os.pathsep.join([str(poison), *filter(None, sys.path)])
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", BOOTSTRAP, str(CORE), str(job), str(output)],
        env={**os.environ, **one_thread, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_of_its_own_knows_no_home_assistant(job: Path, tmp_path: Path) -> None:
    output = tmp_path / "result.npz"
    child = run_child(job, output, tmp_path / "poison")
    assert (child.returncode, child.stderr) == (0, "")
    assert lines(child.stdout)[-1] == {"done": True}
    result = worker.read_result(output, FEW)
    assert len(result.guard.vocabulary) == result.report["controls"] + 1 == 19


def test_a_process_that_can_not_learn_says_why(tmp_path: Path) -> None:
    job = tmp_path / "job.npz"
    worker.write_job(job, [], HASTY)
    child = run_child(job, tmp_path / "result.npz", tmp_path / "poison")
    assert (child.returncode, child.stderr) == (1, "")
    assert [line["kind"] for line in lines(child.stdout)] == ["NotEnoughDataError"]
