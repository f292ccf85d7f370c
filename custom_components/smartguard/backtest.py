"""Backtest: what the present settings would have told in the days gone by."""

from __future__ import annotations

import math
from collections.abc import Iterable
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
from .core.unseen import NOTHING_UNSEEN, Unseen
from .core.watch import Watch
from .history import HistoryUnavailableError, async_unseen
from .journal import Journal, JournalError
from .recall import MEMORY_DAYS

if TYPE_CHECKING:
    from .coordinator import SmartGuardCoordinator

DEFAULT_DAYS: Final = 10.0
LEAST_DAYS: Final = 1.0
LADDER: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 7.0)
"""Alerts a week that the panel shows side by side, beside the present budget."""
NAMED: Final = 5
"""Alerts that the summary tells one by one; all are in the answer."""


@dataclass(frozen=True, slots=True)
class _Settings:
    guard: Guard
    corrections: Corrections
    budgets: tuple[float, ...]
    begin: float
    end: float
    watched: frozenset[str]
    unseen: Unseen


@dataclass(frozen=True, slots=True)
class Replayed:
    """What each budget, in rising order, would have told.

    behaviors: how many were lived through. begin, end: UTC seconds; it begins later than asked where the
    record does.
    """

    told: dict[float, list[Episode]]
    behaviors: int
    begin: float
    end: float

    @property
    def days(self) -> float:
        """Return how many days were lived through."""
        return (self.end - self.begin) / DAY


async def async_backtest(
    home: SmartGuardCoordinator, days: float | None, alerts_per_week: float | None
) -> dict[str, Any]:
    """Answer the alerts that one budget, the present one by default, would have raised."""
    budget = home.alarm.budget if alerts_per_week is None else alerts_per_week
    found = await async_replay(home, DEFAULT_DAYS if days is None else days, [budget])
    return _answer(home, budget, found)


async def async_replay(home: SmartGuardCoordinator, days: float, budgets: Iterable[float]) -> Replayed:
    """Live through the last days once more; the guard judges them once, a policy for each budget speaks.

    The guard may have learned from these days; feedback holds, mode and snooze do not.
    """
    if not (math.isfinite(days) and LEAST_DAYS <= days <= RETENTION_DAYS):
        raise refusal("days_out_of_range", f"{days:g}")
    budgets = tuple(sorted(set(budgets)))
    for budget in budgets:
        if not (math.isfinite(budget) and MIN_ALERTS_PER_WEEK <= budget <= MAX_ALERTS_PER_WEEK):
            raise refusal("budget_out_of_range", f"{budget:g}")
    if (guard := home.guard) is None:
        raise refusal("no_model")
    if (corrections := home.alarm.corrections) is None:
        raise refusal("not_ready")
    end = dt_util.utcnow().timestamp()
    begin = end - days * DAY
    watched = frozenset(key.entity for key in home.keys.values())
    unseen = await _async_unseen(home, begin, end)
    settings = _Settings(guard, corrections, budgets, begin, end, watched, unseen)
    try:
        async with home.replaying:
            return await home.hass.async_add_executor_job(_replay, home.journal, settings, home.stopping)
    except StoppedError as err:
        raise failure("not_ready") from err
    except JournalError as err:
        raise failure("journal_failed", str(err)) from err


async def _async_unseen(home: SmartGuardCoordinator, begin: float, end: float) -> Unseen:
    """Return when what is guarded was unavailable; nothing where no recorder tells."""
    try:
        return await async_unseen(
            home.hass, home.keys, dt_util.utc_from_timestamp(begin), dt_util.utc_from_timestamp(end)
        )
    except HistoryUnavailableError:
        return NOTHING_UNSEEN


def _replay(journal: Journal, settings: _Settings, stopping: Event) -> Replayed:
    """Read and replay (in the executor)."""
    begin = settings.begin
    past = [
        *journal.last_of_each(begin - MEMORY_DAYS * DAY),
        *journal.behaviors(begin - MEMORY_DAYS * DAY, begin),
    ]
    lived = [b for b in journal.behaviors(begin, settings.end) if b.entity in settings.watched]
    memory = Memory.replay(b for b in past if b.entity in settings.watched)
    policies = [_policy(settings.corrections, budget) for budget in settings.budgets]
    firsts = FirstTimes(journal.firsts(before=begin))
    watch = Watch(settings.guard, firsts, is_confirmed=settings.corrections.is_confirmed)
    if not past and lived:
        begin = lived[0].time
    told = replay(watch, policies, memory, lived, begin, settings.end, stopping.is_set, settings.unseen)
    return Replayed(dict(zip(settings.budgets, told, strict=True)), len(lived), begin, settings.end)


def _policy(corrections: Corrections, budget: float) -> Policy:
    policy = Policy.with_budget(budget)
    policy.restraint.is_normal = corrections.is_normal
    policy.restraint.is_confirmed = corrections.is_confirmed
    return policy


def _answer(home: SmartGuardCoordinator, budget: float, found: Replayed) -> dict[str, Any]:
    words = Words(home.names.entity, home.names.phrases)
    episodes = found.told[budget]
    count = len(episodes)
    how_many = {0: words.say("no_alert"), 1: words.say("one_alert")}
    alerts = [alert_data(ALERT_DETECTED, episode, home.names) for episode in episodes]
    outcome = words.say(
        "backtest",
        length=words.length(found.days * DAY),
        count=how_many.get(count, words.say("alerts", count=str(count))),
    )
    told = [str(alert["summary"]) for alert in alerts[:NAMED]]
    return {
        "from": dt_util.utc_from_timestamp(found.begin).isoformat(),
        "to": dt_util.utc_from_timestamp(found.end).isoformat(),
        "days": round(found.days, 2),
        "behaviors": found.behaviors,
        "budget_per_week": budget,
        "count": count,
        "alerts_per_week": round(count * 7 / max(found.days, 1.0), 2),
        "summary": " ".join([outcome, *told, *(["…"] if count > NAMED else [])]),
        "alerts": alerts,
    }
