"""The page of the field suite, made from its result files: one home each, and all of them pooled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..attacks import Kind
from ..targets import targets
from . import ablated, another_way, budgets, changed_homes, lengths, long_lives, more_weeks, never_before
from .commands import command
from .outcome import Record
from .pooled import NONE, false_rate, head, is_simulated, mean, together
from .shorter import name_of

PATTERN = "field_*.json"
INTRO = """# The field: living through the logs of homes

Each model learns the first days of a log, is calibrated on the next and lives through the rest, at a
budget of one alert a week. SmartGuard runs the very objects of the live path: memory, guard, first times,
policy, a clock that ticks. The rivals have the same days, the same calibration and the same policy:
`HourOfWeek` counts each entity's uses by the hour of the week, `Markov` is a first-order chain of
controls, `Rules` are fixed rules (fast repetition, a use at night, an hour on). The paper's baselines, fitted
as they should be, and its model as it describes it (`SmartGuard:as_published`) judge the window of ten that
each behavior ends, calibrated by three blocks of days in place of six; an alert of theirs is about all ten.

*False alerts* are all alerts on the log as it is; some of them are real, so each of SmartGuard's is
listed. Their interval is the exact Poisson interval of 95 %. *Recall* is over injected anomalies, each
alone in a life of its own that goes on from what the home was just before it: SD one device flickers, MD
a control beside one that it never met, DM a control at an hour at which it is hardly ever used, DD
something is left on for 1.5 to 3 times the longest that was learned. An anomaly is told when an alert
that would not be there without it is about one of its entities, within 30 minutes of the decisive
instant; DD has to be told while it lasts. Seeds draw the anomalies and the network.
MD is drawn from pairs that never met though their hours would have had them meet, and SmartGuard's
`company` counts just that: its recall is of this kind of strange company, for which no rival has a count.

The three real logs were looked at while the detection was made, and so were households 1 to 8, without the
network, when shares and doubt were chosen ([experiments](experiments.md)): 5 to 7, of other habits than the
demonstration's, are no untouched homes any more. Households 9 to 12 chose nothing. A log is what Home
Assistant's history download gives, or has been written by `scripts/trainer simulate`:

```bash
scripts/trainer simulate --household 5 --seed 1 --days 42 --out household_5.csv
scripts/trainer replay --log household_5.csv --tz Europe/Berlin --train-days 21 --calibrate-days 7 \\
    --out alerts.json
scripts/trainer field --log household_5.csv --tz Europe/Berlin --train-days 21 --calibrate-days 7 \\
    --truth truth.json --out results.json
```

Every household here is of `--seed 1`, with `--days 70` for the long lives and lengths of history of 9 to 12,
else with `--days 42`.

`replay` writes every alert on the log as it is. Rows may be unsorted, twice there, in the future, without a
zone or of unknown columns: they are counted, said, and the rest is used. With too few days or behaviors to
learn and calibrate both end with one line, status 2 and no file. `--retrain-days 1` learns anew every
night, as the product does. `--model SmartGuard --without sequence repetition` shows what a channel of
evidence does, `--history-days 7 28` what a longer history does, `--budgets 0.5 2` what other budgets tell,
`--otherwise` what is told of anomalies drawn another way; `scripts/trainer rolling` lives through a log from
several days on, `scripts/trainer first-times` one in which known devices do what they never did before;
`scripts/trainer curves` draws the pictures.
`--model SmartGuard HourOfWeek Markov Rules` leaves out the paper's detectors, which take the longest.
TransAE, which takes longer than all others together, has lived through no log here; simulated homes were
spared the other neural ones and the isolation forest, more weeks and other anomalies all of the paper's.

"""


def read_all(results: Path, pattern: str) -> list[Record]:
    """Return the result files of a pattern, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob(pattern))]


