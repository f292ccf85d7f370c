"""The ten anomalies of the paper's Table 2 as pure injectors over windows: nothing else is strange.

The authors write one fixed list with one fixed stamp into every window, so that stamps that jump back
give it away. Here the stamps stay in time order and near their neighbors', except where the time is
what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.windows import Windows

from ..datasets import BUCKET_HOURS, HomeVocabulary
from ..stamps import DAY_HOURS, from_stamps, stamps_of
from .kinds import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SECONDS = 3600.0
NIGHT = (0.5, 3.5)
TOGGLES = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """Windows about to be written to, (W, n) each; `at` is in hours and never falls within a window."""

    control: NDArray[np.int32]
    device: NDArray[np.int32]
    at: Floats
    injected: Bools

    @property
    def rows(self) -> Ints:
        """Return the index of each window, (W,)."""
        return np.arange(len(self.control))

    def places(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw where in each window `size` positions in a row begin, (W,)."""
        return rng.integers(0, self.control.shape[1] - size + 1, len(self.control))


@dataclass(frozen=True, slots=True)
class Spread:
    """How far apart the injected behaviors of a home lie, in hours; with coarse stamps they coincide.

    lasting: how long too long is. coarse: stamps tell three hours of the day at best.
    """

    lasting: tuple[float, float]
    coarse: bool

    def seconds(self, low: float, high: float, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Draw gaps of so many seconds, in hours; none where nobody could tell."""
        if self.coarse:
            return np.zeros(shape)
        return np.asarray(rng.uniform(low, high, shape) / SECONDS, np.float64)

    def night(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw hours of the night, (W,)."""
        if self.coarse:
            return np.full(count, BUCKET_HOURS / 2)
        return rng.uniform(*NIGHT, count)

    def too_long(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw how long something was left on, in hours, (W,)."""
        if self.coarse:
            return (BUCKET_HOURS * rng.integers(3, 7, count)).astype(np.float64)
        return rng.uniform(*self.lasting, count)


Write = Callable[[Draft, Spread, np.random.Generator], tuple[Ints, Floats]]
"""Draw the positions and the hours at which the controls are written, (W, k) each; may move what follows."""


@dataclass(frozen=True, slots=True)
class WindowInjector:
    """One anomaly of Table 2 in the words of a home.

    controls, devices: ids in `Windows` of what is written, in order. Calling it changes nothing that it
    is given, and the same seed gives the same windows.
    """

    name: str
    title: str
    kind: Kind
    controls: tuple[int, ...]
    devices: tuple[int, ...]
    write: Write
    spread: Spread

    def __call__(self, windows: Windows, rng: np.random.Generator) -> tuple[Windows, Ints, Bools]:
        """Return windows with the anomaly in each, labels (W,) of 1, and the positions written, (W, n).

        Raises ValueError for windows too short to hold it and one behavior more.
        """
        size, needed = windows.control.shape[1], len(self.controls) + 1
        if size < needed:
            raise ValueError(f"expected windows of at least {needed} behaviors for {self.name}, got {size}")
        at = stamps_of(windows)
        draft = Draft(windows.control.copy(), windows.device.copy(), at, np.zeros(at.shape, bool))
        places, hours = self.write(draft, self.spread, rng)
        rows = draft.rows[:, None]
        draft.control[rows, places] = self.controls
        draft.device[rows, places] = self.devices
        draft.at[rows, places] = hours
        draft.injected[rows, places] = True
        at = np.maximum.accumulate(draft.at, axis=1)
        labels = np.ones(len(windows), np.int64)
        return from_stamps(draft.control, draft.device, at), labels, draft.injected


def in_a_row(draft: Draft, gaps: Floats, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Write positions in a row at the hour of the first, `gaps` (W, k − 1) apart."""
    count = gaps.shape[1] + 1
    places = draft.places(count, rng)[:, None] + np.arange(count)
    first = draft.at[draft.rows, places[:, 0]]
    return places, first[:, None] + np.cumsum(np.pad(gaps, ((0, 0), (1, 0))), axis=1)


def flicker(draft: Draft, spread: Spread, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """SD: one device toggles four times within seconds."""
    return in_a_row(draft, spread.seconds(2.0, 6.0, (len(draft.at), TOGGLES - 1), rng), rng)


def together(draft: Draft, spread: Spread, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """MD: one control and within a minute the other."""
    return in_a_row(draft, spread.seconds(30.0, 55.0, (len(draft.at), 1), rng), rng)


def once(draft: Draft, spread: Spread, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """DM out of season: one control, at any time; a window does not tell the month."""
    del spread
    places = draft.places(1, rng)[:, None]
    return places, draft.at[draft.rows[:, None], places]


def at_night(draft: Draft, spread: Spread, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """DM: one control in the night after the other behaviors or before them."""
    last = rng.random(len(draft.at)) < 0.5
    night = spread.night(len(draft.at), rng)
    after = draft.at[:, -2] + (night - draft.at[:, -2]) % DAY_HOURS
    before = draft.at[:, 1] - (draft.at[:, 1] - night) % DAY_HOURS
    places = np.where(last, draft.at.shape[1] - 1, 0)
    return places[:, None], np.where(last, after, before)[:, None]


def too_long(draft: Draft, spread: Spread, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """DD: something goes on and much later off; what follows comes that much later."""
    places = draft.places(2, rng)[:, None] + np.arange(2)
    begin = draft.at[draft.rows, places[:, 0]]
    lasting = spread.too_long(len(begin), rng)
    later = np.arange(draft.at.shape[1]) > places[:, 1:]
    draft.at[...] += np.where(later, lasting[:, None], 0.0)
    return places, np.stack((begin, begin + lasting), axis=1)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of Table 2: what is written, in the words of each home that is known, first fitting first."""

    title: str
    kind: Kind
    write: Write
    words: tuple[tuple[str, ...], ...]
    lasting: tuple[float, float] = (0.0, 0.0)


def _on_off(*devices: str) -> tuple[tuple[str, ...], ...]:
    return tuple((f"{device}on", f"{device}off") * (TOGGLES // 2) for device in devices)


_TABLE: dict[str, _Row] = {
    "light_flickering": _Row(
        "Light flickering", Kind.SD, flicker, _on_off("bed light 3:light ", "Light:switch ")
    ),
    "camera_flickering": _Row("Camera flickering", Kind.SD, flicker, _on_off("camera:", "Camera:switch ")),
    "tv_flickering": _Row("TV flickering", Kind.SD, flicker, _on_off("television:", "Television:switch ")),
    "window_while_locked": _Row(
        "Window opened while the smart lock is locked",
        Kind.MD,
        together,
        (("smart lock:close", "curtains:open"), ("SmartLock:lock lock", "Blind:windowShade open")),
    ),
    "camera_off_while_locked": _Row(
        "Camera closed while the smart lock is locked",
        Kind.MD,
        together,
        (("smart lock:close", "camera:off"), ("SmartLock:lock lock", "Camera:switch off")),
    ),
    "cool_in_winter": _Row(
        "Air conditioner's cool mode opened in winter",
        Kind.DM,
        once,
        (("air conditioner:cooling mode",), ("AirConditioner:setCoolingSetpoint",)),
    ),
    "window_at_midnight": _Row(
        "Window opened at midnight", Kind.DM, at_night, (("curtains:open",), ("Blind:windowShade open",))
    ),
    "valve_at_midnight": _Row(
        "Water valve opened at midnight", Kind.DM, at_night, (("WaterValve:valve open",),)
    ),
    "long_shower": _Row(
        "Shower for a long time",
        Kind.DD,
        too_long,
        (("bath heater:heat on", "bath heater:heat off"),),
        (0.75, 1.2),
    ),
    "long_microwave": _Row(
        "Microwave runs for a long time",
        Kind.DD,
        too_long,
        # The homes of the paper have no control that ends it: its next use is what the authors write.
        (("Microwave:switch on", "Microwave:switch off"), ("Microwave:switch on", "Microwave:switch on")),
        (0.4, 0.7),
    ),
}


def window_injectors(vocabulary: HomeVocabulary, *, coarse: bool = True) -> dict[str, WindowInjector]:
    """Return those of the ten anomalies, by name in the order of Table 2, whose controls a home has.

    coarse: its stamps are buckets of three hours, as in the paper's homes; too long is then 9 to 18 hours.
    """
    ids = {name: number for number, name in enumerate(vocabulary.controls)}
    found = {}
    for name, row in _TABLE.items():
        words = next((words for words in row.words if set(words) <= set(ids)), None)
        if words is None:
            continue
        controls = [ids[word] for word in words]
        devices = [_device(vocabulary, control) for control in controls]
        spread = Spread(row.lasting, coarse)
        numbers = (tuple(control + 1 for control in controls), tuple(devices))
        found[name] = WindowInjector(name, row.title, row.kind, *numbers, row.write, spread)
    return found


def _device(vocabulary: HomeVocabulary, control: int) -> int:
    """Return the device of a control as `Windows` count it, by its name where nothing else says it."""
    if vocabulary.control_device is not None:
        return int(vocabulary.control_device[control]) + 1
    owner = vocabulary.controls[control].partition(":")[0]
    return vocabulary.devices.index(owner) + 1 if owner in vocabulary.devices else 0
