"""A home's log as windows: what the suites need of a home that was never cut for the paper."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.evidence import History
from custom_components.smartguard.core.history_csv import read_file
from custom_components.smartguard.core.sequence import chatty_entities, thin
from custom_components.smartguard.core.vocabulary import Vocabulary
from custom_components.smartguard.core.windows import WINDOW, Windows, cut, encode

from ..datasets import BUCKET_HOURS, RAW, DataError, HomeData, HomeVocabulary
from ..field.log import zone_of


def load_log(path: Path, zone: str) -> HomeData:
    """Read a history export as the live path reads it; every window is of one split until sessions part them.

    Raises DataError, LogError, HistoryFileError, OSError.
    """
    export = read_file(path, zone_of(zone), time.time())
    known = Vocabulary.from_behaviors(export.behaviors)
    history = History.of(export.behaviors, known, zone_of(zone))
    behaviors = thin(export.behaviors, chatty_entities(history))
    if len(behaviors) < WINDOW:
        said = "; ".join(export.tally.sentences())
        raise DataError(f"expected at least {WINDOW} behaviors in {path.name}, got {said}")
    controls = tuple(f"{token.entity} {token.control}" for token in known.tokens)
    windows = cut(encode(behaviors, known, zone_of(zone)))
    return HomeData(path.stem, HomeVocabulary(controls, known.devices, None), {f"{RAW}train": windows}, ())


def has_exact_times(windows: Windows) -> bool:
    """Say whether windows hold times of their own, not the middles of the paper's eighths of a day."""
    return bool((windows.hour % BUCKET_HOURS != BUCKET_HOURS / 2).any())


def names_of(vocabulary: HomeVocabulary) -> NDArray[np.str_]:
    """Return what each control of a log is called without its entity, (V,); the unknown has no name."""
    return np.array(["", *(control.rpartition(" ")[2] for control in vocabulary.controls)])
