"""The time of a measured home: what Home Assistant and SmartGuard take for now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, tzinfo
from unittest.mock import patch

from homeassistant.helpers import entity, event
from homeassistant.util import dt as dt_util


class HomeClock:
    """A clock that stands at `now` (UTC seconds) until it is moved."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        """Return UTC seconds."""
        return self.now

    def utcnow(self) -> datetime:
        """Return the moment in UTC."""
        return datetime.fromtimestamp(self.now, UTC)

    def local(self, time_zone: tzinfo | None = None) -> datetime:
        """Return the moment in a zone, the home's own by default."""
        return datetime.fromtimestamp(self.now, time_zone or dt_util.get_default_time_zone())

    @contextmanager
    def worn(self) -> Iterator[None]:
        """Let everybody in this process read this clock; durations are still measured by the machine's."""
        with ExitStack() as stack:
            for where, name, instead in (
                (time, "time", self.time),
                (dt_util, "utcnow", self.utcnow),
                (dt_util, "now", self.local),
                (event, "time_tracker_utcnow", self.utcnow),
                (event, "time_tracker_timestamp", self.time),
                (entity, "timer", self.time),
            ):
                stack.enter_context(patch.object(where, name, instead))
            yield
