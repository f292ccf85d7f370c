"""One epoch after another: what is hidden, what the network says, the loss (equation 14), Adam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import StoppedError
from .layers import Array, Workspace, cross_entropy, cross_entropy_backward
from .masking import Bools, highest_losses, loss_vector, masked_count, random_mask, sampled_losses
from .model import Model
from .optimizer import Adam
from .training_options import TrainingOptions
from .vocabulary import UNKNOWN
from .windows import Windows

VALIDATION_VARIANTS = 3
TIME_OUTPUTS = ("hour", "weekday")


@dataclass(frozen=True, slots=True)
class Masks:
    """What is hidden of W windows, (W, n) each, and which behaviors carry loss."""

    control: Bools | None
    time: Bools | None
    unknown: Bools | None  # shown as unknown
    loss: Bools  # the behaviors whose control carries loss

    def take(self, index: NDArray[np.intp]) -> Masks:
        """Return the masks of the windows at `index`."""
        control, time, unknown = (
            None if mask is None else mask[index] for mask in (self.control, self.time, self.unknown)
        )
        return Masks(control, time, unknown, self.loss[index])


def targets_of(windows: Windows, output: str) -> NDArray[np.int32]:
    """Return the class that an output should give each behavior, (M,)."""
    if output == "hour":
        return windows.hour.reshape(-1).astype(np.int32) % 24
    named = {"control": windows.control, "device": windows.device, "weekday": windows.weekday}
    return named[output].reshape(-1)


def chunks(index: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    """Cut an index into pieces of `size`."""
    for start in range(0, len(index), size):
        yield index[start : start + size]


def choose_masks(
    windows: Windows,
    options: TrainingOptions,
    epoch: int,
    vector: NDArray[np.float64],
    rng: np.random.Generator,
) -> Masks:
    """Choose what an epoch hides (equations 3, 4), shows as unknown, and learns from (equation 14)."""
    shape = (len(windows), windows.control.shape[1])
    count = masked_count(shape[1], options.mask_ratio)
    strategy = options.mask_strategy
    control = time = unknown = None
    if strategy == "random":
        control = random_mask(shape, count, rng)
    elif strategy == "top_k_loss" or (strategy == "loss_guided" and epoch >= options.mask_step):
        control = highest_losses(windows.control, vector, count, rng)
    elif strategy == "loss_sampled" and epoch >= options.mask_step:
        control = sampled_losses(windows.control, vector, count, rng)
    if options.time_mask_ratio:
        time = random_mask(shape, masked_count(shape[1], options.time_mask_ratio), rng)
    if options.timeless_share:
        timeless = np.repeat(rng.random((shape[0], 1)) < options.timeless_share, shape[1], axis=1)
        time = timeless if time is None else time | timeless
    loss = windows.control != UNKNOWN
    if options.unknown_share:
        unknown = rng.random(shape) < options.unknown_share
        if control is not None:
            unknown &= ~control
        loss &= ~unknown
    return Masks(control, time, unknown, loss if control is None else loss & control)


class Learner:
    """Steps through windows: forward, loss, backward, Adam."""

    def __init__(self, model: Model, options: TrainingOptions, should_stop: Callable[[], bool]) -> None:
        self.model = model
        self.options = options
        self.should_stop = should_stop
        self.rng = np.random.default_rng(options.seed + 1)
        self.vector: NDArray[np.float64] = np.zeros(model.options.vocabulary)
        self._work = Workspace(model.flat.dtype)
        self._gradient = np.empty_like(model.flat)
        self._part = np.empty_like(model.flat)
        self._adam = Adam(len(model.flat), model.flat.dtype, options.learning_rate)

    def set_rate(self, epoch: int, spent: float = 0.0) -> None:
        """Let the learning rate fall along a half cosine from its full value to `final_rate` of it.

        spent: share of the budget that is spent; where that runs out first, the rate falls with it.
        """
        options = self.options
        course = min(1.0, max(epoch / max(1, options.epochs - 1), spent))
        share = options.final_rate + (1 - options.final_rate) * (1 + np.cos(np.pi * course)) / 2
        self._adam.learning_rate = options.learning_rate * float(share)

    def epoch(self, windows: Windows, masks: Masks, progress: Callable[[float], None]) -> float:
        """Learn from every window once; return the mean loss of the behaviors that carried loss."""
        losses: NDArray[np.float64] = np.zeros(windows.control.shape)
        order = self.rng.permutation(len(windows))
        for done, batch in enumerate(chunks(order, self.options.batch)):
            losses[batch] = self.step(windows, masks, batch)
            progress(min(1.0, (done + 1) * self.options.batch / len(order)))
        shown = np.ones(losses.shape, bool) if masks.unknown is None else ~masks.unknown
        self.vector = loss_vector(losses[shown], windows.control[shown], self.model.options.vocabulary)
        return float(losses[masks.loss].mean()) if masks.loss.any() else 0.0

    def step(self, windows: Windows, masks: Masks, batch: NDArray[np.intp]) -> NDArray[np.float64]:
        """Take one step of Adam on a batch; return its losses (B, n), of all behaviors."""
        losses = self.accumulate(windows, masks, batch)
        self._warm_up()
        self._adam.step(self.model.flat, self._gradient)
        return losses

    def _warm_up(self) -> None:
        """Rise to the learning rate over the first steps."""
        if self._adam.steps < self.options.warm_up:
            share = (self._adam.steps + 1) / self.options.warm_up
            self._adam.learning_rate = self.options.learning_rate * share

    def accumulate(self, windows: Windows, masks: Masks, batch: NDArray[np.intp]) -> NDArray[np.float64]:
        """Add up the gradient of equation 14 over micro-batches; return the losses (B, n)."""
        self._gradient.fill(0)
        losses = []
        for micro in chunks(batch, self.options.micro_batch):
            if self.should_stop():
                raise StoppedError("training was asked to stop")
            losses.append(self._micro_batch(windows.take(micro), masks.take(micro), len(batch)))
            self._gradient += self._part
        return np.concatenate(losses).astype(np.float64)

    def _micro_batch(self, windows: Windows, masks: Masks, batch: int) -> Array:
        """Leave the gradient of some windows of a batch in `_part`; return their losses (W, n)."""
        logits, cache = self.model.forward(shown(windows, masks), masks.control, masks.time, self._work)
        weighted = loss_weights(masks, tuple(logits), batch)
        carrying = np.any(list(weighted.values()), axis=0)
        grads, losses = {}, {}
        for output, weights in weighted.items():
            targets = targets_of(windows, output)
            flat = logits[output].reshape(len(targets), -1)
            losses[output] = cross_entropy(flat, targets)
            grads[output] = cross_entropy_backward(flat, targets, weights.astype(flat.dtype))
        rows = None if carrying.all() else np.flatnonzero(carrying)
        self.model.backward(cache, grads, self._part, rows)
        return losses["control"].reshape(windows.control.shape)

    def validate(self, windows: Windows) -> float:
        """Return the mean loss of hidden behaviors, the same ones each time: comparable over epochs."""
        if self.options.mask_strategy == "none":
            masks = [Masks(None, None, None, windows.control != UNKNOWN)]
        else:
            masks = validation_masks(windows, self.options)
        total = count = 0.0
        for chosen in masks:
            for micro in chunks(np.arange(len(windows)), self.options.micro_batch):
                if self.should_stop():
                    raise StoppedError("training was asked to stop")
                losses, weight = self._validation_losses(windows.take(micro), chosen.take(micro))
                total, count = total + losses, count + weight
        return total / max(count, 1.0)

    def _validation_losses(self, windows: Windows, masks: Masks) -> tuple[float, float]:
        """Return the summed loss of all trained outputs, and how many controls carried it."""
        logits, _ = self.model.forward(windows, masks.control, masks.time, self._work)
        total = 0.0
        weighted = loss_weights(masks, tuple(logits), 1)
        for output, weights in weighted.items():
            targets = targets_of(windows, output)
            losses = cross_entropy(logits[output].reshape(len(targets), -1), targets)
            total += float(losses @ weights.astype(losses.dtype))
        return total, float(weighted["control"].sum())


def validation_masks(windows: Windows, options: TrainingOptions) -> list[Masks]:
    """Hide one behavior of each window in each variant, as scoring does, drawn once from the seed."""
    rng = np.random.default_rng(options.seed + 2)
    shape = (len(windows), windows.control.shape[1])
    order = rng.random(shape).argsort(axis=1)
    masks = []
    for variant in range(min(VALIDATION_VARIANTS, shape[1])):
        control = np.zeros(shape, bool)
        np.put_along_axis(control, order[:, variant : variant + 1], True, axis=1)
        time = random_mask(shape, 1, rng) if options.time_mask_ratio else None
        masks.append(Masks(control, time, None, control & (windows.control != UNKNOWN)))
    return masks


def shown(windows: Windows, masks: Masks) -> Windows:
    """Show some controls as unknown."""
    if masks.unknown is None or not masks.unknown.any():
        return windows
    control = np.where(masks.unknown, np.int32(UNKNOWN), windows.control)
    return Windows(control, windows.device, windows.hour, windows.weekday, windows.duration, windows.open)


def loss_weights(masks: Masks, outputs: tuple[str, ...], batch: int) -> dict[str, Array]:
    """Return what each behavior's loss counts in equation 14, (M,) for each output that is trained."""
    weights: dict[str, Array] = {}
    for output in outputs:
        if output in TIME_OUTPUTS:
            if masks.time is not None:
                weights[output] = masks.time.reshape(-1) / batch
        else:
            weights[output] = masks.loss.reshape(-1) / batch
    return weights
