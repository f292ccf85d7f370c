"""Training with the loss-guided dynamic mask strategy, LDMS (paper, 4.2 and equation 14).

N epochs reconstruct everything unmasked; from then on the behaviors that were hardest in the epoch
before are hidden and only they carry loss. Everything random comes from one seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .budget import Budget
from .errors import NotEnoughDataError
from .learner import Learner, choose_masks
from .model import Model, ModelOptions
from .training_options import TrainingOptions
from .vocabulary import UNKNOWN
from .windows import Windows

MINIMUM_WINDOWS = 20
MINIMUM_CONTROLS = 2
BEFORE_ALL = -1
"""The epoch of a start that no epoch was better than."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch's mean loss of a behavior that carried loss; validation is None where there was none."""

    training: float
    validation: float | None
    masked: bool


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The best network, its loss vector (V,) (equation 15) and how it came about.

    best_epoch: index into `history` of the epoch whose parameters were kept, BEFORE_ALL for those of the
    start, whose loss vector is that of the first epoch.
    """

    model: Model
    loss_vector: NDArray[np.float64]
    history: tuple[Epoch, ...]
    best_epoch: int


def no_progress(_share: float) -> None:
    """Tell nobody."""


def never() -> bool:
    """Go on."""
    return False


def train(
    training: Windows,
    validation: Windows | None,
    model_options: ModelOptions,
    options: TrainingOptions | None = None,
    *,
    start: Model | None = None,
    progress: Callable[[float], None] = no_progress,
    should_stop: Callable[[], bool] = never,
) -> TrainingResult:
    """Train a network; the same seed and windows give the same network.

    validation: windows whose hidden loss decides which epoch is kept and when to stop; without them
    all epochs are run and the last one is kept. start: the network to go on from, which is kept
    where no epoch is better, and stays as it is; drawn at random when left out. progress is told the share
    done, 0 … 1; should_stop is asked at every micro-batch.
    Raises NotEnoughDataError, StoppedError, and ValueError for a start of another size.
    """
    check(training, model_options)
    if start is not None and start.options != model_options:
        raise ValueError(f"expected a network to go on from of {model_options}, got {start.options}")
    if validation is not None and not len(validation):
        validation = None
    options = options or TrainingOptions()
    if start is None:
        model = Model.create(model_options, options.seed)
    else:
        model = Model(model_options, start.flat.copy())
    return _Run(training, validation, model, start is not None, options, progress, should_stop).result()


def check(training: Windows, options: ModelOptions) -> None:
    """Raise NotEnoughDataError for windows that nothing can be learned from."""
    if len(training) < MINIMUM_WINDOWS:
        raise NotEnoughDataError(f"expected at least {MINIMUM_WINDOWS} windows, got {len(training)}")
    known = np.unique(training.control[training.control != UNKNOWN])
    if len(known) < MINIMUM_CONTROLS:
        raise NotEnoughDataError(f"expected at least {MINIMUM_CONTROLS} device controls, got {len(known)}")
    if known[-1] >= options.vocabulary:
        raise ValueError(f"expected control ids below {options.vocabulary}, got {known[-1]}")


@dataclass(slots=True)
class _Run:
    """One training: what changes from epoch to epoch."""

    training: Windows
    validation: Windows | None
    model: Model
    goes_on: bool
    options: TrainingOptions
    progress: Callable[[float], None]
    should_stop: Callable[[], bool]
    history: list[Epoch] = field(init=False, default_factory=list)
    budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        self.budget = Budget(self.options.seconds)

    def result(self) -> TrainingResult:
        """Run all epochs and keep the best."""
        learner = Learner(self.model, self.options, self.should_stop)
        best, best_vector, best_epoch, lowest = self.model.flat.copy(), learner.vector, 0, np.inf
        if self.goes_on and self.validation is not None:
            best_epoch, lowest = BEFORE_ALL, learner.validate(self.validation)
        for epoch in range(self.options.epochs):
            masks = choose_masks(self.training, self.options, epoch, learner.vector, learner.rng)
            learner.set_rate(epoch, self.budget.spent)
            loss = learner.epoch(self.training, masks, partial(self._tell, epoch))
            seen = None if self.validation is None else learner.validate(self.validation)
            self.history.append(Epoch(loss, seen, masks.control is not None))
            if not epoch:
                best_vector = learner.vector
            if not self._counts(epoch):
                continue
            if seen is None or seen < lowest:
                lowest = np.inf if seen is None else seen
                best[:], best_vector, best_epoch = self.model.flat, learner.vector, epoch
            elif epoch - best_epoch >= self.options.patience:
                break
            if not self.budget.lasts(epoch + 1):
                break
        self.progress(1.0)
        self.model.flat[:] = best
        return TrainingResult(self.model, best_vector, tuple(self.history), best_epoch)

    def _counts(self, epoch: int) -> bool:
        """Say whether an epoch may be kept: before it masks, the network has not learned to fill gaps."""
        return (
            self.validation is None
            or self.history[epoch].masked
            or self.options.mask_strategy == "none"
            or self.options.epochs <= self.options.mask_step
        )

    def _tell(self, done: int, share: float) -> None:
        self.progress((done + share) / self.options.epochs)
