"""More weeks of the same logs: a section of the page."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import rolling
from .outcome import Record
from .pooled import Pooled, groups, together

PATTERN = "rolling_*.json"
INTRO = """## More weeks of the same logs

One division of a log leaves few weeks to be judged by, two of the three real homes' logs together. Here each
log is learned several times, for so many days and for so many more, and the days after each are lived
through with anomalies of their own. The younger a home is, the more it is disturbed and the less it is told.
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: real homes and simulated ones pooled; empty where there are none."""
    if not homes:
        return ""
    return "\n".join([INTRO, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    own = [Pooled.of([home], model).row(f"{model}, `{home['log']}`") for model, home in _by_home(homes)]
    commands = "\n".join(f"`{rolling(home)}`" for home in homes)
    return f"### More weeks: {title.lower()}\n\n{together(homes, own)}\n{commands}\n"


def _by_home(homes: Sequence[Record]) -> list[tuple[str, Record]]:
    return [(model, home) for home in homes for model in home["models"] if len(homes) > 1]
