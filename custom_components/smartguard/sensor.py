"""The sensors: what the guard thinks of the present moment, what it knows, and each device's loss.

None has a state class: Home Assistant would write statistics for it every five minutes, changed or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import MATCH_ALL, PERCENTAGE, EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import STATUSES, signal_loss
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator, Snapshot
from .entity import SmartGuardEntity, loss_unique_id
from .gone import gone_devices

PARALLEL_UPDATES = 0

COUNT_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class SmartGuardSensorDescription(SensorEntityDescription):
    """A sensor: how to read its value, and its few attributes, from a snapshot."""

    value_fn: Callable[[Snapshot], float | str | datetime | None]
    attributes_fn: Callable[[Snapshot], Mapping[str, Any]] | None = None


def _rounded(value: float | None) -> float | None:
    """Return a score as it is stored; finer differences mean nothing and would cost rows."""
    return None if value is None else round(value, 3)


def _progress(data: Snapshot) -> float | None:
    """Return percent; all is done while nothing runs, which a gauge can show, once there is a model."""
    if data.progress is None and data.version is not None:
        return 100
    return data.progress


SENSORS: Final = (
    SmartGuardSensorDescription(
        key="score",
        translation_key="score",
        suggested_display_precision=1,
        value_fn=lambda data: data.score,
    ),
    SmartGuardSensorDescription(
        key="threshold",
        translation_key="threshold",
        entity_category=EntityCategory.DIAGNOSTIC,
        suggested_display_precision=2,
        value_fn=lambda data: _rounded(data.threshold) if data.version else None,
        attributes_fn=lambda data: data.account,
    ),
    SmartGuardSensorDescription(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=STATUSES,
        value_fn=lambda data: data.status,
        attributes_fn=lambda data: {
            "version": data.version,
            "reason": data.reason,
            "snoozed_until": data.snoozed,
        },
    ),
    SmartGuardSensorDescription(
        key="alerts_this_week",
        translation_key="alerts_this_week",
        suggested_display_precision=0,
        value_fn=lambda data: data.alerts_this_week,
    ),
    SmartGuardSensorDescription(
        key="training_progress",
        translation_key="training_progress",
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=_progress,
    ),
    SmartGuardSensorDescription(
        key="last_trained",
        translation_key="last_trained",
        entity_category=EntityCategory.DIAGNOSTIC,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda data: data.last_trained,
    ),
)

COUNTERS: Final = (
    SmartGuardSensorDescription(
        key="behaviors_learned",
        translation_key="behaviors_learned",
        entity_category=EntityCategory.DIAGNOSTIC,
        suggested_display_precision=0,
        value_fn=lambda data: data.behaviors,
    ),
)

LOSS: Final = SensorEntityDescription(
    key="loss",
    translation_key="reconstruction_loss",
    entity_category=EntityCategory.DIAGNOSTIC,
    suggested_display_precision=2,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors, and one more for each device that turns up."""
    coordinator = entry.runtime_data
    async_add_entities(SmartGuardSensor(coordinator, description) for description in SENSORS)
    async_add_entities(SmartGuardCounter(coordinator, description) for description in COUNTERS)
    known: set[str] = set()

    @callback
    def add_new_devices() -> None:
        unknown = set(coordinator.devices) - known
        new = sorted(unknown - set(gone_devices(hass, coordinator))) if unknown else []
        known.update(new)
        async_add_entities(SmartGuardLossSensor(coordinator, device) for device in new)

    entry.async_on_unload(coordinator.async_add_listener(add_new_devices))
    add_new_devices()


class SmartGuardSensor(SmartGuardEntity, SensorEntity):
    """A value of the snapshot; Home Assistant writes no row while it stays the same."""

    entity_description: SmartGuardSensorDescription
    _unrecorded_attributes = frozenset({MATCH_ALL})

    @property
    def native_value(self) -> float | str | datetime | None:
        """Return what the snapshot says."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes of the description, if it has any."""
        attributes = self.entity_description.attributes_fn
        return attributes(self.coordinator.data) if attributes else None


class SmartGuardCounter(SmartGuardEntity, SensorEntity):
    """A count that grows with every behavior: shown anew once an hour and after each training.

    Nothing counted yet is shown anew at once: what was kept is counted some time after the start.
    """

    entity_description: SmartGuardSensorDescription

    def __init__(self, coordinator: SmartGuardCoordinator, description: SmartGuardSensorDescription) -> None:
        """Take the first count at once."""
        super().__init__(coordinator, description)
        self._take()

    @callback
    def _take(self) -> None:
        """Read the count, and remember when and after which training that was."""
        self._attr_native_value = self.entity_description.value_fn(self.coordinator.data)
        self._taken = dt_util.utcnow()
        self._trained = self.coordinator.data.last_trained

    @callback
    def _handle_coordinator_update(self) -> None:
        is_due = not self._attr_native_value or dt_util.utcnow() - self._taken >= COUNT_EVERY
        if is_due or self._trained != self.coordinator.data.last_trained:
            self._take()
            self.async_write_ha_state()


class SmartGuardLossSensor(SmartGuardEntity, RestoreSensor):
    """The reconstruction loss of one device, written only when that device behaves."""

    def __init__(self, coordinator: SmartGuardCoordinator, device: str) -> None:
        """Take the key of the device; its name is the one that it has now."""
        super().__init__(coordinator, LOSS)
        self._device = device
        self._attr_unique_id = loss_unique_id(coordinator.config_entry.entry_id, device)
        self._attr_translation_placeholders = {"device": coordinator.names.device(device)}

    async def async_added_to_hass(self) -> None:
        """Show the last loss again, then listen to this device."""
        await super().async_added_to_hass()
        if last := await self.async_get_last_sensor_data():
            self._attr_native_value = last.native_value
        self._read()
        signal = signal_loss(self.coordinator.config_entry.entry_id, self._device)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._behaved))

    @callback
    def _read(self) -> None:
        if self._device in self.coordinator.device_losses:
            self._attr_native_value = round(self.coordinator.device_losses[self._device], 3)

    @callback
    def _behaved(self) -> None:
        self._read()
        self.async_write_ha_state()

    @callback
    def _handle_coordinator_update(self) -> None:
        """Write nothing: only this device's own behaviors change the loss."""
