"""Who can be told of an alert: the companion app of a person, or any other notify entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util import slugify

NOTIFY: Final = "notify"
MOBILE_APP: Final = "mobile_app"
_APP_SERVICE: Final = f"{MOBILE_APP}_"


@callback
def targets(hass: HomeAssistant) -> dict[str, str]:
    """Return who can be told, with a name for each.

    A companion app is its action `notify.mobile_app_…`, which carries buttons; its notify entity does not.
    """
    registry = er.async_get(hass)
    found = {
        state.entity_id: state.name
        for state in hass.states.async_all(NOTIFY)
        if not ((entry := registry.async_get(state.entity_id)) and entry.platform == MOBILE_APP)
    }
    for service in hass.services.async_services_for_domain(NOTIFY):
        if service.startswith(_APP_SERVICE):
            app = _app_of(hass, service)
            found[f"{NOTIFY}.{service}"] = app.title if app else service.removeprefix(_APP_SERVICE)
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def is_app(target: str) -> bool:
    """Say whether a target is a companion app."""
    return target.startswith(f"{NOTIFY}.{_APP_SERVICE}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads a target."""

    language: str
    is_admin: bool


async def async_reader(hass: HomeAssistant, target: str) -> Reader:
    """Return who reads a target: the user of a companion app, else somebody in the home's language."""
    app = _app_of(hass, target.removeprefix(f"{NOTIFY}.")) if is_app(target) else None
    user = await hass.auth.async_get_user(str(app.data.get("user_id"))) if app else None
    if user is None:
        return Reader(hass.config.language, is_admin=False)
    return Reader(await _async_language(hass, user.id) or hass.config.language, user.is_admin)


async def _async_language(hass: HomeAssistant, user_id: str) -> str | None:
    """Return the language that a user has set in their profile."""
    # What the page keeps for a user; the frontend has no public way to ask for it.
    kept: Store[dict[str, Any]] = Store(hass, 1, f"frontend.user_data_{user_id}")
    chosen = (await kept.async_load() or {}).get("language")
    language = chosen.get("language") if isinstance(chosen, Mapping) else None
    return language if isinstance(language, str) else None


@callback
def _app_of(hass: HomeAssistant, service: str) -> ConfigEntry | None:
    for entry in hass.config_entries.async_entries(MOBILE_APP):
        if slugify(f"{_APP_SERVICE}{entry.data.get('device_name')}") == service:
            return entry
    return None
