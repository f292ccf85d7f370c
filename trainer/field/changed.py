"""`python -m trainer changed`: live through a simulated home that changes, and see when that is noticed.

Each change is lived through twice, by the same first lessons: learned anew when drift says so, and not. A
home that does not change is lived through as well, for longer: what is noticed there is noticed in vain.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from custom_components.smartguard.core.evidence import DAY

from .. import results
from ..paper.flags import Parser, bar, done, number, one_of, whole
from ..simulate import Home, simulate
from ..simulate.changes import CHANGES, after, simulate_changed
from ..simulate.command import START
from ..simulate.export import write_csv
from .command import LEAST_BUDGET, on_one_thread
from .drifting import Drifting
from .less import Less, Lessons
from .living import LARGEST_BUDGET, episodes
from .log import Log, load
from .model import Model
from .outcome import Record, alert
from .run import run

PROG = "trainer changed"
UNCHANGED = "none"


def main(arguments: list[str]) -> int:
    """Read the flags, live through each change, write what was noticed; return the exit status."""
    parser = Parser(PROG, __doc__)
    parser.add_argument("--household", type=whole(1), required=True)
    parser.add_argument("--home-seed", type=whole(0), default=1, help="draws the days")
    parser.add_argument("--train-days", type=whole(1), default=28)
    parser.add_argument("--calibrate-days", type=whole(1), default=7)
    parser.add_argument("--after-days", type=whole(1), default=14, help="lived from the change on")
    parser.add_argument("--unchanged-days", type=whole(1), default=42, help="lived where nothing changes")
    parser.add_argument("--change", nargs="+", type=one_of(*CHANGES), default=list(CHANGES))
    parser.add_argument("--retrain-days", type=whole(0), default=0, help="learn anew after so many days too")
    parser.add_argument("--budget", type=number(LEAST_BUDGET, LARGEST_BUDGET), default=1.0)
    parser.add_argument("--seed", type=whole(0), default=0, help="draws the network")
    parser.add_argument("--out", type=Path, required=True, help="JSON file")
    given = parser.parse_args(arguments)
    return on_one_thread(PROG, lambda: _changed(given))


def _changed(given: argparse.Namespace) -> None:
    results.check_writable(given.out)
    results.write(given.out, lived(Plan.of(given), Less("", Lessons())))


@dataclass(frozen=True)
class Plan:
    """What is lived through: a household, how it changes after what was learned, and for how long."""

    household: int
    home_seed: int
    train_days: int
    calibrate_days: int
    after_days: int
    unchanged_days: int
    change: Sequence[str]
    retrain_days: int = 0
    budget: float = 1.0
    seed: int = 0
    start: date = START

    @classmethod
    def of(cls, given: argparse.Namespace) -> Plan:
        """Take the flags."""
        return cls(**{name: getattr(given, name) for name in cls.__dataclass_fields__ if name != "start"})

    @property
    def learned_days(self) -> int:
        """Return the days before the change."""
        return self.train_days + self.calibrate_days

    def log(self, change: str, folder: Path) -> Log:
        """Write the history of a change as Home Assistant's download has it, and read it."""
        home, path = Home.other(self.household), folder / f"household_{self.household}.csv"
        zone = ZoneInfo(home.zone)
        start = datetime(self.start.year, self.start.month, self.start.day, tzinfo=zone)
        if change == UNCHANGED:
            actions = simulate(home, self.home_seed, start, self.learned_days + self.unchanged_days)
        else:
            days = self.learned_days + self.after_days
            actions = simulate_changed(home, self.home_seed, start, days, change, self.learned_days)
        write_csv(after(home, change), actions, path)
        return load(path, zone, self.train_days, self.calibrate_days)


def lived(plan: Plan, model: Model) -> Record:
    """Return what `changed` writes; raises NotEnoughDataError."""
    with TemporaryDirectory() as folder:
        lives = [_life(plan, change, plan.log(change, Path(folder)), model) for change in _changes(plan)]
    return {
        "log": f"household_{plan.household}",
        "home_seed": plan.home_seed,
        "seed": plan.seed,
        "days": {"train": plan.train_days, "calibrate": plan.calibrate_days},
        "after_days": plan.after_days,
        "unchanged_days": plan.unchanged_days,
        "retrain_days": plan.retrain_days,
        "budget": plan.budget,
        "lives": lives,
    }


def _changes(plan: Plan) -> Iterator[str]:
    yield UNCHANGED
    yield from plan.change


def _life(plan: Plan, change: str, log: Log, model: Model) -> Record:
    """Live through a change; where nothing is noticed, heeding it is the same life."""
    drifting = Drifting()
    noticed = drifting.noticed
    heeding = _alerts(plan, log, model, drifting)
    without = _alerts(plan, log, model, None) if noticed else heeding
    said = f"noticed {len(noticed)} times, {len(heeding)} alerts where that is heeded, {len(without)} else"
    done(change, said)
    return {
        "change": change,
        "weeks": round(log.weeks, 4),
        "noticed_days": [round((moment - log.begin) / DAY, 2) for moment in noticed],
        "alerts": heeding,
        "alerts_unheeded": without,
    }


def _alerts(plan: Plan, log: Log, model: Model, drifting: Drifting | None) -> list[Record]:
    found = run(model, log, plan.seed, bar(model.name), plan.retrain_days, plan.budget, drifting)
    return [alert(episode, found) for episode in episodes(found.told(plan.budget))]
