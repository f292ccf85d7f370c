"""One table per domain that names the control between two states: live and from the recorder.

Rules, the same on both paths because both use this module:

* One change of state is one behavior. A change of the state itself comes first, then a mode by name,
  then a level; what changes along with them is their consequence.
* `unavailable`, `unknown` and an empty state are gaps, and a passing state (`opening`, `arming`,
  `buffering`) waits for its end. What follows is compared with the last settled state, so
  on → unavailable → on is nothing and on → unavailable → off is one `turn_off`, at the time it was seen.
* The first state ever seen of an entity is no behavior (start-up). Only a press whose time stamp is
  fresh is one, since a button that was never pressed has no earlier state.
* An attribute that the recorder does not keep (`brightness` of most lights) names no control: a day
  lived and the same day imported would differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.const import MATCH_ALL, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import State, split_entity_id
from homeassistant.util import dt as dt_util

GAPS: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN, ""})
LIVE_ONLY: Final = ("send_command:",)
_FRESH_SECONDS: Final = 60.0
_NAME_LENGTH: Final = 100
_STEP: Final = 1e-6
_LARGEST: Final = 1e9


@dataclass(frozen=True, slots=True)
class Table:
    """How the states of one domain become controls.

    states: settled state → group; a state that is not listed is passing, unless `other` names a group.
    enter: group → control when it is entered. special: (old, new) group → control, or None for none.
    named: prefix where every state is a mode by name. modes: attribute → prefix. levels: (verb,
    attributes added up) that give `verb_up` and `verb_down`. press: control where the state is the
    time of the last press.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    enter: Mapping[str, str] = field(default_factory=dict)
    special: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    other: str = ""
    named: str = ""
    modes: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    press: str = ""


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _switch(on: str = "turn_on", off: str = "turn_off", **more: Any) -> Table:
    return Table(_same("on", "off"), {"on": on, "off": off}, **more)


_POSITION: Final = (("position", ("current_position",)),)
_SET_POINT: Final = (
    ("temperature", ("temperature",)),
    ("temperature", ("target_temp_low", "target_temp_high")),
)
_OPENING: Final = Table(_same("open", "closed"), {"open": "open", "closed": "close"}, levels=_POSITION)
_PRESENCE: Final = Table({"home": "home"}, {"home": "arrive", "away": "leave"}, other="away")
_ARMED: Final = ("away", "home", "night", "vacation", "custom_bypass")
_PRESS: Final = Table(press="press")

TABLES: Final[Mapping[str, Table]] = {
    "alarm_control_panel": Table(
        _same("disarmed", "triggered", *(f"armed_{mode}" for mode in _ARMED)),
        {"disarmed": "disarm", "triggered": "trigger"} | {f"armed_{mode}": f"arm_{mode}" for mode in _ARMED},
        {("triggered", f"armed_{mode}"): None for mode in _ARMED},
    ),
    "button": _PRESS,
    "camera": Table(
        _same("off", "idle", "streaming", "recording") | {"on": "idle"},
        {"off": "turn_off", "streaming": "start_streaming", "recording": "start_recording"},
        {
            ("off", "idle"): "turn_on",
            ("off", "streaming"): "turn_on",
            ("off", "recording"): "turn_on",
            ("recording", "idle"): "stop_recording",
            ("recording", "streaming"): "stop_recording",
            ("streaming", "idle"): "stop_streaming",
        },
    ),
    "climate": Table(
        named="set_hvac_mode:",
        modes={"preset_mode": "set_preset_mode:", "fan_mode": "set_fan_mode:"},
        levels=_SET_POINT,
    ),
    "cover": _OPENING,
    "device_tracker": _PRESENCE,
    "fan": _switch(modes={"preset_mode": "set_preset_mode:"}, levels=(("speed", ("percentage",)),)),
    "humidifier": _switch(modes={"mode": "set_mode:"}, levels=(("humidity", ("humidity",)),)),
    "input_boolean": _switch(),
    "input_button": _PRESS,
    "lawn_mower": Table(
        _same("mowing", "paused") | {"returning": "docked", "docked": "docked"},
        {"mowing": "start_mowing", "paused": "pause", "docked": "dock"},
    ),
    "light": _switch(levels=(("brightness", ("brightness",)),)),
    "lock": Table(
        _same("locked", "unlocked", "open"),
        {"locked": "lock", "unlocked": "unlock", "open": "open"},
        {("open", "unlocked"): None},
    ),
    "media_player": Table(
        _same("off", "idle", "playing", "paused") | {"standby": "off", "on": "idle"},
        {"off": "turn_off", "idle": "stop", "playing": "play", "paused": "pause"},
        {("off", "idle"): "turn_on", ("off", "paused"): "turn_on", ("idle", "paused"): None},
        modes={"source": "select_source:"},
        levels=(("volume", ("volume_level",)),),
    ),
    "person": _PRESENCE,
    "remote": _switch(),
    "scene": Table(press="turn_on"),
    "script": Table(_same("on", "off"), {"on": "turn_on"}),
    "siren": _switch(),
    "switch": _switch(),
    "vacuum": Table(
        _same("cleaning", "paused", "idle", "returning", "docked"),
        {
            "cleaning": "start",
            "paused": "pause",
            "idle": "stop",
            "returning": "return_to_base",
            "docked": "return_to_base",
        },
        {("returning", "docked"): None, ("docked", "idle"): None, ("idle", "docked"): None},
    ),
    "valve": _OPENING,
    "water_heater": Table(named="set_operation_mode:", levels=_SET_POINT),
}

