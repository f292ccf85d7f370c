"""A home that has changed is learned before the night, not twice in a row, and not while guests are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import MagicMock, call, patch

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.const import CONF_ENTITIES, CONF_MODE
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Judgement, Reason
from custom_components.smartguard.learning import Learning
from custom_components.smartguard.live import Verdict

from . import homes
from .conftest import Pass, load
from .test_coordinator import use

pytestmark = pytest.mark.usefixtures("home_folder")

NEW = "switch.new"


@pytest.fixture
def begun() -> Iterator[MagicMock]:
    """Watch what begins a training, and let none begin."""
    with patch.object(Learning, "async_begin") as begin:
        yield begin


async def move_in(hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass) -> None:
    """Guard a new thing and use it a lot in the next evening, before the nightly training."""
    hass.states.async_set(NEW, "off")
    options = {**guarded.options, CONF_ENTITIES: [*homes.STATES, NEW]}
    hass.config_entries.async_update_entry(guarded, options=options)
    await hass.async_block_till_done(wait_background_tasks=True)
    await live_on(hours=25)
    for _ in range(35):
        await use(hass, NEW, "on", live_on, minutes=3)
        await use(hass, NEW, "off", live_on, minutes=3)


async def test_much_that_is_unknown_is_learned_soon(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, begun: MagicMock
) -> None:
    await move_in(hass, guarded, live_on)
    assert call("drift") in begun.call_args_list


async def test_what_guests_do_changes_no_home(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass, begun: MagicMock
) -> None:
    hass.config_entries.async_update_entry(guarded, options={**guarded.options, CONF_MODE: "guest"})
    await move_in(hass, guarded, live_on)
    assert call("drift") not in begun.call_args_list


async def test_soon_after_the_last_training_nothing_is_learned_again(
    hass: HomeAssistant, guarded: MockConfigEntry, begun: MagicMock, live_on: Pass
) -> None:
    learning = guarded.runtime_data._learning
    assert not learning.async_home_changed()
    assert begun.call_args_list == []
    await live_on(hours=6)
    assert learning.async_home_changed()
    begun.assert_called_once_with("drift")


async def test_a_training_of_the_future_is_none_of_the_last_hours(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, begun: MagicMock
) -> None:
    """It was before the clock was put right."""
    ahead = homes.NOW + timedelta(days=400)
    await hass.async_add_executor_job(homes.keep_model, folder, None, ahead)
    await load(hass, entry)
    assert entry.runtime_data._learning.async_home_changed()
    begun.assert_called_once_with("drift")


async def test_a_night_between_does_not_forget_what_was_strange(
    hass: HomeAssistant, guarded: MockConfigEntry, begun: MagicMock, live_on: Pass
) -> None:
    coordinator = guarded.runtime_data
    await live_on(hours=7)
    for number in range(3):
        coordinator._use(coordinator._stored)
        assert call("drift") not in begun.call_args_list
        now = dt_util.utcnow().timestamp() + 3600 * number
        about = Behavior(now, homes.LAMP, homes.LAMP, "turn_on")
        strange = Reason("moment", 0.5, (about,), (about,), {})
        coordinator._judged([Verdict(None, Judgement(now, 0.5, (strange,)))])
    assert call("drift") in begun.call_args_list
