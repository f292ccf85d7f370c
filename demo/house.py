"""The configuration folder of the demonstration home, and its entities as Home Assistant names them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

# Home Assistant's package comes first: newer releases replace some libraries when it is imported.
import homeassistant  # noqa: F401

# isort: split
from trainer.attacks import injectors
from trainer.simulate import DeviceSpec, Held, Home

from .client import Client
from .errors import DemoError
from .homeassistant import ROOT

DEMO = Path(__file__).resolve().parent
ZONE = "Europe/Berlin"


def make_folder(folder: Path, home: Home) -> None:
    """Fill an empty configuration folder: YAML, the two custom components, the list of devices."""
    if folder.exists():
        raise DemoError(f"expected no folder at {folder}, got one")
    components = folder / "custom_components"
    components.mkdir(parents=True)
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "custom_components" / "smartguard", components / "smartguard", ignore=unwanted)
    shutil.copytree(DEMO / "custom_components" / "demo_home", components / "demo_home", ignore=unwanted)
    shutil.copy(DEMO / "configuration.yaml", folder)
    (folder / "persons.yaml").write_text(
        json.dumps([_person(device) for device in home.devices if not device.area])
    )
    (folder / "buttons.yaml").write_text(json.dumps(anomaly_buttons(home)))
    write_house(folder, home, {})


def anomaly_buttons(home: Home) -> dict[str, dict[str, str]]:
    """Return a helper button for each anomaly of the paper's Table 2, by its name."""
    icons = {"SD": "mdi:flash", "MD": "mdi:link-off", "DM": "mdi:clock-alert", "DD": "mdi:timer-sand"}
    return {
        name: {"name": injector.title, "icon": icons[injector.kind.value]}
        for name, injector in injectors(home).items()
    }


def _person(device: DeviceSpec) -> dict[str, Any]:
    """Return the person who carries the telephone of this device; JSON is YAML."""
    return {"id": device.key, "name": device.name, "device_trackers": [f"device_tracker.{device.key}_phone"]}


def write_house(folder: Path, home: Home, held: Mapping[str, Held]) -> None:
    """Write house.json; `held` says by entity key what is not at rest."""
    devices = [asdict(device) for device in home.devices]
    for device in devices:
        for entity in device["entities"]:
            entity["rest"] = entity["attributes"]
            if entity["key"] in held:
                now = held[entity["key"]]
                entity["state"], entity["attributes"] = now.state, dict(now.attributes)
    (folder / "house.json").write_text(json.dumps(devices, indent=1))


def forget_states(folder: Path) -> None:
    """Let the entities begin at what house.json says instead of what they were at when it stopped."""
    (folder / ".storage" / "core.restore_state").unlink(missing_ok=True)


class Entities:
    """Entity ids by the keys of the simulation, as the registry of this very home has them."""

    def __init__(
        self, operated: Mapping[str, str], observed: Mapping[str, str], devices: Mapping[str, str]
    ) -> None:
        """Take, by entity key: what is operated, what is observed; and the device ids by device key."""
        self.operated, self.observed, self.devices = operated, observed, devices

    @classmethod
    async def of(cls, client: Client, home: Home) -> Entities:
        """Read the registries; a person is observed, and operated by the telephone they carry."""
        registry = await client.command("config/entity_registry/list")
        by_key = {(row["platform"], row["unique_id"]): row for row in registry}
        operated, observed = {}, {}
        for key, spec in home.entities.items():
            row = by_key.get(("demo_home", key))
            seen = by_key.get(("person", key)) if spec.domain == "person" else row
            if row is None or seen is None:
                raise DemoError(f"expected an entity for {key} in the registry, got none")
            operated[key], observed[key] = row["entity_id"], seen["entity_id"]
        devices = {
            identifier[1]: row["id"]
            for row in await client.command("config/device_registry/list")
            for identifier in row["identifiers"]
            if identifier[0] == "demo_home"
        }
        return cls(operated, observed, devices)

    def key_of(self, entity_id: str) -> str | None:
        """Return the simulation's key of an observed entity."""
        return self._keys.get(entity_id)

    @property
    def _keys(self) -> dict[str, str]:
        return {entity_id: key for key, entity_id in self.observed.items()}
