"""Backtest: what the present settings would have told in the days gone by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from homeassistant.util import dt as dt_util

from .alerts import alert_data
from .answers import failure, refusal
from .const import ALERT_DETECTED, DAY, MAX_ALERTS_PER_WEEK, MIN_ALERTS_PER_WEEK, RETENTION_DAYS
from .core.episode import Episode
from .core.errors import StoppedError
from .core.explain import Words
from .core.feedback import Corrections
from .core.guard import Guard
from .core.memory import Memory
from .core.novelty import FirstTimes
from .core.policy import Policy
from .core.replay import replay
from .core.watch import Watch
from .journal import Journal, JournalError
from .recall import MEMORY_DAYS

if TYPE_CHECKING:
    from .coordinator import SmartGuardCoordinator

DEFAULT_DAYS: Final = 10.0
LEAST_DAYS: Final = 1.0
NAMED: Final = 5
"""Alerts that the summary tells one by one; all are in the answer."""


@dataclass(frozen=True, slots=True)
class _Settings:
    guard: Guard
    corrections: Corrections
    budget: float
    begin: float
    end: float
    watched: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Replayed:
    """behaviors: how many were lived through. begin: UTC seconds, later than asked where the record is."""

    episodes: list[Episode]
    behaviors: int
    begin: float


async def async_backtest(
    home: SmartGuardCoordinator, days: float | None, alerts_per_week: float | None
) -> dict[str, Any]:
    """Replay the last days through guard and policy, and return the alerts that they would have raised.

    The guard may have learned from these days; feedback holds, mode and snooze do not.
    """
    days = DEFAULT_DAYS if days is None else days
    budget = home.alarm.budget if alerts_per_week is None else alerts_per_week
    if not (math.isfinite(days) and LEAST_DAYS <= days <= RETENTION_DAYS):
        raise refusal("days_out_of_range", f"{days:g}")
    if not (math.isfinite(budget) and MIN_ALERTS_PER_WEEK <= budget <= MAX_ALERTS_PER_WEEK):
        raise refusal("budget_out_of_range", f"{budget:g}")
    if (guard := home.guard) is None:
        raise refusal("no_model")
    if (corrections := home.alarm.corrections) is None:
        raise refusal("not_ready")
    end = dt_util.utcnow().timestamp()
    watched = frozenset(key.entity for key in home.keys.values())
    settings = _Settings(guard, corrections, budget, end - days * DAY, end, watched)
    try:
        async with home.replaying:
            found = await home.hass.async_add_executor_job(_replay, home.journal, settings, home.stopping)
    except StoppedError as err:
        raise failure("not_ready") from err
    except JournalError as err:
        raise failure("journal_failed", str(err)) from err
    return _answer(home, settings, found)


def _replay(journal: Journal, settings: _Settings, stopping: Event) -> _Replayed:
    """Read and replay (in the executor)."""
    begin = settings.begin
    past = [
        *journal.last_of_each(begin - MEMORY_DAYS * DAY),
        *journal.behaviors(begin - MEMORY_DAYS * DAY, begin),
    ]
    lived = [b for b in journal.behaviors(begin, settings.end) if b.entity in settings.watched]
    memory = Memory.replay(b for b in past if b.entity in settings.watched)
    policy = Policy.with_budget(settings.budget)
    is_confirmed = settings.corrections.is_confirmed
    policy.restraint.is_normal = settings.corrections.is_normal
    policy.restraint.is_confirmed = is_confirmed
    watch = Watch(settings.guard, FirstTimes(journal.firsts(before=begin)), is_confirmed=is_confirmed)
    if not past and lived:
        begin = lived[0].time
    episodes = replay(watch, policy, memory, lived, begin, settings.end, stopping.is_set)
    return _Replayed(episodes, len(lived), begin)


def _answer(home: SmartGuardCoordinator, settings: _Settings, found: _Replayed) -> dict[str, Any]:
    words = Words(home.names.entity, home.names.phrases)
    count = len(found.episodes)
    seconds = settings.end - found.begin
    how_many = {0: words.say("no_alert"), 1: words.say("one_alert")}
    alerts = [alert_data(ALERT_DETECTED, episode, home.names) for episode in found.episodes]
    outcome = words.say(
        "backtest",
        length=words.length(seconds),
        count=how_many.get(count, words.say("alerts", count=str(count))),
    )
    told = [str(alert["summary"]) for alert in alerts[:NAMED]]
    return {
        "from": dt_util.utc_from_timestamp(found.begin).isoformat(),
        "to": dt_util.utc_from_timestamp(settings.end).isoformat(),
        "days": round(seconds / DAY, 2),
        "behaviors": found.behaviors,
        "budget_per_week": settings.budget,
        "count": count,
        "alerts_per_week": round(count * 7 * DAY / max(seconds, DAY), 2),
        "summary": " ".join([outcome, *told, *(["…"] if count > NAMED else [])]),
        "alerts": alerts,
    }
