"""Versions of the model on disk: kept, pruned, rolled back to, and what is unreadable."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from custom_components.smartguard.core import artifact
from custom_components.smartguard.core.errors import ArtifactDamagedError
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.model_store import KEEP, ModelStore, NoSuchVersionError

from . import homes


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def add(store: ModelStore, count: int = 1) -> None:
    for number in range(count):
        store.add(homes.guard(), 1000.0 + number, 10 + number)


def write_newer(store: ModelStore, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(artifact, "SCHEMA", artifact.SCHEMA + 1)
        homes.guard().save(store.path(number))


def test_nothing_is_stored_at_first(store: ModelStore) -> None:
    assert store.load().stored is None
    assert store.load().problem is None
    assert store.numbers() == []


def test_what_was_stored_judges_the_same(store: ModelStore) -> None:
    add(store)
    loaded = ModelStore(store.path(1).parent).load()
    assert loaded.problem is None
    assert loaded.stored is not None
    assert (loaded.stored.version.name, loaded.stored.version.trained) == ("0001", 1000.0)
    memory = Memory.replay(homes.days())
    assert loaded.stored.guard.judge(memory) == homes.guard().judge(memory)


def test_files_are_for_the_owner_only(store: ModelStore) -> None:
    add(store)
    assert stat.S_IMODE(store.path(1).parent.stat().st_mode) == 0o700
    for path in store.path(1).parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_the_newest_versions_are_kept(store: ModelStore) -> None:
    add(store, KEEP + 2)
    assert store.numbers() == list(range(3, KEEP + 3))
    assert store.current() == KEEP + 2


def test_roll_back_to_the_version_before(store: ModelStore) -> None:
    add(store, 3)
    assert store.roll_back().version.number == 2
    assert store.roll_back().version.number == 1
    with pytest.raises(NoSuchVersionError, match="an earlier version"):
        store.roll_back()
    assert store.current() == 1
    loaded = store.load().stored
    assert loaded is not None
    assert (loaded.version.number, loaded.version.behaviors) == (1, 10)


def test_roll_back_to_a_number(store: ModelStore) -> None:
    add(store, 3)
    assert store.roll_back(1).version.number == 1
    assert store.roll_back(3).version.number == 3
    with pytest.raises(NoSuchVersionError, match="version 7"):
        store.roll_back(7)
    assert store.current() == 3


def test_what_is_disowned_stays_so_until_there_is_a_new_version(store: ModelStore) -> None:
    add(store, 2)
    assert not store.is_disowned
    store.disown()
    again = ModelStore(store.path(1).parent)
    assert again.load().stored is not None
    assert (again.is_disowned, again.current()) == (True, 2)
    add(again)
    assert not again.is_disowned
    again.roll_back(1)
    assert again.is_disowned, "it learned what was to be forgotten as well"
    again.clear()
    add(again)
    assert (again.is_disowned, again.current()) == (False, 1)


def test_a_list_of_before_there_was_disowning_disowns_nothing(store: ModelStore) -> None:
    add(store)
    pointer = store.path(1).parent / "current.json"
    kept = json.loads(pointer.read_text())
    del kept["disowned"]
    pointer.write_text(json.dumps(kept))
    assert store.load().stored is not None
    assert not store.is_disowned


def test_where_no_model_is_in_use_none_is_disowned(store: ModelStore) -> None:
    store.disown()
    add(store)
    assert not store.is_disowned


def test_a_new_version_never_takes_the_place_of_an_old_one(store: ModelStore) -> None:
    add(store, 3)
    store.roll_back(1)
    add(store)
    assert store.numbers() == [1, 2, 3, 4]
    assert store.current() == 4


def test_roll_back_to_an_unreadable_version_changes_nothing(store: ModelStore) -> None:
    add(store, 2)
    store.path(1).write_bytes(b"no model")
    with pytest.raises(ArtifactDamagedError):
        store.roll_back()
    assert store.current() == 2


@pytest.mark.parametrize("length", [0, 1, 100, 5000])
def test_the_last_good_model_loads_when_the_newest_is_cut_short(
    store: ModelStore, length: int, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, 3)
    for number in (2, 3):
        store.path(number).write_bytes(store.path(number).read_bytes()[:length])
    loaded = store.load()
    assert loaded.stored is not None
    assert loaded.stored.version.number == 1
    assert loaded.problem is not None
    assert loaded.problem.startswith("0003.npz")
    assert store.in_use == loaded.stored.version
    assert store.path(3).exists()


def test_a_version_that_vanished_is_a_problem_only_when_nothing_is_left(store: ModelStore) -> None:
    add(store, 2)
    store.path(2).unlink()
    loaded = store.load()
    assert loaded.stored is not None
    assert loaded.stored.version.number == 1
    store.path(1).unlink()
    assert store.load().stored is None


def test_after_a_roll_back_a_newer_good_version_is_the_last_resort(
    store: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, 2)
    store.roll_back(1)
    store.path(1).write_bytes(b"")
    loaded = store.load()
    assert loaded.stored is not None
    assert loaded.stored.version.number == 2


def test_a_file_of_a_newer_smartguard_is_refused_and_never_deleted(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, 2)
    write_newer(store, 2, monkeypatch)
    content = store.path(2).read_bytes()
    loaded = store.load()
    assert loaded.stored is not None
    assert loaded.stored.version.number == 1
    assert loaded.problem is not None
    assert "schema" in loaded.problem
    add(store, KEEP + 1)
    assert store.numbers() == [2, *range(4, KEEP + 4)]
    assert store.path(2).read_bytes() == content


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"current": "x"}', '{"current": 2, "versions": [{"number": 2}, 7]}', '{"versions": 3}'],
)
def test_a_damaged_list_of_models_costs_no_model(
    store: ModelStore, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, 2)
    (store.path(1).parent / "current.json").write_text(text)
    loaded = store.load()
    assert loaded.stored is not None
    assert loaded.stored.version.number == 2
    assert loaded.problem is None
    add(store)
    assert json.loads((store.path(1).parent / "current.json").read_text())["current"] == 3


def test_a_disk_that_refuses_leaves_the_old_version_in_use(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store)

    def full(self: object, path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(type(homes.guard()), "save", full)
        with pytest.raises(OSError, match="No space"):
            add(store)
    assert store.current() == 1
    assert store.in_use is not None
    assert store.in_use.number == 1


def test_what_a_killed_write_left_is_deleted_and_models_are_not(store: ModelStore) -> None:
    add(store, 2)
    folder = store.path(1).parent
    for name in ("0003.npz.x1y2.tmp", "tmpk3l4"):
        (folder / name).write_bytes(b"half a model")
    loaded = store.load()
    assert loaded.problem is None
    assert sorted(path.name for path in folder.iterdir()) == ["0001.npz", "0002.npz", "current.json"]
