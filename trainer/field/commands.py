"""The command that made a result, for the pages."""

from __future__ import annotations

from .outcome import Record
from .shorter import bare

LACKING = " without "


def command(home: Record, out: str) -> str:
    """Return the command line that makes a home's result; out: the name of its file without the ending."""
    return _once_divided("field", home, _chosen(home), out)


def first_times(home: Record) -> str:
    """Return the command line that makes the result of what a known device never did."""
    retrain = f" --retrain-days {home['retrain_days']}" if home["retrain_days"] else ""
    return _once_divided("first-times", home, retrain, "first_times")


def _once_divided(name: str, home: Record, more: str, out: str) -> str:
    """Return the command line of a command that divides a log once; more: flags of its own."""
    days = home["days"]
    return (
        f"scripts/trainer {name} --log {home['log']}.csv --tz {home['zone']} --train-days {days['train']} "
        f"--calibrate-days {days['calibrate']} --budget {home['budget']:g} --seeds {len(home['seeds'])} "
        f"--each {home['each']}{more} --truth truth.json --out {out}_{home['log']}.json"
    )


def rolling(home: Record) -> str:
    """Return the command line that makes the result of a log that is learned several times."""
    days = " ".join(map(str, home["learned_days"]))
    return (
        f"scripts/trainer rolling --log {home['log']}.csv --tz {home['zone']} --learned-days {days} "
        f"--lived-days {home['lived_days']} --budget {home['budget']:g} --seed {home['seeds'][0]} "
        f"--seeds {len(home['seeds'])} --each {home['each']}{_chosen(home)} --out rolling_{home['log']}.json"
    )


def _chosen(home: Record) -> str:
    """Return the flags that not every command has."""
    models = list(dict.fromkeys(bare(model) for model in home["models"]))
    flags = {
        "model": [model for model in models if LACKING not in model],
        "without": [model.partition(LACKING)[2] for model in models if LACKING in model],
        "history-days": home.get("history_days", []),
        "budgets": [f"{budget:g}" for budget in home.get("budgets", [])],
        "retrain-days": [home["retrain_days"]] if home.get("retrain_days") else [],
    }
    chosen = "".join(f" --{flag} {' '.join(map(str, values))}" for flag, values in flags.items() if values)
    return f"{chosen}{' --otherwise' * home.get('otherwise', False)}"
