"""A history export becomes behaviors: CSV as Home Assistant downloads it, `entity_id,state,last_changed`.

Columns may come in any order, others are ignored. Rows may be in any order. What can not be used is
counted by its reason, and the rest is used.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .control_tables import BINARY_SENSORS, DOMAINS, table_of
from .errors import SmartGuardError
from .states import Reading, Tracker

COLUMNS: Final = ("entity_id", "state", "last_changed")
_MARGIN: Final = 60.0
"""Seconds by which a clock may be ahead before its rows lie in the future."""
_FIRST_YEAR: Final = 1971
"""Earlier is no time stamp of a home but a clock that was never set."""
_NAMED: Final = 5
LONGEST_LINE: Final = 1_000_000
_COUNTED: Final = re.compile(r"_\d+$")
_MISREAD: Final = frozenset({"cold", "heat", "gas"})
"""Classes whose names end other names too: a cold tap, a stove on gas."""
_SAID: Final = {kind: kind for kind in BINARY_SENSORS if kind and kind not in _MISREAD} | {"pir": "motion"}
"""How a name ends → the class of the sensor."""


class HistoryFileError(SmartGuardError):
    """A file is no history export: a column is missing, or it is not there at all."""


class Source(NamedTuple):
    """Whose states an entity_id's rows are: keys of device and entity, and the class of a sensor."""

    device: str
    entity: str
    device_class: str | None = None


@dataclass
class Tally:
    """What a history export held, and what became of it.

    rows: after the header. used: rows that were compared. behaviors: what they gave. left_out: reason →
    rows that were not used. remarks: what was used in spite of a flaw → rows. ignored_columns: their names.
    strangers: entity_ids that are not known here → rows. first, last: UTC seconds of the used rows.
    """

    rows: int = 0
    used: int = 0
    behaviors: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    ignored_columns: tuple[str, ...] = ()
    strangers: Counter[str] = field(default_factory=Counter)
    first: float | None = None
    last: float | None = None

    def to_json(self) -> dict[str, int | dict[str, int]]:
        """Return the counts."""
        return {
            "rows": self.rows,
            "used": self.used,
            "behaviors": self.behaviors,
            "left_out": dict(self.left_out),
            "remarks": dict(self.remarks),
        }

    def sentences(self) -> list[str]:
        """Say in words what was found."""
        said = [f"{self.rows} rows, {self.used} used, {self.behaviors} behaviors"]
        if self.ignored_columns:
            said.append(f"ignored columns: {', '.join(self.ignored_columns)}")
        said += [f"left out {count} rows: {reason}" for reason, count in self.left_out.most_common()]
        said += [f"{remark}: {count} rows" for remark, count in self.remarks.most_common()]
        if self.strangers:
            most = ", ".join(name for name, _ in self.strangers.most_common(_NAMED))
            said.append(f"{len(self.strangers)} entities are not known here, such as {most}")
        return said


@dataclass(frozen=True)
class Export:
    """The behaviors of a history export, in time order, and what else there was."""

    behaviors: tuple[Behavior, ...]
    tally: Tally


def own_source(entity_id: str) -> Source | None:
    """Take an entity for a device of its own, as where no registry says more; None without a domain.

    The class of a sensor is read from the end of its name: Home Assistant names `binary_sensor.hall_motion`
    by it, and the next one `binary_sensor.hall_motion_2`; people call it by what it is made of, `hall_pir`.
    """
    domain, _, name = entity_id.partition(".")
    if domain not in DOMAINS or not name:
        return None
    named = f"_{_COUNTED.sub('', name)}"
    endings = [ending for ending in _SAID if domain == "binary_sensor" and named.endswith(f"_{ending}")]
    return Source(entity_id, entity_id, _SAID[max(endings, key=len)] if endings else None)