def page(results: Path) -> str:
    """Return the page; homes in the order of their names, those that are pooled first."""
    found = read_all(results, PATTERN)
    real = [home for home in found if not is_simulated(home)]
    simulated = [home for home in found if is_simulated(home)]
    sections = [targets(results), _pooled("All real homes", real), _pooled("Simulated homes", simulated)]
    less, shorter = read_all(results, ablated.PATTERN), read_all(results, lengths.PATTERN)
    sections += [
        another_way.section(read_all(results, another_way.PATTERN)),
        more_weeks.section(read_all(results, more_weeks.PATTERN)),
        long_lives.section(read_all(results, long_lives.PATTERN)),
        changed_homes.section(read_all(results, changed_homes.PATTERN)),
        budgets.section(budgets.several(found)),
        ablated.section(less) + _older(less, found),
        never_before.section(read_all(results, never_before.PATTERN)),
        lengths.section(shorter) + _older(shorter, found),
    ]
    sections += [_home(home) for home in (*real, *simulated)]
    return INTRO + "\n".join(part for part in sections if part)


def _pooled(title: str, homes: Sequence[Record]) -> str:
    """Pool the homes: alerts over all weeks, recall over all anomalies."""
    if not homes:
        return ""
    return f"## {title}\n\n{together(homes)}"


def _older(homes: Sequence[Record], found: Sequence[Record]) -> str:
    """Say in which homes SmartGuard told something else in the very lives of the field's tables."""
    field = {home["log"]: _told(home["models"].get("SmartGuard", {})) for home in found}
    older = [home["log"] for home in homes if _told_otherwise(home, field.get(home["log"], {}))]
    if not older:
        return ""
    names = ", ".join(f"`{log}`" for log in older)
    return f"\n*Of an earlier version of SmartGuard, to be computed anew: {names}.*\n"


def _told_otherwise(home: Record, field: dict[str, list[int]]) -> bool:
    days = home["days"]["train"] + home["days"]["calibrate"]
    full = name_of("SmartGuard", days) if home.get("history_days") else "SmartGuard"
    told = _told(home["models"].get(full, {}))
    return any(a != b for kind in told for a, b in zip(told[kind], field.get(kind, ()), strict=False))


def _told(record: Record) -> dict[str, list[int]]:
    """Return how many anomalies of each kind a model told, seed by seed from the first on."""
    return record.get("told_by_seed") or {kind: [count] for kind, count in record.get("told", {}).items()}


def _home(home: Record) -> str:
    days, seeds = home["days"], home["seeds"]
    rows = [_row(model, record) for model, record in home["models"].items()]
    first = [
        a for a in home["models"].get("SmartGuard", {}).get("alerts", []) if a.get("seed", 0) == seeds[0]
    ]
    alerts = "\n".join(f"- {a['time'][:16].replace('T', ' ')}: {a['summary']}" for a in first)
    said = f"SmartGuard's alerts on it as it is, seed {seeds[0]}:\n\n{alerts}\n" if first else ""
    return (
        f"## {home['log']}\n\n{days['train']} days to learn, {days['calibrate']} to calibrate, "
        f"{days['test']:g} lived through; {home['rows']['behaviors']} behaviors.\n\n"
        f"{head('model', ' median delay of told, s |')}{chr(10).join(rows)}\n\n{said}\n"
        f"`{command(home, 'field')}`\n"
    )


def _row(model: str, record: Record) -> str:
    low, high = record["false_alerts_ci95"]
    recall = " | ".join(_interval(record["recall"][kind]) for kind in Kind)
    delays = ", ".join(f"{k} {mean(d):.0f}" for k, d in record["delay_s_p50"].items() if d is not None)
    return f"| {model} | {false_rate(record):.2f} ({low:.2f} … {high:.2f}) | {recall} | {delays or NONE} |"


def _interval(value: Any) -> str:
    """Write a recall, with its interval over the seeds where there are several."""
    if value is None:
        return NONE
    if not isinstance(value, dict):
        return f"{value:.2f}"
    low, high = value["ci95"]
    return f"{value['mean']:.2f} ({low:.2f} … {high:.2f})"
