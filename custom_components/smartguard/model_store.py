"""Versions of the model on disk: `models/0001.npz`, … and a pointer to the one in use.

Everything here reads or writes files and belongs in the executor.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from homeassistant.util.file import WriteError, write_utf8_file_atomic

from .core.errors import ArtifactError, ArtifactVersionError, SmartGuardError
from .core.guard import Guard

_LOGGER = logging.getLogger(__name__)

KEEP = 5


class NoSuchVersionError(SmartGuardError):
    """The version asked for is not on disk."""


@dataclass(frozen=True, slots=True)
class Version:
    """One stored model: its number, when it was trained (UTC seconds), and on how many behaviors."""

    number: int
    trained: float
    behaviors: int

    @property
    def name(self) -> str:
        """Return how the version is called on disk and on the status page."""
        return f"{self.number:04d}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A model and the version that it was read from."""

    guard: Guard
    version: Version


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` found; problem says why the version in use could not be read."""

    stored: Stored | None
    problem: str | None = None


class ModelStore:
    """The versions in one folder; the newest KEEP are kept, and always the one in use."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not exist yet."""
        self._folder = folder
        self._pointer = folder / "current.json"
        self.in_use: Version | None = None
        self._disowned = 0

    @property
    def is_disowned(self) -> bool:
        """Whether the version in use only guards until there is one that began anew."""
        return self.in_use is not None and self.in_use.number <= self._disowned

    def load(self) -> Loaded:
        """Load the version in use, or the last good one where that can not be read."""
        self._sweep()
        disowned = self._index().get("disowned")
        self._disowned = disowned if isinstance(disowned, int) else 0
        problem: str | None = None
        for number in self._preferred():
            try:
                stored = self._read(number)
            except (ArtifactError, OSError) as err:
                problem = problem or f"{self.path(number).name}: {err}"
                _LOGGER.warning("Model %s can not be read: %s", self.path(number).name, err)
                continue
            self.in_use = stored.version
            return Loaded(stored, problem)
        return Loaded(None, problem)

    def add(self, guard: Guard, trained: float, behaviors: int) -> Version:
        """Store a new version and put it in use; raises OSError where the disk refuses."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        version = Version(max(self._disowned, *self.numbers(), 0) + 1, trained, behaviors)
        guard.save(self.path(version.number))
        self._use(version)
        self._prune(version.number)
        return version

    def roll_back(self, number: int | None = None) -> Stored:
        """Put an earlier version in use: `number`, or the one before the present one.

        Raises NoSuchVersionError, or ArtifactError when that version can not be read.
        """
        numbers, current = self.numbers(), self.current()
        if number is None:
            number = max((n for n in numbers if current is None or n < current), default=None)
        if number not in numbers:
            wished = "an earlier version" if number is None else f"version {number}"
            raise NoSuchVersionError(f"expected {wished} among the stored ones, got {numbers}")
        stored = self._read(number)
        self._use(stored.version)
        return stored

    def disown(self) -> None:
        """Have no training go on from a version that is stored now, also after a restart.

        Raises OSError where the disk refuses; until a restart it holds all the same.
        """
        if self.in_use is not None:
            self._disowned = max(self.in_use.number, *self.numbers())
            self._use(self.in_use)

    def clear(self) -> None:
        """Delete every version."""
        for number in self.numbers():
            self.path(number).unlink(missing_ok=True)
        self._pointer.unlink(missing_ok=True)
        self.in_use = None
        self._disowned = 0

    def numbers(self) -> list[int]:
        """Return the numbers of the stored versions, oldest first."""
        return sorted(int(path.stem) for path in self._folder.glob("[0-9]*.npz") if path.stem.isdecimal())

    def versions(self) -> list[Version]:
        """Return the stored versions, oldest first (in an executor thread)."""
        return [self._version(number) for number in self.numbers()]

    def current(self) -> int | None:
        """Return the number of the version in use; None when no pointer says it."""
        number = self._index().get("current")
        return number if isinstance(number, int) else None

    def path(self, number: int) -> Path:
        """Return where a version is stored."""
        return self._folder / f"{number:04d}.npz"

    def _sweep(self) -> None:
        """Delete what a write that was killed left beside the models."""
        with contextlib.suppress(OSError):
            for path in self._folder.glob("*tmp*"):
                path.unlink(missing_ok=True)

    def _preferred(self) -> Iterator[int]:
        """Yield the version in use, then older ones from the newest on, then newer ones."""
        numbers = self.numbers()
        current = self.current() or max(numbers, default=0)
        yield from (n for n in reversed(numbers) if n <= current)
        yield from (n for n in reversed(numbers) if n > current)

    def _read(self, number: int) -> Stored:
        return Stored(Guard.load(self.path(number)), self._version(number))

    def _version(self, number: int) -> Version:
        """Return what the pointer file knows of a version, or what its file tells."""
        rows = self._index().get("versions", ())
        for row in rows if isinstance(rows, list) else ():
            match row:
                case {"number": int(n), "trained": float(trained), "behaviors": int(behaviors)} if (
                    n == number
                ):
                    return Version(number, trained, behaviors)
        return Version(number, self.path(number).stat().st_mtime, 0)

    def _index(self) -> dict[str, Any]:
        try:
            index = json.loads(self._pointer.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as err:
            _LOGGER.warning("The list of models can not be read, taking the newest model: %s", err)
            return {}
        return index if isinstance(index, dict) else {}

    def _use(self, version: Version) -> None:
        """Point to a version in one atomic write."""
        self.in_use = version
        known = [self._version(number) for number in self.numbers() if number != version.number]
        rows = [asdict(row) for row in sorted([*known, version], key=lambda row: row.number)]
        text = json.dumps({"current": version.number, "disowned": self._disowned, "versions": rows})
        try:
            write_utf8_file_atomic(str(self._pointer), text, private=True)
        except WriteError as err:
            raise OSError(f"{self._pointer.name} can not be written: {err}") from err

    def _prune(self, current: int) -> None:
        """Delete all but the newest versions; never the one in use nor one of a newer SmartGuard."""
        for number in self.numbers()[:-KEEP]:
            if number != current and not self._is_newer(number):
                self.path(number).unlink(missing_ok=True)

    def _is_newer(self, number: int) -> bool:
        try:
            self._read(number)
        except ArtifactVersionError:
            return True
        except (ArtifactError, OSError):
            return False
        return False
