"""Save every readable row of a damaged journal into a new one and keep the damaged file aside."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from .journal_schema import INSERT, PAGE_SIZE, JournalError, Row, connect, is_behavior, is_told, upgrade

_CHUNK: Final = 32
_LEAST_ROW: Final = 16
_BEHAVIORS: Final = "SELECT id, time, device, entity, control, actor FROM behavior NOT INDEXED"
_TOLD: Final = ("episode", "feedback")
"""Tables of an identity and its data."""
_WITH_LOG: Final = b"\2\2"
"""How a file says that it is written and read with a log."""
_NO_ROOM: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE}
"""What is no damage: even reading a file with a log needs a little room for the log's index."""


def salvage(path: Path) -> tuple[Path, int]:
    """Replace a damaged journal by one with its readable rows; return where it is kept and their number.

    The marks of completeness are not taken over, so the recorder's history fills what was lost. The
    damaged file is replaced last, and at once. Raises JournalError, sqlite3.Error or OSError, with the
    damaged file in its place and nothing beside it, so that trying again does not fill the disk.
    """
    kept, fresh = _free_name(path), path.with_name(f"{path.name}.new")
    with ExitStack() as undo:
        undo.callback(_take_back, kept, path)
        undo.callback(_remove, _work_of(kept))
        undo.callback(_remove, fresh)
        _remove(fresh)
        _copy(path, kept)
        rows = _save(kept, fresh)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        fresh.replace(path)
        undo.pop_all()
    return kept, rows


def _save(kept: Path, fresh: Path) -> int:
    """Write what is readable into a new journal; return how many rows are in its file itself."""
    with closing(connect(fresh)) as connection:
        # Only the file replaces the damaged one, and what SQLite finds no room for when it closes a log
        # stays there without an error. Without a log each commit raises it.
        connection.execute("PRAGMA journal_mode = DELETE")
        upgrade(connection)
        behaviors, told = _readable(kept, fresh)
        with connection:
            connection.executemany(INSERT, behaviors)
            for table, rows in told.items():
                insert = f"INSERT OR IGNORE INTO {table} ({table}_id, data) VALUES (?, ?)"  # noqa: S608
                connection.executemany(insert, rows)
        written = _count(connection)
    with closing(connect(fresh, write=False)) as connection:
        there = _count(connection)
    if there != written:
        raise JournalError(f"expected {written} saved rows in {fresh}, got {there}")
    return there


def _count(connection: sqlite3.Connection) -> int:
    tables = ("behavior", *_TOLD)
    counts = (connection.execute(f"SELECT COUNT(*) FROM {table}") for table in tables)  # noqa: S608
    return sum(int(count.fetchone()[0]) for count in counts)


def _free_name(path: Path) -> Path:
    """Return where the damaged file can be kept."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept, number = path.with_name(f"{path.name}.damaged-{stamp}"), 1
    while kept.exists():
        kept, number = path.with_name(f"{path.name}.damaged-{stamp}-{number}"), number + 1
    return kept


def _work_of(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.work")


def _copy(source: Path, target: Path) -> None:
    for ending in ("", "-wal"):
        piece = source.with_name(source.name + ending)
        if piece.exists():
            copy = target.with_name(target.name + ending)
            os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
            shutil.copyfile(piece, copy)


def _take_back(kept: Path, path: Path) -> None:
    """Delete what was kept of a file that stays in its place; a log that is gone from there returns."""
    log, copy = (file.with_name(f"{file.name}-wal") for file in (path, kept))
    if copy.exists() and not log.exists():
        copy.replace(log)
    _remove(kept)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _readable(kept: Path, fresh: Path) -> tuple[list[Row], dict[str, list[Row]]]:
    """Read a copy, so that the kept file stays as it was; with a sound first page if its own is not."""
    work = _work_of(kept)
    for graft in (False, True):
        _remove(work)
        _copy(kept, work)
        if graft:
            _graft_first_page(work, fresh)
        behaviors = [row for row in _rows(work, _BEHAVIORS) if is_behavior(row)]
        told = {table: _told(work, table) for table in _TOLD}
        if behaviors or any(told.values()):
            break
    _remove(work)
    return behaviors, told


def _told(work: Path, table: str) -> list[Row]:
    query = f"SELECT id, {table}_id, data FROM {table} NOT INDEXED"  # noqa: S608
    return [row for row in _rows(work, query) if is_told(row)]


def _graft_first_page(work: Path, fresh: Path) -> None:
    """Put a new journal's first page, which holds header and schema, before the other pages."""
    page = bytearray(fresh.read_bytes()[:PAGE_SIZE])
    pages = work.read_bytes()[PAGE_SIZE:]
    page[18:20] = _WITH_LOG
    page[28:32] = (1 + math.ceil(len(pages) / PAGE_SIZE)).to_bytes(4, "big")
    page[92:96] = page[24:28]
    work.write_bytes(bytes(page) + pages)


def _rows(path: Path, query: str) -> Iterator[Row]:
    """Yield all rows that a damaged file still gives, without their id."""
    found: dict[int, Row] = {}
    with closing(connect(path, write=False)) as connection:
        connection.text_factory = bytes
        if _collect(connection, f"{query} ORDER BY id", found):
            _collect_around(connection, query, found, path.stat().st_size)
    for _, row in sorted(found.items()):
        with contextlib.suppress(UnicodeDecodeError):
            yield tuple(value.decode() if isinstance(value, bytes) else value for value in row)


def _collect(connection: sqlite3.Connection, query: str, found: dict[int, Row]) -> bool:
    """Read as far as it goes; return whether damage was hit. Raises sqlite3.Error where there is no room."""
    try:
        for number, *row in connection.execute(query):
            found[number] = tuple(row)
    except sqlite3.DatabaseError as err:
        if err.sqlite_errorcode in _NO_ROOM:
            raise
        return True
    return False


def _collect_around(connection: sqlite3.Connection, query: str, found: dict[int, Row], size: int) -> None:
    """Read backwards from the end to the damage, then what lies between damaged pages."""
    first = max(found, default=0) + 1
    behind: dict[int, Row] = {}
    _collect(connection, f"{query} ORDER BY id DESC", behind)
    last = min(behind, default=first + size // _LEAST_ROW)
    found |= behind
    for start in range(first, last, _CHUNK):
        if _collect(connection, f"{query} WHERE id BETWEEN {start} AND {start + _CHUNK - 1}", found):
            for number in range(start, start + _CHUNK):
                _collect(connection, f"{query} WHERE id = {number}", found)
