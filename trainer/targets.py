"""The targets of detection beside what was reached, in one table, made from the result files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .attacks import Kind
from .engines import Record
from .field import long_lives, more_weeks
from .field.models import DETECTORS
from .field.pooled import LEAST_RECALL, MOONSHOT, MOST_FALSE, Pooled, common_models, groups
from .trials.table import COMPARED, OURS, TARGETS, ahead, mean

INTRO = """## Targets

What SmartGuard was to reach, and what it reached, in means over the seeds. In the *field* the targets are for
homes that nobody tuned on, at a budget of one alert a week; the real homes here were looked at while
detection was made, households 5 to 7 too when the budget was shared out, 9 to 12 (*more weeks of simulated
homes*, *long lives*) were not. *More weeks* are of the same logs learned several times,
the real ones from five days on. *Ahead* means at the same budget, not at the same number of false alerts,
which [the field's page](field_results.md) shows at several budgets.
"""
HEAD = "| suite | target | reached | |\n|---|---|---|---|"
Row = tuple[str, str, str, str]


def targets(results: Path) -> str:
    """Return the section; empty where no result has a target."""
    rows = [
        *windows_rows(results),
        *field_rows(results),
        *more_weeks_rows(results),
        *long_lives_rows(results),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{INTRO}\n{HEAD}\n{table}\n" if rows else ""


def windows_rows(results: Path) -> Iterator[Row]:
    """Yield each target of the suites `honest` and `hard`, then who else is ahead in anything."""
    for suite, home in sorted(TARGETS, reverse=True):
        path = results / f"{suite}_{home}.json"
        result = read(path) if path.is_file() else {"models": {}}
        if OURS not in result["models"]:
            continue
        where, types = f"{suite}, {home.upper()}", result["models"][OURS]["types"]
        for measure, least, kinds in TARGETS[suite, home]:
            means = {kind: mean(types[kind][measure]) for kind in kinds or types}
            reached = ", ".join(f"{kind} {found:.3f}" for kind, found in means.items())
            short = [kind for kind, found in means.items() if found < least]
            yield where, f"{COMPARED[measure]} ≥ {least:g}", reached, verdict(not short, short)
        found = {name: ahead(result, measure) for measure, name in COMPARED.items()}
        others = "; ".join(f"{name}: {', '.join(models)}" for name, models in found.items() if models)
        target = f"ahead of the other {len(result['models']) - 1} models in these and in AUROC"
        yield where, target, others or "no other is ahead", verdict(not others)


def field_rows(results: Path) -> Iterator[Row]:
    """Yield the targets of the suite `field`, on real and on simulated homes, and the rate of both."""
    homes = homes_of(results, "field_*.json")
    for title, group in groups(homes):
        where = f"field, {title.lower()}"
        models = {name: Pooled.of(group, name) for name in common_models(group)}
        ours = models.pop(OURS)
        yield from own_rows(where, ours)
        detectors = {name: models.pop(name) for name in DETECTORS if name in models}
        yield from (ahead_row(where, ours, name, rival) for name, rival in models.items())
        if detectors:
            yield ahead_of_all_row(where, ours, detectors)
        if models or detectors:
            yield each_home_row(where, group)
    if len(groups(homes)) > 1:
        yield rate_row("field, real and simulated homes", Pooled.of(homes, OURS))


def more_weeks_rows(results: Path) -> Iterator[Row]:
    """Yield the same targets on logs that were learned several times."""
    for title, group in groups(homes_of(results, more_weeks.PATTERN)):
        where = f"field, more weeks of {title.lower()}"
        yield from own_rows(where, Pooled.of(group, OURS))
        yield each_home_row(where, group)


def homes_of(results: Path, pattern: str) -> list[Record]:
    """Return the result files of homes in which SmartGuard lived, in the order of their names."""
    homes = [read(path) for path in sorted(results.glob(pattern))]
    return [home for home in homes if OURS in home["models"]]


def own_rows(where: str, ours: Pooled) -> Iterator[Row]:
    """Yield the rows of false alerts and of each kind that was injected."""
    yield rate_row(where, ours)
    yield from (recall_row(where, ours, kind) for kind in ours.recall)


def rate_row(where: str, ours: Pooled) -> Row:
    """Return the row of false alerts, with their interval."""
    return where, f"false alerts a week ≤ {MOST_FALSE:g}", ours.said_rate(), verdict(ours.rate <= MOST_FALSE)


def long_lives_rows(results: Path) -> Iterator[Row]:
    """Yield what homes were told in longer lives without an anomaly, all taken together."""
    lives = [read(path) for path in sorted(results.glob(long_lives.PATTERN))]
    lives = [life for life in lives if life["model"] == OURS]
    if lives:
        told = Pooled(
            sum(life["weeks"] for life in lives), sum(len(life["alerts"]) for life in lives), {}, {}
        )
        yield rate_row("field, long lives", told)


def recall_row(where: str, ours: Pooled, kind: Kind) -> Row:
    """Return the row of one kind."""
    found = ours.recall[kind]
    more = ", the moonshot too" if found >= MOONSHOT[kind] else ""
    target = f"recall {kind} ≥ {LEAST_RECALL[kind]:g} (moonshot {MOONSHOT[kind]:g})"
    return where, target, ours.said_recall(kind), verdict(found >= LEAST_RECALL[kind]) + more


def ahead_row(where: str, ours: Pooled, name: str, rival: Pooled) -> Row:
    """Return the row of one rival, which is to find less of every kind; of all there is nobody finds more."""
    pairs = {kind: (found, rival.recall[kind]) for kind, found in ours.recall.items()}
    reached = ", ".join(f"{kind} {found:.2f} against {theirs:.2f}" for kind, (found, theirs) in pairs.items())
    short = [str(kind) for kind, (found, theirs) in pairs.items() if found <= theirs and found < 1]
    rates = f"false alerts {ours.rate:.2f} against {rival.rate:.2f}"
    return where, f"recall ahead of {name}", f"{reached}; {rates}", verdict(not short, short)


def ahead_of_all_row(where: str, ours: Pooled, detectors: Mapping[str, Pooled]) -> Row:
    """Return the row of the paper's detectors: of each kind the one that finds most, and at what price."""
    said, short = [], []
    for kind, found in ours.recall.items():
        best = max(detectors, key=lambda name: detectors[name].recall[kind])
        theirs, rate = detectors[best].recall[kind], detectors[best].rate
        said.append(f"{kind} {found:.2f} against {theirs:.2f} ({best}, {rate:.2f} false a week)")
        if found <= theirs and found < 1:
            short.append(str(kind))
    target = f"recall ahead of the paper's model and baselines ({len(detectors)})"
    return where, target, f"{', '.join(said)}; ours {ours.rate:.2f} false a week", verdict(not short, short)


def each_home_row(where: str, homes: Sequence[Record]) -> Row:
    """Return the row that asks each home alone: where another model finds as much or more, and how much."""
    said = []
    for home in homes:
        models = {name: Pooled.of([home], name) for name in home["models"]}
        ours = models.pop(OURS)
        for kind, found in ours.recall.items():
            best = max(models, key=lambda name: models[name].recall[kind])
            theirs = models[best].recall[kind]
            if found <= theirs and found < 1:
                said.append(f"{home['log']} {kind} {found:.2f} against {theirs:.2f} ({best})")
    reached = ", ".join(said) or "nobody finds as much of anything, but where all is found"
    return where, "recall ahead of everybody on each home", reached, verdict(not said)


def verdict(is_met: bool, short: Sequence[str] = ()) -> str:
    """Say whether a target is met, else where it falls short."""
    where = f": {', '.join(short)}" if short else ""
    return "met" if is_met else f"**missed**{where}"


def read(path: Path) -> Record:
    """Read a result file."""
    found: Record = json.loads(path.read_text(encoding="utf-8"))
    return found
