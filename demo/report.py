"""Put the results of checks into docs/demo.md: `python -m demo.report RESULTS.jsonl`, one last line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import DemoError
from .findings import told_in_time

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "demo.md"
BEGIN, END = "<!-- results: begin (python -m demo.report) -->", "<!-- results: end -->"
KINDS = ("SD", "MD", "DM", "DD")
COLUMNS = (
    "seed",
    "Home Assistant",
    *KINDS,
    "false alerts",
    "normal hours (behaviors)",
    "learned",
    "training, s",
    "score p50, ms",
    "loop lag p99, ms",
)


def table(results: Sequence[dict[str, Any]]) -> str:
    """Return the results as a Markdown table with a line that sums them up."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *(_row(result) for result in results)]
    told = {kind: sum(told_in_time(kind, result["alerts"][kind]) for result in results) for kind in KINDS}
    summary = ", ".join(f"{kind} {count} of {len(results)}" for kind, count in told.items())
    false = sum(result["false_alerts"] for result in results)
    hours = sum(result["normal_hours"] for result in results)
    lines += ["", f"Told in time: {summary}. False alerts: {false} beside {hours:.0f} hours of normal life."]
    return "\n".join(lines)


def _row(result: dict[str, Any]) -> str:
    cells = [
        result["seed"],
        result["ha_version"],
        *(_cell(result, kind) for kind in KINDS),
        result["false_alerts"],
        f"{result['normal_hours']} ({result['normal_behaviors']})",
        result["behaviors"],
        result["train_s"],
        result["score_ms_p50"],
        result["loop_lag_ms_p99"],
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _cell(result: dict[str, Any], kind: str) -> str:
    seconds = result["alerts"][kind]
    if seconds is None:
        return "**no**"
    return f"{seconds} s" if told_in_time(kind, seconds) else f"**{seconds} s**"


def main() -> int:
    """Read the results and rewrite the document's part between the marks; return the exit status."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    results = sorted((json.loads(line) for line in lines if line.startswith("{")), key=lambda r: r["seed"])
    text = DOCUMENT.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise DemoError(f"expected the marks {BEGIN} and {END} in {DOCUMENT}")
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    DOCUMENT.write_text(f"{head}{BEGIN}\n{table(results)}\n{END}{tail}", encoding="utf-8")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
