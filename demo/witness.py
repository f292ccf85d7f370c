"""What can be seen from outside while the home lives: alerts, the anomaly sensor, uses, the loop's lag."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .client import Client
from .errors import DemoError
from .guard import seconds

# The sensor may turn on just before or just after the alert is told.
SAME_MOMENT = 1.0
PING_SECONDS = 0.05
ADJUSTABLE = {"light": "brightness", "fan": "percentage", "climate": "temperature"}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert: home time (UTC seconds), whether the anomaly sensor was off before, what it names."""

    time: float
    sensor_was_off: bool
    devices: tuple[str, ...]
    entities: tuple[str, ...]
    summary: str


@dataclass
class Witness:
    """Listens on a connection of its own."""

    observed: frozenset[str]
    anomaly_sensor: str = ""
    alerts: list[Alert] = field(default_factory=list)
    uses: list[tuple[float, str, str]] = field(default_factory=list)
    _on_since: float | None = None

    async def watch(self, client: Client, anomaly_sensor: str) -> None:
        """Begin to listen on a connection."""
        self.anomaly_sensor, self._on_since = anomaly_sensor, None
        if (await client.states())[self.anomaly_sensor]["state"] == "on":
            self._on_since = float("-inf")
        await client.subscribe("smartguard_alert", self._alerted)
        await client.subscribe("state_changed", self._changed)

    @property
    def anomaly_is_on(self) -> bool:
        """Say whether the anomaly sensor is on."""
        return self._on_since is not None

    def use_of(self, entity_id: str, state: str, after: float) -> float | None:
        """Return when an entity was seen to take a state at or after a moment, None if it was not."""
        for moment, used, taken in self.uses:
            if moment >= after and used == entity_id and taken == state:
                return moment
        return None

    def uses_since(self, time: float) -> int:
        """Count the uses seen since a moment of home time."""
        return sum(moment >= time for moment, _, _ in self.uses)

    def _alerted(self, event: dict[str, Any]) -> None:
        data = event["data"]
        if data["type"] != "detected":
            return
        moment = seconds(event["time_fired"])
        was_off = self._on_since is None or self._on_since >= moment - SAME_MOMENT
        names = tuple(data["devices"]), tuple(data["entities"])
        self.alerts.append(Alert(moment, was_off, *names, str(data["summary"])))

    def _changed(self, event: dict[str, Any]) -> None:
        old, new = event["data"]["old_state"], event["data"]["new_state"]
        if old is None or new is None:
            return
        moment = seconds(new["last_updated"])
        if new["entity_id"] == self.anomaly_sensor and old["state"] != new["state"]:
            self._on_since = moment if new["state"] == "on" else None
        elif new["entity_id"] in self.observed and _is_use(old, new):
            self.uses.append((moment, new["entity_id"], new["state"]))


def _is_use(old: dict[str, Any], new: dict[str, Any]) -> bool:
    if {old["state"], new["state"]} & {"unavailable", "unknown"}:
        return False
    setting = ADJUSTABLE.get(new["entity_id"].partition(".")[0], "volume_level")
    return bool(
        old["state"] != new["state"]
        or (old["attributes"].get(setting) != new["attributes"].get(setting) and setting in old["attributes"])
    )


class LoopLag:
    """How long the event loop lets a ping wait, in real milliseconds above the quickest answer."""

    def __init__(self) -> None:
        """Begin without samples."""
        self._took: list[float] = []

    async def measure(self, client: Client) -> None:
        """Ping until cancelled or until the connection is closed."""
        while not client.lost:
            sent = time.perf_counter()
            try:
                await client.ping()
            except DemoError:
                return
            self._took.append(time.perf_counter() - sent)
            await asyncio.sleep(PING_SECONDS)

    def percentile(self, share: float) -> float | None:
        """Return a percentile of the lag in milliseconds, None without samples."""
        return 1000 * (percentile(self._took, share) - min(self._took)) if self._took else None


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which `share` of the values lie; raises ValueError without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("expected at least one value, got none")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
