"""The page of the field suite, made from its result files: one home each, and all of them pooled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..attacks import Kind
from .outcome import Record, poisson

INTRO = """# The field: living through the logs of homes

Each model learns the first days of a log, is calibrated on the next and lives through the rest, at a
budget of one alert a week. SmartGuard runs the very objects of the live path: memory, guard, first times,
policy, a clock that ticks. The rivals have the same days, the same calibration and the same policy:
`HourOfWeek` counts each entity's uses by the hour of the week, `Markov` is a first-order chain of
controls, `Rules` are fixed rules (fast repetition, a use at night, an hour on).

*False alerts* are all alerts on the log as it is; some of them are real, so each of SmartGuard's is
listed. Their interval is the exact Poisson interval of 95 %. *Recall* is over injected anomalies, each
alone in a life of its own that goes on from what the home was just before it: SD one device flickers, MD
a control beside one that it never met, DM a control at an hour at which it is hardly ever used, DD
something is left on for 1.5 to 3 times the longest that was learned. An anomaly is told when an alert
that would not be there without it is about one of its entities, within 30 minutes of the decisive
instant; DD has to be told while it lasts. Seeds draw the anomalies and the network.

The three real logs were looked at while the detection was made; the simulated households, of other habits
than the demonstration's, were not. A log is what Home Assistant's history download gives, or has been
written by `scripts/trainer simulate`:

```bash
scripts/trainer simulate --household 5 --seed 1 --days 42 --out household_5.csv
scripts/trainer replay --log household_5.csv --tz Europe/Berlin --train-days 21 --calibrate-days 7 \\
    --out alerts.json
scripts/trainer field --log household_5.csv --tz Europe/Berlin --train-days 21 --calibrate-days 7 \\
    --truth truth.json --out results.json
```

`replay` writes every alert on the log as it is. Rows may be unsorted, twice there, in the future, without
a zone or of unknown columns: they are counted, said, and the rest is used. With too few days or behaviors
to learn and calibrate both end with one line, status 2 and no file. `--retrain-days 1` learns anew every
night, as the product does. `--model SmartGuard --without sequence repetition meeting moment duration` shows
what each channel of evidence does: without it, its share of the budget is the others'.

"""
NONE = "–"
MOST_FALSE, LEAST_RECALL = 1.0, {Kind.SD: 0.75, Kind.MD: 0.5, Kind.DM: 0.5, Kind.DD: 0.55}
"""What SmartGuard aims for on homes that nobody tuned on."""


def page(results: Path) -> str:
    """Return the page; homes in the order of their names, those that are pooled first."""
    found, ablated = (
        [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob(pattern))]
        for pattern in ("field_*.json", "ablation_field_*.json")
    )
    real = [home for home in found if not home["log"].startswith("household")]
    simulated = [home for home in found if home["log"].startswith("household")]
    sections = [_pooled("All real homes", real), _pooled("Simulated homes", simulated)]
    sections += [_pooled("One channel of evidence less", ablated)]
    sections += [_home(home) for home in (*real, *simulated)]
    return INTRO + "\n".join(section for section in sections if section)


def _pooled(title: str, homes: Sequence[Record]) -> str:
    """Pool the homes: alerts over all weeks, recall over all anomalies."""
    if not homes:
        return ""
    weeks = sum(home["weeks"] for home in homes)
    names = ", ".join(f"`{home['log']}`" for home in homes)
    rows, verdict = [], ""
    for model in homes[0]["models"]:
        records = [home["models"][model] for home in homes]
        false = sum(_false(record) * home["weeks"] for record, home in zip(records, homes, strict=True))
        low, high = poisson(false, weeks)
        told = {k: sum(r["told"][k] for r in records) for k in Kind}
        injected = {k: sum(r["injected"][k] for r in records) for k in Kind}
        rates = [
            f"{told[k] / injected[k]:.2f} ({told[k]}/{injected[k]})" if injected[k] else NONE for k in Kind
        ]
        if model == "SmartGuard":
            verdict = _verdict(false / weeks, {k: told[k] / injected[k] for k in Kind if injected[k]})
        rows.append(f"| {model} | {false / weeks:.2f} ({low:.2f} … {high:.2f}) | {' | '.join(rates)} |")
    counts = sorted({len(home["seeds"]) for home in homes})
    return (
        f"## {title}\n\n{names}: {weeks:.2f} home-weeks lived through; "
        f"seeds: {' to '.join(str(count) for count in counts)}.\n\n"
        f"{_head('false alerts a week')}{chr(10).join(rows)}\n\n{verdict}\n"
    )


def _verdict(false: float, recall: Mapping[Kind, float]) -> str:
    """Say which of SmartGuard's aims are met."""
    aims = [("false alerts ≤ 1 a week", false <= MOST_FALSE)]
    aims += [(f"{k} ≥ {LEAST_RECALL[k]}", found >= LEAST_RECALL[k]) for k, found in recall.items()]
    said = ", ".join(f"{aim} {'met' if is_met else '**missed**'}" for aim, is_met in aims)
    return f"SmartGuard's aims here: {said}."


def _home(home: Record) -> str:
    days, seeds = home["days"], home["seeds"]
    rows = [_row(model, record) for model, record in home["models"].items()]
    first = [
        a for a in home["models"].get("SmartGuard", {}).get("alerts", []) if a.get("seed", 0) == seeds[0]
    ]
    alerts = "\n".join(f"- {a['time'][:16].replace('T', ' ')}: {a['summary']}" for a in first)
    again = f" --retrain-days {home['retrain_days']}" if home["retrain_days"] else ""
    said = f"SmartGuard's alerts on it as it is, seed {seeds[0]}:\n\n{alerts}\n" if first else ""
    return (
        f"## {home['log']}\n\n{days['train']} days to learn, {days['calibrate']} to calibrate, "
        f"{days['test']:g} lived through; {home['rows']['behaviors']} behaviors.\n\n"
        f"{_head('false alerts a week', ' median delay of told, s |')}{chr(10).join(rows)}\n\n{said}\n"
        f"`scripts/trainer field --log {home['log']}.csv --tz {home['zone']} --train-days {days['train']} "
        f"--calibrate-days {days['calibrate']} --budget {home['budget']:g} --seeds {len(seeds)} "
        f"--each {home['each']}{again} --truth truth.json --out field_{home['log']}.json`\n"
    )


def _head(rate: str, more: str = "") -> str:
    kinds = " | ".join(f"recall {kind}" for kind in Kind)
    count = 2 + len(Kind) + (1 if more else 0)
    return f"| model | {rate} | {kinds} |{more}\n|{'---|' * count}\n"


def _row(model: str, record: Record) -> str:
    low, high = record["false_alerts_ci95"]
    recall = " | ".join(_interval(record["recall"][kind]) for kind in Kind)
    delays = ", ".join(f"{k} {_mean(d):.0f}" for k, d in record["delay_s_p50"].items() if d is not None)
    return f"| {model} | {_false(record):.2f} ({low:.2f} … {high:.2f}) | {recall} | {delays or NONE} |"


def _false(record: Record) -> float:
    return _mean(record["false_alerts_per_week"])


def _mean(value: Any) -> float:
    """Return a number, of several seeds their mean."""
    return float(value["mean"] if isinstance(value, dict) else value)


def _interval(value: Any) -> str:
    """Write a recall, with its interval over the seeds where there are several."""
    if value is None:
        return NONE
    if not isinstance(value, dict):
        return f"{value:.2f}"
    low, high = value["ci95"]
    return f"{value['mean']:.2f} ({low:.2f} … {high:.2f})"
