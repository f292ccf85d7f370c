"""The recorder's past becomes behaviors: whole, once, a day a call, and not in the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import history as recorder_history
from homeassistant.components.recorder.db_schema import States
from homeassistant.components.recorder.tasks import RecorderTask, StopTask
from homeassistant.components.recorder.util import SQLAlchemyError
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.smartguard import history
from custom_components.smartguard.controls import Tracker
from custom_components.smartguard.core.windows import local_clock
from custom_components.smartguard.history import HistoryUnavailableError, async_import, async_unseen
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.selection import Key

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LAMP, FAN, DOOR = "light.lamp", "fan.hall", "binary_sensor.door"
KEYS = {name: Key(f"device of {name}", f"key of {name}") for name in (LAMP, FAN, DOOR)}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Past:
    """A past that the recorder saw, and a journal to put it in."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, journal: Journal) -> None:
        self.hass = hass
        self.freezer = freezer
        self.journal = journal
        self.progress: list[float] = []

    def at(self, days: float, entity_id: str, state: str | None, **attributes: Any) -> None:
        """Let an entity have a state from a moment on, counted in days from Monday."""
        self.freezer.move_to(MONDAY + days * DAY)
        if state is None:
            self.hass.states.async_remove(entity_id)
        else:
            self.hass.states.async_set(entity_id, state, attributes)

    async def read(
        self, start: float, end: float, keys: dict[str, Key] = KEYS, tracker: Tracker | None = None
    ) -> int:
        """Import the days from `start` to `end`."""
        begin, finish = MONDAY + start * DAY, MONDAY + end * DAY
        return await async_import(self.hass, keys, self.journal, begin, finish, self.progress.append, tracker)

    def found(self) -> list[tuple[float, str, str]]:
        """Return day, entity and control of all that the journal holds."""
        return [
            (round((b.time - MONDAY.timestamp()) / 86400, 3), b.entity.removeprefix("key of "), b.control)
            for b in self.journal.behaviors()
        ]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal.db")
    yield opened
    opened.close()


