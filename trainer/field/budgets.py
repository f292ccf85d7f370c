"""What is found at which number of false alerts: each model at several budgets (a free-response ROC)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from ..attacks import Kind
from .models import DETECTORS
from .outcome import Record
from .pooled import MOST_FALSE, Pooled, common_models, groups, head, lived

IMAGE = "budgets.png"
INTRO = f"""## At other budgets

The same lives, told at other budgets: what each model finds at which number of false alerts. *Most at one
a week* takes the largest of these budgets, the same for all homes, with which no more than {MOST_FALSE:g}
false alert a week came; *each home its own* takes for each home the one with which most is found in all at no
more than that. The days that they are judged on chose both, which nobody can. Of the paper's detectors these
two alone are shown.
"""


@dataclass(frozen=True)
class Point:
    """A model on several homes at one budget."""

    budget: float
    pooled: Pooled


def points(homes: Sequence[Record], model: str) -> list[Point]:
    """Return what a model came to at each budget that all homes have, strictest first."""
    common = set.intersection(*(set(home["budgets"]) for home in homes))
    return [Point(budget, _pooled(homes, model, [budget] * len(homes))) for budget in sorted(common)]


def best_of_each(homes: Sequence[Record], model: str) -> Pooled | None:
    """Return what a model came to with the budget of each home that finds most at one false alert a week."""
    tried = (_pooled(homes, model, chosen) for chosen in product(*(home["budgets"] for home in homes)))
    within = [pooled for pooled in tried if pooled.rate <= MOST_FALSE]
    return max(within, key=lambda pooled: sum(pooled.recall.values()), default=None)


def _pooled(homes: Sequence[Record], model: str, budgets: Sequence[float]) -> Pooled:
    """Pool what a model came to, each home at a budget of its own."""
    records = [home["models"][model] for home in homes]
    at = [
        next(each for each in record["at_budgets"] if each["budget"] == budget)
        for record, budget in zip(records, budgets, strict=True)
    ]
    return Pooled(
        sum(home["weeks"] for home in homes),
        sum(each["false_alerts"] for each in at),
        {kind: sum(each["told"][kind] for each in at) for kind in Kind},
        {kind: sum(record["injected"][kind] for record in records) for kind in Kind},
    )


def several(homes: Sequence[Record]) -> list[Record]:
    """Return the results that have several budgets."""
    return [home for home in homes if home.get("budgets")]


def models_of(homes: Sequence[Record]) -> list[str]:
    """Return the models that were told at several budgets in all homes."""
    return [m for m in common_models(homes) if all("at_budgets" in home["models"][m] for home in homes)]


def section(homes: Sequence[Record]) -> str:
    """Write the section; empty where there are no results."""
    if not homes:
        return ""
    picture = f"![Recall by false alerts a week](images/{IMAGE})\n"
    return "\n".join([INTRO, picture, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    rows = []
    for model in models_of(homes):
        found = points(homes, model)
        if model not in DETECTORS:
            rows += [point.pooled.row(f"{model}, budget {point.budget:g}") for point in found]
        within = [point for point in found if point.pooled.rate <= MOST_FALSE]
        if within:
            rows.append(within[-1].pooled.row(f"*{model}, most at one a week*"))
        if best := best_of_each(homes, model):
            rows.append(best.row(f"*{model}, each home its own*"))
    table = head("model") + "\n".join(rows)
    return f"### At other budgets: {title.lower()}\n\n{lived(homes)}\n\n{table}\n"
