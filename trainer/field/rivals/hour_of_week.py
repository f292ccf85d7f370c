"""Hour-of-week frequency per entity: more uses in an hour than that hour of the week usually has.

The idea of the integration Behaviour Monitor: a count for every entity and every hour of the week.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from custom_components.smartguard.core.episode import Reason
from custom_components.smartguard.core.evidence import Finding, History
from custom_components.smartguard.core.memory import Memory

from ..log import name_of
from .rival import Found, Rival

_HOURS = 168
_PRIOR_WEEKS = 0.5
"""Weeks of evenly spread uses that every hour starts with: no hour is impossible."""


class HourlyRates:
    """Uses of each entity in each hour of the week, on average."""

    def __init__(self, rates: dict[str, NDArray[np.float64]], zone: ZoneInfo) -> None:
        """Take entity → rates of shape (168,)."""
        self._rates = rates
        self._zone = zone

    def find(self, memory: Memory) -> Found:
        """Say how unusual it is to use the newest behavior's entity so often in this hour."""
        newest = memory.recent[-1]
        rates = self._rates.get(newest.entity)
        if rates is None:
            return {}
        local = datetime.fromtimestamp(newest.time, self._zone)
        start = newest.time - 60 * local.minute - local.second
        uses = tuple(b for b in memory.since(start) if b.entity == newest.entity)
        usual = float(rates[_hour(local)])
        surprise = -float(poisson.logsf(len(uses) - 1, usual))
        facts: dict[str, float | str] = {"uses": float(len(uses)), "usual": usual, "hour": float(local.hour)}
        return {"moment": Finding(surprise, uses[:1], uses, facts)}

    def find_open(self, _memory: Memory, _now: float) -> Sequence[Found]:
        """Say nothing of what is on."""
        return ()

    def say(self, reason: Reason) -> str:
        """Name the count and the usual one."""
        facts = reason.facts
        return (
            f"{name_of(reason.behaviors[0].entity)} was used {facts['uses']:.0f} times in the hour from "
            f"{facts['hour']:.0f}:00; usual at this hour of the week are {facts['usual']:.2f} times."
        )


class HourOfWeek(Rival):
    """Counts uses by hour of the week."""

    name = "HourOfWeek"
    kinds = ("moment",)

    def fit(self, history: History) -> HourlyRates:
        """Count uses; an hour's rate leans to the entity's mean of all hours."""
        lived = np.zeros(_HOURS)
        for day in history.days:
            begin = 24 * date.fromordinal(day).weekday()
            lived[begin : begin + 24] += 1
        uses = Counter(b.entity for b in history.behaviors)
        counts = {entity: np.zeros(_HOURS) for entity in uses}
        for b in history.behaviors:
            counts[b.entity][_hour(datetime.fromtimestamp(b.time, history.zone))] += 1
        total = max(float(lived.sum()), 1.0)
        rates = {
            entity: (found + _PRIOR_WEEKS * max(uses[entity], 1) / total) / (lived + _PRIOR_WEEKS)
            for entity, found in counts.items()
        }
        return HourlyRates(rates, history.zone)


def _hour(local: datetime) -> int:
    return 24 * local.weekday() + local.hour
