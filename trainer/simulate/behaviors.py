"""Actions as the behaviors that Home Assistant would be seen to make of them."""

from __future__ import annotations

from collections.abc import Iterable

from .. import core_access  # noqa: F401  # before the core is imported

# isort: split
from custom_components.smartguard.core.behavior import Behavior

from .effects import Action


def to_behaviors(actions: Iterable[Action]) -> list[Behavior]:
    """Return the behaviors, keyed by the home's local keys; changes that are no use of a control drop out."""
    return [Behavior(a.time, a.device, a.entity, a.control, a.actor) for a in actions if a.control]
