"""The journal: nothing that was added is lost, doubled or readable by others."""

from __future__ import annotations

import errno
import math
import random
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from custom_components.smartguard import journal as journal_module, journal_salvage, journal_schema
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.novelty import First
from custom_components.smartguard.journal import (
    Journal,
    JournalDamagedError,
    JournalError,
    JournalVersionError,
)

NOON = 1_750_000_000.0
PAGE = 4096


def behavior(number: int, control: str = "turn_on", actor: str = "") -> Behavior:
    return Behavior(NOON + number, f"device{number % 7}", f"entity{number % 31}", control, actor)


def on_disk(path: Path) -> int:
    """Count what another reader sees."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM behavior").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "smartguard" / "entry" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(path)
    yield opened
    opened.close()


def test_what_was_added_comes_back_in_time_order(journal: Journal) -> None:
    journal.add([behavior(2), behavior(1, "turn_off")])
    journal.add([behavior(3)])
    assert journal.behaviors() == [behavior(1, "turn_off"), behavior(2), behavior(3)]
    assert journal.count() == 3
    assert journal.newest() == NOON + 3


def test_a_range_has_its_start_and_not_its_end(journal: Journal) -> None:
    journal.add(behavior(i) for i in range(5))
    assert journal.behaviors(NOON + 1, NOON + 3) == [behavior(1), behavior(2)]
    assert journal.behaviors(start=NOON + 4) == [behavior(4)]
    assert journal.behaviors(end=NOON) == []


def test_a_new_journal_is_empty(journal: Journal) -> None:
    assert journal.behaviors() == []
    assert journal.newest() is None
    assert journal.high_water() == {}
    assert journal.episodes() == []


def test_the_same_behavior_is_kept_once_and_learns_its_actor(journal: Journal) -> None:
    journal.add([behavior(1)])
    journal.add([behavior(1, actor="person"), behavior(1, actor="automation"), behavior(1)])
    assert [b.actor for b in journal.behaviors()] == ["person"]


def test_two_controls_of_an_entity_at_one_time_are_two(journal: Journal) -> None:
    journal.add([behavior(1), behavior(1, "brightness_up")])
    assert journal.count() == 2


def test_a_clock_that_jumps_back_loses_and_doubles_nothing(journal: Journal) -> None:
    lived = [behavior(i) for i in (100, 101, 102, 40, 41, 101, 103)]
    for one in lived:
        journal.add([one])
    assert journal.behaviors() == sorted(set(lived), key=lambda b: b.time)


def test_fractions_of_a_second_stay_exact(journal: Journal) -> None:
    exact = Behavior(1_750_000_000.123457, "d", "e", "turn_on")
    journal.add([exact])
    assert journal.behaviors()[0].time == exact.time


def test_all_survives_closing_and_opening(path: Path) -> None:
    first = Journal.open(path)
    first.add(behavior(i) for i in range(1000))
    first.set_high_water({"entity1": NOON})
    first.save_episode({"episode_id": "a", "score": 1.5})
    first.close()
    first.close()
    second = Journal.open(path)
    assert second.behaviors() == [behavior(i) for i in range(1000)]
    assert second.high_water() == {"entity1": NOON}
    assert second.episodes() == [{"episode_id": "a", "score": 1.5}]
    second.close()


def test_only_the_owner_can_read(journal: Journal, path: Path) -> None:
    journal.add([behavior(1)])
    journal.flush()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["journal.db", "journal.db-shm", "journal.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_commits_at_most_every_five_seconds(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is written at once, those that follow wait until a commit is requested."""
    now = [1000.0]
    monkeypatch.setattr("custom_components.smartguard.journal.time.monotonic", lambda: now[0])
    journal.add([behavior(1)])
    drain(journal)
    assert on_disk(path) == 1
    now[0] += 4.9
    journal.add([behavior(2)])
    drain(journal)
    assert on_disk(path) == 1
    journal.request_commit()
    journal.flush()
    assert on_disk(path) == 2
    now[0] += 5.0
    journal.add([behavior(3)])
    drain(journal)
    assert on_disk(path) == 3


