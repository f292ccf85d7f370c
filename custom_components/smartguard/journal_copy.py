"""A whole copy of the journal beside it, renewed once a week, from which a damaged one is restored.

A week is less than the days that Home Assistant's recorder keeps: copy and recorder together lose nothing.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from .const import DAY
from .journal_schema import connect

RENEW_SECONDS: Final = 7 * DAY
# Marks of completeness would say that the recorder has nothing to add to what was restored.
_NOT_RESTORED: Final = {"high_water"}


def copy_of(path: Path) -> Path:
    """Return where the copy of a journal is."""
    return path.with_name(f"{path.stem}.copy{path.suffix}")


def date_of(path: Path) -> datetime | None:
    """Return when a journal's copy was made, None where there is none."""
    copy = copy_of(path)
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC) if copy.exists() else None


def keep(path: Path) -> None:
    """Copy a journal if its copy is a week old; raises sqlite3.Error or OSError, with the old copy whole."""
    made = date_of(path)
    if made is not None and 0 <= time.time() - made.timestamp() < RENEW_SECONDS:
        return
    fresh = copy_of(path).with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with closing(connect(path, write=False)) as source, closing(connect(fresh)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    fresh.replace(copy_of(path))


def drop(path: Path) -> None:
    """Delete a journal's copy: what is forgotten is forgotten there too."""
    copy_of(path).unlink(missing_ok=True)


def restore(connection: sqlite3.Connection, path: Path) -> int:
    """Take back what the copy holds and the open journal does not; return how many rows.

    Raises sqlite3.Error, with the journal as it was.
    """
    if not copy_of(path).exists():
        return 0
    connection.commit()
    connection.execute("ATTACH DATABASE ? AS copy", (str(copy_of(path)),))
    try:
        with connection:
            return sum(_restore_table(connection, table) for table in _tables(connection))
    finally:
        connection.execute("DETACH DATABASE copy")


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM {}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    copied, own = ({str(name) for (name,) in connection.execute(query.format(s))} for s in ("copy", "main"))
    return sorted((copied & own) - _NOT_RESTORED)


def _restore_table(connection: sqlite3.Connection, table: str) -> int:
    """Insert the rows that are not there; numbers of rows are given anew, as other rows may have them now."""
    copied, own = (_columns(connection, schema, table) for schema in ("copy", "main"))
    columns = ", ".join(name for name in own if name in copied and name != "id")
    # Names of tables and columns come from SQLite itself, and can be no parameters.
    query = f"INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM copy.{table}"  # noqa: S608
    return max(connection.execute(query).rowcount, 0)


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA {schema}.table_info({table})")]
