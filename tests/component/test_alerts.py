"""What is told of an episode: the notification, the bus, the event entity's signal, the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.smartguard.alerts import Alerts
from custom_components.smartguard.const import EVENT_ALERT, signal_alert
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.policy import Change, Episode, Expected, Reason
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.names import Names

from . import homes

pytestmark = pytest.mark.usefixtures("home_folder")

OPENED = homes.NOW.timestamp() - 3 * 3600


@pytest.fixture
def valve(hass: HomeAssistant) -> er.RegistryEntry:
    owner = MockConfigEntry(domain="test")
    owner.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("test", "valve")}, name="Garden valve"
    )
    added = er.async_get(hass).async_get_or_create(
        "valve", "test", "valve", device_id=device.id, suggested_object_id="garden", config_entry=owner
    )
    hass.states.async_set(added.entity_id, "open", {"friendly_name": "Garden valve"})
    return added


@pytest.fixture
def episode(valve: er.RegistryEntry) -> Episode:
    opened = Behavior(OPENED, str(valve.device_id), valve.id, "open", "person")
    facts: dict[str, float | str] = {"seconds": 10800.0, "longest": 1500.0, "usual": 1200.0, "uses": 14.0}
    reason = Reason("duration", 1.5, (opened,), (opened,), facts)
    expected = Expected(str(valve.device_id), valve.id, "close", 0.8125)
    now = homes.NOW.timestamp()
    losses = ((opened, 4.25),)
    return Episode("17", now, now, 1.5, 0.0, (reason,), (opened,), (expected,), losses=losses)


@pytest.fixture
async def journal(hass: HomeAssistant, tmp_path: Path) -> Any:
    opened = await hass.async_add_executor_job(Journal.open, tmp_path / "journal.db")
    yield opened
    await hass.async_add_executor_job(opened.close)


@pytest.fixture
def alerts(hass: HomeAssistant, journal: Journal, freezer: FrozenDateTimeFactory) -> Iterator[Alerts]:
    freezer.move_to(homes.NOW)
    made = Alerts(hass, "entry", Names(hass), journal)
    stop = made.async_start()
    yield made
    stop()


@pytest.fixture
def shown(hass: HomeAssistant) -> dict[str, Any]:
    """Return the notifications as the page shows them."""
    notes: dict[str, Any] = {}

    @callback
    def changed(kind: persistent_notification.UpdateType, changed: dict[str, Any]) -> None:
        for key, note in changed.items():
            if kind is persistent_notification.UpdateType.REMOVED:
                notes.pop(key, None)
            else:
                notes[key] = note

    persistent_notification.async_register_callback(hass, changed)
    return notes


def detected(episode: Episode) -> Change:
    return Change("detected", episode)


def cleared(episode: Episode) -> Change:
    return Change("cleared", replace(episode, end=episode.start + 600))


async def test_a_detection_is_told_everywhere_once(
    hass: HomeAssistant, alerts: Alerts, journal: Journal, episode: Episode, valve: er.RegistryEntry,
    shown: dict[str, Any],
) -> None:  # fmt: skip
    fired = async_capture_events(hass, EVENT_ALERT)
    signaled: list[tuple[str, dict[str, Any]]] = []
    async_dispatcher_connect(
        hass, signal_alert("entry"), callback(lambda kind, data: signaled.append((kind, data)))
    )
    alerts.handle(detected(episode))
    await hass.async_block_till_done()

    (event,) = fired
    assert signaled == [("detected", event.data)]
    summary = (
        "Garden valve has been open for 3.0 h; never more than 25 min in 14 times before (usually 20 min)."
    )
    assert event.data == {
        "type": "detected",
        "episode_id": "17",
        "time": "2026-03-04T05:30:00+00:00",
        "score": 1.5,
        "threshold": 0.0,
        "severity": "warning",
        "kind": "duration",
        "summary": summary,
        "devices": [valve.device_id],
        "entities": ["valve.garden"],
        "names": ["Garden valve"],
        "behaviors": [
            {
                "time": "2026-03-04T02:30:00+00:00",
                "entity_id": "valve.garden",
                "name": "Garden valve",
                "control": "open",
                "actor": "person",
                "loss": 4.25,
            }
        ],
        "expected": [
            {
                "entity_id": "valve.garden",
                "name": "Garden valve",
                "control": "close",
                "probability": 0.812,
            }
        ],
    }
    assert shown["smartguard_17"]["message"] == (
        f"{summary}\n\n- 18:30:00 Garden valve was opened\n\nMore usual then: Garden valve was closed."
    )
    (kept,) = await hass.async_add_executor_job(journal.episodes)
    assert Episode.from_json(kept["episode"]) == episode
    assert kept["summary"] == summary


async def test_an_update_rewrites_the_notification_and_fires_nothing(
    hass: HomeAssistant, alerts: Alerts, journal: Journal, episode: Episode, shown: dict[str, Any]
) -> None:
    alerts.handle(detected(episode))
    fired = async_capture_events(hass, EVENT_ALERT)
    longer = replace(episode.reasons[0], facts={**episode.reasons[0].facts, "seconds": 14400.0})
    alerts.handle(Change("updated", replace(episode, reasons=(longer,))))
    await hass.async_block_till_done()
    assert fired == []
    assert list(shown) == ["smartguard_17"]
    assert "open for 4.0 h" in shown["smartguard_17"]["message"]
    assert len(await hass.async_add_executor_job(journal.episodes)) == 1


async def test_the_end_is_told_once_and_marks_the_notification(
    hass: HomeAssistant, alerts: Alerts, journal: Journal, episode: Episode, shown: dict[str, Any]
) -> None:
    alerts.handle(detected(episode))
    fired = async_capture_events(hass, EVENT_ALERT)
    alerts.handle(cleared(episode))
    await hass.async_block_till_done()
    assert [(e.data["type"], e.data["time"]) for e in fired] == [("cleared", "2026-03-04T05:40:00+00:00")]
    assert list(shown) == ["smartguard_17"]
    assert shown["smartguard_17"]["title"] == "Unusual, but over"
    assert "Over since 21:40:00" in shown["smartguard_17"]["message"]
    (kept,) = await hass.async_add_executor_job(journal.episodes)
    assert kept["type"] == "cleared"


async def test_a_notification_that_was_put_away_does_not_come_back(
    hass: HomeAssistant, alerts: Alerts, episode: Episode, shown: dict[str, Any]
) -> None:
    alerts.handle(detected(episode))
    persistent_notification.async_dismiss(hass, "smartguard_17")
    await hass.async_block_till_done()
    alerts.handle(Change("updated", episode))
    alerts.handle(cleared(episode))
    await hass.async_block_till_done()
    assert shown == {}


async def test_what_was_put_away_stays_away_over_a_reload(
    hass: HomeAssistant, alerts: Alerts, journal: Journal, episode: Episode, shown: dict[str, Any]
) -> None:
    alerts.handle(detected(episode))
    persistent_notification.async_dismiss(hass, "smartguard_17")
    await hass.async_block_till_done()
    again = Alerts(hass, "entry", Names(hass), journal)
    again.resume(episode)
    again.handle(Change("updated", episode))
    await hass.async_block_till_done()
    assert shown == {}


async def test_what_was_seen_to_stays_away_over_a_reload(
    hass: HomeAssistant, alerts: Alerts, journal: Journal, episode: Episode, shown: dict[str, Any]
) -> None:
    alerts.handle(detected(episode))
    alerts.acknowledge("acknowledged", episode)
    again = Alerts(hass, "entry", Names(hass), journal)
    again.resume(episode)
    again.handle(Change("updated", episode))
    await hass.async_block_till_done()
    assert shown == {}


async def test_an_episode_that_outlived_a_restart_is_shown_but_not_told_again(
    hass: HomeAssistant, alerts: Alerts, journal: Journal, episode: Episode, shown: dict[str, Any]
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    alerts.resume(episode)
    await hass.async_block_till_done()
    assert fired == []
    assert list(shown) == ["smartguard_17"]
    assert await hass.async_add_executor_job(journal.episodes) == []


async def test_names_are_those_of_the_moment(
    hass: HomeAssistant, alerts: Alerts, episode: Episode, valve: er.RegistryEntry
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    er.async_get(hass).async_update_entity(valve.entity_id, new_entity_id="valve.lawn", name="Lawn")
    hass.states.async_remove("valve.garden")
    alerts.handle(detected(episode))
    await hass.async_block_till_done()
    assert fired[0].data["entities"] == ["valve.lawn"]
    assert fired[0].data["names"] == ["Lawn"]


async def test_an_entity_that_is_gone_is_told_by_its_key(
    hass: HomeAssistant, alerts: Alerts, episode: Episode, valve: er.RegistryEntry
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    er.async_get(hass).async_remove(valve.entity_id)
    dr.async_get(hass).async_remove_device(str(valve.device_id))
    alerts.handle(detected(episode))
    await hass.async_block_till_done()
    assert fired[0].data["entities"] == [valve.id]
    assert fired[0].data["devices"] == []
