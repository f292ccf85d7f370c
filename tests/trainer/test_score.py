"""The suites' score: times judged hidden, what is typical, returns counted the slow way, two reasons."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.windows import Windows
from tests.core.examples import tiny, windows
from trainer.score.clock import HOURS, Clock
from trainer.score.firsts import FIRST, Firsts
from trainer.score.reasons import apart, highest_mean, two_reasons, typical_losses
from trainer.score.returns import Returns, returns_of
from trainer.score.times import hidden_time_losses, timeless_losses


def of_controls(rows: list[list[int]], device: list[list[int]] | None = None) -> Windows:
    """Return windows of controls; without devices all are of one."""
    control = np.array(rows, np.int32)
    given = windows(0, len(rows))
    assert given.control.shape == control.shape
    return replace(given, control=control, device=np.array(device or np.ones_like(control), np.int32))


def test_returns_are_a_b_a_of_one_device() -> None:
    rng = np.random.default_rng(3)
    control, device = rng.integers(0, 3, (60, 7)), rng.integers(0, 2, (60, 7))
    back = returns_of(control, device)
    for w in range(60):
        for i in range(7):
            expected = (
                i >= 2
                and control[w, i] == control[w, i - 2]
                and control[w, i] != control[w, i - 1]
                and device[w, i - 1] == device[w, i - 2]
            )
            assert back[w, i] == expected


def test_a_control_that_often_returns_is_no_surprise() -> None:
    usual = of_controls([[1, 2, 1, 2, 1, 2], [3, 4, 5, 6, 7, 8]] * 30)
    learned = Returns.of(usual, 9)
    flicker = of_controls([[1, 2, 1, 3, 4, 3], [5, 5, 5, 6, 7, 8]])
    losses = learned.losses(flicker)
    assert 0 < losses[0, 2] < 0.3
    assert losses[0, 5] > 2
    assert losses[1].tolist() == [0] * 6
    assert np.count_nonzero(losses) == 2


def test_other_devices_in_between_are_no_return() -> None:
    given = of_controls([[1, 2, 1, 2, 1, 2]], [[1, 2, 1, 2, 1, 2]])
    assert not returns_of(given.control, given.device).any()


def test_first_times_are_those_of_known_devices() -> None:
    """Against the slow way; a device that nobody knew, with an id beyond all known ones too, has grace."""
    rng = np.random.default_rng(4)
    learned = of_controls(rng.integers(1, 5, (20, 6)).tolist(), rng.integers(1, 4, (20, 6)).tolist())
    given = of_controls(rng.integers(1, 9, (50, 6)).tolist(), rng.integers(1, 7, (50, 6)).tolist())
    losses = Firsts.of(learned, 9).losses(given)
    for place, (control, device) in enumerate(zip(given.control.flat, given.device.flat, strict=True)):
        is_first = control not in learned.control and device in learned.device
        assert losses.flat[place] == (FIRST if is_first else 0.0)
    assert 0 < np.count_nonzero(losses) < losses.size


def test_good_hours_are_trusted_and_bad_ones_are_not() -> None:
    given = windows(5, 80)
    sure, wrong = np.full(given.hour.shape, 0.1), np.full(given.hour.shape, 9.0)
    trusted, doubted = Clock.of(given, given, sure), Clock.of(given, given, wrong)
    assert trusted.share == 0
    np.testing.assert_allclose(trusted.losses(given, sure), sure)
    assert doubted.share == 1
    rates = np.bincount(given.hour.astype(int).reshape(-1), minlength=HOURS) + 0.5
    expected = -np.log((rates / rates.sum())[given.hour.astype(int)])
    np.testing.assert_allclose(doubted.losses(given, wrong), expected)


def test_half_trusted_hours_lose_no_more_than_their_rates_allow() -> None:
    given = windows(6, 80)
    rng = np.random.default_rng(0)
    bold = np.where(rng.random(given.hour.shape) < 0.5, 0.05, 12.0)
    clock = Clock.of(given, given, bold)
    assert 0 < clock.share < 1
    mixed = clock.losses(given, bold)
    assert mixed.mean() < bold.mean()
    assert mixed.max() <= -np.log(clock.share * clock.rates.min()) + 1e-9
    assert clock.rates.sum() == pytest.approx(1.0)


def slow_loss(row: np.ndarray, target: int) -> float:
    return math.log(sum(math.exp(v) for v in row)) - float(row[target])


def test_each_time_is_judged_while_hidden() -> None:
    model, given = tiny(), windows(1, 13)
    losses = hidden_time_losses(model, given)
    assert set(losses) == {"hour", "weekday"}
    for w in range(13):
        one = given.take(slice(w, w + 1))
        for i in range(6):
            values, _ = model.forward(one, None, np.eye(6, dtype=bool)[[i]])
            hour, weekday = int(given.hour[w, i]), int(given.weekday[w, i])
            assert losses["hour"][w, i] == pytest.approx(slow_loss(values["hour"][0, i], hour))
            assert losses["weekday"][w, i] == pytest.approx(slow_loss(values["weekday"][0, i], weekday))


def test_hours_are_judged_with_every_time_hidden() -> None:
    model, given = tiny(), windows(3, 70)
    losses = timeless_losses(model, given)
    for w in range(0, 70, 9):
        one = given.take(slice(w, w + 1))
        values, _ = model.forward(one, None, np.ones((1, 6), bool))
        for i in range(6):
            expected = slow_loss(values["hour"][0, i], int(given.hour[w, i]))
            assert losses[w, i] == pytest.approx(expected)
    moved = replace(given, weekday=(given.weekday + 3) % 7, duration=given.duration * 2)
    np.testing.assert_allclose(timeless_losses(model, moved), losses)


def test_typical_losses_of_the_hardly_used_are_those_of_all() -> None:
    rng = np.random.default_rng(0)
    controls = rng.choice(3, (400, 6), p=[0.5, 0.499, 0.001]).astype(np.int32)
    losses = np.where(controls == 0, 1.0, np.where(controls == 1, 3.0, 40.0))
    typical = typical_losses(losses, controls, 5)
    assert typical[:2] == pytest.approx([1.0, 3.0], abs=0.03)
    uses, mean = int((controls == 2).sum()), float(losses.mean())
    assert typical[2] == pytest.approx((40.0 * uses + 10 * mean) / (uses + 10))
    assert typical[3:] == pytest.approx([mean, mean])


def test_the_highest_are_not_diluted() -> None:
    losses = np.array([[0.0, 0.0, 0.0, 6.0, 8.0], [3.0, 3.0, 3.0, 3.0, 3.0]])
    assert highest_mean(losses).tolist() == [7.0, 3.0]
    assert highest_mean(losses, 5).tolist() == pytest.approx([2.8, 3.0])


def test_a_repeat_is_half_a_reason() -> None:
    losses = np.array([[8.0, 6.0, 2.0, 1.0, 0.0]] * 3)
    two, again, alone = two_reasons(losses, np.array([[1, 2, 3, 3, 3], [1, 1, 3, 3, 3], [1, 1, 1, 1, 1]]))
    assert two == pytest.approx((8 + 6) / 2)
    assert again == pytest.approx(((8 + 6) / 2 + (8 + 2) / 2) / 2)
    assert alone == pytest.approx(((8 + 6) / 2 + (8 + 0) / 2) / 2)


def test_what_stands_apart_scores_more_than_what_is_odd_throughout() -> None:
    controls = np.arange(1, 7)[None]
    lone, odd = np.array([[8.0, 6.0, 1.0, 0.0, 0.0, 0.0]]), np.array([[8.0, 6.0, 1.0, 1.0, 1.0, 1.0]])
    assert two_reasons(lone, controls) == two_reasons(odd, controls) == pytest.approx(7)
    assert apart(lone, controls) == pytest.approx(7)
    assert apart(odd, controls) == pytest.approx(7 - 0.25)
    assert apart(lone[:, :2], controls[:, :2]) == pytest.approx(7 - 0.25 * 6)
