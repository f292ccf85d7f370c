"""The record of a home: taken in from a history export, given out, forgotten."""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant, State, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError, write_utf8_file_atomic

from .alerts import put_away
from .answers import episodes_of, failure, refusal
from .const import CONF_RETENTION_DAYS, DAY, RETENTION_DAYS
from .core.behavior import Behavior
from .core.history_csv import Export, HistoryFileError, Source, read, read_file
from .corrections import async_forget
from .journal import Journal, JournalError
from .statistics import async_remove_statistics

if TYPE_CHECKING:
    from .coordinator import SmartGuardCoordinator

SAME_SECONDS: Final = 1.0
"""An export has milliseconds and the recorder microseconds: closer than this is the same behavior."""


async def async_import_history(
    home: SmartGuardCoordinator, path: str | None, text: str | None
) -> dict[str, Any]:
    """Take in a history export in CSV, from a file or as text, and learn from it; return what it held."""
    if (path is None) == (text is None):
        raise refusal("path_or_csv")
    sources = _sources(home)
    if not sources or home.alarm.corrections is None:
        raise refusal("not_ready")
    try:
        export = await home.hass.async_add_executor_job(_read, home.hass, path, text, sources)
        added, known = await home.hass.async_add_executor_job(
            _add, home.journal, export.behaviors, _oldest(home)
        )
    except (HistoryFileError, OSError) as err:
        raise refusal("history_unreadable", str(err)) from err
    except JournalError as err:
        raise failure("journal_failed", str(err)) from err
    if added:
        await home.async_remember()
        home.async_begin_training("import")
    tally = export.tally
    too_old = tally.behaviors - added - known
    days = f"{_days_kept(home):.0f} days"
    kept = f"{added} added, {known} known already, {too_old} older than the {days} that are kept"
    return {
        "rows": tally.rows,
        "used": tally.used,
        "behaviors": tally.behaviors,
        "added": added,
        "known_already": known,
        "too_old": too_old,
        "left_out": dict(tally.left_out),
        "remarks": dict(tally.remarks),
        "unknown_entities": dict(tally.strangers.most_common(50)),
        "from": _iso(tally.first),
        "to": _iso(tally.last),
        "summary": [*tally.sentences(), kept],
    }


async def async_export(home: SmartGuardCoordinator, path: str | None) -> dict[str, Any]:
    """Return all that is on record, or write it to a file and return where and how much."""
    hass = home.hass
    if path is not None:
        await hass.async_add_executor_job(_check_writable, hass, path)
    try:
        record, entities = await hass.async_add_executor_job(_record, home.journal)
        # The event loop knows the names; what a year holds would keep it busy.
        ids = {entity: home.names.entity_id(entity) for entity in entities}
        if path is None:
            return await hass.async_add_executor_job(_named, record, ids)
        await hass.async_add_executor_job(_write, Path(path), record, ids)
    except (WriteError, OSError) as err:
        raise failure("export_failed", str(err)) from err
    except JournalError as err:
        raise failure("journal_failed", str(err)) from err
    return {"path": path, **{name: len(rows) for name, rows in record.items()}}


async def async_reset(home: SmartGuardCoordinator, device_id: str | None) -> dict[str, Any]:
    """Forget everything, or one device."""
    if home.alarm.corrections is None:
        raise refusal("not_ready")
    try:
        return await (_async_reset_all(home) if device_id is None else _async_reset_one(home, device_id))
    except (JournalError, OSError) as err:
        raise failure("journal_failed", str(err)) from err


async def _async_reset_all(home: SmartGuardCoordinator) -> dict[str, Any]:
    """Forget behaviors, alerts, feedback and models; what Home Assistant recorded so far stays out."""
    await home.async_stop_training()
    home.alarm.end_episode()
    forgotten = await home.hass.async_add_executor_job(home.journal.clear)
    await home.hass.async_add_executor_job(home.store.clear)
    await async_remove_statistics(home.hass)
    _mark_complete(home, (key.entity for key in home.keys.values()))
    await home.hass.config_entries.async_reload(home.config_entry.entry_id)
    return {"behaviors": forgotten}


