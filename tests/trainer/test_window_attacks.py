"""Anomalies written into windows are what they say they are, and nothing else is touched."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from custom_components.smartguard.core.windows import Windows
from trainer import datasets
from trainer.attacks import Kind, WindowInjector, window_injectors
from trainer.datasets import HomeVocabulary
from trainer.stamps import from_stamps, stamps_of

WORDS = (
    *("Light:switch on", "Light:switch off", "Camera:switch on", "Camera:switch off"),
    *("Television:switch on", "Television:switch off", "SmartLock:lock lock", "Blind:windowShade open"),
    *("AirConditioner:setCoolingSetpoint", "WaterValve:valve open", "Microwave:switch on"),
    *("Microwave:switch off", "bath heater:heat on", "bath heater:heat off", "Siren:alarm off"),
)
DEVICES = tuple(dict.fromkeys(word.partition(":")[0] for word in WORDS))
HOME = HomeVocabulary(WORDS, DEVICES, None)
OWNER = np.array([DEVICES.index(word.partition(":")[0]) for word in WORDS])
COARSE = window_injectors(HOME)
EXACT = window_injectors(HOME, coarse=False)
SIREN = len(WORDS)
KINDS = {Kind.SD: 3, Kind.MD: 2, Kind.DM: 3, Kind.DD: 2}


def normal(count: int = 40, size: int = 10, *, coarse: bool = True) -> Windows:
    """Return windows of sirens and lamps over some hours of one day or two."""
    rng = np.random.default_rng(4)
    control = rng.choice([1, SIREN], (count, size))
    at = rng.uniform(0, 168, (count, 1)) + np.cumsum(rng.exponential(0.6, (count, size)), axis=1)
    at = np.floor(at / 3) * 3 + 1.5 if coarse else at
    return from_stamps(control.astype(np.int32), (OWNER[control - 1] + 1).astype(np.int32), at)


EVERY = [
    *(pytest.param(injector, normal(), id=name) for name, injector in COARSE.items()),
    *(pytest.param(injector, normal(coarse=False), id=f"{name} exact") for name, injector in EXACT.items()),
]


def written(injector: WindowInjector, windows: Windows, seed: int = 0) -> tuple[Windows, np.ndarray]:
    found, labels, injected = injector(windows, np.random.default_rng(seed))
    assert labels.tolist() == [1] * len(windows)
    return found, injected


def spans(windows: Windows, injected: np.ndarray) -> np.ndarray:
    """Return the hours between the first and the last position written, (W,)."""
    at = np.where(injected, stamps_of(windows), np.nan)
    return np.asarray(np.nanmax(at, axis=1) - np.nanmin(at, axis=1))


def test_the_ten_of_table_2() -> None:
    assert len(COARSE) == 10
    for kind, count in KINDS.items():
        assert sum(injector.kind is kind for injector in COARSE.values()) == count


@pytest.mark.parametrize(("injector", "windows"), EVERY)
class TestEvery:
    def test_nothing_given_is_changed(self, injector: WindowInjector, windows: Windows) -> None:
        before = windows.take(np.arange(len(windows)))
        injector(windows, np.random.default_rng(0))
        for field in fields(Windows):
            np.testing.assert_array_equal(getattr(windows, field.name), getattr(before, field.name))

    def test_the_seed_decides(self, injector: WindowInjector, windows: Windows) -> None:
        first, again, other = (written(injector, windows, seed) for seed in (1, 1, 2))
        for field in fields(Windows):
            np.testing.assert_array_equal(getattr(first[0], field.name), getattr(again[0], field.name))
        np.testing.assert_array_equal(first[1], again[1])
        assert (first[1] != other[1]).any()

    def test_its_controls_and_no_others(self, injector: WindowInjector, windows: Windows) -> None:
        found, injected = written(injector, windows)
        for row, marks in zip(found.control, injected, strict=True):
            assert tuple(row[marks]) == injector.controls
        np.testing.assert_array_equal(found.control[~injected], windows.control[~injected])
        np.testing.assert_array_equal(found.device - 1, OWNER[found.control - 1])

    def test_types_and_ranges_are_those_of_windows(self, injector: WindowInjector, windows: Windows) -> None:
        found, _ = written(injector, windows)
        for field in fields(Windows):
            assert getattr(found, field.name).dtype == getattr(windows, field.name).dtype
            assert getattr(found, field.name).shape == windows.control.shape
        assert (found.duration >= 0).all()
        assert ((found.hour >= 0) & (found.hour < 24)).all()
        assert ((found.weekday >= 0) & (found.weekday < 7)).all()

    def test_all_else_keeps_its_time_or_comes_later(self, injector: WindowInjector, windows: Windows) -> None:
        found, injected = written(injector, windows)
        seconds = 0.0 if injector.spread.coarse else 60.0  # behind a burst that takes a few
        same = same_time(found, windows, seconds) | injected
        if injector.kind is Kind.DD:
            same |= np.maximum.accumulate(injected, axis=1)
        assert same.all()

    def test_too_short_windows_are_refused(self, injector: WindowInjector, windows: Windows) -> None:
        size = len(injector.controls)
        short = Windows(*(getattr(windows, field.name)[:, :size] for field in fields(Windows)))
        with pytest.raises(
            ValueError, match=f"expected windows of at least {size + 1} behaviors .* got {size}"
        ):
            injector(short, np.random.default_rng(0))

    def test_no_windows_no_anomalies(self, injector: WindowInjector, windows: Windows) -> None:
        found, injected = written(injector, windows.take(slice(0, 0)))
        assert (len(found), injected.shape) == (0, (0, windows.control.shape[1]))


def same_time(first: Windows, second: Windows, seconds: float) -> np.ndarray:
    apart = (first.weekday - second.weekday) * 24.0 + first.hour - second.hour
    return np.asarray(np.minimum(abs(apart), 168 - abs(apart)) <= seconds / 3600 + 1e-5)


def test_a_flicker_takes_seconds() -> None:
    for name in ("light_flickering", "camera_flickering", "tv_flickering"):
        found, injected = written(EXACT[name], normal(coarse=False))
        assert (spans(found, injected) * 3600 <= 19).all()
        assert (spans(found, injected) * 3600 >= 5).all()
        assert (spans(*written(COARSE[name], normal())) == 0).all()


def test_what_does_not_belong_together_meets_within_a_minute() -> None:
    for name in ("window_while_locked", "camera_off_while_locked"):
        seconds = spans(*written(EXACT[name], normal(coarse=False))) * 3600
        assert ((seconds >= 29) & (seconds <= 56)).all()


@pytest.mark.parametrize("name", ["window_at_midnight", "valve_at_midnight"])
def test_midnight_is_midnight_and_in_time_order(name: str) -> None:
    found, injected = written(EXACT[name], normal(coarse=False))
    assert ((found.hour[injected] >= 0.49) & (found.hour[injected] <= 3.51)).all()
    assert (written(COARSE[name], normal())[0].hour[written(COARSE[name], normal())[1]] == 1.5).all()
    before, after = injected[:, 0], injected[:, -1]
    assert before.any()
    assert after.any()
    assert (before | after).all()
    # the night before or after, not one a week away
    assert (np.ptp(stamps_of(found), axis=1) < 48).all()


def test_cooling_comes_at_any_time() -> None:
    windows = normal()
    found, injected = written(COARSE["cool_in_winter"], windows)
    assert same_time(found, windows, 0.0).all()
    assert len(set(np.argmax(injected, axis=1))) > 5


@pytest.mark.parametrize(("name", "low", "high"), [("long_shower", 0.75, 1.2), ("long_microwave", 0.4, 0.7)])
def test_too_long_is_seen_in_the_duration(name: str, low: float, high: float) -> None:
    for injectors, windows, least, most in (
        (EXACT, normal(coarse=False), low, high),
        (COARSE, normal(), 9.0, 18.0),
    ):
        found, injected = written(injectors[name], windows)
        begins = found.duration[np.arange(len(found)), np.argmax(injected, axis=1)] / 3600
        assert ((begins >= least - 1e-4) & (begins <= most + 1e-4)).all()
        assert not found.open[injected].reshape(-1, 2)[:, 0].any()
        # what follows was moved, not squeezed: their own gaps are as they were
        gaps, kept = np.diff(stamps_of(found)), np.diff(stamps_of(windows))
        behind = np.maximum.accumulate(injected, axis=1)[:, :-1] & ~injected[:, :-1]
        np.testing.assert_allclose(gaps[behind], kept[behind], atol=1e-4)


def test_a_home_has_only_those_whose_controls_it_has() -> None:
    few = HomeVocabulary(("Camera:switch off", "SmartLock:lock lock", "x"), ("Camera", "y"), None)
    found = window_injectors(few)
    assert list(found) == ["camera_off_while_locked"]
    assert found["camera_off_while_locked"].devices == (0, 1)  # the lock's device is not known


def test_stamps_there_and_back() -> None:
    for windows in (normal(), normal(coarse=False)):
        again = from_stamps(windows.control, windows.device, stamps_of(windows))
        for field in fields(Windows):
            np.testing.assert_allclose(
                getattr(again, field.name), getattr(windows, field.name), rtol=0, atol=0.5
            )


@pytest.mark.parametrize(("name", "count"), [("an", 8), ("fr", 9)])
def test_the_papers_homes_have_these(data_dir: Path, name: str, count: int) -> None:
    home = datasets.load(name, data_dir / "smartguard")
    found = window_injectors(home.vocabulary)
    assert len(found) == count
    test = home.split("test")
    for injector in found.values():
        written(injector, test)
    published = {attack.name: attack for attack in home.attacks}["camera"]
    injector = found["camera_flickering"]
    assert set(published.windows.control[published.injected]) == set(injector.controls)
    assert set(published.windows.device[published.injected]) == set(injector.devices)
