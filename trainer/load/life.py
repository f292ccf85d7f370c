"""A long life, of the page of load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .rows import Record, table

YEAR = 365
SOAK = """## A long life

A simulated home lives on a clock that leaps; core, component, journal and nightly trainings in their child
process are real. Each part begins with a restart. In the third and fourth part everybody lives later. After
the second part the files are brought back to the formats of the first version, what those did not hold is
lost, and the next start upgrades them; models have had one format so far. From then on a lamp flickers each
week, and the person who lives there confirms it; of other alerts every other one is called normal. A tick
comes once a minute.

Flickers whose confirmation is lost are learned as a habit of the home: in a year in which they began on the
first day, before that step, 10 of 52 were told.

A training may take the processor seconds of the table, not the 600 that ship: of those, the channels of a
longer history leave the network fewer epochs. It goes on from the one of the night before, and a candidate
worse than the model in use is refused.

"""


def life(result: Record) -> list[str]:
    """Return the lines of the result of `scripts/bench soak`."""
    trained = sum((Counter(month["reasons"]) for month in result["months"]), Counter[str]())
    a_day = result["cpu_s"] / result["days"]
    said = (
        f"{result['days']} days, {result['events']:,} state changes; {result['wall_s'] // 60} minutes in "
        f"all, {result['cpu_s'] // 60} of them processor time: "
        f"{a_day:.1f} s a day, {YEAR * a_day / 3600:.1f} hours a year. Alerts a week that were not planted: "
        f"{result['alerts_not_planted_per_week']}; planted flickers told: {result['planted_told']} of "
        f"{result['planted']}. Trainings that came to an end: {result['trainings']}, "
        f"{result['trainings_accepted']} accepted, {result['training_s_mean']} s of processor each, "
        f"{result['training_s_max']} s at most; why they began: "
        f"{', '.join(f'{reason} {count}' for reason, count in sorted(trained.items()))}. "
        f"Models made: {result['models_made']}, kept: {result['models_kept']}. "
        f"Answers to alerts: {_answers(result['months'])}."
    )
    upgraded = [
        f"Part {row['part']} found the formats {_formats(row['found'])} and left {_formats(row['left'])}."
        for row in result["upgrades"]
    ]
    rows = [
        [
            number + 1,
            month["days"],
            month["alerts_not_planted"],
            f"{month['planted_told']}/{month['planted']}",
            f"{month['night_s']:g}",
            f"{month['accepted']}/{month['trainings']}",
            month["training_s_mean"],
            int(month["journal_behaviors"]),
            month["journal_mb"],
            month["rss_mb"],
            month["rss_growth_mb"],
            _late(month),
        ]
        for number, month in enumerate(result["months"])
    ]
    titles = [
        "part",
        "days",
        "alerts",
        "planted told",
        "cap, s",
        "accepted",
        "training, s",
        "behaviors",
        "journal, MB",
    ]
    told = " ".join(upgraded) or "No format was upgraded within these days."
    return [said, "", told, "", *table([*titles, "memory, MB", "growth, MB", "in the second half"], rows)]


def _late(month: Record) -> str:
    """Return the MB that a process grew by in the second half of its days, where that was measured."""
    days = month.get("rss_mb_by_day")
    return f"{days[-1] - days[len(days) // 2]:g}" if days else "–"


def _formats(found: Record) -> str:
    return ", ".join(f"{what} {number}" for what, number in found.items())


def _answers(months: Sequence[Record]) -> str:
    counts = sum((Counter(month["answers"]) for month in months), Counter[str]())
    return ", ".join(f"{answer} {count}" for answer, count in sorted(counts.items())) or "none"
