"""What a known device never did before, told and not told: a section of the page."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import first_times
from .outcome import Record, poisson
from .pooled import NONE, false_rate, groups, lived

PATTERN = "first_times_*.json"
KEY = "first time"
INTRO = """## What a known device never did before

What `novelty` is for is none of the four kinds: something that a device, known for a week and by twenty uses
at least, does for the first time. In these logs every entity is a device of its own, and hardly one does
anything new after its first days. So each seed leaves entities out of a log altogether, which hold a tenth of
what was learned at most, and puts single uses of them back, at the time at which they were, each in a life of
its own and as another device's: a contact or a switch that this device has and nobody ever used. Which device
it is, is drawn too; it is all that is made up. Several seeds may put the same use back. The home is learned
without the entities that are left out, and false alerts are those of its log without them. A first time says
the less the more of them a home had of late, its own ones too; no other channel knows a control that it never
learned.
"""
HEAD = """| home | put back | told | told without `novelty` | false alerts a week | without `novelty` |
|---|---|---|---|---|---|
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: real homes, then simulated ones; empty where there are none."""
    if not homes:
        return ""
    return "\n".join([INTRO, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    rows = [_row(f"`{home['log']}`", [home]) for home in homes]
    if len(homes) > 1:
        rows.append(_row("all", homes))
    commands = "\n".join(f"`{first_times(home)}`" for home in homes)
    table = HEAD + "\n".join(rows)
    return f"### Never before: {title.lower()}\n\n{lived(homes)}\n\n{table}\n\n{commands}\n"


def _row(name: str, homes: Sequence[Record]) -> str:
    """Write what is told with first times and without, of homes taken together."""
    full, less = homes[0]["models"]
    count = sum(home["models"][full]["injected"][KEY] for home in homes)
    cells = [name, str(count), *(_told(homes, m, count) for m in (full, less))]
    return f"| {' | '.join([*cells, *(_false(homes, m) for m in (full, less))])} |"


def _told(homes: Sequence[Record], model: str, count: int) -> str:
    told = sum(home["models"][model]["told"][KEY] for home in homes)
    return f"{told / count:.2f} ({told}/{count})" if count else NONE


def _false(homes: Sequence[Record], model: str) -> str:
    weeks = sum(home["weeks"] for home in homes)
    count = sum(false_rate(home["models"][model]) * home["weeks"] for home in homes)
    low, high = poisson(count, weeks)
    return f"{count / weeks:.2f} ({low:.2f} … {high:.2f})"
