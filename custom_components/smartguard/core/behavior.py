"""A behavior b = (t, d, c): the unit that SmartGuard learns (paper, Definition 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Phase(Enum):
    """What a control does to the state that an entity holds."""

    BEGIN = "begin"
    END = "end"
    NONE = "none"


_BEGINS = frozenset(
    {
        *("turn_on", "open", "unlock", "start", "start_mowing", "play", "detect"),
        *("start_streaming", "start_recording"),
    }
)
_ENDS = frozenset(
    {
        *("turn_off", "close", "lock", "stop", "pause", "dock", "return_to_base", "clear"),
        *("stop_streaming", "stop_recording"),
    }
)
_MODES = ("set_hvac_mode:", "set_operation_mode:")
PRESENCE = frozenset({"arrive", "leave"})


def is_stance(control: str) -> bool:
    """Say whether a control sets what the whole home is prepared for: who is home, an armed alarm."""
    return control in PRESENCE or control == "disarm" or control.startswith("arm_")


def phase(control: str) -> Phase:
    """Say whether a control begins an active state, ends one, or only adjusts it.

    The on-time of an entity runs from a BEGIN to the next END of the same entity; a second BEGIN
    in between does not start it anew.
    """
    if control in _BEGINS:
        return Phase.BEGIN
    if control in _ENDS:
        return Phase.END
    if control.startswith(_MODES):
        return Phase.END if control.endswith(":off") else Phase.BEGIN
    return Phase.NONE


@dataclass(frozen=True, slots=True)
class Behavior:
    """One use of one control.

    time: UTC seconds since 1970. device: key of the device. entity: key of the entity that was
    used (one device may have several). control: what was done (`turn_on`, `set_hvac_mode:cool`).
    actor: who did it (`person`, `automation`, `device`, empty when unknown); stored and shown,
    never scored, and no part of equality.
    """

    time: float
    device: str
    entity: str
    control: str
    actor: str = field(default="", compare=False)
