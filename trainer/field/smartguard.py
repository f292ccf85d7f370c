"""SmartGuard in the field: the product's own learning and its own guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.control_tables import PATIENT
from custom_components.smartguard.core.episode import Episode, Judgement
from custom_components.smartguard.core.explain import sentence
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.learn import LIVE_TRAINING, LearnOptions, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.training import TrainingOptions

from ..detector import Progress
from .log import name_of
from .model import Judge, Setting


@dataclass(frozen=True)
class Watch:
    """A guard that also speaks."""

    guard: Guard

    def judge(self, memory: Memory) -> Judgement:
        """Judge the newest behavior."""
        return self.guard.judge(memory)

    def judge_open(self, memory: Memory, now: float) -> Judgement:
        """Judge what is still on."""
        return self.guard.judge_open(memory, now)

    def say(self, episode: Episode) -> str:
        """Say it as the product does."""
        return sentence(episode, name_of)


@dataclass(frozen=True)
class SmartGuard:
    """The product; `training` is how its network learns."""

    training: TrainingOptions = LIVE_TRAINING
    name: str = "SmartGuard"

    def learn(
        self, behaviors: Sequence[Behavior], setting: Setting, progress: Progress, before: Judge | None = None
    ) -> Judge:
        """Learn with the calibration days held out; a candidate that is refused changes nothing."""
        incumbent = before.guard if isinstance(before, Watch) else None
        learned = learn(behaviors, self.options(behaviors, setting), progress, incumbent=incumbent)
        return Watch(learned.guard) if before is None or learned.report["accepted"] else before

    def options(self, behaviors: Sequence[Behavior], setting: Setting) -> LearnOptions:
        """Return what the live path would ask for, with so many days held out."""
        entities = {b.entity for b in behaviors}
        return LearnOptions(
            setting.zone.key,
            seed=setting.seed,
            held_out=setting.calibrate_days / (setting.train_days + setting.calibrate_days),
            held_out_days=setting.calibrate_days,
            patient=tuple(sorted(e for e in entities if e.partition(".")[0] in PATIENT)),
            training=self.training,
        )
