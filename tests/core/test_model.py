"""The network: nothing leaks from what is hidden, windows do not touch, files fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from custom_components.smartguard.core.errors import ArtifactDamagedError
from custom_components.smartguard.core.layers import Arrays, Workspace
from custom_components.smartguard.core.masking import Bools
from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.windows import Stream, Windows, cut

from .examples import MONDAY, TINY, marks, stream, tiny, windows, with_control

SIZE = 6


def single(position: int) -> Bools:
    return np.eye(SIZE, dtype=bool)[[position]]


def logits(model: Model, given: Windows, control: Bools | None = None, time: Bools | None = None) -> Arrays:
    return {name: array.copy() for name, array in model.forward(given, control, time)[0].items()}


def assert_same(one: Arrays, other: Arrays) -> None:
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


def differ(one: Arrays, other: Arrays) -> bool:
    return any((one[name] != other[name]).any() for name in one)


@pytest.mark.parametrize("position", range(SIZE))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_hidden_control_leaves_no_trace(position: int, dtype: type) -> None:
    """Whatever was done at the hidden place, also on another device: all logits stay the same bits."""
    model, hidden = tiny(dtype=dtype), single(position)
    given = stream(position, SIZE)
    ends = given.time[-1:] + 30.0
    expected = logits(model, cut(given, SIZE, ends), hidden)
    shown = logits(model, cut(given, SIZE, ends))
    for control in range(9):
        other = cut(with_control(given, position, control), SIZE, ends)
        assert_same(logits(model, other, hidden), expected)
        if control != given.control[position]:
            assert differ(logits(model, other), shown)  # it does show where it is not hidden


@pytest.mark.parametrize("position", range(SIZE))
def test_a_hidden_controls_duration_leaves_no_trace(position: int) -> None:
    model, hidden = tiny(), single(position)
    given = cut(stream(1, SIZE), SIZE)
    given = replace(given, device=np.arange(SIZE, dtype=np.int32)[None])
    duration, still_open = given.duration.copy(), given.open.copy()
    duration[0, position] += 5000.0
    still_open[0, position] ^= True
    other = replace(given, duration=duration, open=still_open)
    assert_same(logits(model, other, hidden), logits(model, given, hidden))
    assert differ(logits(model, other), logits(model, given))


def moved(given: Stream, position: int, seconds: float) -> Stream:
    """Return the stream with one behavior at another time and weekday, still in its place."""
    time, hour, weekday = given.time.copy(), given.hour.copy(), given.weekday.copy()
    time[position] += seconds
    hour[position] = time[position] % 86_400 / 3600
    weekday[position] = (weekday[position] + 3) % 7
    return replace(given, time=time, hour=hour, weekday=weekday)


@pytest.mark.parametrize("position", range(SIZE))
def test_a_hidden_time_leaves_no_trace(position: int) -> None:
    model, hidden = tiny(), single(position)
    given = replace(stream(2, SIZE), time=MONDAY + 1000.0 * np.arange(SIZE))
    expected = logits(model, cut(given, SIZE), None, hidden)
    for seconds in (-999.0, 1.0, 640.0):
        other = cut(moved(given, position, seconds), SIZE)
        assert_same(logits(model, other, None, hidden), expected)
        assert differ(logits(model, other), logits(model, cut(given, SIZE)))


def test_windows_do_not_touch() -> None:
    model, given = tiny(), windows(3, 7)
    together = logits(model, given, marks(4, 7), marks(5, 7))
    for w in range(7):
        one = slice(w, w + 1)
        alone = logits(model, given.take(one), marks(4, 7)[one], marks(5, 7)[one])
        for name, array in together.items():
            np.testing.assert_allclose(array[one], alone[name], atol=1e-12)


def test_a_workspace_changes_nothing() -> None:
    model, work = tiny(), Workspace(np.float64)
    for seed, count in ((0, 5), (1, 9), (2, 3)):
        given, hidden = windows(seed, count), marks(seed, count)
        fresh, cache = model.forward(given, hidden)
        up = {name: np.cos(array) for name, array in fresh.items()}
        expected = model.backward(cache, up)
        reused, cache = model.forward(given, hidden, work=work)
        assert_same(fresh, reused)
        got = model.backward(cache, up, np.full_like(model.flat, np.nan))
        assert_same(got, expected)


def test_an_output_without_a_gradient_adds_none() -> None:
    model, given = tiny(), windows(6, 4)
    values, cache = model.forward(given)
    up = np.ones_like(values["control"])
    zeros = {name: np.zeros_like(array) for name, array in values.items()}
    got = model.backward(cache, {"control": up}, np.full_like(model.flat, np.nan))
    _, cache = model.forward(given)
    assert_same(got, model.backward(cache, zeros | {"control": up}))


@pytest.mark.parametrize("count", [0, 1, 11, 24])
def test_rows_without_a_gradient_can_be_left_out(count: int) -> None:
    model, given, rng = tiny(), windows(9, 4), np.random.default_rng(count)
    rows = np.sort(rng.choice(24, count, replace=False))
    values, cache = model.forward(given)
    up = {name: np.zeros_like(array) for name, array in values.items()}
    for array in up.values():
        array.reshape(24, -1)[rows] = rng.standard_normal((count, array.shape[2]))
    expected = model.backward(cache, up)
    _, cache = model.forward(given)
    got = model.backward(cache, up, rows=rows)
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, atol=1e-12, err_msg=name)


def test_shapes_and_names() -> None:
    model = tiny()
    values, _ = model.forward(windows(7, 4))
    assert {name: array.shape for name, array in values.items()} == {
        "control": (4, 6, 9),
        "device": (4, 6, 4),
        "hour": (4, 6, 24),
        "weekday": (4, 6, 7),
    }
    assert model.flat.size == sum(array.size for array in model.parameters.values())
    assert all(np.shares_memory(array, model.flat) for array in model.parameters.values())


def test_the_seed_makes_the_network() -> None:
    assert_same(tiny(1).parameters, tiny(1).parameters)
    assert differ(tiny(1).parameters, tiny(2).parameters)
    assert Model.create(ModelOptions(5), 0).flat.dtype == np.float32


def test_parameters_travel() -> None:
    model = tiny(dtype=np.float32)
    options = ModelOptions.from_json(model.options.to_json())
    other = Model.from_parameters(options, dict(model.parameters))
    assert_same(logits(model, windows(8, 3)), logits(other, windows(8, 3)))
    assert not np.shares_memory(other.flat, model.flat)


@pytest.mark.parametrize("change", [{"open": None}, {"open": np.zeros(3)}, {"open": np.full(8, np.nan)}])
def test_parameters_that_do_not_fit(change: dict[str, Any]) -> None:
    arrays = {name: a for name, a in (tiny().parameters | change).items() if a is not None}
    with pytest.raises(ArtifactDamagedError, match="expected"):
        Model.from_parameters(TINY, arrays)


@pytest.mark.parametrize("data", [None, {}, {"vocabulary": "x"}, TINY.to_json() | {"width": 7}])
def test_damaged_options(data: Any) -> None:
    with pytest.raises(ArtifactDamagedError, match="expected the sizes of a network"):
        ModelOptions.from_json(data)


@pytest.mark.parametrize("sizes", [{"width": 12}, {"layers": 0}, {"vocabulary": 0}])
def test_impossible_sizes(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        ModelOptions(**({"vocabulary": 5} | sizes))