_OPENS: Final = _switch("open", "close")
_DETECTS: Final = _switch("detect", "clear")
_TURNS: Final = _switch()
BINARY_SENSORS: Final[Mapping[str | None, Table]] = {
    None: _TURNS,
    **dict.fromkeys(("door", "garage_door", "opening", "window"), _OPENS),
    **dict.fromkeys(("motion", "moving", "occupancy", "presence", "sound", "vibration"), _DETECTS),
    **dict.fromkeys(("carbon_monoxide", "cold", "gas", "glass_break", "heat", "moisture"), _DETECTS),
    **dict.fromkeys(("problem", "safety", "smoke", "tamper"), _DETECTS),
    **dict.fromkeys(("light", "plug", "power", "running"), _TURNS),
    "lock": _switch("unlock", "lock"),
}

DOMAINS: Final = frozenset(TABLES) | {"binary_sensor"}


def table_of(domain: str, device_class: object = None) -> Table | None:
    """Return the table of a domain, or None where its states are no behaviors."""
    if domain != "binary_sensor":
        return TABLES.get(domain)
    return BINARY_SENSORS.get(device_class) if isinstance(device_class, str | None) else None


def needs_attributes(domain: str) -> bool:
    """Say whether the controls of a domain depend on attributes, so that the recorder is asked for them."""
    table = TABLES.get(domain)
    return table is None or bool(table.modes or table.levels)


def controls(old: State | None, new: State) -> tuple[str, ...]:
    """Name what was done between two settled states: one control or none."""
    table = _table(new)
    if table is None or not _settled(table, new):
        return ()
    if table.press:
        return (table.press,) if _pressed(old, new) else ()
    if old is None or not _settled(table, old):
        return ()
    before, after = _group(table, old.state), _group(table, new.state)
    control = _entered(table, before, after) if before != after else _adjusted(table, old, new)
    return (control,) if control else ()


def call_control(domain: str, service: str, service_data: Mapping[str, Any]) -> str | None:
    """Name what only a call can name: commands of a remote.

    Scenes, scripts and buttons show in their states that they were used, from the recorder too, so
    their calls name nothing here: one real event is one behavior.
    """
    if (domain, service) != ("remote", "send_command"):
        return None
    command = service_data.get("command")
    parts = command if isinstance(command, list | tuple) else [command]
    names = [name for part in parts if (name := _name(part))]
    return f"send_command:{','.join(names)[:_NAME_LENGTH]}" if names else None


class Tracker:
    """The last settled state of each entity, by its key: what a new state is compared with."""

    def __init__(self) -> None:
        """Begin with no state known."""
        self._last: dict[str, State] = {}

    def observe(self, entity: str, state: State | None) -> tuple[str, ...]:
        """Take the next state of an entity and name what was done."""
        if state is None or not is_settled(state):
            return ()
        found = controls(self._last.get(entity), state)
        self._last[entity] = state
        return found

    def seed(self, entity: str, state: State | None) -> None:
        """Take a state as known, without a behavior, unless one is known already."""
        if state is not None and entity not in self._last and is_settled(state):
            self._last[entity] = state

    def fill(self, other: Tracker) -> None:
        """Take over the states that are known to another and not here."""
        for entity, state in other._last.items():
            self._last.setdefault(entity, state)

    def knows(self, entity: str) -> bool:
        """Say whether a settled state of an entity is known."""
        return entity in self._last


def is_settled(state: State) -> bool:
    """Say whether a state can be compared: no gap, not passing, of a kind that gives behaviors."""
    table = _table(state)
    return table is not None and _settled(table, state)


def _table(state: State) -> Table | None:
    """Return a state's table; a state from the recorder does not know its domain."""
    return table_of(split_entity_id(state.entity_id)[0], _attribute(state, "device_class"))


def _settled(table: Table, state: State) -> bool:
    if not isinstance(state.state, str) or state.state in GAPS:
        return False
    return bool(table.press) or _group(table, state.state) != ""


def _group(table: Table, state: str) -> str:
    return _name(state) if table.named else table.states.get(state, table.other)


def _entered(table: Table, before: str, after: str) -> str | None:
    if table.named:
        return table.named + after
    if (before, after) in table.special:
        return table.special[before, after]
    return table.enter.get(after)


def _adjusted(table: Table, old: State, new: State) -> str | None:
    for attribute, prefix in table.modes.items():
        before, after = _name(_attribute(old, attribute)), _name(_attribute(new, attribute))
        if before and after and before != after:
            return prefix + after
    for verb, attributes in table.levels:
        step = _level(new, attributes) - _level(old, attributes)
        if abs(step) > _STEP:
            return f"{verb}_up" if step > 0 else f"{verb}_down"
    return None


def _pressed(old: State | None, new: State) -> bool:
    try:
        # Clean text only: the parser written in C crashes the process on a lone surrogate.
        pressed = dt_util.parse_datetime(_name(new.state))
        if pressed is None:
            return False
        age = new.last_updated_timestamp - dt_util.as_utc(pressed).timestamp()
    except (ValueError, OverflowError):
        return False
    return old.state != new.state if old is not None else abs(age) < _FRESH_SECONDS


def _attribute(state: State, name: str) -> object:
    """Return an attribute as the recorder keeps it, or None."""
    info = getattr(state, "state_info", None) or {}
    unrecorded = info.get("unrecorded_attributes", ())
    if name in unrecorded or (MATCH_ALL in unrecorded and name != "device_class"):
        return None
    return state.attributes.get(name)


def _name(value: object) -> str:
    """Return a mode's name as clean text, empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return str(value)[:_NAME_LENGTH].encode("utf-8", "replace").decode()


def _level(state: State, attributes: tuple[str, ...]) -> float:
    """Return the sum of numeric attributes, NaN (which compares as no step) where one is missing."""
    total = 0.0
    for name in attributes:
        value = _attribute(state, name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _LARGEST:
            return math.nan
        total += value
    return total
