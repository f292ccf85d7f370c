"""By how much one model of a home's results does better than another, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence

from ..attacks import Kind
from ..metrics import interval
from .outcome import Record


def common_seeds(homes: Sequence[Record]) -> list[int]:
    """Return the seeds that all homes have."""
    return [seed for seed in homes[0]["seeds"] if all(seed in home["seeds"] for home in homes)]


def said_changes(homes: Sequence[Record], model: str, base: str) -> str:
    """Say what is other than with the base, as far as the seeds tell it apart; of one seed nothing is."""
    seeds = common_seeds(homes)
    if len(seeds) < 2:
        return "one seed tells no difference"
    differences = {str(kind): _recall_gained(homes, seeds, model, base, kind) for kind in Kind}
    differences["false alerts a week"] = _false_gained(homes, seeds, model, base)
    said = []
    for name, values in differences.items():
        middle, (low, high) = interval(values)
        if low > 0 or high < 0:
            spread = f"({low:+.2f} … {high:+.2f})" if len(set(values)) > 1 else "(with every seed)"
            said.append(f"{name} {middle:+.2f} {spread}")
    return ", ".join(said) or "*nothing*"


def is_missed(homes: Sequence[Record], model: str, base: str) -> bool:
    """Say whether a kind is found less than with the base, as far as the seeds tell it apart."""
    seeds = common_seeds(homes)
    return any(interval(_recall_gained(homes, seeds, model, base, kind))[1][1] < 0 for kind in Kind)


def _recall_gained(
    homes: Sequence[Record], seeds: Sequence[int], model: str, base: str, kind: Kind
) -> list[float]:
    """Return by how much the recall of a kind is higher than with the base, seed by seed."""

    def count(name: str, what: str, seed: int) -> int:
        return sum(home["models"][name][f"{what}_by_seed"][kind][home["seeds"].index(seed)] for home in homes)

    return [
        (count(model, "told", seed) - count(base, "told", seed)) / max(count(base, "injected", seed), 1)
        for seed in seeds
    ]


def _false_gained(homes: Sequence[Record], seeds: Sequence[int], model: str, base: str) -> list[float]:
    """Return by how much the false alerts a week are more than with the base, seed by seed."""
    weeks = sum(home["weeks"] for home in homes)

    def count(name: str, seed: int) -> int:
        return sum(alert["seed"] == seed for home in homes for alert in home["models"][name]["alerts"])

    return [(count(model, seed) - count(base, seed)) / weeks for seed in seeds]
