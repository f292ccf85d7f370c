"""Habits: what a guard learned of each control, to look at (paper, Figure 11); nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .behavior import Phase, phase
from .guard import Guard
from .vocabulary import Token

_HOURS = 24


@dataclass(frozen=True, slots=True)
class Habit:
    """One control as it was learned.

    uses: how often. hours: uses by local hour on working days and at weekends, shape (2, 24). usual,
    longest: on-time in seconds, None where too few were seen. weight: its weight in the sequence score
    (equation 17), low where it is hard to expect, 0 where it was too rare to learn.
    """

    token: Token
    uses: int
    hours: NDArray[np.int64]
    usual: float | None
    longest: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Follower:
    """A control that was used within minutes after another: how often, and how often chance would have it."""

    token: Token
    seen: float
    possible: float


def habits(guard: Guard) -> list[Habit]:
    """Return every control that the guard knows, most used first."""
    counts = guard.moment.arrays()["counts"].astype(np.float64)  # (V, 2, bins of the day)
    hours = counts.reshape(len(counts), 2, _HOURS, -1).sum(-1).round().astype(np.int64)
    found = [_habit(guard, token, hours[i + 1], i + 1) for i, token in enumerate(guard.vocabulary.tokens)]
    return sorted(found, key=lambda habit: -habit.uses)


def followers(guard: Guard, token: Token, count: int = 5) -> list[Follower]:
    """Return what follows a control more often than by chance, most often first."""
    if token not in guard.vocabulary.tokens:
        return []
    row = guard.vocabulary.tokens.index(token) + 1
    arrays = guard.meeting.arrays()
    seen = arrays["met"][row].astype(np.float64)
    possible = arrays["could_meet"][row].astype(np.float64)
    seen[0] = 0.0
    order = np.argsort(-np.where(seen > possible, seen, 0.0), kind="stable")[:count]
    return [
        Follower(guard.vocabulary.tokens[i - 1], float(seen[i]), float(possible[i]))
        for i in order
        if seen[i] > possible[i]
    ]


def _habit(guard: Guard, token: Token, hours: NDArray[np.int64], control: int) -> Habit:
    usual: float | None = None
    longest: float | None = None
    if phase(token.control) is Phase.BEGIN:
        usual, longest = guard.duration.usual(token.entity), guard.duration.longest(token.entity)
    weight = float(guard.sequence.weights[control])
    return Habit(token, int(hours.sum()), hours, usual, longest, weight)
