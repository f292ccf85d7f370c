"""The live path: what is recorded, judged, told and shown, also across restarts and swaps."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.smartguard.const import (
    CONF_ALERTS_PER_WEEK,
    CONF_ENTITIES,
    CONF_GUARDING,
    DOMAIN,
    EVENT_ALERT,
    signal_loss,
)
from custom_components.smartguard.core.threshold import threshold_of
from custom_components.smartguard.lately import LEAST_SCORE

from . import homes
from .conftest import Pass, load

pytestmark = pytest.mark.usefixtures("home_folder")

ANOMALY = "binary_sensor.smartguard_anomaly"


async def ask(hass: HomeAssistant, action: str, **fields: Any) -> dict[str, Any]:
    answer = await hass.services.async_call(DOMAIN, action, fields, blocking=True, return_response=True)
    assert isinstance(answer, dict)
    return answer


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload the entry and load it again, as a restart does."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await load(hass, entry)


async def use(hass: HomeAssistant, entity_id: str, state: str, live_on: Pass, **after: float) -> None:
    """Let a person use a thing after some time."""
    await live_on(**after)
    hass.states.async_set(entity_id, state)
    await hass.async_block_till_done()


async def test_a_usual_morning_is_recorded_judged_and_not_told(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    coordinator = guarded.runtime_data
    await use(hass, homes.KETTLE, "on", live_on, hours=9.5)
    await use(hass, homes.KETTLE, "off", live_on, minutes=4)
    await use(hass, homes.LAMP, "on", live_on, minutes=8)
    await use(hass, homes.LAMP, "off", live_on, minutes=28)
    await live_on(minutes=5)

    assert fired == []
    assert hass.states.get(ANOMALY).state == "off"
    data = coordinator.data
    assert data.behaviors == len(homes.days()) + 4
    assert data.score is not None
    assert data.score < data.threshold
    assert set(coordinator.device_losses) == {homes.KETTLE, homes.LAMP}
    newest = (await hass.async_add_executor_job(coordinator.journal.behaviors))[-4:]
    assert [(b.entity, b.control) for b in newest] == [
        (homes.KETTLE, "turn_on"),
        (homes.KETTLE, "turn_off"),
        (homes.LAMP, "turn_on"),
        (homes.LAMP, "turn_off"),
    ]
    assert newest[-1].time == hass.states.get(homes.LAMP).last_updated_timestamp


async def test_a_device_tells_its_loss_only_when_it_behaves(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    told: list[str] = []
    for device in homes.STATES:
        async_dispatcher_connect(
            hass, signal_loss(guarded.entry_id, device), callback(lambda device=device: told.append(device))
        )
    await use(hass, homes.KETTLE, "on", live_on, hours=9.5)
    await live_on(seconds=30)
    assert told == [homes.KETTLE]


async def test_what_is_left_on_is_told_while_it_is_on_and_once(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    for _ in range(2):
        await live_on(minutes=7)
    assert fired == []
    for _ in range(40):
        await live_on(minutes=4)
    assert [event.data["type"] for event in fired] == ["detected"]
    data = fired[0].data
    assert (data["kind"], data["entities"], data["names"]) == ("duration", [homes.VALVE], ["garden"])
    assert hass.states.get(ANOMALY).state == "on"
    assert guarded.runtime_data.data.episode.id == data["episode_id"]
    assert guarded.runtime_data.data.score > guarded.runtime_data.data.threshold

    hass.states.async_set(homes.VALVE, "closed")
    await hass.async_block_till_done()
    for _ in range(30):
        await live_on(seconds=15)
    assert [event.data["type"] for event in fired] == ["detected", "cleared"]
    assert fired[0].data["episode_id"] == fired[1].data["episode_id"]
    assert hass.states.get(ANOMALY).state == "off"
    assert guarded.runtime_data.data.episode is None


async def test_what_settled_is_told_with_the_losses_of_its_own_window(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    #  03:00 lamp on ── settled 03:03 ── 03:03:20 kettle on, then the tick that tells of the lamp
    await use(hass, homes.LAMP, "on", live_on, hours=5.5)
    own = guarded.runtime_data.device_losses[homes.LAMP]
    freezer.tick(200)
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    await live_on(seconds=5)
    (event,) = fired
    told = event.data["behaviors"][0]
    assert (told["entity_id"], told["control"], told["loss"]) == (homes.LAMP, "turn_on", round(own, 3))
    now = (await ask(hass, "score"))["behaviors"][-2]
    assert (now["entity_id"], now["time"]) == (homes.LAMP, told["time"])
    assert now["loss"] != told["loss"]


async def test_the_score_rises_with_what_settled_and_falls_when_nothing_is_strange(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    def score() -> float:
        return float(hass.states.get("sensor.smartguard_score").state)

    await guarded.runtime_data.async_set_budget(0.1)
    #  an hour before it is usual: worth no alert, and yet not what happens every day
    await use(hass, homes.KETTLE, "on", live_on, hours=8.5)
    await use(hass, homes.KETTLE, "off", live_on, minutes=2)
    assert score() == LEAST_SCORE
    for _ in range(5):
        await live_on(minutes=1)
    assert LEAST_SCORE < score() < guarded.runtime_data.data.threshold
    assert hass.states.get(ANOMALY).state == "off"
    await use(hass, homes.LAMP, "on", live_on, minutes=1)
    assert score() > LEAST_SCORE
    for _ in range(4):
        await live_on(minutes=5)
    assert score() == LEAST_SCORE


async def test_an_open_episode_goes_on_after_a_restart_without_a_second_alert(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await live_on(hours=4)
    assert [event.data["type"] for event in fired] == ["detected"]
    episode = fired[0].data["episode_id"]

    await restart(hass, guarded)
    assert hass.states.get(ANOMALY).state == "on"
    for _ in range(10):
        await live_on(minutes=2)
    assert [event.data["type"] for event in fired] == ["detected"]
    assert guarded.runtime_data.data.episode.id == episode

    hass.states.async_set(homes.VALVE, "closed")
    await hass.async_block_till_done()
    for _ in range(5):
        await live_on(minutes=2)
    assert [event.data["type"] for event in fired] == ["detected", "cleared"]
    assert fired[1].data["episode_id"] == episode

    await restart(hass, guarded)
    await live_on(minutes=2)
    assert len(fired) == 2
    assert hass.states.get(ANOMALY).state == "off"


async def test_what_was_switched_on_before_a_restart_is_judged_after_it(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    assert await hass.config_entries.async_unload(guarded.entry_id)
    await live_on(hours=3)
    await load(hass, guarded)
    assert fired == []
    await live_on(seconds=15)
    assert [(e.data["type"], e.data["kind"]) for e in fired] == [("detected", "duration")]


async def test_what_was_switched_off_meanwhile_is_not_taken_for_on(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await live_on(minutes=10)
    assert await hass.config_entries.async_unload(guarded.entry_id)
    await use(hass, homes.VALVE, "closed", live_on, minutes=8)
    await live_on(seconds=1)
    await load(hass, guarded)
    for _ in range(10):
        await live_on(hours=1)
    assert fired == []


async def test_paused_it_records_and_does_not_judge(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    coordinator = guarded.runtime_data
    await coordinator.async_set_guarding(False)
    assert (coordinator.data.status, coordinator.data.score) == ("paused", None)
    assert guarded.options[CONF_GUARDING] is False
    await use(hass, homes.VALVE, "open", live_on, hours=1)
    for _ in range(5):
        await live_on(hours=1)
    assert fired == []
    assert coordinator.device_losses == {}
    assert coordinator.data.behaviors == len(homes.days()) + 1

    await coordinator.async_set_guarding(True)
    assert coordinator.data.status == "guarding"
    await live_on(seconds=15)
    assert [(e.data["type"], e.data["kind"]) for e in fired] == [("detected", "duration")]


async def test_pausing_ends_an_episode(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await live_on(hours=4)
    assert hass.states.get(ANOMALY).state == "on"
    await guarded.runtime_data.async_set_guarding(False)
    await hass.async_block_till_done()
    assert [event.data["type"] for event in fired] == ["detected", "cleared"]
    assert hass.states.get(ANOMALY).state == "off"

    await restart(hass, guarded)
    await live_on(minutes=1)
    assert len(fired) == 2
    assert guarded.runtime_data.data.status == "paused"


async def test_the_budget_moves_the_threshold_at_once_and_is_kept(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    coordinator = guarded.runtime_data
    await coordinator.async_set_budget(0.5)
    await hass.async_block_till_done()
    assert coordinator.data.budget == 0.5
    assert coordinator.data.threshold == threshold_of(0.5)
    assert guarded.options[CONF_ALERTS_PER_WEEK] == 0.5
    assert guarded.runtime_data is coordinator
    await restart(hass, guarded)
    assert guarded.runtime_data.data.threshold == threshold_of(0.5)


async def test_without_a_model_it_collects(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    data = entry.runtime_data.data
    assert (data.status, data.score, data.behaviors) == ("collecting", None, 1)
    assert entry.runtime_data.devices == ()
    for action in ("score", "explain"):
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, action)
        assert raised.value.translation_key == "no_model"


def rows_on_disk(path: Path) -> int:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    (count,) = connection.execute("SELECT COUNT(*) FROM behavior").fetchone()
    connection.close()
    return int(count)


async def test_what_is_new_is_on_disk_within_five_seconds(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path, live_on: Pass
) -> None:
    path, before = folder / "journal.db", len(homes.days())
    for state in ("on", "off", "on"):
        await use(hass, homes.KETTLE, state, live_on, milliseconds=100)
    await live_on(seconds=6)
    # The writer works on its own; a later job of it comes after the commit that was asked for.
    guarded.runtime_data.journal.set_high_water({})
    await hass.async_add_executor_job(guarded.runtime_data.journal.flush)
    assert await hass.async_add_executor_job(rows_on_disk, path) == before + 3


async def test_what_the_recorder_saw_while_it_was_away_is_filled_in(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    assert await hass.config_entries.async_unload(guarded.entry_id)
    await use(hass, homes.KETTLE, "on", live_on, hours=9)
    away = hass.states.get(homes.KETTLE).last_updated_timestamp
    await use(hass, homes.KETTLE, "off", live_on, minutes=3)
    await live_on(seconds=1)
    await load(hass, guarded)
    assert guarded.runtime_data.data.behaviors == len(homes.days()) + 2
    journal = guarded.runtime_data.journal
    (first, second) = (await hass.async_add_executor_job(journal.behaviors))[-2:]
    assert (first.control, first.time) == ("turn_on", away)
    assert second.control == "turn_off"


async def test_score_answers_with_reasons_and_losses(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await use(hass, homes.KETTLE, "on", live_on, hours=9.5)
    answer = await ask(hass, "score")
    assert answer["unusual"] is False
    assert round(max(answer["score"], LEAST_SCORE), 1) == guarded.runtime_data.data.score
    assert len(answer["behaviors"]) == 10
    newest = answer["behaviors"][-1]
    assert (newest["entity_id"], newest["control"]) == (homes.KETTLE, "turn_on")
    assert newest["loss"] == round(guarded.runtime_data.device_losses[homes.KETTLE], 3)
    scores = [reason["score"] for reason in answer["reasons"]]
    assert scores == sorted(scores, reverse=True)


async def test_explain_answers_for_the_moment_and_for_an_episode(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    moment = await ask(hass, "explain")
    assert all(len(row["expected"]) == 3 for row in moment["behaviors"])

    fired = async_capture_events(hass, EVENT_ALERT)
    await live_on(hours=4)
    present = await ask(hass, "explain")
    assert present["episode_id"] == fired[0].data["episode_id"]
    assert present["reasons"][0]["summary"] == present["summary"] == fired[0].data["summary"]
    assert await ask(hass, "explain", episode_id=present["episode_id"]) == present
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "explain", episode_id="never")
    assert raised.value.translation_key == "no_such_episode"


async def test_roll_back_swaps_the_guard_and_says_to_which(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, live_on: Pass
) -> None:
    for keep in (homes.keep_past, homes.keep_model, homes.keep_model):
        await hass.async_add_executor_job(keep, folder)
    await load(hass, entry)
    coordinator = entry.runtime_data
    second = coordinator.guard
    answer = await ask(hass, "roll_back")
    assert answer == {
        "version": "0001",
        "trained": "2026-03-04T05:30:00+00:00",
        "behaviors": len(homes.days()),
    }
    assert coordinator.guard is not second
    assert coordinator.data.version == "0001"
    await restart(hass, entry)
    assert entry.runtime_data.data.version == "0001"
    assert (await ask(hass, "roll_back", version="0002"))["version"] == "0002"
    for version in ("0007", "newest", "-1"):
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, "roll_back", version=version)
        assert raised.value.translation_key == "no_such_version"
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "roll_back", **parse_yaml("version: 0001"))
    assert raised.value.translation_key == "version_not_quoted"
    assert entry.runtime_data.data.version == "0002"

    (folder / "models" / "0001.npz").write_bytes(b"no model")
    with pytest.raises(HomeAssistantError) as unreadable:
        await ask(hass, "roll_back")
    assert unreadable.value.translation_key == "version_unreadable"
    assert entry.runtime_data.data.version == "0002"


async def test_a_clock_that_jumps_back_loses_nothing(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory, live_on: Pass
) -> None:
    await use(hass, homes.KETTLE, "on", live_on, hours=9.5)
    freezer.move_to(datetime(2026, 3, 4, 6, 0, tzinfo=UTC))
    hass.states.async_set(homes.KETTLE, "off")
    await hass.async_block_till_done()
    await live_on(seconds=15)
    assert guarded.runtime_data.data.behaviors == len(homes.days()) + 2
    assert guarded.runtime_data.data.score is not None


async def test_an_entity_that_vanishes_is_not_taken_for_on(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    hass.states.async_remove(homes.VALVE)
    await hass.async_block_till_done()
    for _ in range(5):
        await live_on(hours=1)
    assert fired == []
    assert guarded.runtime_data.data.behaviors == len(homes.days()) + 1


async def test_what_can_not_be_seen_is_not_taken_for_on(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    """Nobody knows how long it was on; back and still on it is what it was."""
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await use(hass, homes.VALVE, "unavailable", live_on, minutes=5)
    for _ in range(3):
        await live_on(hours=1)
    await use(hass, homes.VALVE, "closed", live_on, minutes=5)
    await live_on(minutes=10)
    assert fired == []
    await use(hass, homes.VALVE, "open", live_on, minutes=5)
    await use(hass, homes.VALVE, "unavailable", live_on, minutes=5)
    await live_on(seconds=5)
    await use(hass, homes.VALVE, "open", live_on, minutes=5)
    await live_on(hours=3)
    await live_on(seconds=10)
    # That it was opened at that hour is another matter.
    assert {e.data["kind"] for e in fired} == {"duration", "moment"}
    assert [e.data["type"] for e in fired if e.data["kind"] == "duration"] == ["detected"]


async def test_an_alert_outlasts_what_can_not_be_seen(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await live_on(minutes=65)
    assert [event.data["type"] for event in fired] == ["detected"]
    for state in ("unavailable", "open"):
        await use(hass, homes.VALVE, state, live_on, minutes=1)
        for _ in range(5):
            await live_on(minutes=4)
        assert hass.states.get(ANOMALY).state == "on", state
    await use(hass, homes.VALVE, "closed", live_on, minutes=1)
    for _ in range(3):
        await live_on(minutes=4)
    assert [event.data["type"] for event in fired] == ["detected", "cleared"]


async def test_what_had_not_settled_is_told_after_a_restart(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    """
    03:00 lamp on ── 30 s: stopped ── 5½ min: off, which the recorder sees ── 6 min: started
    """
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.LAMP, "on", live_on, hours=5.5)
    await live_on(seconds=30)
    assert await hass.config_entries.async_unload(guarded.entry_id)
    await use(hass, homes.LAMP, "off", live_on, minutes=5)
    await async_wait_recording_done(hass)
    await live_on(seconds=30)
    assert await hass.config_entries.async_setup(guarded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await live_on(seconds=5)
    assert [(e.data["type"], e.data["kind"], e.data["entities"]) for e in fired] == [
        ("detected", "moment", [homes.LAMP])
    ]


async def test_what_is_not_guarded_any_more_is_neither_judged_nor_learned(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    hass.config_entries.async_update_entry(
        guarded, options={**guarded.options, CONF_ENTITIES: [homes.KETTLE, homes.LAMP]}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(5):
        await live_on(hours=1)
    assert fired == []
    report = await ask(hass, "train")
    assert report["devices"] == 2
    # It is not forgotten: chosen again, its habits are there.
    assert guarded.runtime_data.data.behaviors == len(homes.days()) + 1
