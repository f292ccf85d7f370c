"""Card and panel in the frontend: there with the entry, gone without it, never in the way."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from homeassistant.components import frontend
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.smartguard.frontend import CARD, PANEL

from .conftest import load


def modules(hass: HomeAssistant) -> list[str]:
    """Return what SmartGuard adds to every page."""
    return [url for url in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls if "smartguard" in url]


async def test_card_and_panel_come_and_go_with_the_entry(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    for _ in range(2):
        await load(hass, entry)
        panel = hass.data[frontend.DATA_PANELS]["smartguard"]
        assert panel.require_admin is True
        config = panel.config
        assert config is not None
        module = config["_panel_custom"]["module_url"]
        (card,) = modules(hass)
        assert card.endswith(CARD)
        assert module.endswith(PANEL)
        assert await hass.config_entries.async_unload(entry.entry_id)
        assert modules(hass) == []
        assert "smartguard" not in hass.data[frontend.DATA_PANELS]

    client = await hass_client_no_auth()
    for url in (card, module):
        answer = await client.get(url)
        assert answer.status == HTTPStatus.OK
        assert "javascript" in answer.content_type
        assert "max-age" in answer.headers["Cache-Control"]
    assert (await client.get(card.replace(CARD, "../manifest.json"))).status == HTTPStatus.NOT_FOUND


async def test_a_home_without_a_frontend_is_guarded_all_the_same(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    assert frontend.DATA_PANELS not in hass.data
    state = hass.states.get("sensor.smartguard_status")
    assert state is not None
    assert state.state == "guarding"


async def test_a_panel_of_the_same_name_is_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    frontend.async_register_built_in_panel(hass, "iframe", frontend_url_path="smartguard")
    mine = hass.data[frontend.DATA_PANELS]["smartguard"]
    await load(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass.data[frontend.DATA_PANELS]["smartguard"] is mine
