"""Disks that refuse: full while living and while training, a limit of file size, a folder that is read-only.

A file system of its own is mounted in a name space of the process alone; where that is not permitted, the
fault is not tried and says so.
"""

from __future__ import annotations

import logging
import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.smartguard.journal import JournalError

from . import after, house
from .forks import Lines, ask
from .lives import behave
from .outcome import Outcome

AIM: Final = "one repair or log line; with room again nothing is lost and it goes on guarding"
BEHAVIORS: Final = 60
ROOM: Final = 2 * 1024 * 1024
_LITTLE: Final = 8192


def refuse(learned: Path, folder: Path, seed: int, share: int, name: str) -> Outcome:
    """Let a disk refuse in one way, and give it room again."""
    outcome = Outcome(name, AIM)
    place = shutil.copytree(learned, folder / "house")
    found = ask(_WAYS[name], place, seed)
    if found is None:
        outcome.more["not permitted here"] = 1
        return outcome
    outcome.take(found)
    outcome.behaviors, outcome.lost = found["lived"], found["lost"]
    words = (len(found["issues"]), len(found["lines"]))
    outcome.count("no repair and no log line", not any(words))
    outcome.count("more than one repair or one log line", max(words) > 1)
    return outcome


async def _full_while_living(folder: Path, seed: int) -> dict[str, Any] | None:
    if (disk := _mount(folder)) is None:
        return None
    return await _live_through(disk, seed, lambda: _filled(disk), train=False)


async def _full_while_training(folder: Path, seed: int) -> dict[str, Any] | None:
    if (disk := _mount(folder)) is None:
        return None
    return await _live_through(disk, seed, lambda: _filled(disk), train=True)


async def _limited(folder: Path, seed: int) -> dict[str, Any] | None:
    return await _live_through(folder, seed, _short_files, train=False)


async def _live_through(
    folder: Path, seed: int, refusing: Callable[[], Any], *, train: bool
) -> dict[str, Any]:
    """Live, or train, while the disk refuses; then give it room and look whether all is there."""
    lines, said = Lines(), list[Any]()
    logging.getLogger().addHandler(lines)
    async with house.running(folder) as hass:
        await house.async_status(hass, "guarding", "failed")
        home = house.entry_of(hass).runtime_data
        with refusing():
            if train:
                await _async_try_to_train(hass)
            else:
                await behave(hass, said.append, random.Random(seed), BEHAVIORS)
                home.journal.request_commit()
                with suppress(JournalError):
                    await hass.async_add_executor_job(home.journal.flush)
        lived = {word[2] for word in said}
        contents = await after.async_contents(hass)
        found = {"status": await house.async_status(hass, "guarding"), **contents}
        found |= {"issues": house.issues(hass), "left": await house.async_unload(hass)}
    gone = lived - {(b.time, b.entity) for b in found["behaviors"]}
    return {
        **found,
        "lived": len(lived),
        "lost": len(gone),
        "leftovers": house.leftovers(folder),
        "lines": lines.lines,
    }


async def _async_try_to_train(hass: HomeAssistant) -> None:
    try:
        await house.entry_of(hass).runtime_data.async_train("bench")
    except HomeAssistantError:
        return


async def _read_only(folder: Path, seed: int) -> dict[str, Any] | None:
    """Start where nothing can be written, then where it can."""
    kept = house.kept(folder)
    if not _make_read_only(kept):
        return None
    first = await after.look_at(folder)
    _mount_again(kept, "rw")
    again = await after.look_at(folder)
    return {**again, "issues": first["issues"], "lines": first["lines"], "lived": 0, "lost": 0}


@contextmanager
def _filled(disk: Path) -> Iterator[None]:
    """Leave no room on a disk."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        while (free := os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize) > 0:
            file.write(bytes(min(free, _LITTLE)))
            file.flush()
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _short_files() -> Iterator[None]:
    """Let no file grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _mount(folder: Path) -> Path | None:
    """Move a house to a small disk of its own, seen by this process only; None where that may not be done."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) + ROOM
    disk = folder.with_name("disk")
    disk.mkdir()
    if not _apart() or not _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)):
        return None
    shutil.copytree(folder, disk, dirs_exist_ok=True)
    return disk


def _make_read_only(folder: Path) -> bool:
    return _apart() and _run("mount", "--bind", str(folder), str(folder)) and _mount_again(folder, "ro")


def _mount_again(folder: Path, how: str) -> bool:
    return _run("mount", "-o", f"remount,bind,{how}", str(folder))


def _apart() -> bool:
    """Have what is mounted from now on seen by this process only."""
    try:
        os.unshare(os.CLONE_NEWNS)
    except (OSError, AttributeError):
        return False
    return _run("mount", "--make-rprivate", "/")


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


_WAYS: Final[Mapping[str, Callable[..., Any]]] = {
    "disk full while living": _full_while_living,
    "disk full while training": _full_while_training,
    "files that may not grow": _limited,
    "read-only folder": _read_only,
}
FAULTS: Final = dict.fromkeys(_WAYS, refuse)
