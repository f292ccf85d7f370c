"""Files that are damaged: each of 200 equal ranges, and every byte of the headers, of journal and models."""

from __future__ import annotations

import itertools
import random
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from custom_components.smartguard.core.errors import ArtifactError
from custom_components.smartguard.core.guard import Guard

from . import after, house
from .forks import ask
from .outcome import Outcome

RANGES: Final = 200
JOURNAL_HEADER: Final = 100
LOG_HEADER: Final = 32
AIM: Final = "what was lived is there again, the last good model guards, at most one repair and one log line"

type Place = tuple[int, int]


def ranges(size: int, share: int, _rng: random.Random) -> list[Place]:
    """Return equal ranges of a file, (begin, end)."""
    edges = [size * number // RANGES for number in range(RANGES + 1)]
    return [(a, b) for a, b in itertools.pairwise(edges) if a < b][::share]


def single(size: int, share: int, rng: random.Random) -> list[Place]:
    """Return single bytes anywhere in a file."""
    return [(n, n + 1) for n in sorted(rng.sample(range(size), RANGES // share))]


def first(count: int) -> Callable[[int, int, random.Random], list[Place]]:
    """Return what gives the first bytes of a file, each for itself."""
    return lambda _size, share, _rng: [(n, n + 1) for n in range(0, count, share)]


def journal(learned: Path, folder: Path, seed: int, share: int, name: str) -> Outcome:
    """Damage the journal of a house at each place, and start it."""
    outcome, rng = Outcome(name, AIM), random.Random(f"{seed} {name}")
    size = (house.kept(learned) / "journal.db").stat().st_size
    truth = ask(after.on_disk, shutil.copytree(learned, folder / "truth"))["behaviors"]
    lived = {(b.time, b.entity, b.control) for b in truth}
    for place in _PLACES[name](size, share, rng):
        path = house.kept(_fresh(learned, folder)) / "journal.db"
        _scribble(path, place, rng)
        _compare(outcome, ask(after.look_at, folder / "house"), lived)
    return outcome


def log(learned: Path, folder: Path, seed: int, share: int, name: str) -> Outcome:
    """Damage the log beside a journal whose home was killed, at each place."""
    outcome, rng = Outcome(name, AIM), random.Random(f"{seed} {name}")
    killed = shutil.copytree(learned, folder / "killed")
    ask(_leave_log, killed)
    size = (house.kept(killed) / "journal.db-wal").stat().st_size
    truth = ask(after.on_disk, shutil.copytree(killed, folder / "truth"))["behaviors"]
    lived = {(b.time, b.entity, b.control) for b in truth}
    for place in _PLACES[name](size, share, rng):
        path = house.kept(_fresh(killed, folder)) / "journal.db-wal"
        _scribble(path, place, rng)
        _compare(outcome, ask(after.look_at, folder / "house"), lived)
    return outcome


async def _leave_log(folder: Path) -> None:
    """Have the journal's rows in its log only, as a kill leaves them."""
    path = house.kept(folder) / "journal.db"
    behaviors = (await after.on_disk(folder))["behaviors"]
    path.unlink()
    opened = after.Journal.open(path)
    for start in range(0, len(behaviors), 50):
        opened.add(behaviors[start : start + 50])
        opened.flush()
    for ending in ("", "-wal"):
        piece = path.with_name(path.name + ending)
        shutil.copyfile(piece, piece.with_name(piece.name + ".left"))
    opened.close()
    for ending in ("", "-wal"):
        piece = path.with_name(path.name + ending)
        piece.with_name(piece.name + ".left").replace(piece)


def model(learned: Path, folder: Path, seed: int, share: int, name: str) -> Outcome:
    """Damage the newest model of a house at each place, and start it: the one before must guard."""
    outcome, rng = Outcome(name, AIM), random.Random(f"{seed} {name}")
    size = max((house.kept(learned) / "models").glob("0*.npz")).stat().st_size
    for place in _PLACES[name](size, share, rng):
        path = max((house.kept(_fresh(learned, folder)) / "models").glob("0*.npz"))
        _scribble(path, place, rng)
        found = ask(after.look_at, folder / "house")
        outcome.take(found)
        _few_words(outcome, found)
        outcome.add("noticed", found["version"] != path.stem)
    return outcome


def header(learned: Path, folder: Path, seed: int, share: int, name: str) -> Outcome:
    """Damage every byte of a model's header, and read it: it is refused, or says what it said before."""
    outcome, rng = Outcome(name, "refused in words, or the same as before"), random.Random(seed)
    source = max((house.kept(learned) / "models").glob("0*.npz"))
    path = Path(shutil.copy(source, folder / source.name))
    whole, before = path.read_bytes(), _told(Guard.load(path))
    # There are thousands of bytes: a short run takes a twentieth of a twentieth of them.
    for offset in range(0, _header_end(path), share * share):
        other = bytes([whole[offset] ^ rng.randrange(1, 256)])
        path.write_bytes(whole[:offset] + other + whole[offset + 1 :])
        outcome.tries += 1
        try:
            same = _told(Guard.load(path)) == before
        except ArtifactError:
            outcome.add("noticed", 1)
            same = True
        outcome.count("another model than before", not same)
    outcome.loads = outcome.clean = outcome.tries
    return outcome


def _told(guard: Guard) -> tuple[Any, ...]:
    return guard.vocabulary.to_json(), dict(guard.about), guard.zone.key, guard.sequence.weights.tobytes()


def _header_end(path: Path) -> int:
    """Return where the first member's data ends: the file begins with the header."""
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
    return first.header_offset + 30 + len(first.filename) + first.file_size


def _fresh(source: Path, folder: Path) -> Path:
    target = folder / "house"
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(source, target)


def _scribble(path: Path, place: Place, rng: random.Random) -> None:
    """Put other bytes in a place; no byte of it stays as it was."""
    data = bytearray(path.read_bytes())
    for offset in range(*place):
        data[offset] ^= rng.randrange(1, 256)
    path.write_bytes(data)


def _compare(outcome: Outcome, found: dict[str, Any], lived: set[tuple[float, str, str]]) -> None:
    now = {(b.time, b.entity, b.control) for b in found["behaviors"]}
    outcome.take(found)
    _few_words(outcome, found)
    outcome.behaviors += len(lived)
    outcome.lost += len(lived - now)
    outcome.add("damaged behaviors that were kept", len(now - lived))
    outcome.add("noticed", bool(found["issues"] or found["lines"]))


def _few_words(outcome: Outcome, found: dict[str, Any]) -> None:
    words = (len(found["issues"]), len(found["lines"]))
    outcome.count("more than one repair or one log line", max(words) > 1)


_PLACES: Final[Mapping[str, Callable[[int, int, random.Random], list[Place]]]] = {
    "damage in each range of the journal": ranges,
    "damage of single bytes of the journal": single,
    "damage of each byte of the journal's header": first(JOURNAL_HEADER),
    "damage in each range of the journal's log": ranges,
    "damage of each byte of the log's header": first(LOG_HEADER),
    "damage in each range of a model": ranges,
}
FAULTS: Final[Mapping[str, Callable[..., Outcome]]] = {
    "damage in each range of the journal": journal,
    "damage of single bytes of the journal": journal,
    "damage of each byte of the journal's header": journal,
    "damage in each range of the journal's log": log,
    "damage of each byte of the log's header": log,
    "damage in each range of a model": model,
    "damage of each byte of a model's header": header,
}
