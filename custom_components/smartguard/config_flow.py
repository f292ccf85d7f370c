"""Setting up and changing: what to guard, how far back to learn, how many alerts a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import selector
from homeassistant.helpers.translation import async_get_translations

from .const import (
    CONF_ALERTS_PER_WEEK,
    CONF_AREAS,
    CONF_ENTITIES,
    CONF_HISTORY_DAYS,
    CONF_LABELS,
    DEFAULT_ALERTS_PER_WEEK,
    DEFAULT_HISTORY_DAYS,
    DOMAIN,
    MAX_ALERTS_PER_WEEK,
    MIN_ALERTS_PER_WEEK,
    MINOR_VERSION,
    RETENTION_DAYS,
    VERSION,
)
from .names import Names
from .selection import Selection, select

NAMES_SHOWN: Final = 8
NOTHING: Final = "–"

DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_AREAS: [],
    CONF_LABELS: [],
    CONF_ENTITIES: [],
    CONF_HISTORY_DAYS: DEFAULT_HISTORY_DAYS,
    CONF_ALERTS_PER_WEEK: DEFAULT_ALERTS_PER_WEEK,
}

SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_AREAS): selector.AreaSelector(selector.AreaSelectorConfig(multiple=True)),
        vol.Optional(CONF_LABELS): selector.LabelSelector(selector.LabelSelectorConfig(multiple=True)),
        vol.Optional(CONF_ENTITIES): selector.EntitySelector(selector.EntitySelectorConfig(multiple=True)),
        vol.Required(CONF_HISTORY_DAYS): selector.NumberSelector(
            selector.NumberSelectorConfig(
                min=1, max=RETENTION_DAYS, step=1, mode=selector.NumberSelectorMode.BOX
            )
        ),
        vol.Required(CONF_ALERTS_PER_WEEK): selector.NumberSelector(
            selector.NumberSelectorConfig(
                min=MIN_ALERTS_PER_WEEK,
                max=MAX_ALERTS_PER_WEEK,
                step=0.1,
                mode=selector.NumberSelectorMode.BOX,
            )
        ),
    }
)


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
            self._options = _options(user_input)
            if select(self.hass, self._options).entities:
                return await self.async_step_confirm()
            errors["base"] = "nothing_to_guard"
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, self._options),
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


class SmartGuardOptionsFlow(OptionsFlow):
    """Asks the same again; the entry's update listener does the rest."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to guard from now on."""
        errors = {}
        options = dict(self.config_entry.options)
        if user_input is not None:
            options |= _options(user_input)
            if select(self.hass, options).entities:
                return self.async_create_entry(data=options)
            errors["base"] = "nothing_to_guard"
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, options),
            errors=errors,
            description_placeholders=await _counts(self.hass, select(self.hass, self.config_entry.options)),
        )


def _options(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return every option; a selector that was emptied is not in the input."""
    return {
        **DEFAULTS,
        **user_input,
        CONF_HISTORY_DAYS: int(user_input[CONF_HISTORY_DAYS]),
        CONF_ALERTS_PER_WEEK: round(float(user_input[CONF_ALERTS_PER_WEEK]), 1),
    }


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
