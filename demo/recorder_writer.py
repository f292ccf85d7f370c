"""Write simulated history into a recorder's real database, with that version's own schema, `hass` stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Home Assistant's package comes first: newer releases replace some libraries when it is imported.
import homeassistant  # noqa: F401
from homeassistant.components.recorder.db_schema import (
    SCHEMA_VERSION,
    RecorderRuns,
    SchemaChanges,
    StateAttributes,
    States,
    StatesMeta,
)
from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads_object
from homeassistant.util.ulid import ulid_at_time, ulid_to_bytes
from sqlalchemy import create_engine, delete, func, select, update
from sqlalchemy.orm import Session

from .errors import DemoError

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Moment:
    """What an entity was at from `time` (UTC seconds) on; `attributes` are those that change."""

    time: float
    entity_id: str
    state: str
    attributes: Mapping[str, Any]


def write_history(database: Path, moments: Iterable[Moment]) -> int:
    """Replace what the database holds of the moments' entities by the moments; return the rows written.

    The recorder must have recorded each entity once, at rest: those rows lend the attributes that do
    not change. Raises DemoError for another schema or an entity that was never recorded.
    """
    ordered = sorted(moments, key=lambda moment: moment.time)
    engine = create_engine(f"sqlite:///{database}")
    try:
        with Session(engine) as session, session.begin():
            _check_schema(session)
            writer = _Writer(session, {moment.entity_id for moment in ordered})
            writer.clear()
            writer.add(ordered)
            _add_run(session, ordered[0].time, ordered[-1].time)
    finally:
        engine.dispose()
    return len(ordered)


def _check_schema(session: Session) -> None:
    version = session.scalar(select(func.max(SchemaChanges.schema_version)))
    if version != SCHEMA_VERSION:
        raise DemoError(f"expected a database of schema {SCHEMA_VERSION}, got {version}")


def _add_run(session: Session, start: float, end: float) -> None:
    """Say that the recorder ran all the time, as it would have."""
    begun, ended = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
    session.add(RecorderRuns(start=begun, end=ended, created=ended, closed_incorrect=False))


class _Writer:
    """Adds rows as the recorder does: shared attributes, one metadata row an entity, chained states."""

    def __init__(self, session: Session, entity_ids: set[str]) -> None:
        self._session = session
        rows = session.execute(select(StatesMeta.entity_id, StatesMeta.metadata_id))
        self._metadata = {row.entity_id: row.metadata_id for row in rows if row.entity_id in entity_ids}
        self._base = {entity_id: self._recorded(entity_id) for entity_id in sorted(entity_ids)}
        self._attributes: dict[bytes, int] = {}
        self._last: dict[str, dict[str, Any]] = {}

    def _recorded(self, entity_id: str) -> dict[str, Any]:
        """Return the attributes that the recorder itself wrote last for an entity."""
        shared = self._session.scalar(
            select(StateAttributes.shared_attrs)
            .join(States, States.attributes_id == StateAttributes.attributes_id)
            .where(States.metadata_id == self._metadata.get(entity_id), States.state != "unavailable")
            .order_by(States.last_updated_ts.desc())
            .limit(1)
        )
        if shared is None:
            raise DemoError(f"expected {entity_id} in the recorder's database, found nothing of it")
        return dict(json_loads_object(shared))

    def clear(self) -> None:
        """Remove what was recorded of the entities."""
        mine = States.metadata_id.in_(self._metadata.values())
        ids = select(States.state_id).where(mine).scalar_subquery()
        self._session.execute(update(States).where(States.old_state_id.in_(ids)).values(old_state_id=None))
        self._session.execute(delete(States).where(mine))

    def add(self, ordered: list[Moment]) -> None:
        """Add the moments, which must be in time order."""
        state_id = (self._session.scalar(select(func.max(States.state_id))) or 0) + 1
        rows = [self._row(state_id + i, moment) for i, moment in enumerate(ordered)]
        for first in range(0, len(rows), CHUNK):
            self._session.bulk_insert_mappings(States.__mapper__, rows[first : first + CHUNK])

    def _row(self, state_id: int, moment: Moment) -> dict[str, Any]:
        before = self._last.get(moment.entity_id)
        changed = moment.time
        if before is not None and before["state"] == moment.state:
            changed = before["last_changed_ts"] or before["last_updated_ts"]
        row = {
            "state_id": state_id,
            "metadata_id": self._metadata[moment.entity_id],
            "state": moment.state,
            "attributes_id": self._attributes_id(moment),
            "last_updated_ts": moment.time,
            # the recorder leaves this empty where it equals the time of the update
            "last_changed_ts": None if changed == moment.time else changed,
            "old_state_id": before["state_id"] if before else None,
            "origin_idx": 0,
            "context_id_bin": ulid_to_bytes(ulid_at_time(moment.time)),
        }
        self._last[moment.entity_id] = row
        return row

    def _attributes_id(self, moment: Moment) -> int:
        shared = json_bytes(shown(self._base[moment.entity_id], moment))
        if shared not in self._attributes:
            row = StateAttributes(
                hash=StateAttributes.hash_shared_attrs_bytes(shared), shared_attrs=shared.decode()
            )
            self._session.add(row)
            self._session.flush()
            self._attributes[shared] = row.attributes_id
        return self._attributes[shared]


def shown(base: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """Return all attributes of a moment: those at rest, changed; what follows from the state follows it."""
    attributes = {**base, **moment.attributes}
    if "supported_color_modes" in base:
        attributes["color_mode"] = base["supported_color_modes"][0] if moment.state == "on" else None
    if "is_closed" in base:
        attributes["is_closed"] = moment.state == "closed"
    return attributes
