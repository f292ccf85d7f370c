"""The synthetic home is one that people could live in, and the same for the same seed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from trainer.__main__ import main
from trainer.attacks.kinds import on_times
from trainer.simulate import (
    Action,
    Held,
    Home,
    effect,
    holding,
    leading_to,
    rest,
    settle,
    simulate,
    simulate_day,
)
from trainer.simulate.almanac import season, sun
from trainer.simulate.behaviors import to_behaviors

ZONE = ZoneInfo("Europe/Berlin")
WINTER = datetime(2026, 1, 12, tzinfo=ZONE)
SUMMER = datetime(2026, 7, 1, tzinfo=ZONE)
HOUSEHOLDS = (0, 1, 2, 3, 4)


def household(number: int) -> Home:
    return Home.other(number) if number else Home.demonstration()


def lived(home: Home, actions: Iterable[Action]) -> Iterator[tuple[Action, dict[str, Held]]]:
    """Yield each action with what everything held just before it."""
    held = {key: rest(spec) for key, spec in home.entities.items()}
    for action in actions:
        yield action, held
        held[action.entity] = Held(action.state, action.attributes)


def local(action: Action) -> datetime:
    return datetime.fromtimestamp(action.time, ZONE)


def living_day(action: Action) -> date:
    """Return the day that the action belongs to: it begins at 04:00."""
    return (local(action) - timedelta(hours=4)).date()


@pytest.fixture(scope="module")
def home() -> Home:
    return Home.demonstration()


@pytest.fixture(scope="module")
def month(home: Home) -> list[Action]:
    return simulate(home, 1, WINTER, 30)


def test_the_home_is_furnished(home: Home) -> None:
    rooms = {device.area for device in home.devices} - {""}
    people = [device for device in home.devices if device.domains == ("person",)]
    assert len(home.devices) >= 28
    assert len(rooms) == 7
    assert len(people) == len(home.residents) == 3
    assert len({device.key for device in home.devices}) == len(home.devices)
    assert {"light", "camera", "media_player", "lock", "climate", "valve", "switch", "cover"} <= {
        domain for device in home.devices for domain in device.domains
    }


def test_every_device_is_used(home: Home, month: list[Action]) -> None:
    assert {action.device for action in month} == {device.key for device in home.devices}
    assert {action.actor for action in month} == {"person", "automation", "device"}


def test_same_seed_same_days(home: Home) -> None:
    assert simulate(home, 5, WINTER, 3) == simulate(Home.demonstration(), 5, WINTER, 3)


def test_another_seed_other_days(home: Home) -> None:
    assert simulate(home, 5, WINTER, 1) != simulate(home, 6, WINTER, 1)


def test_a_day_depends_on_its_date_alone(home: Home) -> None:
    week = simulate(home, 5, WINTER, 7)
    day = WINTER + timedelta(days=3)
    assert [a for a in week if living_day(a) == day.date()] == simulate_day(home, 5, day)


def test_no_days_no_actions(home: Home) -> None:
    assert simulate(home, 5, WINTER, 0) == []


def test_a_start_without_zone_is_refused(home: Home) -> None:
    with pytest.raises(ValueError, match="time zone"):
        simulate(home, 1, datetime(2026, 1, 12), 1)  # noqa: DTZ001


@pytest.mark.parametrize("number", HOUSEHOLDS)
@pytest.mark.parametrize("start", [WINTER, SUMMER])
def test_every_action_does_what_its_control_does(number: int, start: datetime) -> None:
    home = household(number)
    last_use: dict[str, float] = {}
    for action, held in lived(home, simulate(home, 2, start, 10)):
        spec = home.entities[action.entity]
        assert held[action.entity] != Held(action.state, action.attributes)
        assert action.time > last_use.get(action.entity, 0.0)
        last_use[action.entity] = action.time
        what, _, verb = action.control.rpartition("_")
        if verb in ("up", "down"):
            name = {"volume": "volume_level", "speed": "percentage"}.get(what, what)
            step = action.attributes[name] - held[action.entity].attributes[name]
            assert (step > 0) == (verb == "up")
            assert action.state == held[action.entity].state
        elif action.control == "press":
            assert datetime.fromisoformat(action.state).timestamp() == pytest.approx(action.time)
        else:
            assert effect(spec, held[action.entity], action.control) == Held(action.state, action.attributes)


@pytest.mark.parametrize("number", HOUSEHOLDS)
@pytest.mark.parametrize("start", [WINTER, SUMMER])
def test_the_house_is_kept_as_people_keep_it(number: int, start: datetime) -> None:
    home = household(number)
    people = [who.key for who in home.residents]
    actions = simulate(home, 3, start, 20)
    for action, held in lived(home, actions):
        locked = held["smart_lock"].state == "locked"
        if action.entity in ("bedroom_window", "living_room_window", "front_door"):
            assert not (locked and action.control == "open")
        assert not (locked and action.control == "stop_streaming")
        at_home = [who for who in people if held[who].state == "home"]
        if action.control == "leave" and at_home == [action.entity]:
            assert locked
            assert held["living_room_window"].state == held["bedroom_window"].state == "off"


@pytest.mark.parametrize("number", HOUSEHOLDS)
@pytest.mark.parametrize("start", [WINTER, SUMMER, datetime(2026, 10, 20, tzinfo=ZONE)])
def test_everything_rests_in_the_small_hours(number: int, start: datetime) -> None:
    home = household(number)
    for index in range(10):
        day = start + timedelta(days=index)
        held = holding(home, simulate_day(home, 4, day))
        assert {
            key: now.state
            for key, now in held.items()
            if now != rest(home.entities[key]) and home.entities[key].domain != "button"
        } == {}


@pytest.mark.parametrize("start", [datetime(2026, 3, 27, tzinfo=ZONE), datetime(2026, 10, 23, tzinfo=ZONE)])
def test_days_follow_each_other_when_the_clocks_change(home: Home, start: datetime) -> None:
    for seed in range(8):
        actions = simulate(home, seed, start, 4)
        assert all(first.time <= second.time for first, second in pairwise(actions))
        # The automations that go by the clock keep local time.
        warm = [local(a) for a in actions if (a.entity, a.control) == ("thermostat", "temperature_up")]
        morning = {moment.hour for moment in warm if moment.hour < 10}
        assert morning <= {5, 7}


def test_life_has_a_plausible_pace(month: list[Action]) -> None:
    behaviors = [action for action in month if action.control]
    days = Counter(living_day(action) for action in behaviors)
    hours = Counter(local(action).hour for action in behaviors)
    assert len(days) == 30
    assert 200 <= np.mean(list(days.values())) <= 330
    assert np.std(list(days.values())) > 15
    assert all(hours[hour] / 30 >= 20 for hour in (19, 20, 21, 22))
    assert all(hours[hour] / 30 < 2 for hour in (1, 2, 3, 4))


def test_on_times_are_plausible(month: list[Action]) -> None:
    lasts = {
        entity: [end - begin for begin, end in times]
        for entity, times in on_times(to_behaviors(month)).items()
    }
    for entity, least, most in (
        ("microwave", 59.0, 301.0),
        ("shower", 240.0, 841.0),
        ("water_valve", 60.0, 900.0),
        ("kettle", 60.0, 300.0),
        ("fridge_door", 3.0, 60.0),
        ("living_room_window", 180.0, 900.0),
        ("washing_machine", 3600.0, 7200.0),
    ):
        assert min(lasts[entity]) >= least
        assert max(lasts[entity]) <= most
    assert np.std(lasts["shower"]) > 30


def test_days_off_begin_later(month: list[Action]) -> None:
    first: dict[date, float] = {}
    for action in month:
        if action.actor == "person":
            first.setdefault(living_day(action), local(action).hour + local(action).minute / 60)
    weekend = [hour for day, hour in first.items() if day.weekday() >= 5]
    weekday = [hour for day, hour in first.items() if day.weekday() < 5]
    assert np.median(weekend) > np.median(weekday) + 1


def test_seasons(home: Home, month: list[Action]) -> None:
    july = simulate(home, 1, SUMMER, 30)
    used = {"winter": Counter(a.control for a in month), "summer": Counter(a.control for a in july)}
    assert used["summer"]["set_hvac_mode:cool"] >= 20
    assert used["summer"]["set_hvac_mode:heat"] == used["summer"]["temperature_up"] == 0
    assert used["winter"]["set_hvac_mode:heat"] >= 20
    assert used["winter"]["set_hvac_mode:cool"] < 5
    assert [season(date(2026, number, 15)) for number in (1, 7, 11)] == ["winter", "summer", "winter"]


def test_the_sun_rises_later_in_winter() -> None:
    winter, summer = sun(date(2026, 12, 21), 52.0), sun(date(2026, 6, 21), 52.0)
    assert winter[1] - winter[0] == pytest.approx(7.7, abs=0.4)
    assert summer[1] - summer[0] == pytest.approx(16.4, abs=0.5)


def by_hour(actions: Iterable[Action]) -> np.ndarray:
    """Return uses by control and hour, flattened, of the controls of everyday life."""
    names = ("tv", "shower", "smart_lock", "kitchen_light", "microwave", "bedroom_light")
    counts = Counter((a.entity, local(a).hour) for a in actions)
    return np.array([counts[name, hour] for name in names for hour in range(24)], float)


def test_habits_belong_to_the_household(home: Home, month: list[Action]) -> None:
    same = np.corrcoef(by_hour(month), by_hour(simulate(home, 99, WINTER, 30)))[0, 1]
    others = [
        np.corrcoef(by_hour(month), by_hour(simulate(Home.other(k), 1, WINTER, 30)))[0, 1]
        for k in range(1, 8)
    ]
    assert same > 0.9
    assert same > np.median(others) + 0.02


def test_other_households_differ() -> None:
    homes = [Home.other(number) for number in range(1, 9)]
    assert len({tuple(home.entities) for home in homes}) > 4
    assert len({tuple(who.wake for who in home.residents) for home in homes}) == 8
    assert Home.other(3) == Home.other(3)
    for home in homes:
        assert len(home.devices) >= 20
        assert {a.entity for a in simulate(home, 1, WINTER, 3)} <= set(home.entities)


def test_settle_drops_what_changes_nothing(home: Home) -> None:
    actions = simulate(home, 1, WINTER, 1)
    assert settle(home, actions) == actions
    assert settle(home, [*actions, *actions]) == actions
    assert settle(home, reversed(actions)) == actions


def test_leading_to_finds_the_control(home: Home) -> None:
    lock, cool = home.entities["smart_lock"], home.entities["air_conditioner"]
    assert leading_to(lock, rest(lock), "unlocked") == "unlock"
    assert leading_to(cool, rest(cool), "cool") == "set_hvac_mode:cool"
    with pytest.raises(ValueError, match="smart_lock"):
        leading_to(lock, rest(lock), "ajar")


def test_what_is_no_use_of_a_control_is_no_behavior(month: list[Action]) -> None:
    behaviors = to_behaviors(month)
    assert {a.entity for a in month if not a.control} == {"vacuum"}
    assert all(b.control for b in behaviors)
    assert len(behaviors) == sum(bool(a.control) for a in month)


def test_command_writes_a_history(tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "home.csv"
    assert main(["simulate", "--seed", "3", "--days", "2", "--out", str(path), "--start", "2026-01-12"]) == 0
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert list(rows[0]) == ["entity_id", "state", "last_changed"]
    assert str(len(rows)) in capsys.readouterr().out
    expected = []
    for action, held in lived(home, simulate(home, 3, WINTER, 2)):
        if action.state != held[action.entity].state:
            expected.append((home.entities[action.entity].entity_id, action.state, action.time))
    got = [(r["entity_id"], r["state"], datetime.fromisoformat(r["last_changed"]).timestamp()) for r in rows]
    assert [row[:2] for row in got] == [row[:2] for row in expected]
    assert [row[2] for row in got] == pytest.approx([row[2] for row in expected], abs=0.001)


def test_command_simulates_other_households(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in (0, 7)]
    for number, path in zip((0, 7), paths, strict=True):
        main(["simulate", "--seed", "3", "--days", "1", "--out", str(path), "--household", str(number)])
    assert paths[0].read_text() != paths[1].read_text()


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["nonsense"], 2), (["--help"], 0)])
def test_unknown_commands_are_answered_with_the_known(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == status
    assert "simulate" in capsys.readouterr().out
