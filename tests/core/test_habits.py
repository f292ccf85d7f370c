"""Habits read off a guard: counts by hour, on-times, weights, and what follows what."""

from __future__ import annotations

import pytest

from custom_components.smartguard.core.behavior import Phase, phase
from custom_components.smartguard.core.habits import followers, habits
from custom_components.smartguard.core.vocabulary import Token

from . import household


@pytest.fixture(scope="module")
def guard() -> household.Guard:
    return household.learned().guard


def test_every_control_once_most_used_first(guard: household.Guard) -> None:
    found = habits(guard)
    assert sorted(habit.token for habit in found) == list(guard.vocabulary.tokens)
    uses = [habit.uses for habit in found]
    assert uses == sorted(uses, reverse=True)


def test_hours_are_those_of_the_uses(guard: household.Guard) -> None:
    coffee = next(h for h in habits(guard) if (h.token.entity, h.token.control) == ("coffee", "turn_on"))
    assert coffee.hours.shape == (2, 24)
    assert coffee.hours.sum() == coffee.uses
    assert coffee.hours.sum(0)[5:9].sum() == coffee.uses
    assert coffee.usual is not None
    assert coffee.longest is not None
    assert 0 < coffee.usual <= coffee.longest
    assert coffee.weight > 0


def test_only_what_begins_lasts(guard: household.Guard) -> None:
    assert all(h.usual is None for h in habits(guard) if phase(h.token.control) is not Phase.BEGIN)


def test_what_follows_is_more_than_chance(guard: household.Guard) -> None:
    token = next(t for t in guard.vocabulary.tokens if (t.entity, t.control) == ("lock", "unlock"))
    found = followers(guard, token)
    assert found
    assert all(f.seen > f.possible for f in found)
    assert [f.seen for f in found] == sorted((f.seen for f in found), reverse=True)
    assert found[0].token.entity == "front_door"


def test_an_unknown_control_has_no_followers(guard: household.Guard) -> None:
    assert followers(guard, Token("nobody", "nothing", "turn_on")) == []
