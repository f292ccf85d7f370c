"""The websocket commands of card and panel: who may ask, what is answered, and how nothing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.websocket_api.const import ERR_HOME_ASSISTANT_ERROR, ERR_UNAUTHORIZED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.smartguard.const import DOMAIN
from custom_components.smartguard.core.windows import WINDOW
from custom_components.smartguard.panel_types import SCHEMA

from . import homes
from .conftest import Pass, load

DAY = 86_400.0
NOW = homes.NOW.timestamp()
COMMANDS: dict[str, dict[str, Any]] = {
    "timeline": {"start": 0, "end": NOW},
    "alarms": {},
    "explain": {},
    "habits": {},
    "habit": {"entity": homes.KETTLE, "control": "turn_on"},
    "devices": {},
    "model": {},
    "backtest": {"days": 1},
}


class Asker:
    """One connection: asks commands, and collects what a subscription tells."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.events: list[dict[str, Any]] = []

    async def answer(self, command: str, **data: Any) -> dict[str, Any]:
        await self.client.send_json_auto_id({"type": f"{DOMAIN}/{command}", **data})
        while (message := await self.client.receive_json())["type"] == "event":
            self.events.append(message["event"])
        return dict(message)

    async def ask(self, command: str, **data: Any) -> Any:
        message = await self.answer(command, **data)
        assert message["success"], message
        return message["result"]

    async def told(self, kind: str) -> list[Any]:
        """Return what was told of a kind; whatever was sent before an answer has come by then."""
        await self.answer("model")
        return [event["data"] for event in self.events if event["kind"] == kind]


@pytest.fixture
async def asker(hass: HomeAssistant, home_folder: Path, hass_ws_client: WebSocketGenerator) -> Asker:
    """Connect as an administrator."""
    return Asker(await hass_ws_client(hass))


async def flicker(hass: HomeAssistant, live_on: Pass) -> None:
    """Use the kettle as nobody does, until there is an alert."""
    for to in ("on", "off") * 12:
        await live_on(seconds=2)
        hass.states.async_set(homes.KETTLE, to)
        await hass.async_block_till_done()


