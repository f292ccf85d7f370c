"""A day that was lived and the same day imported from the recorder are the same behaviors.

The home is Home Assistant's own demonstration home: real entities of every domain that it has, with what
they record and what they do not, used by real actions. What it lacks (persons, cameras, a mower) is set by
its states, gaps and removals among them.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.components.demo import lock, valve
from homeassistant.components.recorder import Recorder
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.smartguard import history
from custom_components.smartguard.controls import LIVE_ONLY
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.history import async_import
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.observer import Observer
from custom_components.smartguard.selection import resolve

MORNING = datetime(2026, 3, 28, 5, tzinfo=UTC)
PLATFORMS = [
    Platform.ALARM_CONTROL_PANEL, Platform.BINARY_SENSOR, Platform.BUTTON, Platform.CLIMATE, Platform.COVER,
    Platform.FAN, Platform.HUMIDIFIER, Platform.LIGHT, Platform.LOCK, Platform.MEDIA_PLAYER, Platform.REMOTE,
    Platform.SIREN, Platform.SWITCH, Platform.VACUUM, Platform.VALVE, Platform.WATER_HEATER,
]  # fmt: skip
ON_OFF: list[tuple[str, dict[str, Any]]] = [("turn_on", {}), ("turn_off", {})]
ACTIONS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "alarm_control_panel": [
        ("alarm_arm_away", {"code": "1234"}), ("alarm_arm_home", {"code": "1234"}), ("alarm_trigger", {}),
        ("alarm_disarm", {"code": "1234"}), ("alarm_disarm", {"code": "1234"}),
    ],
    "button": [("press", {})],
    "climate": [
        ("set_hvac_mode", {"hvac_mode": "cool"}), ("set_hvac_mode", {"hvac_mode": "off"}),
        ("set_hvac_mode", {"hvac_mode": "heat"}), ("set_temperature", {"temperature": 19}),
        ("set_temperature", {"temperature": 23}), ("set_fan_mode", {"fan_mode": "on_low"}),
        ("set_fan_mode", {"fan_mode": "auto_high"}), ("set_preset_mode", {"preset_mode": "away"}),
        ("set_preset_mode", {"preset_mode": "home"}),
        ("set_temperature", {"target_temp_low": 18, "target_temp_high": 22}),
        ("set_temperature", {"target_temp_low": 20, "target_temp_high": 25}),
    ],
    "cover": [
        ("open_cover", {}), ("close_cover", {}), ("stop_cover", {}), ("set_cover_position", {"position": 40}),
        ("set_cover_position", {"position": 80}),
    ],
    "fan": [
        *ON_OFF, ("set_percentage", {"percentage": 33}), ("set_percentage", {"percentage": 100}),
        ("set_preset_mode", {"preset_mode": "auto"}), ("set_preset_mode", {"preset_mode": "sleep"}),
    ],
    "humidifier": [
        *ON_OFF, ("set_humidity", {"humidity": 40}), ("set_humidity", {"humidity": 60}),
        ("set_mode", {"mode": "eco"}), ("set_mode", {"mode": "home"}),
    ],
    "input_boolean": ON_OFF,
    "input_button": [("press", {})],
    "light": [*ON_OFF, ("turn_on", {"brightness": 40}), ("turn_on", {"brightness": 240})],
    "lock": [("lock", {}), ("unlock", {}), ("open", {})],
    "media_player": [
        *ON_OFF, ("media_play", {}), ("media_pause", {}), ("media_stop", {}), ("volume_up", {}),
        ("volume_set", {"volume_level": 0.2}), ("select_source", {"source": "dvd"}),
        ("select_source", {"source": "youtube"}), ("media_next_track", {}),
    ],
    "remote": [*ON_OFF, ("send_command", {"command": ["mute"]})],
    "scene": [("turn_on", {})],
    "script": [("turn_on", {})],
    "siren": ON_OFF,
    "switch": ON_OFF,
    "vacuum": [("start", {}), ("pause", {}), ("stop", {}), ("return_to_base", {})],
    "valve": [("open_valve", {}), ("close_valve", {}), ("set_valve_position", {"position": 30})],
    "water_heater": [
        ("set_operation_mode", {"operation_mode": "eco"}), ("set_operation_mode", {"operation_mode": "gas"}),
        ("set_operation_mode", {"operation_mode": "off"}), ("set_temperature", {"temperature": 110}),
        ("set_temperature", {"temperature": 125}),
    ],
}  # fmt: skip
GAPS = ("unavailable", "unknown", None)
REPORTS: dict[str, tuple[dict[str, Any], tuple[str | None, ...]]] = {
    "binary_sensor.door": ({"device_class": "door"}, ("on", "off", *GAPS)),
    "binary_sensor.hall": ({"device_class": "motion"}, ("on", "off", "on", "off", *GAPS)),
    "binary_sensor.bolt": ({"device_class": "lock"}, ("on", "off")),
    "binary_sensor.link": ({"device_class": "connectivity"}, ("on", "off")),
    "binary_sensor.plain": ({}, ("on", "off", *GAPS)),
    "camera.porch": ({}, ("idle", "recording", "streaming", "off", *GAPS)),
    "device_tracker.phone": ({}, ("home", "not_home", "Work", *GAPS)),
    "lawn_mower.lawn": ({}, ("docked", "mowing", "returning", "paused", "error", *GAPS)),
    "light.passing": ({}, ("on", "off", *GAPS)),
    "person.ann": ({"user_id": "ann"}, ("home", "not_home", "Work", *GAPS)),
}
GUESTS = "input_boolean.guests"
YAML = {
    "input_boolean": {"guests": {}},
    "input_button": {"bell": {}},
    "script": {
        "evening": {"sequence": [{"action": "input_boolean.toggle", "entity_id": "input_boolean.guests"}]}
    },
    "scene": [{"name": "Reading", "entities": {GUESTS: "on"}}],
}


@pytest.fixture
async def demo_home(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Furnish the home with Home Assistant's demonstration entities, without the demo's own dependencies."""
    # The loop's clock is frozen too: nobody would wake from a pause.
    monkeypatch.setattr(history, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(lock, "LOCK_UNLOCK_DELAY", 0)
    monkeypatch.setattr(valve, "OPEN_CLOSE_DELAY", 0)
    freezer.move_to(MORNING)
    hass.config.components.add("demo")
    for domain, config in YAML.items():
        assert await async_setup_component(hass, domain, {domain: config})
    entry = MockConfigEntry(domain="demo", state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    await hass.async_block_till_done()


@pytest.fixture
def journals(tmp_path: Path) -> Iterator[tuple[Journal, Journal]]:
    pair = Journal.open(tmp_path / "live" / "journal.db"), Journal.open(tmp_path / "past" / "journal.db")
    yield pair
    for journal in pair:
        journal.close()


class Life:
    """Uses the home at random, but the same with the same seed."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, user_id: str, seed: int) -> None:
        self.hass = hass
        self.user_id = user_id
        self.freezer = freezer
        self.rng = random.Random(seed)
        self.plan: list[tuple[str, str, dict[str, Any]]] = []

    async def pass_time(self, seconds: float) -> None:
        self.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done()

    async def step(self) -> None:
        """Do one thing, then let some time go by: mostly little, sometimes hours."""
        if self.rng.random() < 0.35:
            self.report()
        else:
            await self.use()
        await self.hass.async_block_till_done()
        await self.pass_time(self.rng.choice((0.002, 0.3, 1.0, 1.0, 5.0, 60.0, 2400.0)))

    def report(self) -> None:
        entity_id = self.rng.choice(sorted(REPORTS))
        attributes, values = REPORTS[entity_id]
        value = self.rng.choice(values)
        if value is None:
            self.hass.states.async_remove(entity_id)
        else:
            noise = {"battery_level": self.rng.randrange(100)}
            self.hass.states.async_set(entity_id, value, attributes | noise)

    async def use(self) -> None:
        """Do every action with every entity that could, in another order each time around."""
        if not self.plan:
            self.plan = [
                (entity_id, *action)
                for domain, actions in ACTIONS.items()
                for entity_id in sorted(self.hass.states.async_entity_ids(domain))
                for action in actions
                if entity_id not in REPORTS
            ]
            self.rng.shuffle(self.plan)
        entity_id, service, data = self.plan.pop()
        # Not every demonstration entity can do everything: a refused action is part of life.
        with contextlib.suppress(HomeAssistantError):
            await self.hass.services.async_call(
                entity_id.partition(".")[0],
                service,
                {**data, "entity_id": entity_id},
                blocking=True,
                context=Context(user_id=self.user_id),
            )


def essence(behaviors: list[Behavior]) -> list[tuple[float, str, str, str]]:
    """Return all that is compared, in one order; the recorder does not know who did it."""
    return sorted((b.time, b.entity, b.control, b.device) for b in behaviors)


@pytest.mark.parametrize("seed", [1, 2])
async def test_lived_is_imported(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    demo_home: None,
    hass_admin_user: User,
    freezer: FrozenDateTimeFactory,
    journals: tuple[Journal, Journal],
    seed: int,
) -> None:
    life, (live, past) = Life(hass, freezer, hass_admin_user.id, seed), journals
    for entity_id, (attributes, values) in REPORTS.items():
        hass.states.async_set(entity_id, str(values[0]), attributes)
    for _ in range(60):
        await life.step()
    for entity_id in REPORTS:
        if not hass.states.get(entity_id):
            hass.states.async_set(entity_id, "unavailable")
    await life.pass_time(1)

    keys = resolve(hass, {"entities": hass.states.async_entity_ids()})
    observer = Observer(hass, keys, lambda behavior: live.add([behavior]))
    start = dt_util.utcnow()
    await async_import(hass, keys, past, start - timedelta(hours=1), start, lambda _: None, observer.tracker)
    before = past.count()
    observer.async_start()
    for _ in range(900):
        await life.step()
    for _ in range(15):
        await life.pass_time(1)
    await life.pass_time(3600)
    observer.async_stop()
    end = dt_util.utcnow()
    assert end - start > timedelta(days=2), "several days are asked for one after the other"

    await async_import(hass, observer.keys, past, start, end, lambda _: None)
    lived, imported = live.behaviors(), past.behaviors(start.timestamp())
    recorded = [b for b in lived if not b.control.startswith(LIVE_ONLY)]
    assert essence(imported) == essence(recorded)
    assert past.count() == before + len(imported)

    commands = [b for b in lived if b.control.startswith(LIVE_ONLY)]
    assert commands, "a remote's commands are seen live only"
    found = {b.control for b in imported}
    assert len(imported) > 300
    assert len(found) >= 45, found
    entity_ids = {key.entity: entity_id for entity_id, key in keys.items()}
    domains = {entity_ids[b.entity].partition(".")[0] for b in imported}
    assert domains >= set(ACTIONS) | {"binary_sensor", "camera", "device_tracker", "lawn_mower", "person"}
