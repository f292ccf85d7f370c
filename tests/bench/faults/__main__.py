"""`scripts/bench faults`: do every fault to a home and print what came of it, as JSON."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from homeassistant.const import __version__

from . import damage, disks, kills, surroundings
from .outcome import Outcome

SEED: Final = 7
KILLS: Final = 200
SHORT: Final = 20
"""A short run does a twentieth of what is done many times."""

type Fault = Callable[[Path, Path], Outcome]
"""Takes a house to copy and an empty folder."""


def faults(seed: int, share: int) -> Mapping[str, Fault]:
    """Return each fault by its name; share: do one in so many tries."""
    count, ways = max(1, KILLS // share), list(kills.SPANS)
    found: dict[str, Fault] = {}
    for number, how in enumerate(ways):
        tries = (count + number) // len(ways)
        found[f"kill during {how}"] = partial(kills.run, kills=tries, seed=seed, how=how)
    for name, fault in {**damage.FAULTS, **disks.FAULTS, **surroundings.FAULTS}.items():
        found[name] = partial(fault, seed=seed, share=share, name=name)
    return found


def main(arguments: list[str]) -> int:
    """Read the flags, do the faults, print and write what came of them; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/bench faults", description=__doc__)
    parser.add_argument("--out", type=Path, help="JSON; what it holds of faults not done now is kept")
    parser.add_argument("--only", nargs="+", default=[""], help="faults whose names contain one of these")
    parser.add_argument("--short", action="store_true", help=f"one in {SHORT} tries")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    chosen = {
        name: fault
        for name, fault in faults(given.seed, SHORT if given.short else 1).items()
        if any(part in name for part in given.only)
    }
    outcomes = _earlier(given.out)
    for outcome in _done(chosen):
        outcomes[outcome.name] = outcome.to_json()
        if given.out:
            given.out.write_text(json.dumps(_result(outcomes, given.seed), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(_result(outcomes, given.seed)))
    return int(any(outcomes[name]["verdict"] != "survived" for name in chosen))


def _done(chosen: Mapping[str, Fault]) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory(prefix="house-") as folder:
        learned = kills.furnish(Path(folder) / "learned")
        for number, (name, fault) in enumerate(chosen.items()):
            room = Path(folder) / str(number)
            room.mkdir()
            outcome = fault(learned, room)
            print(f"{name}: {outcome.tries} tries, {outcome.verdict}", file=sys.stderr)
            yield outcome


def _earlier(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    earlier: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["details"]
    return earlier


def _result(outcomes: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return what `scripts/bench faults` prints."""
    rows = outcomes.values()
    killed = [row for name, row in outcomes.items() if name.startswith("kill ")]
    return {
        "ha_version": __version__,
        "seed": seed,
        "events": sum(row["behaviors"] for row in rows),
        "rss_growth_mb": max((row["more"].get("rss growth, MB", 0.0) for row in rows), default=0.0),
        "behaviors_lost": sum(row["lost"] for row in rows),
        "kills": sum(row["tries"] for row in killed),
        "unreadable_models": sum(row["tries"] - row["loads"] for row in rows),
        "faults": {name: row["verdict"] for name, row in outcomes.items()},
        "details": dict(outcomes),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
