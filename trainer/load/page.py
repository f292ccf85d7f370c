"""The page of load, growth and a long life, made from the result files of `scripts/bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from custom_components.smartguard.core.cooling import COOL, HOT
from custom_components.smartguard.core.learn import LearnOptions

from .costs import CAPS, costs
from .growth import AXES, FIGURES
from .life import SOAK, life
from .rows import Record, table

INTRO = """# Load, growth and a long life

Figures of programs that anyone can run. Growth and the year were taken on two cores that other work kept
busy. What SmartGuard *adds* is measured in turns, with it and without, in one process; costs are processor
time. Caps and growth were measured on networks that begin anew, as those of a first night do.

```bash
scripts/bench events --out trainer/results/load_events.json
scripts/bench growth --out trainer/results/load_growth.json
scripts/bench soak --resume build/soak --out trainer/results/load_soak.json
scripts/trainer caps       # what each cap costs in detection
scripts/trainer growth     # the picture
scripts/trainer report     # this page
```

"""
EVENTS = """## Load: 1,000 entities

A real Home Assistant core fires state changes, 5 % of them behaviors of 60 guarded devices, on a clock that
gives each its natural time. *Flood*: as fast as the loop takes them. *Lag*: how late a probe wakes while 200
changes a second come. *Burst*: behaviors of all devices in turn within one second.

"""
GROWTH = """## Growth

One home is made larger along one axis at a time. The exponent is the slope in logarithms over all scales:
0 does not grow, 1 grows in step. Where 1,000 and more behaviors a day come of few devices, these chatter: the
network reads little of them, so a score gets cheaper. An epoch learns from the newest windows, which are
capped, and is checked on the newest tenth of all windows, which is not capped: years of history take longer.

![How time and memory grow](images/growth.png)

"""


def page(results: Path) -> str:
    """Return the page; a part whose result is not there yet is left out."""
    parts = [
        (EVENTS, "load_events.json", _events),
        (GROWTH, "load_growth.json", _growth),
        (CAPS, "load_caps.json", costs),
        (SOAK, "load_soak.json", life),
    ]
    found = [
        text + "\n".join(rows(json.loads((results / name).read_text(encoding="utf-8")))) + "\n"
        for text, name, rows in parts
        if (results / name).exists()
    ]
    return INTRO + "\n".join(found)


def _events(result: Record) -> list[str]:
    modes = ("idle", "training")
    figures = [
        ("an event that does not concern us, µs", "us_per_ignored_event", "< 1"),
        ("a behavior: its event callback, µs", "us_per_behavior_callback", ""),
        ("a behavior: all on the loop, when many come, µs", "us_per_behavior", "< 100"),
        ("a behavior: all on the loop, alone, µs", "us_per_behavior_alone", ""),
        ("calls of functions for an event that does not concern us", "calls_per_ignored_event", ""),
        ("calls for a behavior: its event callback", "calls_per_behavior_callback", ""),
        ("calls for a behavior: all on the loop, when many come", "calls_per_behavior", ""),
        ("calls for any event without SmartGuard", "calls_per_event_without", ""),
        ("loop's lag p50, ms", "loop_lag_ms_p50", ""),
        ("loop's lag p99, ms", "loop_lag_ms_p99", ""),
        ("loop's lag, longest, ms", "loop_lag_ms_max", ""),
        ("added to the lag's p99, ms", "added_lag_ms_p99", "< 2, < 10"),
        ("events a second until all is judged", "events_per_s", ""),
        ("memory growth over that without, MB", "rss_growth_mb", "< 10"),
        ("journal for 100,000 behaviors, MB", "journal_mb_per_100000_behaviors", ""),
        ("behaviors lost", "behaviors_lost", "0"),
        ("behaviors not judged", "behaviors_not_judged", "0"),
    ]
    rows = [[what, *(result[mode].get(key, "–") for mode in modes), aim] for what, key, aim in figures]
    without, burst = result["without"], result["idle"]["burst"]
    said = (
        f"{result['events']:,} events, {result['behaviors']:,} behaviors. Without SmartGuard the core fires "
        f"{without['events_per_s']:,} events a second; with it the loop takes "
        f"{result['idle']['flood']['fired_per_s']:,} a second while judging goes on behind. A burst of "
        f"{burst['behaviors']} behaviors in {burst['fired_s']} s was judged in {burst['jobs']} jobs after "
        f"{burst['judged_s']} s; {burst['journaled']} were in the journal."
    )
    return [said, "", *table(["", "idle", "training", "aim"], rows)]


def _growth(result: Record) -> list[str]:
    lines: list[str] = []
    for axis, name in AXES.items():
        if axis not in result["axes"]:
            continue
        rows, slopes = (result["axes"][axis][key] for key in ("rows", "exponents"))
        head = [
            name,
            *(f"{result['base'][axis] * scale:,}" for scale in result["axes"][axis]["scales"]),
            "exponent",
        ]
        figures = {
            "behaviors": ("behaviors", ""),
            **FIGURES,
            "model_mb": ("model", "MB"),
            "tick_ms": ("a tick", "ms"),
        }
        lines += table(
            head,
            [
                [f"{what}{unit and ', '}{unit}", *(_figure(row[key]) for row in rows), slopes.get(key, "–")]
                for key, (what, unit) in figures.items()
            ],
        )
        lines.append("")
    base = ", ".join(f"{value} {AXES[axis]}" for axis, value in result["base"].items())
    return [f"The base is {base}.", "", *lines, *_caps()]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _caps() -> list[str]:
    """Say what bounds a night on a small computer, by the values in the code."""
    learning = LearnOptions("UTC")
    days, most = learning.calibrated_days, learning.calibrated
    rows: list[list[Any]] = [
        ["training windows", f"the newest {learning.windows:,}", "an epoch stops growing"],
        ["epochs", learning.training.epochs, "fewer when nothing improves"],
        ["processor time of a night", f"{learning.seconds:g} s", "the network has what the channels leave"],
        [
            "days cross-fitted",
            f"the newest {days}, {most:,} behaviors",
            "it costs as often as there are folds",
        ],
        ["heat", f"rests at {HOT:g} °C until {COOL:g} °C", "a Raspberry Pi slows everything down at 80 °C"],
    ]
    return ["What keeps a small computer alive:", "", *table(["cap", "value", "why"], rows)]
