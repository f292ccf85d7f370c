"""The actions of SmartGuard: train, score, explain, roll_back; each answers with a response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from . import questions
from .const import DOMAIN
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator

ATTR_CONFIG_ENTRY_ID: Final = "config_entry_id"
ATTR_EPISODE_ID: Final = "episode_id"
ATTR_VERSION: Final = "version"


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action: its own fields, what it asks of the coordinator, and whether it only answers."""

    name: str
    run: Callable[[SmartGuardCoordinator, Mapping[str, Any]], Awaitable[dict[str, Any]]]
    response: SupportsResponse
    fields: Mapping[vol.Marker, Any]

    @property
    def schema(self) -> vol.Schema:
        """Return the schema of the call: the own fields and the entry."""
        return vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, **self.fields})


ACTIONS: Final = (
    Action(
        name="train",
        run=lambda coordinator, _: coordinator.async_train("action"),
        response=SupportsResponse.OPTIONAL,
        fields={},
    ),
    Action(
        name="score",
        run=lambda coordinator, _: questions.async_score(coordinator),
        response=SupportsResponse.ONLY,
        fields={},
    ),
    Action(
        name="explain",
        run=lambda coordinator, data: questions.async_explain(coordinator, data.get(ATTR_EPISODE_ID)),
        response=SupportsResponse.ONLY,
        fields={vol.Optional(ATTR_EPISODE_ID): cv.string},
    ),
    Action(
        name="roll_back",
        run=lambda coordinator, data: coordinator.async_roll_back(data.get(ATTR_VERSION)),
        response=SupportsResponse.OPTIONAL,
        fields={vol.Optional(ATTR_VERSION): cv.string},
    ),
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register every action; they stay while Home Assistant runs, loaded entry or not."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN, action.name, _handler(action), schema=action.schema, supports_response=action.response
        )


def _handler(action: Action) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
    """Return what Home Assistant calls: find the entry, ask its coordinator."""

    async def handle(call: ServiceCall) -> ServiceResponse:
        entry = _loaded_entry(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
        answer = await action.run(entry.runtime_data, call.data)
        return answer if call.return_response else None

    return handle


def _loaded_entry(hass: HomeAssistant, entry_id: str | None) -> SmartGuardConfigEntry:
    """Return the entry asked for, or the only one; raises ServiceValidationError when it is not loaded."""
    entries: list[SmartGuardConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    for entry in entries:
        if entry_id not in (None, entry.entry_id):
            continue
        if entry.state is ConfigEntryState.LOADED:
            return entry
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    if entry_id is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_set_up")
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="entry_not_found",
        translation_placeholders={"config_entry_id": entry_id},
    )
