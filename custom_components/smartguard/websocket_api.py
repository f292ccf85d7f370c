"""The websocket commands of card and panel: for administrators, paged, quick.

Each is answered from indexes or from the guard in memory, in an executor thread; the event loop only looks
names up. Only the back-test takes its time. `live_feed` holds the subscription.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_HOME_ASSISTANT_ERROR
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from . import panel_answers
from .const import DOMAIN
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .core.errors import SmartGuardError
from .journal_views import JournalViews
from .live_feed import subscribe

PAGE: Final = 100
MOST_ROWS: Final = 500

NOT_LOADED: Final = "not_loaded"
UNREADABLE: Final = "unreadable"

type _Answer = Callable[
    [SmartGuardCoordinator, JournalViews, Mapping[str, Any]], Awaitable[Mapping[str, Any]]
]

_LIMIT: Final[dict[vol.Marker, Any]] = {
    vol.Optional("limit", default=PAGE): vol.All(int, vol.Range(min=1, max=MOST_ROWS))
}
_COMMANDS: Final[Mapping[str, tuple[Mapping[vol.Marker, Any], _Answer]]] = {
    "timeline": (
        {
            **_LIMIT,
            vol.Required("start"): vol.Coerce(float),
            vol.Required("end"): vol.Coerce(float),
            vol.Optional("before"): vol.All([vol.Any(int, float)], vol.Length(min=2, max=2)),
        },
        panel_answers.timeline,
    ),
    "alarms": (
        {**_LIMIT, vol.Optional("before"): int, vol.Optional("kind"): str},
        panel_answers.alarms,
    ),
    "explain": ({vol.Optional("episode_id"): str}, panel_answers.explain),
    "habits": ({}, panel_answers.habit_list),
    "habit": ({vol.Required("entity"): str, vol.Required("control"): str}, panel_answers.habit_detail),
    "devices": ({}, panel_answers.device_list),
    "model": ({}, panel_answers.model_state),
    "backtest": ({vol.Required("days"): vol.Coerce(float)}, panel_answers.back_test),
}


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register the commands, which stay while Home Assistant runs; without a loaded entry they say so."""
    for name, (fields, answer) in _COMMANDS.items():
        command = f"{DOMAIN}/{name}"
        schema = websocket_api.BASE_COMMAND_MESSAGE_SCHEMA.extend({vol.Required("type"): command, **fields})
        websocket_api.async_register_command(hass, command, _handler(answer), schema)
    websocket_api.async_register_command(hass, subscribe)


def _handler(answer: _Answer) -> websocket_api.const.WebSocketCommandHandler:
    """Return what Home Assistant calls: check, find the home, answer or say why not."""

    @websocket_api.require_admin
    @websocket_api.async_response
    async def handle(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
        loaded: list[SmartGuardConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
        if not loaded:
            connection.send_error(message["id"], NOT_LOADED, "SmartGuard is not loaded")
            return
        home = loaded[0].runtime_data
        try:
            result = await answer(home, JournalViews(home.journal.path), message)
        except SmartGuardError as err:
            connection.send_error(message["id"], UNREADABLE, str(err))
            return
        except HomeAssistantError as err:
            connection.send_error(message["id"], ERR_HOME_ASSISTANT_ERROR, str(err))
            return
        connection.send_result(message["id"], result)

    return handle
