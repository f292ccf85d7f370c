"""The questions that a home can be asked: how strange it is now, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.util import dt as dt_util

from .answers import Moment, episode_answer, moment_answer, present, refusal, score_answer
from .core.guard import Guard
from .journal import KEPT_EPISODES

if TYPE_CHECKING:
    from .coordinator import SmartGuardCoordinator


async def async_score(home: SmartGuardCoordinator) -> dict[str, Any]:
    """Judge the present window and what is still on; return the judgement."""
    _, moment = await _async_present(home)
    return score_answer(moment, home.alarm.threshold, home.names)


async def async_explain(home: SmartGuardCoordinator, episode_id: str | None) -> dict[str, Any]:
    """Explain an episode: the one asked for, or the one that is on, or else the present moment."""
    if episode_id is None and (episode := home.alarm.open_episode) is not None:
        episode_id = episode.id
    if episode_id is not None:
        return episode_answer(await async_stored_episode(home, episode_id), home.names)
    guard, moment = await _async_present(home)
    return moment_answer(guard, moment, home.alarm.threshold, home.names)


async def async_stored_episode(home: SmartGuardCoordinator, episode_id: str | None) -> dict[str, Any]:
    """Return an episode as the journal keeps it, the newest where None is asked for.

    Raises ServiceValidationError for one that is not there.
    """
    stored = await home.hass.async_add_executor_job(home.journal.episodes, KEPT_EPISODES)
    for row in stored:
        if episode_id in (None, row["episode_id"]):
            return row
    raise refusal("no_such_episode", episode_id) if episode_id else refusal("no_episode_yet")


async def _async_present(home: SmartGuardCoordinator) -> tuple[Guard, Moment]:
    if (watch := home.watch(home.live.firsts)) is None:
        raise refusal("no_model")
    moment = await home.live.async_ask(present(watch, dt_util.utcnow().timestamp()))
    return watch.guard, moment
