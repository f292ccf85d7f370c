"""The recorder's history becomes behaviors, day by day, without holding the event loop.

The states go through the same `Tracker` as live ones, so a day that was lived and the same day imported are
the same. `last_updated` is a row's time on both paths: `last_changed` stays behind when only an attribute
changes. The recorder's session and the parsing are in its executor; one call is one day at most.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, cast

from homeassistant.components.recorder import Recorder, history
from homeassistant.components.recorder.tasks import RecorderTask

# The recorder raises it; it is imported from there since Home Assistant is all that may be imported here.
from homeassistant.components.recorder.util import SQLAlchemyError
from homeassistant.core import HomeAssistant, State, split_entity_id
from homeassistant.helpers.recorder import DATA_INSTANCE, get_instance

from .controls import Tracker
from .core.behavior import Behavior
from .core.control_tables import needs_attributes
from .core.errors import SmartGuardError
from .core.states import GAPS
from .core.unseen import Span, Unseen
from .journal import Journal
from .selection import Key

DAY: Final = timedelta(days=1)
PAUSE_SECONDS: Final = 0.05
# Half an hour in all: a home is not guarded meanwhile, and the next start looks again.
ASK_AGAIN_SECONDS: Final = 30.0
ASKS: Final = 60
# The recorder's bounds are exclusive: begin a little earlier and drop what is too early.
_MARGIN: Final = timedelta(milliseconds=1)


class HistoryUnavailableError(SmartGuardError):
    """The recorder is not there or can not be read."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Entities that are asked for together: entity_id → key, and from when their history is new."""

    keys: Mapping[str, Key]
    since: Mapping[str, float]
    attributes: bool


@dataclass(slots=True)
class _Settled(RecorderTask):
    """Says that the recorder has committed all that it was given before this task.

    Its own `async_block_till_done` waits for nothing when the queue is empty and nothing is pending, which
    is so too while its thread makes a row of an event that it has just taken.
    """

    future: asyncio.Future[None]

    def run(self, instance: Recorder) -> None:
        """Wake who waits; in the recorder's thread, after its commit."""
        instance.hass.loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if not self.future.done():
            self.future.set_result(None)


async def async_import(
    hass: HomeAssistant,
    keys: Mapping[str, Key],
    journal: Journal,
    start: datetime,
    end: datetime,
    progress: Callable[[float], None],
    tracker: Tracker | None = None,
) -> int:
    """Put the behaviors of the recorder's history in [start, end) into the journal; return how many.

    Each entity is read from its high-water mark on, or whole where it was never read that far back, and
    marked complete after each day; what the journal holds already stays as it is. progress: takes the
    share that is done, 0 to 1, in the event loop. tracker: takes over the last settled states, so that
    the live path knows what an unavailable entity was. Raises HistoryUnavailableError, with the days
    before it kept.
    """
    await _async_settle(hass)
    since, whole = await hass.async_add_executor_job(
        _unread, keys, journal, start.timestamp(), end.timestamp()
    )
    reader, count = Tracker(), 0
    days = list(_days(min(since.values(), default=end.timestamp()), end))
    for number, (first, last) in enumerate(days):
        due = {i: key for i, key in keys.items() if since[i] < last.timestamp()}
        parts = _parts(due, since)
        found = await _async_read(hass, parts, first, last, reader)
        journal.add(found)
        journal.set_high_water({key.entity: last.timestamp() for key in due.values()}, whole)
        count += len(found)
        progress((number + 1) / len(days))
        await asyncio.sleep(PAUSE_SECONDS)
    if tracker:
        tracker.fill(reader)
    return count


async def async_unseen(
    hass: HomeAssistant, keys: Mapping[str, Key], start: datetime, end: datetime
) -> Unseen:
    """Return when entities were unavailable in [start, end), as far as the recorder has committed it.

    Raises HistoryUnavailableError at once where the recorder is not ready: a person waits for the answer.
    """
    if DATA_INSTANCE not in hass.data or not _is_ready(get_instance(hass)):
        raise HistoryUnavailableError("expected a recorder that is ready, got none")
    part, spans = _Part(keys, {}, attributes=False), defaultdict[str, list[Span]](list)
    gone: dict[str, float] = {}
    for number, (first, last) in enumerate(_days(start.timestamp(), end) if keys else ()):
        read = partial(_states, hass, part, list(keys), first, last, before=not number)
        for entity_id, states in (await _async_in_recorder(hass, read)).items():
            key = keys[entity_id].entity
            for state in states:
                if state.state in GAPS:
                    gone.setdefault(key, state.last_updated_timestamp)
                elif key in gone:
                    spans[key].append((gone.pop(key), state.last_updated_timestamp))
        await asyncio.sleep(PAUSE_SECONDS)
    for key, since in gone.items():
        spans[key].append((since, end.timestamp()))
    return Unseen(spans)


