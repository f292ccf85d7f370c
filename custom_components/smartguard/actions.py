"""The table of actions: their fields, what they ask of the coordinator, what they answer.

A value that makes no sense is refused by what is asked, with a translation; a schema only names fields,
and takes back what a template or YAML made of a value.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import SupportsResponse
from homeassistant.helpers import config_validation as cv

from . import archive, backtest, corrections, questions
from .coordinator import SmartGuardCoordinator

ATTR_CONFIG_ENTRY_ID: Final = "config_entry_id"
ATTR_ALERTS_PER_WEEK: Final = "alerts_per_week"
ATTR_CSV: Final = "csv"
ATTR_DAYS: Final = "days"
ATTR_DEVICE_ID: Final = "device_id"
ATTR_DURATION: Final = "duration"
ATTR_EPISODE_ID: Final = "episode_id"
ATTR_FEEDBACK_ID: Final = "feedback_id"
ATTR_PATH: Final = "path"
ATTR_SCOPE: Final = "scope"
ATTR_VERSION: Final = "version"


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action: its own fields, what it asks of the coordinator, and whether it only answers.

    admin: a user who calls it must be an administrator.
    """

    name: str
    run: Callable[[SmartGuardCoordinator, Mapping[str, Any]], Awaitable[dict[str, Any]]]
    response: SupportsResponse = SupportsResponse.OPTIONAL
    fields: Mapping[vol.Marker, Any]
    admin: bool = False

    @property
    def schema(self) -> vol.Schema:
        """Return the schema of the call: the own fields and the entry."""
        return vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, **self.fields})


def _episode_id(value: Any) -> str:
    """Return an id as it is stored; of those that were numbers once, a template makes a number."""
    return f"{value:.3f}" if isinstance(value, float) else cv.string(value)


def _duration(value: Any) -> str:
    """Return a duration as it was written; a bare off is False to YAML."""
    return corrections.OFF if value is False else cv.string(value)


ACTIONS: Final = (
    Action(name="train", run=lambda home, _: home.async_train("action"), fields={}),
    Action(
        name="score",
        run=lambda home, _: questions.async_score(home),
        response=SupportsResponse.ONLY,
        fields={},
        admin=True,
    ),
    Action(
        name="explain",
        run=lambda home, data: questions.async_explain(home, data.get(ATTR_EPISODE_ID)),
        response=SupportsResponse.ONLY,
        fields={vol.Optional(ATTR_EPISODE_ID): _episode_id},
        admin=True,
    ),
    Action(
        name="roll_back",
        run=lambda home, data: home.async_roll_back(data.get(ATTR_VERSION)),
        fields={vol.Optional(ATTR_VERSION): vol.Any(int, cv.string)},
    ),
    Action(
        name="mark_normal",
        run=lambda home, data: corrections.async_mark_normal(
            home, data.get(ATTR_EPISODE_ID), data.get(ATTR_SCOPE)
        ),
        fields={vol.Optional(ATTR_EPISODE_ID): _episode_id, vol.Optional(ATTR_SCOPE): cv.string},
    ),
    Action(
        name="unmark",
        run=lambda home, data: corrections.async_unmark(home, data[ATTR_FEEDBACK_ID]),
        fields={vol.Required(ATTR_FEEDBACK_ID): cv.string},
    ),
    Action(
        name="list_feedback",
        run=lambda home, _: corrections.async_list_feedback(home),
        response=SupportsResponse.ONLY,
        fields={},
        admin=True,
    ),
    Action(
        name="confirm",
        run=lambda home, data: corrections.async_confirm(home, data.get(ATTR_EPISODE_ID)),
        fields={vol.Optional(ATTR_EPISODE_ID): _episode_id},
    ),
    Action(
        name="snooze",
        run=lambda home, data: corrections.async_snooze(home, data[ATTR_DURATION]),
        fields={vol.Required(ATTR_DURATION): _duration},
    ),
    Action(name="test_alert", run=lambda home, _: corrections.async_test_alert(home), fields={}),
    Action(
        name="backtest",
        run=lambda home, data: backtest.async_backtest(
            home, data.get(ATTR_DAYS), data.get(ATTR_ALERTS_PER_WEEK)
        ),
        response=SupportsResponse.ONLY,
        fields={
            vol.Optional(ATTR_DAYS): vol.Coerce(float),
            vol.Optional(ATTR_ALERTS_PER_WEEK): vol.Coerce(float),
        },
        admin=True,
    ),
    Action(
        name="import_history",
        run=lambda home, data: archive.async_import_history(home, data.get(ATTR_PATH), data.get(ATTR_CSV)),
        fields={vol.Optional(ATTR_PATH): cv.string, vol.Optional(ATTR_CSV): cv.string},
        admin=True,
    ),
    Action(
        name="export",
        run=lambda home, data: archive.async_export(home, data.get(ATTR_PATH)),
        response=SupportsResponse.ONLY,
        fields={vol.Optional(ATTR_PATH): cv.string},
        admin=True,
    ),
    Action(
        name="reset",
        run=lambda home, data: archive.async_reset(home, data.get(ATTR_DEVICE_ID)),
        fields={vol.Optional(ATTR_DEVICE_ID): cv.string},
        admin=True,
    ),
)
