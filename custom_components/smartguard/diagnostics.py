"""Diagnostics: how SmartGuard is doing, without what anybody did, when, or who lives there.

Only counts leave the home: entity ids, names and times of behaviors stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, split_entity_id
from homeassistant.helpers import issue_registry as ir

from .const import CONF_SNOOZE, CONF_SNOOZED_SINCE, DOMAIN
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .core.guard import Guard
from .journal import KEPT_EPISODES, Journal, JournalError
from .storage import folder_of

# Shown as they are; every other option is counted or only said to be set.
_PLAIN: Final = (int, float, bool)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: SmartGuardConfigEntry
) -> dict[str, Any]:
    """Return what helps to find a fault; of an entry that is not loaded, what can be said from outside."""
    folder = folder_of(hass, entry.entry_id)
    outside = {
        "entry": entry.state.value,
        "options": {key: _redacted(key, value) for key, value in entry.options.items()},
        "files": await hass.async_add_executor_job(_sizes, folder),
        "recorder": "recorder" in hass.config.components,
        "issues": sorted(issue for domain, issue in ir.async_get(hass).issues if domain == DOMAIN),
    }
    if entry.state is not ConfigEntryState.LOADED:
        return outside
    coordinator, data = entry.runtime_data, entry.runtime_data.data
    return {
        **outside,
        "status": data.status,
        # What failed may name a file, and its folder a person.
        "reason": data.reason and data.reason.replace(hass.config.config_dir, REDACTED),
        "progress": data.progress,
        "unusual": data.episode is not None,
        "budget": data.budget,
        "score": data.score,
        "threshold": data.threshold,
        "guarded": domains(coordinator.keys),
        "model": _model(coordinator),
        "journal": await hass.async_add_executor_job(_journal, coordinator.journal),
    }


def domains(entity_ids: Iterable[str]) -> dict[str, int]:
    """Return how many entities of each domain there are."""
    return dict(sorted(Counter(split_entity_id(entity_id)[0] for entity_id in entity_ids).items()))


def _redacted(key: str, value: Any) -> Any:
    """Return a number as it is, how many a list has, and of anything else, a time too, that it is set."""
    if isinstance(value, _PLAIN) and key not in (CONF_SNOOZE, CONF_SNOOZED_SINCE):
        return value
    return len(value) if isinstance(value, list) else REDACTED


def _model(coordinator: SmartGuardCoordinator) -> dict[str, Any] | None:
    if (guard := coordinator.guard) is None:
        return None
    trained = coordinator.data.last_trained
    return {
        "version": coordinator.data.version,
        "trained": trained.isoformat() if trained else None,
        **_sizes_of(guard),
    }


def _sizes_of(guard: Guard) -> dict[str, int]:
    return {"controls": len(guard.vocabulary), "devices": len(guard.vocabulary.devices)}


def _journal(journal: Journal) -> dict[str, Any]:
    """Return how much the journal holds, and the alerts by kind (in the executor)."""
    try:
        episodes: list[Mapping[str, Any]] = [*journal.episodes(KEPT_EPISODES)]
        count, marks = journal.count(), len(journal.high_water())
    except JournalError as err:
        return {"error": type(err).__name__}
    kinds = Counter(str(row.get("kind")) for row in episodes)
    return {"behaviors": count, "entities": marks, "alerts": dict(sorted(kinds.items()))}


def _sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of each file of the entry (in the executor)."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
