"""Clocks that jump, and nights in which an hour is missing or comes twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .lives import behave

MINUTE: Final = 60.0
DAY: Final = 86_400.0
# Ten minutes before the clocks of Berlin go forward and back.
SPRING: Final = datetime(2027, 3, 28, 0, 50, tzinfo=UTC).timestamp()
AUTUMN: Final = datetime(2027, 10, 31, 0, 50, tzinfo=UTC).timestamp()
_real: Final = time.time
_ahead: Final = [0.0]
"""Seconds by which the clock of this process is ahead."""


@contextmanager
def clock(start: float | None = None) -> Iterator[None]:
    """Show another time than the machine's, to Home Assistant and all in it; start: UTC seconds."""
    _ahead[0] = 0.0 if start is None else start - _real()
    with patch("time.time", lambda: _real() + _ahead[0]), patch.object(dt_util, "utcnow", _utcnow):
        yield


def _utcnow() -> datetime:
    return datetime.fromtimestamp(_real() + _ahead[0], UTC)


async def jump(hass: HomeAssistant, said: list[Any], by: float) -> dict[str, Any]:
    """Set the clock by some seconds, live on, and set it right again."""
    _ahead[0] += by
    await behave(hass, said.append, random.Random(3), 40)
    _ahead[0] -= by
    return {}


async def pass_an_hour(hass: HomeAssistant, said: list[Any]) -> dict[str, Any]:
    """Let an hour pass in steps of two minutes."""
    for step in range(30):
        _ahead[0] += 2 * MINUTE
        await behave(hass, said.append, random.Random(step), 2)
    return {}


forward: Final = partial(jump, by=DAY)
backward: Final = partial(jump, by=-2 * DAY)
