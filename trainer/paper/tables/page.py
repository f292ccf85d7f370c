"""The page of the tables, made from their result files."""

from __future__ import annotations

import json
from pathlib import Path

from ...sweeps.flags import spelled
from .. import cost
from . import TABLES
from .plan import plan_of

INTRO = """# The paper's tables

The authors' windows and files as they are. *As published*: fitted and thresholded as the authors did, to the
very windows that are judged where they did so. *Authors' code*: SmartGuard to the letter of its code. *As
described*: what the paper's equations say, with our core. *Fair*: training windows alone, the threshold from
validation windows. A type pools its files against their negatives once; FR's microwave is judged against the
unfiltered test windows, which it was injected into. Times are processor seconds on one thread; peak memory is
what training and judging add to a process.

"""


def page(results: Path) -> str:
    """Return the page: every table that has results, home by home."""
    parts = []
    for name in TABLES:
        plan = plan_of(name)
        for path in sorted(results.glob(f"table_{name}_*.json")):
            result = json.loads(path.read_text(encoding="utf-8"))
            chosen = f"--dataset {result['dataset']} --seeds {spelled(result['seeds'])}"
            title = f"## {plan.title}, {result['dataset'].upper()}"
            minutes = f"{result['seconds'] / 60:.1f} minutes of one core"
            parts.append(
                f"{title}\n\n{plan.words(result)}\n\n`scripts/trainer table {name} {chosen}` · {minutes}\n"
            )
    return INTRO + "\n".join([*parts, cost.words(results)])
