"""One model on several homes taken together: alerts over all weeks, recall over all anomalies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..attacks import Kind
from .outcome import Record, poisson

NONE = "–"
MOST_FALSE, LEAST_RECALL = 1.0, {Kind.SD: 0.75, Kind.MD: 0.5, Kind.DM: 0.5, Kind.DD: 0.55}
MOONSHOT = {Kind.SD: 0.9, Kind.MD: 0.65, Kind.DM: 0.65, Kind.DD: 0.75}
"""What SmartGuard aims for on homes that nobody tuned on, at a budget of one alert a week; and what would be
more than hoped for."""


@dataclass(frozen=True)
class Pooled:
    """What a model came to on all homes. false: alerts on the logs as they are, the mean over the seeds."""

    weeks: float
    false: float
    told: Mapping[Kind, int]
    injected: Mapping[Kind, int]

    @classmethod
    def of(cls, homes: Sequence[Record], model: str) -> Pooled:
        """Pool what result files say of one model."""
        records = [home["models"][model] for home in homes]
        return cls(
            sum(home["weeks"] for home in homes),
            sum(false_rate(r) * home["weeks"] for r, home in zip(records, homes, strict=True)),
            {kind: sum(r["told"][kind] for r in records) for kind in Kind},
            {kind: sum(r["injected"][kind] for r in records) for kind in Kind},
        )

    @property
    def recall(self) -> dict[Kind, float]:
        """Return the recall of each kind that was injected anywhere."""
        return {kind: self.told[kind] / count for kind, count in self.injected.items() if count}

    @property
    def rate(self) -> float:
        """Return the false alerts a week."""
        return self.false / self.weeks

    def said_rate(self) -> str:
        """Write the false alerts a week with their Poisson interval."""
        low, high = poisson(self.false, self.weeks)
        return f"{self.rate:.2f} ({low:.2f} … {high:.2f})"

    def said_recall(self, kind: Kind) -> str:
        """Write the recall of a kind with its counts."""
        if kind not in self.recall:
            return NONE
        return f"{self.recall[kind]:.2f} ({self.told[kind]}/{self.injected[kind]})"

    def row(self, name: str) -> str:
        """Write the row of a table."""
        return f"| {name} | {self.said_rate()} | {' | '.join(map(self.said_recall, Kind))} |"


def head(first: str, more: str = "") -> str:
    """Write the head of a table: a name, false alerts a week, the recall of each kind."""
    kinds = " | ".join(f"recall {kind}" for kind in Kind)
    count = 2 + len(Kind) + (1 if more else 0)
    return f"| {first} | false alerts a week | {kinds} |{more}\n|{'---|' * count}\n"


def lived(homes: Sequence[Record]) -> str:
    """Write which homes are pooled, how long they were lived through, and with how many seeds."""
    names = ", ".join(f"`{home['log']}`" for home in homes)
    weeks = sum(home["weeks"] for home in homes)
    counts = sorted({len(home["seeds"]) for home in homes})
    return f"{names}: {weeks:.2f} home-weeks lived through; seeds: {' to '.join(map(str, counts))}."


def together(homes: Sequence[Record], more: Sequence[str] = ()) -> str:
    """Write the table of homes that are pooled, with more rows below those of the models."""
    rows = [Pooled.of(homes, model).row(model) for model in common_models(homes)]
    return f"{lived(homes)}\n\n{head('model')}{chr(10).join((*rows, *more))}\n"


def common_models(homes: Sequence[Record]) -> list[str]:
    """Return the models that lived in all homes, in the first one's order."""
    return [model for model in homes[0]["models"] if all(model in home["models"] for home in homes)]


def is_simulated(home: Record) -> bool:
    """Say whether a home's log was written by `scripts/trainer simulate`."""
    return bool(home["log"].startswith("household"))


def groups(homes: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """Return real and simulated homes with a title, as far as there are any."""
    real = ("Real homes", [home for home in homes if not is_simulated(home)])
    simulated = ("Simulated homes", [home for home in homes if is_simulated(home)])
    return [group for group in (real, simulated) if group[1]]


def false_rate(record: Record) -> float:
    """Return the false alerts a week of a record, of several seeds their mean."""
    return mean(record["false_alerts_per_week"])


def mean(value: Any) -> float:
    """Return a number, of several seeds their mean."""
    return float(value["mean"] if isinstance(value, dict) else value)
