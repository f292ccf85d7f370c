"""The paper's model in torch as a detector: the same switches, masks and scores as our core, torch's engine.

It is what the core is compared with: same architecture, losses and steps, torch's own gradients and Adam.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from custom_components.smartguard.core.learner import Masks, loss_weights, shown, targets_of, validation_masks
from custom_components.smartguard.core.masking import Bools, masked_count, random_mask
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.scoring import variants
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.vocabulary import UNKNOWN
from custom_components.smartguard.core.windows import Windows

from .detector import Progress
from .reference_model import (
    ReferenceModel,
    anomaly_score,
    begins,
    behavior_losses,
    loss_vector,
    masked,
    noise_weights,
    reconstruction_loss,
)
from .smartguard import CoreDetector

SCORED_AT_ONCE = 512


class Reference(CoreDetector):
    """SmartGuard with torch's engine."""

    name = "Reference"

    def train(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Train as `core.training.train` does: keep the epoch with the lowest hidden validation loss."""
        options = self.options.training(self.seed)
        start = Model.create(self.options.model(self.vocabulary, training.control.shape[1]), self.seed)
        lesson = Lesson(ReferenceModel.with_parameters(start.options, start.parameters), options)
        best, best_vector, lowest, best_epoch = lesson.parameters(), lesson.vector, np.inf, 0
        for epoch in range(options.epochs):
            masks = lesson.masks(training, epoch)
            lesson.set_rate(epoch)
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

    @torch.no_grad()
    def seen_losses(self, windows: Windows, hidden: Bools | None, time: Bools | None) -> dict[str, Tensor]:
        """Return the losses of every output, (W, n) each, with some behaviors hidden."""
        twin = ReferenceModel.with_parameters(self.model.options, self.model.parameters)
        logits = twin(windows, hidden, time)
        targets = {name: targets_of(windows, name) for name in logits}
        return {
            name: loss.reshape(windows.control.shape)
            for name, loss in behavior_losses(logits, targets).items()
        }

    def losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior as it is judged, (W, n); that of the unknown is ln V."""
        losses = np.empty(windows.control.shape)
        if self.options.scoring == "visible":
            for start in range(0, len(windows), SCORED_AT_ONCE):
                piece = slice(start, start + SCORED_AT_ONCE)
                losses[piece] = self.seen_losses(windows.take(piece), None, None)["control"].numpy()
        else:
            for piece, repeated, hidden in variants(windows):
                seen = self.seen_losses(repeated, hidden, None)["control"].numpy()[hidden]
                losses[piece] = seen.reshape(-1, windows.control.shape[1])
        losses[windows.control == UNKNOWN] = np.log(self.vocabulary)
        return losses

    def time_losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the mean loss of each behavior's hidden hour and weekday, (W, n)."""
        losses = np.zeros(windows.control.shape)
        for piece, repeated, hidden in variants(windows):
            seen = self.seen_losses(repeated, None, hidden)
            for output in ("hour", "weekday"):
                losses[piece] += seen[output].numpy()[hidden].reshape(-1, windows.control.shape[1]) / 2
        return losses

    def timeless_losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior's hour with every time hidden, (W, n)."""
        losses = np.empty(windows.control.shape)
        for start in range(0, len(windows), SCORED_AT_ONCE):
            piece = slice(start, start + SCORED_AT_ONCE)
            every = np.ones(losses[piece].shape, bool)
            losses[piece] = self.seen_losses(windows.take(piece), None, every)["hour"].numpy()
        return losses

    def by_noise(self, losses: NDArray[np.float64], windows: Windows) -> NDArray[np.float64]:
        """Return the score of each window by NWRL, (W,)."""
        weights = noise_weights(self.losses_by_control, self.options.mu)
        return anomaly_score(torch.as_tensor(losses), windows.control, weights).numpy()


class Lesson:
    """A network in training."""

    def __init__(self, network: ReferenceModel, options: TrainingOptions) -> None:
        self.network = network
        self.options = options
        self.rng = np.random.default_rng(options.seed + 1)
        self.vector: NDArray[np.float64] = np.zeros(network.options.vocabulary)
        self.adam = torch.optim.Adam(network.parameters(), lr=options.learning_rate)

    def parameters(self) -> dict[str, np.ndarray]:
        """Return copies of the parameters."""
        return {name: tensor.detach().numpy().copy() for name, tensor in self.network.state_dict().items()}

    def set_rate(self, epoch: int) -> None:
        """Let the learning rate fall along a half cosine to `final_rate` of it."""
        course = np.pi * epoch / max(1, self.options.epochs - 1)
        share = self.options.final_rate + (1 - self.options.final_rate) * (1 + np.cos(course)) / 2
        for group in self.adam.param_groups:
            group["lr"] = self.options.learning_rate * float(share)

    def masks(self, windows: Windows, epoch: int) -> Masks:
        """Choose what an epoch hides, shows as unknown, and learns from, as `core.training` draws it."""
        options, control, time, unknown = self.options, None, None, None
        shape = windows.control.shape
        if begins(options.mask_strategy, epoch, options.mask_step):
            given = (windows.control, self.vector, options.mask_strategy, options.mask_ratio)
            control = masked(*given, self.rng)
        if options.time_mask_ratio:
            time = random_mask(shape, masked_count(shape[1], options.time_mask_ratio), self.rng)
        if options.timeless_share:
            timeless = np.repeat(self.rng.random((shape[0], 1)) < options.timeless_share, shape[1], axis=1)
            time = timeless if time is None else time | timeless
        loss = windows.control != UNKNOWN
        if options.unknown_share:
            unknown = self.rng.random(shape) < options.unknown_share
            unknown &= np.ones(shape, bool) if control is None else ~control
            loss &= ~unknown
        return Masks(control, time, unknown, loss if control is None else loss & control)

    def losses(self, windows: Windows, masks: Masks, batch: int) -> tuple[Tensor, Tensor]:
        """Return the loss of equation 14, summed over what carries it, and that of each control, (W, n)."""
        logits = self.network(shown(windows, masks), masks.control, masks.time)
        each = behavior_losses(logits, {name: targets_of(windows, name) for name in logits})
        carry = loss_weights(masks, tuple(logits), 1)
        parts = [
            reconstruction_loss(each[output], torch.as_tensor(weights), batch)
            for output, weights in carry.items()
        ]
        return torch.stack(parts).sum(), each["control"].detach().reshape(windows.control.shape)

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
        self.vector = loss_vector(torch.as_tensor(losses[kept]), windows.control[kept], len(self.vector))

    @torch.no_grad()
    def validate(self, windows: Windows) -> float:
        """Return the mean loss of hidden behaviors; with no mask, of all."""
        every = [Masks(None, None, None, windows.control != UNKNOWN)]
        if self.options.mask_strategy != "none":
            every = validation_masks(windows, self.options)
        total = sum(float(self.losses(windows, masks, 1)[0]) for masks in every)
        return total / max(1.0, float(sum(masks.loss.sum() for masks in every)))
