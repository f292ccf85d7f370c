"""What a table consists of: rows, each a model in one setting, and how one of their cells is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ... import results
from ...datasets import HomeData
from ...detector import Judged, Options, named
from ...engines import Record
from ...sweeps.judged import cell_of, options_in
from ..judge import Entrant, measure
from . import TABLES

MEASURED = ("train_s", "train_cpu_s", "peak_mb")
ONE_SEED = 1


@dataclass(frozen=True)
class Row:
    """One row: a model with its options. authors: by the authors' procedure, fitted to what it judges.

    most_seeds: of those that are asked for. seeds: others in their place.
    """

    label: str
    setting: str
    model: str
    options: Options
    authors: bool = False
    most_seeds: int | None = None
    seeds: tuple[int, ...] | None = None

    def cells(self, home: HomeData, seeds: Sequence[int]) -> list[Record]:
        """Return one cell for each seed."""
        chosen = self.seeds if self.seeds is not None else tuple(seeds)[: self.most_seeds]
        return [
            {"authors": self.authors, **cell_of(home, named(self.model), self.options, seed)}
            for seed in chosen
        ]


@dataclass(frozen=True)
class Plan:
    """A table: its rows for a home; `work` computes a cell; `words` is the section of one home's result.

    alone: times are compared, so all cells are computed anew in one run, each in a process of its own.
    """

    title: str
    rows: Callable[[HomeData], list[Row]]
    words: Callable[[Record], str]
    work: Callable[[HomeData, Record], Record]
    alone: bool = False


def plan_of(name: str) -> Plan:
    """Return a table by its name."""
    plans: dict[str, Plan] = import_module(f"{__package__}.{TABLES[name][0]}").PLANS
    return plans[name]


def measured(home: HomeData, cell: Record) -> Record:
    """Train and judge on every type; count time and memory."""
    kind = named(cell["model"])
    authors = kind if cell["authors"] and issubclass(kind, Judged) else None
    entrant = Entrant(kind.name, kind, options_in(cell), authors, cell["seed"])
    return measure(home, entrant, cell["seed"], home.kinds)


def sum_up(rows: list[Row], cells: list[list[Record]], records: list[list[Record]]) -> list[Record]:
    """Return what the result file holds of each row: means and intervals over its seeds."""
    return [
        {
            "label": row.label,
            "setting": row.setting,
            "model": row.model,
            "options": of_row[0]["options"],
            "seeds": [cell["seed"] for cell in of_row],
            "parameters": found[0]["parameters"],
            **{name: max(float(record[name]) for record in found) for name in MEASURED},
            "types": results.over_seeds([record["types"] for record in found]),
        }
        for row, of_row, found in zip(rows, cells, records, strict=True)
    ]


def mean_of(value: Any) -> float:
    """Return the mean over seeds of a number that may be one."""
    return float(value["mean"] if isinstance(value, dict) else value)


def said(value: Any) -> str:
    """Write a mean with half of its interval, where there are several seeds."""
    if not isinstance(value, dict):
        return short(float(value))
    half = (value["ci95"][1] - value["ci95"][0]) / 2
    return f"{short(value['mean'])} ± {short(half)}" if half >= 5e-5 else short(value["mean"])


def short(value: float) -> str:
    """Write four digits without the zero before the point."""
    return f"{value:.4f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.4g}"
