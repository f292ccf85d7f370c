"""Result files: JSON, whole or not there at all; over several seeds a mean and its interval."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .detector import OptionError
from .metrics import interval

SIZES = ("n_normal", "n_anomalous", "parameters")
"""What no seed changes."""


def check_writable(path: Path | None, flag: str = "--out") -> None:
    """Raise OptionError now rather than after an hour's work."""
    if path is not None and (not path.parent.is_dir() or path.is_dir()):
        raise OptionError(f"expected a file in a folder that is there for {flag}, got {path}")


def write(path: Path, result: dict[str, Any]) -> None:
    """Write a result; whoever reads meanwhile sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(json.dumps(result, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def over_seeds(records: list[Any]) -> Any:
    """Merge records of the same shape: one as it is, of several each number's mean, interval and values."""
    first = records[0]
    if len(records) == 1:
        return first
    if isinstance(first, dict):
        return {
            key: first[key] if key in SIZES else over_seeds([record[key] for record in records])
            for key in first
        }
    mean, (low, high) = interval([float(value) for value in records])
    return {"mean": mean, "ci95": [low, high], "values": records}
