"""The watch: everything that judges a moment, the same live and in a replay of days gone by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .episode import Judgement, Reason, nothing
from .guard import Guard
from .memory import Memory
from .novelty import FirstTimes
from .vacation import presence


@dataclass(frozen=True)
class Watch:
    """A guard, what is known of first times, and whether the household is on vacation.

    blind: keys of sensors that sense no people, whose changes are no sign of anybody. is_confirmed: what
    people called a real alarm.

    The guard judges habits. What needs none is added here: a known device's first times, and presence
    where there should be none. Nothing is said against a device that is new, nor against those that it meets;
    what came later is young for some time.
    """

    guard: Guard
    firsts: FirstTimes
    is_vacation: bool = False
    blind: frozenset[str] = frozenset()
    is_confirmed: Callable[[Reason], bool] = nothing

    def judge(self, memory: Memory) -> Judgement:
        """Judge the newest behavior of `memory`, which both it and the first times must hold."""
        newest = memory.recent[-1]
        is_sign = self.is_vacation and newest.entity not in self.blind
        found = [self.firsts.find(newest, self.is_confirmed), presence(newest) if is_sign else None]
        judgement = self.guard.judge(memory, self.firsts.age)
        if not any(found):
            return judgement
        reasons = sorted([*judgement.reasons, *filter(None, found)], key=lambda r: -r.score)
        return replace(judgement, score=reasons[0].score, reasons=tuple(reasons))

    def judge_open(self, memory: Memory, now: float, since: float | None = None) -> Judgement:
        """Judge at a tick what is still on at `now` (UTC seconds), and what has settled; see the guard's."""
        return self.guard.judge_open(memory, now, self.firsts.age, since)
