"""Training under one mask strategy, watched epoch by epoch: what Figures 1, 6, 14 and 15 are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.learner import Learner, choose_masks
from custom_components.smartguard.core.masking import loss_vector
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.scoring import (
    hidden_losses,
    nwrl_score,
    nwrl_weights,
    visible_losses,
)
from custom_components.smartguard.core.training import check, never, no_progress
from custom_components.smartguard.core.vocabulary import UNKNOWN
from custom_components.smartguard.core.windows import Windows

from ...datasets import HomeData
from ...engines import Record
from ...metrics import counted, ranked, threshold_of
from ...smartguard import SmartGuard
from ...sweeps.judged import cell_of, options_in
from .study import PAPERS, Seeds, rounded

STRATEGIES = {
    "none": "no mask",
    "random": "random, r = .2",
    "top_k_loss": "top-k loss, r = .2",
    "loss_guided": "LDMS (the paper's), r = .4, N = 5",
    "loss_sampled": "drawn by loss (ours), r = .4, N = 5",
}
SMALL_RATIO = 0.2
"""r of the strategies that mask from the first epoch on (paper, 4.2)."""


def plan(home: HomeData, seeds: Seeds, strategies: tuple[str, ...] = tuple(STRATEGIES)) -> list[Record]:
    """Return one cell for each strategy and seed."""
    settings = []
    for strategy in strategies:
        ratio = SMALL_RATIO if strategy in ("random", "top_k_loss") else PAPERS.mask_ratio
        settings.append(replace(PAPERS, mask_strategy=strategy, mask_ratio=ratio))
    return [cell_of(home, SmartGuard, options, seed) for options in settings for seed in seeds]


def watch(home: HomeData, cell: Record) -> Record:
    """Train for all epochs; note how the losses of the controls went, how they ended and what they detect."""
    options: Any = options_in(cell)
    training, validation = home.learnable()
    model = Model.create(options.model(len(home.vocabulary), training.control.shape[1]), cell["seed"])
    check(training, model.options)
    schedule = options.training(cell["seed"])
    learner = Learner(model, schedule, never)
    seen, held = occurring(training), occurring(validation)
    course: dict[str, list[float]] = {
        name: [] for name in ("mean", "variance", "hidden_mean", "hidden_variance")
    }
    for epoch in range(schedule.epochs):
        masks = choose_masks(training, schedule, epoch, learner.vector, learner.rng)
        learner.set_rate(epoch)
        learner.epoch(training, masks, no_progress)
        hidden = by_control(hidden_losses(model, validation), validation, len(home.vocabulary))
        for name, vector in (("", learner.vector[seen]), ("hidden_", hidden[held])):
            course[f"{name}mean"].append(float(vector.mean()))
            course[f"{name}variance"].append(float(vector.var()))
    losses = {"in_sight": visible_losses(model, training), "hidden": hidden_losses(model, training)}
    vectors = {name: by_control(loss, training, len(home.vocabulary))[seen] for name, loss in losses.items()}
    return {
        "course": {name: rounded(values) for name, values in course.items()},
        "occurrences": np.bincount(training.control.reshape(-1), minlength=len(home.vocabulary))[
            seen
        ].tolist(),
        "losses": {name: rounded(vector) for name, vector in vectors.items()},
        "types": types(home, model, learner.vector, options.mu),
    }


def occurring(windows: Windows) -> NDArray[np.intp]:
    """Return the ids of the known controls that occur."""
    found: NDArray[np.intp] = np.unique(windows.control[windows.control != UNKNOWN]).astype(np.intp)
    return found


def by_control(losses: NDArray[Any], windows: Windows, vocabulary: int) -> NDArray[np.float64]:
    """Return the mean loss of each control, (V,), from losses (W, n)."""
    return loss_vector(losses.astype(np.float64), windows.control, vocabulary)


def types(home: HomeData, model: Model, vector: NDArray[np.float64], mu: float) -> Record:
    """Judge every type twice: in sight with NWRL as the paper does, and hidden by the plain mean."""
    weights = nwrl_weights(vector, mu)

    def in_sight(windows: Windows) -> NDArray[np.float64]:
        return nwrl_score(visible_losses(model, windows), windows.control, weights)

    def hidden(windows: Windows) -> NDArray[np.float64]:
        means: NDArray[np.float64] = hidden_losses(model, windows).astype(np.float64).mean(axis=1)
        return means

    _, validation = home.learnable()
    judged: Record = {}
    for name, score in (("in_sight", in_sight), ("hidden", hidden)):
        threshold = threshold_of(score(validation))
        judged[name] = {}
        for kind in home.kinds:
            windows, labels = home.judged(kind)
            scores = score(windows)
            judged[name][kind] = counted(labels, scores > threshold) | ranked(labels, scores)
    return judged
