"""Long-term curves of each device's loss: hourly external statistics, for devices that behaved.

No SmartGuard sensor has a state class, for which the recorder would write rows every five minutes. An hour
in which a device did nothing has no row here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final, cast

from homeassistant.components.recorder import DOMAIN as RECORDER, get_instance
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_list_statistic_ids,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util, slugify

from .const import DOMAIN
from .journal_views import HourOfLoss, JournalViews
from .names import Names
from .snapshot import Snapshot

HOUR: Final = 3600.0
HOURS_AGAIN: Final = 48
HOURS_LEARNED: Final = 8 * 24
"""So far back a training may have judged days that nobody judged while they were lived."""
UNIT: Final = "nats"
_NAME_KEY: Final = f"component.{DOMAIN}.entity.sensor.reconstruction_loss.name"
# A little after the hour: what was judged in its last minute is in the journal then.
_MINUTE, _SECOND = 2, 30


def statistic_id(device: str) -> str:
    """Return the id of a device's statistics."""
    return f"{DOMAIN}:loss_{slugify(device)}"


class LossStatistics:
    """Hands the hours that are over to the recorder; the same hour again replaces itself."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, views: JournalViews, names: Names) -> None:
        """Take whose work it is, where losses are kept and what devices are called."""
        self._hass = hass
        self._entry = entry
        self._views = views
        self._names = names

    @callback
    def async_start(self, home: DataUpdateCoordinator[Snapshot]) -> CALLBACK_TYPE:
        """Begin to work a little after each hour, and after each training; return what ends it."""
        version = home.data.version

        @callback
        def look() -> None:
            nonlocal version
            if home.data.version != version:
                version = home.data.version
                add = self.async_add(dt_util.utcnow().timestamp(), HOURS_LEARNED)
                self._entry.async_create_task(self._hass, add, f"{DOMAIN} statistics")

        stops = [
            async_track_time_change(self._hass, self._hour_over, minute=_MINUTE, second=_SECOND),
            home.async_add_listener(look),
        ]

        @callback
        def stop() -> None:
            while stops:
                stops.pop()()

        return stop

    async def _hour_over(self, now: datetime) -> None:
        await self.async_add(now.timestamp())

    async def async_add(self, now: float, hours_again: int = HOURS_AGAIN) -> None:
        """Add the newest hours that are over at `now` (UTC seconds)."""
        if not has_recorder(self._hass):
            return
        end = now // HOUR * HOUR
        hours = await self._hass.async_add_executor_job(
            self._views.hours_of_loss, end - hours_again * HOUR, end
        )
        devices: dict[str, list[HourOfLoss]] = defaultdict(list)
        for hour in hours:
            devices[hour.device].append(hour)
        texts = await async_get_translations(self._hass, self._hass.config.language, "entity", [DOMAIN])
        for device, rows in devices.items():
            name = texts[_NAME_KEY].format(device=self._names.device(device))
            async_add_external_statistics(self._hass, _metadata(device, name), [_row(row) for row in rows])


async def async_remove_statistics(hass: HomeAssistant, device: str | None = None) -> None:
    """Delete every statistic of SmartGuard, or that of one device."""
    if not has_recorder(hass):
        return
    known = await async_list_statistic_ids(hass, None if device is None else {statistic_id(device)})
    if mine := [row["statistic_id"] for row in known if row["source"] == DOMAIN]:
        get_instance(hass).async_clear_statistics(mine)


def has_recorder(hass: HomeAssistant) -> bool:
    """Say whether this home has a recorder, which keeps statistics."""
    return RECORDER in hass.config.components


def _row(hour: HourOfLoss) -> StatisticData:
    start = dt_util.utc_from_timestamp(hour.start)
    return StatisticData(start=start, mean=hour.mean, min=hour.least, max=hour.most)


def _metadata(device: str, name: str) -> StatisticMetaData:
    metadata = {
        "statistic_id": statistic_id(device),
        "source": DOMAIN,
        "name": name,
        "unit_of_measurement": UNIT,
        "mean_type": StatisticMeanType.ARITHMETIC,
        "has_sum": False,
    }
    # Older versions ask for has_mean and know no unit_class; newer ones the other way round.
    if "unit_class" in StatisticMetaData.__annotations__:
        metadata["unit_class"] = None
    else:
        metadata["has_mean"] = True
    return cast(StatisticMetaData, metadata)
