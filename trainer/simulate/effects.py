"""What a control does to the state that an entity holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .devices import EntitySpec


@dataclass(frozen=True, slots=True)
class Held:
    """The state and the attributes that an entity holds."""

    state: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One use of one control, with the state and attributes that it leaves behind.

    time: UTC seconds since 1970. device, entity: local keys of the home's specification. control:
    the verb; empty for a change that is no use of a control (a vacuum that has reached its dock).
    actor: person, automation or device.
    """

    time: float
    device: str
    entity: str
    control: str
    actor: str
    state: str
    attributes: Mapping[str, Any]


_ON_OFF = {"turn_on": "on", "turn_off": "off"}
_OPEN_CLOSE = {"open": "open", "close": "closed"}
_STATES: Mapping[str, Mapping[str, str]] = {
    "light": _ON_OFF,
    "switch": _ON_OFF,
    "fan": _ON_OFF,
    "motion": {"detect": "on", "clear": "off"},
    "door": {"open": "on", "close": "off"},
    "window": {"open": "on", "close": "off"},
    "camera": {"start_streaming": "streaming", "stop_streaming": "idle"},
    "cover": _OPEN_CLOSE,
    "valve": _OPEN_CLOSE,
    "lock": {"lock": "locked", "unlock": "unlocked"},
    "media_player": {
        "turn_on": "on",
        "turn_off": "off",
        "play": "playing",
        "pause": "paused",
        "stop": "idle",
    },
    "vacuum": {"start": "cleaning", "return_to_base": "returning", "": "docked"},
    "person": {"arrive": "home", "leave": "not_home"},
}
# verb → attribute, step, least, most
_STEPS: Mapping[str, tuple[str, float, float, float]] = {
    "volume_up": ("volume_level", 0.05, 0.05, 0.8),
    "volume_down": ("volume_level", -0.05, 0.05, 0.8),
    "speed_up": ("percentage", 33, 33, 99),
    "speed_down": ("percentage", -33, 33, 99),
    "temperature_up": ("temperature", 1, 15, 25),
    "temperature_down": ("temperature", -1, 15, 25),
}
# States in which an entity shows no adjustable attributes, as in Home Assistant.
_RESTING = frozenset({"off", "unknown"})


def rest(spec: EntitySpec) -> Held:
    """Return what an entity holds in the small hours."""
    return Held(spec.state, spec.attributes)


def effect(spec: EntitySpec, held: Held, control: str, value: float | str | None = None) -> Held | None:
    """Return what the entity holds after the control, None if nothing changes or it has no such control.

    value: the target of an adjustment (else one step), or a button's time of press.
    """
    verb, _, option = control.partition(":")
    if verb == "press":
        return Held(str(value), held.attributes)
    if verb == "set_hvac_mode" and option in spec.options:
        return _changed(held, option, held.attributes)
    if verb == "select_source" and option in spec.options:
        return _sourced(held, option)
    if verb in _STEPS:
        return _stepped(held, verb, value)
    state = _states(spec).get(verb)
    return _changed(held, state, _attributes(spec, held, state)) if state is not None else None


def leading_to(spec: EntitySpec, held: Held, state: str) -> str:
    """Return the control that brings the entity to a state; raises ValueError if none does."""
    modes = [f"set_hvac_mode:{mode}" for mode in spec.options] if spec.domain == "climate" else []
    for control in [*_states(spec), *modes]:
        after = effect(spec, held, control)
        if after is not None and after.state == state:
            return control
    raise ValueError(f"expected a control of {spec.key} that leads from {held.state} to {state}, got none")


def _states(spec: EntitySpec) -> Mapping[str, str]:
    kind = spec.device_class if spec.domain == "binary_sensor" else spec.domain
    return _STATES.get(kind, {})


def _changed(held: Held, state: str, attributes: Mapping[str, Any]) -> Held | None:
    return None if state == held.state else Held(state, attributes)


def _attributes(spec: EntitySpec, held: Held, state: str) -> Mapping[str, Any]:
    """Return the attributes in a new state: taken on when turned on, dropped when turned off."""
    if not spec.active:
        return held.attributes
    if state in _RESTING:
        return spec.attributes
    return held.attributes if held.state not in _RESTING else spec.active


def _sourced(held: Held, source: str) -> Held | None:
    if held.state in _RESTING or held.attributes.get("source") == source:
        return None
    return Held(held.state, {**held.attributes, "source": source})


def _stepped(held: Held, verb: str, value: float | str | None) -> Held | None:
    name, step, least, most = _STEPS[verb]
    if held.state in _RESTING or name not in held.attributes:
        return None
    now = float(held.attributes[name])
    target = min(most, max(least, now + step if value is None else float(value)))
    if target == now or (target > now) != (step > 0):
        return None
    rounded = int(target) if name == "percentage" else round(target, 2)
    return Held(held.state, {**held.attributes, name: rounded})
