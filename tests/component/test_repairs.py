"""Repairs: each flow, as a person goes through it, mends what its issue names."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.smartguard import journal_copy
from custom_components.smartguard.const import (
    CONF_HISTORY_DAYS,
    DOMAIN,
    ISSUE_JOURNAL_DAMAGED,
    ISSUE_JOURNAL_LOST,
    ISSUE_MODEL_UNREADABLE,
    ISSUE_TOO_LITTLE_HISTORY,
)
from custom_components.smartguard.core.learn import LEAST_BEHAVIORS, LEAST_DAYS
from custom_components.smartguard.issues import FIXABLE, raise_issue
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.repairs import FLOWS

from . import homes
from .conftest import Pass, load


class Repairs:
    """The page of repairs: opens a fix flow and answers it over HTTP."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def begin(self, issue: str) -> dict[str, Any]:
        url = "/api/repairs/issues/fix"
        return await self._answered(await self._client.post(url, json={"handler": DOMAIN, "issue_id": issue}))

    async def go_on(self, step: dict[str, Any], **given: Any) -> dict[str, Any]:
        url = f"/api/repairs/issues/fix/{step['flow_id']}"
        return await self._answered(await self._client.post(url, json=given))

    async def look(self, step: dict[str, Any]) -> dict[str, Any]:
        return await self._answered(await self._client.get(f"/api/repairs/issues/fix/{step['flow_id']}"))

    async def fix(self, issue: str, **given: Any) -> dict[str, Any]:
        return await self.go_on(await self.begin(issue), **given)

    @staticmethod
    async def _answered(response: Any) -> dict[str, Any]:
        assert response.status == HTTPStatus.OK, await response.text()
        return dict(await response.json())


