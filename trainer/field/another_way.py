"""Anomalies that are drawn another way: a section of the page."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import command
from .outcome import Record
from .pooled import groups, together

PATTERN = "otherwise_field_*.json"
INTRO = """## Anomalies drawn another way

What finds one way of drawing anomalies may have been made for it. Here are the same lives with others,
which were written after the detection was; what was changed since was looked at with them as well: SD
toggles 6 to 20 times, in haste or slowly (half a second to eight between two toggles); MD a control up to
two and a half minutes after one that it met at most a quarter as often as their hours had them (once where
four times were to be expected), at an hour that is usual for it; DM a whole routine, a control and what
others began within a minute of it, at an hour at which the control is hardly ever used; DD what never lasted
above 90 minutes is left on for 3 to 10 times the longest that was learned.
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: real homes and simulated ones pooled; empty where there are none."""
    if not homes:
        return ""
    return "\n".join([INTRO, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    commands = "\n".join(f"`{command(home, 'otherwise_field')}`" for home in homes)
    return f"### Another way: {title.lower()}\n\n{together(homes)}\n{commands}\n"
