"""Where the authors' files lie, and what becomes of them.

Below their folder `data`: NAME_data has the filtered windows (10 behaviors of weekday, bucket, device and
control, flat), NAME_data/attack the attacks, labeled or not; data/NAME has the unfiltered windows (with a
fifth column, control within its device, before the last) and `dictionary.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import WINDOW

from ..datasets import ATTACK, COMPANION, RAW, DataError, listed
from .pickled import finished, read

Arrays = dict[str, NDArray[Any]]
SPLITS = {"train": "trn", "validation": "vld", "test": "test"}
KINDS = {
    **dict.fromkeys(("light", "camera", "television"), "SD"),
    **dict.fromkeys(("smartlock1", "smartlock2"), "MD"),
    **dict.fromkeys(("airconditioner", "blind", "watervalve"), "DM"),
    **dict.fromkeys(("bathheater", "heater", "microwave", "oven"), "DD"),
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def windows_in(path: Path) -> NDArray[np.int16]:
    """Return the windows of a file, (W, 10, 4), of those with a label the anomalous; raises DataError."""
    try:
        labeled = [window_and_label(finished(item)) for item in list(read(path))]
        windows = [window_of(window) for window, label in labeled if label]
    except (ValueError, TypeError, OverflowError) as err:
        wanted = f"windows of {WINDOW} behaviors of 4 or 5 small whole numbers"
        raise DataError(f"expected {wanted} in {path.name}, got {str(err).splitlines()[0]}") from err
    return np.array(windows, np.int16).reshape(-1, WINDOW, 4)


def window_and_label(item: Any) -> tuple[Any, int]:
    """Return a window with its label; what has none counts as anomalous, and is normal in a normal file."""
    if isinstance(item, (list, tuple)) and len(item) == 2:
        return finished(item[0]), int(np.asarray(finished(item[1])).reshape(()))
    return item, 1


def window_of(item: Any) -> NDArray[np.int16]:
    """Return one window, (10, 4); raises ValueError, TypeError, OverflowError."""
    rows = [finished(row) for row in item]
    if len(rows) not in (WINDOW, 4 * WINDOW):
        raise ValueError(f"one of {len(rows)}")
    if len(rows) == WINDOW and {len(row) for row in rows} - {4, 5}:
        raise ValueError(f"behaviors of {len(rows[0])}")
    numbers = np.array(rows)
    if not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError(f"numbers of type {numbers.dtype}")
    if np.abs(numbers).max() > np.iinfo(np.int16).max:
        raise OverflowError(f"the number {np.abs(numbers).max()}")
    return numbers.reshape(WINDOW, -1)[:, [0, 1, 2, -1]].astype(np.int16)


def home_in(folder: Path, name: str) -> tuple[Arrays, dict[str, Any]]:
    """Return a home's arrays and vocabulary; raises DataError."""
    arrays: Arrays = {split: windows_in(path) for split, path in split_files(folder, name)}
    if not arrays:
        wanted = f"{name}_data/{name}_trn_instance_10.pkl and the like, or data/{name}/trn_instance_10.pkl"
        raise DataError(f"expected {wanted} in {folder}, got none")
    vocabulary = vocabulary_in(folder / "data" / name / "dictionary.py", name, list(arrays.values()))
    for attack, path in attack_files(folder / f"{name}_data" / "attack", name):
        windows = windows_in(path)
        arrays[attack] = windows
        arrays[f"{attack}{COMPANION}label"] = np.ones(len(windows), np.int8)
        for injected in injected_in(windows, arrays)[:1]:
            arrays[f"{attack}{COMPANION}injected"] = injected
    return arrays, vocabulary


