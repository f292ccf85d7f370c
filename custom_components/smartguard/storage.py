"""The folder of one entry: opened with the problems it has made plain, and removed with the entry."""

from __future__ import annotations

import logging
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.util import dt as dt_util

from . import journal_copy
from .const import (
    DOMAIN,
    ISSUE_JOURNAL_DAMAGED,
    ISSUE_JOURNAL_LOST,
    ISSUE_JOURNAL_NEWER,
    ISSUE_JOURNAL_UNAVAILABLE,
    ISSUE_MODEL_UNREADABLE,
)
from .issues import raise_issue, settle_issue
from .journal import Journal, JournalDamagedError, JournalError, JournalVersionError
from .model_store import Loaded, ModelStore

_LOGGER = logging.getLogger(__name__)

TRAINING: Final = "training"
"""Folder of a training while it runs."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What one entry keeps on disk, opened."""

    folder: Path
    journal: Journal
    store: ModelStore
    loaded: Loaded


def folder_of(hass: HomeAssistant, entry_id: str) -> Path:
    """Return where an entry keeps its files."""
    return Path(hass.config.path(".storage", DOMAIN, entry_id))


async def async_open(hass: HomeAssistant, entry_id: str) -> Storage:
    """Open journal and models; raises ConfigEntryError or ConfigEntryNotReady, with a repair issue."""
    folder = folder_of(hass, entry_id)
    store = ModelStore(folder / "models")
    loaded = await hass.async_add_executor_job(_load, folder, store)
    if loaded.problem is None:
        settle_issue(hass, ISSUE_MODEL_UNREADABLE)
    else:
        raise_issue(hass, ISSUE_MODEL_UNREADABLE, {"problem": loaded.problem})
    return Storage(folder, await _async_open_journal(hass, folder / "journal.db"), store, loaded)


def _load(folder: Path, store: ModelStore) -> Loaded:
    """Load a model; a training that was killed may have left its days of behaviors."""
    shutil.rmtree(folder / TRAINING, ignore_errors=True)
    return store.load()


def told(folder: Path) -> list[str]:
    """Return the ids of the episodes that an entry told last; its journal must be closed."""
    path = folder / "journal.db"
    if not path.is_file():
        return []
    try:
        with closing(Journal.open(path)) as journal:
            return [row["episode_id"] for row in journal.episodes()]
    except (JournalError, OSError):
        return []


def remove(folder: Path) -> None:
    """Delete what an entry kept, and the folder around it when it is empty."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent.is_dir() and not any(folder.parent.iterdir()):
        folder.parent.rmdir()


async def _async_open_journal(hass: HomeAssistant, path: Path) -> Journal:
    """Open the journal; a damaged one is opened again after what is readable in it was saved."""
    try:
        journal = await hass.async_add_executor_job(_open_or_salvage, hass, path)
    except JournalVersionError as err:
        raise_issue(hass, ISSUE_JOURNAL_NEWER, {"path": str(path)})
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key=ISSUE_JOURNAL_NEWER,
            translation_placeholders={"path": str(path)},
        ) from err
    except (JournalError, OSError) as err:
        raise_issue(hass, ISSUE_JOURNAL_UNAVAILABLE, {"path": str(path), "reason": str(err)})
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key=ISSUE_JOURNAL_UNAVAILABLE,
            translation_placeholders={"path": str(path), "reason": str(err)},
        ) from err
    settle_issue(hass, ISSUE_JOURNAL_NEWER, ISSUE_JOURNAL_UNAVAILABLE)
    return journal


def _open_or_salvage(hass: HomeAssistant, path: Path) -> Journal:
    try:
        return Journal.open(path)
    except JournalDamagedError as err:
        _LOGGER.warning("The journal was damaged: %s", err)
        hass.loop.call_soon_threadsafe(_tell_damage, hass, err, journal_copy.date_of(path))
    return Journal.open(path)


def _tell_damage(hass: HomeAssistant, err: JournalDamagedError, copied: datetime | None) -> None:
    """Offer to restore what is missing from the copy, where there is one."""
    kept = {"kept": str(err.kept), "rows": str(err.rows)}
    if copied is None:
        raise_issue(hass, ISSUE_JOURNAL_LOST, kept)
        return
    date = dt_util.as_local(copied).strftime("%Y-%m-%d %H:%M")
    raise_issue(hass, ISSUE_JOURNAL_DAMAGED, {**kept, "date": date}, {"kept": str(err.kept)})
