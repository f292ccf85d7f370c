"""Any home in the paper's format becomes the core's windows; what does not fit is said in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from custom_components.smartguard.core.windows import Windows
from trainer import datasets
from trainer.datasets import DataError

from . import tiny_home
from .tiny_home import NAME, Arrays, arrays, vocabulary, write


@pytest.fixture
def home(tmp_path: Path) -> datasets.HomeData:
    return datasets.load(NAME, write(tmp_path))


def slow_durations(rows: np.ndarray) -> tuple[list[float], list[bool]]:
    """Walk through one window (n, 4) as a person would read it."""
    hours, at = [], 0.0
    for before, after in zip([rows[0], *rows[:-1]], rows, strict=True):
        step = (int(after[0]) * 24 + int(after[1]) * 3) - (int(before[0]) * 24 + int(before[1]) * 3)
        at += step if step >= 0 else step + 7 * 24
        hours.append(at)
    durations, still_open = [], []
    for i in range(len(rows)):
        later = [j for j in range(i + 1, len(rows)) if rows[j][3] % 4 == rows[i][3] % 4]
        durations.append((hours[later[0] if later else -1] - hours[i]) * 3600)
        still_open.append(not later)
    return durations, still_open


def test_windows_are_those_of_the_file(home: datasets.HomeData) -> None:
    rows, windows = arrays()["test"], home.split("test")
    np.testing.assert_array_equal(windows.control, rows[..., 3] + 1)
    np.testing.assert_array_equal(windows.device, rows[..., 2] + 1)
    np.testing.assert_array_equal(windows.weekday, rows[..., 0])
    np.testing.assert_array_equal(windows.hour, rows[..., 1] * 3 + 1.5)


@pytest.mark.parametrize("name", ["test", "attack_SD_light", "attack_ODD_ghost"])
def test_durations_are_those_of_the_slow_twin(home: datasets.HomeData, name: str) -> None:
    windows = home.split("test")
    for attack in home.attacks:
        if name == f"attack_{attack.kind}_{attack.name}":
            windows = attack.windows
    for i, rows in enumerate(arrays()[name]):
        durations, still_open = slow_durations(rows)
        assert windows.duration[i].tolist() == durations
        assert windows.open[i].tolist() == still_open


def test_sunday_to_monday_is_no_step_back() -> None:
    rows = np.zeros((1, 10, 4), np.int16)
    rows[0, :5, :2] = (6, 7)
    words = datasets.HomeVocabulary(("a",), ("b",), None)
    assert datasets.to_windows(rows, words).duration[0, 4] == 3 * 3600


def test_the_vocabulary_says_whose_a_control_is(home: datasets.HomeData) -> None:
    ghost = next(attack for attack in home.attacks if attack.kind == "ODD")
    assert set(ghost.windows.device[:, 1]) == {5 % tiny_home.DEVICES + 1}


def test_without_owners_an_unseen_device_is_unknown(tmp_path: Path) -> None:
    words = vocabulary()
    del words["control_device"]
    loaded = datasets.load(NAME, write(tmp_path, words=words))
    ghost = next(attack for attack in loaded.attacks if attack.kind == "ODD")
    assert set(ghost.windows.device[:, 1]) == {0}


def test_types_are_discovered_and_companions_are_not_attacks(home: datasets.HomeData) -> None:
    assert home.kinds == ("SD", "MD", "ODD")
    assert [(a.name, a.negatives) for a in home.attacks] == [
        ("light", "test"),
        ("lock", "raw_test"),
        ("ghost", "test"),
    ]
    assert all(a.injected is not None and a.injected.any() for a in home.attacks)


def test_absent_splits_are_said(home: datasets.HomeData) -> None:
    assert home.absent == ("raw_train", "raw_validation")
    with pytest.raises(DataError, match="expected a split raw_train of home tiny, got only train, "):
        home.split("raw_train")


def test_a_type_is_judged_against_its_negatives_once(tmp_path: Path) -> None:
    found = arrays()
    found |= {name.replace("light", "lamp"): a for name, a in found.items() if name.startswith("attack_SD")}
    windows, labels = datasets.load(NAME, write(tmp_path, found)).judged("SD")
    assert (labels == 0).sum() == len(found["test"])
    assert (labels == 1).sum() == 2 * len(found["test"])
    assert len(windows) == len(labels)


def test_without_validation_the_end_of_training_is_held_out(tmp_path: Path) -> None:
    found = arrays()
    del found["validation"]
    training, validation = datasets.load(NAME, write(tmp_path, found)).learnable()
    assert (len(training), len(validation)) == (108, 12)


def broken(change: Callable[[Arrays], None]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        found = arrays()
        change(found)
        write(folder, found)

    return apply


def other_length(found: Arrays) -> None:
    found["train"] = found["train"][:, :8]


def strange_control(found: Arrays) -> None:
    found["attack_SD_light"][3, 4, 3] = tiny_home.CONTROLS


def strange_device(found: Arrays) -> None:
    found["test"][0, 0, 2] = tiny_home.DEVICES


def negative(found: Arrays) -> None:
    found["train"][0, 0, 3] = -1


def eighth_day(found: Arrays) -> None:
    found["validation"][0, 0, 0] = 7


def ninth_bucket(found: Arrays) -> None:
    found["validation"][0, 0, 1] = 8


def empty(found: Arrays) -> None:
    found["train"] = found["train"][:0]


def fractions(found: Arrays) -> None:
    found["train"] = found["train"].astype(np.float32)


def pickled(found: Arrays) -> None:
    found["train"] = np.array([{"code": "to run"}], dtype=object)


def other_marks(found: Arrays) -> None:
    found["attack_SD_light__injected"] = found["attack_SD_light__injected"][1:]


def cut_short(folder: Path) -> None:
    path = write(folder) / f"smartguard_{NAME}.npz"
    path.write_bytes(path.read_bytes()[:-300])


def scribbled(folder: Path) -> None:
    path = write(folder) / f"smartguard_{NAME}.npz"
    data = bytearray(path.read_bytes())
    data[2000:2100] = bytes(100)
    path.write_bytes(data)


def no_words(folder: Path) -> None:
    (write(folder) / f"vocab_{NAME}.json").unlink()


def half_words(folder: Path) -> None:
    words = vocabulary()
    del words["devices"]
    write(folder, words=words)


def no_json(folder: Path) -> None:
    (write(folder) / f"vocab_{NAME}.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (broken(other_length), r"expected train .* \(N, 10, 4\), got int16 \(120, 8, 4\)"),
        (broken(strange_control), r"expected control ids of 0 … 11 in attack_SD_light .*, got 12"),
        (broken(strange_device), r"expected device ids of 0 … 3 in test .*, got 4"),
        (broken(negative), r"expected control ids of 0 … 11 in train .*, got -1"),
        (broken(eighth_day), r"expected weekday ids of 0 … 6 in validation .*, got 7"),
        (broken(ninth_bucket), r"expected bucket ids of 0 … 7 in validation .*, got 8"),
        (broken(empty), "expected at least one window of train in smartguard_tiny.npz, got none"),
        (broken(fractions), "expected train .* integers .* got float32"),
        (broken(pickled), "expected whole arrays of numbers in smartguard_tiny.npz, got at train: Object"),
        (
            broken(other_marks),
            r"expected attack_SD_light__injected to be bool \(50, 10\), got bool \(49, 10\)",
        ),
        (cut_short, "expected whole arrays of numbers in smartguard_tiny.npz, got at"),
        (scribbled, "expected whole arrays of numbers in smartguard_tiny.npz, got at"),
        (no_words, "expected a vocabulary vocab_tiny.json, got: No such file"),
        (half_words, "expected JSON with n_controls, .* in vocab_tiny.json, got: KeyError"),
        (no_json, "expected JSON with n_controls, .* in vocab_tiny.json, got: JSONDecodeError"),
    ],
)
def test_damage_is_one_line(tmp_path: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(tmp_path)
    with pytest.raises(DataError, match=said) as caught:
        datasets.load(NAME, tmp_path)
    assert "\n" not in str(caught.value)


def scramble(data: bytes, rng: np.random.Generator) -> bytes:
    """Change some bytes, mostly near the end, where a zip file keeps its directory; cut some short."""
    made = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        back = int(rng.integers(len(made) if rng.random() < 0.5 else min(2500, len(made))))
        made[-1 - back] = int(rng.integers(256))
    return bytes(made[: rng.integers(len(made))] if rng.random() < 0.2 else made)


@pytest.mark.parametrize("name", [f"smartguard_{NAME}.npz", f"vocab_{NAME}.json"])
def test_any_damage_is_said_or_harmless(tmp_path: Path, name: str) -> None:
    path = write(tmp_path) / name
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    said: list[str] = []
    for _ in range(300):
        path.write_bytes(scramble(whole, rng))
        try:
            datasets.load(NAME, tmp_path)
        except DataError as err:
            said.append(str(err))
    assert len(said) > 200
    assert not any("\n" in line for line in said)


def test_unknown_data_sets_name_the_known(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected a data set of tiny in .*, got 'nowhere'"):
        datasets.load("nowhere", write(tmp_path))


@pytest.mark.parametrize("name", ["an", "fr"])
def test_the_papers_homes(data_dir: Path, name: str) -> None:
    home = datasets.load(name, data_dir / "smartguard")
    assert home.kinds == ("SD", "MD", "DM", "DD")
    assert home.absent == ()
    told = json.loads((data_dir / "smartguard" / f"vocab_{name}.json").read_text(encoding="utf-8"))
    assert len(home.vocabulary) == told["n_controls"] + 1
    for attack in home.attacks:
        base = home.split(attack.negatives)
        assert attack.injected is not None
        same = unchanged(base, attack.windows)
        assert (same | attack.injected).all()


def unchanged(base: Windows, windows: Windows) -> np.ndarray:
    return (base.control == windows.control) & (base.hour == windows.hour) & (base.weekday == windows.weekday)


def test_the_microwave_was_injected_into_the_unfiltered_windows(data_dir: Path) -> None:
    home = datasets.load("fr", data_dir / "smartguard")
    assert {a.name: a.negatives for a in home.attacks}["microwave"] == "raw_test"
