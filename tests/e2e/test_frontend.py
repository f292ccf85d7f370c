"""Card and panel in a real Home Assistant and a real browser: drawn, alive, and gone in the end."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("homeassistant", reason="runs a real Home Assistant")

from demo.client import Client
from demo.dashboard import write_dashboard
from demo.errors import DemoError
from demo.guard import Guard, add_integration
from demo.screenshot import BROWSERS, Page, dashboard
from tests.e2e.real_home import RealHome

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="needs Chromium"),
]

TRAIN_SECONDS = 200.0
NARROW = (390, 800)
TABS = {
    "now": "The present window",
    "alarms": "was used",
    "habits": "When it is used",
    "model": "Budget and reality",
    "feedback": "Nothing was called normal",
}
PANEL = "deep(document, 'smartguard-panel')[0].shadowRoot"
# Every text of the page, shadow roots included, and every element of a name.
TOOLS = """
window.textOf = (n) => n.nodeType === 3 ? n.data : ['STYLE', 'SCRIPT'].includes(n.nodeName) ? '' :
  [...(n.shadowRoot ? [n.shadowRoot] : []), ...n.childNodes].map(textOf).join(' ').replace(/\\s+/g, ' ');
window.deep = (n, s) => [...n.querySelectorAll(s),
  ...[...n.querySelectorAll('*')].flatMap((c) => c.shadowRoot ? deep(c.shadowRoot, s) : [])];
"""


async def test_card_and_panel_in_a_real_home(tmp_path: Path) -> None:
    house = await RealHome.make(tmp_path / "config", days=4)
    async with house.running() as client:
        entry_id = await add_integration(client, "smartguard")
        guard = await Guard.of(client)
        await guard.wait_for_status("guarding", TRAIN_SECONDS)
        await write_dashboard(client, house.installation)
        await _flickers(house, client)
        url = house.installation.process.url
        async with dashboard(url, "/demo-home/smartguard") as page:
            await _card(page)
        async with dashboard(url, "/demo-home/devices", NARROW) as page:
            await _has(page, "smartguard-card", "Everything|Something")
        async with dashboard(url, "/smartguard", drawn="true") as page:
            for tab, said in TABS.items():
                await _has(page, "smartguard-panel", "SmartGuard")
                await page.wait_for("!!deep(document, 'smartguard-panel')[0].shadowRoot.querySelector('nav')")
                await _value(page, f"{PANEL}.querySelector('#tab-{tab}').click()")
                await _has(page, "smartguard-panel", said)
            assert await _value(page, "location.pathname") == "/smartguard/feedback"
        await client.rest("DELETE", f"/api/config/config_entries/entry/{entry_id}")
        assert "smartguard" not in await client.command("get_panels")
    assert house.complaints() == []


async def _flickers(house: RealHome, client: Client) -> None:
    """Switch a light on and off as nobody does, until it is told."""
    light = house.entity("living_room_light")
    guard = await Guard.of(client)
    for _ in range(20):
        for action in ("light.turn_on", "light.turn_off"):
            await client.call(action, light)
            await asyncio.sleep(0.3)
        if await guard.state("anomaly") == "on":
            return
    raise AssertionError("expected an alert, got none")


async def _card(page: Page) -> None:
    """The card tells of the alarm; a tap on a behavior tells what was expected instead."""
    await _has(page, "smartguard-card", "Something is unusual")
    await _has(page, "smartguard-card", "was used")
    assert await _value(page, "deep(document, '.cell').length") == 10
    await _value(page, "deep(document, '.cell')[9].click()")
    await _has(page, "smartguard-card", "Expected instead")
    buttons = "[...deep(document, 'sg-actions')[0].shadowRoot.querySelectorAll('button')]"
    assert await _value(page, f"{buttons}.map((b) => b.disabled)") == [False, False, False]


async def _has(page: Page, element: str, said: str) -> None:
    """Wait until an element of the page says something; it never shows a key instead of a text."""
    shown = f"deep(document, '{element}').map(textOf).join(' ')"
    await page.command("Runtime.evaluate", expression=TOOLS)
    try:
        await page.wait_for(f"/{said}/.test({shown})")
    except DemoError:
        pytest.fail(f"expected {element} to say {said!r}, got {await _value(page, shown)!r}")
    assert "component.smartguard" not in await _value(page, shown)


async def _value(page: Page, expression: str) -> Any:
    answer = await page.command("Runtime.evaluate", expression=expression, returnByValue=True)
    assert "exceptionDetails" not in answer, json.dumps(answer["exceptionDetails"])
    return answer["result"].get("value")