def _is_ready(recorder: Recorder) -> bool:
    ready = recorder.async_db_ready
    return ready.done() and ready.result()


async def _async_in_recorder[T](hass: HomeAssistant, read: Callable[[], T]) -> T:
    """Read in the recorder's executor; raises HistoryUnavailableError."""
    try:
        return await get_instance(hass).async_add_executor_job(read)
    except SQLAlchemyError as err:
        raise HistoryUnavailableError(f"expected to read the recorder's history, got: {err}") from err


async def _async_settle(hass: HomeAssistant) -> None:
    """Wait until the recorder has committed what it was given so far, so that no mark passes it."""
    if DATA_INSTANCE not in hass.data:
        raise HistoryUnavailableError("expected the recorder to be set up, got none")
    instance = get_instance(hass)
    if not await instance.async_db_ready:
        raise HistoryUnavailableError("expected the recorder's database to be ready, got a failed one")
    settled = hass.loop.create_future()
    # A commit that fails takes the task behind it along: ask again.
    for _ in range(ASKS):
        # Nobody would ever answer: it gave up, or Home Assistant goes on without it.
        if not instance.is_alive():
            raise HistoryUnavailableError("expected a recorder that runs, got one that has stopped")
        instance.queue_task(_Settled(settled))
        await asyncio.wait([settled], timeout=ASK_AGAIN_SECONDS)
        if settled.done():
            return
    raise HistoryUnavailableError("expected the recorder to commit what it was given, got no answer")


def _unread(
    keys: Mapping[str, Key], journal: Journal, start: float, end: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Return from when on to read each entity, by id, and which are read whole, by key (in the executor).

    A mark in the future (a clock that jumped back) says nothing.
    """
    high, low = journal.high_water(), journal.low_water()
    since, whole = {}, {}
    for entity_id, key in keys.items():
        mark = high.get(key.entity)
        if mark is None or not start <= mark <= end or low[key.entity] > start:
            since[entity_id] = whole[key.entity] = start
        else:
            since[entity_id] = mark
    return since, whole


def _days(start: float, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    first = datetime.fromtimestamp(start, UTC)
    while first < end:
        last = min(first + DAY, end)
        yield first, last
        first = last


def _parts(keys: Mapping[str, Key], since: Mapping[str, float]) -> list[_Part]:
    """Divide entities by whether their controls depend on attributes."""
    parts = []
    for attributes in (False, True):
        chosen = {i: key for i, key in keys.items() if needs_attributes(split_entity_id(i)[0]) == attributes}
        if chosen:
            parts.append(_Part(chosen, since, attributes))
    return parts


async def _async_read(
    hass: HomeAssistant, parts: list[_Part], first: datetime, last: datetime, tracker: Tracker
) -> list[Behavior]:
    """Read one day of all parts, a call each, in time order."""
    found: list[Behavior] = []
    for part in parts:
        found += await _async_in_recorder(hass, partial(_read, hass, part, first, last, tracker))
    return sorted(found, key=lambda behavior: behavior.time)


def _read(
    hass: HomeAssistant, part: _Part, first: datetime, last: datetime, tracker: Tracker
) -> list[Behavior]:
    """Read and reduce one day of one part; in the recorder's executor."""
    _seed(hass, part, first, tracker)
    found: list[Behavior] = []
    for entity_id, states in _states(hass, part, list(part.keys), first, last).items():
        key = part.keys[entity_id]
        for state in states:
            time = state.last_updated_timestamp
            named = tracker.observe(key.entity, state)
            if time >= part.since[entity_id]:
                found += [Behavior(time, key.device, key.entity, control) for control in named]
    return found


def _seed(hass: HomeAssistant, part: _Part, first: datetime, tracker: Tracker) -> None:
    """Learn what entities were before the first day, also those that were unavailable just then."""
    unknown = [i for i, key in part.keys.items() if not tracker.knows(key.entity)]
    if not unknown:
        return
    for entity_id, states in _states(hass, part, unknown, first - DAY, first, before=True).items():
        for state in reversed(states):
            tracker.seed(part.keys[entity_id].entity, state)


def _states(
    hass: HomeAssistant,
    part: _Part,
    entity_ids: list[str],
    first: datetime,
    last: datetime,
    *,
    before: bool = False,
) -> dict[str, list[State]]:
    """Return the recorded states of entities in [first, last); before: also the last one before them."""
    found = history.get_significant_states(
        hass,
        first - _MARGIN,
        last,
        entity_ids,
        include_start_time_state=before,
        significant_changes_only=False,
        no_attributes=not part.attributes,
    )
    states = cast(dict[str, list[State]], found)
    if before:
        return states
    begin = first.timestamp()
    return {i: [s for s in rows if s.last_updated_timestamp >= begin] for i, rows in states.items()}
