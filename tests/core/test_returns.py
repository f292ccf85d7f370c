"""A control that comes right back, counted the slow way; hours trusted as far as they deserve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.clock import HOURS, Clock
from custom_components.smartguard.core.returns import Returns, returns_of
from custom_components.smartguard.core.windows import Windows

from .examples import windows


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
