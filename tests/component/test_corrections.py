"""What a person says of alerts holds at once, lasts, can be taken back, and goes into what is learned."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.smartguard import corrections
from custom_components.smartguard.child import TrainingProcess
from custom_components.smartguard.const import EVENT_ALERT

from . import homes
from .conftest import Pass
from .test_coordinator import ANOMALY, ask, restart, use

pytestmark = pytest.mark.usefixtures("home_folder")

THRESHOLD = "sensor.smartguard_threshold"
DAY = 24


async def leave_open(hass: HomeAssistant, live_on: Pass, hours: float = 19.5, lasting: float = 4) -> None:
    """Open the valve after some hours and leave it open for four more, far longer than ever."""
    await use(hass, homes.VALVE, "open", live_on, hours=hours)
    await live_on(hours=lasting)


async def close(hass: HomeAssistant, live_on: Pass) -> None:
    """Close the valve and let the alert be over."""
    await use(hass, homes.VALVE, "closed", live_on, minutes=1)
    await live_on(minutes=6)
    await live_on(minutes=6)


def types(events: list[Any]) -> list[str]:
    return [event.data["type"] for event in events]


async def test_what_is_normal_ends_and_is_not_told_again(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    assert types(fired) == ["detected"]
    word = await ask(hass, "mark_normal")
    await hass.async_block_till_done()
    assert types(fired) == ["detected", "marked_normal", "cleared"]
    assert len({event.data["episode_id"] for event in fired}) == 1
    assert hass.states.get(ANOMALY).state == "off"
    assert (word["scope"], word["verdict"], word["kinds"]) == ("control", "normal", ["duration"])
    assert (word["entity_id"], word["control"], word["name"]) == (homes.VALVE, "open", "garden")
    assert word["episode_id"] == fired[0].data["episode_id"]

    await live_on(hours=1)
    await close(hass, live_on)
    await leave_open(hass, live_on, hours=18)
    await restart(hass, guarded)
    await live_on(hours=1)
    assert len(fired) == 3
    assert hass.states.get(ANOMALY).state == "off"

    await close(hass, live_on)
    taken_back = await ask(hass, "unmark", feedback_id=word["feedback_id"])
    assert taken_back == word
    assert (await ask(hass, "list_feedback"))["feedback"] == []
    await leave_open(hass, live_on, hours=18, lasting=12)
    assert types(fired)[3:] == ["detected"]


@pytest.mark.parametrize(("action", "then"), [("mark_normal", "marked_normal"), ("confirm", "acknowledged")])
async def test_an_automation_answers_the_alert_that_started_it(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, action: str, then: str
) -> None:
    """The clock stands at a whole second, so that the id ends in zeros, which a number would not."""
    automation = {
        "triggers": [{"trigger": "event", "event_type": EVENT_ALERT, "event_data": {"type": "detected"}}],
        "actions": [
            {"action": f"smartguard.{action}", "data": {"episode_id": "{{ trigger.event.data.episode_id }}"}}
        ],
    }
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    assert fired[0].data["episode_id"].endswith("0")
    assert types(fired)[:2] == ["detected", then]
    (word,) = (await ask(hass, "list_feedback"))["feedback"]
    assert word["episode_id"] == fired[0].data["episode_id"]


async def test_another_device_is_told_although_one_is_normal(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    await ask(hass, "mark_normal", scope="always")
    fired.clear()
    await use(hass, homes.KETTLE, "on", live_on, minutes=10)
    await live_on(hours=3)
    assert [(e.data["type"], e.data["entities"]) for e in fired] == [("detected", [homes.KETTLE])]


async def test_a_word_on_an_alert_that_is_over_changes_nothing_that_is_shown(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    await close(hass, live_on)
    assert types(fired) == ["detected", "cleared"]
    word = await ask(hass, "mark_normal", episode_id=fired[0].data["episode_id"], scope="time_of_day")
    assert (word["scope"], word["around"]) == ("time_of_day", "17:00")
    assert types(fired) == ["detected", "cleared", "marked_normal"]
    assert hass.states.get(ANOMALY).state == "off"


async def test_the_latest_word_on_an_alert_counts(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    confirmed = await ask(hass, "confirm")
    assert (confirmed["verdict"], confirmed["scope"]) == ("confirmed", None)
    assert await ask(hass, "confirm") == confirmed
    assert types(fired) == ["detected", "acknowledged", "acknowledged"]
    assert hass.states.get(ANOMALY).state == "on"
    assert (await ask(hass, "list_feedback"))["false_alarm_share"] == 0
    assert hass.states.get(THRESHOLD).attributes["false_alarm_share"] == 0

    normal = await ask(hass, "mark_normal")
    for scope in ("device", "always", "time_of_day", "time_of_day"):
        await live_on(minutes=1)
        await ask(hass, "mark_normal", episode_id=normal["episode_id"], scope=scope)
        (row,) = (await ask(hass, "list_feedback"))["feedback"]
        # One that holds beside it would make it wider than it says.
        assert (row["verdict"], row["scope"]) == ("normal", scope)
    listed = await ask(hass, "list_feedback")
    assert listed["false_alarm_share"] == 1
    assert hass.states.get(THRESHOLD).attributes["false_alarm_share"] == 1

    again = await ask(hass, "confirm", episode_id=normal["episode_id"])
    (word,) = guarded.runtime_data.alarm.corrections.words
    assert dt_util.utc_from_timestamp(word.normal_since).isoformat() == normal["time"]
    await restart(hass, guarded)
    assert (await ask(hass, "list_feedback"))["feedback"] == [again]


async def test_what_was_always_normal_is_told_again_once_it_is_so_at_one_time_of_day(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    word = await ask(hass, "mark_normal", scope="always")
    await close(hass, live_on)
    await leave_open(hass, live_on, hours=8, lasting=8)
    assert types(fired) == ["detected", "marked_normal", "cleared"]
    del fired[:]
    await close(hass, live_on)
    await ask(hass, "mark_normal", episode_id=word["episode_id"], scope="time_of_day")
    await leave_open(hass, live_on, hours=14, lasting=14)
    assert types(fired) == ["marked_normal", "detected"]


async def test_what_was_confirmed_is_told_again_another_day_and_what_nobody_judged_is_not(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    await close(hass, live_on)
    await leave_open(hass, live_on, hours=18)
    await close(hass, live_on)
    assert types(fired) == ["detected", "cleared"]
    word = await ask(hass, "confirm", episode_id=fired[0].data["episode_id"])
    await leave_open(hass, live_on, hours=18)
    await close(hass, live_on)
    assert types(fired)[3:] == ["detected", "cleared"]
    await restart(hass, guarded)
    await leave_open(hass, live_on, hours=18)
    await close(hass, live_on)
    assert types(fired)[5:] == ["detected", "cleared"]

    await ask(hass, "unmark", feedback_id=word["feedback_id"])
    await leave_open(hass, live_on, hours=18)
    assert len(fired) == 7


async def half_close(hass: HomeAssistant, live_on: Pass, hours: float) -> None:
    """Open the valve at its usual hour, close it by half, which nobody ever did, and then whole."""
    await live_on(hours=hours)
    for position in (100, 50):
        hass.states.async_set(homes.VALVE, "open", {"current_position": position})
        await hass.async_block_till_done()
        await live_on(minutes=6)
    await close(hass, live_on)


async def test_a_first_time_that_was_a_real_alarm_is_told_the_second_time_too(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await half_close(hass, live_on, hours=19.5)
    assert [(e.data["type"], e.data["kind"]) for e in fired[:1]] == [("detected", "novelty")]
    assert types(fired) == ["detected", "cleared"]
    await half_close(hass, live_on, hours=23.5)
    assert len(fired) == 2

    await ask(hass, "confirm", episode_id=fired[0].data["episode_id"])
    del fired[:]
    await half_close(hass, live_on, hours=23.5)
    await restart(hass, guarded)
    await half_close(hass, live_on, hours=23.5)
    assert types(fired) == ["detected", "cleared"] * 2
    for event in fired:
        assert event.data["kind"] == "novelty"
        assert event.data["summary"].endswith(
            "; when that happened before, it was confirmed as a real alarm."
        )


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Return the versions that trainings go on from, None for a network that begins anew."""
    versions: list[str | None] = []
    run = TrainingProcess.run

    def trained(process: TrainingProcess, *arguments: Any) -> Any:
        versions.append(arguments[2] and arguments[2].stem)
        return run(process, *arguments)

    monkeypatch.setattr(TrainingProcess, "run", trained)
    return versions


