"""The record: years from a history export, all of it given out, all or one device forgotten."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util.file import WriteError
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.smartguard import coordinator, model_store
from custom_components.smartguard.const import DOMAIN
from custom_components.smartguard.coordinator import SmartGuardCoordinator
from custom_components.smartguard.journal import Journal, JournalDamagedError, JournalError
from custom_components.smartguard.journal_schema import MIGRATIONS, connect
from custom_components.smartguard.recall import Recall, recall

from . import homes
from .conftest import Pass
from .test_coordinator import ask, restart, use
from .test_corrections import THRESHOLD, leave_open
from .test_modes import WEEK

pytestmark = pytest.mark.usefixtures("home_folder")

DAY = timedelta(days=1)


def stamp(time: datetime) -> str:
    """Write a time as Home Assistant's export does, with milliseconds."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def export(begin: datetime, days: int) -> str:
    """Write an export of a kettle used once a day, in any order, with rows that are of no use."""
    rows = []
    for day in range(days):
        noon = begin + day * DAY
        rows += [f"switch.kettle,on,{stamp(noon)}", f"switch.kettle,off,{stamp(noon + timedelta(minutes=4))}"]
    rows += [
        f"sensor.heat,21.5,{stamp(begin)}",
        f"switch.unheard_of,on,{stamp(begin)}",
        "switch.kettle,on,never",
    ]
    return "\n".join(["entity_id,state,last_changed", *reversed(rows)])


