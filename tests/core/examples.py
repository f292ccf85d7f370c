"""Small homes and small networks for the tests of the core."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.vocabulary import Vocabulary
from custom_components.smartguard.core.windows import Stream, Windows, cut, encode

UTC = ZoneInfo("UTC")
MONDAY = 1_704_067_200.0  # 2024-01-01 00:00 UTC
TINY = ModelOptions(
    vocabulary=9,
    heads=2,
    width=8,
    feed_forward=12,
    layers=2,
    window=6,
    outputs=(("control", 9), ("device", 4), ("hour", 24), ("weekday", 7)),
)


def stream(seed: int, count: int, controls: int = 9, devices: int = 3) -> Stream:
    """Return behaviors at whole seconds, their device given by their control; 0 is in use as well."""
    rng = np.random.default_rng(seed)
    time = MONDAY + np.cumsum(rng.integers(0, 4000, count)).astype(np.float64)
    control = rng.integers(0, controls, count).astype(np.int32)
    hour = ((time % 86_400) / 3600).astype(np.float32)
    weekday = ((time - MONDAY) // 86_400 % 7).astype(np.int32)
    return Stream(time, control, device_of(control, devices), hour, weekday)


def device_of(control: np.ndarray, devices: int = 3) -> np.ndarray:
    """Give each control a device; the unknown has the unknown one."""
    return np.where(control == 0, 0, control % devices + 1).astype(np.int32)


def with_control(given: Stream, position: int, control: int) -> Stream:
    """Return the same stream with another control, and so perhaps another device, at one place."""
    changed = given.control.copy()
    changed[position] = control
    return replace(given, control=changed, device=device_of(changed))


def windows(seed: int, count: int, size: int = 6, late: bool = False) -> Windows:
    """Return `count` windows; `late` looks at some of them only after their newest behavior."""
    behaviors = stream(seed, count + size - 1)
    newest = behaviors.time[size - 1 :]
    ends = newest + np.where(np.arange(count) % 2, 500.0, 0.0) if late else None
    return cut(behaviors, size, ends)


def marks(seed: int, count: int, size: int = 6, share: float = 0.3) -> Bools:
    """Return random marks, (count, size)."""
    return np.random.default_rng(seed).random((count, size)) < share


def tiny(seed: int = 0, dtype: type = np.float64) -> Model:
    """Return a small network in double precision."""
    return Model.create(TINY, seed, dtype)


def routine(days: int, seed: int = 0) -> tuple[Windows, Vocabulary]:
    """Return windows of a home that does the same six things every day, a few minutes apart."""
    rng = np.random.default_rng(seed)
    plan = [("lamp", "turn_on", 7.0), ("kettle", "turn_on", 7.1), ("kettle", "turn_off", 7.2)]
    plan += [("lamp", "turn_off", 8.0), ("tv", "turn_on", 19.0), ("tv", "turn_off", 22.0)]
    behaviors = [
        Behavior(MONDAY + day * 86_400 + hour * 3600 + float(rng.integers(0, 120)), name, name, control)
        for day in range(days)
        for name, control, hour in plan
    ]
    vocabulary = Vocabulary.from_behaviors(behaviors)
    return cut(encode(behaviors, vocabulary, UTC)), vocabulary
