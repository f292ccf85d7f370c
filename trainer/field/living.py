"""Living through behaviors as Home Assistant does: each is judged, and between them a clock ticks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from time import perf_counter

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change, Episode, Judgement
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import CLEAR_AFTER, Policy
from custom_components.smartguard.core.replay import moments
from custom_components.smartguard.core.threshold import threshold_of
from custom_components.smartguard.core.training import no_progress

from ..detector import Progress
from .model import Watch

LARGEST_BUDGET = 100.0
"""Alerts a week."""
LOWEST_TOLD = threshold_of(LARGEST_BUDGET)


@dataclass(frozen=True, slots=True)
class Moment:
    """A judgement and the behavior that asked for it; None where a tick did."""

    judgement: Judgement
    behavior: Behavior | None


@dataclass
class Life:
    """What was judged, in time order; milliseconds: what each behavior took."""

    moments: list[Moment] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def to_the_end(_moment: Moment) -> bool:
    """Let a life go on after a moment, whatever it was."""
    return False


def live(
    watch: Watch,
    memory: Memory,
    behaviors: Sequence[Behavior],
    begin: float,
    end: float,
    progress: Progress = no_progress,
    is_enough: Callable[[Moment], bool] = to_the_end,
) -> Life:
    """Live from `begin` to `end` (UTC seconds) through behaviors in time order; `memory` takes them in.

    What no budget would tell is not kept, so that a year of a busy home fits into memory. is_enough: asked
    of each moment that is kept, and ends the life after it.
    """
    life, last = Life(), -inf
    for time, behavior in moments(behaviors, begin, end):
        if behavior is not None:
            memory.observe(behavior)
            watch.observe(behavior)
        before = perf_counter()
        judgement = watch.judge_open(memory, time) if behavior is None else watch.judge(memory)
        if behavior is not None:
            life.milliseconds.append(1000 * (perf_counter() - before))
            _show(progress, len(life.milliseconds), len(behaviors))
        if judgement.score > LOWEST_TOLD:
            last = time
        elif behavior is None and time - last > 2 * CLEAR_AFTER:
            continue
        else:
            judgement = Judgement(judgement.time, judgement.score, ())
        life.moments.append(Moment(judgement, behavior))
        if is_enough(life.moments[-1]):
            break
    return life


def _show(progress: Progress, number: int, count: int) -> None:
    if number % max(1, count // 100) == 0:
        progress(number / count)


def episodes(changes: Iterable[Change]) -> list[Episode]:
    """Return each episode that was told, as it ended or as it last was."""
    last: dict[str, Episode] = {}
    for change in changes:
        last[change.episode.id] = change.episode
    return list(last.values())


def told(policy: Policy, lived: Iterable[Moment]) -> list[Change]:
    """Let the policy speak."""
    return [change for m in lived for change in policy.observe(m.judgement, m.behavior)]
