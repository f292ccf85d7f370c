"""Losses with the judged behavior hidden, and the noise-aware weighted reconstruction loss, NWRL (4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .layers import Array, Arrays, Workspace, cross_entropy
from .learner import TIME_OUTPUTS
from .masking import Bools
from .model import Model
from .vocabulary import UNKNOWN
from .windows import Windows

VARIANTS = 64
MU = 0.1


def variants(windows: Windows) -> Iterator[tuple[slice, Windows, Bools]]:
    """Repeat each window n times, marking another position in each: which windows, copies, (w·n, n) marks."""
    n = windows.control.shape[1]
    size = max(1, VARIANTS // n)
    for start in range(0, len(windows), size):
        which = slice(start, min(start + size, len(windows)))
        count = which.stop - which.start
        repeated = windows.take(np.repeat(np.arange(which.start, which.stop), n))
        yield which, repeated, np.tile(np.eye(n, dtype=bool), (count, 1))


def hidden_logits(model: Model, windows: Windows) -> Arrays:
    """Return what the network expects at each position when it does not see what was done there.

    Logits (W, n, classes) of every output but the times.
    """
    shape = windows.control.shape
    outputs = {name: classes for name, classes in model.options.outputs if name not in TIME_OUTPUTS}
    logits = {name: np.empty((*shape, classes), model.flat.dtype) for name, classes in outputs.items()}
    work = Workspace(model.flat.dtype)
    for which, repeated, hidden in variants(windows):
        cache = model.represent(repeated, hidden_control=hidden, work=work)
        rows = cache.normal[hidden.reshape(-1)]
        for name, classes in outputs.items():
            logits[name][which] = model.head(name, rows).reshape(-1, shape[1], classes)
    return logits


def losses_of(logits: Array, controls: NDArray[np.integer[Any]]) -> Array:
    """Return −log p of each control, shape (W, n), from logits (W, n, V).

    The network never learns to expect the unknown; its loss is ln V, that of knowing nothing.
    """
    vocabulary = logits.shape[-1]
    losses = cross_entropy(logits.reshape(-1, vocabulary).copy(), controls.reshape(-1))
    losses[controls.reshape(-1) == UNKNOWN] = np.log(vocabulary)
    return losses.reshape(controls.shape)


def hidden_losses(model: Model, windows: Windows) -> Array:
    """Return the loss of each position's control with that position hidden, shape (W, n), in nats."""
    losses = np.empty(windows.control.shape, model.flat.dtype)
    work = Workspace(model.flat.dtype)
    for which, repeated, hidden in variants(windows):
        cache = model.represent(repeated, hidden_control=hidden, work=work)
        logits = model.head("control", cache.normal[hidden.reshape(-1)])
        controls = windows.control[which]
        losses[which] = losses_of(logits.reshape(*controls.shape, -1), controls)
    return losses


def logits_at(model: Model, windows: Windows, positions: NDArray[np.integer[Any]]) -> Array:
    """Return what the network expects of the control at one position of each window, hidden: logits (W, V).

    positions: shape (W,), in [0, n).
    """
    hidden = np.arange(windows.control.shape[1]) == positions[:, None]
    logits = np.empty((len(windows), model.options.vocabulary), model.flat.dtype)
    work = Workspace(model.flat.dtype)
    for start in range(0, len(windows), VARIANTS):
        which = slice(start, start + VARIANTS)
        cache = model.represent(windows.take(which), hidden_control=hidden[which], work=work)
        logits[which] = model.head("control", cache.normal[hidden[which].reshape(-1)])
    return logits


def visible_losses(model: Model, windows: Windows) -> Array:
    """Return the loss of each position's control with nothing hidden, (W, n), in nats: the paper's score."""
    losses = np.empty(windows.control.shape, model.flat.dtype)
    work = Workspace(model.flat.dtype)
    for start in range(0, len(windows), VARIANTS):
        part = windows.take(slice(start, start + VARIANTS))
        logits = model.head("control", model.represent(part, work=work).normal)
        losses[start : start + VARIANTS] = losses_of(logits.reshape(*part.control.shape, -1), part.control)
    return losses


def nwrl_weights(loss_vector: NDArray[Any], mu: float = MU) -> NDArray[np.float64]:
    """Return the weight of each device control, (V,) in (0, 0.5] (equations 16, 17).

    sigmoid(−relu(ℓ − E ℓ) / sqrt(Var ℓ · μ)) over the known controls; all alike where nothing varies.
    """
    vector = np.asarray(loss_vector, np.float64)
    known = vector[UNKNOWN + 1 :]
    spread = float(np.sqrt(known.var() * mu)) if len(known) else 0.0
    if spread <= 0.0:
        return np.full(len(vector), 0.5)
    weights: NDArray[np.float64] = 1 / (1 + np.exp(np.maximum(vector - known.mean(), 0.0) / spread))
    return weights


def nwrl_score(
    losses: NDArray[Any], controls: NDArray[np.integer[Any]], weights: NDArray[np.floating[Any]]
) -> NDArray[np.float64]:
    """Return the weighted mean loss of each window, (W,): weights p of equation 18, losses (W, n)."""
    weight = np.maximum(weights[controls], np.finfo(np.float64).tiny)
    score: NDArray[np.float64] = (weight * losses).sum(axis=1) / weight.sum(axis=1)
    return score


def equation_19(
    losses: NDArray[Any], controls: NDArray[np.integer[Any]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return equation 19 as printed: `nwrl_score` divided by the window length once more, (W,)."""
    score: NDArray[np.float64] = nwrl_score(losses, controls, weights) / losses.shape[1]
    return score
