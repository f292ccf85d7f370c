"""One table per domain: which of its states are settled, and what leads from one to another is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


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