async def test_years_of_history_are_taken_in_once_and_learned(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    text = export(homes.NOW - 60 * DAY, 20)
    home = guarded.runtime_data
    with patch.object(SmartGuardCoordinator, "async_begin_training") as train:
        answer = await ask(hass, "import_history", csv=text)
        again = await ask(hass, "import_history", csv=text)
    # The first state of all is what the next is compared with.
    assert (answer["added"], answer["known_already"], answer["too_old"]) == (39, 0, 0)
    assert (again["added"], again["known_already"]) == (0, 39)
    assert answer["unknown_entities"] == {"switch.unheard_of": 1}
    assert answer["left_out"]["no time that can be read"] == 1
    assert answer["summary"][0] == "43 rows, 40 used, 39 behaviors"
    assert [call.args for call in train.call_args_list] == [("import",)]
    assert home.data.behaviors == len(homes.days()) + 39
    kept = await hass.async_add_executor_job(home.journal.behaviors)
    assert kept[0].time == pytest.approx((homes.NOW - 60 * DAY + timedelta(minutes=4)).timestamp(), abs=0.001)
    assert (kept[0].entity, kept[0].control, kept[0].actor) == (homes.KETTLE, "turn_off", "")


async def test_what_the_recorder_gave_already_is_not_doubled(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    rows = [
        f"{b.entity},{'on' if b.control == 'turn_on' else 'off'},{stamp(datetime.fromtimestamp(b.time, UTC))}"
        for b in homes.days()
        if b.entity == homes.KETTLE
    ]
    with patch.object(SmartGuardCoordinator, "async_begin_training"):
        answer = await ask(hass, "import_history", csv="\n".join(["entity_id,state,last_changed", *rows]))
    assert (answer["added"], answer["known_already"]) == (0, len(rows) - 1)
    assert guarded.runtime_data.data.behaviors == len(homes.days())


async def test_what_is_older_than_what_is_kept_stays_out(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    answer = await ask(hass, "import_history", csv=export(homes.NOW - 900 * DAY, 3))
    assert (answer["behaviors"], answer["added"], answer["too_old"]) == (5, 0, 5)
    assert answer["summary"][-1] == "0 added, 0 known already, 5 older than the 365 days that are kept"


async def test_a_file_is_read_only_where_home_assistant_may(
    hass: HomeAssistant, guarded: MockConfigEntry, tmp_path: Path
) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    path = tmp_path / "history.csv"
    await hass.async_add_executor_job(path.write_text, export(homes.NOW - 60 * DAY, 2))
    with patch.object(SmartGuardCoordinator, "async_begin_training"):
        assert (await ask(hass, "import_history", path=str(path)))["added"] == 3
    with pytest.raises(HomeAssistantError) as raised:
        await ask(hass, "import_history", path=str(tmp_path / "absent.csv"))
    assert raised.value.translation_key == "history_unreadable"


MINUTES = 363 * 24 * 60


def write_a_million(path: Path) -> None:
    """Write a year of a kettle and a lamp, newest first, then rows of every flaw; a million in all."""
    begin = homes.NOW - MINUTES * timedelta(minutes=1)

    def used(minute: int) -> str:
        state, entity_id = ("on", "off")[minute % 2], (homes.KETTLE, homes.LAMP)[minute // 2 % 2]
        return f"{stamp(begin + timedelta(minutes=minute))},,{state},{entity_id}\n"

    with path.open("w") as file:
        file.write("last_changed,icon,state,entity_id\n")
        file.writelines(map(used, reversed(range(MINUTES))))
        file.writelines(map(used, range(200_000)))
        file.writelines(f"{stamp(homes.NOW + (1 + n) * DAY)},,on,{homes.LAMP}\n" for n in range(50_000))
        file.writelines(f"{stamp(begin)},,on,switch.unheard_of_{n % 100}\n" for n in range(100_000))
        file.writelines(f"{stamp(begin)},,{n},sensor.heat\n" for n in range(127_279))
        file.write(f"soon,,on,{homes.LAMP}\n")


async def test_a_million_rows_are_counted_and_the_rest_is_used(
    hass: HomeAssistant, guarded: MockConfigEntry, tmp_path: Path
) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    path = tmp_path / "history.csv"
    await hass.async_add_executor_job(write_a_million, path)
    with patch.object(SmartGuardCoordinator, "async_begin_training") as train:
        answer = await ask(hass, "import_history", path=str(path))
    home = guarded.runtime_data
    assert answer["rows"] == 1_000_000
    # A first state of each is what the next is compared with; what the recorder gave is not doubled.
    assert (answer["used"], answer["added"] + answer["known_already"]) == (MINUTES, MINUTES - 2)
    assert home.data.behaviors == len(homes.days()) + answer["added"]
    assert answer["left_out"] == {
        "the same row again": 200_000,
        "times in the future": 50_000,
        "entities that are not known here": 100_000,
        "entities whose states are no behaviors": 127_279,
        "no time that can be read": 1,
    }
    assert answer["remarks"]["not in time order, sorted"] > 0
    assert train.called


@pytest.mark.parametrize(
    "action", ["import_history", "export", "reset", "score", "explain", "backtest", "list_feedback"]
)
async def test_the_record_is_an_administrator_s_business(
    hass: HomeAssistant, guarded: MockConfigEntry, hass_read_only_user: MockUser, action: str
) -> None:
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            action,
            {},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
            return_response=True,
        )
    assert guarded.runtime_data.data.behaviors == len(homes.days())


async def test_all_on_record_is_given_out(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, tmp_path: Path
) -> None:
    await leave_open(hass, live_on)
    word = await ask(hass, "confirm")
    answer = await ask(hass, "export")
    assert answer["behaviors"]["columns"] == ["time", "entity_id", "control", "actor"]
    assert len(answer["behaviors"]["rows"]) == len(homes.days()) + 1
    assert answer["behaviors"]["rows"][-1][1:] == [homes.VALVE, "open", "device"]
    assert [row["episode_id"] for row in answer["episodes"]] == [word["episode_id"]]
    assert [row["verdict"] for row in answer["feedback"]] == ["confirmed"]

    hass.config.allowlist_external_dirs = {str(tmp_path)}
    path = tmp_path / "smartguard.json"
    written = await ask(hass, "export", path=str(path))
    assert written == {"path": str(path), "behaviors": len(homes.days()) + 1, "episodes": 1, "feedback": 1}
    assert json.loads(await hass.async_add_executor_job(path.read_text)) == answer
    table = tmp_path / "smartguard.csv"
    await ask(hass, "export", path=str(table))
    lines = (await hass.async_add_executor_job(table.read_text)).splitlines()
    assert lines[0] == "time,entity_id,control,actor"
    assert lines[1:] == [",".join(row) for row in answer["behaviors"]["rows"]]


async def test_what_everybody_can_read_is_no_place_for_an_export(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    www = Path(hass.config.path("www"))
    hass.config.allowlist_external_dirs = {str(www)}
    for path in (www / "home.json", www / "local" / ".." / "home.csv"):
        with pytest.raises(ServiceValidationError) as raised:
            await ask(hass, "export", path=str(path))
        assert raised.value.translation_key == "path_is_public"
        assert not path.exists()


async def test_a_file_that_can_not_be_written_is_said(
    hass: HomeAssistant, guarded: MockConfigEntry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    with pytest.raises(HomeAssistantError) as raised:
        await ask(hass, "export", path=str(tmp_path / "absent" / "smartguard.json"))
    assert raised.value.translation_key == "export_failed"


async def test_everything_is_forgotten_and_not_read_again(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path, live_on: Pass
) -> None:
    await leave_open(hass, live_on)
    await ask(hass, "confirm")
    answer = await ask(hass, "reset")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert answer == {"behaviors": len(homes.days()) + 1}
    await restart(hass, guarded)
    home = guarded.runtime_data
    assert (home.data.status, home.data.behaviors, home.data.episode, home.guard) == (
        "collecting",
        0,
        None,
        None,
    )
    assert (await ask(hass, "list_feedback"))["feedback"] == []
    assert (await ask(hass, "export"))["episodes"] == []
    assert list((folder / "models").glob("*.npz")) == []
    await use(hass, homes.KETTLE, "on", live_on, minutes=1)
    assert home.data.behaviors == 1


def shown_alerts(hass: HomeAssistant) -> tuple[str, int]:
    """Return how many alerts are shown of the last seven days, and of the last four weeks."""
    week, threshold = hass.states.get(WEEK), hass.states.get(THRESHOLD)
    return week.state, threshold.attributes["alerts_last_28_days"]


async def test_one_device_is_forgotten_and_the_others_are_learned_anew(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    await use(hass, homes.KETTLE, "on", live_on, minutes=70)
    await use(hass, homes.KETTLE, "off", live_on, minutes=10)
    await leave_open(hass, live_on, hours=18)
    told = (await ask(hass, "export"))["episodes"]
    assert [episode["entities"] for episode in told] == [[homes.VALVE], [homes.KETTLE]]
    await ask(hass, "mark_normal")
    kept_word = await ask(hass, "confirm", episode_id=told[1]["episode_id"])
    assert shown_alerts(hass) == ("2", 2)
    of_it = sum(b.entity == homes.VALVE for b in homes.days()) + 1
    with patch.object(SmartGuardCoordinator, "async_begin_training") as train:
        answer = await ask(hass, "reset", device_id=homes.VALVE)
    assert answer == {"behaviors": of_it, "device_id": homes.VALVE}
    assert [(call.args, call.kwargs) for call in train.call_args_list] == [(("reset",), {})]
    home = guarded.runtime_data
    assert home.store.is_disowned
    assert home.data.behaviors == len(homes.days()) + 3 - of_it
    assert [episode["entities"] for episode in (await ask(hass, "export"))["episodes"]] == [[homes.KETTLE]]
    assert (await ask(hass, "list_feedback"))["feedback"] == [kept_word]
    assert shown_alerts(hass) == ("1", 1)
    kept = await hass.async_add_executor_job(home.journal.behaviors)
    assert {b.entity for b in kept} == {homes.KETTLE, homes.LAMP}
    marks = await hass.async_add_executor_job(home.journal.high_water)
    assert marks[homes.VALVE] > homes.NOW.timestamp()
    await restart(hass, guarded)
    assert shown_alerts(hass) == ("1", 1)


async def test_a_reset_that_can_not_be_kept_is_said(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    with (
        patch.object(model_store, "write_utf8_file_atomic", side_effect=WriteError("no room")),
        pytest.raises(HomeAssistantError) as raised,
    ):
        await ask(hass, "reset", device_id=homes.VALVE)
    assert raised.value.translation_key == "journal_failed"
    assert guarded.runtime_data.store.is_disowned, "until a restart it holds all the same"


async def test_what_is_said_while_an_import_is_remembered_holds(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_open(hass, live_on)
    has_read, go_on = asyncio.Event(), threading.Event()

    def read_slowly(*arguments: Any) -> Recall:
        known = recall(*arguments)
        hass.loop.call_soon_threadsafe(has_read.set)
        assert go_on.wait(10)
        return known

    monkeypatch.setattr(coordinator, "recall", read_slowly)

    async def take_in(days: int) -> asyncio.Task[Any]:
        has_read.clear()
        go_on.clear()
        asking = hass.async_create_task(
            ask(hass, "import_history", csv=export(homes.NOW - 90 * DAY, days)), eager_start=False
        )
        await has_read.wait()
        return asking

    with patch.object(SmartGuardCoordinator, "async_begin_training"):
        asking = await take_in(2)
        word = await ask(hass, "confirm")
        go_on.set()
        await asking
        assert guarded.runtime_data.data.behaviors == len(homes.days()) + 4
        assert (await ask(hass, "list_feedback"))["feedback"] == [word]

        asking = await take_in(3)
        assert await ask(hass, "unmark", feedback_id=word["feedback_id"]) == word
        go_on.set()
        await asking
    assert (await ask(hass, "list_feedback"))["feedback"] == []
    assert await hass.async_add_executor_job(guarded.runtime_data.journal.feedback) == []


async def test_what_was_said_comes_back_once_the_journal_can_be_read(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    live_on: Pass,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await leave_open(hass, live_on)
    word = await ask(hass, "confirm")
    with monkeypatch.context() as unreadable:
        unreadable.setattr(coordinator, "recall", Mock(side_effect=JournalError("torn")))
        await restart(hass, guarded)
    assert "The journal can not be read" in caplog.text
    assert (await ask(hass, "list_feedback"))["feedback"] == []
    with patch.object(SmartGuardCoordinator, "async_begin_training"):
        await ask(hass, "import_history", csv=export(homes.NOW - 60 * DAY, 2))
    assert (await ask(hass, "list_feedback"))["feedback"] == [word]


def test_a_journal_of_before_feedback_is_led_to_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(connect(path)) as connection, connection:
        for migrate in MIGRATIONS[:2]:
            migrate(connection)
        connection.execute("PRAGMA user_version = 2")
    journal = Journal.open(path)
    journal.save_feedback("a", {"id": "a", "verdict": "normal"})
    journal.save_feedback("b", {"id": "b", "verdict": "confirmed"})
    journal.delete_feedback(["a"])
    journal.close()
    again = Journal.open(path)
    assert again.feedback() == [{"id": "b", "verdict": "confirmed"}]
    assert again.clear() == 0
    assert again.feedback() == []
    again.close()


def test_what_people_said_is_saved_from_a_damaged_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal.open(path)
    journal.add(homes.days())
    journal.save_feedback("a", {"id": "a", "verdict": "normal"})
    journal.close()
    with closing(connect(path)) as connection, connection:
        connection.execute("DROP TABLE high_water")
    with pytest.raises(JournalDamagedError) as raised:
        Journal.open(path)
    assert raised.value.rows == len(homes.days()) + 1
    saved = Journal.open(path)
    assert saved.feedback() == [{"id": "a", "verdict": "normal"}]
    saved.close()