async def _async_reset_one(home: SmartGuardCoordinator, device_id: str) -> dict[str, Any]:
    """Forget what a device did, its alerts and what was said of it, and learn anew without it."""
    firsts = await home.hass.async_add_executor_job(home.journal.firsts)
    entities = {first.entity for first in firsts if first.device == device_id}
    entities |= {key.entity for key in home.keys.values() if key.device == device_id}
    if not entities:
        raise refusal("no_such_device", device_id)
    episode = home.alarm.open_episode
    if episode is not None and device_id in {b.device for b in episode.told}:
        home.alarm.end_episode()
    told = episodes_of(await home.hass.async_add_executor_job(home.journal.episodes, -1))
    about = [e for e in told if device_id in {b.device for b in (*e.told, *e.behaviors)}]
    home.journal.delete_episodes(e.id for e in about)
    home.alarm.forget(about)
    put_away(home.hass, [e.id for e in about])
    await async_remove_statistics(home.hass, device_id)
    forgotten = 0
    for entity in sorted(entities):
        forgotten += await home.hass.async_add_executor_job(home.journal.forget, entity)
    async_forget(home, device_id)
    _mark_complete(home, entities)
    await home.async_remember()
    # A training that had begun before all this was forgotten would be the next one's beginning.
    await home.async_stop_training()
    await home.hass.async_add_executor_job(home.store.disown)
    home.async_begin_training("reset")
    return {"behaviors": forgotten, "device_id": device_id}


@callback
def _mark_complete(home: SmartGuardCoordinator, entities: Iterable[str]) -> None:
    """Have the recorder's history of before not read again."""
    now = dt_util.utcnow().timestamp()
    home.journal.set_high_water(dict.fromkeys(entities, now))


@callback
def _sources(home: SmartGuardCoordinator) -> dict[str, Source]:
    """Return the keys of what is guarded, and the class that names its controls."""
    sources = {}
    for entity_id, key in home.keys.items():
        state: State | None = home.hass.states.get(entity_id)
        device_class = state.attributes.get("device_class") if state else None
        sources[entity_id] = Source(key.device, key.entity, device_class)
    return sources


def _oldest(home: SmartGuardCoordinator) -> float:
    """Return what is kept at most (UTC seconds); what is older would be dropped in the next night."""
    return dt_util.utcnow().timestamp() - _days_kept(home) * DAY


def _days_kept(home: SmartGuardCoordinator) -> float:
    return float(home.config_entry.options.get(CONF_RETENTION_DAYS, RETENTION_DAYS))


def _check_writable(hass: HomeAssistant, path: str) -> None:
    """Refuse what Home Assistant may not write, and the folder that it serves to everybody."""
    if not hass.config.is_allowed_path(path):
        raise refusal("path_not_allowed", path)
    if Path(path).resolve().is_relative_to(Path(hass.config.path("www")).resolve()):
        raise refusal("path_is_public", path)


def _read(hass: HomeAssistant, path: str | None, text: str | None, sources: dict[str, Source]) -> Export:
    zone = dt_util.get_default_time_zone()
    now = dt_util.utcnow().timestamp()
    if path is None:
        return read((text or "").splitlines(), zone, now, sources.get)
    if not hass.config.is_allowed_path(path):
        raise refusal("path_not_allowed", path)
    return read_file(Path(path), zone, now, sources.get)


def _add(journal: Journal, behaviors: Iterable[Behavior], oldest: float) -> tuple[int, int]:
    """Add what is new; return how many that were, and how many are known already."""
    recent = [b for b in behaviors if b.time >= oldest]
    if not recent:
        return 0, 0
    first, last = recent[0].time - SAME_SECONDS, recent[-1].time + SAME_SECONDS
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for b in journal.behaviors(first, last):
        times[b.entity, b.control].append(b.time)
    new = [b for b in recent if not _is_near(b.time, times[b.entity, b.control])]
    journal.add(new)
    journal.flush()
    return len(new), len(recent) - len(new)


def _is_near(time: float, times: list[float]) -> bool:
    place = bisect_left(times, time - SAME_SECONDS)
    return place < len(times) and times[place] <= time + SAME_SECONDS


def _record(journal: Journal) -> tuple[dict[str, list[Any]], set[str]]:
    """Return all that is on record, and the keys of the entities that behaved."""
    behaviors = journal.behaviors()
    told = {"episodes": journal.episodes(limit=-1), "feedback": journal.feedback()}
    return {"behaviors": behaviors, **told}, {b.entity for b in behaviors}


def _named(record: Mapping[str, list[Any]], ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the record as plain data, entities by their present ids."""
    rows = [[_iso(b.time), ids[b.entity], b.control, b.actor] for b in record["behaviors"]]
    columns = ["time", "entity_id", "control", "actor"]
    return {**record, "behaviors": {"columns": columns, "rows": rows}}


def _write(path: Path, record: Mapping[str, list[Any]], ids: Mapping[str, str]) -> None:
    """Write all as JSON, or the behaviors alone as a table that a spreadsheet reads."""
    named = _named(record, ids)
    if path.suffix.lower() == ".csv":
        table = io.StringIO(newline="")
        csv.writer(table).writerows([named["behaviors"]["columns"], *named["behaviors"]["rows"]])
        text = table.getvalue()
    else:
        text = json.dumps(named, ensure_ascii=False)
    write_utf8_file_atomic(str(path), text, private=True)


def _iso(time: float | None) -> str | None:
    return None if time is None else dt_util.utc_from_timestamp(time).isoformat()
