"""Setting up and changing: what to guard, how to learn, when to tell whom, what to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from .const import CONF_NOTIFY, DOMAIN, MINOR_VERSION, VERSION
from .forms import GUARD, SETUP, options_form
from .names import Names
from .options import DEFAULTS, flat, in_sections, kept, quiet_hours_are_odd, shown
from .selection import Selection, select

NAMES_SHOWN: Final = 8
NOTHING: Final = "–"


class SmartGuardConfigFlow(ConfigFlow, domain=DOMAIN):
    """Asks what to guard, then shows what that is before anything is learned."""

    VERSION = VERSION
    MINOR_VERSION = MINOR_VERSION

    def __init__(self) -> None:
        """Begin with the defaults."""
        self._options: Mapping[str, Any] = DEFAULTS

    @staticmethod
    @callback
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow that changes the options."""
        return SmartGuardOptionsFlow()

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to guard."""
        errors = {}
        if user_input is not None:
            self._options = kept(self.hass, user_input)
            if select(self.hass, self._options).entities:
                return await self.async_step_confirm()
            errors["base"] = "nothing_to_guard"
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(SETUP, shown(self.hass, self._options)),
            errors=errors,
            description_placeholders=await _counts(self.hass, select(self.hass, DEFAULTS)),
            last_step=False,
        )

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what will be guarded and what is left out."""
        if user_input is not None:
            return self.async_create_entry(title="SmartGuard", data={}, options=self._options)
        selection = select(self.hass, self._options)
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders=await _counts(self.hass, selection) | _listed(self.hass, selection),
            last_step=True,
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask again what to guard; the entry's update listener does the rest."""
        errors = {}
        entry = self._get_reconfigure_entry()
        options = dict(entry.options)
        if user_input is not None:
            emptied = {key: DEFAULTS[key.schema] for key in GUARD.schema}
            options = kept(self.hass, {**options, **emptied, **user_input})
            if select(self.hass, options).entities:
                self.hass.config_entries.async_update_entry(entry, options=options)
                return self.async_abort(reason="reconfigure_successful")
            errors["base"] = "nothing_to_guard"
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(GUARD, shown(self.hass, options)),
            errors=errors,
            description_placeholders=await _counts(self.hass, select(self.hass, entry.options)),
        )


class SmartGuardOptionsFlow(OptionsFlow):
    """Asks everything, in sections; the entry's update listener does the rest."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to guard, how to learn, when to tell whom, and what to keep."""
        errors = {}
        options = dict(self.config_entry.options)
        if user_input is not None:
            # What no form asks, such as the switch, stays as it is.
            others = {key: value for key, value in options.items() if key not in DEFAULTS}
            options = kept(self.hass, others | flat(user_input))
            if quiet_hours_are_odd(options):
                errors["base"] = "quiet_hours_odd"
            elif select(self.hass, options).entities:
                return self.async_create_entry(data=options)
            else:
                errors["base"] = "nothing_to_guard"
        form = options_form(self.hass, self.config_entry.options.get(CONF_NOTIFY, []))
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(form, in_sections(shown(self.hass, options))),
            errors=errors,
            description_placeholders=await _counts(self.hass, select(self.hass, self.config_entry.options)),
        )


async def _counts(hass: HomeAssistant, selection: Selection) -> dict[str, str]:
    """Return how many entities are selected, and how many of each domain."""
    domains = Counter(entity_id.partition(".")[0] for entity_id in selection.entities)
    titles = await async_get_translations(hass, hass.config.language, "title", domains)
    parts = [
        f"{titles.get(f'component.{domain}.title', domain)} {count}"
        for domain, count in domains.most_common()
    ]
    return {"count": str(len(selection.entities)), "domains": " · ".join(parts) or NOTHING}


def _listed(hass: HomeAssistant, selection: Selection) -> dict[str, str]:
    """Return how many devices are selected, and some names of what is and of what is left out."""
    names = Names(hass)
    return {
        "devices": str(len({key.device for key in selection.entities.values()})),
        "names": _some(sorted(names.entity(entity_id) for entity_id in selection.entities)),
        "left_out": _some(sorted(names.entity(entity_id) for entity_id in selection.left_out)),
    }


def _some(names: list[str]) -> str:
    """Return the first names and how many more there are."""
    more = f" (+{len(names) - NAMES_SHOWN})" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more or NOTHING
