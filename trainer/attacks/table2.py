"""The ten anomalies of the paper's Table 2, to be played in a simulated home."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from custom_components.smartguard.core.behavior import Behavior

from ..simulate import Action, Held, Home, effect, leading_to
from .kinds import DECISIVE_TOGGLE, Control, Kind, common_controls, longest_on

State = Mapping[str, Held]
# Seconds after the begin, and the control that is used then.
Step = tuple[float, Control]
Possible = Callable[[Control], bool]
Script = Callable[[tuple[Control, ...], Possible, np.random.Generator], list[Step]]

ANY_HOUR = (0.0, 24.0)
NIGHT = (0.5, 3.5)
EVERY_MONTH = frozenset(range(1, 13))
WINTER = frozenset({1, 2, 3, 4, 11, 12})


@dataclass(frozen=True)
class Injector:
    """One anomaly of Table 2.

    controls: those that make it what it is, the one out of order last. script: which is used when,
    given which would change anything now. hours, months: the local hours and the months in which it is an
    anomaly at all.
    """

    name: str
    title: str
    kind: Kind
    home: Home
    controls: tuple[Control, ...]
    script: Script
    hours: tuple[float, float] = ANY_HOUR
    months: frozenset[int] = EVERY_MONTH

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity whose controls are injected, each once, the one out of order last."""
        return tuple(dict.fromkeys(control.entity for control in self.controls))

    def eligible(self, learned: Sequence[Behavior]) -> bool:
        """Say whether each of its controls is common in the learned days."""
        return set(self.controls) <= set(common_controls(learned))

    def actions(self, when: float, state: State, rng: np.random.Generator) -> list[Action]:
        """Return what to play from `when` (UTC seconds) on in a home that holds `state`.

        What must be so before (the camera on, say) is done first. Raises ValueError where the
        anomaly can not begin now, as with a shower that is on already.
        """

        def possible(control: Control) -> bool:
            spec = self.home.entities.get(control.entity)
            return spec is not None and effect(spec, state[control.entity], control.name) is not None

        held = dict(state)
        steps = self.script(self.controls, possible, rng)
        return [self._use(control, when + seconds, held) for seconds, control in steps]

    def _use(self, control: Control, time: float, held: dict[str, Held]) -> Action:
        entity = control.entity
        after = effect(self.home.entities[entity], held[entity], control.name)
        if after is None:
            now = held[entity].state
            raise ValueError(f"expected a state of {entity} that {control.name} changes, got {now}")
        held[entity] = after
        device = self.home.device_of[entity]
        return Action(round(time, 3), device, entity, control.name, "person", after.state, after.attributes)

    def decisive(self, actions: Sequence[Action], learned: Sequence[Behavior]) -> float:
        """Return the moment (UTC seconds) from which on the anomaly can be told.

        SD: the fourth toggle. MD, DM: the last injected behavior. DD: when the on-time passes the
        longest of that entity in the learned days.
        """
        if self.kind is Kind.SD:
            return actions[DECISIVE_TOGGLE - 1].time
        if self.kind is Kind.DD:
            begin = next(action for action in actions if action.entity == self.controls[0].entity)
            return begin.time + longest_on(learned, begin.entity)
        return actions[-1].time


def _flicker(controls: tuple[Control, ...], possible: Possible, rng: np.random.Generator) -> list[Step]:
    """Toggle 8 to 12 times, a few seconds apart, beginning with what changes something now."""
    begin, end = controls
    first, second = (begin, end) if possible(begin) else (end, begin)
    gaps = rng.uniform(2.0, 6.0, 7 + 2 * int(rng.integers(0, 3)))
    times = [0.0, *map(float, np.cumsum(gaps))]
    return [(time, second if index % 2 else first) for index, time in enumerate(times)]


def _while_locked(before: str) -> Script:
    """Lock the door unless it is; half a minute to a minute later use the other control.

    before: the control that makes the other possible, where it is not (a window that is open).
    """

    def script(controls: tuple[Control, ...], possible: Possible, rng: np.random.Generator) -> list[Step]:
        lock, other = controls
        steps: list[Step] = [] if possible(other) else [(0.0, Control(other.entity, before))]
        now = 8.0 * len(steps)
        if possible(lock):
            steps.append((now, lock))
        return [*steps, (now + float(rng.uniform(30.0, 55.0)), other)]

    return script


