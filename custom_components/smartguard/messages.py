"""What phones are sent of an alert.

A companion app replaces a message by the next one with the same tag; other notify entities keep each, and
hear of no end.
"""

from __future__ import annotations

from typing import Any, Final

from .const import DOMAIN
from .core.explain import Words, sentence
from .core.policy import Episode
from .targets import is_app

NORMAL: Final = "SMARTGUARD_NORMAL_"
SNOOZE: Final = "SMARTGUARD_SNOOZE_"


def begun(target: str, episode: Episode, words: Words, *, show: str, details: bool) -> dict[str, Any]:
    """Tell of an episode; show: where its reader looks; details: say what is unusual."""
    if not is_app(target):
        return {
            "entity_id": target,
            "title": _title(episode, words),
            "message": _text(episode, words, details),
        }
    message = _message(episode, words, show, details)
    # A phone that sleeps is woken.
    return message | {"data": message["data"] | {"ttl": 0, "priority": "high"}}


def ended(target: str, episode: Episode, words: Words, *, show: str, details: bool) -> dict[str, Any] | None:
    """Rewrite, without a sound, what was told; None where nothing can be rewritten."""
    if not is_app(target):
        return None
    message = _message(episode, words, show, details)
    silent = {"alert_once": True, "push": {"interruption-level": "passive"}}
    return message | {"data": message["data"] | silent}


def withdrawn(target: str, episode_id: str) -> dict[str, Any] | None:
    """Take back what was told; None where that can not be done."""
    if not is_app(target):
        return None
    return {"message": "clear_notification", "data": {"tag": _tag(episode_id)}}


def _message(episode: Episode, words: Words, show: str, details: bool) -> dict[str, Any]:
    buttons = [
        {"action": f"{NORMAL}{episode.id}", "title": words.say("push_normal")},
        {"action": f"{SNOOZE}{episode.id}", "title": words.say("push_snooze")},
        {"action": "URI", "title": words.say("push_show"), "uri": show},
    ]
    data = {"tag": _tag(episode.id), "group": DOMAIN, "channel": "SmartGuard", "actions": buttons}
    return {
        "title": _title(episode, words),
        "message": _text(episode, words, details),
        "data": data | {"url": show, "clickAction": show},
    }


def _title(episode: Episode, words: Words) -> str:
    return words.say("alert_title" if episode.end is None else "alert_over_title")


def _text(episode: Episode, words: Words, details: bool) -> str:
    return sentence(episode, words.name_of, words.phrases) if details else words.say("push_plain")


def _tag(episode_id: str) -> str:
    return f"{DOMAIN}_{episode_id}"
