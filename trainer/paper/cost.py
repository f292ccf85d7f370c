"""What all tables and figures take together, and which of them have no results."""

from __future__ import annotations

import json
from pathlib import Path

from ..engines import Record
from .figures import FIGURES
from .figures.study import study_of
from .tables import TABLES
from .tables.plan import plan_of

CORES = 2
AIM_MINUTES = 120


def spent(results: Path) -> dict[str, float]:
    """Return processor seconds by cell: once for all that share it, again where times are measured anew."""
    seconds: dict[str, float] = {}
    for path in sorted([*results.glob("table_*.json"), *results.glob("figure_*.json")]):
        result = json.loads(path.read_text(encoding="utf-8"))
        own = path.name if measured_anew(result) else ""
        seconds |= {own + name: taken for name, taken in result["cells"].items()}
    return seconds


def measured_anew(result: Record) -> bool:
    """Say whether a result takes nothing from the cells of others."""
    return plan_of(result["table"]).alone if "table" in result else study_of(result["figure"]).alone


def lacking(results: Path) -> list[str]:
    """Name the tables and figures without a result, of the homes that have any."""
    names = [f"table_{name}" for name in TABLES] + [f"figure_{name}" for name in FIGURES]
    homes = sorted(
        {path.stem.rpartition("_")[2] for name in names for path in results.glob(f"{name}_*.json")}
    )
    return [
        f"{name.replace('_', ' ')} of {home.upper()}"
        for home in homes
        for name in names
        if not (results / f"{name}_{home}.json").exists()
    ]


def words(results: Path) -> str:
    """Write the section: the sum, the aim, and what is not there."""
    seconds = spent(results)
    minutes = sum(seconds.values()) / 60
    on_all = minutes / CORES
    kept = "kept" if on_all <= AIM_MINUTES else "missed"
    absent = ", ".join(lacking(results))
    rest = f"Without results: {absent}." if absent else "None is without results."
    return f"""## All of it

The {len(seconds)} trainings and fits of every table and figure that has results, of all homes and seeds, each
counted once: {minutes:.0f} minutes of one core, {on_all:.0f} on two. The aim of two hours on two is {kept}.
The paper shows Table 4 and its figures for AN (Figures 6 and 15 for SP, which is not among our data; Figures
1 and 11 do not say) and, for FR, Table 3 alone. {rest}
"""
