"""Card and panel in a real Home Assistant and a real browser: drawn, alive, and gone in the end.

`scripts/docs --pictures` runs this to take pictures of them on the way.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
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
from tests.e2e.real_home import TRAIN_SECONDS, RealHome

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="needs Chromium"),
]

PICTURES = os.environ.get("SMARTGUARD_PICTURES")
# Habits are learned from weeks, and pictures are of habits.
DAYS = 21 if PICTURES else 4
WIDE, NARROW, CARD = (1180, 900), (390, 800), (560, 1200)
RESIDENT = ("resident", "only-here-too")
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
    house = await RealHome.make(tmp_path / "config", days=DAYS)
    async with house.running() as client:
        entry_id = await add_integration(client, "smartguard")
        guard = await Guard.of(client)
        await guard.wait_for_status("guarding", TRAIN_SECONDS)
        await write_dashboard(client, house.installation)
        await _flickers(house, client)
        url = house.installation.process.url
        await _cards(house, client, url)
        await _panel(url)
        await client.rest("DELETE", f"/api/config/config_entries/entry/{entry_id}")
        assert "smartguard" not in await client.command("get_panels")
    assert house.complaints() == []


async def _flickers(house: RealHome, client: Client) -> None:
    """Switch a light on and off as nobody does, until it is told, or if it was, so that it goes on."""
    light = house.entity("living_room_light")
    guard = await Guard.of(client)
    for _ in range(4):
        for _ in range(5):
            for action in ("light.turn_on", "light.turn_off"):
                await client.call(action, light)
                await asyncio.sleep(0.3)
        if await guard.state("anomaly") == "on":
            return
    raise AssertionError("expected an alert, got none")


async def _cards(house: RealHome, client: Client, url: str) -> None:
    """Look at the card as everybody does: wide and narrow, light and dark, and who is no administrator."""
    await _add_resident(client)
    async with dashboard(url, "/demo-home/smartguard", CARD) as page:
        await _card(page)
    async with dashboard(url, "/demo-home/devices", NARROW) as page:
        await _has(page, "smartguard-card", "Everything|Something")
    # A slow machine may have taken minutes until here, and then the alert would soon be over.
    await _flickers(house, client)
    async with dashboard(url, "/demo-home/smartguard", (360, 1200), dark=True) as page:
        await _has(page, "smartguard-card", "Something is unusual")
        await _value(page, "deep(document, '.cell')[9].click()")
        await _picture(page, "card_dark", "smartguard-card")
    async with dashboard(url, "/demo-home/smartguard", (440, 1200), user=RESIDENT) as page:
        await _has(page, "smartguard-card", "was used")
        await _has(page, "smartguard-card", "How unusual")
        await _has(page, "smartguard-card", "shown to administrators only")
        assert await _value(page, "deep(document, '.cell').length") == 0
        assert (
            await _value(page, "!!document.querySelector('home-assistant').hass.panels.smartguard") is False
        )
        await _picture(page, "card_resident", "smartguard-card")


async def _card(page: Page) -> None:
    """The card tells of the alarm; a tap on a behavior tells what was expected instead."""
    await _has(page, "smartguard-card", "Something is unusual")
    await _has(page, "smartguard-card", "was used")
    assert await _value(page, "deep(document, '.cell').length") == 10
    await _picture(page, "card", "smartguard-card")
    await _value(page, "deep(document, '.cell')[9].click()")
    await _has(page, "smartguard-card", "Expected instead")
    buttons = "[...deep(document, 'sg-actions')[0].shadowRoot.querySelectorAll('button')]"
    assert await _value(page, f"{buttons}.map((b) => b.disabled)") == [False, False, False]


async def _panel(url: str) -> None:
    """Every tab shows its data; the day before, which was imported, was judged once there was a model."""
    async with dashboard(url, "/smartguard", WIDE, drawn="true") as page:
        for tab, said in TABS.items():
            await _open(page, tab)
            await _has(page, "smartguard-panel", said)
        assert await _value(page, "location.pathname") == "/smartguard/feedback"
        await _open(page, "alarms")
        await _has(page, "smartguard-panel", "was used")
        await _value(page, "deep(document, 'sg-alarms')[0].shadowRoot.querySelector('.item').click()")
        await _has(page, "smartguard-panel", "Attention.*Reconstruction loss")
        await _has(page, "sg-strip", "Expected instead")
        await _picture(page, "panel_alarm")
    async with dashboard(url, "/smartguard", NARROW, drawn="true") as page:
        await _open(page, "now")
        await _has(page, "smartguard-panel", "What happened")
        await _value(page, "deep(document, 'sg-now')[0].shadowRoot.querySelector('.round').click()")
        await _has(page, "sg-now", "loss [0-9]")
        await _picture(page, "panel_now_narrow")
    async with dashboard(url, "/smartguard/habits", WIDE, drawn="true", dark=True) as page:
        await _open(page, "habits")
        await _has(page, "smartguard-panel", "When it is used")
        await _picture(page, "panel_habits")


async def _open(page: Page, tab: str) -> None:
    await _has(page, "smartguard-panel", "SmartGuard")
    await page.wait_for("!!deep(document, 'smartguard-panel')[0].shadowRoot.querySelector('nav')")
    await _value(page, f"{PANEL}.querySelector('#tab-{tab}').click()")


async def _add_resident(client: Client) -> None:
    """Add a person who is no administrator."""
    name, password = RESIDENT
    user = (await client.command("config/auth/create", name=name, group_ids=["system-users"]))["user"]
    await client.command(
        "config/auth_provider/homeassistant/create", user_id=user["id"], username=name, password=password
    )


async def _picture(page: Page, name: str, element: str | None = None) -> None:
    """Take a picture for the documentation, if it was asked for: of the page, or of an element."""
    if not PICTURES:
        return
    await asyncio.sleep(1)
    clip = {}
    if element:
        box = await _value(page, f"deep(document, '{element}')[0].getBoundingClientRect().toJSON()")
        edge = min(16, box["x"], box["y"])
        size = {"width": box["width"] + 2 * edge, "height": box["height"] + 2 * edge}
        clip = {"clip": {"x": box["x"] - edge, "y": box["y"] - edge, **size, "scale": 1}}
    taken = await page.command("Page.captureScreenshot", format="png", **clip)
    (Path(PICTURES) / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))


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
