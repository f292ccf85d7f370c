"""When it learns, what becomes of a candidate, and how a training ends that does not end well."""

from __future__ import annotations

import asyncio
import functools
import os
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.smartguard import child, coordinator, journal_copy, learning
from custom_components.smartguard.const import CONF_NIGHT_HOUR, CONF_RETENTION_DAYS, DOMAIN
from custom_components.smartguard.coordinator import Snapshot
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.errors import StoppedError
from custom_components.smartguard.core.learn import LearnOptions
from custom_components.smartguard.core.phrases import ENGLISH
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.journal_views import JournalViews
from tests.core.household import of_another_size

from . import homes
from .conftest import load

pytestmark = pytest.mark.usefixtures("home_folder")

FAILS = "import sys; sys.exit('no room to think')"
SLEEPS = "import time; print('{\"progress\": 0.5}', flush=True); time.sleep(1000)"


@pytest.fixture
async def past(hass: HomeAssistant, entry: MockConfigEntry, folder: Path) -> MockConfigEntry:
    """Give the small home its past, but no model."""
    await hass.async_add_executor_job(homes.keep_past, folder)
    return entry


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """Return the child processes that are started."""
    started: list[subprocess.Popen[str]] = []
    real = subprocess.Popen

    def start(*arguments: Any, **settings: Any) -> subprocess.Popen[str]:
        started.append(real(*arguments, **settings))
        return started[-1]

    monkeypatch.setattr(child.subprocess, "Popen", start)
    return started


def seen(entry: MockConfigEntry) -> list[Snapshot]:
    """Return the list that every snapshot from now on is added to."""
    snapshots: list[Snapshot] = []
    entry.runtime_data.async_add_listener(lambda: snapshots.append(entry.runtime_data.data))
    return snapshots


async def train(hass: HomeAssistant) -> dict[str, Any]:
    answer = await hass.services.async_call(DOMAIN, "train", {}, blocking=True, return_response=True)
    await hass.async_block_till_done()
    assert isinstance(answer, dict)
    return answer


async def until_running(entry: MockConfigEntry) -> None:
    """Wait until a child has said how far it is."""
    reached = asyncio.Event()

    def look() -> None:
        if entry.runtime_data.data.progress == 50:
            reached.set()

    remove = entry.runtime_data.async_add_listener(look)
    look()
    await reached.wait()
    remove()


async def test_the_first_model_is_learned_at_once_from_the_past(
    hass: HomeAssistant, past: MockConfigEntry, folder: Path
) -> None:
    await load(hass, past)
    data = past.runtime_data.data
    assert (data.status, data.version, data.reason, data.progress) == ("guarding", "0001", None, None)
    assert data.last_trained == homes.NOW
    assert data.behaviors == len(homes.days())
    assert past.runtime_data.devices == tuple(sorted(homes.STATES))
    assert (folder / "models" / "0001.npz").is_file()
    assert not (folder / "training").exists()


async def test_the_newest_days_of_the_past_are_judged_once_they_can_be(
    hass: HomeAssistant, past: MockConfigEntry
) -> None:
    await load(hass, past)
    views = JournalViews(past.runtime_data.journal.path)
    lived = await hass.async_add_executor_job(views.behaviors, 0.0, homes.NOW.timestamp(), 1000)
    judged = [row.behavior.time for row in lived if row.loss is not None]
    held_out = past.runtime_data.guard.about["held_out_days"]
    assert 20 < len(judged) < len(lived)
    assert homes.NOW.timestamp() - min(judged) <= held_out * 86_400.0
    assert all(row.loss is not None for row in lived[:20])


