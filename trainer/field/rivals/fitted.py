"""A detector of the suites, fitted; a module of its own since it loads torch, which only a fit should."""

from __future__ import annotations

import torch

from custom_components.smartguard.core.windows import Windows

from ...detector import Detector
from ...paper.judge import entrants


def fitted(name: str, seed: int, vocabulary: int, training: Windows, held: Windows) -> Detector:
    """Fit NAME as it should be, or NAME:as_published as its authors describe it; raises OptionError.

    From then on torch has one thread, also while windows are judged, as the commands promise.
    """
    torch.set_num_threads(1)
    (entrant,) = entrants(name if ":" in name else f"{name}:fair")
    detector = entrant.kind(vocabulary, seed, entrant.options)
    detector.fit(training, held)
    return detector
