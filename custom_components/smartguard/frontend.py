"""Card and panel in Home Assistant's frontend: served, loaded with every page, shown in the sidebar.

The files are served while Home Assistant runs (a route can not be taken back), under an address with the
version and a digest, so that a browser keeps them and never shows old ones. The card's module and the panel
come and go with the entry. A home without the frontend has neither.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Final

from homeassistant.components import frontend, panel_custom
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.loader import async_get_integration
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

WWW: Final = Path(__file__).parent / "www"
CARD, PANEL = "smartguard-card.js", "smartguard-panel.js"
ICON: Final = "mdi:shield-home"
_BASE: HassKey[str] = HassKey(f"{DOMAIN}_frontend")


async def async_setup_frontend(hass: HomeAssistant) -> CALLBACK_TYPE | None:
    """Show card and panel; return what takes them away, None where there is no frontend."""
    if frontend.DOMAIN not in hass.config.components:
        return None
    base = await _async_serve(hass)
    card = f"{base}/{CARD}"
    try:
        await panel_custom.async_register_panel(
            hass,
            frontend_url_path=DOMAIN,
            webcomponent_name="smartguard-panel",
            sidebar_title="SmartGuard",
            sidebar_icon=ICON,
            module_url=f"{base}/{PANEL}",
            require_admin=True,
        )
    except ValueError as err:
        _LOGGER.warning("Card and panel are not shown: %s", err)
        return None
    frontend.add_extra_js_url(hass, card)

    @callback
    def remove() -> None:
        frontend.remove_extra_js_url(hass, card)
        frontend.async_remove_panel(hass, DOMAIN)

    return remove


async def _async_serve(hass: HomeAssistant) -> str:
    """Serve the files once; return below which address."""
    if (base := hass.data.get(_BASE)) is None:
        integration = await async_get_integration(hass, DOMAIN)
        digest = await hass.async_add_executor_job(_digest)
        base = hass.data[_BASE] = f"/{DOMAIN}_files/{integration.version}-{digest}"
        await hass.http.async_register_static_paths([StaticPathConfig(base, str(WWW), cache_headers=True)])
    return base


def _digest() -> str:
    """Return a few letters that change with any of the files."""
    total = hashlib.sha256()
    for path in sorted(WWW.glob("*.js")):
        total.update(path.read_bytes())
    return total.hexdigest()[:8]
