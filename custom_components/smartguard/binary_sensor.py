"""The anomaly sensor: on while an alert lasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import SmartGuardConfigEntry, Snapshot
from .core.explain import sentence
from .core.policy import Episode
from .core.severity import severity
from .entity import SmartGuardEntity
from .names import Names

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SmartGuardBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor: the episode that it shows; on while there is one."""

    episode_fn: Callable[[Snapshot], Episode | None]


BINARY_SENSORS: Final = (
    SmartGuardBinarySensorDescription(
        key="anomaly",
        translation_key="anomaly",
        device_class=BinarySensorDeviceClass.PROBLEM,
        episode_fn=lambda data: data.episode,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    async_add_entities(
        SmartGuardBinarySensor(entry.runtime_data, description) for description in BINARY_SENSORS
    )


def told(episode: Episode, names: Names) -> dict[str, Any]:
    """Return the few attributes that say what an episode is about."""
    entities = dict.fromkeys(behavior.entity for behavior in episode.reasons[0].behaviors)
    return {
        "summary": sentence(episode, names.entity, names.phrases),
        "since": dt_util.utc_from_timestamp(episode.start),
        "kind": episode.reasons[0].channel,
        "severity": severity(episode),
        "names": [names.entity(entity) for entity in entities],
    }


class SmartGuardBinarySensor(SmartGuardEntity, BinarySensorEntity):
    """On while an episode lasts; the attributes are for people and stay out of the recorder."""

    entity_description: SmartGuardBinarySensorDescription
    _unrecorded_attributes = frozenset({"summary", "since", "kind", "severity", "names"})

    @property
    def is_on(self) -> bool:
        """Return whether there is an episode."""
        return self.entity_description.episode_fn(self.coordinator.data) is not None

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what the episode is about."""
        episode = self.entity_description.episode_fn(self.coordinator.data)
        return told(episode, self.coordinator.names) if episode else None
