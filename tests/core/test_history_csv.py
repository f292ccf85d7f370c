"""A history export becomes behaviors; what can not be used is counted, and the rest is used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.history_csv import Export, HistoryFileError, Source, read, read_file

NOW = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
HEADER = "entity_id,state,last_changed"
BERLIN = ZoneInfo("Europe/Berlin")


def export(*rows: str, header: str = HEADER) -> Export:
    return read([f"{line}\n" for line in (header, *rows)], BERLIN, NOW)


def lamp(state: str, clock: str, day: str = "2026-01-05") -> str:
    return f"light.lamp,{state},{day}T{clock}"


def at(clock: str) -> float:
    return datetime.fromisoformat(f"2026-01-05T{clock}+00:00").timestamp()


def done(found: Export) -> list[tuple[str, float]]:
    return [(b.control, b.time) for b in found.behaviors]


def test_states_become_behaviors() -> None:
    found = export(
        lamp("off", "07:00:00.000Z"),
        lamp("on", "08:00:00.250Z"),
        lamp("unavailable", "09:00:00Z"),
        lamp("on", "09:01:00Z"),
        lamp("off", "10:00:00+01:00"),
        "binary_sensor.door,off,2026-01-05T06:00:00Z",
        "binary_sensor.door,on,2026-01-05T11:00:00Z",
    )
    door = Behavior(at("11:00:00"), "binary_sensor.door", "binary_sensor.door", "open")
    assert found.behaviors == (
        Behavior(at("08:00:00.250"), "light.lamp", "light.lamp", "turn_on"),
        # 10:00 at +01:00 is the same moment as 09:00Z, at which the lamp was unavailable before.
        Behavior(at("09:00:00"), "light.lamp", "light.lamp", "turn_off"),
        Behavior(at("09:01:00"), "light.lamp", "light.lamp", "turn_on"),
        door,
    )
    assert (found.tally.rows, found.tally.used, found.tally.behaviors) == (7, 7, 4)
    assert (found.tally.first, found.tally.last) == (at("06:00:00"), at("11:00:00"))


def test_presses_are_told_by_their_time() -> None:
    found = export(
        "scene.movie,2026-01-01T20:00:00+00:00,2026-01-05T07:00:00Z",
        "scene.movie,2026-01-05T20:00:00+00:00,2026-01-05T20:00:00Z",
        "button.bell,2026-01-05T21:00:00+00:00,2026-01-05T21:00:00Z",
    )
    assert done(found) == [("turn_on", at("20:00:00")), ("press", at("21:00:00"))]


def test_columns_in_another_order_and_more_of_them() -> None:
    found = export(
        "2026-01-05T07:00:00Z,x,off,light.lamp",
        "2026-01-05T08:00:00Z,y,on,light.lamp",
        header="last_changed,icon,State, entity_id",
    )
    assert done(found) == [("turn_on", at("08:00:00"))]
    assert found.tally.ignored_columns == ("icon",)
    assert "ignored columns: icon" in found.tally.sentences()


def test_unsorted_and_repeated_rows() -> None:
    rows = [lamp("off", "07:00:00Z"), lamp("on", "08:00:00Z"), lamp("off", "09:00:00Z")]
    found = export(*rows[::-1], *rows)
    assert found.behaviors == export(*rows).behaviors
    assert found.tally.left_out == {"the same row again": 3}
    assert found.tally.remarks["not in time order, sorted"] == 2


def test_what_can_not_be_used_is_counted() -> None:
    found = export(
        lamp("off", "07:00:00Z"),
        lamp("on", "08:00:00Z", day="2026-03-02"),
        lamp("on", "08:00:00Z", day="1970-01-01"),
        lamp("on", "25:00:00Z"),
        "light.lamp,on",
        "",
        "sensor.power,12.5,2026-01-05T08:00:00Z",
        lamp("on", "09:00:00Z"),
    )
    assert done(found) == [("turn_on", at("09:00:00"))]
    assert found.tally.rows == 7
    assert found.tally.left_out == {
        "times in the future": 1,
        "no time that can be read": 2,
        "fewer fields than columns": 1,
        "entities whose states are no behaviors": 1,
    }


def test_times_without_a_zone_are_the_homes() -> None:
    found = export(lamp("off", "07:00:00"), lamp("on", "09:00:00"))
    assert done(found) == [("turn_on", at("08:00:00"))]
    assert found.tally.remarks == {"times without a zone, taken for the home's": 2}


def test_keys_and_classes_come_from_who_asks() -> None:
    known = {"binary_sensor.door": Source("device 1", "key 1", "door")}
    rows = ["binary_sensor.door,off,2026-01-05T07:00:00Z", "binary_sensor.door,on,2026-01-05T08:00:00Z"]
    stranger = lamp("on", "09:00:00Z")
    found = read([f"{line}\n" for line in (HEADER, *rows, stranger)], BERLIN, NOW, known.get)
    assert found.behaviors == (Behavior(at("08:00:00"), "device 1", "key 1", "open"),)
    assert found.tally.left_out == {"entities that are not known here": 1}
    assert found.tally.sentences()[-1] == "1 entities are not known here, such as light.lamp"


@pytest.mark.parametrize(
    ("entity_id", "control"),
    [
        ("binary_sensor.hall_motion", "detect"),
        ("binary_sensor.hall_motion_2", "detect"),
        ("binary_sensor.hall_pir_2", "detect"),
        ("binary_sensor.sink_faucet_cold_88", "turn_on"),
        ("binary_sensor.stove_gas", "turn_on"),
        ("binary_sensor.oven_heat", "turn_on"),
        ("binary_sensor.tapir", "turn_on"),
        ("binary_sensor.door", "open"),
        ("binary_sensor.side_garage_door", "open"),
        ("binary_sensor.door_lock", "unlock"),
        ("binary_sensor.emotion", "turn_on"),
        ("binary_sensor.motion_of_the_ocean", "turn_on"),
        ("switch.window", "turn_on"),
    ],
)
def test_a_sensor_says_by_its_name_what_it_is(entity_id: str, control: str) -> None:
    rows = [f"{entity_id},off,2026-01-05T07:00:00Z", f"{entity_id},on,2026-01-05T08:00:00Z"]
    assert [b.control for b in export(*rows).behaviors] == [control]


def test_no_overlap_is_no_failure() -> None:
    found = read([f"{line}\n" for line in (HEADER, lamp("on", "09:00:00Z"))], BERLIN, NOW, lambda _id: None)
    assert found.behaviors == ()
    assert (found.tally.used, found.tally.first) == (0, None)
    assert found.tally.strangers == {"light.lamp": 1}


@pytest.mark.parametrize("text", ["", "\n", "time,value\n1,2\n", "entity_id,state\nlight.x,on\n"])
def test_no_history_export(text: str) -> None:
    with pytest.raises(HistoryFileError, match="expected the columns entity_id, state, last_changed"):
        read(text.splitlines(keepends=True), BERLIN, NOW)


def test_no_csv() -> None:
    with pytest.raises(HistoryFileError, match="expected rows of CSV"):
        export('light.lamp,"' + "x" * 200_000 + '",2026-01-05T07:00:00Z')


def test_a_line_without_an_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode() + b"\n")
        file.truncate(10**11)  # a hundred gigabytes of nothing, which take no room on the disk
    with pytest.raises(HistoryFileError, match="expected lines of at most"):
        read_file(path, BERLIN, NOW)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    text = "\n".join([HEADER, lamp("off", "07:00:00Z"), lamp("\udcff", "07:30:00Z"), lamp("on", "08:00:00Z")])
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8", "surrogateescape"))
    assert done(read_file(path, BERLIN, NOW)) == [("turn_on", at("08:00:00"))]


def test_many_rows_give_what_one_by_one_gives() -> None:
    """The fast path against its slow twin: sort, drop repeats, compare."""
    names = [f"switch.plug_{i % 7}" for i in range(3000)]
    minutes = [(i * 7919) % 1500 for i in range(3000)]
    rows = [
        f"{name},{('on', 'off')[m // 3 % 2]},2026-01-{5 + m // 1440:02d}T{m // 60 % 24:02d}:{m % 60:02d}:00Z"
        for name, m in zip(names, minutes, strict=True)
    ]
    last: dict[str, str] = {}
    slow = []
    for row in sorted(dict.fromkeys(rows), key=lambda row: row.split(",")[2]):
        name, state, changed = row.split(",")
        if last.get(name, state) != state:
            slow.append((name, f"turn_{state}", datetime.fromisoformat(changed).timestamp()))
        last[name] = state
    found = export(*rows)
    assert len(slow) > 100
    assert [(b.entity, b.control, b.time) for b in found.behaviors] == slow
