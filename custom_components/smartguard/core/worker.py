"""The child process that learns: reads a job, prints its progress, writes a guard and a report.

It is a process of its own so that Home Assistant's event loop never waits for the interpreter lock, so
that linear algebra keeps to one thread, and so that the memory goes back when it is done. Files go
through `artifact`; progress is one JSON object a line on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import artifact
from .behavior import Behavior
from .cooling import Cooling
from .errors import ArtifactDamagedError, SmartGuardError
from .guard import Guard
from .learn import LearnOptions, learn
from .training_options import TrainingOptions

_REPORT = ".json"
_LOSSES = ".losses.npz"


@dataclass(frozen=True)
class Result:
    """What the child found: a guard, its report, and the losses of the days that were held out, in nats."""

    guard: Guard
    report: dict[str, Any]
    losses: list[tuple[Behavior, float]]


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
        incumbent = Path(header["incumbent"]) if header["incumbent"] else None
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as err:
        raise ArtifactDamagedError(f"expected a training job in {path.name}, got {err!r}") from err
    return behaviors, options, incumbent


def read_result(path: Path, behaviors: Sequence[Behavior]) -> Result:
    """Read what the child wrote; behaviors: those of its job. Raises ArtifactError."""
    guard = Guard.load(path)
    report = json.loads(path.with_suffix(_REPORT).read_text(encoding="utf-8"))
    _, arrays = artifact.load(path.with_suffix(_LOSSES))
    found = zip(arrays["places"].tolist(), arrays["losses"].tolist(), strict=True)
    return Result(guard, dict(report), [(behaviors[place], loss) for place, loss in found])


def main(arguments: Sequence[str]) -> int:
    """Learn: JOB OUTPUT. Returns 0, or 1 after a line {"error": …, "kind": …} on standard output."""
    job, output = (Path(a) for a in arguments)
    try:
        behaviors, options, path = read_job(job)
        incumbent = Guard.load(path) if path else None
        cooling = Cooling()

        def progressed(share: float) -> None:
            _say({"progress": share})
            cooling.rest()

        learned = learn(behaviors, options, progressed, incumbent=incumbent)
    except SmartGuardError as err:
        _say({"error": str(err), "kind": type(err).__name__})
        return 1
    learned.guard.save(output)
    report = {**learned.report, "rested_s": cooling.rested}
    output.with_suffix(_REPORT).write_text(json.dumps(report), encoding="utf-8")
    _save_losses(output.with_suffix(_LOSSES), behaviors, learned.losses)
    _say({"done": True})
    return 0


def _save_losses(path: Path, behaviors: Sequence[Behavior], losses: Sequence[tuple[Behavior, float]]) -> None:
    """Write losses by the place of their behavior in the job."""
    places = {behavior: place for place, behavior in enumerate(behaviors)}
    arrays: artifact.Arrays = {
        "places": np.array([places[behavior] for behavior, _ in losses], np.int32),
        "losses": np.array([loss for _, loss in losses], np.float32),
    }
    artifact.save(path, {"kind": "losses"}, arrays)


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
