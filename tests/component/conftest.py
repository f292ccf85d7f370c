"""A home for each test that asks for one: a recorder in memory, a folder of its own, an entry.

The pytest plugin brings a `custom_components` package of its own; `tests/home_assistant_first.py` imports
ours before it. The recorder must be there before `hass` is: a fixture asks for it first, for every test that
uses `hass`, as every home with SmartGuard has one. A test of a home without one asks for `without_recorder`.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

import custom_components
from custom_components.smartguard import coordinator, history, storage
from custom_components.smartguard.const import (
    CONF_ALERTS_PER_WEEK,
    CONF_ENTITIES,
    CONF_HISTORY_DAYS,
    DOMAIN,
)
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.learn import LearnOptions

from . import homes

ROOT = Path(__file__).resolve().parent.parent.parent
MISUSES = ("Detected that ", "Detected blocking call", "deprecated")


def pytest_configure() -> None:
    """Stop at once if another `custom_components` package was imported first."""
    found = [str(Path(path).resolve()) for path in custom_components.__path__]
    expected = str(ROOT / "custom_components")
    if expected not in found:
        raise pytest.UsageError(f"expected {expected}, got {found}: use tests/run_pytest.py")


@pytest.fixture
def without_recorder() -> None:
    """Ask for a home that has no recorder."""


class _Reads:
    """What reads the recorder's history, one thread at a time, until it is ended."""

    def __init__(self, read: Callable[..., list[Behavior]]) -> None:
        """Take what reads."""
        self._read = read
        self._lock = threading.Lock()
        self._ended = False

    def __call__(self, *args: Any) -> list[Behavior]:
        """Read; nothing is found once it is ended."""
        with self._lock:
            return [] if self._ended else self._read(*args)

    def end(self) -> None:
        """Wait for a read that goes on; it is the last."""
        with self._lock:
            self._ended = True


@pytest.fixture
def _reads() -> Iterator[_Reads]:
    """Let the recorder's history be read only while there is one."""
    with pytest.MonkeyPatch.context() as patch:
        reads = _Reads(history._read)
        patch.setattr(history, "_read", reads)
        yield reads


@pytest.fixture(autouse=True)
def _recorder_and_integrations(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give every test that uses `hass` a recorder and this checkout's integrations.

    All threads share the one connection of a database in memory: closed under an import, which goes on as
    a test ends, it takes the process along.
    """
    if "hass" not in request.fixturenames:
        yield
        return
    reads = request.getfixturevalue("_reads")
    if "without_recorder" not in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")
    yield
    reads.end()


@pytest.fixture(autouse=True)
def _no_misuse(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which Home Assistant reports a misuse of its interfaces by SmartGuard, tested or not."""
    yield
    found = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
        and "smartguard" in record.getMessage()
        and any(misuse in record.getMessage() for misuse in MISUSES)
    ]
    assert not found, f"expected no report of misuse, got {found}"


@pytest.fixture
def home_folder(
    recorder_mock: Any, hass: HomeAssistant, enable_custom_integrations: None, tmp_path: Path
) -> Path:
    """Give Home Assistant an empty folder; the recorder must be asked for before `hass`."""
    hass.config.config_dir = str(tmp_path)
    return tmp_path


@pytest.fixture
def entry(
    hass: HomeAssistant, home_folder: Path, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Add the small home, in the evening, and let it learn in a moment; nothing is loaded yet."""
    freezer.move_to(homes.NOW)
    # A pause would never end while the clock stands.
    monkeypatch.setattr(history, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(
        coordinator, "LearnOptions", functools.partial(LearnOptions, training=homes.TINY.training)
    )
    for entity_id, state in homes.STATES.items():
        hass.states.async_set(entity_id, state)
    added = MockConfigEntry(
        domain=DOMAIN,
        unique_id=DOMAIN,
        title="SmartGuard",
        options={
            CONF_ENTITIES: list(homes.STATES),
            CONF_HISTORY_DAYS: 1,
            CONF_ALERTS_PER_WEEK: 1.0,
        },
    )
    added.add_to_hass(hass)
    return added


@pytest.fixture
def folder(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    """Return where the entry keeps its files."""
    return storage.folder_of(hass, entry.entry_id)


@pytest.fixture
async def guarded(hass: HomeAssistant, entry: MockConfigEntry, folder: Path) -> MockConfigEntry:
    """Load the small home with its past and a model that learned it."""
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(homes.keep_model, folder)
    await load(hass, entry)
    return entry


async def load(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up and wait until it has begun to judge."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


type Pass = Callable[..., Awaitable[None]]


@pytest.fixture
def live_on(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Return what lets time pass, with the timers that are due and all that they start."""

    async def pass_time(**span: float) -> None:
        freezer.tick(timedelta(**span))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()

    return pass_time
