"""Homes in the paper's data format: `smartguard_NAME.npz` with `vocab_NAME.json` beside it.

A window there is (n, 4) integers: weekday, bucket of three hours, device, control. Here it becomes the
core's `Windows`. Nothing is unpickled, and whatever does not fit is a `DataError` of one line.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.errors import SmartGuardError
from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.windows import WINDOW, Windows

from .stamps import DAY_HOURS, from_stamps, in_order

Ints = NDArray[np.integer[Any]]

SPLITS = ("train", "validation", "test")
RAW = "raw_"
ATTACK = "attack_"
COMPANION = "__"
BUCKET_HOURS = 3
BUCKETS = 24 // BUCKET_HOURS
DAMAGE = (
    *(
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        OverflowError,
        MemoryError,
        SyntaxError,
        TokenError,
    ),
    *(
        RuntimeError,
        zipfile.BadZipFile,
        zlib.error,
    ),  # RuntimeError: what zipfile does not know, and passwords
)
"""What NumPy and zipfile raise for a file that is not whole."""
HELD_OUT = 0.1
"""Share of the training windows that stand in for a validation split that is absent."""


class DataError(SmartGuardError):
    """A data set is missing, damaged or not of the format; one line with what was expected and got."""


@dataclass(frozen=True, slots=True)
class HomeVocabulary:
    """What the ids of a home mean. In `Windows` an id is one higher: 0 is the core's unknown.

    control_device: device of each control, shape (controls,), or None where the file does not say.
    """

    controls: tuple[str, ...]
    devices: tuple[str, ...]
    control_device: NDArray[np.int64] | None

    def __len__(self) -> int:
        """Return V, the controls with the unknown."""
        return len(self.controls) + 1


@dataclass(frozen=True, slots=True)
class Attack:
    """Windows with one injected anomaly.

    kind: SD, MD, DM, DD or another. negatives: the split whose windows it was injected into, against
    which it is judged. injected: (W, n) positions that were changed, None where that is not said.
    """

    kind: str
    name: str
    windows: Windows
    negatives: str
    injected: Bools | None


@dataclass(frozen=True, slots=True)
class HomeData:
    """One home: its vocabulary, its normal windows by split, its attacks, and what it lacks."""

    name: str
    vocabulary: HomeVocabulary
    splits: Mapping[str, Windows]
    attacks: tuple[Attack, ...]

    @property
    def absent(self) -> tuple[str, ...]:
        """Return the names of the splits that the format knows and this home lacks."""
        return tuple(name for raw in ("", RAW) for s in SPLITS if (name := raw + s) not in self.splits)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the types of anomalies, each once."""
        return tuple(dict.fromkeys(attack.kind for attack in self.attacks))

    def split(self, name: str) -> Windows:
        """Return a split; raises DataError if it is absent."""
        if name not in self.splits:
            raise DataError(f"expected a split {name} of home {self.name}, got only {listed(self.splits)}")
        return self.splits[name]

    def learnable(self) -> tuple[Windows, Windows]:
        """Return training and validation windows; the last tenth of the former where there are no latter."""
        training = self.split("train")
        if "validation" in self.splits:
            return training, self.splits["validation"]
        kept = len(training) - max(1, round(HELD_OUT * len(training)))
        return training.take(slice(0, kept)), training.take(slice(kept, None))

    def judged(self, kind: str) -> tuple[Windows, NDArray[np.int64]]:
        """Return the windows of a type, its negatives once and then its attacks, and their labels, (W,)."""
        attacks = [attack for attack in self.attacks if attack.kind == kind]
        if not attacks:
            raise DataError(f"expected an anomaly type of {listed(self.kinds)}, got {kind!r}")
        normal = [self.split(name) for name in dict.fromkeys(attack.negatives for attack in attacks)]
        anomalous = [attack.windows for attack in attacks]
        labels = np.repeat((0, 1), (sum(map(len, normal)), sum(map(len, anomalous))))
        return concatenate([*normal, *anomalous]), labels


def listed(names: Any) -> str:
    """Write names for a message."""
    return ", ".join(map(str, names)) or "none"


def concatenate(parts: list[Windows]) -> Windows:
    """Put windows one after the other."""
    fields = ("control", "device", "hour", "weekday", "duration", "open")
    return Windows(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def default_folder() -> Path:
    """Return where data sets lie: below SMARTGUARD_DATA, else beside the checkout."""
    root = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("SMARTGUARD_DATA") or root.parent / "shared" / "data") / "smartguard"


def load(name: str, folder: Path | None = None) -> HomeData:
    """Read a home; raises DataError."""
    folder = default_folder() if folder is None else folder
    path = folder / f"smartguard_{name}.npz"
    if not path.is_file():
        known = sorted(p.stem.removeprefix("smartguard_") for p in folder.glob("smartguard_*.npz"))
        raise DataError(f"expected a data set of {listed(known)} in {folder}, got {name!r}")
    vocabulary = read_vocabulary(folder / f"vocab_{name}.json")
    arrays = read_arrays(path)
    splits = {n: a for n, a in arrays.items() if n.removeprefix(RAW) in SPLITS}
    attacks = {n: a for n, a in arrays.items() if n.startswith(ATTACK) and COMPANION not in n}
    for n, array in {**splits, **attacks}.items():
        check_windows(f"{n} in {path.name}", array, vocabulary, devices=n in splits)
    return HomeData(
        name,
        vocabulary,
        {n: to_windows(array, vocabulary) for n, array in splits.items()},
        tuple(to_attack(n, arrays, splits, vocabulary) for n in attacks),
    )


