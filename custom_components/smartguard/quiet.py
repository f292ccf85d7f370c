"""Quiet hours: when no phone is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from homeassistant.util import dt as dt_util

from .const import CONF_QUIET_END, CONF_QUIET_START


def quiet_until(options: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when (UTC) the quiet hours that `now` is in are over; None outside of them."""
    start, end = (_time(options.get(key)) for key in (CONF_QUIET_START, CONF_QUIET_END))
    if start is None or end is None:
        return None
    local = dt_util.as_local(now)
    clock = local.time()
    is_quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not is_quiet:
        return None
    over = datetime.combine(local.date(), end, local.tzinfo)
    return dt_util.as_utc(over if over > local else over + timedelta(days=1))


def _time(value: Any) -> time | None:
    return dt_util.parse_time(value) if isinstance(value, str) else None
