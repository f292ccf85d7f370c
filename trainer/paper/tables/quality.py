"""Time and memory to Table 3's quality, beside the authors' 60 epochs at their size, in the same run."""

from __future__ import annotations

from ...authors import AuthorsOptions
from ...datasets import HomeData
from ...engines import Record
from ...smartguard import SmartGuardOptions
from .comparison import BY_STAMPS, shortfalls, verdict
from .plan import Plan, Row, mean_of, measured, short
from .reasons import FAIR, OURS, STAMPS

THEIR_EPOCHS = 60
TIMED_EPOCHS = 3
AIM = 20
THEIRS = "authors' code at their size"


def rows(home: HomeData) -> list[Row]:
    """Return a few epochs of theirs, and ours."""
    del home
    return [
        Row(THEIRS, f"{TIMED_EPOCHS} epochs", "Authors", AuthorsOptions(epochs=TIMED_EPOCHS), most_seeds=1),
        Row(STAMPS, FAIR, "SmartGuard", BY_STAMPS, most_seeds=1),
        Row(OURS, FAIR, "SmartGuard", SmartGuardOptions(), most_seeds=1),
    ]


def words(result: Record) -> str:
    """Write the comparison."""
    theirs, *ours = result["rows"]
    epoch = theirs["train_cpu_s"] / TIMED_EPOCHS
    whole = epoch * THEIR_EPOCHS
    kinds = list(theirs["types"])
    lines = [
        f"The authors' code at their size (d = 256, {theirs['parameters']:,} parameters): {epoch:.2f} s",
        f"an epoch, so {whole:.0f} s for {THEIR_EPOCHS} epochs (estimated from {TIMED_EPOCHS});",
        f"peak memory {theirs['peak_mb']:.0f} MB. Seconds are the processor's, in the same run.",
        "",
        "| | training, s | of theirs | peak memory, MB | lowest AUROC | lowest recall at FPR ≤ 1 % |",
        "|---|---|---|---|---|---|",
    ]
    for row in ours:
        worst = [
            min(mean_of(row["types"][kind][name]) for kind in kinds) for name in ("auroc", "recall_at_fpr_1")
        ]
        lines.append(
            f"| {row['label']} | {row['train_cpu_s']:.1f} | 1/{whole / row['train_cpu_s']:.0f} | "
            f"{row['peak_mb']:.0f} | {short(worst[0])} | {short(worst[1])} |"
        )
    told = [f"{row['label']}: {verdict(result['dataset'], row, kinds)}" for row in ours]
    in_time = [row for row in ours if whole / row["train_cpu_s"] >= AIM]
    reached = "missed"
    if in_time:
        is_good = any(not shortfalls(result["dataset"], row, kinds) for row in in_time)
        reached = "reached" if is_good else "reached, that quality is not"
    return "\n".join([*lines, "", f"The aim of 1/{AIM} is {reached}.", "", *(f"- {line}" for line in told)])


PLANS = {"time": Plan("Time to quality", rows, words, measured, alone=True)}
