"""What each websocket command answers: read in the executor, named in the event loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
from homeassistant.util import dt as dt_util
from numpy.typing import NDArray

from .backtest import LADDER, async_replay
from .coordinator import SmartGuardCoordinator
from .core.errors import SmartGuardError
from .core.guard import Guard
from .core.habits import Follower, Habit, followers, habits
from .core.policy import Episode, Expected
from .insight import WEEK, WEEKS, Insight, alarms_by_week, insight_now, insight_of, on_times_of, week_of
from .journal_views import ControlLoss, DeviceLoss, Extent, JournalViews, Lived
from .model_store import Version
from .panel_data import Rows, Spoken, episode_of, readable
from .panel_types import (
    SCHEMA,
    AlarmPage,
    AlarmRow,
    BackTest,
    DeviceList,
    ExpectedRow,
    Explanation,
    HabitDetail,
    HabitList,
    HabitRow,
    ModelState,
    ReasonRow,
    TimelinePage,
    WindowRow,
)

_TOLD: Final = 200
"""Alarms that behaviors are looked up in; more in one day than a household ever had."""

_OF_LATE: Final = 10
"""Alarms that may have spoken of the present window, which holds as many behaviors."""

_ON_TIMES: Final = 500

type _Message = Mapping[str, Any]
type _LastUses = Mapping[tuple[str, str], float]
type _Losses = Mapping[tuple[str, str], ControlLoss]


async def timeline(home: SmartGuardCoordinator, views: JournalViews, message: _Message) -> TimelinePage:
    """Answer a page of what happened, with what alarms were about marked."""
    before = message.get("before")
    limit = message["limit"]

    def read() -> tuple[list[Lived], list[Episode]]:
        cursor = None if before is None else (float(before[0]), int(before[1]))
        lived = views.behaviors(message["start"], message["end"], limit, cursor)
        return lived, list(readable(views.episodes(_TOLD)))

    lived, told = await home.hass.async_add_executor_job(read)
    last = lived[-1] if len(lived) == limit else None
    return {
        "schema": SCHEMA,
        "rows": Rows(home.hass, home.names).lived(lived, _spoken(home, told)),
        "next": [last.behavior.time, last.row] if last else None,
    }


def _spoken(home: SmartGuardCoordinator, told: Iterable[Episode]) -> Spoken:
    """Return what alarms spoke of; the one that is open may be further than what was written of it."""
    return Spoken([*told, *filter(None, [home.alarm.open_episode])])


async def alarms(home: SmartGuardCoordinator, views: JournalViews, message: _Message) -> AlarmPage:
    """Answer a page of alarms."""
    limit = message["limit"]
    told = await home.hass.async_add_executor_job(
        views.episodes, limit, message.get("before"), message.get("kind")
    )
    return {
        "schema": SCHEMA,
        "rows": Rows(home.hass, home.names, home.alarm.corrections).alarms(told),
        "next": told[-1].row if len(told) == limit else None,
    }


async def explain(home: SmartGuardCoordinator, views: JournalViews, message: _Message) -> Explanation:
    """Answer the present window, or the one that an alarm was found in."""
    rows = Rows(home.hass, home.names, home.alarm.corrections)
    alarm, reasons = None, list[ReasonRow]()
    if (episode_id := message.get("episode_id")) is None:
        found = await home.live.async_ask(partial(insight_now, home.guard))
        of_late = await home.hass.async_add_executor_job(lambda: list(readable(views.episodes(_OF_LATE))))
        told = _spoken(home, of_late)
    else:
        stored = await home.hass.async_add_executor_job(views.episode, episode_id)
        if stored is None or (episode := episode_of(stored)) is None:
            raise SmartGuardError(f"expected the id of an alarm that can be read, got {episode_id}")
        told = Spoken([episode])
        found = await home.hass.async_add_executor_job(insight_of, home.guard, views, episode)
        alarm, reasons = rows.alarm(episode, stored), rows.reasons(episode.reasons)
    return _explanation(home, rows, found, alarm, reasons, told)


def _explanation(
    home: SmartGuardCoordinator,
    rows: Rows,
    found: Insight,
    alarm: AlarmRow | None,
    reasons: list[ReasonRow],
    told: Spoken,
) -> Explanation:
    shares = found.look.contributions / max(found.look.score, 1e-9) if found.look else None
    window: list[WindowRow] = []
    for position, behavior in enumerate(found.behaviors):
        loss = float(found.look.losses[position]) if found.look else None
        row = rows.behavior(behavior, loss, behavior in told)
        share = 0.0 if shares is None else round(float(shares[position]), 3)
        window.append({**row, "share": share, "expected": _expected(home, rows, found, position)})
    return {
        "schema": SCHEMA,
        "version": home.data.version,
        "score": alarm["score"] if alarm else home.data.score,
        "threshold": alarm["threshold"] if alarm else home.alarm.threshold,
        "alarm": alarm,
        "reasons": reasons,
        "rows": window,
        "attention": _rounded(found.attention),
    }


def _rounded(attention: NDArray[np.float32] | None) -> list[list[float]] | None:
    return None if attention is None else [[round(float(x), 3) for x in row] for row in attention]


def _expected(home: SmartGuardCoordinator, rows: Rows, found: Insight, position: int) -> list[ExpectedRow]:
    if found.look is None or home.guard is None:
        return []
    likely = found.look.expected(home.guard.vocabulary, position)
    return rows.expected(Expected(t.device, t.entity, t.control, share) for t, share in likely)


async def habit_list(home: SmartGuardCoordinator, views: JournalViews, _message: _Message) -> HabitList:
    """Answer every control that the model knows; none without a model."""
    if (guard := home.guard) is None:
        return {"schema": SCHEMA, "rows": []}

    since = dt_util.utcnow().timestamp() - WEEK

    def read(guard: Guard) -> tuple[list[Habit], _LastUses, _Losses]:
        last = views.last_uses((t.entity, t.control) for t in guard.vocabulary.tokens)
        return habits(guard), last, views.control_losses(since)

    found, last, losses = await home.hass.async_add_executor_job(read, guard)
    rows = Rows(home.hass, home.names)
    return {"schema": SCHEMA, "rows": [_habit(rows, habit, last, losses) for habit in found]}


def _habit(rows: Rows, habit: Habit, last: _LastUses, losses: _Losses) -> HabitRow:
    token = habit.token
    loss = losses.get((token.entity, token.control))
    return {
        **rows.thing(token.entity, token.device),
        "control": token.control,
        "text": rows.text(token.entity, token.control),
        "uses": habit.uses,
        "hours": habit.hours.sum(0).tolist(),
        "usual": habit.usual,
        "longest": habit.longest,
        "weight": round(habit.weight, 4),
        "loss": round(loss.mean, 3) if loss else None,
        "judged": loss.judged if loss else 0,
        "last": last.get((token.entity, token.control)),
    }


async def habit_detail(home: SmartGuardCoordinator, views: JournalViews, message: _Message) -> HabitDetail:
    """Answer when one control was used, how long it lasted and what followed."""
    entity, control = message["entity"], message["control"]
    zone = dt_util.get_default_time_zone()
    guard = home.guard

    def read() -> tuple[list[list[int]], list[float], list[Follower]]:
        after: list[Follower] = []
        if guard is not None:
            token = next(
                (t for t in guard.vocabulary.tokens if (t.entity, t.control) == (entity, control)), None
            )
            after = followers(guard, token) if token else []
        on_times = on_times_of(views.of_entity(entity))
        return week_of(views.uses(entity, control), zone), on_times, after

    week, on_times, after = await home.hass.async_add_executor_job(read)
    rows = Rows(home.hass, home.names)
    return {
        "schema": SCHEMA,
        "week": week,
        "on_times": on_times[-_ON_TIMES:],
        "followers": [
            {
                "text": rows.text(f.token.entity, f.token.control),
                "seen": round(f.seen, 1),
                "possible": round(f.possible, 1),
            }
            for f in after
        ],
    }


async def device_list(home: SmartGuardCoordinator, _views: JournalViews, _message: _Message) -> DeviceList:
    """Answer the devices that the model knows, by name."""
    rows = Rows(home.hass, home.names)
    found = [rows.device(key, home.config_entry.entry_id) for key in home.devices]
    return {"schema": SCHEMA, "rows": sorted(found, key=lambda row: row["device"].casefold())}


async def model_state(home: SmartGuardCoordinator, views: JournalViews, _message: _Message) -> ModelState:
    """Answer which models there are, what they were learned from, and alarms against the budget."""
    now = dt_util.utcnow().timestamp()
    guard = home.guard

    def read() -> tuple[Extent, list[Version], list[int], list[DeviceLoss]]:
        weeks = alarms_by_week(views.episode_starts(now - WEEKS * WEEK), now)
        return views.extent(), home.store.versions(), weeks, views.losses_since(now - WEEK)

    extent, versions, weeks, losses = await home.hass.async_add_executor_job(read)
    in_use = home.store.in_use
    about_model = guard.about if guard else {}
    account = home.alarm.shown_account(now, guard)
    false_alarms, judged = home.alarm.corrections.counted if home.alarm.corrections else (0, 0)
    return {
        "schema": SCHEMA,
        "versions": [
            {"name": v.name, "trained": v.trained, "behaviors": v.behaviors, "in_use": v == in_use}
            for v in reversed(versions)
        ],
        "about": {k: float(v) for k, v in about_model.items() if isinstance(v, int | float)},
        "parameters": guard.sequence.model.flat.size if guard else None,
        "behaviors": extent.behaviors,
        "oldest": extent.oldest,
        "newest": extent.newest,
        "budget": home.alarm.budget,
        "weeks": weeks,
        "expected_at_least": account["expected_per_week_at_least"],
        "expected_at_most": account["expected_per_week_at_most"],
        "false_alarms": false_alarms,
        "judged": judged,
        "losses": [
            {
                "device": home.names.device(row.device),
                "mean": round(row.mean, 3),
                "most": round(row.most, 3),
                "judged": row.judged,
            }
            for row in losses
        ],
    }


async def back_test(home: SmartGuardCoordinator, _views: JournalViews, message: _Message) -> BackTest:
    """Answer what each budget of a few, and the present one, would have told in the last days."""
    budget = home.alarm.budget
    found = await async_replay(home, message["days"], {*LADDER, budget})
    rows = Rows(home.hass, home.names, home.alarm.corrections)
    return {
        "schema": SCHEMA,
        "days": round(found.days, 2),
        "budget": budget,
        "rows": [
            {"budget": each, "alarms": [rows.alarm(episode) for episode in told]}
            for each, told in found.told.items()
        ],
    }
