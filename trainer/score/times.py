"""Losses of the time at which something was done, while that time is hidden."""

from __future__ import annotations

import numpy as np

from custom_components.smartguard.core.layers import Array, Workspace, cross_entropy
from custom_components.smartguard.core.learner import TIME_OUTPUTS, targets_of
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.scoring import VARIANTS, variants
from custom_components.smartguard.core.windows import Windows


def hidden_time_losses(model: Model, windows: Windows) -> dict[str, Array]:
    """Return the loss of each position's hour and weekday with its time hidden, (W, n) each, in nats.

    Only of the outputs that the network has.
    """
    outputs = [name for name, _ in model.options.outputs if name in TIME_OUTPUTS]
    losses = {name: np.empty(windows.control.shape, model.flat.dtype) for name in outputs}
    work = Workspace(model.flat.dtype)
    for which, repeated, hidden in variants(windows):
        cache = model.represent(repeated, hidden_time=hidden, work=work)
        rows = cache.normal[hidden.reshape(-1)]
        for name in outputs:
            loss = cross_entropy(model.head(name, rows), targets_of(windows.take(which), name))
            losses[name][which] = loss.reshape(-1, hidden.shape[1])
    return losses


def timeless_losses(model: Model, windows: Windows) -> Array:
    """Return the loss of each position's hour with every time of the window hidden, (W, n), in nats.

    What the controls alone say of the time of day. With one time hidden the others give it away.
    """
    losses = np.empty(windows.control.shape, model.flat.dtype)
    work = Workspace(model.flat.dtype)
    for start in range(0, len(windows), VARIANTS):
        part = windows.take(slice(start, start + VARIANTS))
        every = np.ones(part.control.shape, bool)
        logits = model.head("hour", model.represent(part, hidden_time=every, work=work).normal)
        loss = cross_entropy(logits, targets_of(part, "hour"))
        losses[start : start + VARIANTS] = loss.reshape(part.control.shape)
    return losses
