"""A small made-up home in the paper's data format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "tiny"
DEVICES = 4
CONTROLS = 12
NEVER_USED = 11
FLICKERING = 2
SIZE = 10
Arrays = dict[str, NDArray[Any]]


def owner(control: NDArray[Any]) -> NDArray[Any]:
    return control % DEVICES


def normal(count: int, seed: int) -> NDArray[np.int16]:
    """Return windows of a home in which each control follows the one before it, most of the time."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, NEVER_USED, (count, 1))
    control = (start + np.arange(SIZE) + (rng.random((count, SIZE)) < 0.05)) % NEVER_USED
    stamp = rng.integers(0, 56, (count, 1)) + np.cumsum(rng.random((count, SIZE)) < 0.1, axis=1)
    return np.stack((stamp // 8 % 7, stamp % 8, owner(control), control), axis=2).astype(np.int16)


def attacked(base: NDArray[np.int16], control: int, device: int) -> Arrays:
    """Return windows in which every other behavior is one control, at midnight, and what was changed."""
    windows = base.copy()
    windows[:, 1::2] = (3, 0, device, control)
    return {"": windows, "__injected": (windows != base).any(axis=2)}


def arrays() -> Arrays:
    """Return splits and attacks: SD into test, MD into raw_test, and a type that the paper lacks."""
    found: Arrays = {"train": normal(120, 0), "validation": normal(40, 1), "test": normal(50, 2)}
    found["raw_test"] = np.concatenate((found["test"], normal(10, 3)))
    plans = [
        ("SD_light", "test", FLICKERING, 2),
        ("MD_lock", "raw_test", NEVER_USED, 3),
        ("ODD_ghost", "test", 5, 39),
    ]
    for name, base, control, device in plans:
        for companion, array in attacked(found[base], control, device).items():
            found[f"attack_{name}{companion}"] = array
    return found


def vocabulary() -> dict[str, Any]:
    """Return what the ids mean."""
    return {
        "n_controls": CONTROLS,
        "controls": {str(i): f"control {i}" for i in range(CONTROLS)},
        "devices": {str(i): f"device {i}" for i in range(DEVICES)},
        "control_device": {str(i): i % DEVICES for i in range(CONTROLS)},
    }


def write(folder: Path, found: Arrays | None = None, words: dict[str, Any] | None = None) -> Path:
    """Write a home into a folder and return the folder."""
    np.savez(folder / f"smartguard_{NAME}.npz", **(arrays() if found is None else found))
    (folder / f"vocab_{NAME}.json").write_text(json.dumps(words or vocabulary()), encoding="utf-8")
    return folder
