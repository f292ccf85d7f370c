"""More weeks of the same logs: a section of the page."""

from __future__ import annotations

from collections.abc import Sequence

from ..attacks import Kind
from .commands import rolling
from .outcome import Record
from .pooled import Pooled, common_models, groups, together

PATTERN = "rolling_*.json"
_YOUNG = 14
"""Days of history below which a home is young."""
INTRO = """## More weeks of the same logs

One division of a log leaves few weeks to be judged by, little more than two in all three real homes. Here
each log is learned several times, for more days each time, and the days after each are lived through with
anomalies of their own. Under the rows of all homes are those of young homes and older ones, and of each home.
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: real homes and simulated ones pooled; empty where there are none."""
    if not homes:
        return ""
    return "\n".join([INTRO, *(_group(title, group) for title, group in groups(homes))])


def _group(title: str, homes: Sequence[Record]) -> str:
    more = [*_by_age(homes), *_by_home(homes)]
    commands = "\n".join(f"`{rolling(home)}`" for home in homes)
    return f"### More weeks: {title.lower()}\n\n{together(homes, more)}\n{commands}\n"


def _by_age(homes: Sequence[Record]) -> list[str]:
    """Write the first model's rows of young homes and of older ones, where there are both."""
    model = common_models(homes)[0]
    origins = [origin for home in homes for origin in home["models"][model]["by_origin"]]
    ages = {
        f"learned for less than {_YOUNG} days": [o for o in origins if o["learned_days"] < _YOUNG],
        f"{_YOUNG} days or more": [o for o in origins if o["learned_days"] >= _YOUNG],
    }
    return [_of(found).row(f"{model}, {age}") for age, found in ages.items()] if all(ages.values()) else []


def _of(origins: Sequence[Record]) -> Pooled:
    told, injected = ({k: sum(o[key][k] for o in origins) for k in Kind} for key in ("told", "injected"))
    weeks, false = (sum(o[key] for o in origins) for key in ("weeks", "false_alerts"))
    return Pooled(weeks, false, told, injected)


def _by_home(homes: Sequence[Record]) -> list[str]:
    """Write each model's rows of each home, where there are several."""
    if len(homes) == 1:
        return []
    return [
        Pooled.of([home], model).row(f"{model}, `{home['log']}`")
        for home in homes
        for model in home["models"]
    ]
