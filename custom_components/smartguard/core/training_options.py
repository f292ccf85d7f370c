"""How a network is trained: LDMS (paper, 4.2), epochs, rate and time."""

from __future__ import annotations

from dataclasses import dataclass

from .masking import STRATEGIES, Strategy


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How to train.

    mask_step: N, epochs without a mask (loss_guided and loss_sampled). mask_ratio: r. patience: epochs
    without a better validation loss after which to stop. time_mask_ratio: share of the times that are
    hidden and, where the network has the outputs, predicted; timeless_share: share of the windows in which
    all of them are. unknown_share: share of the visible
    controls that the network is shown as unknown, so that the unknown gets an embedding. warm_up: steps
    over which the learning rate rises. final_rate: share of it that is left in the last epoch. seconds: of
    processor time after which no further epoch begins, None for as long as it takes; the learning rate
    falls in time for that.
    """

    epochs: int = 60
    batch: int = 512
    micro_batch: int = 64
    learning_rate: float = 1e-3
    mask_strategy: Strategy = "loss_guided"
    mask_ratio: float = 0.4
    mask_step: int = 5
    patience: int = 10
    seed: int = 0
    time_mask_ratio: float = 0.0
    timeless_share: float = 0.0
    unknown_share: float = 0.015
    warm_up: int = 0
    final_rate: float = 1.0
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.mask_strategy not in STRATEGIES:
            raise ValueError(f"expected a mask strategy of {STRATEGIES}, got {self.mask_strategy!r}")
        if min(self.epochs, self.batch, self.micro_batch) < 1:
            raise ValueError(f"expected epochs and batches of at least 1, got {self}")
        shares = (self.time_mask_ratio, self.timeless_share, self.unknown_share)
        if not (0 < self.mask_ratio <= 1 and all(0 <= share < 1 for share in shares)):
            raise ValueError(f"expected ratios between 0 and 1, got {self}")