def read_file(
    path: Path, zone: tzinfo, now: float, source_of: Callable[[str], Source | None] = own_source
) -> Export:
    """Read a file; see `read`. Raises HistoryFileError, OSError."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        return read(_bounded(file), zone, now, source_of)


def _bounded(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file; one that is longer than any of an export is refused before it is read."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise HistoryFileError(f"expected lines of at most {LONGEST_LINE} characters, got a longer one")
        yield line


def read(
    lines: Iterable[str],
    zone: tzinfo,
    now: float,
    source_of: Callable[[str], Source | None] = own_source,
) -> Export:
    """Read a history export; raises HistoryFileError where the columns are not there.

    zone: of times that do not say theirs. now: UTC seconds; what lies in the future is left out.
    source_of: tells the keys of an entity_id, None for one that is not known. Needs some 30 bytes a row.
    """
    tally = Tally()
    table = csv.reader(lines)
    try:
        places = _places(next(table, []), tally)
        rows = _Rows(zone, now, source_of, tally)
        for row in table:
            rows.take(row, places)
    except csv.Error as err:
        raise HistoryFileError(f"expected rows of CSV, got: {err} (line {table.line_num})") from err
    behaviors = tuple(_behaviors(rows))
    tally.behaviors = len(behaviors)
    return Export(behaviors, tally)


def _places(header: Sequence[str], tally: Tally) -> tuple[int, int, int]:
    """Return where the three columns are."""
    names = [name.strip().lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        got = ", ".join(names)[:80] if any(names) else "none"
        raise HistoryFileError(f"expected the columns {', '.join(COLUMNS)} in the first line, got {got}")
    tally.ignored_columns = tuple(name for name in names if name not in COLUMNS)
    entity, state, changed = (names.index(name) for name in COLUMNS)
    return entity, state, changed


class _Rows:
    """The rows of known entities, held in a few bytes each: when, whose, which state."""

    def __init__(
        self, zone: tzinfo, now: float, source_of: Callable[[str], Source | None], tally: Tally
    ) -> None:
        self._zone, self._latest = zone, now + _MARGIN
        self._source_of = source_of
        self._tally = tally
        self._ids: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._sources: dict[int, Source] = {}
        self._times = array("d")
        self._entities = array("i")
        self._states = array("i")

    def take(self, row: Sequence[str], places: tuple[int, int, int]) -> None:
        """Take one row, or count why not."""
        if not row:
            return
        self._tally.rows += 1
        if len(row) <= max(places):
            self._tally.left_out["fewer fields than columns"] += 1
            return
        entity_id, state, changed = (row[i] for i in places)
        if (number := self._entity(entity_id.strip())) < 0:
            return
        if (time := self._time(changed)) is None:
            return
        self._times.append(time)
        self._entities.append(number)
        self._states.append(self._numbers.setdefault(state, len(self._numbers)))

    def _entity(self, entity_id: str) -> int:
        """Return the number of an entity, -1 for one that is not used."""
        number = self._ids.get(entity_id)
        if number is None:
            source = self._source_of(entity_id)
            number = -1 if source is None else len(self._sources)
            if source is not None:
                self._sources[number] = source
            self._ids[entity_id] = number
        if number < 0:
            is_kind = entity_id.partition(".")[0] in DOMAINS
            reason = (
                "entities that are not known here" if is_kind else "entities whose states are no behaviors"
            )
            self._tally.left_out[reason] += 1
            if is_kind:
                self._tally.strangers[entity_id] += 1
        return number

    def _time(self, text: str) -> float | None:
        """Return UTC seconds, None for what is no time of this home's past."""
        try:
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is None:
                self._tally.remarks["times without a zone, taken for the home's"] += 1
                moment = moment.replace(tzinfo=self._zone)
            time = moment.timestamp() if moment.year >= _FIRST_YEAR else None
        except (ValueError, OverflowError):
            time = None
        if time is None:
            self._tally.left_out["no time that can be read"] += 1
        elif time > self._latest:
            self._tally.left_out["times in the future"] += 1
            return None
        return time

    def in_order(self) -> Iterator[tuple[float, str, Source, str]]:
        """Yield time, entity_id, source and state in time order, each row once."""
        times, entities, states = self._columns()
        ids = {number: entity_id for entity_id, number in self._ids.items() if number >= 0}
        texts = list(self._numbers)
        for time, entity, state in zip(times, entities, states, strict=True):
            yield time, ids[entity], self._sources[entity], texts[state]

    def _columns(self) -> tuple[list[float], list[int], list[int]]:
        """Sort by time, rows of one moment as they came; drop rows that are there twice."""
        times = np.array(self._times, np.float64)
        unsorted = int((np.diff(times) < 0).sum())
        if unsorted:
            self._tally.remarks["not in time order, sorted"] = unsorted
        order = np.argsort(times, kind="stable")
        times = times[order]
        entities = np.array(self._entities, np.intc)[order]
        states = np.array(self._states, np.intc)[order]
        keep = _first_of_each(times, entities, states)
        if not keep.all():
            self._tally.left_out["the same row again"] = int((~keep).sum())
        self._tally.used = int(keep.sum())
        if self._tally.used:
            self._tally.first, self._tally.last = float(times[0]), float(times[-1])
        return list(map(float, times[keep])), list(map(int, entities[keep])), list(map(int, states[keep]))


def _first_of_each(
    times: NDArray[np.float64], entities: NDArray[np.intc], states: NDArray[np.intc]
) -> NDArray[np.bool_]:
    """Say of each row, (N,) in time order, whether it is the first of its kind."""
    order = np.lexsort((states, entities, times))
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in (times, entities, states):
        same &= column[order][1:] == column[order][:-1]
    keep = np.ones(len(order), bool)
    keep[order[1:][same]] = False
    return keep


def _behaviors(rows: _Rows) -> Iterator[Behavior]:
    """Compare each entity's states, one after another."""
    tracker = Tracker()
    for time, entity_id, source, state in rows.in_order():
        table = table_of(entity_id.partition(".")[0], source.device_class)
        for control in tracker.observe(source.entity, Reading(table, state, time)):
            yield Behavior(time, source.device, source.entity, control)
