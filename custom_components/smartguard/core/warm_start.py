"""Warm start: last night's network goes on to learn, although controls have come and gone.

A network drawn anew each night costs two to six times as much, and is better or worse by a tenth from one
night to the next by chance alone: after a lucky one the next are refused. What was learned before is
right for most of the home, and needs few epochs, at a lower rate, with masks from the first on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .model import Model, ModelOptions
from .training_options import TrainingOptions
from .vocabulary import UNKNOWN, Vocabulary

_EPOCHS, _RATE, _PATIENCE = 10, 0.5, 3


def warm_start(before: Model, was: Vocabulary, now: Vocabulary, seed: int) -> Model | None:
    """Return a network for a vocabulary of now that begins where the one for another ended.

    A control that is new is shown to the network as the unknown was, and what predicts it is drawn at random.
    None for a network of another size than today's, which is drawn anew.
    """
    if before.options != ModelOptions(vocabulary=len(was)):
        return None
    model = Model.create(ModelOptions(vocabulary=len(now)), seed)
    known = now.ids_in(was)
    stays = np.flatnonzero((known != UNKNOWN) | (np.arange(len(known)) == UNKNOWN))
    for name, array in model.parameters.items():
        old = before.parameters[name]
        if name == "control":
            array[:-1], array[-1] = old[known], old[-1]  # the last row is the mask embedding
        elif name in ("head.control", "head.control_bias"):
            array[..., stays] = old[..., known[stays]]
        else:
            array[...] = old
    return model


def warmed(training: TrainingOptions) -> TrainingOptions:
    """Return how a network goes on to learn, from how one that is drawn anew would."""
    return replace(
        training,
        epochs=min(training.epochs, _EPOCHS),
        learning_rate=training.learning_rate * _RATE,
        patience=_PATIENCE,
        mask_step=0,
    )