async def test_only_administrators_may_ask(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    client = Asker(await hass_ws_client(hass, hass_read_only_access_token))
    for command in (*COMMANDS, "subscribe"):
        message = await client.answer(command, **COMMANDS.get(command, {}))
        assert message["success"] is False, command
        assert message["error"]["code"] == ERR_UNAUTHORIZED


async def test_without_a_loaded_entry_each_command_says_so(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    assert await hass.config_entries.async_unload(guarded.entry_id)
    for command, data in COMMANDS.items():
        message = await asker.answer(command, **data)
        assert message["success"] is False, command
        assert message["error"]["code"] == "not_loaded"


async def test_without_a_model_each_command_answers(
    hass: HomeAssistant, entry: MockConfigEntry, asker: Asker
) -> None:
    await load(hass, entry)
    refused = await asker.answer("backtest", **COMMANDS["backtest"])
    assert refused["error"]["code"] == ERR_HOME_ASSISTANT_ERROR
    assert "not learned yet" in refused["error"]["message"]
    for command in COMMANDS.keys() - {"backtest"}:
        assert (await asker.ask(command, **COMMANDS[command]))["schema"] == SCHEMA
    state = await asker.ask("model")
    assert (state["expected_at_least"], state["expected_at_most"], state["judged"]) == (None, None, 0)


async def test_what_makes_no_sense_is_refused(guarded: MockConfigEntry, asker: Asker) -> None:
    for command, data in (
        ("timeline", {"start": 0}),
        ("timeline", {"start": 0, "end": 1, "limit": 501}),
        ("timeline", {"start": 0, "end": 1, "before": [1.0]}),
        ("alarms", {"before": "yesterday"}),
        ("habit", {"entity": homes.KETTLE}),
        ("backtest", {"days": "many"}),
        ("explain", {"nonsense": 1}),
    ):
        message = await asker.answer(command, **data)
        assert message["error"]["code"] == "invalid_format", (command, data)


async def test_the_timeline_is_paged_without_a_gap_or_an_echo(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, asker: Asker
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    await load(hass, entry)
    span = {"start": NOW - 2 * DAY, "end": NOW}
    whole = (await asker.ask("timeline", **span, limit=500))["rows"]
    expected = [b for b in homes.days() if span["start"] <= b.time < span["end"]]
    assert [(r["time"], r["entity"], r["control"]) for r in reversed(whole)] == [
        (b.time, b.entity, b.control) for b in expected
    ]

    paged: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": None}
    for _ in range(len(expected)):
        before = {"before": page["next"]} if page["next"] else {}
        page = await asker.ask("timeline", **span, limit=5, **before)
        assert len(page["rows"]) <= 5
        paged += page["rows"]
        if page["next"] is None:
            break
    assert paged == whole


async def test_rows_have_the_names_of_the_moment(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    hass.states.async_set(homes.LAMP, "off", {"friendly_name": hostile})
    rows = (await asker.ask("timeline", start=NOW - DAY, end=NOW))["rows"]
    lamp = next(row for row in rows if row["entity"] == homes.LAMP)
    assert lamp["name"] == hostile
    assert lamp["text"].startswith(hostile)
    assert lamp["loss"] is None
    assert lamp["strange"] is False

    hass.states.async_remove(homes.LAMP)
    rows = (await asker.ask("timeline", start=NOW - DAY, end=NOW))["rows"]
    gone = next(row for row in rows if row["entity"] == homes.LAMP)
    assert gone["entity_id"] is None
    assert gone["name"] == homes.LAMP


async def test_an_area_is_the_entitys_own(hass: HomeAssistant, entry: MockConfigEntry, asker: Asker) -> None:
    area = ar.async_get(hass).async_create("Kitchen <b>")
    hass.states.async_remove(homes.KETTLE)
    registered = er.async_get(hass).async_get_or_create(
        "switch", "test", "kettle", suggested_object_id="kettle"
    )
    er.async_get(hass).async_update_entity(registered.entity_id, area_id=area.id)
    hass.states.async_set(homes.KETTLE, "off")
    await load(hass, entry)
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    await hass.async_add_executor_job(entry.runtime_data.journal.flush)
    (row,) = (await asker.ask("timeline", start=NOW - 60, end=NOW + 60))["rows"]
    assert row["entity"] == registered.id
    assert row["entity_id"] == homes.KETTLE
    assert row["area"] == "Kitchen <b>"


async def test_losses_are_kept_within_a_minute(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    await live_on(seconds=61)
    await hass.async_add_executor_job(guarded.runtime_data.journal.flush)
    newest = (await asker.ask("timeline", start=NOW - 60, end=NOW + 60))["rows"][0]
    assert newest["entity"] == homes.KETTLE
    assert newest["loss"] > 0


async def test_losses_outlive_an_unload(hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker) -> None:
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(guarded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    newest = (await asker.ask("timeline", start=NOW - 60, end=NOW + 60))["rows"][0]
    assert newest["loss"] > 0


async def test_the_present_is_explained(guarded: MockConfigEntry, asker: Asker) -> None:
    answer = await asker.ask("explain")
    assert answer["version"] == "0001"
    assert answer["alarm"] is None
    assert len(answer["rows"]) == WINDOW
    assert sum(row["share"] for row in answer["rows"]) == pytest.approx(1, abs=0.01)
    assert all(row["loss"] >= 0 and len(row["expected"]) == 3 for row in answer["rows"])
    assert [round(sum(row), 1) for row in answer["attention"]] == [1.0] * WINDOW
    # The two of the lamp belong together: what hides is looked for at its other half.
    assert answer["rows"][-1]["entity"] == homes.LAMP


async def test_an_alarm_is_listed_explained_and_marked(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    await flicker(hass, live_on)
    await hass.async_add_executor_job(guarded.runtime_data.journal.flush)
    page = await asker.ask("alarms")
    (alarm,) = page["rows"]
    assert alarm["end"] is None
    assert [thing["entity_id"] for thing in alarm["things"]] == [homes.KETTLE]
    assert page["next"] is None

    answer = await asker.ask("explain", episode_id=alarm["episode_id"])
    assert answer["alarm"] == alarm
    assert answer["reasons"][0]["summary"] == alarm["summary"]
    assert any(row["strange"] for row in answer["rows"])
    rows = (await asker.ask("timeline", start=NOW - DAY, end=NOW + DAY))["rows"]
    strange = [row for row in rows if row["strange"]]
    assert {row["entity"] for row in strange} == {homes.KETTLE}
    # From the first of those that were too many to the last; what the kettle did in the days before is not.
    assert 5 < len(strange) <= 24 < len([row for row in rows if row["entity"] == homes.KETTLE])

    present = await asker.ask("explain")
    marked = [row["time"] for row in present["rows"] if row["strange"]]
    assert len(marked) == WINDOW
    guarded.runtime_data.alarm.end_episode()
    assert guarded.runtime_data.alarm.episode is None
    await hass.async_add_executor_job(guarded.runtime_data.journal.flush)
    again = await asker.ask("explain")
    assert [row["time"] for row in again["rows"] if row["strange"]] == marked


async def test_alarms_are_paged_and_filtered(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    journal = guarded.runtime_data.journal
    for number in range(7):
        kind = "moment" if number % 2 else "duration"
        journal.save_episode({"episode_id": str(number), "kind": kind, "summary": f"Number {number}"})
    await hass.async_add_executor_job(journal.flush)
    first = await asker.ask("alarms", limit=4)
    second = await asker.ask("alarms", limit=4, before=first["next"])
    assert [r["episode_id"] for r in (*first["rows"], *second["rows"])] == list("6543210")
    assert second["next"] is None
    odd = await asker.ask("alarms", kind="moment")
    assert [r["episode_id"] for r in odd["rows"]] == ["5", "3", "1"]


async def test_an_alarm_of_a_newer_version_is_shown_as_far_as_it_can_be_read(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    journal = guarded.runtime_data.journal
    told = {"episode_id": "x", "summary": "Told by a newer one", "time": homes.NOW.isoformat()}
    journal.save_episode({**told, "episode": {"shape": 2}})
    journal.save_episode({"episode_id": "y", "summary": None, "time": 7})
    await hass.async_add_executor_job(journal.flush)
    bare, row = (await asker.ask("alarms"))["rows"]
    assert (row["kind"], row["summary"], row["start"]) == ("unreadable", "Told by a newer one", NOW)
    assert (bare["kind"], bare["summary"], bare["start"]) == ("unreadable", "", 0)
    message = await asker.answer("explain", episode_id="x")
    assert message["error"]["code"] == "unreadable"


async def test_an_alarm_that_was_called_normal_would_not_be_told_again(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    await flicker(hass, live_on)
    await hass.async_add_executor_job(guarded.runtime_data.journal.flush)
    (alarm,) = (await asker.ask("alarms"))["rows"]
    assert alarm["normal"] is False
    said = await hass.services.async_call(
        DOMAIN, "mark_normal", {"scope": "device"}, blocking=True, return_response=True
    )
    assert said is not None
    assert (await asker.ask("alarms"))["rows"][0]["normal"] is True
    assert (await asker.ask("explain", episode_id=alarm["episode_id"]))["alarm"]["normal"] is True
    await hass.services.async_call(
        DOMAIN, "unmark", {"feedback_id": said["feedback_id"]}, blocking=True, return_response=True
    )
    assert (await asker.ask("alarms"))["rows"][0]["normal"] is False


async def test_an_alarm_with_other_facts_keeps_the_sentence_of_then(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    await flicker(hass, live_on)
    journal = guarded.runtime_data.journal
    (stored,) = await hass.async_add_executor_job(journal.episodes)
    for reason in stored["episode"]["reasons"]:
        reason["facts"] = {}
    journal.save_episode({**stored, "summary": "As it was said then"})
    await hass.async_add_executor_job(journal.flush)
    (row,) = (await asker.ask("alarms"))["rows"]
    assert row["summary"] == "As it was said then"
    assert [thing["entity_id"] for thing in row["things"]] == [homes.KETTLE]
    assert (await asker.ask("explain", episode_id=row["episode_id"]))["alarm"] == row


async def test_habits(guarded: MockConfigEntry, asker: Asker) -> None:
    rows = (await asker.ask("habits"))["rows"]
    assert [row["uses"] for row in rows] == sorted((row["uses"] for row in rows), reverse=True)
    kettle = next(row for row in rows if (row["entity"], row["control"]) == (homes.KETTLE, "turn_on"))
    uses = [b for b in homes.days() if (b.entity, b.control) == (homes.KETTLE, "turn_on")]
    assert kettle["uses"] == len(uses) == sum(kettle["hours"])
    assert kettle["last"] == pytest.approx(max(b.time for b in uses))
    assert set(kettle["hours"][8:12]) == {0}
    assert 60 <= kettle["usual"] <= kettle["longest"] <= 240
    assert {(row["loss"], row["judged"]) for row in rows} == {(None, 0)}


async def test_how_strange_a_habit_was_of_late(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    journal = guarded.runtime_data.journal
    uses = [b for b in homes.days() if (b.entity, b.control) == (homes.KETTLE, "turn_on")]
    journal.note_losses([(uses[-1], 1.0), (uses[-2], 2.0)])
    await hass.async_add_executor_job(journal.flush)
    rows = (await asker.ask("habits"))["rows"]
    judged = [(row["entity"], row["control"], row["loss"], row["judged"]) for row in rows if row["judged"]]
    assert judged == [(homes.KETTLE, "turn_on", 1.5, 2)]


async def test_a_habit(guarded: MockConfigEntry, asker: Asker) -> None:
    detail = await asker.ask("habit", entity=homes.KETTLE, control="turn_on")
    uses = [b for b in homes.days() if (b.entity, b.control) == (homes.KETTLE, "turn_on")]
    assert (len(detail["week"]), {len(day) for day in detail["week"]}) == (7, {24})
    assert sum(map(sum, detail["week"])) == len(uses)
    assert {hour for day in detail["week"] for hour, n in enumerate(day) if n} <= {6, 7, 12, 17, 18}
    assert len(detail["on_times"]) == len(uses)
    assert max(detail["on_times"]) <= 240
    assert await asker.ask("habit", entity="light.never", control="turn_on") == {
        "schema": SCHEMA,
        "week": [[0] * 24] * 7,
        "on_times": [],
        "followers": [],
    }


async def test_devices_and_their_curves(guarded: MockConfigEntry, asker: Asker) -> None:
    rows = (await asker.ask("devices"))["rows"]
    assert [row["statistic_id"] for row in rows] == [
        "smartguard:loss_valve_garden",
        "smartguard:loss_switch_kettle",
        "smartguard:loss_light_lamp",
    ]
    assert all(row["loss_entity"].startswith("sensor.smartguard_") for row in rows)


async def test_the_state_of_model_and_data(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    await flicker(hass, live_on)
    await hass.async_add_executor_job(guarded.runtime_data.journal.flush)
    state = await asker.ask("model")
    assert [(v["name"], v["in_use"]) for v in state["versions"]] == [("0001", True)]
    assert state["about"]["behaviors"] == len(homes.days())
    assert state["behaviors"] == len(homes.days()) + 24
    assert state["oldest"] == pytest.approx(homes.days()[0].time)
    assert state["budget"] == 1.0
    assert state["weeks"] == [0] * 7 + [1]
    assert state["parameters"] > 10_000


async def test_the_state_tells_what_the_threshold_s_account_tells(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    assert (await asker.ask("model"))["judged"] == 0
    await flicker(hass, live_on)
    await hass.services.async_call(DOMAIN, "mark_normal", {}, blocking=True)
    state = await asker.ask("model")
    account = hass.states.get("sensor.smartguard_threshold").attributes
    assert 0 <= state["expected_at_least"] < 1 < state["expected_at_most"]
    assert state["expected_at_least"] == account["expected_per_week_at_least"]
    assert state["expected_at_most"] == account["expected_per_week_at_most"]
    assert (state["false_alarms"], state["judged"], account["false_alarm_share"]) == (1, 1, 1.0)


async def test_a_subscription_tells_what_is_so_and_what_changes(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker, live_on: Pass
) -> None:
    await asker.ask("subscribe")
    (status,) = await asker.told("status")
    assert (status["loaded"], status["status"], status["alarm"]) == (True, "guarding", None)
    assert status["score_entity"] == "sensor.smartguard_score"
    assert status["snoozed"] is None

    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    (told,) = await asker.told("behavior")
    assert (told["row"]["entity_id"], told["row"]["control"]) == (homes.KETTLE, "turn_on")
    assert told["row"]["loss"] > 0

    await flicker(hass, live_on)
    assert len(await asker.told("alarms")) == 1
    assert (await asker.told("status"))[-1]["alarm"]["things"][0]["entity_id"] == homes.KETTLE


async def test_a_subscription_tells_of_a_snooze(guarded: MockConfigEntry, asker: Asker) -> None:
    await asker.ask("subscribe")
    hass = guarded.runtime_data.hass
    for duration, expected in (("1h", NOW + 3600), ("24h", NOW + DAY), ("off", None)):
        await hass.services.async_call(DOMAIN, "snooze", {"duration": duration}, blocking=True)
        assert (await asker.told("status"))[-1]["snoozed"] == expected


async def test_a_subscription_outlives_a_reload(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    await asker.ask("subscribe")
    assert await hass.config_entries.async_unload(guarded.entry_id)
    await hass.async_block_till_done()
    assert (await asker.told("status"))[-1]["loaded"] is False
    assert await hass.config_entries.async_setup(guarded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (await asker.told("status"))[-1]["status"] == "guarding"

    asker.events.clear()
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    assert len(await asker.told("behavior")) == 1


async def test_what_is_not_subscribed_any_more_is_not_told(
    hass: HomeAssistant, guarded: MockConfigEntry, asker: Asker
) -> None:
    message = await asker.answer("subscribe")
    await asker.client.send_json_auto_id({"type": "unsubscribe_events", "subscription": message["id"]})
    await asker.told("status")
    asker.events.clear()
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    assert await asker.told("behavior") == []
