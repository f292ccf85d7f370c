"""What a life on a log came to: alerts, false alerts a week with their interval, recall and delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import inf
from statistics import median
from typing import Any, TypeVar

from scipy.stats import chi2

from custom_components.smartguard.core.episode import Episode

from ..metrics import interval
from .run import Run

Record = dict[str, Any]
_LEVEL = 0.95
K = TypeVar("K", bound=str)
"""A kind of anomaly, by its name."""


def iso(time: float) -> str:
    """Write UTC seconds as the log does."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def alert(episode: Episode, run: Run) -> Record:
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


def poisson(count: float, exposure: float) -> list[float]:
    """Return the exact 95 % interval of a rate of which `count` were seen in `exposure` (Garwood 1936).

    count: of one life; the mean of several lives through the same days, which are no more exposure.
    """
    low = chi2.ppf((1 - _LEVEL) / 2, 2 * count) / 2 if count else 0.0
    high = chi2.ppf((1 + _LEVEL) / 2, 2 * count + 2) / 2
    return [round(float(low) / exposure, 4), round(float(high) / exposure, 4)]


def clean_record(run: Run, found: Sequence[Episode]) -> Record:
    """Return what the clean log tells of a model: each alert in it counts as false."""
    weeks = run.log.weeks
    return {
        "false_alerts_per_week": round(len(found) / weeks, 4),
        "false_alerts_ci95": poisson(len(found), weeks),
        "alerts": [alert(episode, run) for episode in found],
        "train_s": round(run.train_s, 2),
        "score_ms_p50": round(median(run.life.milliseconds), 3) if run.life.milliseconds else None,
    }


def recall_record(delays: Mapping[K, Sequence[float | None]]) -> Record:
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


def over_seeds(records: Mapping[int, Record], weeks: float) -> Record:
    """Merge a model's records by seed: one as it is; of several, means with intervals, and sums of counts."""
    first = next(iter(records.values()))
    if len(records) == 1:
        return first
    every = list(records.values())
    alerts = [len(record["alerts"]) for record in every]
    summed = {
        key: {kind: sum(record[key][kind] for record in every) for kind in first[key]}
        for key in ("injected", "told")
    }
    by_seed = {
        f"{key}_by_seed": {kind: [record[key][kind] for record in every] for kind in first[key]}
        for key in summed
    }
    return {
        "false_alerts_per_week": _numbers([record["false_alerts_per_week"] for record in every]),
        "false_alerts_ci95": poisson(sum(alerts) / len(alerts), weeks),
        "alerts": [{"seed": seed, **found} for seed, record in records.items() for found in record["alerts"]],
        **{key: _numbers([record[key] for record in every]) for key in ("train_s", "score_ms_p50")},
        "recall": {k: _numbers([record["recall"][k] for record in every], 1.0) for k in first["recall"]},
        "delay_s_p50": {k: _numbers([r["delay_s_p50"][k] for r in every]) for k in first["delay_s_p50"]},
        **summed,
        **by_seed,
        **_at_budgets(every),
    }


def _at_budgets(records: Sequence[Record]) -> Record:
    """Sum by budget what records of several seeds tell, if they do; false alerts are those of one life."""
    if "at_budgets" not in records[0]:
        return {}
    merged = []
    for together in zip(*(record["at_budgets"] for record in records), strict=True):
        told = {kind: sum(each["told"][kind] for each in together) for kind in together[0]["told"]}
        false_alerts = sum(each["false_alerts"] for each in together) / len(together)
        merged.append({"budget": together[0]["budget"], "false_alerts": false_alerts, "told": told})
    return {"at_budgets": merged}


def _numbers(values: Sequence[float | None], most: float = inf) -> Any:
    """Return mean, interval within [0, most] and values of those seeds that have one; null where none has."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return known[0] if known else None
    mean, (low, high) = interval(known)
    return {"mean": mean, "ci95": [max(low, 0.0), min(high, most)], "values": known}
