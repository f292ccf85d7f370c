"""The authors' pickles become our format; one that would run anything is refused and nothing is written."""

from __future__ import annotations

import json
import os
import pickle
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer import datasets
from trainer.convert.command import main
from trainer.convert.pickled import read
from trainer.datasets import DataError

from . import tiny_home
from .tiny_home import Arrays

NAME = "tn"
ATTACKS = {"SD_light": "light_attack", "MD_smartlock1": "smartlock_attack1", "DM_blind": "blind_attack"}
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def flat(windows: np.ndarray) -> list[list[int]]:
    return [[int(n) for n in window.reshape(-1)] for window in windows]


def home_arrays() -> Arrays:
    made = tiny_home.arrays()
    return {
        "train": made["train"],
        "validation": made["validation"],
        "test": made["test"],
        "raw_test": made["raw_test"],
        "SD_light": made["attack_SD_light"],
        "MD_smartlock1": made["attack_MD_lock"],
        "DM_blind": made["attack_ODD_ghost"],
    }


def dictionary() -> str:
    devices = {f"lamp{i}": i for i in range(tiny_home.DEVICES)}
    controls = {f"lamp{i % tiny_home.DEVICES}_turn_{i}": i for i in range(tiny_home.CONTROLS)}
    return f"import os\nos._exit(1)\ndevice_dict = {devices}\ndevice_control_dict = {controls}\n"


def publish(folder: Path, dump: Callable[[Any], bytes] = pickle.dumps) -> Path:
    """Write a home the way the authors do."""
    found = home_arrays()
    own, attack, raw = folder / f"{NAME}_data", folder / f"{NAME}_data" / "attack", folder / "data" / NAME
    for made in (attack, raw):
        made.mkdir(parents=True)
    (own / f"{NAME}_trn_instance_10.pkl").write_bytes(dump(flat(found["train"])))
    (own / f"{NAME}_vld_instance_10.pkl").write_bytes(dump([np.array(w) for w in flat(found["validation"])]))
    test = own / f"deleted_flattened_useful_{NAME}_test_instance_10.pkl"
    test.write_bytes(dump(np.array(flat(found["test"]))))
    five = np.insert(found["raw_test"], 3, 7, axis=2)  # a column that we leave out
    (raw / "test_instance_10.pkl").write_bytes(dump(five.astype(np.int64)))
    (raw / "dictionary.py").write_text(dictionary(), encoding="utf-8")
    labeled = [[window, 1] for window in flat(found["SD_light"])] + [(flat(found["test"])[0], 0)]
    (attack / f"labeled_{NAME}_light_attack.pkl").write_bytes(dump(labeled))
    (attack / f"{NAME}_light_attack.pkl").write_bytes(dump(flat(found["SD_light"])))
    (attack / f"labeled_{NAME}_smartlock1_attack.pkl").write_bytes(
        dump([(np.array(w), np.int64(1)) for w in flat(found["MD_smartlock1"])])
    )
    (attack / f"{NAME}_smartlock_attack1.pkl").write_bytes(dump(flat(found["MD_smartlock1"])))
    (attack / f"{NAME}_blind_attack.pkl").write_bytes(dump(flat(found["DM_blind"])))
    return folder


def convert(source: Path, out: Path, name: str = NAME) -> int:
    out.mkdir(exist_ok=True)
    return main(["--source", str(source), "--dataset", name, "--out", str(out)])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_comes_out_is_what_they_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], protocol: int
) -> None:
    source = publish(tmp_path / "theirs", lambda value: pickle.dumps(value, protocol))
    assert convert(source, tmp_path / "ours") == 0
    said = capsys.readouterr()
    assert "tn has no raw_train, raw_validation" in said.err
    with np.load(tmp_path / "ours" / f"smartguard_{NAME}.npz", allow_pickle=False) as found:
        for name, array in home_arrays().items():
            np.testing.assert_array_equal(found[f"attack_{name}" if name in ATTACKS else name], array)
        assert found["attack_SD_light"].dtype == np.int16
        made = tiny_home.arrays()
        np.testing.assert_array_equal(found["attack_SD_light__injected"], made["attack_SD_light__injected"])
        np.testing.assert_array_equal(
            found["attack_MD_smartlock1__injected"], made["attack_MD_lock__injected"]
        )
        assert found["attack_SD_light__label"].tolist() == [1] * len(found["attack_SD_light"])
    home = datasets.load(NAME, tmp_path / "ours")
    assert home.kinds == ("SD", "MD", "DM")
    assert {attack.name: attack.negatives for attack in home.attacks}["smartlock1"] == "raw_test"
    assert home.vocabulary.controls[5] == "lamp1:turn 5"
    assert home.vocabulary.control_device is not None
    assert home.vocabulary.control_device.tolist() == [
        i % tiny_home.DEVICES for i in range(tiny_home.CONTROLS)
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "value",
    [
        [1, -7, 2**40, True, None, 0.5, "text", b"bytes", ()],
        ([1], (2, 3), (4, 5, 6), (7, 8, 9, 10), [], [[11] * 3] * 2),
        np.arange(24, dtype=np.int16).reshape(2, 3, 4),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(5, dtype=">i4"),
        np.array([True, False]),
    ],
)
def test_numbers_are_read_as_pickle_would(tmp_path: Path, value: Any, protocol: int) -> None:
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps(value, protocol))
    got = read(path)
    if isinstance(value, np.ndarray):
        np.testing.assert_array_equal(got, value)
        assert got.dtype == value.dtype
    else:
        assert got == value


