"""The drill: an alert that is shown as any other, is none, and is over after some seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .const import ALERT_CLEARED, ALERT_DETECTED
from .core.episode import Change, Episode, Reason

CHANNEL: Final = "test"
SECONDS: Final = 15.0


class Drill:
    """Begins and ends a test alert."""

    def __init__(self, hass: HomeAssistant, show: Callable[[Change], None]) -> None:
        """Take who shows what becomes of it."""
        self._hass = hass
        self._show = show
        self._episode: Episode | None = None
        self._due: CALLBACK_TYPE | None = None

    @callback
    def begin(self, threshold: float) -> Episode:
        """Begin a test, and end the one before; threshold: the score it is shown with."""
        self.end()
        now = dt_util.utcnow().timestamp()
        reason = Reason(CHANNEL, threshold, (), (), {})
        episode = Episode(f"{CHANNEL}-{now:.3f}", now, now, threshold, threshold, (reason,), (), ())
        self._episode = episode
        self._due = async_call_later(self._hass, SECONDS, self._over)
        self._show(Change(ALERT_DETECTED, episode))
        return episode

    @callback
    def end(self) -> None:
        """End a test that runs."""
        if self._due is not None:
            self._due()
            self._over(dt_util.utcnow())

    def is_test(self, episode_id: str | None) -> bool:
        """Say whether an id is that of a test, or of none while a test runs."""
        return self._episode is not None if episode_id is None else episode_id.startswith(f"{CHANNEL}-")

    @callback
    def _over(self, now: datetime) -> None:
        episode, self._episode, self._due = self._episode, None, None
        if episode is not None:
            self._show(Change(ALERT_CLEARED, replace(episode, end=now.timestamp())))
