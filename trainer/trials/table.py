"""The table of one suite on one home, as it is printed and as it is on the page."""

from __future__ import annotations

from typing import Any

from ..engines import Record

TARGETS: dict[tuple[str, str], str] = {
    ("hard", "an"): "AUROC at least .995 for SD, MD and DM, .97 for SHIFT and ORDER",
    ("honest", "an"): "recall at least .95 at an FPR of at most 5 %, every type",
    ("honest", "fr"): "recall at least .90 at an FPR of at most 5 % and .70 at 1 %, every type",
}
SHOWN = ("auroc", "recall_at_fpr_5", "recall_at_fpr_1", "recall", "fpr")
HEADS = ("AUROC", "recall at FPR ≤ 5 %", "≤ 1 %", "recall at the threshold", "FPR there")


def section(result: Record) -> str:
    """Write one suite on one home."""
    suite, home = result["suite"], result["dataset"]
    target = TARGETS.get((suite, home))
    windows = ", ".join(f"{count} {split}" for split, count in result["windows"].items())
    lines = [
        f"## Suite {suite}, {home.upper()}",
        "",
        f"Splits: {result['splits']}; {windows} windows (seed 0)."
        + (f" Target: {target}." if target else ""),
        "",
        f"| model | type | {' | '.join(HEADS)} |",
        f"|---|---|{'---|' * len(HEADS)}",
    ]
    for model, record in result["models"].items():
        for kind, measures in record["types"].items():
            lines.append(f"| {model} | {kind} | {' | '.join(written(measures[name]) for name in SHOWN)} |")
    return "\n".join([*lines, "", f"`{command(result)}`", ""])


def command(result: Record) -> str:
    """Return the command that makes a result."""
    home, zone = result["dataset"], result.get("zone")
    where = f"--log {home}.csv --tz {zone}" if zone else f"--dataset {home}"
    models = " ".join(result["models"])
    return f"scripts/trainer suite {result['suite']} {where} --model {models} --seeds {len(result['seeds'])}"


def written(value: Any) -> str:
    """Write a measure: its mean, and how far its interval reaches."""
    if not isinstance(value, dict):
        return f"{value:.3f}"
    reach = value["ci95"][1] - value["mean"]
    return f"{value['mean']:.3f}" + (f" ± {reach:.3f}" if reach >= 0.0005 else "")
