"""Home Assistant's states and calls become controls by the tables of the core: live and from the recorder.

An attribute that the recorder does not keep (`brightness` of most lights) names no control: a day
lived and the same day imported would differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from homeassistant.const import MATCH_ALL
from homeassistant.core import State, split_entity_id

from .core import states
from .core.control_tables import table_of
from .core.states import NAME_LENGTH, Reading, clean

LIVE_ONLY: Final = ("send_command:",)


def controls(old: State | None, new: State) -> tuple[str, ...]:
    """Name what was done between two settled states: one control or none."""
    return states.controls(None if old is None else reading(old), reading(new))


def call_control(domain: str, service: str, service_data: Mapping[str, Any]) -> str | None:
    """Name what only a call can name: commands of a remote.

    Scenes, scripts and buttons show in their states that they were used, from the recorder too, so
    their calls name nothing here: one real event is one behavior.
    """
    if (domain, service) != ("remote", "send_command"):
        return None
    command = service_data.get("command")
    parts = command if isinstance(command, list | tuple) else [command]
    names = [name for part in parts if (name := clean(part))]
    return f"send_command:{','.join(names)[:NAME_LENGTH]}" if names else None


class Tracker:
    """The last settled state of each entity, by its key: what a new state is compared with."""

    def __init__(self) -> None:
        """Begin with no state known."""
        self._readings = states.Tracker()

    def observe(self, entity: str, state: State | None) -> tuple[str, ...]:
        """Take the next state of an entity and name what was done."""
        return () if state is None else self._readings.observe(entity, reading(state))

    def seed(self, entity: str, state: State | None) -> None:
        """Take a state as known, without a behavior, unless one is known already."""
        if state is not None:
            self._readings.seed(entity, reading(state))

    def fill(self, other: Tracker) -> None:
        """Take over the states that are known to another and not here."""
        self._readings.fill(other._readings)

    def knows(self, entity: str) -> bool:
        """Say whether a settled state of an entity is known."""
        return self._readings.knows(entity)

    def is_over(self, entity: str) -> bool:
        """Say whether an entity is known to be in a state whose control ends what was on."""
        return self._readings.is_over(entity)


def reading(state: State) -> Reading:
    """Return a state as the core reads it; one from the recorder does not know its domain."""
    table = table_of(split_entity_id(state.entity_id)[0], _attribute(state, "device_class"))
    return Reading(table, state.state, state.last_updated_timestamp, partial(_attribute, state))


def _attribute(state: State, name: str) -> object:
    """Return an attribute as the recorder keeps it, or None."""
    info = getattr(state, "state_info", None) or {}
    unrecorded = info.get("unrecorded_attributes", ())
    if name in unrecorded or (MATCH_ALL in unrecorded and name != "device_class"):
        return None
    return state.attributes.get(name)
