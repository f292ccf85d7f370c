"""Snooze: for how long nothing is told; kept in the options, so that a restart ends none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.util import dt as dt_util

from .const import CONF_SNOOZE, CONF_SNOOZED_SINCE
from .core.behavior import Behavior

UNTIL_HOME: Final = "home"
_ARRIVE: Final = "arrive"


@dataclass(frozen=True, slots=True)
class Snooze:
    """until: UTC seconds, or UNTIL_HOME, or None when it is off.

    since: UTC seconds; who came home before is not whom it waits for.
    """

    until: float | str | None = None
    since: float = 0.0

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Snooze:
        """Read the option."""
        until = options.get(CONF_SNOOZE)
        return cls(
            float(until) if isinstance(until, int | float) else until, options.get(CONF_SNOOZED_SINCE, 0.0)
        )

    def to_options(self) -> dict[str, Any]:
        """Return the option that keeps it."""
        return {CONF_SNOOZE: self.until, CONF_SNOOZED_SINCE: self.since}

    @property
    def is_on(self) -> bool:
        """Say whether nothing is told now; `is_over` is asked at every tick."""
        return self.until is not None

    @property
    def shown(self) -> datetime | str | None:
        """Return what is to be seen of it."""
        return dt_util.utc_from_timestamp(self.until) if isinstance(self.until, float) else self.until

    def is_over(self, now: float, tracks_somebody: bool) -> bool:
        """Say whether its time is up at `now` (UTC seconds), or nobody is tracked who could come home."""
        if self.until == UNTIL_HOME:
            return not tracks_somebody
        return isinstance(self.until, float) and now >= self.until

    def ends_with(self, behavior: Behavior) -> bool:
        """Say whether this is whom it waits for."""
        return self.until == UNTIL_HOME and behavior.control == _ARRIVE and behavior.time > self.since
