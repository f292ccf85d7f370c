"""Hindsight: the losses of days gone by, as they would have been found on the day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .behavior import Behavior
from .scoring import logits_at, losses_of
from .sequence import SequenceScore


def past_losses(sequence: SequenceScore, lived: Sequence[Behavior]) -> list[tuple[Behavior, float]]:
    """Return the loss of each behavior that the network reads, in nats, in the window that it ended.

    lived: in time order. The first of them end no window and have none.
    """
    read = sequence.read(lived)
    windows = sequence.windows(read)
    if not len(windows):
        return []
    newest = windows.control.shape[1] - 1
    logits = logits_at(sequence.model, windows, np.full(len(windows), newest))
    losses = losses_of(logits[:, None], windows.control[:, newest:])[:, 0]
    return list(zip(read[newest:], map(float, losses), strict=True))
