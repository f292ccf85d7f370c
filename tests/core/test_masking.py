"""LDMS against equations 1–4 written out, and what hiding leaves to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.masking import (
    bridge,
    hide,
    highest_losses,
    loss_vector,
    masked_count,
    next_of_device,
    random_mask,
    sampled_losses,
)
from custom_components.smartguard.core.windows import cut

from .examples import marks, stream, windows


def test_loss_vector_is_equation_2() -> None:
    rng = np.random.default_rng(0)
    losses, controls = rng.random((7, 5)), rng.integers(1, 6, (7, 5))
    got = loss_vector(losses, controls, 8)
    means = {}
    for c in range(8):
        of_control = [losses[i] for i in np.ndindex(7, 5) if controls[i] == c]
        if of_control:
            means[c] = sum(of_control) / len(of_control)
            assert got[c] == pytest.approx(means[c])
    never = sum(means.values()) / len(means)
    np.testing.assert_allclose([got[0], got[6], got[7]], never)


@pytest.mark.parametrize(
    ("size", "ratio", "count"), [(10, 0.4, 4), (10, 0.3, 3), (10, 0.7, 7), (7, 0.5, 3), (5, 0.1, 1)]
)
def test_count_is_rounded_down(size: int, ratio: float, count: int) -> None:
    assert masked_count(size, ratio) == count


def test_mask_is_equations_3_and_4() -> None:
    rng = np.random.default_rng(1)
    controls, vector = rng.integers(1, 30, (40, 8)), rng.random(30)
    mask = highest_losses(controls, vector, 3, rng)
    for row, chosen in zip(controls, mask, strict=True):
        descending = sorted((vector[c] for c in row), reverse=True)
        assert sorted((vector[c] for c in row[chosen]), reverse=True) == descending[:3]
        assert chosen.sum() == 3


def test_equals_are_masked_in_turn_and_the_unknown_last() -> None:
    controls = np.tile([0, 2, 2, 2], (300, 1))
    mask = highest_losses(controls, np.array([9.0, 0.0, 1.0]), 1, np.random.default_rng(2))
    assert not mask[:, 0].any()
    assert (mask[:, 1:].sum(axis=0) > 70).all()


def test_sampled_masks_follow_the_losses_and_spare_no_control() -> None:
    controls, vector = np.tile(np.arange(1, 5), (20_000, 1)), np.array([9.0, 1.0, 2.0, 3.0, 4.0])
    mask = sampled_losses(controls, vector, 1, np.random.default_rng(3))
    assert (mask.sum(axis=1) == 1).all()
    np.testing.assert_allclose(mask.mean(axis=0), vector[1:] / 10, atol=0.015)
    more = sampled_losses(controls, vector, 3, np.random.default_rng(4))
    assert (more.sum(axis=1) == 3).all()
    assert (np.diff(more.mean(axis=0)) > 0).all()


def test_sampled_masks_leave_the_unknown_to_the_last() -> None:
    controls = np.tile([0, 1, 2], (500, 1))
    mask = sampled_losses(controls, np.array([9.0, 0.0, 1.0]), 2, np.random.default_rng(5))
    assert not mask[:, 0].any()
    assert mask[:, 1:].all()


def test_random_mask_takes_each_position_as_often() -> None:
    mask = random_mask((2000, 10), 4, np.random.default_rng(3))
    assert (mask.sum(axis=1) == 4).all()
    assert (abs(mask.mean(axis=0) - 0.4) < 0.05).all()


def test_next_of_device() -> None:
    given = windows(4, 20)
    got = next_of_device(given.device)
    for w, row in enumerate(given.device):
        for i in range(6):
            later = [j for j in range(i + 1, 6) if row[j] == row[i]]
            assert got[w, i] == (later[0] if later else 6)


def test_bridged_durations_are_those_without_the_hidden_behaviors() -> None:
    """The slow twin takes the hidden behaviors out of the stream's devices and cuts anew."""
    size, count = 6, 40
    given = stream(5, count + size - 1)
    ends = given.time[size - 1 :] + np.arange(count) % 3 * 50.0
    hidden = marks(6, count, share=0.4)
    duration, still_open = bridge(cut(given, size, ends), hidden)
    for w in range(count):
        device = given.device.copy()
        device[w : w + size][hidden[w]] = 100 + np.arange(hidden[w].sum())
        alone = cut(replace(given, device=device), size, ends)
        shown = ~hidden[w]
        np.testing.assert_array_equal(duration[w][shown], alone.duration[w][shown])
        np.testing.assert_array_equal(still_open[w][shown], alone.open[w][shown])


def test_nothing_hidden_shows_all() -> None:
    given = windows(7, 5)
    for seen in (hide(given, None, None, 9), hide(given, np.zeros((5, 6), bool), np.zeros((5, 6), bool), 9)):
        np.testing.assert_array_equal(seen.control, given.control)
        np.testing.assert_array_equal(seen.duration, given.duration)
        np.testing.assert_array_equal(seen.open, given.open)
        assert seen.clocked.all()
        assert seen.timed.all()


def test_hidden_control_hides_its_duration_but_not_its_time() -> None:
    given, hidden = windows(8, 9), marks(9, 9)
    seen = hide(given, hidden, None, 9)
    assert (seen.control[hidden] == 9).all()
    assert not seen.timed[hidden].any()
    assert seen.timed[~hidden].all()
    assert seen.clocked.all()


def test_hidden_time_hides_its_duration_but_not_its_control() -> None:
    given, hidden = windows(10, 9), marks(11, 9)
    hidden[:, -1] = False
    seen = hide(given, None, hidden, 9)
    np.testing.assert_array_equal(seen.control, given.control)
    np.testing.assert_array_equal(seen.clocked, ~hidden)
    np.testing.assert_array_equal(seen.timed, ~hidden)


def test_hidden_time_of_the_newest_hides_what_still_runs() -> None:
    given, hidden = windows(12, 9), np.zeros((9, 6), bool)
    hidden[:, -1] = True
    seen = hide(given, None, hidden, 9)
    assert not (seen.timed & seen.open).any()
    assert seen.timed.any()
