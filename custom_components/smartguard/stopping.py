"""Doing something once when Home Assistant stops, unless it is taken back before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback


@callback
def once_at_stop(hass: HomeAssistant, action: Callable[[], Awaitable[None]]) -> CALLBACK_TYPE:
    """Do something when Home Assistant stops; the returned callable takes that back, also afterwards."""
    remove: CALLBACK_TYPE | None = None

    async def stopping(_event: Event) -> None:
        nonlocal remove
        remove = None
        await action()

    @callback
    def forget() -> None:
        if remove is not None:
            remove()

    remove = hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stopping)
    return forget
