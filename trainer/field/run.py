"""One model on one log: learned, relearned when it is time, and what it says of every moment."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change
from custom_components.smartguard.core.evidence import DAY
from custom_components.smartguard.core.feedback import Corrections
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import Policy

from ..detector import Progress
from .living import Life, Moment, episodes, live, told
from .log import Log
from .model import Learned, Model, Setting, Watch


@dataclass(frozen=True)
class Span:
    """Days that are lived with what was learned before them, from `begin` to `end` (UTC seconds)."""

    begin: float
    end: float
    learned: Learned


@dataclass
class Run:
    """A model's whole life on a log as it is. train_s: seconds of all learning."""

    log: Log
    train_s: float = 0.0
    spans: list[Span] = field(default_factory=list)
    life: Life = field(default_factory=Life)

    def told(self, budget: float) -> list[Change]:
        """Return what would have been said at a budget of alerts a week."""
        return told(Policy.with_budget(budget), self.life.moments)

    def learned_at(self, moment: float) -> Learned:
        """Return what had been learned at a moment."""
        return next((s.learned for s in self.spans if moment < s.end), self.spans[-1].learned)

    def before(self, moment: float) -> tuple[Watch, Memory, list[Moment]]:
        """Return who judges, what was remembered and what had been judged just before a moment."""
        past = self.log.before(moment)
        watch = self.learned_at(moment).watch(past)
        return watch, Memory.replay(past), [m for m in self.life.moments if m.judgement.time < moment]


def run(
    model: Model, log: Log, seed: int, progress: Progress, retrain_days: int = 0, budget: float = 1.0
) -> Run:
    """Learn and live through a log; with retrain_days it is learned anew after each so many days.

    What was told as strange at the budget is not learned then, as in the product. Raises
    NotEnoughDataError.
    """
    result = Run(log)
    corrections = Corrections(log.zone)
    memory = Memory.replay(log.learned)
    learned: Learned | None = None
    for number, (begin, end) in enumerate(bounds := _bounds(log, retrain_days)):
        past = log.before(begin)
        setting = Setting(log.zone, log.train_days, log.calibrate_days, seed)
        before = time.perf_counter()
        learning, living = (_part(progress, 2 * number + half, 2 * len(bounds)) for half in (0, 1))
        habits = corrections.learnable(past, episodes(result.told(budget)), begin)
        learned = model.learn(habits, setting, learning, learned)
        result.train_s += time.perf_counter() - before
        result.spans.append(Span(begin, end, learned))
        lived = _between(log.lived, begin, end)
        _join(result.life, live(learned.watch(past), memory, lived, begin, end, living))
    progress(1.0)
    return result


def _bounds(log: Log, retrain_days: int) -> list[tuple[float, float]]:
    step = retrain_days * DAY if retrain_days else log.end - log.begin
    count = max(1, int(-(-(log.end - log.begin) // step)))
    edges = [log.begin + i * step for i in range(count)]
    # The very last row is lived through too.
    return list(zip(edges, [*edges[1:], log.end + 1e-3], strict=True))


def _between(behaviors: Iterable[Behavior], begin: float, end: float) -> Sequence[Behavior]:
    return [b for b in behaviors if begin <= b.time < end]


def _part(progress: Progress, number: int, count: int) -> Progress:
    return lambda share: progress((number + share) / count)


def _join(life: Life, more: Life) -> None:
    life.moments += more.moments
    life.milliseconds += more.milliseconds
