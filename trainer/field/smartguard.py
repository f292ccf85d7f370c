"""SmartGuard in the field: the product's own learning, its own guard, its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Episode, Judgement, Reason, nothing
from custom_components.smartguard.core.explain import sentence
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.history_csv import own_source
from custom_components.smartguard.core.learn import LIVE_TRAINING, LearnOptions, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.novelty import FirstTimes
from custom_components.smartguard.core.patience import is_patient
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.watch import Watch as Judges

from ..detector import Progress
from .log import name_of
from .model import Learned, Setting, Watch


class Unsaid(FirstTimes):
    """Knows which devices are new, and says nothing of what a known one never did before."""

    def find(self, b: Behavior, is_confirmed: Callable[[Reason], bool] = nothing) -> Reason | None:
        """Find nothing."""
        del b, is_confirmed
        return None


class Watching:
    """The guard and what is known of first times, kept up to date as the live path does."""

    def __init__(self, guard: Guard, past: Iterable[Behavior], firsts: FirstTimes) -> None:
        self._firsts = firsts
        self._judges = Judges(guard, self._firsts)
        for behavior in past:
            self._firsts.observe(behavior)

    def observe(self, behavior: Behavior) -> None:
        """Take in the newest behavior."""
        self._firsts.observe(behavior)

    def judge(self, memory: Memory) -> Judgement:
        """Judge the newest behavior."""
        return self._judges.judge(memory)

    def judge_open(self, memory: Memory, now: float) -> Judgement:
        """Judge what is still on."""
        return self._judges.judge_open(memory, now)


@dataclass(frozen=True)
class Guarding:
    """A guard that also speaks. says_firsts: it does so of a known device's first times too."""

    guard: Guard
    says_firsts: bool = True

    def watch(self, past: Iterable[Behavior]) -> Watch:
        """Return who judges from now on."""
        return Watching(self.guard, past, FirstTimes() if self.says_firsts else Unsaid())

    def say(self, episode: Episode) -> str:
        """Say it as the product does."""
        return sentence(episode, name_of)


@dataclass(frozen=True)
class SmartGuard:
    """The product. training: how its network learns."""

    training: TrainingOptions = LIVE_TRAINING

    @property
    def name(self) -> str:
        """Return what the command line calls it."""
        return "SmartGuard"

    def learn(
        self,
        behaviors: Sequence[Behavior],
        setting: Setting,
        progress: Progress,
        before: Learned | None = None,
    ) -> Learned:
        """Learn with the calibration days held out; a candidate that is refused changes nothing."""
        incumbent = before.guard if isinstance(before, Guarding) else None
        learned = learn(behaviors, self.options(behaviors, setting), progress, incumbent=incumbent)
        return Guarding(learned.guard) if before is None or learned.report["accepted"] else before

    def options(self, behaviors: Sequence[Behavior], setting: Setting) -> LearnOptions:
        """Return what the live path would ask for, with so many days held out."""
        entities = {b.entity for b in behaviors}
        return LearnOptions(
            setting.zone.key,
            seed=setting.seed,
            held_out=setting.calibrate_days / (setting.train_days + setting.calibrate_days),
            held_out_days=setting.calibrate_days,
            patient=tuple(sorted(e for e in entities if _is_patient(e))),
            training=self.training,
        )


def _is_patient(entity_id: str) -> bool:
    """Say of an entity that only its name in an export is known of whether it may stay on or open."""
    source = own_source(entity_id)
    return is_patient(entity_id, source and source.device_class)
