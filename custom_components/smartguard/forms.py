"""The forms of setting up and of changing."""

from __future__ import annotations

from typing import Any, Final

import voluptuous as vol
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector

from .const import (
    CONF_ALERTS_PER_WEEK,
    CONF_AREAS,
    CONF_DEVICES,
    CONF_ENTITIES,
    CONF_EXCLUDED,
    CONF_HISTORY_DAYS,
    CONF_LABELS,
    CONF_NIGHT_HOUR,
    CONF_NOTIFY,
    CONF_PUSH_DETAILS,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RETENTION_DAYS,
    MAX_ALERTS_PER_WEEK,
    MIN_ALERTS_PER_WEEK,
    MIN_RETENTION_DAYS,
    RETENTION_DAYS,
)
from .options import SECTIONS
from .targets import targets


def _number(least: float, most: float, step: float = 1) -> selector.NumberSelector:
    config = selector.NumberSelectorConfig(
        min=least, max=most, step=step, mode=selector.NumberSelectorMode.BOX
    )
    return selector.NumberSelector(config)


_ENTITIES: Final = selector.EntitySelector(selector.EntitySelectorConfig(multiple=True))
_FIELDS: Final[dict[vol.Marker, Any]] = {
    vol.Optional(CONF_AREAS): selector.AreaSelector(selector.AreaSelectorConfig(multiple=True)),
    vol.Optional(CONF_LABELS): selector.LabelSelector(selector.LabelSelectorConfig(multiple=True)),
    vol.Optional(CONF_DEVICES): selector.DeviceSelector(selector.DeviceSelectorConfig(multiple=True)),
    vol.Optional(CONF_ENTITIES): _ENTITIES,
    vol.Optional(CONF_EXCLUDED): _ENTITIES,
    vol.Required(CONF_HISTORY_DAYS): _number(1, RETENTION_DAYS),
    vol.Required(CONF_NIGHT_HOUR): _number(0, 23),
    vol.Required(CONF_ALERTS_PER_WEEK): _number(MIN_ALERTS_PER_WEEK, MAX_ALERTS_PER_WEEK, 0.1),
    vol.Optional(CONF_QUIET_START): selector.TimeSelector(),
    vol.Optional(CONF_QUIET_END): selector.TimeSelector(),
    vol.Required(CONF_RETENTION_DAYS): _number(MIN_RETENTION_DAYS, RETENTION_DAYS),
    vol.Required(CONF_PUSH_DETAILS): selector.BooleanSelector(),
}


def _form(*keys: str) -> vol.Schema:
    return vol.Schema({key: field for key, field in _FIELDS.items() if key.schema in keys})


GUARD: Final = _form(*SECTIONS["guard"])
SETUP: Final = _form(*SECTIONS["guard"], CONF_HISTORY_DAYS, CONF_ALERTS_PER_WEEK)


@callback
def options_form(hass: HomeAssistant, told: list[str]) -> vol.Schema:
    """Return the form of all options; told: who is told now, who stays on the list also when away."""
    forms = {name: _form(*keys).schema for name, keys in SECTIONS.items()}
    forms["notifications"] = {vol.Optional(CONF_NOTIFY): _targets(hass, told)}
    return vol.Schema(
        {
            vol.Required(name): section(vol.Schema(form), {"collapsed": name != "guard"})
            for name, form in forms.items()
        }
    )


def _targets(hass: HomeAssistant, told: list[str]) -> selector.SelectSelector:
    names = {target: target for target in told} | targets(hass)
    return selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=[selector.SelectOptionDict(value=value, label=label) for value, label in names.items()],
            multiple=True,
            mode=selector.SelectSelectorMode.DROPDOWN,
        )
    )
