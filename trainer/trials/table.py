"""The table of one suite on one home, as it is printed and as it is on the page."""

from __future__ import annotations

from typing import Any

from ..engines import Record

OURS = "SmartGuard"
TARGETS: dict[tuple[str, str], tuple[tuple[str, float, tuple[str, ...]], ...]] = {
    ("hard", "an"): (("auroc", 0.995, ("SD", "MD", "DM")), ("auroc", 0.97, ("SHIFT", "ORDER"))),
    ("honest", "an"): (("recall_at_fpr_5", 0.95, ()),),
    ("honest", "fr"): (("recall_at_fpr_5", 0.9, ()), ("recall_at_fpr_1", 0.7, ())),
}
"""Measure, the least mean over the seeds, and the types that it is for; none means every type."""
SHOWN = ("auroc", "recall_at_fpr_5", "recall_at_fpr_1", "recall", "fpr")
HEADS = ("AUROC", "recall at FPR ≤ 5 %", "≤ 1 %", "recall at the threshold", "FPR there")
COMPARED = {
    "auroc": "AUROC",
    "recall_at_fpr_5": "recall at FPR ≤ 5 %",
    "recall_at_fpr_1": "recall at FPR ≤ 1 %",
}


def section(result: Record) -> str:
    """Write one suite on one home."""
    suite, home, seeds = result["suite"], result["dataset"], result["seeds"]
    windows = ", ".join(f"{count} {split}" for split, count in result["windows"].items())
    lines = [
        f"## Suite {suite}, {home.upper()}",
        "",
        f"Splits: {result['splits']}; {windows} windows (seed {seeds[0]}); {len(seeds)} seeds.",
        *(verdicts(result) if OURS in result["models"] else ()),
        "",
        f"| model | type | {' | '.join(HEADS)} |",
        f"|---|---|{'---|' * len(HEADS)}",
    ]
    for model, record in result["models"].items():
        for kind, measures in record["types"].items():
            lines.append(f"| {model} | {kind} | {' | '.join(written(measures[name]) for name in SHOWN)} |")
    return "\n".join([*lines, "", f"`{command(result)}`", ""])


def verdicts(result: Record) -> list[str]:
    """Say which targets are met, and where another model is ahead."""
    types = result["models"][OURS]["types"]
    said = []
    for measure, least, kinds in TARGETS.get((result["suite"], result["dataset"]), ()):
        means = {kind: mean(types[kind][measure]) for kind in kinds or types}
        missed = ", ".join(f"{kind} {found:.3f}" for kind, found in means.items() if found < least)
        verdict = f"**missed**: {missed}" if missed else "met"
        said.append(f"Target, {OURS}'s {COMPARED[measure]} at least {least} ({', '.join(means)}): {verdict}.")
    for measure, name in COMPARED.items():
        said.append(f"Ahead of {OURS} in {name}: {', '.join(ahead(result, measure)) or 'none'}.")
    return ["", *(f"- {line}" for line in said)]


def ahead(result: Record, measure: str) -> list[str]:
    """Say which models are ahead of ours on which types."""
    types = result["models"][OURS]["types"]
    return [
        f"{model} {kind} {found:.4f} (against {ours:.4f})"
        for kind in types
        for model, record in result["models"].items()
        if (found := mean(record["types"][kind][measure])) > (ours := mean(types[kind][measure]))
    ]


def mean(value: Any) -> float:
    """Return a measure, of several seeds their mean."""
    return float(value["mean"] if isinstance(value, dict) else value)


def command(result: Record) -> str:
    """Return the command that makes a result."""
    home, zone = result["dataset"], result.get("zone")
    where = f"--log {home}.csv --tz {zone}" if zone else f"--dataset {home}"
    models, seeds = " ".join(result["models"]), result["seeds"]
    which = len(seeds) if seeds == list(range(len(seeds))) else ",".join(map(str, seeds))
    return f"scripts/trainer suite {result['suite']} {where} --model {models} --seeds {which}"


def written(value: Any) -> str:
    """Write a measure: its mean, and how far its interval reaches."""
    if not isinstance(value, dict):
        return f"{value:.3f}"
    reach = value["ci95"][1] - value["mean"]
    return f"{value['mean']:.3f}" + (f" ± {reach:.3f}" if reach >= 0.0005 else "")
