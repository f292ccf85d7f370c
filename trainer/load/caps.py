"""`python -m trainer caps`: what each cap that keeps a small computer alive costs in detection.

One simulated home is learned with the caps as they ship and with each of them tightened and loosened, and
lived through as the field suite does: false alerts on its days as they are, and how many of the anomalies
that were injected into them are told. The loss is how strange the newest learned days were to a network that
had not seen them.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.history_csv import read_file
from custom_components.smartguard.core.learn import LearnOptions, learn

from .. import results
from ..detector import Progress
from ..engines import Record, engine_of
from ..field.field import judged
from ..field.injection import draw
from ..field.log import Log, divide
from ..field.model import Learned, Setting
from ..field.smartguard import Guarding, SmartGuard
from ..paper.flags import Parser, whole
from ..report import RESULTS
from ..simulate import Home, simulate
from ..simulate.command import START
from ..simulate.export import write_csv
from ..sweeps.flags import seeds, stoppable_command
from ..sweeps.run import run_cells
from ..sweeps.store import DEFAULT, Store

PROG: Final = "trainer caps"
ZONE: Final = ZoneInfo("Europe/Berlin")
CALIBRATE: Final = 7
BUDGET: Final = 1.0
SHIPPED: Final = "as shipped"
MOVED: Final[dict[str, tuple[float, ...]]] = {
    "windows": (1500, 12_000),
    "epochs": (5,),
    "calibrated_days": (30,),
    "seconds": (10,),
}
"""Caps of LearnOptions and of its training, and what each is moved to, alone."""


@dataclass(frozen=True)
class Capped(SmartGuard):
    """The product with one cap moved. found: what its learning took and came to."""

    cap: str = SHIPPED
    value: float = 0
    found: Record = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the cap and its value."""
        return self.cap if self.cap == SHIPPED else f"{self.cap} {self.value:g}"

    def learn(
        self,
        behaviors: Sequence[Behavior],
        setting: Setting,
        progress: Progress,
        before: Learned | None = None,
    ) -> Learned:
        """Learn without regard to what was learned before; count the processor's seconds."""
        del before
        begun = time.process_time()
        learned = learn(behaviors, self.options(behaviors, setting), progress)
        self.found["cpu_s"] = time.process_time() - begun
        self.found.update({name: learned.report[name] for name in ("epochs", "loss")})
        return Guarding(learned.guard)

    def options(self, behaviors: Sequence[Behavior], setting: Setting) -> LearnOptions:
        """Return what the live path would ask for, with the cap moved."""
        shipped = super().options(behaviors, setting)
        if self.cap == "epochs":
            return replace(shipped, training=replace(shipped.training, epochs=int(self.value)))
        if self.cap == "seconds":
            return replace(shipped, seconds=self.value)
        moved: Record = {} if self.cap == SHIPPED else {self.cap: int(self.value)}
        return replace(shipped, **moved)


@cache
def home(household: int, learned: int, lived: int) -> Log:
    """Simulate a home, by its history export."""
    house = Home.other(household, ZONE.key)
    start = datetime(START.year, START.month, START.day, tzinfo=ZONE)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"household_{household}.csv"
        write_csv(house, simulate(house, 0, start, learned + lived), path)
        return divide(path.stem, read_file(path, ZONE, math.inf), ZONE, learned - CALIBRATE, CALIBRATE)


def judge(_shared: None, cell: Record) -> Record:
    """Learn with one cap moved, live through the rest, and return the figures."""
    log = home(cell["household"], cell["learned"], cell["lived"])
    model = Capped(cap=cell["cap"], value=cell["value"])
    lived = judged(model, log, draw(log, cell["seed"], cell["each"]), BUDGET, cell["seed"])
    told = {name: lived[name] for name in ("false_alerts_per_week", "told", "injected")}
    return {**model.found, **told, "behaviors": len(log.learned)}


def plan(chosen: argparse.Namespace) -> list[Record]:
    """Return one cell for each cap's value and each seed."""
    every = [(SHIPPED, 0.0), *((cap, value) for cap, values in MOVED.items() for value in values)]
    same = {name: getattr(chosen, name) for name in ("household", "learned", "lived", "each")}
    return [
        {**same, "cap": cap, "value": value, "seed": seed} for cap, value in every for seed in chosen.seeds
    ]


def rows(cells: Sequence[Record], records: Sequence[Record]) -> list[Record]:
    """Return one row for each cap's value: means over the seeds, and sums of what was told and injected."""
    grouped: dict[tuple[str, float], list[Record]] = {}
    for cell, record in zip(cells, records, strict=True):
        grouped.setdefault((cell["cap"], cell["value"]), []).append(record)
    return [{"cap": cap, "value": value, **_merged(found)} for (cap, value), found in grouped.items()]


def _merged(found: Sequence[Record]) -> Record:
    means = {
        key: round(sum(record[key] for record in found) / len(found), 3)
        for key in ("cpu_s", "epochs", "loss", "false_alerts_per_week")
    }
    sums = {
        key: {kind: sum(record[key][kind] for record in found) for kind in found[0][key]}
        for key in ("told", "injected")
    }
    return {**means, **sums}


def run(chosen: argparse.Namespace) -> None:
    """Compute what is not kept and write the result; raises SmartGuardError, OSError."""
    results.check_writable(chosen.out)
    cells = plan(chosen)
    store = Store(chosen.cells, fresh=chosen.fresh)
    finished = run_cells(engine_of("in-process"), judge, None, cells, store=store, what="caps")
    result = {
        **{name: getattr(chosen, name) for name in ("household", "learned", "lived", "each")},
        "seeds": list(chosen.seeds),
        "behaviors": finished.records[0]["behaviors"],
        "rows": rows(cells, finished.records),
    }
    results.write(chosen.out, result)


def main(arguments: list[str]) -> int:
    """Read the flags, compare, write results; return the exit status."""
    made = Parser(PROG, __doc__)
    made.add_argument("--household", type=whole(1), default=7, help="which simulated home (7)")
    made.add_argument("--learned", type=whole(CALIBRATE + 3), default=150, help="days (150)")
    made.add_argument("--lived", type=whole(1), default=14, help="days (14)")
    made.add_argument("--each", type=whole(1), default=10, help="anomalies of each kind and seed (10)")
    made.add_argument("--seeds", type=seeds, default=(0,), help="how many or which (1)")
    made.add_argument("--out", type=Path, default=RESULTS / "load_caps.json", help="JSON file")
    made.add_argument("--cells", type=Path, default=DEFAULT, help="folder of finished cells")
    made.add_argument("--fresh", action="store_true", help="compute every cell anew")
    return stoppable_command(PROG, made.parse_args(arguments), run)
