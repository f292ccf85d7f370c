"""The live path of one home, and the face that entities and actions see."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import CONF_ALERTS_PER_WEEK, CONF_GUARDING, DEFAULT_ALERTS_PER_WEEK, DOMAIN, STATUS_COLLECTING

if TYPE_CHECKING:
    from .core.policy import Episode

_LOGGER = logging.getLogger(__name__)

type SmartGuardConfigEntry = ConfigEntry[SmartGuardCoordinator]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the entities show; replaced as a whole, never changed.

    progress: percent while importing or training, else None. version: number of the model in use.
    reason: why the last training was refused or failed, None when it was neither.
    """

    status: str
    budget: float
    guarding: bool
    score: float | None = None
    threshold: float | None = None
    episode: Episode | None = None
    progress: float | None = None
    behaviors: int = 0
    last_trained: datetime | None = None
    version: str | None = None
    reason: str | None = None


class SmartGuardCoordinator(DataUpdateCoordinator[Snapshot]):
    """Holds what one home's guard knows; pushes a Snapshot whenever it changes."""

    config_entry: SmartGuardConfigEntry

    def __init__(self, hass: HomeAssistant, entry: SmartGuardConfigEntry) -> None:
        """Take the entry; nothing is opened or started yet."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=DOMAIN)
        self.device_losses: dict[str, float] = {}
        self.data = Snapshot(
            status=STATUS_COLLECTING,
            budget=float(entry.options.get(CONF_ALERTS_PER_WEEK, DEFAULT_ALERTS_PER_WEEK)),
            guarding=bool(entry.options.get(CONF_GUARDING, True)),
        )

    async def async_set_budget(self, alerts_per_week: float) -> None:
        """Accept another number of alerts a week; holds at once and is kept in the options."""
        raise NotImplementedError

    async def async_set_guarding(self, guarding: bool) -> None:
        """Pause or resume judging; behaviors are recorded either way."""
        raise NotImplementedError

    async def async_train(self, reason: str) -> dict[str, Any]:
        """Train now and return the report; waits for a training that already runs."""
        raise NotImplementedError

    async def async_score(self) -> dict[str, Any]:
        """Judge the present window and return the judgement."""
        raise NotImplementedError

    async def async_explain(self, episode_id: str | None) -> dict[str, Any]:
        """Explain an episode, or the present window when there is none."""
        raise NotImplementedError

    async def async_roll_back(self, version: str | None) -> dict[str, Any]:
        """Return to a stored version, the previous one when None."""
        raise NotImplementedError
