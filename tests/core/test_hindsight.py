"""Losses of days gone by: what living through them would have found."""

from __future__ import annotations

from functools import cache

import pytest

from custom_components.smartguard.core.hindsight import past_losses
from custom_components.smartguard.core.learn import Learned, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.windows import WINDOW

from .examples import MONDAY
from .household import DAY, HASTY, live, use

FEW = live(8)


@cache
def few() -> Learned:
    return learn(FEW, HASTY)


def test_it_is_what_living_found() -> None:
    guard, lived = few().guard, [*live(2, seed=3), use(9.0, "piano", "turn_on", day=2)]
    memory, expected = Memory(), []
    for behavior in lived:
        memory.observe(behavior)
        losses = dict(guard.judge(memory).losses)
        if behavior in losses:
            expected.append((behavior, pytest.approx(losses[behavior], rel=1e-4)))
    found = past_losses(guard.sequence, lived)
    assert found == expected
    assert len(found) == len(lived) - WINDOW
    assert lived[-1] not in dict(found)


def test_what_ends_no_window_has_none() -> None:
    sequence = few().guard.sequence
    assert past_losses(sequence, []) == []
    assert past_losses(sequence, FEW[: WINDOW - 1]) == []
    assert [behavior for behavior, _ in past_losses(sequence, FEW[:WINDOW])] == [FEW[WINDOW - 1]]


def test_only_days_that_the_network_had_not_seen_are_judged() -> None:
    learned = few()
    assert learned.report["held_out_days"] == 2
    first = MONDAY + 6 * DAY
    assert [b for b, _ in learned.losses] == [b for b in FEW if b.time >= first][WINDOW - 1 :]
