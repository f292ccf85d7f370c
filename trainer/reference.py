"""The paper's model in torch as a detector: the same switches, masks and scores as our core, torch's engine.

It is what the core is compared with: same architecture, losses and steps, torch's own gradients and Adam.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from custom_components.smartguard.core.masking import loss_vector
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.training import (
    Masks,
    TrainingOptions,
    choose_masks,
    loss_weights,
    shown,
    targets_of,
    validation_masks,
)
from custom_components.smartguard.core.vocabulary import UNKNOWN
from custom_components.smartguard.core.windows import Windows

from .detector import Progress
from .reference_model import ReferenceModel
from .smartguard import CoreDetector


class Reference(CoreDetector):
    """Trains in torch; what it learned is judged by the core, whose logits are the same."""

    name = "Reference"

    def train(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Train as `core.training.train` does: keep the epoch with the lowest hidden validation loss."""
        options = self.options.training(self.seed)
        start = Model.create(self.options.model(self.vocabulary, training.control.shape[1]), self.seed)
        lesson = Lesson(ReferenceModel.with_parameters(start.options, start.parameters), options)
        best, best_vector, lowest, best_epoch = lesson.parameters(), lesson.vector, np.inf, 0
        for epoch in range(options.epochs):
            masks = choose_masks(training, options, epoch, lesson.vector, lesson.rng)
            lesson.epoch(training, masks)
            progress((epoch + 1) / options.epochs)
            if (
                masks.control is None
                and options.mask_strategy != "none"
                and options.epochs > options.mask_step
            ):
                continue  # before it masks, it has not learned to fill gaps
            seen = lesson.validate(validation) if len(validation) else -float(epoch)
            if seen < lowest:
                best, best_vector, lowest, best_epoch = lesson.parameters(), lesson.vector, seen, epoch
            elif epoch - best_epoch >= options.patience:
                break
        self.model, self.losses_by_control = Model.from_parameters(start.options, best), best_vector


class Lesson:
    """A network in training."""

    def __init__(self, network: ReferenceModel, options: TrainingOptions) -> None:
        self.network = network
        self.options = options
        self.rng = np.random.default_rng(options.seed + 1)
        self.vector = np.zeros(network.options.vocabulary)
        self.adam = torch.optim.Adam(network.parameters(), lr=options.learning_rate)

    def parameters(self) -> dict[str, np.ndarray]:
        """Return copies of the parameters."""
        return {name: tensor.detach().numpy().copy() for name, tensor in self.network.state_dict().items()}

    def losses(self, windows: Windows, masks: Masks, batch: int) -> tuple[Tensor, Tensor]:
        """Return the loss of equation 14, summed over what carries it, and that of each control, (W, n)."""
        logits = self.network(shown(windows, masks), masks.control, masks.time)
        total, each = torch.zeros(()), torch.zeros(())
        for output, weights in loss_weights(masks, tuple(logits), batch).items():
            targets = torch.as_tensor(targets_of(windows, output)).long()
            loss = functional.cross_entropy(logits[output].flatten(0, 1), targets, reduction="none")
            total = total + (loss * torch.as_tensor(weights).to(loss.dtype)).sum()
            if output == "control":
                each = loss.detach().reshape(windows.control.shape)
        return total, each

    def epoch(self, windows: Windows, masks: Masks) -> None:
        """Learn from every window once and note what each control lost."""
        losses = np.zeros(windows.control.shape)
        order = self.rng.permutation(len(windows))
        for start in range(0, len(order), self.options.batch):
            batch = order[start : start + self.options.batch]
            self.adam.zero_grad()
            total, each = self.losses(windows.take(batch), masks.take(batch), len(batch))
            total.backward()  # type: ignore[no-untyped-call]
            self.adam.step()
            losses[batch] = each.numpy()
        kept = np.ones(losses.shape, bool) if masks.unknown is None else ~masks.unknown
        self.vector = loss_vector(losses[kept], windows.control[kept], len(self.vector))

    @torch.no_grad()
    def validate(self, windows: Windows) -> float:
        """Return the mean loss of hidden behaviors; with no mask, of all."""
        every = [Masks(None, None, None, windows.control != UNKNOWN)]
        if self.options.mask_strategy != "none":
            every = validation_masks(windows, self.options)
        total = sum(float(self.losses(windows, masks, 1)[0]) for masks in every)
        return total / max(1.0, float(sum(masks.loss.sum() for masks in every)))
