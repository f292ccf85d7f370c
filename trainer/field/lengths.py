"""What a longer history is worth: a section of the page."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import command
from .gains import said_changes
from .outcome import Record
from .pooled import Pooled, common_models, head, is_simulated, lived
from .shorter import bare, name_of

PATTERN = "history_field_*.json"
IMAGE = "history.png"
INTRO = """## Longer histories

The same days lived through and the same anomalies, by homes whose history began so many days before.
SmartGuard holds out a quarter of it to calibrate on, a week at most. Under each table is what changes with
the history, and without a channel beside SmartGuard with as much of it: differences seed by seed with their
95 % interval. It covers networks and the drawing of anomalies, not other homes; false alerts are those of
one and the same life.
"""


def models_of(homes: Sequence[Record]) -> list[str]:
    """Return the models that all homes have, at every length."""
    return list(dict.fromkeys(bare(model) for model in common_models(homes)))


def groups(homes: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """Return real homes and simulated ones of the same lengths together, with a title."""
    found: dict[tuple[bool, tuple[int, ...]], list[Record]] = {}
    for home in homes:
        found.setdefault((is_simulated(home), tuple(home["history_days"])), []).append(home)
    return [
        (f"{'Simulated' if key[0] else 'Real'} homes, {key[1][0]} to {key[1][-1]} days", found[key])
        for key in sorted(found)
    ]


def section(homes: Sequence[Record]) -> str:
    """Write the section; homes of other lengths apart; empty where there are none."""
    if not homes:
        return ""
    picture = f"![What a longer history is worth](images/{IMAGE})\n"
    return "\n".join([INTRO, picture, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    models, lengths = models_of(homes), homes[0]["history_days"]
    rows = [Pooled.of(homes, name_of(m, days)).row(name_of(m, days)) for m in models for days in lengths]
    first, last = lengths[0], lengths[-1]
    said = [
        f"- {m}, {last} days in place of {first}: {said_changes(homes, name_of(m, last), name_of(m, first))}."
        for m in models
        if first != last
    ]
    said += [
        f"- {less} beside {models[0]}, {days} days: "
        f"{said_changes(homes, name_of(less, days), name_of(models[0], days))}."
        for less in models[1:]
        for days in lengths
    ]
    table, changes = head("model") + "\n".join(rows), "\n".join(said)
    commands = "\n".join(f"`{command(home, 'history_field')}`" for home in homes)
    return f"### {title}\n\n{lived(homes)}\n\n{table}\n\n{changes}\n\n{commands}\n"