async def test_a_network_that_learned_what_is_confirmed_late_is_not_gone_on_from(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, begun: list[str | None]
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    await close(hass, live_on)
    await live_on(hours=8 * DAY)
    assert (await ask(hass, "train"))["version"] == "0002"
    await live_on(hours=1)
    await ask(hass, "confirm", episode_id=fired[0].data["episode_id"])
    await live_on(hours=1)
    for _ in range(2):
        assert (await ask(hass, "train"))["accepted"]
    assert begun == ["0001", None, "0003"]


async def test_a_network_that_learned_what_is_normal_no_more_is_not_gone_on_from(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, begun: list[str | None]
) -> None:
    await leave_open(hass, live_on)
    word = await ask(hass, "mark_normal")
    await close(hass, live_on)
    learned = await ask(hass, "train")
    await live_on(hours=1)
    await ask(hass, "unmark", feedback_id=word["feedback_id"])
    await live_on(hours=1)
    for _ in range(2):
        report = await ask(hass, "train")
        assert report["accepted"]
        # As nobody had judged the alert: what is younger than a week is left out.
        assert report["behaviors"] == learned["behaviors"] - 1
    assert begun == ["0001", None, "0003"]


async def test_what_was_taken_back_and_then_confirmed_is_not_gone_on_from(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, begun: list[str | None]
) -> None:
    await leave_open(hass, live_on)
    word = await ask(hass, "mark_normal")
    await close(hass, live_on)
    await ask(hass, "train")
    await live_on(hours=1)
    await ask(hass, "unmark", feedback_id=word["feedback_id"])
    await restart(hass, guarded)
    confirmed = await ask(hass, "confirm", episode_id=word["episode_id"])
    await live_on(hours=1)
    await ask(hass, "unmark", feedback_id=confirmed["feedback_id"])
    again = await ask(hass, "confirm", episode_id=word["episode_id"])
    await live_on(days=7)
    for _ in range(2):
        await ask(hass, "train")
    assert begun == ["0001", None, "0003"]
    assert (await ask(hass, "list_feedback"))["feedback"] == [again]


async def test_what_was_taken_back_is_seen_nowhere_and_does_not_pile_up(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "KEPT_EPISODES", 1)
    marked = []
    for _ in range(2):
        # Longer each time, since what was told of is told again only if it is.
        await leave_open(hass, live_on, hours=19.5 - len(marked), lasting=4 + 8 * len(marked))
        word = await ask(hass, "mark_normal")
        marked.append(word["episode_id"])
        await ask(hass, "unmark", feedback_id=word["feedback_id"])
        await restart(hass, guarded)
        assert await ask(hass, "list_feedback") == {"feedback": [], "false_alarm_share": None}
        assert hass.states.get(THRESHOLD).attributes["false_alarm_share"] is None
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, "unmark", feedback_id=word["feedback_id"])
        assert raised.value.translation_key == "no_such_feedback"
        await close(hass, live_on)
    kept = (await ask(hass, "export"))["feedback"]
    assert marked[0] != marked[1]
    assert [(row["verdict"], row["episode_id"]) for row in kept] == [("", marked[1])]


