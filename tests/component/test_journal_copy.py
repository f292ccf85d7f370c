"""The journal's weekly copy: what it holds, when it is renewed, and what is restored from it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from custom_components.smartguard import journal_copy
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.journal import Journal, JournalError

NOON = 1_767_268_800.0


def behavior(number: int, entity: str = "lamp") -> Behavior:
    return Behavior(NOON + 60 * number, "device", entity, "turn_on")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(path)
    yield opened
    opened.close()


def rows(path: Path) -> int:
    with closing(sqlite3.connect(journal_copy.copy_of(path))) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM behavior").fetchone()[0])


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(journal_copy.copy_of(path), (then, then))


def test_a_copy_holds_all_and_is_the_owners_only(journal: Journal, path: Path) -> None:
    assert journal_copy.date_of(path) is None
    journal.add(behavior(i) for i in range(20))
    journal.keep_copy()
    assert rows(path) == 20
    assert journal_copy.copy_of(path).stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in path.parent.iterdir() if "copy" in p.name) == ["journal.copy.db"]
    assert journal_copy.date_of(path) is not None


def test_a_copy_is_renewed_once_a_week(journal: Journal, path: Path) -> None:
    journal.add([behavior(1)])
    journal.keep_copy()
    journal.add([behavior(2)])
    age(path, 6)
    journal.keep_copy()
    assert rows(path) == 1
    age(path, 8)
    journal.keep_copy()
    assert rows(path) == 2


def test_a_copy_from_the_future_is_renewed(journal: Journal, path: Path) -> None:
    journal.keep_copy()
    journal.add([behavior(1)])
    age(path, -30)
    journal.keep_copy()
    assert rows(path) == 1


def test_what_is_missing_is_restored_and_what_is_there_stays(journal: Journal, path: Path) -> None:
    journal.add(behavior(i) for i in range(5))
    journal.save_episode({"episode_id": "1", "summary": "then"})
    journal.keep_copy()
    journal.prune(NOON + 150)
    journal.add([behavior(9)])
    journal.save_episode({"episode_id": "1", "summary": "now"})
    assert journal.restore_copy() == 3
    assert journal.behaviors() == [behavior(i) for i in (0, 1, 2, 3, 4, 9)]
    assert journal.episodes() == [{"episode_id": "1", "summary": "now"}]
    assert journal.restore_copy() == 0


def test_marks_are_not_restored(journal: Journal, path: Path) -> None:
    journal.add([behavior(1)])
    journal.set_high_water({"lamp": NOON})
    journal.keep_copy()
    copied = journal_copy.copy_of(path).read_bytes()
    journal.forget("lamp")
    journal_copy.copy_of(path).write_bytes(copied)
    assert journal.restore_copy() == 1
    assert journal.high_water() == {}


def test_without_a_copy_nothing_is_restored_and_none_is_made(journal: Journal, path: Path) -> None:
    assert journal.restore_copy() == 0
    assert not journal_copy.copy_of(path).exists()


def test_a_damaged_copy_changes_nothing(
    journal: Journal, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal.add([behavior(1)])
    journal_copy.copy_of(path).write_bytes(b"no database " * 100)
    with pytest.raises(JournalError):
        journal.restore_copy()
    assert "not a database" in caplog.text
    assert journal.behaviors() == [behavior(1)]
    journal.add([behavior(2)])
    assert journal.behaviors() == [behavior(1), behavior(2)]


def test_what_is_forgotten_is_forgotten_in_the_copy_too(journal: Journal, path: Path) -> None:
    journal.add([behavior(1, "secret"), behavior(2)])
    journal.keep_copy()
    journal.forget("secret")
    assert not journal_copy.copy_of(path).exists()


@pytest.mark.parametrize("forget", [Journal.clear, lambda journal: journal.forget("lamp")])
def test_a_copy_that_can_not_be_deleted_is_an_error_and_nothing_is_forgotten(
    journal: Journal, path: Path, caplog: pytest.LogCaptureFixture, forget: Callable[[Journal], int]
) -> None:
    journal.add([behavior(1)])
    journal.set_high_water({"lamp": NOON})
    journal_copy.copy_of(path).mkdir()
    with pytest.raises(JournalError, match="take a write"):
        forget(journal)
    assert "Can not write" in caplog.text
    assert journal.high_water() == {"lamp": NOON}
    journal.add([behavior(2)])
    assert journal.behaviors() == [behavior(1), behavior(2)]
    journal_copy.copy_of(path).rmdir()
    assert forget(journal) == 2


def test_a_copy_that_can_not_be_made_says_so(journal: Journal, path: Path) -> None:
    journal_copy.copy_of(path).with_suffix(".new").mkdir()
    with pytest.raises(JournalError, match="expected to copy"):
        journal.keep_copy()


def test_a_held_file_does_not_change_until_it_is_released(journal: Journal, path: Path) -> None:
    journal.add(behavior(i) for i in range(10))
    journal.checkpoint(hold=True)
    held = path.read_bytes()
    # More than SQLite would leave in its log by itself.
    journal.add(behavior(i, f"{'x' * 400}{i}") for i in range(10, 12_000))
    journal.flush()
    assert path.read_bytes() == held
    copy = path.with_name("restored.db")
    copy.write_bytes(held)
    copy.with_name("restored.db-wal").write_bytes(path.with_name("journal.db-wal").read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM behavior").fetchone() == (12_000,)
    journal.checkpoint()
    assert path.read_bytes() != held
