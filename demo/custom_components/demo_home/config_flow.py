"""Add the simulated home: one click, nothing to enter."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

DOMAIN = "demo_home"


class DemoHomeFlow(ConfigFlow, domain=DOMAIN):
    """Confirm and create the entry."""

    VERSION = 1

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask once, then create."""
        if user_input is None:
            return self.async_show_form(step_id="user")
        return self.async_create_entry(title="Demo Home", data={})
