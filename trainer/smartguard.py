"""SmartGuard, our NumPy core, as a detector, with the paper's switches."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.embedding import LEVELS
from custom_components.smartguard.core.masking import STRATEGIES
from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.scoring import (
    MU,
    hidden_losses,
    nwrl_score,
    nwrl_weights,
    visible_losses,
)
from custom_components.smartguard.core.training import train
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.windows import Windows

from .detector import Arrays, Detector, Options, Progress, Scores
from .score.clock import HOURS, Clock
from .score.firsts import Firsts
from .score.reasons import HIGHEST, apart, highest_mean, two_reasons, typical_losses
from .score.returns import HALF, Returns
from .score.times import hidden_time_losses, timeless_losses

SCORINGS = ("visible", "hidden")
WEIGHTINGS = ("nwrl", "mean", "top1", "top2", "reasons", "apart")
COUNTS = {"top1": 1, "top2": HIGHEST}
REASONS = {"reasons": two_reasons, "apart": apart}
CLOCKS = ("hidden", "timeless", "unmixed")
HEADS = 8
TIME_CLASSES = (("hour", HOURS), ("weekday", 7))


@dataclass(frozen=True)
class SmartGuardOptions(Options):
    """The paper's switches, named like its flags.

    mask_strategy, mask_ratio (r), mask_step (N): LDMS. layer: L. embedding: d. batch, epochs, patience:
    training; rate falls along a half cosine to final_rate of it. ttpe: the levels of equation 6 that are
    read, of order, hour, day and duration. scoring: judge a behavior in sight (as the authors do) or
    hidden. weighting: over the window by NWRL with mu, evenly, the highest (top1), the mean of the two
    highest (top2), that where a repeat of a control counts half (reasons), or that less a quarter of what
    the rest loses, with returns counted half (apart). clock: how time is judged, its loss added to the
    control's: hidden one at a time (hour and weekday), or the hour with all times hidden, mixed with how
    often each hour occurs (timeless) or not (unmixed); time: share of the times, or of the windows, that
    are so in training, 0 judges controls alone. typical: subtract from each behavior's loss what its
    control typically loses in the validation windows. returns: add the surprise of controls that come
    right back. firsts: a control that training never held, of a device that it did, counts for more.
    bounded: no loss counts for more than ln M after M behaviors, since no probability below 1/M was ever
    learned.
    """

    mask_strategy: str = "loss_sampled"
    mask_ratio: float = 0.6
    mask_step: int = 5
    layer: int = 2
    embedding: int = 64
    batch: int = 64
    epochs: int = 100
    patience: int = 30
    rate: float = 2e-3
    final_rate: float = 0.05
    ttpe: tuple[str, ...] = LEVELS
    scoring: str = "hidden"
    weighting: str = "reasons"
    mu: float = MU
    clock: str = "timeless"
    time: float = 0.2
    typical: bool = True
    returns: bool = True
    firsts: bool = False
    bounded: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError for what the paper does not know."""
        for value, known in (
            (self.mask_strategy, STRATEGIES),
            (self.scoring, SCORINGS),
            (self.weighting, WEIGHTINGS),
            (self.clock, CLOCKS),
            *((level, LEVELS) for level in self.ttpe),
        ):
            if value not in known:
                raise ValueError(f"expected one of {', '.join(known)}, got {value!r}")
        if self.mu <= 0 or self.patience < 1 or self.mask_step < 0:
            raise ValueError(
                f"expected mu above 0, patience of at least 1, mask_step of at least 0, got {self}"
            )
        self.training(0)
        self.model(2, 1)

    def model(self, vocabulary: int, size: int) -> ModelOptions:
        """Return the size of the network."""
        times = TIME_CLASSES if self.clock == "hidden" else TIME_CLASSES[:1]
        outputs = (("control", vocabulary), *(times if self.time else ()))
        d = self.embedding
        levels = tuple(level for level in LEVELS if level in self.ttpe)
        return ModelOptions(vocabulary, HEADS, d, 4 * d, self.layer, size, outputs, levels)

    def training(self, seed: int) -> TrainingOptions:
        """Return how to train."""
        return TrainingOptions(
            epochs=self.epochs,
            batch=self.batch,
            learning_rate=self.rate,
            final_rate=self.final_rate,
            mask_strategy=self.mask_strategy,  # type: ignore[arg-type]
            mask_ratio=self.mask_ratio,
            mask_step=self.mask_step,
            patience=self.patience,
            seed=seed,
            time_mask_ratio=self.time if self.clock == "hidden" else 0.0,
            timeless_share=self.time if self.clock != "hidden" else 0.0,
        )


PAPER = SmartGuardOptions(
    mask_strategy="loss_guided",
    mask_ratio=0.4,
    mask_step=5,
    batch=512,
    epochs=60,
    patience=10,
    rate=1e-3,
    final_rate=1.0,
    scoring="visible",
    weighting="nwrl",
    time=0.0,
    typical=False,
    returns=False,
    bounded=False,
)
"""What the paper describes, at our default size."""


