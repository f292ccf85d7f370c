"""docs/faults.md: what `scripts/bench faults` and `scripts/bench poison` printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .bench_poison import ATTACKS

INTRO = """# Faults, damage and attack

`scripts/bench faults` runs a real Home Assistant core (registries, config entries, recorder on disk,
timers, executor; no web server) that has learned 60 devices, in a process of its own, and does something
bad to it: kills it without warning, damages its files, fills its disk, stops its recorder, sets its
clock. Then it starts the home again, compares what is there with what was lived, and unloads it. A
behavior counts as lost if it was older than five seconds at a kill and is not in the journal, or if it is
missing after the recorder filled the gap; at most one repair and one log line are right. `--only` chooses
faults, `--short` does one in twenty tries, which the tests do too.

A journal whose version is damaged into a later one can not be told from what a newer SmartGuard wrote: it is
left as it is, one repair says so, and the home is not guarded until somebody acts. It counts as lost here.
"""
FUZZ = """
## Fuzz

`tests/core/test_properties.py` holds of anything that may come in: states and attributes, CSV, files with
other bytes, files with a right checksum and a header that lies, training jobs, what a journal kept. The
tests take the same 60 examples each time; `SMARTGUARD_EXAMPLES=1000 scripts/test
tests/core/test_properties.py` takes so many others of each. `scripts/bench fuzz SECONDS` fuzzes the readers
of models, jobs and exports by coverage, with Atheris.
"""
POISON = """
## Poisoned nights

`scripts/bench poison`: after {days} normal days of the simulated home the same attack of each type is
repeated in each of {nights} nights, and the home learns anew each morning, by the product's own objects
({epochs} epochs of training at most, seed {seed}). The number is how many nights passed until the attack was
no longer told; *never* means that it was told in every night, and 0 that it was not told in the first night
either. In brackets: in how many of the nights it was told. Each night is judged as if nothing had been told
before: at home what nobody confirmed is kept back for a week, what was confirmed is told each time.
"""


def page(results: Path) -> str:
    """Return the page; raises OSError without the results."""
    parts = [
        _faults(json.loads(p.read_text(encoding="utf-8"))) for p in sorted(results.glob("faults_*.json"))
    ]
    poison = json.loads((results / "poison.json").read_text(encoding="utf-8"))
    return "\n".join([INTRO, *parts, FUZZ, POISON.format(**poison), _poison(poison)])


def _faults(result: Mapping[str, Any]) -> str:
    rows = [
        "| fault | tries | behaviors | lost | right after | unloads clean | repairs | log lines | figures |",
        "|---|---:|---:|---:|---:|---:|---|---:|---|",
        *(_row(name, row) for name, row in result["details"].items()),
    ]
    head = (
        f"\n## Home Assistant {result['ha_version']}\n\n"
        f"{result['kills']} kills, {result['events']} behaviors at stake, {result['behaviors_lost']} lost, "
        f"seed {result['seed']}.\n"
    )
    fell_short = [f"- {name}: {said}" for name, said in result["faults"].items() if said != "survived"]
    return "\n".join([head, *rows, *(["", "Fell short:", "", *fell_short] if fell_short else []), ""])


def _row(name: str, row: Mapping[str, Any]) -> str:
    repairs = ", ".join(f"{issue} {count}" for issue, count in row["repairs"].items()) or "–"
    figures = "; ".join(f"{what}: {value:g}" for what, value in row["more"].items()) or "–"
    counts = (row["tries"], row["behaviors"], row["lost"], row["loads"], row["unloads_clean"])
    lines = sum(row["log_lines"].values())
    return f"| {name} | {' | '.join(map(str, counts))} | {repairs} | {lines or '–'} | {figures} |"


def _poison(result: Mapping[str, Any]) -> str:
    def cell(course: Mapping[str, Any], name: str) -> str:
        repeats = course["repeats_until_accepted"][name]
        return f"{'never' if repeats is None else repeats} ({course['told'][name]})"

    head = f"| what is learned | {' | '.join(ATTACKS)} | other alerts |"
    rows = [
        f"| {name} | {' | '.join(cell(course, kind) for kind in ATTACKS)} | {course['other_alerts']} |"
        for name, course in result["courses"].items()
    ]
    return "\n".join([head, "|---|" + "---:|" * (len(ATTACKS) + 1), *rows, ""])
