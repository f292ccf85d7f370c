"""The child process that learns: reads a job, prints its progress, writes a guard and a report.

It is a process of its own so that Home Assistant's event loop never waits for the interpreter lock, so
that linear algebra keeps to one thread, and so that the memory goes back when it is done. Files go
through `artifact`; progress is one JSON object a line on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from . import artifact
from .behavior import Behavior
from .errors import ArtifactDamagedError, SmartGuardError
from .guard import Guard
from .learn import LearnOptions, learn
from .training import TrainingOptions

_REPORT = ".json"


def write_job(
    path: Path, behaviors: Sequence[Behavior], options: LearnOptions, incumbent: Path | None = None
) -> None:
    """Write what the child needs: behaviors, options and where the present guard lies."""
    names = sorted({name for b in behaviors for name in (b.device, b.entity, b.control)})
    ids = {name: i for i, name in enumerate(names)}
    rows = [[ids[b.device], ids[b.entity], ids[b.control]] for b in behaviors]
    header = {
        "kind": "job",
        "names": names,
        "options": asdict(options),
        "incumbent": str(incumbent) if incumbent else None,
    }
    arrays: artifact.Arrays = {
        "times": np.array([b.time for b in behaviors], np.float64),
        "rows": np.array(rows, np.int32).reshape(-1, 3),
    }
    artifact.save(path, header, arrays)


def read_job(path: Path) -> tuple[list[Behavior], LearnOptions, Path | None]:
    """Read what `write_job` wrote; raises ArtifactDamagedError."""
    header, arrays = artifact.load(path)
    try:
        names = header["names"]
        behaviors = [
            Behavior(time, *(names[i] for i in row))
            for time, row in zip(arrays["times"].tolist(), arrays["rows"].tolist(), strict=True)
        ]
        settings = header["options"]
        training, patient = TrainingOptions(**settings["training"]), tuple(settings["patient"])
        options = LearnOptions(**{**settings, "training": training, "patient": patient})
        incumbent = header["incumbent"]
    except (KeyError, IndexError, TypeError, ValueError) as err:
        raise ArtifactDamagedError(f"expected a training job in {path.name}, got {err!r}") from err
    return behaviors, options, Path(incumbent) if incumbent else None


def read_result(path: Path) -> tuple[Guard, dict[str, Any]]:
    """Read the guard and the report that the child wrote; raises ArtifactError."""
    guard = Guard.load(path)
    report = json.loads(path.with_suffix(_REPORT).read_text(encoding="utf-8"))
    return guard, dict(report)


def main(arguments: Sequence[str]) -> int:
    """Learn: JOB OUTPUT. Returns 0, or 1 after a line {"error": …, "kind": …} on standard output."""
    job, output = (Path(a) for a in arguments)
    try:
        behaviors, options, path = read_job(job)
        incumbent = Guard.load(path) if path else None
        learned = learn(behaviors, options, lambda share: _say({"progress": share}), incumbent=incumbent)
    except SmartGuardError as err:
        _say({"error": str(err), "kind": type(err).__name__})
        return 1
    learned.guard.save(output)
    output.with_suffix(_REPORT).write_text(json.dumps(learned.report), encoding="utf-8")
    _say({"done": True})
    return 0


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
