"""What each channel of evidence brings: SmartGuard less one of them, beside SmartGuard with all."""

from __future__ import annotations

from collections.abc import Sequence

from .. import core_access  # noqa: F401  # before the core is imported

# isort: split
from custom_components.smartguard.core.threshold import SHARES

from .commands import LACKING, command
from .gains import common_seeds, is_missed, said_changes
from .outcome import Record
from .pooled import Pooled, groups, head, lived

PATTERN = "ablation_field_*.json"
FULL = "SmartGuard"
WITHOUT = f"{FULL}{LACKING}"
INTRO = """## One channel of evidence less

SmartGuard as it is, and less each of its channels in turn, whose share of the budget is then the
others'. A channel that is left out changes the calibration alone: all rows of a seed have the same
network and the same anomalies. First times (`novelty`) have no share of their own, but what they tell of
the days held out counts; without them new devices keep their grace, and nothing is said of *what a known
device never did before*, which is no anomaly of these four kinds and has a section of its own. Under
each table is what changes when a channel is left out, of all homes of the table together: differences
from the first row, seed by seed, with their 95 % interval. It covers networks and the drawing of
anomalies, not other homes. *Nothing* is said where no interval lies apart from zero.
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: real homes, then simulated ones; empty where nothing was left out."""
    if not homes:
        return ""
    return "\n".join([INTRO, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    models = list(homes[0]["models"])
    rows = [Pooled.of(homes, m).row("none" if m == FULL else m.removeprefix(WITHOUT)) for m in models]
    table = head("left out") + "\n".join(rows)
    said = _said(homes) if len(common_seeds(homes)) > 1 else "One seed tells no difference."
    commands = "\n".join(f"`{command(home, 'ablation_field')}`" for home in homes)
    return f"### {title}\n\n{lived(homes)} {_shares(homes)}\n\n{table}\n\n{said}\n\n{commands}\n"


def _shares(homes: Sequence[Record]) -> str:
    """Say how the budget was split, and whether it still is: results may be older than the shares."""
    shares = homes[0]["shares"]
    said = ", ".join(f"{channel} {share:g}" for channel, share in shares.items())
    others = "" if shares == SHARES else ", which are not those that ship: to be computed anew"
    return f"Shares of the budget: {said}{others}."


def _said(homes: Sequence[Record]) -> str:
    """Say what changes without each channel, and without which of them nothing fewer is found."""
    less = [model for model in homes[0]["models"] if model != FULL]
    said = [f"- Without *{m.removeprefix(WITHOUT)}*: {said_changes(homes, m, FULL)}." for m in less]
    idle = [m.removeprefix(WITHOUT) for m in less if not is_missed(homes, m, FULL)]
    return "\n".join([*said, f"- No kind is found less without: {', '.join(idle) or 'none of them'}."])
