"""The journal's file: its schema, migrations, how it is opened and whether it is sound."""

from __future__ import annotations

import json
import math
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from .core.errors import SmartGuardError

type Row = tuple[object, ...]

PAGE_SIZE: Final = 4096
INSERT: Final = (
    "INSERT INTO behavior (time, device, entity, control, actor) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (entity, control, time) DO UPDATE SET actor = excluded.actor "
    "WHERE behavior.actor = '' AND excluded.actor <> ''"
)
HEADER_SIZE: Final = 100
_SCHEMA_FORMAT: Final = 4
_UNDECODABLE: Final = "Could not decode to UTF-8"
"""So says Python's sqlite3 of a text column, as an operational error."""
_IMPLAUSIBLE: Final = 256
"""From this version on a file is not newer but damaged."""
_TABLES: Final = {"behavior", "high_water", "episode"}
_LATER_TABLES: Final = {"feedback": 3}
"""Table -> the version that brought it."""


class JournalError(SmartGuardError):
    """The journal can not be read or written."""


class JournalVersionError(JournalError):
    """A newer version of SmartGuard wrote the journal; it was left untouched."""


class JournalDamagedError(JournalError):
    """The journal was damaged; what could be read is in a new file, the damaged one is kept."""

    def __init__(self, message: str, kept: Path, rows: int) -> None:
        """Say where the damaged file is kept and how many behaviors and episodes were saved."""
        super().__init__(message)
        self.kept = kept
        self.rows = rows


def _first_version(connection: sqlite3.Connection) -> None:
    """Make the tables of version 1."""
    connection.execute(
        "CREATE TABLE behavior (id INTEGER PRIMARY KEY, time REAL NOT NULL, device TEXT NOT NULL, "
        "entity TEXT NOT NULL, control TEXT NOT NULL, actor TEXT NOT NULL, UNIQUE (entity, control, time))"
    )
    connection.execute("CREATE INDEX behavior_time ON behavior (time)")
    connection.execute("CREATE TABLE high_water (entity TEXT PRIMARY KEY, time REAL NOT NULL) WITHOUT ROWID")
    connection.execute(
        "CREATE TABLE episode (id INTEGER PRIMARY KEY, episode_id TEXT NOT NULL UNIQUE, data TEXT NOT NULL)"
    )


def _losses(connection: sqlite3.Connection) -> None:
    """Make room for how strange each behavior was when it was judged; NULL where it was not."""
    connection.execute("ALTER TABLE behavior ADD COLUMN loss REAL")


def _feedback(connection: sqlite3.Connection) -> None:
    """Make the table of what people said of episodes."""
    connection.execute(
        "CREATE TABLE feedback (id INTEGER PRIMARY KEY, feedback_id TEXT NOT NULL UNIQUE, data TEXT NOT NULL)"
    )


def _read_since(connection: sqlite3.Connection) -> None:
    """Make room for how far back each entity was read; 0, that nothing older is wanted."""
    connection.execute("ALTER TABLE high_water ADD COLUMN since REAL NOT NULL DEFAULT 0")


# Migration k leads from version k to k + 1; a new version is one function more. Each runs in a
# transaction of its own, so it must use `execute`: `executescript` would commit in between.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first_version,
    _losses,
    _feedback,
    _read_since,
)


def connect(path: Path, *, write: bool = True) -> sqlite3.Connection:
    """Open the file with the settings it needs; a new one is readable by its owner only."""
    if not write:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def upgrade(connection: sqlite3.Connection) -> None:
    """Lead the file from its version to the newest, one transaction a version."""
    version = _version(connection)
    for number, migrate in enumerate(MIGRATIONS[version:], version + 1):
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            migrate(connection)
            connection.execute(f"PRAGMA user_version = {number}")


def find_damage(path: Path) -> str | None:
    """Say what is wrong with the file, None where it is sound or not there yet; nothing is written.

    Raises JournalVersionError for a newer version's file and JournalError if it can not be opened.
    """
    if not path.exists() or not path.stat().st_size:
        log = path.with_name(f"{path.name}-wal")
        return "an empty file beside a log" if log.exists() and log.stat().st_size else None
    try:
        with closing(connect(path, write=False)) as connection:
            return _header_damage(path) or _damage(connection, path)
    except (sqlite3.OperationalError, OSError) as err:
        if _UNDECODABLE in str(err):
            return "text that is not Unicode"
        raise JournalError(f"expected to open {path}, got: {err}") from err
    except sqlite3.DatabaseError as err:
        return str(err)


def _header_damage(path: Path) -> str | None:
    """Say whether the header asks for what SQLite refuses without calling it damage.

    Source: the database file format of SQLite, section 1.3.
    """
    with path.open("rb") as file:
        header = file.read(HEADER_SIZE)
    writing, reading = header[18:20] if len(header) == HEADER_SIZE else (0, 0)
    schema = int.from_bytes(header[44:48], "big")
    if {writing, reading} <= {1, 2} and schema <= _SCHEMA_FORMAT:
        return None
    return f"format {writing}, {reading} with schema format {schema}"


def _damage(connection: sqlite3.Connection, path: Path) -> str | None:
    version = _version(connection)
    if not 0 <= version < _IMPLAUSIBLE:
        return f"version {version}"
    if version > len(MIGRATIONS):
        raise JournalVersionError(
            f"expected {path} to have at most version {len(MIGRATIONS)}, got {version} of a newer SmartGuard"
        )
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    expected = _TABLES | {name for name, since in _LATER_TABLES.items() if version >= since}
    too_early = (tables & _LATER_TABLES.keys()) - expected or (tables and not version)
    if (version or tables) and (too_early or not tables >= expected):
        return f"tables {', '.join(sorted(tables)) or 'none'} of version {version}"
    # The quick check compares no index with its table, and so misses rows of which reading fails later.
    found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return _unreadable(connection, tables) if found == "ok" else found


def _unreadable(connection: sqlite3.Connection, tables: set[str]) -> str | None:
    """Say of which table a row can not be used, though the file around it is sound."""
    for table in sorted(tables & _READABLE.keys()):
        query, is_readable = _READABLE[table]
        if not all(is_readable(row) for row in connection.execute(query)):
            return f"a row of {table} that can not be read"
    return None


def is_behavior(row: Row) -> bool:
    """Say whether a row is a time and text."""
    return is_time(row[0]) and is_text(row[1:])


def is_told(row: Row) -> bool:
    """Say whether a row is an identity and an object of JSON."""
    try:
        return is_text(row) and isinstance(json.loads(str(row[-1])), dict)
    except ValueError:
        return False


def is_time(value: object) -> bool:
    """Say whether a value is a moment."""
    return isinstance(value, float) and math.isfinite(value)


def is_text(row: Row) -> bool:
    """Say whether a row is text; a file cut inside a page reads as zeros from there on."""
    return all(isinstance(value, str) and "\0" not in value for value in row)


_READABLE: Final[Mapping[str, tuple[str, Callable[[Row], bool]]]] = {
    "behavior": ("SELECT time, device, entity, control, actor FROM behavior", is_behavior),
    "high_water": ("SELECT time, entity FROM high_water", is_behavior),
    "episode": ("SELECT episode_id, data FROM episode", is_told),
    "feedback": ("SELECT feedback_id, data FROM feedback", is_told),
}


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