def drain(journal: Journal) -> None:
    """Wait until the writer has taken all, without asking it to write: it waits for work in `get`."""
    taken = threading.Event()

    class Marker(list):  # type: ignore[type-arg]
        def __iter__(self) -> Iterator[Behavior]:
            taken.set()
            return iter(())

    journal._queue.put(Marker())
    taken.wait()


def test_add_from_many_threads_loses_nothing(journal: Journal) -> None:
    def work(part: int) -> None:
        for i in range(200):
            journal.add([behavior(part * 200 + i)])

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.count() == 800


def test_reading_meanwhile_sees_whole_adds(journal: Journal) -> None:
    journal.add(behavior(i) for i in range(100))
    assert journal.count() == 100
    journal.add(behavior(i) for i in range(100, 200))
    assert len(journal.behaviors(end=NOON + 100)) == 100


@pytest.mark.parametrize(
    "wrong",
    [
        Behavior(math.nan, "d", "e", "turn_on"),
        Behavior(math.inf, "d", "e", "turn_on"),
        Behavior(NOON, "d", "e", "set_mode:\ud800"),
    ],
)
def test_what_no_row_can_hold_is_refused_and_hurts_nothing(journal: Journal, wrong: Behavior) -> None:
    journal.add([behavior(1)])
    with pytest.raises(JournalError, match="expected"):
        journal.add([behavior(2), wrong])
    journal.add([behavior(3)])
    assert journal.behaviors() == [behavior(1), behavior(3)]


def test_a_closed_journal_takes_nothing(path: Path) -> None:
    journal = Journal.open(path)
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        journal.add([behavior(1)])


