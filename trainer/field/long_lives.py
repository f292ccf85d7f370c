"""Long lives on logs as they are: a section of the page, with every alert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .outcome import Record, poisson

PATTERN = "replay_*.json"
INTRO = """## Long lives

Two weeks say little of how often a home is disturbed. These homes go on for longer, and learn anew as they
go; no anomaly is injected, so that all alerts count as false, and every one is here to be judged.
"""


def section(lives: Sequence[Record]) -> str:
    """Write the section: what each home was told, and all together; empty where there are none."""
    if not lives:
        return ""
    rows = [_row(f"`{life['log']}`", len(life["alerts"]), life["weeks"], _kinds([life])) for life in lives]
    count, weeks = sum(len(life["alerts"]) for life in lives), sum(life["weeks"] for life in lives)
    rows.append(_row("all", count, weeks, _kinds(lives)))
    head = "| home | weeks | alerts | alerts a week | of which |\n|---|---|---|---|---|\n"
    return "\n".join([INTRO, head + "\n".join(rows) + "\n", *map(_life, lives)])


def _row(name: str, count: int, weeks: float, kinds: str) -> str:
    low, high = poisson(count, weeks)
    return f"| {name} | {weeks:.1f} | {count} | {count / weeks:.2f} ({low:.2f} … {high:.2f}) | {kinds} |"


def _kinds(lives: Sequence[Record]) -> str:
    """Write how many alerts each channel gave the first reason of."""
    counts = Counter(alert["kind"] for life in lives for alert in life["alerts"])
    return ", ".join(f"{kind} {count}" for kind, count in counts.most_common()) or "–"


def _life(life: Record) -> str:
    alerts = "".join(
        f"- {alert['time'][:16].replace('T', ' ')}: {alert['summary']}\n" for alert in life["alerts"]
    )
    days = life["days"]
    return (
        f"{life['log']}:\n\n{alerts}\n"
        f"`scripts/trainer replay --log {life['log']}.csv --tz {life['zone']} --train-days {days['train']} "
        f"--calibrate-days {days['calibrate']} --budget {life['budget']:g} --seed {life['seed']} "
        f"--retrain-days {life['retrain_days']} --out replay_{life['log']}.json`\n"
    )
