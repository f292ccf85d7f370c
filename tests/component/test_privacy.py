"""The log tells nothing of what anybody did, whatever is logged, and no name leads out of a folder."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.model_store import ModelStore, NoSuchVersionError

from . import homes
from .conftest import Pass


async def test_the_log_holds_no_behavior_and_no_token(
    hass: HomeAssistant,
    guarded: MockConfigEntry,
    live_on: Pass,
    caplog: pytest.LogCaptureFixture,
    hass_access_token: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    for to in ("on", "off") * 12:
        await live_on(seconds=2)
        hass.states.async_set(homes.KETTLE, to)
        await hass.async_block_till_done()
    assert guarded.runtime_data.data.episode is not None
    assert await hass.config_entries.async_reload(guarded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    own = [r.getMessage() for r in caplog.records if r.name.startswith("custom_components.smartguard")]
    assert own, "expected SmartGuard to say something, or this proves nothing"
    for line in own:
        assert not any(name in line for name in ("kettle", "lamp", "garden")), line
        assert not re.search(r"17\d{8}|\d\d:\d\d", line), line
        assert hass_access_token not in line


@pytest.mark.parametrize(
    "current", ["../../../secrets", "/etc/passwd", "0001/../../x", -1, 10**30, None, True]
)
def test_the_list_of_models_names_no_path(tmp_path: Path, current: object) -> None:
    store = ModelStore(tmp_path / "models")
    store.add(homes.guard(), 1000.0, 10)
    (tmp_path / "secret.npz").write_bytes(store.path(1).read_bytes())
    text = json.dumps(
        {"current": current, "versions": [{"number": "../secret", "trained": 1.0, "behaviors": 1}]}
    )
    (tmp_path / "models" / "current.json").write_text(text)
    loaded = ModelStore(tmp_path / "models").load()
    assert loaded.stored is not None
    assert loaded.stored.version.number == 1
    with pytest.raises(NoSuchVersionError):
        store.roll_back(10**30)
