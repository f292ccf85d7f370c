"""Homes that change: a section of the page."""

from __future__ import annotations

from collections.abc import Sequence

from .changed import UNCHANGED
from .outcome import Record, poisson
from .pooled import NONE

PATTERN = "changed_*.json"
INTRO = """## Homes that change

Each household is learned for five weeks, and then lives otherwise from one day to the next: `later`,
everybody's day is two and a half hours later, automations are not; `season`, it is half a year later;
`furniture`, two lamps have changed places; `new-device`, the household has bought all that it lacked. The
rule of `core/drift.py`, by the very objects of the live path, says when the home is noticed to have changed.
Then it is learned anew (*heeded*), or it is not, and nothing else is learned after the five weeks; the
product learns every night besides. `none` does not change: what is noticed there is noticed in vain.
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: each change, all homes together and each alone; empty where there are none."""
    if not homes:
        return ""
    changes = list(dict.fromkeys(life["change"] for home in homes for life in home["lives"]))
    rows = [row for change in changes for row in _rows(change, homes)]
    head = (
        "| change | home | weeks | noticed | first, days | alerts a week, heeded | alerts a week, not |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    commands = "\n".join(f"`{_command(home)}`" for home in homes)
    return "\n".join([INTRO, head + "\n".join(rows) + "\n", commands + "\n"])


def _rows(change: str, homes: Sequence[Record]) -> list[str]:
    lives = {home["log"]: life for home in homes for life in home["lives"] if life["change"] == change}
    return [
        _row(change, "all", list(lives.values())),
        *(_row("", f"`{name}`", [life]) for name, life in lives.items()),
    ]


def _row(change: str, name: str, lives: Sequence[Record]) -> str:
    weeks = sum(life["weeks"] for life in lives)
    first = ", ".join(f"{life['noticed_days'][0]:.1f}" if life["noticed_days"] else NONE for life in lives)
    heeded, without = (
        _rate(sum(len(life[key]) for life in lives), weeks) for key in ("alerts", "alerts_unheeded")
    )
    return f"| {change} | {name} | {weeks:.1f} | {_noticed(change, lives)} | {first} | {heeded} | {without} |"


def _noticed(change: str, lives: Sequence[Record]) -> str:
    """Write how often a home was noticed to have changed; of several that did, how many."""
    count = sum(len(life["noticed_days"]) for life in lives)
    if change == UNCHANGED or len(lives) == 1:
        return f"{count}×"
    return f"in {sum(bool(life['noticed_days']) for life in lives)} of {len(lives)}"


def _rate(count: int, weeks: float) -> str:
    low, high = poisson(count, weeks)
    return f"{count / weeks:.2f} ({low:.2f} … {high:.2f})"


def _command(home: Record) -> str:
    days = home["days"]
    changes = " ".join(life["change"] for life in home["lives"] if life["change"] != UNCHANGED)
    return (
        f"scripts/trainer changed --household {home['log'].removeprefix('household_')} "
        f"--home-seed {home['home_seed']} --train-days {days['train']} --calibrate-days {days['calibrate']} "
        f"--after-days {home['after_days']} --unchanged-days {home['unchanged_days']} --change {changes} "
        f"--retrain-days {home['retrain_days']} --budget {home['budget']:g} --seed {home['seed']} "
        f"--out changed_{home['log']}.json"
    )
