"""The four kinds of anomaly, and what of a learned history they depend on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from custom_components.smartguard.core.behavior import Behavior, Phase, phase

# A control is common when the learned days hold at least so many uses of it.
COMMON = 20
# The toggle at which a flicker is decided.
DECISIVE_TOGGLE = 4


class Kind(StrEnum):
    """The paper's four kinds of anomaly."""

    SD = "SD"  # one device flickers
    MD = "MD"  # controls that do not belong together
    DM = "DM"  # a control at the wrong moment
    DD = "DD"  # a device is on for the wrong duration


class Control(NamedTuple):
    """One control of one entity, by the entity's key."""

    entity: str
    name: str


def common_controls(behaviors: Iterable[Behavior], least: int = COMMON) -> dict[Control, int]:
    """Count the uses of every control used at least so often."""
    counts = Counter(Control(b.entity, b.control) for b in behaviors)
    return {control: count for control, count in sorted(counts.items()) if count >= least}


def on_times(behaviors: Iterable[Behavior]) -> dict[str, list[tuple[float, float]]]:
    """Return every entity's (begin, end) in UTC seconds; what never ends is left out."""
    begun: dict[str, float] = {}
    found: dict[str, list[tuple[float, float]]] = {}
    for behavior in behaviors:
        what = phase(behavior.control)
        if what is Phase.BEGIN:
            begun.setdefault(behavior.entity, behavior.time)
        elif what is Phase.END and behavior.entity in begun:
            found.setdefault(behavior.entity, []).append((begun.pop(behavior.entity), behavior.time))
    return found


def longest_on(behaviors: Iterable[Behavior], entity: str) -> float:
    """Return the longest on-time of an entity, seconds; raises ValueError if it was never on and off."""
    times = on_times(behaviors).get(entity)
    if not times:
        raise ValueError(f"expected behaviors in which {entity} goes on and off, got none")
    return max(end - begin for begin, end in times)
