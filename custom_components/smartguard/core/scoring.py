"""Losses with the judged behavior hidden, and the noise-aware weighted reconstruction loss, NWRL (4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .layers import Array, Arrays, Workspace, cross_entropy
from .masking import Bools
from .model import Model
from .training import TIME_OUTPUTS, targets_of
from .vocabulary import UNKNOWN
from .windows import Windows

VARIANTS = 64
MU = 0.1
PSEUDO_USES = 10.0
HIGHEST = 2


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


def typical_losses(
    losses: NDArray[Any], controls: NDArray[np.integer[Any]], vocabulary: int
) -> NDArray[np.float64]:
    """Return the mean loss of each control, (V,), drawn to that of all by `PSEUDO_USES` uses.

    Noise is a control that always loses much. One that was hardly used is not known to: it excuses nothing.
    """
    flat = controls.reshape(-1)
    uses = np.bincount(flat, minlength=vocabulary)
    sums = np.bincount(flat, losses.reshape(-1).astype(np.float64), minlength=vocabulary)
    mean = float(losses.mean(dtype=np.float64)) if losses.size else 0.0
    typical: NDArray[np.float64] = (sums + PSEUDO_USES * mean) / (uses + PSEUDO_USES)
    return typical


def highest_mean(losses: NDArray[Any], count: int = HIGHEST) -> NDArray[np.float64]:
    """Return the mean of each window's highest losses, (W,): a mean over all of them dilutes an anomaly."""
    highest = np.sort(losses, axis=1)[:, -count:]
    return highest.mean(axis=1, dtype=np.float64)  # type: ignore[no-any-return]


def two_reasons(losses: NDArray[Any], controls: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return the mean of each window's two highest losses, (W,), where a repeat counts half.

    What a home rarely does it may do twice in a row; two different surprises are the better reason. The
    other half of a repeat is the highest loss of another control, or the window's lowest without one.
    """
    rows = np.arange(len(losses))
    first = losses.argmax(axis=1)
    highest, lowest = losses[rows, first], losses.min(axis=1, keepdims=True)
    other = np.where(controls == controls[rows, first][:, None], lowest, losses).max(axis=1)
    score: NDArray[np.float64] = (highest + other + 2.0 * highest_mean(losses)) / 4.0
    return score


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
