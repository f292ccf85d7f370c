"""Each blueprint loads in Home Assistant and does, with the inputs of a person, what its text says."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.blueprint import errors, models
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from .conftest import ROOT, Pass
from .test_corrections import leave_open, types

BLUEPRINTS = ROOT / "blueprints" / "automation" / "smartguard"
ALERT = {
    "type": "detected",
    "episode_id": "17.5",
    "summary": "The stove has been on for 3.0 h.",
}


class Calls:
    """Takes the calls of some actions."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self.made: list[tuple[str, dict[str, Any]]] = []

    def take(self, domain: str, *actions: str) -> None:
        for action in actions:
            self._hass.services.async_register(domain, action, self._called)

    async def _called(self, call: ServiceCall) -> None:
        self.made.append((f"{call.domain}.{call.service}", dict(call.data)))


@pytest.fixture
def calls(hass: HomeAssistant) -> Calls:
    return Calls(hass)


@pytest.fixture
def phone(hass: HomeAssistant, calls: Calls) -> str:
    app = MockConfigEntry(domain="mobile_app")
    app.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=app.entry_id, identifiers={("mobile_app", "1")}, name="Ann's Phone"
    )
    calls.take("notify", "mobile_app_ann_s_phone")
    return device.id


@pytest.fixture
def library(hass: HomeAssistant, home_folder: Path) -> Path:
    """Put the blueprints where Home Assistant keeps those that were imported."""
    folder = home_folder / "blueprints" / "automation" / "smartguard"
    shutil.copytree(BLUEPRINTS, folder)
    return folder


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Make an automation of a blueprint."""
    config = {"id": name, "use_blueprint": {"path": f"smartguard/{name}.yaml", "input": inputs}}
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()
    (automation,) = hass.states.async_all("automation")
    assert automation.state == STATE_ON


async def fire(hass: HomeAssistant, kind: str = "detected") -> None:
    hass.bus.async_fire("smartguard_alert", {**ALERT, "type": kind})
    await hass.async_block_till_done()


@pytest.mark.parametrize("path", sorted(BLUEPRINTS.glob("*.yaml")), ids=lambda path: path.stem)
async def test_it_can_be_imported(hass: HomeAssistant, path: Path) -> None:
    from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA  # after `hass`

    text = await hass.async_add_executor_job(path.read_text)
    blueprint = models.Blueprint(
        yaml_util.parse_yaml(text),
        path=path.name,
        expected_domain="automation",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"].endswith(f"/{path.name}")
    for row in blueprint.inputs.values():
        assert row["name"]


async def test_an_input_without_default_must_be_given(hass: HomeAssistant, library: Path) -> None:
    from homeassistant.components.automation.helpers import async_get_blueprints

    with pytest.raises(errors.MissingInput):
        await async_get_blueprints(hass).async_inputs_from_config(
            {"use_blueprint": {"path": "smartguard/push_with_buttons.yaml", "input": {}}}
        )


async def test_a_phone_is_told_with_buttons_that_smartguard_follows(
    hass: HomeAssistant, library: Path, phone: str, calls: Calls
) -> None:
    await use(hass, "push_with_buttons", phone=phone, more={"channel": "Alarm"}, show="Anzeigen")
    await fire(hass)
    ((action, data),) = calls.made
    assert action == "notify.mobile_app_ann_s_phone"
    assert (data["title"], data["message"]) == ("Something is unusual at home", ALERT["summary"])
    assert data["data"]["tag"] == "smartguard_17.5"
    assert data["data"]["channel"] == "Alarm"
    assert [(row["action"], row["title"]) for row in data["data"]["actions"]] == [
        ("SMARTGUARD_NORMAL_17.5", "Normal"),
        ("SMARTGUARD_SNOOZE_17.5", "Snooze"),
        ("URI", "Anzeigen"),
    ]
    calls.made.clear()
    await fire(hass, "cleared")
    assert calls.made == [
        (
            "notify.mobile_app_ann_s_phone",
            {"message": "clear_notification", "data": {"tag": "smartguard_17.5"}},
        )
    ]


async def test_the_button_normal_ends_the_alert_that_it_came_with(
    hass: HomeAssistant,
    library: Path,
    phone: str,
    calls: Calls,
    guarded: MockConfigEntry,
    live_on: Pass,
) -> None:
    """The clock stands at a whole second, so that the id ends in zeros, which a number would not."""
    await use(hass, "push_with_buttons", phone=phone)
    fired = async_capture_events(hass, "smartguard_alert")
    await leave_open(hass, live_on)
    ((_, data),) = calls.made
    assert fired[0].data["episode_id"].endswith("0")
    hass.bus.async_fire("mobile_app_notification_action", {"action": data["data"]["actions"][0]["action"]})
    await hass.async_block_till_done()
    assert types(fired) == ["detected", "marked_normal", "cleared"]
    assert calls.made[1][1]["data"]["tag"] == data["data"]["tag"], "the message goes away"


async def test_a_phone_is_not_told_where_a_condition_says_so(
    hass: HomeAssistant, library: Path, phone: str, calls: Calls
) -> None:
    nobody = {"condition": "state", "entity_id": "person.ann", "state": "not_home"}
    hass.states.async_set("person.ann", "home")
    await use(hass, "push_with_buttons", phone=phone, conditions=[nobody])
    await fire(hass)
    assert calls.made == []
    hass.states.async_set("person.ann", "not_home")
    await fire(hass)
    assert len(calls.made) == 1


LIGHTS = {"entity_id": ["light.hall"]}


@pytest.fixture
def house(hass: HomeAssistant, calls: Calls, freezer: FrozenDateTimeFactory) -> Calls:
    freezer.move_to("2026-03-04T05:30:00+00:00")
    calls.take("light", "turn_on", "turn_off")
    calls.take("camera", "snapshot")
    hass.states.async_set("sun.sun", "below_horizon")
    return calls


async def test_lights_and_pictures(hass: HomeAssistant, library: Path, house: Calls) -> None:
    cameras = ["camera.door", "camera.garden"]
    then = [{"action": "test.done", "data": {"pictures": "{{ pictures }}", "summary": "{{ summary }}"}}]
    house.take("test", "done")
    await use(hass, "lights_and_snapshot", lights=LIGHTS, cameras=cameras, then=then)
    await fire(hass)
    door, garden = (f"/media/smartguard_20260303_213000_{name}.jpg" for name in ("door", "garden"))
    assert house.made == [
        ("light.turn_on", LIGHTS),
        ("camera.snapshot", {"filename": door, "entity_id": ["camera.door"]}),
        ("camera.snapshot", {"filename": garden, "entity_id": ["camera.garden"]}),
        ("test.done", {"pictures": [door, garden], "summary": ALERT["summary"]}),
    ]
    house.made.clear()
    await fire(hass, "cleared")
    assert house.made == [("light.turn_off", LIGHTS)]


async def test_by_day_and_without_cameras_nothing_is_done(
    hass: HomeAssistant, library: Path, house: Calls
) -> None:
    hass.states.async_set("sun.sun", "above_horizon")
    await use(hass, "lights_and_snapshot", lights=LIGHTS, lights_off=False)
    await fire(hass)
    await fire(hass, "cleared")
    await fire(hass, "acknowledged")
    assert house.made == []


async def test_without_lights_there_is_only_a_picture(
    hass: HomeAssistant, library: Path, house: Calls
) -> None:
    await use(hass, "lights_and_snapshot", cameras=["camera.door"])
    await fire(hass)
    await fire(hass, "cleared")
    assert [action for action, _ in house.made] == ["camera.snapshot"]


TELL = [{"action": "test.tell", "data": {"headline": "{{ headline }}", "summary": "{{ summary }}"}}]


@pytest.fixture
async def carer(
    hass: HomeAssistant, library: Path, calls: Calls, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Calls]:
    """Tell a carer at seven in the evening; it is ten minutes before, and all is as usual."""
    freezer.move_to("2026-03-05T02:50:00+00:00")
    hass.states.async_set("sensor.smartguard_status", "guarding")
    hass.states.async_set("binary_sensor.smartguard_anomaly", "off")
    hass.states.async_set("event.smartguard_alert", "2026-03-01T00:00:00+00:00", {"summary": "Long ago."})
    hass.states.async_set("sensor.smartguard_alerts_this_week", "2")
    hass.states.async_set("binary_sensor.door", "off", {"friendly_name": "Front door"})
    calls.take("test", "tell")
    await use(hass, "daily_summary", tell=TELL, watched=["binary_sensor.door", "binary_sensor.gone"])
    yield calls
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


async def told(carer: Calls, live_on: Pass) -> tuple[str, list[str]]:
    """Return the headline and the lines of the next summary."""
    await live_on(minutes=10, seconds=1)
    ((_, data),) = carer.made
    return data["headline"], data["summary"].splitlines()


REST = ["Alerts this week: 2.", "Front door: off since Wed 18:50."]


async def test_a_usual_day(carer: Calls, live_on: Pass) -> None:
    assert await told(carer, live_on) == ("All as usual", ["Nothing unusual in the last day.", *REST])
    await live_on(minutes=60)
    assert len(carer.made) == 1, "once a day"


async def test_a_day_with_an_alert(hass: HomeAssistant, carer: Calls, live_on: Pass) -> None:
    hass.states.async_set("event.smartguard_alert", "2026-03-04T22:00:00+00:00", {"summary": "It dripped."})
    expected = ("There was an alert", ["Last alert at 14:00: It dripped.", *REST])
    assert await told(carer, live_on) == expected


async def test_something_is_unusual_now(hass: HomeAssistant, carer: Calls, live_on: Pass) -> None:
    hass.states.async_set("binary_sensor.smartguard_anomaly", "on", {"summary": "It drips."})
    assert await told(carer, live_on) == ("Something is unusual", ["Now: It drips.", *REST])


async def test_silence_is_not_taken_for_quiet(hass: HomeAssistant, carer: Calls, live_on: Pass) -> None:
    hass.states.async_set("sensor.smartguard_status", "paused")
    assert (await told(carer, live_on))[0] == "SmartGuard is not watching"