@pytest.fixture
async def repairs(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> Repairs:
    assert await async_setup_component(hass, "repairs", {})
    return Repairs(await hass_client())


def issue_of(hass: HomeAssistant, issue: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, issue)


def damage(folder: Path) -> None:
    """Cut the journal short, as a power failure may."""
    path = folder / "journal.db"
    path.write_bytes(path.read_bytes()[:8192])


def keep_copy(folder: Path) -> None:
    journal = Journal.open(folder / "journal.db")
    journal.keep_copy()
    journal.close()


def test_every_fixable_issue_has_a_flow() -> None:
    assert set(FLOWS) == FIXABLE


async def test_a_damaged_journal_is_restored_from_its_copy(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    folder: Path,
    repairs: Repairs,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    await hass.async_add_executor_job(keep_copy, folder)
    damage(folder)
    await load(hass, entry)
    assert "journal was damaged" in caplog.text
    issue = issue_of(hass, ISSUE_JOURNAL_DAMAGED)
    assert issue is not None
    assert issue.is_fixable
    assert issue.data is not None
    kept = folder / str(issue.data["kept"])
    assert kept.is_file()
    assert entry.runtime_data.data.behaviors < len(homes.days())

    step = await repairs.begin(ISSUE_JOURNAL_DAMAGED)
    assert step["step_id"] == "confirm"
    assert set(step["description_placeholders"]) == {"kept", "rows", "date"}
    assert (await repairs.go_on(step))["type"] == "create_entry"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue_of(hass, ISSUE_JOURNAL_DAMAGED) is None
    assert not kept.exists()
    assert entry.runtime_data.data.behaviors == len(homes.days())


async def test_a_copy_that_is_damaged_too_leaves_the_issue(
    hass: HomeAssistant, guarded: MockConfigEntry, folder: Path, repairs: Repairs,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    journal_copy.copy_of(folder / "journal.db").write_bytes(b"no database" * 100)
    raise_issue(hass, ISSUE_JOURNAL_DAMAGED, {"kept": "x", "rows": "1", "date": "today"})
    step = await repairs.fix(ISSUE_JOURNAL_DAMAGED)
    assert (step["type"], step["reason"]) == ("abort", "restore_failed")
    assert issue_of(hass, ISSUE_JOURNAL_DAMAGED) is not None
    assert guarded.runtime_data.data.behaviors == len(homes.days())


async def test_without_a_copy_there_is_nothing_to_fix(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder)
    damage(folder)
    await load(hass, entry)
    issue = issue_of(hass, ISSUE_JOURNAL_LOST)
    assert issue is not None
    assert not issue.is_fixable
    assert issue_of(hass, ISSUE_JOURNAL_DAMAGED) is None


async def unreadable(hass: HomeAssistant, entry: MockConfigEntry, folder: Path) -> None:
    """Load a home whose newest model can not be read."""
    await hass.async_add_executor_job(homes.keep_past, folder)
    for _ in range(2):
        await hass.async_add_executor_job(homes.keep_model, folder)
    (folder / "models" / "0002.npz").write_bytes(b"cut short")
    await load(hass, entry)


async def test_an_unreadable_model_is_learned_anew(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, repairs: Repairs,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await unreadable(hass, entry, folder)
    assert issue_of(hass, ISSUE_MODEL_UNREADABLE) is not None
    step = await repairs.fix(ISSUE_MODEL_UNREADABLE)
    assert (step["type"], step["progress_action"]) == ("progress", "training")
    await hass.async_block_till_done(wait_background_tasks=True)
    step = await repairs.look(step)
    assert step["type"] == "create_entry"
    assert issue_of(hass, ISSUE_MODEL_UNREADABLE) is None
    # Whether the new one is used or refused, the next start reads what is in use.
    in_use = entry.runtime_data.data.version
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue_of(hass, ISSUE_MODEL_UNREADABLE) is None
    assert entry.runtime_data.data.version == in_use


async def test_a_model_that_is_no_better_leaves_the_older_one_in_use(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, repairs: Repairs,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await unreadable(hass, entry, folder)
    report = AsyncMock(return_value={"accepted": False, "reason": "worse"})
    with patch.object(entry.runtime_data, "async_train", report):
        step = await repairs.fix(ISSUE_MODEL_UNREADABLE)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert (await repairs.look(step))["type"] == "create_entry"
    assert entry.runtime_data.store.current() == 1
    assert issue_of(hass, ISSUE_MODEL_UNREADABLE) is None


async def test_a_training_that_fails_leaves_the_issue(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, repairs: Repairs,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await unreadable(hass, entry, folder)
    with patch.object(entry.runtime_data, "async_train", AsyncMock(side_effect=HomeAssistantError("no"))):
        step = await repairs.fix(ISSUE_MODEL_UNREADABLE)
        await hass.async_block_till_done(wait_background_tasks=True)
    step = await repairs.look(step)
    assert (step["type"], step["reason"]) == ("abort", "training_failed")
    assert issue_of(hass, ISSUE_MODEL_UNREADABLE) is not None


async def test_a_window_that_is_closed_stops_no_training(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, repairs: Repairs,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await unreadable(hass, entry, folder)
    done = asyncio.Event()

    async def train(_reason: str) -> dict[str, Any]:
        await done.wait()
        return {"accepted": False}

    with patch.object(entry.runtime_data, "async_train", train):
        step = await repairs.fix(ISSUE_MODEL_UNREADABLE)
        assert (await repairs.look(step))["type"] == "progress"
        done.set()
        await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.store.current() == 1


async def test_too_little_history_is_told_once_it_is_known(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder, homes.days()[:20])
    await load(hass, entry)
    issue = issue_of(hass, ISSUE_TOO_LITTLE_HISTORY)
    assert issue is not None
    assert issue.translation_placeholders == {
        "uses": "20",
        "days": "2",
        "least_uses": str(LEAST_BEHAVIORS),
        "least_days": str(LEAST_DAYS),
    }


async def test_a_home_that_has_learned_has_history_enough(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    assert issue_of(hass, ISSUE_TOO_LITTLE_HISTORY) is None


async def test_reading_further_back_finds_what_was_recorded(
    hass: HomeAssistant, entry: MockConfigEntry, repairs: Repairs, live_on: Pass
) -> None:
    # Minutes stand for days: a client's token lasts for half an hour only.
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_HISTORY_DAYS: 5 / 1440})
    for to in ("on", "off") * 4:
        hass.states.async_set(homes.LAMP, to)
        await live_on(minutes=2)
    await async_wait_recording_done(hass)
    await load(hass, entry)
    before = entry.runtime_data.data.behaviors
    step = await repairs.begin(ISSUE_TOO_LITTLE_HISTORY)
    assert [field["name"] for field in step["data_schema"]] == ["days"]
    with patch.object(entry.runtime_data, "async_begin_training") as begin:
        assert (await repairs.go_on(step, days=30))["type"] == "create_entry"
    begin.assert_called_once_with("repair")
    assert await hass.async_add_executor_job(entry.runtime_data.journal.count) > before


async def test_where_there_is_nothing_more_the_issue_stays(
    hass: HomeAssistant, entry: MockConfigEntry, repairs: Repairs
) -> None:
    await load(hass, entry)
    step = await repairs.fix(ISSUE_TOO_LITTLE_HISTORY, days=365)
    assert (step["type"], step["reason"]) == ("abort", "nothing_more")
    assert issue_of(hass, ISSUE_TOO_LITTLE_HISTORY) is not None


async def test_a_recorder_that_can_not_be_read_leaves_the_issue(
    hass: HomeAssistant, entry: MockConfigEntry, repairs: Repairs
) -> None:
    await load(hass, entry)
    broken = patch("custom_components.smartguard.history.DATA_INSTANCE", "nowhere")
    with broken:
        step = await repairs.fix(ISSUE_TOO_LITTLE_HISTORY, days=30)
    assert (step["type"], step["reason"]) == ("abort", "read_failed")


@pytest.mark.parametrize("issue", sorted(FLOWS))
async def test_nothing_is_mended_while_smartguard_does_not_run(
    hass: HomeAssistant, guarded: MockConfigEntry, repairs: Repairs, issue: str
) -> None:
    raise_issue(hass, issue)
    assert await hass.config_entries.async_unload(guarded.entry_id)
    step = await repairs.begin(issue)
    assert (step["type"], step["reason"]) == ("abort", "not_loaded")
    assert issue_of(hass, issue) is not None


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM behavior").fetchone()[0])


async def test_the_night_keeps_a_copy(hass: HomeAssistant, guarded: MockConfigEntry, folder: Path) -> None:
    assert journal_copy.date_of(folder / "journal.db") is None
    await hass.async_add_executor_job(guarded.runtime_data.journal.keep_copy)
    assert rows(journal_copy.copy_of(folder / "journal.db")) == len(homes.days())
