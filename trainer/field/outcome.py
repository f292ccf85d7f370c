"""What a life on a log came to: alerts, false alerts a week with their interval, recall and delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from scipy.stats import chi2

from custom_components.smartguard.core.episode import Episode

from ..attacks import Kind
from .run import Run

_LEVEL = 0.95


def iso(time: float) -> str:
    """Write UTC seconds as the log does."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def alert(episode: Episode, run: Run) -> dict[str, Any]:
    """Return an alert as `replay` writes it; an end of null lasts still."""
    entities = dict.fromkeys(b.entity for b in episode.reasons[0].behaviors)
    return {
        "time": iso(episode.start),
        "end": None if episode.end is None else iso(episode.end),
        "score": round(episode.score, 3),
        "threshold": round(episode.threshold, 3),
        "kind": episode.reasons[0].channel,
        "entities": list(entities),
        "summary": run.learned_at(episode.start).say(episode),
    }


def poisson(count: int, exposure: float) -> list[float]:
    """Return the exact 95 % interval of a rate of which `count` were seen in `exposure` (Garwood 1936)."""
    low = chi2.ppf((1 - _LEVEL) / 2, 2 * count) / 2 if count else 0.0
    high = chi2.ppf((1 + _LEVEL) / 2, 2 * count + 2) / 2
    return [round(float(low) / exposure, 4), round(float(high) / exposure, 4)]


def clean_record(run: Run, found: Sequence[Episode]) -> dict[str, Any]:
    """Return what the clean log tells of a model: each alert in it counts as false."""
    weeks = run.log.weeks
    return {
        "false_alerts_per_week": round(len(found) / weeks, 4),
        "false_alerts_ci95": poisson(len(found), weeks),
        "alerts": [alert(episode, run) for episode in found],
        "train_s": round(run.train_s, 2),
        "score_ms_p50": round(median(run.life.milliseconds), 3) if run.life.milliseconds else None,
    }


def recall_record(delays: Mapping[Kind, Sequence[float | None]]) -> dict[str, Any]:
    """Return recall and median delay of each kind; null where nothing was injected or told."""
    told = {kind: [d for d in values if d is not None] for kind, values in delays.items()}
    return {
        "recall": {
            str(kind): round(len(told[kind]) / len(delays[kind]), 4) if delays[kind] else None
            for kind in delays
        },
        "delay_s_p50": {str(k): round(median(d), 1) if d else None for k, d in told.items()},
        "injected": {str(kind): len(values) for kind, values in delays.items()},
        "told": {str(kind): len(values) for kind, values in told.items()},
    }