@pytest.fixture
def past(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> Past:
    # The loop's clock is frozen too: nobody would wake from a pause.
    monkeypatch.setattr(history, "PAUSE_SECONDS", 0)
    return Past(hass, freezer, journal)


async def test_days_become_behaviors_with_keys_and_exact_times(past: Past) -> None:
    """
    Monday          Tuesday         Wednesday
    off ─────────── on ──── off ─── on
    """
    past.at(0.0, LAMP, "off")
    past.at(1.1, LAMP, "on")
    past.at(1.5, LAMP, "off")
    past.at(2.2, LAMP, "on")
    assert await past.read(0, 3) == 3
    assert past.found() == [(1.1, LAMP, "turn_on"), (1.5, LAMP, "turn_off"), (2.2, LAMP, "turn_on")]
    first = past.journal.behaviors()[0]
    assert first.time == (MONDAY + 1.1 * DAY).timestamp()
    assert (first.device, first.entity, first.actor) == (f"device of {LAMP}", f"key of {LAMP}", "")


async def test_the_first_change_of_a_day_knows_what_was_before(past: Past) -> None:
    """The state at the beginning was reported days ago."""
    past.at(0.5, LAMP, "on")
    past.at(4.5, LAMP, "off")
    await past.read(4, 5)
    assert past.found() == [(4.5, LAMP, "turn_off")]


async def test_a_change_at_midnight_sharp_is_in_one_day(past: Past) -> None:
    past.at(0.5, LAMP, "off")
    past.at(1.0, LAMP, "on")
    past.at(2.0, LAMP, "off")
    past.at(3.0, LAMP, "on")
    assert await past.read(1, 3) == 2
    assert past.found() == [(1.0, LAMP, "turn_on"), (2.0, LAMP, "turn_off")]


async def test_rows_of_attributes_count_and_have_their_own_time(past: Past) -> None:
    """`last_changed` stays at 0.1 for all of them; a behavior's time is `last_updated`."""
    past.at(0.1, FAN, "on", percentage=20)
    past.at(0.2, FAN, "on", percentage=60)
    past.at(0.3, FAN, "on", percentage=60, icon="mdi:fan")
    past.at(0.4, FAN, "on", percentage=40)
    await past.read(0, 1)
    assert past.found() == [(0.2, FAN, "speed_up"), (0.4, FAN, "speed_down")]


async def test_gaps_are_compared_across_also_over_midnight(past: Past) -> None:
    """
    on ── unavailable ──│── on ── unknown ── off ── removed ──│── off
    """
    past.at(0.5, LAMP, "on")
    past.at(0.8, LAMP, "unavailable")
    past.at(1.2, LAMP, "on")
    past.at(1.4, LAMP, "unknown")
    past.at(1.6, LAMP, "off")
    past.at(1.8, LAMP, None)
    past.at(2.2, LAMP, "off")
    await past.read(0, 3)
    assert past.found() == [(1.6, LAMP, "turn_off")]


async def test_what_was_unavailable_at_the_beginning_is_known_from_before(past: Past) -> None:
    past.at(0.7, LAMP, "on")
    past.at(0.9, LAMP, "unavailable")
    past.at(1.5, LAMP, "off")
    await past.read(1, 2)
    assert past.found() == [(1.5, LAMP, "turn_off")]


async def test_a_start_is_no_behavior(past: Past) -> None:
    past.at(0.5, LAMP, "unavailable", restored=True)
    past.at(0.6, LAMP, "unknown")
    past.at(0.7, LAMP, "on")
    assert await past.read(0, 1) == 0


async def test_a_second_import_changes_nothing_and_fills_what_is_new(past: Past) -> None:
    past.at(0.1, LAMP, "off")
    past.at(0.2, LAMP, "on")
    assert await past.read(0, 1) == 1
    assert await past.read(0, 1) == 0
    past.at(1.5, LAMP, "off")
    assert await past.read(0, 2) == 1
    assert past.found() == [(0.2, LAMP, "turn_on"), (1.5, LAMP, "turn_off")]


async def test_every_entity_is_read_from_its_own_mark(past: Past) -> None:
    """A newly guarded entity gets its whole past; the others are read from where they were left."""
    past.at(0.1, LAMP, "off")
    past.at(0.1, DOOR, "off", device_class="door")
    past.at(0.2, LAMP, "on")
    past.at(0.3, DOOR, "on", device_class="door")
    await past.read(0, 1, {LAMP: KEYS[LAMP]})
    past.journal.forget(f"key of {FAN}")
    past.at(1.2, LAMP, "off")
    past.at(1.3, DOOR, "off", device_class="door")
    assert await past.read(0, 2) == 3
    assert past.found() == [
        (0.2, LAMP, "turn_on"),
        (0.3, DOOR, "open"),
        (1.2, LAMP, "turn_off"),
        (1.3, DOOR, "close"),
    ]
    end = (MONDAY + 2 * DAY).timestamp()
    assert past.journal.high_water() == {key.entity: end for key in KEYS.values()}


async def test_asked_for_further_back_it_reads_what_it_never_read(past: Past) -> None:
    """The fan was forgotten on Wednesday, and stays so."""
    past.at(0.1, LAMP, "off")
    past.at(0.2, LAMP, "on")
    past.at(0.3, FAN, "off")
    past.at(1.2, FAN, "on")
    past.at(2.2, LAMP, "off")
    await past.read(2, 3)
    assert past.found() == [(2.2, LAMP, "turn_off")]
    past.journal.forget(f"key of {FAN}")
    past.journal.set_high_water({f"key of {FAN}": (MONDAY + 3 * DAY).timestamp()})
    past.at(3.2, LAMP, "on")
    assert await past.read(0, 4) == 3
    assert past.found() == [(0.2, LAMP, "turn_on"), (2.2, LAMP, "turn_off"), (3.2, LAMP, "turn_on")]
    assert await past.read(0, 4) == await past.read(1, 4) == 0


async def test_a_mark_from_the_future_is_not_believed(past: Past) -> None:
    """The clock had jumped ahead and was put right."""
    past.at(0.1, LAMP, "off")
    past.at(0.2, LAMP, "on")
    past.journal.set_high_water({f"key of {LAMP}": (MONDAY + 400 * DAY).timestamp()})
    assert await past.read(0, 1) == 1


async def test_what_was_lived_is_not_doubled(past: Past) -> None:
    past.at(0.1, LAMP, "off")
    past.at(0.2, LAMP, "on")
    await past.read(0, 1)
    (lived,) = past.journal.behaviors()
    past.journal.forget(lived.entity)
    past.journal.add([type(lived)(lived.time, lived.device, lived.entity, lived.control, "person")])
    await past.read(0, 1)
    assert [b.actor for b in past.journal.behaviors()] == ["person"]


async def test_the_live_path_learns_what_unavailable_entities_were(past: Past) -> None:
    past.at(0.1, LAMP, "on")
    past.at(0.2, LAMP, "unavailable")
    tracker = Tracker()
    await past.read(0, 1, tracker=tracker)
    assert tracker.observe(f"key of {LAMP}", State(LAMP, "off")) == ("turn_off",)


async def test_progress_rises_to_one(past: Past) -> None:
    past.at(0.1, LAMP, "off")
    await past.read(0, 4)
    assert past.progress == [0.25, 0.5, 0.75, 1.0]
    past.progress.clear()
    await past.read(0, 4)
    assert past.progress == [], "nothing was left to do"


async def test_entities_that_the_recorder_never_saw_are_no_error(past: Past) -> None:
    assert await past.read(0, 2) == 0
    assert await past.read(0, 2, {}) == 0


async def test_one_day_a_call_and_no_call_in_the_event_loop(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.at(0.1, LAMP, "off")
    past.at(2.5, LAMP, "on")
    calls: list[tuple[timedelta, bool, str]] = []
    original = recorder_history.get_significant_states

    def spy(hass: HomeAssistant, start: datetime, end: datetime, ids: list[str], **options: Any) -> Any:
        calls.append((end - start, options["no_attributes"], threading.current_thread().name))
        assert set(ids) <= ({LAMP, FAN, DOOR} if not options["no_attributes"] else {"switch.plug"})
        return original(hass, start, end, ids, **options)

    monkeypatch.setattr(recorder_history, "get_significant_states", spy)
    await past.read(0, 3, KEYS | {"switch.plug": Key("plug", "plug")})
    assert past.found() == [(2.5, LAMP, "turn_on")]
    assert max(span for span, _, _ in calls) <= DAY + timedelta(seconds=1)
    assert {no_attributes for _, no_attributes, _ in calls} == {True, False}
    assert all(name != threading.current_thread().name for _, _, name in calls)


async def test_what_still_waits_in_the_recorder_is_read_too(past: Past, hass: HomeAssistant) -> None:
    """A mark must not pass what was reported but not yet written."""
    past.at(0.1, LAMP, "off")
    await get_instance(hass).async_block_till_done()
    past.at(0.999, LAMP, "on")
    assert await past.read(0, 1) == 1


async def test_what_the_recorder_is_just_writing_is_read_too(
    past: Past, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    recorder's thread   takes the event ────────────────── makes its row, commits
    its queue           empty, nothing pending
    import                                asks ── waits ──────────────────────── reads
    """
    past.at(0.1, LAMP, "off")
    await past.read(-1, 0)
    recorder = get_instance(hass)
    taken, asked = threading.Event(), threading.Event()
    make_row, queue_task = States.from_event, recorder.queue_task

    def make_row_late(event: Any) -> Any:
        taken.set()
        asked.wait(5)
        return make_row(event)

    def ask(task: Any) -> None:
        queue_task(task)
        if isinstance(task, RecorderTask):
            asked.set()

    monkeypatch.setattr(States, "from_event", make_row_late)
    monkeypatch.setattr(recorder, "queue_task", ask)
    past.at(0.10001, LAMP, "on")  # a second later: the recorder's timers have nothing for its queue
    assert await hass.async_add_executor_job(taken.wait, 5)
    assert await past.read(0, 1) == 1


async def _read_lately(hass: HomeAssistant, journal: Journal) -> int:
    """Switch the lamp on and import the last hour; the clock runs, as whoever waits must wake."""
    hass.states.async_set(LAMP, "off")
    hass.states.async_set(LAMP, "on")
    end = dt_util.utcnow() + timedelta(seconds=1)
    async with asyncio.timeout(20):
        return await async_import(hass, KEYS, journal, end - HOUR, end, lambda _: None)


async def test_a_recorder_whose_queue_was_dropped_is_asked_again(
    hass: HomeAssistant, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    import              asks ── waits ────── asks again ── reads
    recorder's queue         ╳ dropped                 │
    """
    recorder = get_instance(hass)
    dropped, queue_task = [], recorder.queue_task

    def drop_first(task: Any) -> None:
        if isinstance(task, history._Settled) and not dropped:
            dropped.append(task)
        else:
            queue_task(task)

    monkeypatch.setattr(history, "ASK_AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(recorder, "queue_task", drop_first)
    assert await _read_lately(hass, journal) == 1
    assert dropped


async def test_a_recorder_that_ends_meanwhile_is_not_waited_for(
    hass: HomeAssistant, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread leaves the question in its queue; no mark passes what was not read."""
    recorder = get_instance(hass)
    queue_task = recorder.queue_task

    def end_before(task: Any) -> None:
        if isinstance(task, history._Settled):
            queue_task(StopTask())
        queue_task(task)

    monkeypatch.setattr(history, "ASK_AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(recorder, "queue_task", end_before)
    with pytest.raises(HistoryUnavailableError, match="got one that has stopped"):
        await _read_lately(hass, journal)
    assert journal.high_water() == {}


async def test_a_recorder_that_can_not_commit_is_given_up(
    hass: HomeAssistant, journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No mark passes what was not read; as soon as it commits again, it is read."""
    recorder = get_instance(hass)

    def fail() -> None:
        raise SQLAlchemyError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(history, "ASK_AGAIN_SECONDS", 0.2)
        patch.setattr(history, "ASKS", 2)
        patch.setattr(recorder, "_commit_event_session", fail)
        with pytest.raises(HistoryUnavailableError, match="got no answer"):
            await _read_lately(hass, journal)
        await hass.async_add_executor_job(recorder.block_till_done)
    assert "disk full" in caplog.text
    assert journal.high_water() == {}
    assert await _read_lately(hass, journal) == 1


async def test_home_without_recorder(without_recorder: None, hass: HomeAssistant, journal: Journal) -> None:
    with pytest.raises(HistoryUnavailableError, match="expected the recorder"):
        await async_import(hass, KEYS, journal, MONDAY, MONDAY + DAY, lambda _: None)
    assert journal.high_water() == {}


async def test_a_recorder_that_fails_keeps_the_days_before(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.at(0.1, LAMP, "off")
    past.at(0.2, LAMP, "on")
    past.at(1.2, LAMP, "off")
    original = recorder_history.get_significant_states

    def fail(hass: HomeAssistant, start: datetime, *rest: Any, **options: Any) -> Any:
        if start > MONDAY + DAY / 2:
            raise SQLAlchemyError("disk I/O error")
        return original(hass, start, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(recorder_history, "get_significant_states", fail)
        with pytest.raises(HistoryUnavailableError, match="disk I/O error"):
            await past.read(0, 2)
    assert past.found() == [(0.2, LAMP, "turn_on")]
    assert await past.read(0, 2) == 1
    assert past.found() == [(0.2, LAMP, "turn_on"), (1.2, LAMP, "turn_off")]


async def test_absurd_rows_are_no_error(past: Past) -> None:
    past.at(0.1, FAN, "on", percentage="much", preset_mode=["a"])
    past.at(0.2, FAN, "on", percentage=None, preset_mode={"b": 1})
    past.at(0.3, FAN, "x" * 255, percentage=20)
    past.at(0.4, FAN, "on", percentage=float("nan"))
    past.at(0.5, FAN, "off")
    await past.read(0, 1)
    assert past.found() == [(0.5, FAN, "turn_off")]


async def test_when_nobody_saw_what_entities_were(past: Past, hass: HomeAssistant) -> None:
    """
    lamp   on ── unavailable ──│── unknown ──│── on ─── off        over two midnights
    fan    ── unavailable ── on                                   from before the first day
    door   on ── unavailable                                      to the end
    """
    past.at(-0.5, FAN, "unavailable")
    past.at(0.2, LAMP, "on")
    past.at(0.3, FAN, "on")
    past.at(0.4, LAMP, "unavailable")
    past.at(0.5, DOOR, "on", device_class="door")
    past.at(1.5, LAMP, "unknown")
    past.at(2.1, LAMP, "on")
    past.at(2.3, LAMP, "off")
    past.at(2.5, DOOR, "unavailable")
    past.freezer.move_to(MONDAY + 4 * DAY)
    await async_wait_recording_done(hass)
    unseen = await async_unseen(hass, KEYS, MONDAY, MONDAY + 4 * DAY)
    seen = {
        day: sorted(key.removeprefix("key of ") for key in unseen.at((MONDAY + day * DAY).timestamp()))
        for day in (0.1, 0.35, 0.45, 1.7, 2.05, 2.2, 2.4, 2.6, 3.9)
    }
    assert seen == {
        0.1: [FAN],
        0.35: [],
        0.45: [LAMP],
        1.7: [LAMP],
        2.05: [LAMP],
        2.2: [],
        2.4: [],
        2.6: [DOOR],
        3.9: [DOOR],
    }
    assert not (await async_unseen(hass, {}, MONDAY, MONDAY + 4 * DAY)).at(MONDAY.timestamp())


async def test_without_a_recorder_nobody_can_say_what_was_unseen(
    without_recorder: None, hass: HomeAssistant
) -> None:
    with pytest.raises(HistoryUnavailableError, match="expected a recorder that is ready"):
        await async_unseen(hass, KEYS, MONDAY, MONDAY + DAY)


async def test_a_recorder_that_can_not_be_read_does_not_say_what_was_unseen(
    past: Past, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SQLAlchemyError("disk I/O error")

    monkeypatch.setattr(recorder_history, "get_significant_states", fail)
    with pytest.raises(HistoryUnavailableError, match="disk I/O error"):
        await async_unseen(hass, KEYS, MONDAY, MONDAY + DAY)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (datetime(2026, 3, 29, tzinfo=UTC), [0.5, 1.5, 3.5, 4.5]),
        (datetime(2026, 10, 25, tzinfo=UTC), [1.5, 2.5, 2.5, 3.5]),
    ],
)
async def test_local_time_across_daylight_saving(past: Past, day: datetime, hours: list[float]) -> None:
    """In Berlin an hour is missing in March (from 01:00 UTC on) and comes twice in October."""
    zone = ZoneInfo("Europe/Berlin")
    past.freezer.move_to(day - DAY)
    past.hass.states.async_set(LAMP, "off")
    for number in range(4):
        past.freezer.move_to(day + (number - 0.5) * HOUR)
        past.hass.states.async_set(LAMP, ("on", "off")[number % 2])
    await async_import(past.hass, KEYS, past.journal, day - HOUR, day + 4 * HOUR, lambda _: None)
    times = np.array([b.time for b in past.journal.behaviors()])
    assert np.diff(times).tolist() == [3600.0] * 3
    hour, weekday = local_clock(times, zone)
    assert hour.tolist() == hours
    assert weekday.tolist() == [6] * 4
