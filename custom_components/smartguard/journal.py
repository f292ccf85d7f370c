"""The journal: every behavior, episode and high-water mark, in one SQLite file of this home.

All writing is done by one thread of the journal's own, which waits for work without a time limit
(timed waits in threads hang under a scaled clock). `add` returns at once. What was added is committed at
once if the last commit is `COMMIT_SECONDS` old, else with the next `request_commit`, `flush`, read or
`close`; the owner calls `request_commit` from a timer on its event loop, so a crash loses at most what came
since. Nothing is written when nothing is new. Every read has a connection of its own and belongs in an
executor thread. Times are UTC seconds.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from . import journal_copy
from .core.behavior import Behavior
from .core.novelty import First
from .journal_salvage import salvage
from .journal_schema import (
    INSERT,
    JournalDamagedError,
    JournalError,
    JournalVersionError,
    connect,
    find_damage,
    upgrade,
)

__all__ = ["Journal", "JournalDamagedError", "JournalError", "JournalVersionError"]

COMMIT_SECONDS: Final = 5.0
KEPT_EPISODES: Final = 1000
AUTO_CHECKPOINT_PAGES: Final = 1000
_PENDING_LIMIT: Final = 100_000
_LOGGER = logging.getLogger(__name__)
_SELECT: Final = "SELECT time, device, entity, control, actor FROM behavior"

type _Job = Callable[[sqlite3.Connection], Any]


class Journal:
    """The open journal of one home; made by `Journal.open`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Start the writer; the connection is its own from now on."""
        self._path = path
        self._connection = connection
        self._queue: SimpleQueue[list[Behavior] | tuple[_Job, Future[Any]] | None] = SimpleQueue()
        self._pending: list[Behavior] = []
        self._committed = -math.inf
        self._failing = False
        self._closed = False
        self._thread = threading.Thread(target=self._write, name="smartguard-journal", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Journal:
        """Open or make the journal; belongs in an executor thread.

        Raises JournalVersionError, with the file untouched, if a newer SmartGuard wrote it. Raises
        JournalDamagedError if it can not be read whole: then every readable row is already in a new file
        under the same name, the damaged one is kept beside it, and the next `open` succeeds. Raises
        JournalError or OSError for what may pass, like a full disk.
        """
        path = Path(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        try:
            return cls(path, _open_sound(path))
        except sqlite3.Error as err:
            raise JournalError(f"expected to open {path}, got: {err}") from err

    @property
    def path(self) -> Path:
        """Return the file, for those who only read it."""
        return self._path

    def add(self, behaviors: Iterable[Behavior]) -> None:
        """Take behaviors; returns at once, from any thread. One that is known already changes nothing.

        Only the actor of a known behavior is filled in if it was not known. Raises JournalError after
        `close` and for what no row can hold (a time that is not finite, text that is not Unicode); then
        nothing was taken.
        """
        taken = list(behaviors)
        for behavior in taken:
            _check(behavior)
        self._put(taken)

    def request_commit(self) -> None:
        """Have what was added written soon; returns at once."""
        self._start(_nothing)

    def flush(self) -> None:
        """Wait until everything added so far is on disk. Raises JournalError if it can not be written."""
        self._wait(self._start(_nothing))

    def close(self) -> None:
        """Write what is left and close the file; closing twice is allowed."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def behaviors(
        self, start: float | None = None, end: float | None = None, most: int = -1
    ) -> list[Behavior]:
        """Return behaviors with start <= time < end (UTC seconds), oldest first.

        most: only the newest so many; -1 for all.
        """
        where = " WHERE time >= ? AND time < ? ORDER BY time DESC, id DESC LIMIT ?"
        values = (_bound(start, -math.inf), _bound(end, math.inf), most)
        return self._behaviors(_SELECT + where, values)[::-1]

    def last_of_each(self, before: float) -> list[Behavior]:
        """Return the newest use of each control before a moment, oldest first.

        Together they say what each entity was in: what was turned on and then dimmed is on.
        """
        query = (
            _SELECT.replace("time", "MAX(time)", 1) + " WHERE time < ? GROUP BY entity, control ORDER BY 1"
        )
        return self._behaviors(query, (before,))

    def count(self) -> int:
        """Return how many behaviors there are."""
        return int(self._read("SELECT COUNT(*) FROM behavior")[0][0])

    def newest(self) -> float | None:
        """Return the time of the newest behavior, None where there is none."""
        value = self._read("SELECT MAX(time) FROM behavior")[0][0]
        return None if value is None else float(value)

    def high_water(self) -> dict[str, float]:
        """Return entity key → UTC seconds up to which its behaviors are complete."""
        return self._marks("time")

    def low_water(self) -> dict[str, float]:
        """Return entity key → UTC seconds from which on it was read; 0: nothing older is wanted."""
        return self._marks("since")

    def set_high_water(self, marks: Mapping[str, float], since: Mapping[str, float] | None = None) -> None:
        """Say up to when entities are complete, after all that was added before; returns at once.

        since: from when on; what is not given stays.
        """
        known = since or {}
        rows = [(entity, mark, known.get(entity)) for entity, mark in marks.items()]
        query = (
            "INSERT INTO high_water (entity, time, since) VALUES (?1, ?2, COALESCE(?3, 0)) "
            "ON CONFLICT (entity) DO UPDATE SET time = ?2, since = COALESCE(?3, since)"
        )
        self._start(lambda c: c.executemany(query, rows))

    def note_losses(self, losses: Iterable[tuple[Behavior, float]]) -> None:
        """Keep how strange behaviors were that were added before; returns at once.

        What was found first stays.
        """
        rows = [(loss, b.entity, b.control, b.time) for b, loss in losses]
        query = "UPDATE behavior SET loss = ? WHERE entity = ? AND control = ? AND time = ? AND loss IS NULL"
        self._start(lambda c: c.executemany(query, rows))

    def save_episode(self, episode: Mapping[str, Any]) -> None:
        """Keep an episode as JSON by its `episode_id`, replacing what was kept of it; returns at once."""
        row = (str(episode["episode_id"]), json.dumps(dict(episode)))
        query = (
            "INSERT INTO episode (episode_id, data) VALUES (?, ?) "
            "ON CONFLICT (episode_id) DO UPDATE SET data = excluded.data"
        )
        self._start(lambda c: c.execute(query, row))

    def episodes(self, limit: int = 100) -> list[dict[str, Any]]:
        """Return the episodes that began last, newest first."""
        rows = self._read("SELECT data FROM episode ORDER BY id DESC LIMIT ?", (limit,))
        return [json.loads(data) for (data,) in rows]

    def delete_episodes(self, identities: Iterable[str]) -> None:
        """Forget episodes; returns at once."""
        rows = [(identity,) for identity in identities]
        self._start(lambda c: c.executemany("DELETE FROM episode WHERE episode_id = ?", rows))

    def save_feedback(self, identity: str, feedback: Mapping[str, Any]) -> None:
        """Keep what a person said of an episode as JSON; returns at once."""
        row = (identity, json.dumps(dict(feedback)))
        query = "INSERT OR REPLACE INTO feedback (feedback_id, data) VALUES (?, ?)"
        self._start(lambda c: c.execute(query, row))

    def delete_feedback(self, identities: Iterable[str]) -> None:
        """Take back what a person said; returns at once."""
        rows = [(identity,) for identity in identities]
        self._start(lambda c: c.executemany("DELETE FROM feedback WHERE feedback_id = ?", rows))

    def feedback(self) -> list[dict[str, Any]]:
        """Return what people said, oldest first."""
        return [json.loads(data) for (data,) in self._read("SELECT data FROM feedback ORDER BY id")]

    def firsts(self, before: float | None = None) -> list[First]:
        """Return since when each control is known, and how often it was used, up to a moment.

        Of an entity that came to another device there is one for each.
        """
        query = (
            "SELECT device, entity, control, MIN(time), COUNT(*) FROM behavior WHERE time < ? "
            "GROUP BY device, entity, control"
        )
        return [First(*row) for row in self._read(query, (_bound(before, math.inf),))]

    def prune(self, before: float) -> int:
        """Delete behaviors older than a moment and all but the newest episodes; return the behaviors."""
        old = "DELETE FROM episode WHERE id <= (SELECT MAX(id) FROM episode) - ?"

        def job(connection: sqlite3.Connection) -> int:
            connection.execute(old, (KEPT_EPISODES,))
            return connection.execute("DELETE FROM behavior WHERE time < ?", (before,)).rowcount

        return int(self._wait(self._start(job)))

    def forget(self, entity: str) -> int:
        """Delete all behaviors of an entity; return how many."""

        def job(connection: sqlite3.Connection) -> int:
            connection.execute("DELETE FROM high_water WHERE entity = ?", (entity,))
            journal_copy.drop(self._path)
            return connection.execute("DELETE FROM behavior WHERE entity = ?", (entity,)).rowcount

        return int(self._wait(self._start(job)))

    def clear(self) -> int:
        """Delete everything; return how many behaviors that were."""

        def job(connection: sqlite3.Connection) -> int:
            journal_copy.drop(self._path)
            for table in ("high_water", "episode", "feedback"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
            return connection.execute("DELETE FROM behavior").rowcount

        return int(self._wait(self._start(job)))

    def checkpoint(self, *, hold: bool = False) -> None:
        """Write the log of SQLite into the file itself, before it is copied.

        hold: leave the file alone from then on; what is new stays in the log until the next checkpoint.
        """

        def job(connection: sqlite3.Connection) -> None:
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute(f"PRAGMA wal_autocheckpoint = {0 if hold else AUTO_CHECKPOINT_PAGES}")

        self._wait(self._start(job))

    def keep_copy(self) -> None:
        """Keep a whole copy beside the file, renewed once a week."""
        self.flush()
        try:
            journal_copy.keep(self._path)
        except (sqlite3.Error, OSError) as err:
            raise JournalError(f"expected to copy {self._path}, got: {err}") from err

    def restore_copy(self) -> int:
        """Take back from the copy what is not here; return how many rows."""
        return int(self._wait(self._start(lambda c: journal_copy.restore(c, self._path))))

    def _put(self, item: list[Behavior] | tuple[_Job, Future[Any]]) -> None:
        if self._closed:
            raise JournalError("expected an open journal, got one that is closed")
        self._queue.put(item)

    def _start(self, job: _Job) -> Future[Any]:
        future: Future[Any] = Future()
        self._put((job, future))
        return future

    def _wait(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except (sqlite3.Error, OSError) as err:
            raise JournalError(f"expected {self._path} to take a write, got: {err}") from err

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Read what is on disk after all that was added before; a failing write does not hinder it."""
        if not self._closed:
            with suppress(JournalError):
                self.flush()
        try:
            with closing(connect(self._path, write=False)) as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as err:
            raise JournalError(f"expected to read {self._path}, got: {err}") from err

    def _marks(self, column: str) -> dict[str, float]:
        rows = self._read(f"SELECT entity, {column} FROM high_water")  # noqa: S608
        return {str(entity): float(mark) for entity, mark in rows}

    def _behaviors(self, query: str, values: tuple[Any, ...]) -> list[Behavior]:
        return [Behavior(*row) for row in self._read(query, values)]

    def _write(self) -> None:
        """Work until told to stop: the body of the writer thread."""
        for item in iter(self._queue.get, None):
            if isinstance(item, list):
                self._take(item)
            else:
                self._run(*item)
        self._run(_nothing, Future())
        self._connection.close()

    def _take(self, behaviors: list[Behavior]) -> None:
        self._pending += behaviors
        is_due = time.monotonic() - self._committed >= COMMIT_SECONDS
        if is_due or len(self._pending) > _PENDING_LIMIT:
            self._run(_nothing, Future())
        # What is still there can not be written now; the newest wait for better times.
        del self._pending[:-_PENDING_LIMIT]

    def _run(self, job: _Job, future: Future[Any]) -> None:
        """Write what is pending and do a job, in one transaction; what can not be written is kept."""
        try:
            with self._connection:
                if self._pending:
                    self._connection.executemany(INSERT, _rows(self._pending))
                result = job(self._connection)
        except (sqlite3.Error, OSError) as err:
            self._report(err)
            future.set_exception(err)
            return
        if self._pending:
            self._committed = time.monotonic()
        self._pending.clear()
        self._failing = False
        future.set_result(result)

    def _report(self, err: sqlite3.Error | OSError) -> None:
        """Log the first of a row of failures."""
        if not self._failing:
            _LOGGER.error("Can not write %s: %s; %d rows wait", self._path, err, len(self._pending))
        self._failing = True


def _open_sound(path: Path) -> sqlite3.Connection:
    """Connect to the file and lead it to the newest version; a damaged one is salvaged instead."""
    if problem := find_damage(path):
        kept, rows = salvage(path)
        raise JournalDamagedError(
            f"expected a sound journal at {path}, got: {problem}; {rows} rows were saved, "
            f"the damaged file is kept as {kept.name}",
            kept,
            rows,
        )
    with ExitStack() as undo:
        connection = undo.enter_context(closing(connect(path)))
        upgrade(connection)
        undo.pop_all()
    return connection


def _check(behavior: Behavior) -> None:
    try:
        for text in (behavior.device, behavior.entity, behavior.control, behavior.actor):
            text.encode()
    except UnicodeEncodeError as err:
        raise JournalError(f"expected text, got {behavior!r}") from err
    if not math.isfinite(behavior.time):
        raise JournalError(f"expected finite UTC seconds, got {behavior!r}")


def _nothing(_connection: sqlite3.Connection) -> None:
    """Be a job that only has what is pending written."""


def _rows(behaviors: Iterable[Behavior]) -> Iterator[tuple[float, str, str, str, str]]:
    return ((b.time, b.device, b.entity, b.control, b.actor) for b in behaviors)


def _bound(value: float | None, default: float) -> float:
    return default if value is None else value