def test_a_write_that_fails_is_made_good_later(
    journal: Journal, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("ALTER TABLE behavior RENAME TO elsewhere")
        journal.add([behavior(1)])
        for _ in range(2):
            with pytest.raises(JournalError, match="take a write"):
                journal.flush()
        other.execute("ALTER TABLE elsewhere RENAME TO behavior")
    journal.add([behavior(2)])
    assert journal.behaviors() == [behavior(1), behavior(2)]
    assert caplog.text.count("Can not write") == 1


def test_more_than_can_wait_is_written_whole(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_PENDING_LIMIT", 10)
    journal.add([behavior(0)])
    journal.add(behavior(i) for i in range(1, 26))
    journal.add(behavior(i) for i in range(26, 30))
    assert journal.behaviors() == [behavior(i) for i in range(30)]
    assert journal.behaviors(most=4) == [behavior(i) for i in range(26, 30)]


def test_of_more_than_can_wait_the_newest_survive_a_failing_write(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(journal_module, "_PENDING_LIMIT", 10)
    journal.add([behavior(0)])
    journal.flush()
    monkeypatch.setattr(journal_module, "INSERT", "INSERT INTO nowhere VALUES (?, ?, ?, ?, ?)")
    journal.add(behavior(i) for i in range(1, 26))
    with pytest.raises(JournalError):
        journal.flush()
    monkeypatch.undo()
    assert journal.behaviors() == [behavior(0), *(behavior(i) for i in range(16, 26))]
    assert "Can not write" in caplog.text


def test_an_entity_that_came_to_another_device_is_first_there_too(journal: Journal) -> None:
    """A start knows of the device what the run before it knew."""
    moved = [Behavior(float(t), ("old", "new")[t > 3], "lamp", "turn_on") for t in range(1, 7)]
    journal.add(moved)
    firsts = [First("old", "lamp", "turn_on", 1.0, 3), First("new", "lamp", "turn_on", 4.0, 3)]
    assert sorted(journal.firsts(), key=lambda first: first.time) == firsts
    assert journal.firsts(before=4.0) == firsts[:1]


def test_last_of_each(journal: Journal) -> None:
    def at(time: float, entity: str, control: str) -> Behavior:
        return Behavior(time, entity, entity, control)

    journal.add([at(1, "a", "turn_on"), at(5, "a", "turn_off"), at(2, "b", "open"), at(9, "a", "turn_on")])
    assert journal.last_of_each(9.0) == [at(1, "a", "turn_on"), at(2, "b", "open"), at(5, "a", "turn_off")]
    assert journal.last_of_each(9.5)[1:] == [at(5, "a", "turn_off"), at(9, "a", "turn_on")]
    assert journal.last_of_each(1.0) == []


def test_high_water_marks_are_replaced(journal: Journal) -> None:
    journal.set_high_water({"a": 5.0, "b": 6.0})
    journal.set_high_water({"a": 3.0})
    assert journal.high_water() == {"a": 3.0, "b": 6.0}


def test_how_far_back_an_entity_was_read_stays_until_it_is_read_further(journal: Journal) -> None:
    journal.set_high_water({"a": 5.0, "b": 6.0}, {"a": 2.0})
    journal.set_high_water({"a": 7.0, "b": 7.0})
    assert journal.low_water() == {"a": 2.0, "b": 0.0}
    journal.set_high_water({"a": 3.0}, {"a": 1.0})
    assert (journal.high_water()["a"], journal.low_water()["a"]) == (3.0, 1.0)


def test_episodes_are_replaced_by_their_id_newest_first(journal: Journal) -> None:
    journal.save_episode({"episode_id": "a", "n": 1})
    journal.save_episode({"episode_id": "b", "n": 2})
    journal.save_episode({"episode_id": "a", "n": 3})
    assert journal.episodes() == [{"episode_id": "b", "n": 2}, {"episode_id": "a", "n": 3}]
    assert journal.episodes(limit=1) == [{"episode_id": "b", "n": 2}]


def test_prune_deletes_what_is_older(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "KEPT_EPISODES", 2)
    journal.add(behavior(i) for i in range(10))
    for name in "abcd":
        journal.save_episode({"episode_id": name})
    assert journal.prune(NOON + 4) == 4
    assert journal.behaviors() == [behavior(i) for i in range(4, 10)]
    assert [episode["episode_id"] for episode in journal.episodes()] == ["d", "c"]


def test_what_is_forgotten_is_gone_from_the_file(journal: Journal, path: Path) -> None:
    journal.add([Behavior(NOON, "d", "a-secret-entity", "turn_on"), behavior(1)])
    journal.set_high_water({"a-secret-entity": NOON})
    assert journal.forget("a-secret-entity") == 1
    journal.checkpoint()
    assert journal.behaviors() == [behavior(1)]
    assert journal.high_water() == {}
    assert b"a-secret-entity" not in path.read_bytes()


def test_checkpoint_puts_all_in_the_file_itself(journal: Journal, path: Path, tmp_path: Path) -> None:
    journal.add(behavior(i) for i in range(50))
    journal.checkpoint()
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    assert on_disk(copy) == 50


# --- versions ---


def test_a_migration_is_one_function_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Journal.open(path)
    old.add([behavior(1)])
    old.close()

    def add_notes(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")

    monkeypatch.setattr(journal_schema, "MIGRATIONS", (*journal_schema.MIGRATIONS, add_notes))
    new = Journal.open(path)
    assert new.behaviors() == [behavior(1)]
    new.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(journal_schema.MIGRATIONS),)
        assert connection.execute("SELECT COUNT(*) FROM notes").fetchone() == (0,)


def test_a_migration_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Journal.open(path)
    old.add([behavior(1)])
    old.close()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (id INTEGER PRIMARY KEY)")
        connection.execute("SELECT nothing FROM nowhere")

    with monkeypatch.context() as patch:
        patch.setattr(journal_schema, "MIGRATIONS", (*journal_schema.MIGRATIONS, fail))
        with pytest.raises(JournalError, match="expected to open"):
            Journal.open(path)
    again = Journal.open(path)
    assert again.behaviors() == [behavior(1)]
    again.close()


def test_a_disk_too_full_to_migrate_is_an_error_that_passes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)")

    Journal.open(path).close()
    with monkeypatch.context() as patch:
        patch.setattr(journal_schema, "MIGRATIONS", (*journal_schema.MIGRATIONS, fill))
        with pytest.raises(JournalError, match="disk is full") as caught:
            Journal.open(path)
    assert not isinstance(caught.value, JournalDamagedError)
    Journal.open(path).close()


def test_a_disk_too_full_to_connect_is_an_error_that_passes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "connect", fail)
        with pytest.raises(JournalError, match="disk is full"):
            Journal.open(path)
    Journal.open(path).close()


def test_a_newer_version_is_refused_and_left_as_it_is(path: Path) -> None:
    Journal.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE tomorrow (id INTEGER)")
        connection.execute(f"PRAGMA user_version = {len(journal_schema.MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(JournalVersionError, match="newer"):
        Journal.open(path)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*damaged*"))


# --- damage ---


def cut_in_half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def cut_inside_a_page(data: bytes) -> bytes:
    return data[: len(data) * 3 // 4 - 1000]


def no_header(data: bytes) -> bytes:
    return b"\xff" * 100 + data[100:]


def no_first_page(data: bytes) -> bytes:
    return bytes(range(256)) * (PAGE // 256) + data[PAGE:]


def hole_in_the_middle(data: bytes) -> bytes:
    middle = len(data) // PAGE // 2 * PAGE
    return data[:middle] + b"\x5a" * 10 * PAGE + data[middle + 10 * PAGE :]


@pytest.mark.parametrize(
    ("damage", "least"),
    [
        (cut_in_half, 1900),
        (cut_inside_a_page, 2900),
        (no_header, 5000),
        (no_first_page, 5000),
        (hole_in_the_middle, 4400),
    ],
)
def test_what_is_readable_in_a_damaged_journal_is_saved(
    path: Path, damage: Callable[[bytes], bytes], least: int
) -> None:
    lived = [behavior(i, actor="person") for i in range(5000)]
    journal = Journal.open(path)
    journal.add(lived)
    journal.set_high_water({"entity1": NOON})
    journal.close()
    broken = damage(path.read_bytes())
    path.write_bytes(broken)

    with pytest.raises(JournalDamagedError, match="expected a sound journal") as caught:
        Journal.open(path)

    assert caught.value.kept.name.startswith("journal.db.damaged-")
    assert caught.value.kept.read_bytes() == broken
    assert stat.S_IMODE(caught.value.kept.stat().st_mode) == 0o600
    again = Journal.open(path)
    saved = again.behaviors()
    assert len(saved) >= least
    assert set(saved) <= set(lived)
    assert {b.actor for b in saved} == {"person"}
    assert again.high_water() == {}, "what was lost must be looked for in the recorder"
    again.add([behavior(9999)])
    assert again.count() == len(saved) + 1
    again.close()
    assert not list(path.parent.glob("*.new*"))
    assert not list(path.parent.glob("*.work*"))


def test_episodes_are_saved_too(path: Path) -> None:
    journal = Journal.open(path)
    journal.save_episode({"episode_id": "a"})
    journal.close()
    path.write_bytes(no_first_page(path.read_bytes()))
    with pytest.raises(JournalDamagedError):
        Journal.open(path)
    again = Journal.open(path)
    assert again.episodes() == [{"episode_id": "a"}]
    again.close()


def test_a_log_without_its_file_is_read(path: Path) -> None:
    journal = Journal.open(path)
    journal.add(behavior(i) for i in range(100))
    journal.flush()
    log = path.with_name("journal.db-wal").read_bytes()
    journal.close()
    path.write_bytes(b"")
    path.with_name("journal.db-wal").write_bytes(log)
    with pytest.raises(JournalDamagedError):
        Journal.open(path)
    again = Journal.open(path)
    assert again.behaviors() == [behavior(i) for i in range(100)]
    again.close()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"hello" * 999, id="text"),
        pytest.param(b"\x00" * 10_000, id="zeros"),
        pytest.param(random.Random(0).randbytes(50_000), id="noise"),
    ],
)
def test_a_foreign_file_is_kept_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(JournalDamagedError) as caught:
        Journal.open(path)
    assert caught.value.rows == 0
    assert caught.value.kept.read_bytes() == content
    again = Journal.open(path)
    assert again.count() == 0
    again.close()


def test_another_programs_database_is_kept_aside(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    with pytest.raises(JournalDamagedError, match="songs"):
        Journal.open(path)
    Journal.open(path).close()


def test_a_second_damage_keeps_both_files(path: Path) -> None:
    for _ in range(2):
        Journal.open(path).close()
        path.write_bytes(b"no journal")
        with pytest.raises(JournalDamagedError):
            Journal.open(path)
    assert len(list(path.parent.glob("journal.db.damaged-*"))) == 2


def test_a_folder_in_its_place_is_an_error_and_no_damage(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(JournalError) as caught:
        Journal.open(path)
    assert not isinstance(caught.value, JournalDamagedError)
    assert path.is_dir()


def test_a_log_cut_short_loses_only_its_end(path: Path) -> None:
    """As after a loss of power: the log's sound beginning counts."""
    journal = Journal.open(path)
    for i in range(50):
        journal.add([behavior(i)])
        journal.flush()
    main, log = path.read_bytes(), path.with_name("journal.db-wal").read_bytes()
    journal.close()
    path.write_bytes(main)
    path.with_name("journal.db-wal").write_bytes(log[: len(log) // 2])
    again = Journal.open(path)
    saved = again.behaviors()
    assert saved == [behavior(i) for i in range(len(saved))]
    assert 10 < len(saved) < 50
    again.close()


def rewritten(data: bytes, offset: int, value: bytes) -> bytes:
    return data[:offset] + value + data[offset + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (18, b"\x07"),  # a format that may not be written
        (19, b"\x07"),  # a format that can not be read
        (47, b"\x09"),  # a schema of a format that there is not
        (60, b"\x00\x00\x00\x00"),  # no version, with tables
        (60, b"\x00\x00\x00\x01"),  # an old version, with tables that came later
        (60, b"\x7f\x00\x00\x03"),  # a version that will never be
        (60, b"\xff\xff\xff\xff"),
    ],
)
def test_a_header_that_lies_costs_nothing(path: Path, offset: int, value: bytes) -> None:
    lived = [behavior(i) for i in range(300)]
    journal = Journal.open(path)
    journal.add(lived)
    journal.save_episode({"episode_id": "a"})
    journal.close()
    path.write_bytes(rewritten(path.read_bytes(), offset, value))
    with pytest.raises(JournalDamagedError):
        Journal.open(path)
    again = Journal.open(path)
    assert again.behaviors() == lived
    assert again.episodes() == [{"episode_id": "a"}]
    again.add([behavior(300)])
    assert again.count() == 301
    again.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE behavior SET actor = CAST(x'ff' AS TEXT) WHERE id = 7",
        "UPDATE behavior SET device = x'00' WHERE id = 7",
        "UPDATE behavior SET time = 'noon' WHERE id = 7",
        "UPDATE high_water SET time = 'noon'",
    ],
)
def test_a_row_that_can_not_be_read_costs_that_row(path: Path, statement: str) -> None:
    lived = [behavior(i) for i in range(20)]
    journal = Journal.open(path)
    journal.add(lived)
    journal.set_high_water({"entity1": NOON})
    journal.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    with pytest.raises(JournalDamagedError):
        Journal.open(path)
    again = Journal.open(path)
    saved = again.behaviors()
    assert set(saved) <= set(lived)
    assert len(saved) >= 19
    again.close()


@pytest.mark.parametrize("data", ["{", "[]", "7", ""])
@pytest.mark.parametrize("table", ["episode", "feedback"])
def test_an_episode_that_can_not_be_read_costs_only_itself(path: Path, table: str, data: str) -> None:
    journal = Journal.open(path)
    journal.save_episode({"episode_id": "a"})
    journal.save_feedback("a", {"id": "a"})
    journal.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        insert = f"INSERT INTO {table} ({table}_id, data) VALUES ('b', ?)"  # noqa: S608
        connection.execute(insert, (data,))
    with pytest.raises(JournalDamagedError):
        Journal.open(path)
    again = Journal.open(path)
    assert again.episodes() == [{"episode_id": "a"}]
    assert again.feedback() == [{"id": "a"}]
    again.close()


# --- damage on a disk that is full ---


def damaged_with_a_log(path: Path) -> list[Behavior]:
    """Leave a journal without its file, whose log holds all rows; return them."""
    lived = [behavior(i) for i in range(2000)]
    journal = Journal.open(path)
    journal.add(lived)
    journal.flush()
    log = path.with_name("journal.db-wal").read_bytes()
    journal.close()
    path.write_bytes(b"")
    path.with_name("journal.db-wal").write_bytes(log)
    return lived


def contents(path: Path) -> dict[str, bytes]:
    files = (file for file in path.parent.iterdir() if not file.name.endswith("-shm"))
    return {file.name: file.read_bytes() for file in files}


def no_room_to_copy(ending: str) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        copyfile = shutil.copyfile

        def copy(source: Path, target: Path) -> None:
            if target.name.endswith(ending):
                target.write_bytes(source.read_bytes()[:PAGE])
                raise OSError(errno.ENOSPC, "No space left on device")
            copyfile(source, target)

        monkeypatch.setattr(shutil, "copyfile", copy)

    return patch


def no_room_to(statement: str, code: int, message: str) -> Callable[[pytest.MonkeyPatch], None]:
    class Full(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.startswith(statement):
                error = sqlite3.OperationalError(message)
                error.sqlite_errorcode = code
                raise error
            return super().execute(sql, *values)

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        connect = sqlite3.connect

        def full(name: str | Path, **options: Any) -> sqlite3.Connection:
            return connect(name, **options, **({"factory": Full} if "damaged-" in str(name) else {}))

        monkeypatch.setattr(sqlite3, "connect", full)

    return patch


def no_room_for_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(path: Path, *, write: bool = True) -> sqlite3.Connection:
        connection = journal_schema.connect(path, write=write)
        if write:
            connection.execute("PRAGMA max_page_count = 20")
        return connection

    monkeypatch.setattr(journal_salvage, "connect", connect)


def rows_that_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(path: Path, *, write: bool = True) -> sqlite3.Connection:
        if not write and path.name == "journal.db.new":
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("DELETE FROM behavior WHERE id > 800")
        return journal_schema.connect(path, write=write)

    monkeypatch.setattr(journal_salvage, "connect", connect)


def no_last_step(monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if self.name == "journal.db.new":
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)


@pytest.mark.parametrize(
    "full",
    [
        pytest.param(no_room_to_copy("Z-wal"), id="copy"),
        pytest.param(no_room_to_copy("work-wal"), id="second copy"),
        pytest.param(
            no_room_to("SELECT id", sqlite3.SQLITE_IOERR_SHMSIZE, "disk I/O error"), id="index of the log"
        ),
        pytest.param(no_room_for_rows, id="rows"),
        pytest.param(rows_that_are_lost, id="count"),
        pytest.param(no_last_step, id="last step"),
    ],
)
def test_a_salvage_without_room_leaves_all_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, full: Callable[[pytest.MonkeyPatch], None]
) -> None:
    lived = damaged_with_a_log(path)
    before = contents(path)
    with monkeypatch.context() as patch:
        full(patch)
        for _ in range(2):
            with pytest.raises((JournalError, OSError)) as caught:
                Journal.open(path)
            assert not isinstance(caught.value, JournalDamagedError)
            assert contents(path) == before

    with pytest.raises(JournalDamagedError) as saved:
        Journal.open(path)
    assert saved.value.rows == len(lived)
    again = Journal.open(path)
    assert again.behaviors() == lived
    again.close()


def test_what_is_saved_does_not_hang_on_a_log_that_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk, where SQLite closes a log without writing it into the file, and raises nothing."""

    def connect(path: Path, *, write: bool = True) -> sqlite3.Connection:
        connection = journal_schema.connect(path, write=write)
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE)
        return connection

    lived = damaged_with_a_log(path)
    with monkeypatch.context() as patch:
        patch.setattr(journal_salvage, "connect", connect)
        with pytest.raises(JournalDamagedError):
            Journal.open(path)
    again = Journal.open(path)
    assert again.behaviors() == lived
    again.close()
