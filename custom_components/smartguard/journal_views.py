"""What panel and statistics read of a journal: pages and sums by SQL, each on a connection of its own.

Everything here belongs in an executor thread and writes nothing; what was added in the last seconds may
still wait to be committed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .core.behavior import Behavior
from .journal_schema import JournalError, connect

_ROW: Final = "SELECT id, time, device, entity, control, actor, loss FROM behavior"
_USES_AT_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Lived:
    """A behavior of the journal: its row, and how strange it was (None where it was not judged)."""

    row: int
    behavior: Behavior
    loss: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """An episode of the journal: its row, and what was kept of it."""

    row: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """What the journal holds: behaviors, and the times of the first and the last (UTC seconds)."""

    behaviors: int
    oldest: float | None
    newest: float | None


@dataclass(frozen=True, slots=True)
class HourOfLoss:
    """The losses of one device within one hour that begins at `start` (UTC seconds)."""

    device: str
    start: float
    mean: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class DeviceLoss:
    """The losses of one device over some time, of `judged` behaviors."""

    device: str
    mean: float
    most: float
    judged: int


@dataclass(frozen=True, slots=True)
class ControlLoss:
    """The mean loss of one control over some time, of `judged` uses."""

    mean: float
    judged: int


class JournalViews:
    """Reads one journal's file."""

    def __init__(self, path: Path) -> None:
        """Take the file, which must exist when something is read."""
        self._path = path

    def behaviors(
        self, start: float, end: float, limit: int, before: tuple[float, int] | None = None
    ) -> list[Lived]:
        """Return a page of what happened at start <= time < end, newest first.

        before: time and row of the last one of the page before.
        """
        query = f"{_ROW} WHERE time >= ? AND time < ?"
        values: tuple[Any, ...] = (start, end)
        if before is not None:
            query += " AND (time, id) < (?, ?)"
            values += before
        rows = self._read(f"{query} ORDER BY time DESC, id DESC LIMIT ?", (*values, limit))
        return [Lived(row, Behavior(*told), loss) for row, *told, loss in rows]

    def until(self, time: float, limit: int) -> list[Behavior]:
        """Return the last behaviors up to and with a moment, oldest first."""
        rows = self._read(f"{_ROW} WHERE time <= ? ORDER BY time DESC, id DESC LIMIT ?", (time, limit))
        return [Behavior(*told) for _, *told, _ in reversed(rows)]

    def episodes(self, limit: int, before: int | None = None, kind: str | None = None) -> list[Told]:
        """Return a page of episodes, the one that began last first; of one kind where that is given."""
        query, values = "SELECT id, data FROM episode WHERE 1", []
        for condition, value in (("id < ?", before), ("json_extract(data, '$.kind') = ?", kind)):
            if value is not None:
                query += f" AND {condition}"
                values.append(value)
        rows = self._read(f"{query} ORDER BY id DESC LIMIT ?", (*values, limit))
        return [Told(row, json.loads(data)) for row, data in rows]

    def episode(self, episode_id: str) -> Told | None:
        """Return one episode, None where there is none of this id."""
        rows = self._read("SELECT id, data FROM episode WHERE episode_id = ?", (episode_id,))
        return Told(rows[0][0], json.loads(rows[0][1])) if rows else None

    def episode_starts(self, since: float) -> list[float]:
        """Return when episodes began, oldest first (UTC seconds)."""
        query = (
            "SELECT json_extract(data, '$.episode.start') AS start FROM episode WHERE start >= ? ORDER BY 1"
        )
        return [float(start) for (start,) in self._read(query, (since,))]

    def last_uses(self, controls: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """Return for each (entity, control) that was ever used when it was last (UTC seconds)."""
        query = "SELECT MAX(time) FROM behavior WHERE entity = ? AND control = ?"
        with self._open() as connection:
            found = {c: connection.execute(query, c).fetchone()[0] for c in controls}
        return {control: float(time) for control, time in found.items() if time is not None}

    def uses(self, entity: str, control: str) -> list[float]:
        """Return when a control was used, newest first (UTC seconds), at most the newest 20,000."""
        query = "SELECT time FROM behavior WHERE entity = ? AND control = ? ORDER BY time DESC LIMIT ?"
        return [float(time) for (time,) in self._read(query, (entity, control, _USES_AT_MOST))]

    def of_entity(self, entity: str) -> list[tuple[float, str]]:
        """Return times (UTC seconds) and controls of an entity, oldest first, at most the newest 20,000."""
        query = "SELECT time, control FROM behavior WHERE entity = ? ORDER BY time DESC LIMIT ?"
        return [
            (float(time), str(control))
            for time, control in reversed(self._read(query, (entity, _USES_AT_MOST)))
        ]

    def extent(self) -> Extent:
        """Return how much there is."""
        ((count, oldest, newest),) = self._read(
            "SELECT (SELECT COUNT(*) FROM behavior), "
            "(SELECT MIN(time) FROM behavior), (SELECT MAX(time) FROM behavior)"
        )
        return Extent(int(count), oldest, newest)

    def hours_of_loss(self, start: float, end: float) -> list[HourOfLoss]:
        """Return the losses of each device that was judged, by full hours of UTC, oldest first."""
        query = (
            "SELECT device, CAST(time / 3600 AS INTEGER) AS hour, AVG(loss), MIN(loss), MAX(loss) "
            "FROM behavior WHERE time >= ? AND time < ? AND loss IS NOT NULL "
            "GROUP BY hour, device ORDER BY hour"
        )
        rows = self._read(query, (start, end))
        return [HourOfLoss(str(device), 3600.0 * hour, *sums) for device, hour, *sums in rows]

    def losses_since(self, start: float) -> list[DeviceLoss]:
        """Return the losses of each device that was judged since a moment, the strangest first."""
        query = (
            "SELECT device, AVG(loss), MAX(loss), COUNT(*) FROM behavior "
            "WHERE time >= ? AND loss IS NOT NULL GROUP BY device ORDER BY 2 DESC"
        )
        return [DeviceLoss(*row) for row in self._read(query, (start,))]

    def control_losses(self, start: float) -> dict[tuple[str, str], ControlLoss]:
        """Return for each (entity, control) that was judged since a moment how strange it was."""
        # The signs keep it from walking through all of the record in the order of the groups.
        query = (
            "SELECT entity, control, AVG(loss), COUNT(*) FROM behavior "
            "WHERE time >= ? AND loss IS NOT NULL GROUP BY +entity, +control"
        )
        rows = self._read(query, (start,))
        return {(str(entity), str(control)): ControlLoss(*sums) for entity, control, *sums in rows}

    def _read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return connection.execute(query, tuple(values)).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(connect(self._path, write=False)) as connection:
                yield connection
        except sqlite3.DatabaseError as err:
            raise JournalError(f"expected to read {self._path.name}, got: {err}") from err
