"""`scripts/bench soak`: a year of one home on a clock that leaps, month by month.

Each month is lived by a process of its own on what the month before left on disk, so every month begins with
a restart, and a run that was broken off goes on with its month. In the third and fourth month everybody lives
later. After the second month the files are brought back to the formats of the first version, and the next
start upgrades them; from then on a lamp flickers once a week.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from .aged import age
from .cells import add_files, measured, written

MODULE: Final = "tests.bench.soak_month"
AGED_AFTER: Final = 2
LATER: Final = {"later": 60, "again": 120}
"""The day from which everybody lives later, and the one from which they live as before again."""


def live(folder: Path, number: int, numbers: Mapping[str, float]) -> dict[str, Any]:
    """Live one month, or take what is kept of it; its files lie in `folder` beside its figures."""
    done, work, before = (
        folder / name for name in (f"month_{number:02d}", "living", f"month_{number - 1:02d}")
    )
    if not done.exists():
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        if number:
            shutil.copytree(before / "config", work / "config")
        if number == AGED_AFTER:
            age(work / "config")
        found = measured(MODULE, "month", {**numbers, "config": work / "config"}, None)
        (work / "month.json").write_text(json.dumps(found), encoding="utf-8")
        work.rename(done)
    month: dict[str, Any] = json.loads((done / "month.json").read_text(encoding="utf-8"))
    return month


def summed_up(months: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the months together."""
    weeks = sum(month["days"] for month in months) / 7

    def total(name: str) -> int:
        return int(sum(month[name] for month in months))

    last = months[-1]
    return {
        "days": total("days"),
        "events": total("changes"),
        "alerts_not_planted_per_week": round(total("alerts_not_planted") / weeks, 2),
        "planted": total("planted"),
        "planted_told": total("planted_told"),
        "trainings": total("trainings"),
        "trainings_accepted": total("accepted"),
        "training_s_mean": round(
            sum(m["training_s_mean"] * m["trainings"] for m in months) / total("trainings"), 1
        ),
        "training_s_max": max(month["training_s_max"] for month in months),
        "rss_growth_mb": max(month["rss_growth_mb"] for month in months),
        "journal_behaviors": last["journal_behaviors"],
        "journal_mb": last["journal_mb"],
        "models_made": last["models_made"],
        "models_kept": last["models_kept"],
        "trainings_for_drift": sum(month["reasons"].get("drift", 0) for month in months),
        "upgrades": [
            {"part": number + 1, **month["formats"]}
            for number, month in enumerate(months)
            if month["formats"]["found"] not in ({}, month["formats"]["left"])
        ],
        "wall_s": total("wall_s"),
        "cpu_s": total("cpu_s"),
        "months": months,
    }


@contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """Give the folder that was named, else one that is gone afterwards."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Live month by month, print what was found, and write it where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--days", type=int, default=365, help="to live (default: 365)")
    parser.add_argument("--month", type=int, default=30, help="days of one process (default: 30)")
    parser.add_argument("--night", type=float, default=20.0, help="seconds of processor for a training (20)")
    add_files(parser)
    plan = parser.parse_args()
    aged = AGED_AFTER * plan.month
    common = {"night": plan.night, "planted-from": aged if plan.days > aged else 0, **LATER}
    months = []
    with folder_of(plan.resume) as folder:
        for number, first in enumerate(range(0, plan.days, plan.month)):
            days = min(plan.month, plan.days - first)
            months.append(live(folder, number, {"first": first, "days": days, **common}))
    written(summed_up(months), plan.out)


if __name__ == "__main__":
    main()
