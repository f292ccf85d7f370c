"""What an older SmartGuard would have left: the same files in its formats, for the next start to upgrade."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from .core import folder_of


def age(config: Path) -> None:
    """Bring a stopped home's files back to their first versions; what those did not hold is lost."""
    with closing(sqlite3.connect(folder_of(config) / "journal.db")) as journal, journal:
        journal.execute("ALTER TABLE high_water DROP COLUMN since")
        journal.execute("ALTER TABLE behavior DROP COLUMN loss")
        journal.execute("DROP TABLE feedback")
        journal.execute("PRAGMA user_version = 1")
    entries = config / ".storage" / "core.config_entries"
    stored = json.loads(entries.read_text(encoding="utf-8"))
    for entry in stored["data"]["entries"]:
        entry["minor_version"] = 1
    entries.write_text(json.dumps(stored), encoding="utf-8")


def formats(config: Path) -> dict[str, int]:
    """Return the formats that a stopped home's files are in: of the journal and of the stored entry."""
    with closing(sqlite3.connect(folder_of(config) / "journal.db")) as journal:
        version = int(journal.execute("PRAGMA user_version").fetchone()[0])
    stored = json.loads((config / ".storage" / "core.config_entries").read_text(encoding="utf-8"))
    return {"journal": version, "entry": int(stored["data"]["entries"][0]["minor_version"])}
