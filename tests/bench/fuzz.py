"""`scripts/bench fuzz [SECONDS]`: coverage-guided fuzzing (Atheris) of readers of models, jobs and exports.

Anything but the errors that these readers document ends it with the input that did it. It needs neither
Home Assistant nor torch. The last line tells how many inputs were tried.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["custom_components.smartguard.core"]):
    import trainer.core_access  # noqa: F401  # before the core is imported

    # isort: split
    from custom_components.smartguard.core import artifact, worker
    from custom_components.smartguard.core.behavior import Behavior
    from custom_components.smartguard.core.errors import ArtifactError
    from custom_components.smartguard.core.guard import Guard
    from custom_components.smartguard.core.history_csv import HistoryFileError, read
    from custom_components.smartguard.core.learn import LearnOptions

NOW = 1.77e9
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
FILE = FOLDER / "0001.npz"


def damaged(data: bytes) -> None:
    """Read bytes as a model."""
    FILE.write_bytes(data)
    Guard.load(FILE)


def forged(data: bytes) -> None:
    """Read a model with a right checksum whose header is this JSON."""
    try:
        header = json.loads(data)
        artifact.save(FILE, header, {})
    except (ValueError, RecursionError):
        return
    Guard.load(FILE)


def job(data: bytes) -> None:
    """Read bytes as a training job."""
    FILE.write_bytes(data)
    worker.read_job(FILE)


def history(data: bytes) -> None:
    """Read bytes as a history export, as they are and below a right header."""
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    for given in (lines, ["entity_id,state,last_changed\n", *lines]):
        try:
            read(given, UTC, NOW)
        except HistoryFileError:
            continue


READERS = (damaged, forged, job, history)


def try_one(data: bytes) -> None:
    """Give bytes to the reader that the first of them chooses."""
    if not data:
        return
    try:
        READERS[data[0] % len(READERS)](data[1:])
    except ArtifactError:
        return


def seeds(folder: Path) -> None:
    """Write something that each reader takes, to begin from."""
    folder.mkdir()
    worker.write_job(FILE, [Behavior(NOW, "d", "e", "turn_on")], LearnOptions("UTC"))
    whole = FILE.read_bytes()
    header, _ = artifact.load(FILE)
    rows = b'light.a,off,2026-01-05T07:00:00Z\n"light.a",on,2026-01-05T08:00:00+01:00\n'
    for number, data in enumerate((whole, json.dumps({**header, "kind": "guard"}).encode(), whole, rows)):
        (folder / str(number)).write_bytes(bytes([number]) + data)


def main(arguments: list[str]) -> None:
    """Fuzz for so many seconds, a minute by default."""
    seconds = arguments[0] if arguments else "60"
    seeds(FOLDER / "seeds")
    flags = [f"-max_total_time={seconds}", "-max_len=8192", "-rss_limit_mb=1024", "-timeout=10"]
    atheris.Setup(
        [sys.argv[0], *flags, "-print_final_stats=1", f"-artifact_prefix={FOLDER}/", str(FOLDER / "seeds")],
        try_one,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
