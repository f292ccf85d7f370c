"""Thermal back-off: a hot processor rests until it is cool, and no longer than is sensible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.smartguard.core import cooling
from custom_components.smartguard.core.cooling import Cooling


class Room:
    """A processor whose temperatures are read one after another, and a clock that only rests move."""

    def __init__(self, zones: Path, degrees: list[float]) -> None:
        self.now, self.rests, self._zones, self._degrees = 0.0, 0, zones, degrees
        self.warm()

    def warm(self) -> None:
        (self._zones / "thermal_zone0" / "temp").write_text(f"{1000 * self._degrees.pop(0):.0f}\n")

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.rests += 1
        if self._degrees:
            self.warm()

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Room]:
    def make(*degrees: float, kind: str = "cpu-thermal") -> Room:
        zone = tmp_path / "thermal_zone0"
        zone.mkdir()
        (zone / "type").write_text(f"{kind}\n")
        made = Room(tmp_path, list(degrees))
        monkeypatch.setattr(cooling.time, "sleep", made.sleep)
        monkeypatch.setattr(cooling.time, "monotonic", made.monotonic)
        return made

    return make


def rested(room: Room, zones: Path) -> Cooling:
    cool = Cooling(zones)
    room.now += cooling.LOOK_SECONDS
    cool.rest()
    return cool


def test_a_hot_processor_rests_until_it_is_cool(room: Callable[..., Room], tmp_path: Path) -> None:
    hot = room(85.0, 79.0, 74.0, 69.0)
    assert rested(hot, tmp_path).rested == 3 * cooling.REST_SECONDS
    assert hot.rests == 3


def test_a_warm_one_goes_on(room: Callable[..., Room], tmp_path: Path) -> None:
    assert rested(room(77.0), tmp_path).rested == 0.0


def test_it_looks_only_now_and_then(room: Callable[..., Room], tmp_path: Path) -> None:
    hot = room(90.0)
    Cooling(tmp_path).rest()
    assert hot.rests == 0


def test_one_that_never_cools_learns_too(room: Callable[..., Room], tmp_path: Path) -> None:
    hot = room(90.0)
    cool = rested(hot, tmp_path)
    hot.now += cooling.LOOK_SECONDS
    cool.rest()
    assert cool.rested == cooling.MOST_SECONDS


def test_what_is_no_processor_is_not_asked(room: Callable[..., Room], tmp_path: Path) -> None:
    assert rested(room(95.0, kind="battery"), tmp_path).rested == 0.0


@pytest.mark.parametrize("said", ["", "hot", "1e99"])
def test_a_sensor_that_says_nothing_stops_nobody(
    room: Callable[..., Room], tmp_path: Path, said: str
) -> None:
    hot = room(90.0)
    (tmp_path / "thermal_zone0" / "temp").write_text(said)
    assert rested(hot, tmp_path).rested == 0.0


def test_no_sensors_no_rest(tmp_path: Path) -> None:
    cool = Cooling(tmp_path / "nowhere")
    cool.rest()
    assert cool.rested == 0.0
