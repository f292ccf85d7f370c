"""The suites `honest` and `hard`: sessions stay whole, and anomalies are what they are said to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from custom_components.smartguard.core.behavior import Phase, phase
from custom_components.smartguard.core.windows import Windows
from trainer import datasets
from trainer.__main__ import main
from trainer.datasets import HomeData, concatenate
from trainer.detector import detectors
from trainer.features import bucket
from trainer.smartguard import PAPER, SmartGuardOptions
from trainer.stamps import stamps_of
from trainer.trials.ablation import PARTS, verdict
from trainer.trials.hard import Habits, hard, share_of_uses
from trainer.trials.honest import differs, honest
from trainer.trials.log import has_exact_times, load_log, names_of
from trainer.trials.overlong import overlong
from trainer.trials.page import page
from trainer.trials.sessions import DROPPED, split_streams, splits_of, streams_of
from trainer.trials.suite import entrant_of, parser
from trainer.trials.table import section
from trainer.trials.variants import NETWORKS

from . import field_home
from .tiny_home import CONTROLS, DEVICES, NAME, Arrays, arrays, vocabulary, write

SIZE = 10


def day_of(seed: int, length: int) -> NDArray[np.int16]:
    """Return one session: behaviors (length, 4) two buckets apart, of a home with habits by the hour."""
    rng = np.random.default_rng(seed)
    stamp = rng.integers(0, 56) + np.cumsum(rng.integers(0, 3, length))
    control = (stamp % 8 + rng.integers(0, 3, length)) % (CONTROLS - 2)
    return np.stack((stamp // 8 % 7, stamp % 8, control % DEVICES, control), axis=1).astype(np.int16)


def slide(behaviors: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.stack([behaviors[i : i + SIZE] for i in range(len(behaviors) - SIZE + 1)])


def sessions(count: int = 60) -> Arrays:
    """Return a home cut at every behavior and then split at random, as the paper's FR is, with an attack.

    window 0   b0 b1 … b9
    window 1      b1 b2 … b10      and so on; the next session shares nothing with it
    """
    rng = np.random.default_rng(7)
    windows = np.concatenate([slide(day_of(seed, int(rng.integers(15, 40)))) for seed in range(count)])
    windows = windows[rng.permutation(len(windows))]
    cut = [int(0.7 * len(windows)), int(0.8 * len(windows))]
    found = dict(zip(("raw_train", "raw_validation", "raw_test"), np.split(windows, cut), strict=True))
    attacked = found["raw_test"].copy()
    attacked[:, 3:5] = (4, 0, 11 % DEVICES, 11)
    found["attack_ODD_ghost"] = attacked
    found["attack_ODD_ghost__injected"] = (attacked != found["raw_test"]).any(axis=2)
    return found


@pytest.fixture
def home(tmp_path: Path) -> HomeData:
    return datasets.load(NAME, write(tmp_path, sessions()))


def runs(windows: Windows, size: int) -> set[bytes]:
    """Return every run of `size` behaviors, the slow way."""
    found = set()
    for control, weekday, hour in zip(windows.control, windows.weekday, windows.hour, strict=True):
        for i in range(SIZE - size + 1):
            rows = [(int(control[j]), int(weekday[j]), float(hour[j])) for j in range(i, i + size)]
            found.add(repr(rows).encode())
    return found


def test_no_session_is_in_two_splits(home: HomeData) -> None:
    splits, said = splits_of(home, 0)
    assert "by whole streams" in said
    for one, other in (("train", "test"), ("train", "validation"), ("validation", "test")):
        assert not runs(splits[one], SIZE - 1) & runs(splits[other], SIZE - 1)
    before = [home.split(name) for name in ("raw_train", "raw_test")]
    assert runs(before[0], SIZE - 1) & runs(before[1], SIZE - 1)


def test_sessions_are_the_chains_of_windows(home: HomeData) -> None:
    every = concatenate([home.split(f"raw_{split}") for split in datasets.SPLITS])
    streams = streams_of(every)
    assert len(np.unique(streams)) == 60
    assert streams.min() == 0


def test_a_very_long_session_is_cut_and_its_seams_are_dropped(tmp_path: Path) -> None:
    found = {"raw_test": slide(day_of(1, 400))}
    every = datasets.load(NAME, write(tmp_path, found)).split("raw_test")
    streams = streams_of(every)
    assert (streams == DROPPED).any()
    pieces = [every.take(np.flatnonzero(streams == stream)) for stream in range(streams.max() + 1)]
    assert len(pieces) > 10
    for i, piece in enumerate(pieces):
        for other in pieces[i + 1 :]:
            assert not runs(piece, SIZE) & runs(other, SIZE)


def test_shares_and_every_control_in_training(home: HomeData) -> None:
    every = concatenate([home.split(f"raw_{split}") for split in datasets.SPLITS])
    streams = streams_of(every)
    parts = split_streams(streams, every.control, 0)
    assert sum(map(len, parts)) == len(every)
    assert [len(part) / len(every) for part in parts] == pytest.approx([0.7, 0.1, 0.2], abs=0.05)
    assert set(every.control.flat) == set(every.control[parts[0]].flat)
    assert [part.tolist() for part in parts] == [
        part.tolist() for part in split_streams(streams, every.control, 0)
    ]
    assert parts[0].tolist() != split_streams(streams, every.control, 1)[0].tolist()


def test_windows_that_do_not_overlap_keep_their_splits(tmp_path: Path) -> None:
    home = datasets.load(NAME, write(tmp_path))
    splits, said = splits_of(home, 0)
    assert said == "as the home has them"
    np.testing.assert_array_equal(splits["test"].control, home.split("raw_test").control)
    np.testing.assert_array_equal(splits["train"].control, home.split("train").control)


def test_attacks_are_carried_over(home: HomeData) -> None:
    found = honest(home, 0)
    (attack,) = found.attacks
    test = found.split("test")
    assert (attack.kind, attack.negatives, len(attack.windows)) == ("ODD", "test", len(test))
    assert attack.injected is not None
    assert (attack.windows.control[attack.injected] == 12).all()
    assert (attack.windows.weekday[attack.injected] == 4).all()
    np.testing.assert_array_equal(attack.windows.control[~attack.injected], test.control[~attack.injected])
    assert (attack.windows.duration >= 0).all()
    assert not runs(attack.windows, SIZE) & runs(found.split("train"), SIZE)


def test_an_attack_that_does_not_say_where_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = sessions()
    del found["attack_ODD_ghost__injected"]
    assert honest(datasets.load(NAME, write(tmp_path, found)), 0).kinds == ()
    assert "not said where injected: ghost" in capsys.readouterr().err


class TestHard:
    def test_controls_and_stamps_are_the_homes_own(self, home: HomeData) -> None:
        made = hard(home, 0)
        train, test = made.split("train"), made.split("test")
        uses = np.bincount(train.control.reshape(-1), minlength=CONTROLS + 1)
        assert set(made.kinds) == {"SD", "DM", "SHIFT", "ORDER"}  # everyone meets everyone: no MD
        for attack in made.attacks:
            assert attack.injected is not None
            written = attack.windows.control[attack.injected]
            assert attack.kind in ("SHIFT", "ORDER") or uses[written].min() >= 20
            if attack.kind != "SHIFT":
                assert set(map(tuple, attack.windows.hour)) <= set(map(tuple, test.hour))

    def test_flicker_is_two_controls_of_one_device(self, home: HomeData) -> None:
        attack = next(a for a in hard(home, 0).attacks if a.kind == "SD")
        assert attack.injected is not None
        for control, device, injected in zip(
            attack.windows.control, attack.windows.device, attack.injected, strict=True
        ):
            at = np.flatnonzero(injected)
            assert len(set(control[at])) <= 2
            assert len(set(device[at])) == 1

    def test_untimely_is_next_to_never_done_then(self, home: HomeData) -> None:
        made = hard(home, 0)
        train = made.split("train")
        attack = next(a for a in made.attacks if a.kind == "DM")
        assert attack.injected is not None
        written, times = attack.windows.control[attack.injected], bucket(attack.windows)[attack.injected]
        for control, time in zip(written, times, strict=True):
            uses = bucket(train)[train.control == control]
            assert (uses == time).mean() <= 0.005

    def test_strangers_never_met(self, tmp_path: Path) -> None:
        found = sessions()
        for name in ("raw_train", "raw_validation", "raw_test"):
            stamp = found[name][:, :1, 1]  # mornings and evenings have controls of their own
            control = np.where(stamp < 4, found[name][..., 3] % 5, 5 + found[name][..., 3] % 5)
            found[name][..., 3], found[name][..., 2] = control, control % DEVICES
        made = hard(
            datasets.load(NAME, write(tmp_path, {k: v for k, v in found.items() if "_ODD" not in k})), 0
        )
        attack = next(a for a in made.attacks if a.kind == "MD")
        assert attack.injected is not None
        seen = [set(row) for row in made.split("train").control]
        complete = attack.injected.sum(axis=1) == 2
        assert complete.any()
        for row, at in zip(attack.windows.control[complete], attack.injected[complete], strict=True):
            assert not any(set(row[at]) <= before for before in seen)

    def test_shift_moves_the_window_as_a_whole(self, home: HomeData) -> None:
        made = hard(home, 0)
        attack = next(a for a in made.attacks if a.kind == "SHIFT")
        moved = (attack.windows.hour - made.split("test").hour) % 24
        assert set(np.unique(moved)) == {9.0, 12.0, 15.0}
        assert (moved == moved[:, :1]).all()
        np.testing.assert_array_equal(attack.windows.duration, made.split("test").duration)

    def test_shuffled_windows_hold_the_same(self, home: HomeData) -> None:
        made = hard(home, 0)
        attack = next(a for a in made.attacks if a.kind == "ORDER")
        before = {tuple(sorted(row)) for row in made.split("test").control}
        assert {tuple(sorted(row)) for row in attack.windows.control} <= before

    def test_nothing_common_nothing_written(self, home: HomeData) -> None:
        few = home.split("raw_test").take(slice(0, 1))
        habits = Habits.of(few, CONTROLS + 1)
        assert (len(habits.common), len(habits.toggles()), len(habits.strangers)) == (0, 0, 0)


def suite(folder: Path, name: str, *arguments: str) -> Any:
    out = folder / "out.json"
    assert main(["suite", name, "--dataset", NAME, "--data", str(folder), *arguments, "--out", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "kinds"), [("honest", {"ODD"}), ("hard", {"SD", "DM", "SHIFT", "ORDER"})])
def test_the_commands_write_the_agreed_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, kinds: set[str]
) -> None:
    write(tmp_path, sessions())
    result = suite(tmp_path, name, "--model", "LOF", "HourOfWeek", "FixedRules", "--seeds", "2")
    assert (result["suite"], result["dataset"], result["seeds"]) == (name, NAME, [0, 1])
    assert set(result["models"]) == {"LOF", "HourOfWeek", "FixedRules"}
    for record in result["models"].values():
        assert set(record["types"]) == kinds
        assert all(0 <= m["recall_at_fpr_5"]["mean"] <= 1 for m in record["types"].values())
    assert result["splits"].endswith("of which there are 60")
    assert f"{NAME} has no train, validation, test" in capsys.readouterr().err


def test_a_home_without_training_windows_is_split_anew(tmp_path: Path) -> None:
    found = {name: array for name, array in sessions().items() if "train" not in name}
    write(tmp_path, found)
    result = suite(tmp_path, "honest", "--model", "Aegis")
    assert result["windows"]["train"] > result["windows"]["test"] > result["windows"]["validation"] > 0
    assert "raw_train" in result["absent"]


def test_a_home_without_anomalies_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {name: array for name, array in sessions().items() if "attack" not in name}, vocabulary())
    assert main(["suite", "honest", "--dataset", NAME, "--data", str(tmp_path), "--model", "LOF"]) == 2
    assert "expected a home in which anomalies can be written" in capsys.readouterr().err


def test_attacks_of_the_small_home_too(tmp_path: Path) -> None:
    write(tmp_path, arrays())
    assert set(suite(tmp_path, "honest", "--model", "LOF")["models"]["LOF"]["types"]) == {"SD", "MD", "ODD"}


@pytest.mark.parametrize(("part", "off"), [("scores", "typical loss not taken off"), ("networks", "no hour")])
def test_ablation_compares_with_the_default_seed_by_seed(tmp_path: Path, part: str, off: str) -> None:
    write(tmp_path, sessions(30))
    out, cells = tmp_path / f"ablation_honest_{part}.json", tmp_path / "cells"
    given = ["--dataset", NAME, "--data", str(tmp_path), "--suite", "honest", "--seeds", "1", "--epochs", "1"]
    where = ["--engine", "in-process", "--cells", str(cells), "--out", str(out), "--part", part]
    assert main(["ablation", *given, *where]) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    rows = {row["variant"]: row for row in result["rows"]}
    assert list(rows) == [variant.name for variant in PARTS[part]]
    assert rows["default"]["lost"]["auroc"]["mean"] == 0
    auroc = {name: row["types"]["ODD"]["auroc"] for name, row in rows.items()}
    assert rows[off]["lost"]["auroc"]["mean"] == pytest.approx(auroc["default"] - auroc[off])
    assert len(set(auroc.values())) > 1
    finished = {path.name: path.stat().st_mtime_ns for path in cells.iterdir()}
    assert len(finished) == (1 if part == "scores" else len(NETWORKS))
    assert main(["ablation", *given, *where]) == 0
    assert {path.name: path.stat().st_mtime_ns for path in cells.iterdir()} == finished
    text = page(tmp_path)
    assert f"## What each part does: suite honest, {NAME.upper()}, {part}" in text
    assert f"| {off} | {auroc[off]:.3f} |" in text


def test_what_an_interval_tells() -> None:
    def lost(low: float, high: float) -> Any:
        return {"mean": (low + high) / 2, "ci95": [low, high]}

    assert verdict(lost(0.1, 0.2), lost(-0.1, 0.2)) == "the default (AUROC)"
    assert verdict(lost(-0.2, -0.1), lost(0.1, 0.2)) == "this (AUROC), the default (recall)"
    assert verdict(lost(-0.2, 0.1), lost(0.0, 0.2)) == "not told apart"
    assert verdict(lost(0.1, 0.1), lost(-0.1, -0.1)) == "not told apart"  # one seed


# --- a log in place of the paper's windows ---


@pytest.fixture
def logged(tmp_path: Path) -> HomeData:
    return load_log(field_home.write(tmp_path), "UTC")


def on_times(windows: Windows, names: NDArray[np.str_]) -> list[tuple[int, float]]:
    """Return what was turned on and off within each window, and for how many seconds, the slow way."""
    found = []
    for control, device, lasted in zip(windows.control, windows.device, windows.duration, strict=True):
        for i in range(SIZE):
            rest = [j for j in range(i + 1, SIZE) if device[j] == device[i]]
            begins = phase(names[control[i]]) is Phase.BEGIN
            if begins and rest and phase(names[control[rest[0]]]) is Phase.END:
                found.append((int(control[i]), float(lasted[i])))
    return found


def test_a_log_is_read_as_the_live_path_reads_it(logged: HomeData) -> None:
    windows = logged.split("raw_train")
    assert has_exact_times(windows)
    assert len(windows) == 2 * len(field_home.USES) * field_home.DAYS - SIZE + 1
    names = names_of(logged.vocabulary)
    assert set(names) == {"", *(name.rpartition(" ")[2] for name in logged.vocabulary.controls)}
    assert {"turn_on", "unlock", "play"} < set(names)


def test_a_device_is_on_for_longer_than_ever(logged: HomeData) -> None:
    made, names = hard(logged, 0), names_of(logged.vocabulary)
    train, test = made.split("train"), made.split("test")
    usual: dict[int, float] = {}
    for control, lasted in on_times(train, names):
        usual[control] = max(usual.get(control, 0.0), lasted)
    attack = next(a for a in made.attacks if a.kind == "DD")
    assert len(attack.windows) > 0.5 * len(test)
    for i in range(len(attack.windows)):
        one = attack.windows.take(slice(i, i + 1))
        assert any(lasted > 1.2 * usual[control] for control, lasted in on_times(one, names))
    assert {tuple(sorted(row)) for row in attack.windows.control} <= {tuple(sorted(r)) for r in test.control}
    before = np.sort(stamps_of(test), axis=1).min(axis=1)
    assert set(np.round(stamps_of(attack.windows)[:, 0], 2)) <= set(np.round(before, 2))


def test_what_is_left_alone_is_no_anomaly(logged: HomeData) -> None:
    test = hard(logged, 0).split("test")
    names = names_of(logged.vocabulary)
    same = overlong(test, np.zeros(len(names)), names, np.random.default_rng(0))
    assert not differs(same, test).any()


def test_uses_are_counted_once_where_windows_overlap(logged: HomeData) -> None:
    training = hard(logged, 0).split("train")
    habits = Habits.of(training, len(logged.vocabulary))
    assert share_of_uses(training) == 0.1
    counts = np.bincount(training.control.reshape(-1)) / SIZE
    assert set(habits.common) == set(np.flatnonzero(counts >= 20))
    assert len(habits.common) < len(logged.vocabulary) - 1


def test_the_suite_reads_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, out = field_home.write(tmp_path), tmp_path / "out.json"
    given = ["suite", "hard", "--log", str(log), "--model", "Aegis", "--out", str(out)]
    assert main(given) == 2
    assert "expected the home's time zone in --tz" in capsys.readouterr().err
    assert main([*given, "--tz", "UTC"]) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    assert (result["dataset"], result["zone"]) == ("home", "UTC")
    assert "DD" in result["models"]["Aegis"]["types"]
    assert "--log home.csv --tz UTC --model Aegis --seeds 1`" in capsys.readouterr().out
    assert main([*given, "--tz", "UTC", "--seeds", "3,7"]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["seeds"] == [3, 7]
    assert "--seeds 3,7`" in capsys.readouterr().out
    field_home.write(tmp_path, field_home.rows(days=1)[:9])
    assert main([*given, "--tz", "UTC"]) == 2
    assert "expected at least 10 behaviors in home.csv" in capsys.readouterr().err


def test_without_a_choice_every_model_is_compared() -> None:
    chosen = parser("hard").parse_args(["--dataset", NAME])
    found = {entrant.label: entrant for entrant in map(entrant_of, chosen.model)}
    assert set(found) == set(detectors()) - {"Reference", "Authors"} | {"SmartGuard:as_published"}
    assert found["SmartGuard"].options == SmartGuardOptions(weighting="apart", firsts=True)
    assert found["SmartGuard:as_published"].options == PAPER


def test_a_table_says_what_is_missed_and_who_is_ahead() -> None:
    def record(at_5: float, at_1: dict[str, Any] | float) -> Any:
        rest = {"auroc": 0.9, "recall": 0.5, "fpr": 0.1}
        return {"types": {"SD": rest | {"recall_at_fpr_5": at_5, "recall_at_fpr_1": at_1}}}

    spread = {"mean": 0.6, "ci95": [0.5, 0.7], "values": [0.55, 0.65]}
    result = {"suite": "honest", "dataset": "fr", "seeds": [0, 1], "splits": "anew", "windows": {"test": 9}}
    result["models"] = {"SmartGuard": record(0.9, spread), "LOF": record(0.8, 0.7)}
    text = section(result)
    assert "recall at FPR ≤ 5 % at least 0.9 (SD): met." in text
    assert "recall at FPR ≤ 1 % at least 0.7 (SD): **missed**: SD 0.600." in text
    assert "Ahead of SmartGuard in AUROC: none." in text
    assert "Ahead of SmartGuard in recall at FPR ≤ 1 %: LOF SD 0.7000 (against 0.6000)." in text
    assert "| SmartGuard | SD | 0.900 | 0.900 | 0.600 ± 0.100 | 0.500 | 0.100 |" in text
    assert "`scripts/trainer suite honest --dataset fr --model SmartGuard LOF --seeds 2`" in text
    del result["models"]["SmartGuard"]
    assert "Target" not in section(result)
