"""A home without a recorder guards all the same, and says what it lacks; history can be read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import CONF_ENTITIES, DOMAIN, ISSUE_RECORDER_ABSENT

from . import homes
from .conftest import load


async def test_without_a_recorder_it_learns_from_what_it_sees(
    without_recorder: None,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config.config_dir = str(tmp_path)
    freezer.move_to(homes.NOW)
    hass.states.async_set(homes.LAMP, "off")
    entry = MockConfigEntry(domain=DOMAIN, options={CONF_ENTITIES: [homes.LAMP]})
    entry.add_to_hass(hass)
    await load(hass, entry)
    assert "recorder" not in hass.config.components
    assert ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_RECORDER_ABSENT) is not None
    assert "There is no recorder" in caplog.text

    hass.states.async_set(homes.LAMP, "on")
    await hass.async_block_till_done()
    assert entry.runtime_data.data.behaviors == 1