async def test_the_event_entity_tells_of_every_type(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await leave_open(hass, live_on)
    await ask(hass, "confirm")
    state = hass.states.get("event.smartguard_alert")
    assert state.attributes["event_type"] == "acknowledged"
    assert set(state.attributes["event_types"]) == {"detected", "cleared", "acknowledged", "marked_normal"}
    assert state.attributes["severity"] in {"warning", "critical"}


async def test_what_was_told_is_learned_only_when_it_is_normal(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await leave_open(hass, live_on)
    await close(hass, live_on)
    strange = await ask(hass, "train")
    await ask(hass, "mark_normal")
    normal = await ask(hass, "train")
    # The opening that was told, and its end, which nobody holds against it.
    assert strange["behaviors"] == len(homes.days()) + 1
    assert normal["behaviors"] == len(homes.days()) + 2


NONSENSE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("mark_normal", {"scope": "everything"}, "no_such_scope"),
    ("mark_normal", {"episode_id": "never"}, "no_such_episode"),
    ("confirm", {"episode_id": "never"}, "no_such_episode"),
    ("unmark", {"feedback_id": "never"}, "no_such_feedback"),
    ("snooze", {"duration": "2h"}, "no_such_duration"),
    ("snooze", {"duration": "until_home"}, "nobody_to_wait_for"),
    ("backtest", {"days": 0}, "days_out_of_range"),
    ("backtest", {"days": "nan"}, "days_out_of_range"),
    ("backtest", {"alerts_per_week": 8}, "budget_out_of_range"),
    ("backtest", {"alerts_per_week": -1}, "budget_out_of_range"),
    ("import_history", {}, "path_or_csv"),
    ("import_history", {"path": "/a.csv", "csv": "a"}, "path_or_csv"),
    ("import_history", {"path": "/etc/passwd"}, "path_not_allowed"),
    ("import_history", {"csv": "when,what\n1,2"}, "history_unreadable"),
    ("export", {"path": "/etc/smartguard.json"}, "path_not_allowed"),
    ("reset", {"device_id": "never"}, "no_such_device"),
    ("test_alert", {}, "alert_is_on"),
)


async def test_bad_input_is_refused_and_changes_nothing(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await leave_open(hass, live_on)
    fired = async_capture_events(hass, EVENT_ALERT)
    before = (dict(guarded.options), guarded.runtime_data.data, await ask(hass, "list_feedback"))
    for action, data, key in NONSENSE:
        answers = action in {"backtest", "export"}
        with pytest.raises(ServiceValidationError) as raised:
            await hass.services.async_call("smartguard", action, data, blocking=True, return_response=answers)
        assert raised.value.translation_key == key, (action, data)
    assert (dict(guarded.options), guarded.runtime_data.data, await ask(hass, "list_feedback")) == before
    assert fired == []


async def test_without_an_alert_there_is_nothing_to_say(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    for action in ("mark_normal", "confirm"):
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, action)
        assert raised.value.translation_key == "no_episode_yet"
