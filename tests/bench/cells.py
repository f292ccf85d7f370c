"""Parts of a long measurement, each in a process of its own; finished ones are kept if a folder is named."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the flags that name files."""
    parser.add_argument("--out", type=Path, help="a file for the JSON as well")
    parser.add_argument("--resume", type=Path, help="a folder of finished parts, which are not done again")


def measured(module: str, name: str, numbers: Mapping[str, object], kept: Path | None) -> dict[str, Any]:
    """Run `python -m module NAME --key=value …`, or take what is kept of it; return its last line's JSON."""
    flags = [f"--{key}={value}" for key, value in numbers.items()]
    file = None if kept is None else kept / "".join([name, *flags, ".json"])
    if file is not None and file.exists():
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found
    print("measuring", name, *flags, file=sys.stderr)
    command = [sys.executable, "-m", module, name, *flags]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    found = json.loads(done.stdout.splitlines()[-1])
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found), encoding="utf-8")
    return found


def written(found: Mapping[str, Any], out: Path | None) -> None:
    """Print a result as JSON, and write it to a file where one is named."""
    text = json.dumps(found, indent=2)
    print(text)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
