"""A home's log: read from a history export, and divided into what is learned and what is lived."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .. import core_access  # noqa: F401  # before the core is imported

# isort: split
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.errors import SmartGuardError
from custom_components.smartguard.core.evidence import DAY, WEEK
from custom_components.smartguard.core.history_csv import Export, Tally, read_file
from custom_components.smartguard.core.learn import LearnOptions


class LogError(SmartGuardError):
    """A log can not be used as it was asked to be."""


@dataclass(frozen=True)
class Log:
    """What a home did, in time order.

    learned: the first days, those to train and those to calibrate on. lived: the rest. begin: UTC seconds
    of the local midnight between them. end: of the last row that is lived.
    """

    name: str
    zone: ZoneInfo
    train_days: int
    calibrate_days: int
    learned: tuple[Behavior, ...]
    lived: tuple[Behavior, ...]
    begin: float
    end: float
    tally: Tally

    @property
    def weeks(self) -> float:
        """Return how long is lived, weeks."""
        return (self.end - self.begin) / WEEK

    def before(self, moment: float) -> list[Behavior]:
        """Return all behaviors before a moment (UTC seconds)."""
        return [b for part in (self.learned, self.lived) for b in part if b.time < moment]

    @property
    def days(self) -> dict[str, float]:
        """Return the days of each part."""
        lived = round((self.end - self.begin) / DAY, 2)
        return {"train": self.train_days, "calibrate": self.calibrate_days, "test": lived}


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name; raises LogError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as err:
        raise LogError(f"expected the name of a time zone such as Europe/Berlin, got {name!r}") from err


def load(path: Path, zone: ZoneInfo, train_days: int, calibrate_days: int) -> Log:
    """Read a log and divide it at local midnights; raises LogError, HistoryFileError, OSError."""
    return divide(path.stem, read_file(path, zone, time.time()), zone, train_days, calibrate_days)


def held_out(days: int) -> int:
    """Return how many of so many days the product keeps to calibrate on."""
    return min(LearnOptions.held_out_days, max(1, round(LearnOptions.held_out * days)))


def divide(
    name: str,
    export: Export,
    zone: ZoneInfo,
    train_days: int,
    calibrate_days: int,
    lived_days: int | None = None,
) -> Log:
    """Divide an export at local midnights; raises LogError where nothing is left to live through.

    lived_days: at most so many are lived, None for all that are left.
    """
    tally, behaviors = export.tally, export.behaviors
    if tally.first is None or tally.last is None or not behaviors:
        raise LogError(f"expected a log of a home in use, got {'; '.join(tally.sentences())}")
    first = datetime.fromtimestamp(tally.first, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = (first + timedelta(days=train_days + calibrate_days)).timestamp()
    if begin >= tally.last:
        held = (tally.last - first.timestamp()) / DAY
        raise LogError(
            f"expected a log of more than {train_days + calibrate_days} days "
            f"({train_days} to train, {calibrate_days} to calibrate), got {held:.1f}"
        )
    end = tally.last
    if lived_days is not None:
        end = min(end, (first + timedelta(days=train_days + calibrate_days + lived_days)).timestamp())
    learned = tuple(b for b in behaviors if b.time < begin)
    lived = tuple(b for b in behaviors if begin <= b.time <= end)
    return Log(name, zone, train_days, calibrate_days, learned, lived, begin, end, tally)


def name_of(entity: str) -> str:
    """Return what a person calls an entity without a name of its own, as Home Assistant does."""
    return entity.partition(".")[2].replace("_", " ")
