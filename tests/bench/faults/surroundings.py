"""The faults around a home, by name: what happens before its start and while it runs, what is promised."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from . import after, clocks, others, troubles
from .forks import ask
from .others import Change
from .outcome import Outcome

GOES_ON: Final = "nothing that was lived is lost, it goes on guarding, also after a restart"
REFUSES: Final = "refused in words and left as it is; once put right nothing is lost"


@dataclass(frozen=True)
class Case:
    """trouble: while it runs; before: done to its files; mend: what puts that right; start: the clock's time.

    wanted: its status before it is mended. words: how many repairs and log lines are right, at most.
    """

    trouble: troubles.Trouble | None = troubles.nothing
    before: Change = others.nothing
    mend: Change = others.nothing
    wanted: str = "guarding"
    start: float | None = None
    with_recorder: bool = True
    speaks: bool = False


CASES: Final[Mapping[str, Case]] = {
    "recorder absent": Case(with_recorder=False, speaks=True),
    "recorder stopped": Case(troubles.stopped_recorder, speaks=True),
    "recorder locked": Case(troubles.locked_recorder),
    "recorder replaced": Case(before=others.no_recorder_file),
    "recorder damaged": Case(before=others.junk_in_recorder),
    "entry reloaded in a loop": Case(troubles.reloads),
    "entry reloaded many times at once": Case(troubles.reloads_at_once),
    "executor exhausted": Case(troubles.busy_executor),
    "clock a day forward and back": Case(clocks.forward, start=0.0),
    "clock two days backward and right again": Case(clocks.backward, start=0.0),
    "clocks go forward in spring": Case(clocks.pass_an_hour, start=clocks.SPRING),
    "clocks go back in autumn": Case(clocks.pass_an_hour, start=clocks.AUTUMN),
    "time zone changed": Case(troubles.another_zone),
    "entity ids renamed in bulk": Case(troubles.renames),
    "journal of a newer version": Case(
        None, others.newer_journal, others.older_journal, wanted="setup_error", speaks=True
    ),
    "model of a newer version": Case(None, others.newer_model, speaks=True),
    "entry of a newer version": Case(
        None, others.newer_entry, others.older_entry, wanted="migration_error", speaks=True
    ),
}


def try_case(learned: Path, folder: Path, seed: int, share: int, name: str) -> Outcome:
    """Do one fault, start again afterwards, and compare."""
    case = CASES[name]
    outcome = Outcome(name, REFUSES if case.trouble is None else GOES_ON)
    place = shutil.copytree(learned, folder / "house")
    known = {(b.time, b.entity) for b in ask(after.on_disk, place)["behaviors"]}
    case.before(place)
    found = ask(_during, place, case, seed)
    outcome.take(found, case.wanted)
    case.mend(place)
    again = ask(after.look_at, place)
    outcome.count("does not guard after a restart", again["status"] != "guarding")
    outcome.behaviors = len(known) + found.get("lived", 0)
    outcome.lost = found.get("lost", 0) + len(known - {(b.time, b.entity) for b in again["behaviors"]})
    words = (len(found["issues"]), len(found["lines"]))
    outcome.count("no repair and no log line", case.speaks and not any(words))
    outcome.count("more than one repair or one log line", max(words) > case.speaks)
    for figure, value in found.get("more", {}).items():
        if figure.startswith("WRONG "):
            outcome.count(figure.removeprefix("WRONG "), value)
        else:
            outcome.add(figure, value)
    return outcome


async def _during(folder: Path, case: Case, seed: int) -> dict[str, Any]:
    if case.trouble is None:
        return await after.look_at(folder)
    with nullcontext() if case.start is None else clocks.clock(case.start or None):
        return await troubles.through(folder, case.trouble, seed, with_recorder=case.with_recorder)


FAULTS: Final = dict.fromkeys(CASES, try_case)
