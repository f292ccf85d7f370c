"""Files that another version wrote: a downgrade must be refused in words and change nothing."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from . import house

type Change = Callable[[Path], None]


def newer_journal(folder: Path) -> None:
    """Raise the version of the journal by one."""
    _journal_version(folder, 1)


def older_journal(folder: Path) -> None:
    """Take that back."""
    _journal_version(folder, -1)


def _journal_version(folder: Path, by: int) -> None:
    with closing(sqlite3.connect(house.kept(folder) / "journal.db")) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        connection.execute(f"PRAGMA user_version = {version + by}")


def newer_model(folder: Path) -> None:
    """Raise the schema of the newest model by one."""
    path = max((house.kept(folder) / "models").glob("0*.npz"))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    outer = json.loads(members["header.json"])
    members["header.json"] = json.dumps({**outer, "schema": outer["schema"] + 1}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def newer_entry(folder: Path) -> None:
    """Raise the version of the config entry by one."""
    _entry_version(folder, 1)


def older_entry(folder: Path) -> None:
    """Take that back."""
    _entry_version(folder, -1)


def _entry_version(folder: Path, by: int) -> None:
    path = folder / ".storage" / "core.config_entries"
    stored = json.loads(path.read_text(encoding="utf-8"))
    for entry in stored["data"]["entries"]:
        entry["version"] += by
    path.write_text(json.dumps(stored), encoding="utf-8")


def no_recorder_file(folder: Path) -> None:
    """Delete the recorder's database, as somebody does who wants to begin anew."""
    for path in folder.glob("home-assistant_v2.db*"):
        path.unlink()


def junk_in_recorder(folder: Path) -> None:
    """Damage the recorder's database so that the recorder begins anew by itself."""
    path = house.database(folder)
    path.write_bytes(b"no database" * 1000 + path.read_bytes()[11_000:])


def nothing(_folder: Path) -> None:
    """Leave all as it is."""