class Runs:
    """What would run a command if it were unpickled."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.witness}",)


class Builds:
    """A class of this module with a state."""

    def __init__(self) -> None:
        self.state = 1


def malicious(witness: Path) -> dict[str, bytes]:
    command = f"touch {witness}".encode()
    return {
        **{f"reduce {p}": pickle.dumps(Runs(witness), p) for p in PROTOCOLS},
        "object": pickle.dumps(Builds()),
        "nested": pickle.dumps([[1, [Runs(witness)]]]),
        "inst": b"(S'" + command + b"'\nios\nsystem\n.",
        "obj": b"(cos\nsystem\nS'" + command + b"'\no.",
        "newobj": b"\x80\x02cos\nsystem\nU\x01x\x85\x81.",
        "newobj_ex": b"\x80\x04cos\nsystem\n)}\x92.",
        "stack_global": b"\x80\x04\x8c\x02os\x8c\x06system\x93U"
        + bytes([len(command)])
        + command
        + b"\x85R.",
        "eval": b"c__builtin__\neval\n(S'1'\ntR.",
        "dotted": b"\x80\x04\x8c\x05numpy\x8c\x0bf2py.os.sys\x93.",
        "ext": b"\x80\x02\x82\x01.",
        "persid": b"Pname\n.",
        "build of a list": b"]}b.",
        "called list": b"]()R.",
        "dtype of objects": pickle.dumps(np.array([Runs(witness)], dtype=object)),
        "structured": pickle.dumps(np.zeros(2, "i4,i4")),
        "floats": pickle.dumps(np.zeros(2)),
        "more than there is": pickle.dumps(np.arange(4, dtype=np.int8)).replace(b"K\x04\x85", b"K\xff\x85"),
        "a name alone": b"cnumpy\nndarray\n.",
        "cut short": pickle.dumps([[1] * 40] * 3)[:-9],
        "no pickle": b"weekday,hour\n1,2\n",
        "empty": b"",
        "underflow": b"\x80\x04\x86.",
        "append to nothing": b"K\x01a.",
        "get of nothing": b"h\x07.",
    }


@pytest.mark.parametrize("name", malicious(Path("x")))
def test_code_is_refused(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = publish(tmp_path / "theirs")
    witness = tmp_path / "witness"
    target = source / f"{NAME}_data" / f"{NAME}_vld_instance_10.pkl"
    target.write_bytes(malicious(witness)[name])
    before = set(sys.modules)
    with pytest.raises(
        DataError, match=r"expected nothing but pickled numbers in tn_vld_instance_10\.pkl, got "
    ):
        read(target)
    assert convert(source, tmp_path / "ours") == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not witness.exists()
    assert set(sys.modules) == before
    assert list((tmp_path / "ours").iterdir()) == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_any_damage_is_said_or_harmless(tmp_path: Path, protocol: int) -> None:
    path, rng = tmp_path / "x.pkl", np.random.default_rng(protocol)
    said: list[str] = []
    values = [[[1] * 40] * 5, np.arange(400).reshape(10, 40), [(np.arange(40), np.int64(1))] * 4]
    for i in range(300):
        data = bytearray(pickle.dumps(values[i % 3], protocol))
        for _ in range(rng.integers(1, 4)):
            data[rng.integers(len(data))] = int(rng.integers(256))
        path.write_bytes(data)
        try:
            read(path)
        except DataError as err:
            said.append(str(err))
    assert len(said) > 20
    assert not any("\n" in line for line in said)


def other_length(source: Path) -> None:
    rewrite(source, lambda windows: [window[:32] for window in windows])


def fractions(source: Path) -> None:
    rewrite(source, lambda windows: [[0.5, *window[1:]] for window in windows])


def huge(source: Path) -> None:
    rewrite(source, lambda windows: [[2**70, *window[1:]] for window in windows])


def beyond(source: Path) -> None:
    rewrite(source, lambda windows: [[70_000, *window[1:]] for window in windows])


def eighth_day(source: Path) -> None:
    rewrite(source, lambda windows: [[7, *window[1:]] for window in windows])


def strange_control(source: Path) -> None:
    rewrite(source, lambda windows: [[*window[:3], 99, *window[4:]] for window in windows])


def empty(source: Path) -> None:
    rewrite(source, lambda _: [])


def a_number(source: Path) -> None:
    rewrite(source, lambda _: 7)


def endless(source: Path) -> None:
    within: list[Any] = [1]
    within.insert(0, within)
    rewrite(source, lambda _: [within])


def rewrite(source: Path, change: Callable[[Any], Any]) -> None:
    path = source / f"{NAME}_data" / f"{NAME}_trn_instance_10.pkl"
    path.write_bytes(pickle.dumps(change(flat(home_arrays()["train"]))))


def no_words(source: Path) -> None:
    (source / "data" / NAME / "dictionary.py").unlink()


def other_words(source: Path) -> None:
    (source / "data" / NAME / "dictionary.py").write_text("device_dict = dict(a=exit())\n", encoding="utf-8")


def strange_attack(source: Path) -> None:
    path = source / f"{NAME}_data" / "attack" / f"{NAME}_toaster_attack.pkl"
    path.write_bytes(pickle.dumps([]))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (other_length, "expected windows of 10 behaviors .* in tn_trn_instance_10.pkl, got one of 32"),
        (fractions, "expected windows of 10 behaviors .* got numbers of type float64"),
        (huge, "expected windows of 10 behaviors .* got "),
        (beyond, "expected windows of 10 behaviors .* got the number 70000"),
        (eighth_day, "expected weekday ids of 0 … 6 in train .*, got 7"),
        (strange_control, "expected control ids of 0 … 11 in train .*, got 99"),
        (empty, "expected at least one window of train in smartguard_tn.npz, got none"),
        (a_number, "expected windows of 10 behaviors .* got 'int' object is not iterable"),
        (endless, "expected windows of 10 behaviors .* got "),
        (no_words, "expected .*dictionary.py, got: No such file"),
        (other_words, "expected device_dict and device_control_dict in dictionary.py, got: "),
        (strange_attack, "expected attacks of light, camera, .* got tn_toaster_attack.pkl"),
    ],
)
def test_damage_is_one_line_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], said: str
) -> None:
    source = publish(tmp_path / "theirs")
    damage(source)
    out = tmp_path / "ours"
    out.mkdir()
    (out / f"vocab_{NAME}.json").write_text("before", encoding="utf-8")
    assert convert(source, out) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(said, line), line
    assert [path.name for path in out.iterdir()] == [f"vocab_{NAME}.json"]
    assert (out / f"vocab_{NAME}.json").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere", "expected nowhere_data/"), ("../tn", "expected a name of letters"), ("", "expected a name")],
)
def test_unknown_homes(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, said: str) -> None:
    assert convert(publish(tmp_path / "theirs"), tmp_path / "ours", name) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_the_folder_must_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = publish(tmp_path / "theirs")
    assert main(["--source", str(source), "--dataset", NAME, "--out", str(tmp_path / "none")]) == 2
    assert "expected a folder that is there for --out" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["an", "fr"])
def test_the_papers_homes_survive_the_round_trip(data_dir: Path, tmp_path: Path, name: str) -> None:
    given = data_dir / "smartguard"
    told = json.loads((given / f"vocab_{name}.json").read_text(encoding="utf-8"))
    with np.load(given / f"smartguard_{name}.npz", allow_pickle=False) as archive:
        arrays = {key: archive[key] for key in archive.files}
    own, raw = tmp_path / f"{name}_data", tmp_path / "data" / name
    (own / "attack").mkdir(parents=True)
    raw.mkdir(parents=True)
    short = {"train": "trn", "validation": "vld", "test": "test"}
    for key, array in arrays.items():
        if key in short:
            (own / f"{name}_{short[key]}_instance_10.pkl").write_bytes(pickle.dumps(flat(array)))
        elif key.startswith("raw_"):
            (raw / f"{short[key[4:]]}_instance_10.pkl").write_bytes(pickle.dumps(array))
        elif "__" not in key:
            what = key.split("_", 2)[2]
            (own / "attack" / f"labeled_{name}_{what}_attack.pkl").write_bytes(
                pickle.dumps([[window, 1] for window in flat(array)])
            )
    controls = {title: int(i) for i, title in told["controls"].items()}
    # AN has two devices of one name
    devices = {title: int(i) for i, title in told["devices"].items() if i != "36"} | {"the other bulb": 36}
    words = f"device_dict = {devices!r}\ndevice_control_dict = {controls!r}\n"
    (raw / "dictionary.py").write_text(words, encoding="utf-8")
    assert convert(tmp_path, tmp_path / "ours", name) == 0
    with np.load(tmp_path / "ours" / f"smartguard_{name}.npz", allow_pickle=False) as found:
        assert set(found.files) == set(arrays)
        for key, array in arrays.items():
            np.testing.assert_array_equal(found[key], array, err_msg=key)
    made = json.loads((tmp_path / "ours" / f"vocab_{name}.json").read_text(encoding="utf-8"))
    used = set(np.unique(np.concatenate([arrays[s][..., 3].reshape(-1) for s in short])).tolist())
    assert all(made["control_device"][str(i)] == told["control_device"][str(i)] for i in used)
    assert made["controls"] == told["controls"]
