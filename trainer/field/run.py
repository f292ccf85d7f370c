"""One model on one log: learned, relearned when it is time, and what it says of every moment."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change
from custom_components.smartguard.core.evidence import DAY
from custom_components.smartguard.core.feedback import Corrections
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import Policy
from custom_components.smartguard.core.training import no_progress

from ..detector import Progress
from .drifting import Drifting
from .living import Life, Moment, episodes, live, to_the_end, told
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

    @property
    def lived(self) -> int:
        """Return how many behaviors were lived through so far."""
        return len(self.life.milliseconds)

    @property
    def past(self) -> list[Behavior]:
        """Return what was learned at first or lived through, in time order."""
        return [*self.log.learned, *self.log.lived[: self.lived]]

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
    model: Model,
    log: Log,
    seed: int,
    progress: Progress,
    retrain_days: int = 0,
    budget: float = 1.0,
    drifting: Drifting | None = None,
) -> Run:
    """Learn and live through a log; with retrain_days it is learned anew after each so many days.

    What was told as strange at the budget is not learned then, as in the product. drifting: who says that
    it is to be learned before that. Raises NotEnoughDataError.
    """
    result = Run(log)
    memory = Memory.replay(log.learned)
    setting = Setting(log.zone, log.train_days, log.calibrate_days, seed)
    for number, (begin, end) in enumerate(bounds := _bounds(log, retrain_days)):
        learning, living = (_part(progress, 2 * number + half, 2 * len(bounds)) for half in (0, 1))
        now: float | None = begin
        while now is not None:
            learned = _learn(result, model, setting, now, budget, learning if now == begin else no_progress)
            if drifting is not None:
                drifting.learned(learned, now)
            result.spans.append(Span(now, end, learned))
            now = _live(result, memory, now, end, living, drifting)
    progress(1.0)
    return result


def _learn(
    result: Run, model: Model, setting: Setting, now: float, budget: float, progress: Progress
) -> Learned:
    """Learn at a moment what was lived before it."""
    before = time.perf_counter()
    known = episodes(result.told(budget))
    habits = Corrections(setting.zone).learnable(result.past, known, now)
    newest = result.spans[-1].learned if result.spans else None
    learned = model.learn(habits, setting, progress, newest)
    result.train_s += time.perf_counter() - before
    return learned


def _live(
    result: Run, memory: Memory, begin: float, end: float, progress: Progress, drifting: Drifting | None
) -> float | None:
    """Live on from a moment; return when it is to be learned before the end, None where it is not."""
    past = result.past
    ahead = [b for b in result.log.lived[result.lived :] if b.time < end]
    is_enough = to_the_end if drifting is None else drifting.has_changed
    watch = result.spans[-1].learned.watch(past)
    life = live(watch, memory, ahead, begin, end, progress, is_enough)
    _join(result.life, life)
    if drifting is None or not drifting.noticed or drifting.noticed[-1] <= begin:
        return None
    result.spans[-1] = replace(result.spans[-1], end=drifting.noticed[-1])
    return drifting.noticed[-1]


def _bounds(log: Log, retrain_days: int) -> list[tuple[float, float]]:
    step = retrain_days * DAY if retrain_days else log.end - log.begin
    count = max(1, int(-(-(log.end - log.begin) // step)))
    edges = [log.begin + i * step for i in range(count)]
    # The very last row is lived through too.
    return list(zip(edges, [*edges[1:], log.end + 1e-3], strict=True))


def _part(progress: Progress, number: int, count: int) -> Progress:
    return lambda share: progress((number + share) / count)


def _join(life: Life, more: Life) -> None:
    life.moments += more.moments
    life.milliseconds += more.milliseconds