async def test_what_was_judged_when_it_was_lived_stays(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    journal = guarded.runtime_data.journal
    newest = homes.days()[-1]
    journal.note_losses([(newest, 99.0)])
    await train(hass)
    views = JournalViews(journal.path)
    lived = await hass.async_add_executor_job(views.behaviors, 0.0, homes.NOW.timestamp(), 2)
    assert lived[0].behavior == newest
    assert lived[0].loss == 99.0
    assert lived[1].loss is not None


async def test_a_short_past_is_no_failure(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    data = entry.runtime_data.data
    assert (data.status, data.version) == ("collecting", None)
    assert data.reason == (
        "There is too little to learn from yet: 0 uses on 0 days. It takes 120 uses of two devices on 3 days."
    )
    with pytest.raises(HomeAssistantError) as raised:
        await train(hass)
    assert raised.value.translation_key == "not_enough_data"
    assert raised.value.translation_placeholders == {
        "reason": "expected at least 120 behaviors to learn from, got 0"
    }


async def test_on_demand_it_answers_with_the_report(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    first = guarded.runtime_data.guard
    snapshots = seen(guarded)
    report = await train(hass)
    assert report["accepted"] is True
    assert (report["version"], report["trigger"]) == ("0002", "action")
    assert report["behaviors"] == len(homes.days())
    assert guarded.runtime_data.guard is not first
    assert guarded.runtime_data.data.version == "0002"
    statuses = [snapshot.status for snapshot in snapshots]
    assert statuses[0] == "training"
    assert statuses[-1] == "guarding"
    percents = [s.progress for s in snapshots if s.progress is not None]
    assert percents == sorted(percents)
    assert all(percent % learning.PROGRESS_STEP == 0 for percent in percents)


async def test_a_worse_candidate_is_refused_with_the_reason(
    hass: HomeAssistant, past: MockConfigEntry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = of_another_size(homes.guard())
    await hass.async_add_executor_job(homes.keep_model, folder, present)
    await load(hass, past)
    blind = TrainingOptions(epochs=1, learning_rate=50.0)
    monkeypatch.setattr(coordinator, "LearnOptions", functools.partial(LearnOptions, training=blind))
    in_use = past.runtime_data.guard
    report = await train(hass)
    assert report["accepted"] is False
    data = past.runtime_data.data
    assert (data.status, data.version) == ("guarding", "0001")
    assert data.reason == ENGLISH["learn_worse"]
    assert "on the newest days" in report["reason"]
    assert past.runtime_data.guard is in_use
    assert not (folder / "models" / "0002.npz").exists()


async def test_the_network_goes_on_from_the_one_in_use(
    hass: HomeAssistant, guarded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night that would teach a new network nothing does not undo what was learned before."""
    blind = TrainingOptions(epochs=1, learning_rate=50.0)
    monkeypatch.setattr(coordinator, "LearnOptions", functools.partial(LearnOptions, training=blind))
    before = guarded.runtime_data.guard
    assert (await train(hass))["accepted"] is True
    after = guarded.runtime_data.guard
    assert after is not before
    np.testing.assert_array_equal(after.sequence.model.flat, before.sequence.model.flat)


async def test_two_who_ask_share_one_training(
    hass: HomeAssistant, guarded: MockConfigEntry, children: list[subprocess.Popen[str]]
) -> None:
    one, other = await asyncio.gather(train(hass), train(hass))
    assert one == other
    assert len(children) == 1


async def running(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> asyncio.Task[dict[str, Any]]:
    """Ask for a training whose child sleeps, and wait until it does; the next child learns."""
    with monkeypatch.context() as asleep:
        asleep.setattr(child, "_BOOTSTRAP", SLEEPS)
        asking = hass.async_create_task(train(hass))
        await until_running(entry)
    return asking


async def test_what_was_taken_in_during_a_training_is_learned_after_it(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    children: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Once, however often; and from nothing where the model in use is disowned."""
    asking = await running(hass, guarded, monkeypatch)
    home = guarded.runtime_data
    with patch.object(child.TrainingProcess, "run", autospec=True, side_effect=StoppedError("")) as run:
        await hass.async_add_executor_job(home.store.disown)
        home.async_begin_training("reset")
        home.async_begin_training("import")
        children[0].kill()
        with pytest.raises(HomeAssistantError):
            await asking
        await hass.async_block_till_done(wait_background_tasks=True)
    assert "Training gave no model" in caplog.text
    (after,) = run.call_args_list
    assert after.args[3] is None
    assert home.data.version == "0001"


async def reset_valve(hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the valve, and wait until the child that learns anew sleeps."""
    with monkeypatch.context() as asleep:
        asleep.setattr(child, "_BOOTSTRAP", SLEEPS)
        await hass.services.async_call(
            DOMAIN, "reset", {"device_id": homes.VALVE}, blocking=True, return_response=True
        )
        await until_running(entry)


async def test_a_reset_whose_training_a_restart_ended_begins_anew_after_it(
    hass: HomeAssistant, guarded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model of before guards meanwhile; once one has begun anew, a restart begins no other."""
    await reset_valve(hass, guarded, monkeypatch)
    assert await hass.config_entries.async_unload(guarded.entry_id)
    with patch.object(child.TrainingProcess, "run", autospec=True, side_effect=StoppedError("")) as run:
        await load(hass, guarded)
    assert [call.args[3] for call in run.call_args_list] == [None]
    assert guarded.runtime_data.data.version == "0001"
    for _ in range(2):
        assert await hass.config_entries.async_unload(guarded.entry_id)
        await load(hass, guarded)
        assert guarded.runtime_data.data.version == "0002"
        assert guarded.runtime_data.devices == (homes.LAMP, homes.KETTLE)


async def test_a_reset_whose_training_failed_begins_anew_in_the_next_night(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    children: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whether anything is new or not."""
    await reset_valve(hass, guarded, monkeypatch)
    children[0].kill()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "Training gave no model" in caplog.text
    freezer.move_to("2026-03-04T09:00:00+00:00")
    with patch.object(child.TrainingProcess, "run", autospec=True, side_effect=StoppedError("")) as run:
        await night_comes(hass, freezer)
    assert [call.args[3] for call in run.call_args_list] == [None]


async def test_who_stops_learning_stops_what_waits_for_it_too(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    children: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking = await running(hass, guarded, monkeypatch)
    guarded.runtime_data.async_begin_training("import")
    await guarded.runtime_data.async_stop_training()
    with pytest.raises(HomeAssistantError):
        await asking
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(children) == 1


async def test_a_child_that_fails_without_a_model_is_said(
    hass: HomeAssistant,
    past: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(child, "_BOOTSTRAP", FAILS)
    await load(hass, past)
    data = past.runtime_data.data
    assert (data.status, data.version) == ("failed", None)
    assert data.reason is not None
    assert "no room to think" in data.reason
    assert "no room to think" in caplog.text


async def test_a_child_that_fails_leaves_the_old_model_guarding(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(child, "_BOOTSTRAP", FAILS)
    with pytest.raises(HomeAssistantError) as raised:
        await train(hass)
    assert raised.value.translation_key == "training_failed"
    data = guarded.runtime_data.data
    assert (data.status, data.version) == ("guarding", "0001")
    assert data.reason is not None

    monkeypatch.undo()
    hass.states.async_set(homes.KETTLE, "on")
    await hass.async_block_till_done()
    assert guarded.runtime_data.data.score is not None


async def test_a_child_that_dies_is_a_failure_too(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    children: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asking = await running(hass, guarded, monkeypatch)
    children[0].terminate()
    with pytest.raises(HomeAssistantError) as raised:
        await asking
    assert raised.value.translation_key == "training_failed"
    assert guarded.runtime_data.data.status == "guarding"


async def test_unload_ends_a_training(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    children: list[subprocess.Popen[str]],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking = await running(hass, guarded, monkeypatch)
    assert await hass.config_entries.async_unload(guarded.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await asking
    assert raised.value.translation_key == "training_stopped"
    assert children[0].returncode is not None
    assert not (folder / "training").exists()


def environment_of(process: int) -> list[bytes]:
    return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")


async def test_the_child_is_nice_and_keeps_to_one_thread(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    children: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    preamble = child._BOOTSTRAP.split("spec =")[0]
    monkeypatch.setattr(child, "_BOOTSTRAP", f"{preamble}\n{SLEEPS}")
    asking = hass.async_create_task(train(hass))
    await until_running(guarded)
    process = children[0]
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(own + 10, 19)
    environment = await hass.async_add_executor_job(environment_of, process.pid)
    assert {b"OPENBLAS_NUM_THREADS=1", b"OMP_NUM_THREADS=1"} <= set(environment)
    process.kill()
    with pytest.raises(HomeAssistantError):
        await asking


async def night_comes(hass: HomeAssistant, freezer: FrozenDateTimeFactory, hour: int = 3) -> None:
    """Let every minute of an hour of the morning pass, by default between three and four."""
    tomorrow = dt_util.start_of_local_day(dt_util.as_local(dt_util.utcnow())).replace(hour=hour)
    for minute in range(60):
        moment = dt_util.as_utc(tomorrow.replace(minute=minute, second=0))
        freezer.move_to(moment)
        async_fire_time_changed(hass, moment)
    await hass.async_block_till_done(wait_background_tasks=True)


def evening(count: int) -> list[Behavior]:
    """Return behaviors of the evening after the training."""
    return [
        Behavior(homes.NOW.timestamp() + 30 * n, homes.LAMP, homes.LAMP, "turn_off" if n % 2 else "turn_on")
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "version"), [(0, "0001"), (49, "0001"), (50, "0002")])
async def test_at_night_it_learns_only_if_enough_is_new(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory, count: int, version: str
) -> None:
    guarded.runtime_data.journal.add(evening(count))
    freezer.move_to("2026-03-04T09:00:00+00:00")
    await night_comes(hass, freezer)
    assert guarded.runtime_data.data.version == version


async def test_without_room_for_a_copy_of_the_journal_it_learns_all_the_same(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    guarded.runtime_data.journal.add(evening(50))
    freezer.move_to("2026-03-04T09:00:00+00:00")
    with patch.object(journal_copy, "keep", side_effect=OSError(28, "No space left on device")):
        await night_comes(hass, freezer)
    assert "The copy of the journal was not renewed" in caplog.text
    assert guarded.runtime_data.data.version == "0002"


def lit(hours: float) -> Behavior:
    """Return one use of the lamp, some hours after the training."""
    return Behavior(homes.NOW.timestamp() + 3600 * hours, homes.LAMP, homes.LAMP, "turn_on")


@pytest.mark.parametrize(("hours", "version"), [(11.9, "0001"), (12, "0002")])
async def test_half_a_day_is_enough_however_little_happened(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory, hours: float, version: str
) -> None:
    guarded.runtime_data.journal.add([lit(hours)])
    freezer.move_to("2026-03-05T09:00:00+00:00")
    await night_comes(hass, freezer)
    assert guarded.runtime_data.data.version == version


async def test_a_model_of_the_future_stops_no_night(
    hass: HomeAssistant, past: MockConfigEntry, folder: Path, freezer: FrozenDateTimeFactory
) -> None:
    """It was learned before the clock was put right."""
    ahead = homes.NOW + timedelta(days=400)
    await hass.async_add_executor_job(homes.keep_model, folder, None, ahead)
    await load(hass, past)
    assert past.runtime_data.data.version == "0001"
    freezer.move_to("2026-03-04T09:00:00+00:00")
    await night_comes(hass, freezer)
    assert past.runtime_data.data.version == "0002"


async def test_a_home_with_one_use_an_evening_learns_every_night(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Each evening is less than a day after the training of the night before."""
    for day, version in ((5, "0002"), (6, "0003"), (7, "0004")):
        guarded.runtime_data.journal.add([lit(24 * (day - 4) - 3)])
        freezer.move_to(f"2026-03-0{day}T09:00:00+00:00")
        await night_comes(hass, freezer)
        assert guarded.runtime_data.data.version == version


async def test_without_a_model_it_tries_again_every_night_if_anything_is_new(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """The uses come within an hour of the last attempt; what is said after the next one counts them."""
    await load(hass, entry)
    for day, hours, said in ((4, 1, "1 uses on 1 days"), (5, 6.5, "2 uses on 2 days")):
        entry.runtime_data.journal.add([lit(hours)])
        freezer.move_to(f"2026-03-0{day}T09:00:00+00:00")
        await night_comes(hass, freezer)
        assert said in entry.runtime_data.data.reason


async def test_at_night_what_is_too_old_is_dropped(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    journal = guarded.runtime_data.journal
    old = Behavior(homes.NOW.timestamp() - 366 * 86400, homes.LAMP, homes.LAMP, "turn_on")
    journal.add([old])
    freezer.move_to("2026-03-04T09:00:00+00:00")
    await night_comes(hass, freezer)
    kept = await hass.async_add_executor_job(journal.behaviors)
    assert old not in kept
    assert len(kept) == len(homes.days())


async def test_the_hour_of_the_night_can_be_chosen(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, freezer: FrozenDateTimeFactory
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_NIGHT_HOUR: 5})
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await load(hass, entry)
    entry.runtime_data.journal.add(evening(50))
    freezer.move_to("2026-03-04T09:00:00+00:00")
    await night_comes(hass, freezer)
    assert entry.runtime_data.data.version == "0001"
    await night_comes(hass, freezer, hour=5)
    assert entry.runtime_data.data.version == "0002"


async def test_how_long_is_remembered_can_be_chosen_and_holds_at_once(
    hass: HomeAssistant, guarded: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    journal = guarded.runtime_data.journal
    old, young = (
        Behavior(homes.NOW.timestamp() - days * 86400, homes.LAMP, homes.LAMP, "turn_on") for days in (31, 29)
    )
    journal.add([old, young])
    coordinator = guarded.runtime_data
    hass.config_entries.async_update_entry(guarded, options={**guarded.options, CONF_RETENTION_DAYS: 30})
    await hass.async_block_till_done()
    assert guarded.runtime_data is coordinator, "no reload"
    freezer.move_to("2026-03-04T09:00:00+00:00")
    await night_comes(hass, freezer)
    kept = await hass.async_add_executor_job(journal.behaviors)
    assert old not in kept
    assert young in kept


async def test_while_the_past_is_filled_in_nothing_is_learned(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.runtime_data.data.status == "importing"
    with pytest.raises(HomeAssistantError) as raised:
        await train(hass)
    assert raised.value.translation_key == "not_ready"
    await hass.async_block_till_done(wait_background_tasks=True)