def judgeable(name: str, folder: Path | None = None) -> HomeData:
    """Read a home that can be learned from and judged; raises DataError before anything is started."""
    home = load(name, folder)
    if not home.kinds:
        raise DataError(f"expected anomalies (arrays attack_TYPE_name) of home {home.name}, got none")
    home.learnable()
    for kind in home.kinds:
        home.judged(kind)
    return home


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read every array of an .npz file without unpickling; raises DataError."""
    name = "its directory"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {}
            for name in archive.files:
                arrays[name] = np.asarray(archive[name])
    except DAMAGE as err:
        said = str(err).splitlines() or [type(err).__name__]
        raise DataError(f"expected whole arrays of numbers in {path.name}, got at {name}: {said[0]}") from err
    return arrays


def read_vocabulary(path: Path) -> HomeVocabulary:
    """Read what the ids mean; raises DataError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        count = int(data["n_controls"])
        controls = tuple(str(data["controls"].get(str(i), i)) for i in range(count))
        devices = tuple(str(data["devices"][key]) for key in sorted(data["devices"], key=int))
        owners = data.get("control_device")
        owner = None if owners is None else np.array([int(owners[str(i)]) for i in range(count)])
    except OSError as err:
        raise DataError(f"expected a vocabulary {path.name}, got: {err.strerror}") from err
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        wanted = "n_controls, controls and devices (objects by id), control_device"
        raise DataError(f"expected JSON with {wanted} in {path.name}, got: {err!r}") from err
    if not count or not devices or (owner is not None and not 0 <= owner.min() <= owner.max() < len(devices)):
        raise DataError(f"expected controls of known devices in {path.name}, got {count} of {len(devices)}")
    return HomeVocabulary(controls, devices, owner)


def check_windows(what: str, array: NDArray[Any], vocabulary: HomeVocabulary, *, devices: bool) -> None:
    """Raise DataError for anything but windows of this home; devices: only its devices may occur.

    The published attacks name devices that the home does not have; that is kept, and is no error there.
    """
    if array.ndim != 3 or array.shape[1:] != (WINDOW, 4) or not np.issubdtype(array.dtype, np.integer):
        raise DataError(f"expected {what} to be integers (N, {WINDOW}, 4), got {array.dtype} {array.shape}")
    if not len(array):
        raise DataError(f"expected at least one window of {what}, got none")
    most = len(vocabulary.devices) if devices else np.iinfo(array.dtype).max
    bounds = {"weekday": 7, "bucket": BUCKETS, "device": most, "control": len(vocabulary.controls)}
    for column, (meaning, bound) in enumerate(bounds.items()):
        low, high = int(array[..., column].min()), int(array[..., column].max())
        if low < 0 or high >= bound:
            got = low if low < 0 else high
            raise DataError(f"expected {meaning} ids of 0 … {bound - 1} in {what}, got {got}")


def to_windows(array: Ints, vocabulary: HomeVocabulary) -> Windows:
    """Turn windows (W, n, 4) of the format into the core's.

    hour: the middle of its bucket. duration: equation 5 on the coarse stamps, which are in time order, so
    that a step back is a step into the next week. device: that of the control where the vocabulary says
    it (the arrays contradict themselves for some), so that no detector can win by a device id.
    """
    weekday, bucket, device, control = np.moveaxis(array.astype(np.int64), -1, 0)
    if vocabulary.control_device is not None:
        device = vocabulary.control_device[control]
    known = np.where(device < len(vocabulary.devices), device + 1, 0)
    stamp = weekday * DAY_HOURS + BUCKET_HOURS * (bucket + 0.5)
    return from_stamps((control + 1).astype(np.int32), known.astype(np.int32), in_order(stamp))


def to_attack(
    name: str, arrays: Mapping[str, NDArray[Any]], splits: Mapping[str, Ints], vocabulary: HomeVocabulary
) -> Attack:
    """Read one attack with its companion; raises DataError."""
    kind, _, what = name.removeprefix(ATTACK).partition("_")
    array, injected = arrays[name], arrays.get(f"{name}{COMPANION}injected")
    if injected is not None and (injected.shape != array.shape[:2] or injected.dtype != bool):
        got = f"{injected.dtype} {injected.shape}"
        raise DataError(f"expected {name}{COMPANION}injected to be bool {array.shape[:2]}, got {got}")
    negatives = base_of(array, injected, splits)
    return Attack(kind, what or kind, to_windows(array, vocabulary), negatives, injected)


def base_of(array: Ints, injected: Bools | None, splits: Mapping[str, Ints]) -> str:
    """Return the test split that attacks were injected into: all else must be equal there, row by row."""
    names = [name for name in ("test", RAW + "test") if name in splits]
    for name in names:
        if injected is not None and splits[name].shape == array.shape:
            kept = (splits[name] == array).all(axis=2) | injected
            if kept.all():
                return name
    return names[0] if names else "test"