def _once(controls: tuple[Control, ...], _possible: Possible, _rng: np.random.Generator) -> list[Step]:
    """Use the control."""
    return [(0.0, controls[0])]


def _too_long(least: float, most: float, *before: Control) -> Script:
    """Leave something on for so many minutes.

    before: what people do first unless it is done; a shower in the dark would be another anomaly.
    """

    def script(controls: tuple[Control, ...], possible: Possible, rng: np.random.Generator) -> list[Step]:
        begin, end = controls
        steps = [(10.0 * i, control) for i, control in enumerate(filter(possible, before))]
        now = 10.0 * len(steps)
        return [*steps, (now, begin), (now + 60.0 * float(rng.uniform(least, most)), end)]

    return script


def _on_off(entity: str) -> tuple[str, str]:
    return f"{entity}.turn_on", f"{entity}.turn_off"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of Table 2; the controls are written `entity.control`, the one out of order last."""

    title: str
    kind: Kind
    controls: tuple[str, ...]
    script: Script
    hours: tuple[float, float] = ANY_HOUR
    months: frozenset[int] = EVERY_MONTH


_LOCK, _WINDOW = "smart_lock.lock", "living_room_window.open"
_CAMERA = ("hall_camera.start_streaming", "hall_camera.stop_streaming")
_COOL, _VALVE = "air_conditioner.set_hvac_mode:cool", "water_valve.open"
_TABLE: dict[str, _Row] = {
    "light_flickering": _Row("Light flickering", Kind.SD, _on_off("living_room_light"), _flicker),
    "camera_flickering": _Row("Camera flickering", Kind.SD, _CAMERA, _flicker),
    "tv_flickering": _Row("TV flickering", Kind.SD, _on_off("tv"), _flicker),
    "window_while_locked": _Row(
        "Window opened while the smart lock is locked", Kind.MD, (_LOCK, _WINDOW), _while_locked("close")
    ),
    "camera_off_while_locked": _Row(
        "Camera closed while the smart lock is locked",
        Kind.MD,
        (_LOCK, _CAMERA[1]),
        _while_locked("start_streaming"),
    ),
    "cool_in_winter": _Row(
        "Air conditioner's cool mode opened in winter", Kind.DM, (_COOL,), _once, months=WINTER
    ),
    "window_at_midnight": _Row("Window opened at midnight", Kind.DM, (_WINDOW,), _once, hours=NIGHT),
    "valve_at_midnight": _Row("Water valve opened at midnight", Kind.DM, (_VALVE,), _once, hours=NIGHT),
    "long_shower": _Row(
        "Shower for a long time",
        Kind.DD,
        _on_off("shower"),
        _too_long(45.0, 70.0, Control("bathroom_light", "turn_on")),
    ),
    "long_microwave": _Row(
        "Microwave runs for a long time", Kind.DD, _on_off("microwave"), _too_long(25.0, 40.0)
    ),
}


def injectors(home: Home) -> dict[str, Injector]:
    """Return the ten anomalies by name, in the order of the table."""
    return {
        name: Injector(
            name,
            row.title,
            row.kind,
            home,
            tuple(Control(*control.split(".")) for control in row.controls),
            row.script,
            row.hours,
            row.months,
        )
        for name, row in _TABLE.items()
    }


def undo(home: Home, actions: Sequence[Action], before: State, delay: float) -> list[Action]:
    """Return what brings every touched entity back to what it held, from `delay` seconds after the last."""
    held = {action.entity: Held(action.state, action.attributes) for action in actions}
    time = actions[-1].time + delay
    undone = []
    for entity in reversed(held):
        then = before[entity]
        if held[entity].state == then.state:
            continue
        control = leading_to(home.entities[entity], held[entity], then.state)
        device = home.device_of[entity]
        undone.append(Action(round(time, 3), device, entity, control, "person", then.state, then.attributes))
        time += 5.0
    return undone
