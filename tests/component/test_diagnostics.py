"""Diagnostics and system health: enough to find a fault, nothing of what anybody did."""

from __future__ import annotations

import json
import re
from unittest.mock import patch

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.smartguard.const import DOMAIN
from custom_components.smartguard.diagnostics import async_get_config_entry_diagnostics
from custom_components.smartguard.journal import Journal, JournalError

from . import homes
from .conftest import Pass, load


async def test_what_is_downloaded(
    hass: HomeAssistant, guarded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    # It asks packages that a test's environment lacks, and is not ours.
    with patch("homeassistant.components.diagnostics.async_get_system_info", return_value={"user": "ann"}):
        response = await client.get(f"/api/diagnostics/config_entry/{guarded.entry_id}")
    data = (await response.json())["data"]
    assert data["status"] == "guarding"
    assert data["guarded"] == {"light": 1, "switch": 1, "valve": 1}
    assert data["model"] == {
        "version": "0001",
        "trained": homes.NOW.isoformat(),
        "controls": 7,
        "devices": 3,
    }
    assert data["journal"]["behaviors"] == len(homes.days())
    assert {"journal.db", "models/0001.npz"} <= set(data["files"])
    assert data["options"]["entities"] == 3
    assert data["recorder"] is True


async def test_nothing_personal_leaves_the_home(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    async_mock_service(hass, "notify", "send_message")
    hass.states.async_set("person.ann", "home", {"friendly_name": "Ann Example"})
    options = {**guarded.options, "entities": [*homes.STATES, "person.ann"], "notify": ["notify.anns_phone"]}
    options |= {"quiet_start": "22:00:00", "snooze": homes.NOW.timestamp() - 3600.0}
    hass.config_entries.async_update_entry(guarded, options=options)
    await hass.async_block_till_done(wait_background_tasks=True)
    for to in ("on", "off") * 12:
        await live_on(seconds=2)
        hass.states.async_set(homes.KETTLE, to)
        await hass.async_block_till_done()
    assert guarded.runtime_data.data.episode is not None
    data = await async_get_config_entry_diagnostics(hass, guarded)
    text = json.dumps(data).lower()
    for secret in ("ann", "phone", "kettle", "lamp", "garden", "22:00"):
        assert secret not in text, secret
    # The training of the model is the only moment that is told.
    assert re.findall(r"\d{4}-\d\d-\d\dt", text) == ["2026-03-04t"]
    assert not re.search(r"17\d{8}", text), "expected no time in seconds"
    assert sum(data["journal"]["alerts"].values()) == 1


async def test_an_entry_that_is_not_loaded_says_what_can_be_seen_from_outside(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(guarded.entry_id)
    data = await async_get_config_entry_diagnostics(hass, guarded)
    assert data["entry"] == "not_loaded"
    assert {"journal.db", "models/0001.npz"} <= set(data["files"])
    assert "status" not in data


async def test_why_nothing_was_learned_names_no_folder(
    hass: HomeAssistant, guarded: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    failure = OSError(28, "No space left on device", f"{hass.config.config_dir}/.storage/smartguard")
    await hass.async_add_executor_job(guarded.runtime_data.store.disown)
    with patch("custom_components.smartguard.model_store.ModelStore.add", side_effect=failure):
        guarded.runtime_data.async_begin_training("test")
        await hass.async_block_till_done(wait_background_tasks=True)
    assert hass.config.config_dir in str(guarded.runtime_data.data.reason)
    assert "Training gave no model" in caplog.text
    reason = (await async_get_config_entry_diagnostics(hass, guarded))["reason"]
    assert "No space left" in reason
    assert hass.config.config_dir not in reason


async def test_before_learning_there_is_no_model(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    data = await async_get_config_entry_diagnostics(hass, entry)
    assert data["model"] is None
    assert data["issues"] == ["too_little_history"]


async def test_a_journal_that_can_not_be_read_is_said(hass: HomeAssistant, guarded: MockConfigEntry) -> None:
    with patch.object(Journal, "count", side_effect=JournalError(f"expected {homes.KETTLE}")):
        data = await async_get_config_entry_diagnostics(hass, guarded)
    assert data["journal"] == {"error": "JournalError"}


@pytest.mark.usefixtures("home_folder")
async def test_health_before_and_after_loading(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done(wait_background_tasks=True)
    info = await get_system_health_info(hass, DOMAIN)
    assert info["status"] == "collecting"
    assert info["guarded"] == 3
    assert re.fullmatch(r"\d+\.\d MB", info["disk"])
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await get_system_health_info(hass, DOMAIN) == {"status": "not_loaded"}
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert await get_system_health_info(hass, DOMAIN) == {"status": "not_set_up"}
