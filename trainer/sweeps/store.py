"""Finished cells, one JSON file each, written at once: what is kept of a sweep that is stopped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .. import results
from ..engines import Record

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "build" / "cells"


class Store:
    """A folder of finished cells; what is in a cell (work, data, options, seed) is its name.

    fresh: take nothing that is there; for after a change of the code, which a cell does not hold.
    """

    def __init__(self, folder: Path = DEFAULT, *, fresh: bool = False) -> None:
        self.folder = folder
        self.fresh = fresh

    def path(self, cell: Record) -> Path:
        """Return where a cell's record is kept."""
        text = json.dumps(cell, sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.json"

    def read(self, cell: Record) -> Record | None:
        """Return what is kept of a cell: its `record` and the `seconds` that it took; None of nothing."""
        path = self.path(cell)
        if self.fresh or not path.is_file():
            return None
        try:
            kept: Any = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return None
        return kept if isinstance(kept, dict) and kept.get("cell") == cell else None

    def keep(self, cell: Record, record: Record, seconds: float) -> Record:
        """Write a cell's record and return what is kept; raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {"cell": cell, "seconds": seconds, "record": record}
        results.write(self.path(cell), kept)
        return kept
