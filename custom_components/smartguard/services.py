"""The actions of SmartGuard: how they are registered, and whom they ask."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser

from .actions import ACTIONS, ATTR_CONFIG_ENTRY_ID, Action
from .const import DOMAIN
from .coordinator import SmartGuardConfigEntry


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
        if action.admin:
            await _async_require_admin(call)
        entry = _loaded_entry(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
        answer = await action.run(entry.runtime_data, call.data)
        return answer if call.return_response else None

    return handle


async def _async_require_admin(call: ServiceCall) -> None:
    """Let administrators and automations pass; raises UnknownUser or Unauthorized."""
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    if not user.is_admin:
        raise Unauthorized(context=call.context)


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
