"""What another version told: shown, explained and ended as far as this one can read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.smartguard.const import DOMAIN, EVENT_ALERT
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.policy import Episode, Reason
from custom_components.smartguard.journal import Journal

from . import homes
from .conftest import Pass, load
from .test_coordinator import ANOMALY, ask

pytestmark = pytest.mark.usefixtures("home_folder")

NOW = homes.NOW.timestamp()
OPENED = Behavior(NOW - 60, homes.VALVE, homes.VALVE, "open")
PLAIN = "garden was opened; that was unusual."
FOREIGN: list[Callable[[Reason], Reason]] = [
    lambda reason: replace(reason, facts={"another": "fact"}),
    lambda reason: replace(reason, facts={**reason.facts, "seconds": "for ages"}),
    lambda reason: replace(reason, facts={**reason.facts, "longest": None}),  # type: ignore[dict-item]
    lambda reason: replace(reason, channel="intuition"),
    lambda reason: replace(reason, channel="meeting"),
]


def told_by_another(change: Callable[[Reason], Reason]) -> Episode:
    facts: dict[str, float | str] = {"seconds": 10800.0, "longest": 1500.0, "usual": 1200.0, "uses": 14.0}
    reason = change(Reason("duration", 1.5, (OPENED,), (OPENED,), facts))
    return Episode("17", NOW, NOW, 1.5, 0.0, (reason,), (OPENED,), ())


def keep(folder: Path, episode: Episode) -> None:
    journal = Journal.open(folder / "journal.db")
    journal.save_episode({"episode_id": episode.id, "summary": "Told then.", "episode": episode.to_json()})
    journal.close()


@pytest.mark.parametrize("change", FOREIGN)
async def test_an_alert_of_another_version_goes_on_is_explained_and_ends(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    folder: Path,
    live_on: Pass,
    hass_ws_client: WebSocketGenerator,
    change: Callable[[Reason], Reason],
) -> None:
    notes: dict[str, Any] = {}
    take = callback(lambda _, changed: notes.update(changed))
    persistent_notification.async_register_callback(hass, take)
    fired = async_capture_events(hass, EVENT_ALERT)
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await hass.async_add_executor_job(keep, folder, told_by_another(change))
    await load(hass, entry)

    assert hass.states.get(ANOMALY).attributes["summary"] == PLAIN
    assert notes["smartguard_17"]["message"].startswith(PLAIN)
    answer = await ask(hass, "explain", episode_id="17")
    assert answer["summary"] == "Told then."
    assert [reason["summary"] for reason in answer["reasons"]] == [PLAIN]
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": f"{DOMAIN}/alarms"})
    (row,) = (await client.receive_json())["result"]["rows"]
    assert row["summary"] == "Told then."

    await live_on(minutes=6)
    assert hass.states.get(ANOMALY).state == "off"
    assert [event.data["summary"] for event in fired] == [PLAIN]


@pytest.mark.parametrize(
    "reasons", [[], [{"channel": "x", "score": 1, "behaviors": [], "context": [], "facts": {}}]]
)
async def test_an_alert_about_nothing_is_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, reasons: list[Any]
) -> None:
    def keep_nothing() -> None:
        journal = Journal.open(folder / "journal.db")
        data = {**told_by_another(lambda reason: reason).to_json(), "reasons": reasons}
        journal.save_episode({"episode_id": "17", "summary": "Told then.", "episode": data})
        journal.close()

    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await hass.async_add_executor_job(keep_nothing)
    await load(hass, entry)
    assert hass.states.get(ANOMALY).state == "off"
    answer = await ask(hass, "explain", episode_id="17")
    assert (answer["summary"], answer["reasons"]) == ("Told then.", [])
    for action in ("mark_normal", "confirm"):
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, action, episode_id="17")
        assert raised.value.translation_key == "episode_unreadable"
    assert (await ask(hass, "list_feedback"))["feedback"] == []


async def test_an_alert_whose_id_was_a_number_is_answered_from_a_template(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    """A template makes a number of such an id, without the zeros that it ends in."""
    episode = replace(told_by_another(lambda reason: reason), id=f"{NOW:.3f}")
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await hass.async_add_executor_job(keep, folder, episode)
    await load(hass, entry)
    assert (await ask(hass, "explain", episode_id=NOW))["summary"] == "Told then."
    for action in ("confirm", "mark_normal"):
        assert (await ask(hass, action, episode_id=NOW))["episode_id"] == episode.id
