"""What a person can say of alerts: normal, confirmed, taken back, not now; and a test of it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from .alerts import EPISODE
from .answers import refusal
from .const import ALERT_ACKNOWLEDGED, ALERT_MARKED_NORMAL
from .core.episode import Episode
from .core.errors import SmartGuardError
from .core.explain import clock_phrase
from .core.feedback import CONFIRMED, CONTROL, NORMAL, SCOPES, TAKEN_BACK, TIME_OF_DAY, Corrections, Feedback
from .journal import KEPT_EPISODES
from .questions import async_stored_episode
from .selection import tracks_somebody
from .snooze import UNTIL_HOME, Snooze

if TYPE_CHECKING:
    from .coordinator import SmartGuardCoordinator

OFF: Final = "off"
UNTIL_SOMEBODY_IS_HOME: Final = "until_home"
HOUR: Final = 3600.0
DURATIONS: Final[Mapping[str, float]] = {"1h": HOUR, "24h": 24 * HOUR}
CHOICES: Final = (*DURATIONS, UNTIL_SOMEBODY_IS_HOME, OFF)


async def async_mark_normal(
    home: SmartGuardCoordinator, episode_id: str | None, scope: str | None
) -> dict[str, Any]:
    """Call an episode normal: what it was for is not told again, within a scope, and is learned."""
    scope = CONTROL if scope is None else scope
    if scope not in SCOPES:
        raise refusal("no_such_scope", scope)
    if home.alarm.drill.is_test(episode_id):
        home.alarm.drill.end()
        return {}
    episode = await _async_episode(home, episode_id)
    word = _say(home, episode, NORMAL, scope)
    home.alarm.acknowledge(ALERT_MARKED_NORMAL, episode)
    _close(home, episode)
    return _shown(home, word)


async def async_confirm(home: SmartGuardCoordinator, episode_id: str | None) -> dict[str, Any]:
    """Say that an alert was a real one: what it was for is never learned."""
    if home.alarm.drill.is_test(episode_id):
        home.alarm.drill.end()
        return {}
    episode = await _async_episode(home, episode_id)
    word = _say(home, episode, CONFIRMED, "")
    home.alarm.acknowledge(ALERT_ACKNOWLEDGED, episode)
    return _shown(home, word)


async def async_unmark(home: SmartGuardCoordinator, feedback_id: str) -> dict[str, Any]:
    """Take back what was said of an alert."""
    corrections = _corrections(home)
    word = next((word for word in corrections.said if word.id == feedback_id), None)
    if word is None:
        raise refusal("no_such_feedback", feedback_id)
    others = [w for w in corrections.words if w is not word]
    if (left := word.taken_back(dt_util.utcnow().timestamp())) is None:
        _keep(home, others, [word])
        return _shown(home, word)
    words = [*others, left]
    # Only alerts that are on record are learned anew.
    useless = [w for w in words if w.verdict == TAKEN_BACK][:-KEPT_EPISODES]
    _keep(home, [w for w in words if w not in useless], useless, left)
    return _shown(home, word)


@callback
def async_forget(home: SmartGuardCoordinator, device: str) -> None:
    """Forget what was said of alerts about a device, what was taken back too."""
    words = _corrections(home).words
    _keep(home, [w for w in words if w.device != device], [w for w in words if w.device == device])


async def async_list_feedback(home: SmartGuardCoordinator) -> dict[str, Any]:
    """Return all that was said of alerts, the newest first, and the share of false alarms."""
    corrections = _corrections(home)
    share = corrections.false_alarms
    return {
        "feedback": [_shown(home, word) for word in reversed(corrections.said)],
        "false_alarm_share": None if share is None else round(share, 3),
    }


async def async_snooze(home: SmartGuardCoordinator, duration: str) -> dict[str, Any]:
    """Tell nothing for a while; an alert that is on is seen to and ends."""
    if duration not in CHOICES:
        raise refusal("no_such_duration", duration)
    if duration == UNTIL_SOMEBODY_IS_HOME and not tracks_somebody(home.keys):
        raise refusal("nobody_to_wait_for")
    snooze = _snooze(duration)
    home.alarm.async_keep(snooze.to_options())
    home.alarm.drill.end()
    if snooze.is_on and (episode := home.alarm.open_episode) is not None:
        home.alarm.acknowledge(ALERT_ACKNOWLEDGED, episode)
        home.alarm.end_episode()
    until = snooze.shown
    return {"until": until.isoformat() if until is not None and not isinstance(until, str) else until}


async def async_test_alert(home: SmartGuardCoordinator) -> dict[str, Any]:
    """Raise an alert that is none, to see what it does; refused while a real one is on."""
    if home.alarm.open_episode is not None:
        raise refusal("alert_is_on")
    episode = home.alarm.drill.begin(home.alarm.threshold)
    return {"episode_id": episode.id}


def _snooze(duration: str) -> Snooze:
    now = dt_util.utcnow().timestamp()
    if duration in DURATIONS:
        return Snooze(now + DURATIONS[duration])
    return Snooze(UNTIL_HOME, now) if duration == UNTIL_SOMEBODY_IS_HOME else Snooze()


async def _async_episode(home: SmartGuardCoordinator, episode_id: str | None) -> Episode:
    """Return the episode asked for, or the one that is open, or else the newest."""
    _corrections(home)
    if (episode := home.alarm.open_episode) is not None and episode_id in (None, episode.id):
        return episode
    row = await async_stored_episode(home, episode_id)
    try:
        return Episode.from_json(row.get(EPISODE))
    except SmartGuardError as err:
        raise refusal("episode_unreadable", row["episode_id"]) from err


def _corrections(home: SmartGuardCoordinator) -> Corrections:
    """Return what was said so far; refuse before it was read."""
    if home.alarm.corrections is None:
        raise refusal("not_ready")
    return home.alarm.corrections


def _say(home: SmartGuardCoordinator, episode: Episode, verdict: str, scope: str) -> Feedback:
    """Keep a word on an episode; it takes the place of earlier ones, and the same one is said once."""
    corrections = _corrections(home)
    now = dt_util.utcnow().timestamp()
    word = Feedback.on(ulid_now(), episode, verdict, scope, now, corrections.zone)
    earlier = [w for w in corrections.words if word.replaces(w)]
    if len(earlier) == 1 and earlier[0].says_the_same(word):
        return earlier[0]
    normal = [w.first_normal for w in earlier if w.first_normal is not None]
    word = replace(word, normal_since=min(normal, default=None))
    _keep(home, [*(w for w in corrections.words if w not in earlier), word], earlier, word)
    return word


def _keep(
    home: SmartGuardCoordinator,
    words: Iterable[Feedback],
    gone: Iterable[Feedback],
    new: Feedback | None = None,
) -> None:
    home.journal.delete_feedback(word.id for word in gone)
    if new is not None:
        home.journal.save_feedback(new.id, new.to_json())
    home.alarm.async_correct(replace(_corrections(home), words=tuple(words)))


def _close(home: SmartGuardCoordinator, episode: Episode) -> None:
    """End an episode that was called normal while it was on."""
    if (still_open := home.alarm.open_episode) is not None and still_open.id == episode.id:
        home.alarm.end_episode()


def _shown(home: SmartGuardCoordinator, word: Feedback) -> dict[str, Any]:
    names = home.names
    return {
        "feedback_id": word.id,
        "verdict": word.verdict,
        "scope": word.scope or None,
        "episode_id": word.episode_id,
        "time": dt_util.utc_from_timestamp(word.time).isoformat(),
        "kinds": list(word.kinds),
        "device_id": names.device_id(word.device),
        "device": names.device(word.device),
        "entity_id": names.entity_id(word.entity),
        "name": names.entity(word.entity),
        "control": word.control,
        "around": clock_phrase(word.hour) if word.scope == TIME_OF_DAY else None,
    }
