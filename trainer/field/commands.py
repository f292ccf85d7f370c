"""The command that made a result, for the pages."""

from __future__ import annotations

from .outcome import Record
from .shorter import bare

LACKING = " without "


def command(home: Record, out: str) -> str:
    """Return the command line that makes a home's result; out: the name of its file without the ending."""
    days = home["days"]
    models = list(dict.fromkeys(bare(model) for model in home["models"]))
    flags = {
        "model": [model for model in models if LACKING not in model],
        "without": [model.partition(LACKING)[2] for model in models if LACKING in model],
        "history-days": home.get("history_days", []),
        "budgets": [f"{budget:g}" for budget in home.get("budgets", [])],
        "retrain-days": [home["retrain_days"]] if home.get("retrain_days") else [],
    }
    chosen = "".join(f" --{flag} {' '.join(map(str, values))}" for flag, values in flags.items() if values)
    chosen += " --otherwise" * home.get("otherwise", False)
    return (
        f"scripts/trainer field --log {home['log']}.csv --tz {home['zone']} --train-days {days['train']} "
        f"--calibrate-days {days['calibrate']} --budget {home['budget']:g} --seeds {len(home['seeds'])} "
        f"--each {home['each']}{chosen} --truth truth.json --out {out}_{home['log']}.json"
    )
