"""One model on one home by the paper's protocol (paper, 5.1): learn, threshold, judge each type."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from custom_components.smartguard.core.training import no_progress

from ..datasets import HomeData
from ..detector import PUBLISHED_SEED, Detector, Judged, OptionError, Options, Progress, named, options_of
from ..memory import peak_growth_mb
from ..metrics import counted, ranked, threshold_of
from ..threads import one_thread

PUBLISHED = "as_published"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entrant:
    """A model to judge: `label` in the results, its detector and options, or the authors' procedure."""

    label: str
    kind: type[Detector]
    options: Options
    authors: type[Judged] | None = None
    authors_seed: int = PUBLISHED_SEED


def entrants(name: str, chosen: dict[str, Any] | None = None) -> list[Entrant]:
    """Return what a name stands for, with some options chosen; raises OptionError.

    NAME is the model as it should be fitted and, where the authors did otherwise, as they did;
    NAME:fair and NAME:as_published are one of them alone.
    """
    bare, _, setting = name.partition(":")
    kind = named(bare)
    settings = {"fair": Entrant(kind.name, kind, options_of(kind, chosen or {}))}
    label = f"{kind.name}:{PUBLISHED}"
    if issubclass(kind, Judged):
        settings[PUBLISHED] = Entrant(label, kind, options_of(kind, chosen or {}), kind)
    elif kind.published:
        settings[PUBLISHED] = Entrant(label, kind, options_of(kind, chosen or {}, kind.published))
    if not setting:
        return list(settings.values())
    if setting not in settings:
        raise OptionError(f"expected {' or '.join(f'{kind.name}:{s}' for s in settings)}, got {name!r}")
    return [settings[setting]]


def judge(home: HomeData, entrant: Entrant, seed: int, kinds: Sequence[str], progress: Progress) -> Record:
    """Learn with one seed and judge types; one thread each for BLAS and torch."""
    with one_thread():
        if entrant.authors:
            return judge_as_published(home, entrant.authors, kinds, progress, entrant.authors_seed)
        return judge_fairly(home, entrant, seed, kinds, progress)


def measure(
    home: HomeData, entrant: Entrant, seed: int, kinds: Sequence[str], progress: Progress = no_progress
) -> Record:
    """Judge, and count by how much memory grew at most, in MB; 0 where the kernel does not say."""
    made: list[Record] = []
    peak = peak_growth_mb(lambda: made.append(judge(home, entrant, seed, kinds, progress)))
    return {**made[0], "peak_mb": peak or 0.0}


def judge_fairly(
    home: HomeData, entrant: Entrant, seed: int, kinds: Sequence[str], progress: Progress
) -> Record:
    """Learn from training windows alone; the threshold is from validation windows (equation 20)."""
    training, validation = home.learnable()
    detector = entrant.kind(len(home.vocabulary), seed, entrant.options)
    start, start_cpu = time.perf_counter(), time.process_time()
    detector.fit(training, validation, progress)
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    threshold = threshold_of(detector.score(validation))
    types = {}
    for kind in kinds:
        windows, labels = home.judged(kind)
        scores = detector.score(windows)
        types[kind] = sizes(labels) | counted(labels, scores > threshold) | ranked(labels, scores)
    return {
        "train_s": seconds,
        "train_cpu_s": cpu,
        "parameters": detector.parameters(),
        "threshold": threshold,
        "types": types,
    }


def judge_as_published(
    home: HomeData,
    authors: type[Judged],
    kinds: Sequence[str],
    progress: Progress,
    seed: int = PUBLISHED_SEED,
) -> Record:
    """Do what the authors did: fit to the windows that are judged, and take the method's own threshold.

    Where they took the normal windows for the positives, so do recall, precision, F1, FPR and FNR here;
    what ranks always means anomalous by positive.
    """
    training, _ = home.learnable()
    types: Record = {}
    start, start_cpu, threshold = time.perf_counter(), time.process_time(), None
    for done, kind in enumerate(kinds):
        windows, labels = home.judged(kind)
        said = authors.as_published(training, windows, labels, seed)
        truth = 1 - labels if said.inverted else labels
        threshold = said.threshold
        types[kind] = sizes(labels) | counted(truth, said.scores > threshold) | ranked(labels, said.scores)
        progress((done + 1) / len(kinds))
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    return {
        "train_s": seconds,
        "train_cpu_s": cpu,
        "parameters": 0,
        "threshold": threshold,
        "types": types,
    }


def sizes(labels: Any) -> Record:
    """Count the windows judged."""
    anomalous = int(labels.sum())
    return {"n_normal": len(labels) - anomalous, "n_anomalous": anomalous}