def split_files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield the splits that are there."""
    for split, short in SPLITS.items():
        file = f"{name}_{short}_instance_10.pkl"
        filtered = [
            folder / f"{name}_data" / f"{before}{file}" for before in ("", "deleted_flattened_useful_")
        ]
        for path in [path for path in filtered if path.is_file()][:1]:
            yield split, path
        raw = folder / "data" / name / f"{short}_instance_10.pkl"
        if raw.is_file():
            yield RAW + split, raw


def attack_files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield the attacks that are there, each once; raises DataError for one of no known type."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob(f"*{name}_*attack*.pkl")):
        match = re.fullmatch(rf"(?:labeled_)?{re.escape(name)}_([a-z]+)(\d?)_?attack(\d?)\.pkl", path.name)
        if match is None or match[1] + (match[2] or match[3]) not in KINDS:
            raise DataError(f"expected attacks of {listed(KINDS)} in {folder}, got {path.name}")
        found.setdefault(match[1] + (match[2] or match[3]), path)
    for what in [what for what in KINDS if what in found]:
        yield f"{ATTACK}{KINDS[what]}_{what}", found[what]


def injected_in(windows: NDArray[np.int16], arrays: Arrays) -> list[NDArray[np.bool_]]:
    """Return the positions that differ from the test windows of the same number, (W, 10), fewest first."""
    bases = [arrays[name] for name in ("test", RAW + "test") if name in arrays]
    differing = [(base != windows).any(axis=2) for base in bases if base.shape == windows.shape]
    return sorted(differing, key=lambda where: int(where.sum()))


def vocabulary_in(path: Path, name: str, normal: list[NDArray[np.int16]]) -> dict[str, Any]:
    """Read `dictionary.py` as text and return the vocabulary; raises DataError."""
    devices, controls = dictionaries_in(path)
    names = {number: control for control, number in controls.items()}
    count = max(names, default=-1) + 1
    owner = owners(names, devices, normal, count)
    known = {number: device for device, number in devices.items()}
    return {
        "dataset": name,
        "n_controls": count,
        "devices": {str(i): known.get(i, str(i)) for i in range(max(known, default=-1) + 1)},
        "controls": {str(i): titled(names.get(i, str(i)), devices) for i in range(count)},
        "control_device": {str(i): owner[i] for i in range(count)},
        "upstream_control_names": {str(i): names.get(i, str(i)) for i in range(count)},
        "days": list(DAYS),
        "hour_buckets": [f"{h:02}-{h + 3:02}" for h in range(0, 24, 3)],
    }


def dictionaries_in(path: Path) -> list[dict[str, int]]:
    """Return device_dict and device_control_dict from the text of a module that is not run."""
    wanted = ("device_dict", "device_control_dict")
    try:
        module = ast.parse(path.read_text(encoding="utf-8"), path.name)
        assigned = {
            target.id: node.value
            for node in module.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        found = [ast.literal_eval(assigned[name]) for name in wanted]
        return [{str(key): int(value) for key, value in one.items()} for one in found]
    except OSError as err:
        raise DataError(f"expected {path}, got: {err.strerror}") from err
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError, RecursionError) as err:
        raise DataError(f"expected {' and '.join(wanted)} in {path.name}, got: {err!r}") from err


def device_named(control: str, devices: dict[str, int]) -> str:
    """Return the device that a control's name begins with, the longest; nothing if there is none."""
    fitting = [device for device in devices if re.match(rf"{re.escape(device)}[:_]", control)]
    return max(fitting, key=len, default="")


def titled(control: str, devices: dict[str, int]) -> str:
    """Write a control as `device:what`."""
    device = device_named(control, devices)
    return f"{device}:{control[len(device) + 1 :].replace('_', ' ')}" if device else control


def owners(
    names: dict[int, str], devices: dict[str, int], normal: list[NDArray[np.int16]], count: int
) -> list[int]:
    """Return the device of each control: the commonest beside it in normal windows, else the one named."""
    pairs = np.concatenate([windows.reshape(-1, 4)[:, 2:] for windows in normal])
    first = min(devices.values(), default=0)
    found = []
    for control in range(count):
        beside = pairs[pairs[:, 1] == control, 0]
        named = devices.get(device_named(names.get(control, ""), devices), first)
        found.append(int(np.bincount(beside).argmax()) if len(beside) and beside.min() >= 0 else named)
    return found