class CoreDetector(Detector):
    """What SmartGuard's detectors share once a network is trained: from losses to a score.

    losses_by_control: (V,), the mean loss of each control at the end of training (equation 15).
    typical_losses: (V,), what each control loses in held-out windows as it is judged. returns: what
    controls come right back. firsts: what training held. most: the loss beyond which none counts. clock:
    how far the network's hours are trusted; None where they are not judged.
    """

    options_type = SmartGuardOptions
    published = PAPER
    model: Model
    losses_by_control: NDArray[np.float64]
    typical_losses: NDArray[np.float64]
    returns: Returns
    firsts: Firsts
    most: float
    clock: Clock | None

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Train, then note what its losses are compared with."""
        self.train(self.shown(training), self.shown(validation), progress)
        self.settle(training, validation)

    def settle(self, training: Windows, validation: Windows) -> None:
        """Note what a trained network's losses are compared with: nothing here is drawn at random."""
        self.most = float(np.log(training.control.size)) if self.options.bounded else np.inf
        held = self.shown(validation if len(validation) else training)
        self.clock = None
        if self.options.time and self.options.clock != "hidden":
            clock = Clock.of(self.shown(training), held, self.timeless_losses(held))
            self.clock = replace(clock, share=0.0) if self.options.clock == "unmixed" else clock
        self.typical_losses = typical_losses(self.surprises(held), held.control, self.vocabulary)
        self.returns = Returns.of(training, self.vocabulary)
        self.firsts = Firsts.of(training, self.vocabulary)

    @abstractmethod
    def train(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Set `model` and `losses_by_control`."""

    def shown(self, windows: Windows) -> Windows:
        """Return windows with the times that are switched off made all alike; they have no weight either."""
        blank: dict[str, dict[str, Any]] = {
            "hour": {"hour": np.zeros_like(windows.hour)},
            "day": {"weekday": np.zeros_like(windows.weekday)},
            "duration": {
                "duration": np.zeros_like(windows.duration),
                "open": np.zeros_like(windows.open),
            },
        }
        for level, alike in blank.items():
            if level not in self.options.ttpe:
                windows = replace(windows, **alike)
        return windows

    def losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior as it is judged, (W, n)."""
        look = visible_losses if self.options.scoring == "visible" else hidden_losses
        return look(self.model, windows).astype(np.float64)

    def bounded_losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior as far as it counts, (W, n)."""
        return np.minimum(self.losses(windows), self.most)

    def time_losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the mean loss of each behavior's hidden hour and weekday, (W, n)."""
        losses = hidden_time_losses(self.model, windows)
        hour, weekday = (losses[output] for output, _ in TIME_CLASSES)
        return (hour + weekday).astype(np.float64) / 2

    def timeless_losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior's hour with every time hidden, (W, n)."""
        return timeless_losses(self.model, windows).astype(np.float64)

    def surprises(self, windows: Windows) -> NDArray[np.float64]:
        """Return what each behavior's control and time lose, (W, n)."""
        losses = self.bounded_losses(windows)
        if self.clock:
            losses += self.clock.losses(windows, self.timeless_losses(windows))
        elif self.options.time:
            losses += self.time_losses(windows)
        return losses

    def by_noise(self, losses: NDArray[np.float64], windows: Windows) -> Scores:
        """Return the score of each window by NWRL, (W,) (equations 15–18)."""
        return nwrl_score(losses, windows.control, nwrl_weights(self.losses_by_control, self.options.mu))

    def judge(self, windows: Windows) -> Scores:
        """Return the weighted loss of each window (equation 18)."""
        options: SmartGuardOptions = self.options
        windows = self.shown(windows)
        losses = self.surprises(windows)
        if options.typical:
            losses -= self.typical_losses[windows.control]
        if options.returns:
            losses += self.returns.losses(windows) * (HALF if options.weighting == "apart" else 1.0)
        if options.firsts:
            losses += self.firsts.losses(windows)
        if options.weighting == "nwrl":
            return self.by_noise(losses, windows)
        if options.weighting in REASONS:
            return REASONS[options.weighting](losses, windows.control)
        return highest_mean(losses, COUNTS.get(options.weighting) or losses.shape[1])

    def arrays(self) -> Arrays:
        """Return the parameters and what the score is made with."""
        extra: Arrays = {"losses_by_control": self.losses_by_control, "typical_losses": self.typical_losses}
        extra |= {"returns": self.returns.surprise, "most": np.array([self.most])}
        extra |= {"known_controls": self.firsts.controls, "known_devices": self.firsts.devices}
        if self.clock:
            extra["hours"] = np.append(self.clock.rates, self.clock.share)
        return {**{f"model/{name}": array for name, array in self.model.parameters.items()}, **extra}

    def restore(self, arrays: Arrays) -> None:
        """Take them back; raises ArtifactDamagedError if they do not fit."""
        sizes = self.options.model(self.vocabulary, self.size)
        named = {name.removeprefix("model/"): array for name, array in arrays.items()}
        self.model = Model.from_parameters(sizes, named)
        self.losses_by_control, self.typical_losses = arrays["losses_by_control"], arrays["typical_losses"]
        self.most = float(arrays["most"][0])
        self.returns = Returns(arrays["returns"])
        self.firsts = Firsts(arrays["known_controls"], arrays["known_devices"])
        hours = arrays.get("hours")
        self.clock = None if hours is None else Clock(hours[:HOURS], float(hours[HOURS]))

    def parameters(self) -> int:
        """Return the network's."""
        return int(self.model.flat.size)


class SmartGuard(CoreDetector):
    """The engine that runs in Home Assistant."""

    name = "SmartGuard"

    def train(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Train with the core's hand-derived gradients."""
        options: SmartGuardOptions = self.options
        result = train(
            training,
            validation,
            options.model(self.vocabulary, training.control.shape[1]),
            options.training(self.seed),
            progress=progress,
        )
        self.model, self.losses_by_control = result.model, result.loss_vector
