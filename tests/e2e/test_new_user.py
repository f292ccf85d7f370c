"""As a new user: everything by the interface, with mouse and keyboard, in a headless Chromium.

`scripts/docs --pictures` runs this to take the pictures of the documentation on the way.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("homeassistant", reason="runs a real Home Assistant")

from demo.client import Client
from demo.guard import Guard
from demo.hand import Hand
from demo.screenshot import BROWSERS, Page, dashboard
from tests.e2e.real_home import TRAIN_SECONDS, RealHome, wait_for, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="needs Chromium"),
]

SIZE = (1280, 900)
ROOMS = ("Living Room", "Kitchen", "Hall")
INTEGRATIONS, OURS, PANEL = (
    "/config/integrations/dashboard",
    "/config/integrations/integration/smartguard",
    "/smartguard",
)
SHOWN = """
(() => {
  const deep = (n, out = []) => { for (const e of n.querySelectorAll('*')) {
    out.push(e.localName); if (e.shadowRoot) deep(e.shadowRoot, out); } return out; };
  const all = deep(document);
  return all.includes('home-assistant-main') && !all.includes('ha-init-page') && all.length > 150;
})()
"""
TOGGLES = 10
PICTURES = os.environ.get("SMARTGUARD_PICTURES")


async def test_from_adding_to_removing(tmp_path: Path) -> None:
    house = await RealHome.make(tmp_path / "config", days=6)
    url = house.installation.process.url
    async with house.running() as client, dashboard(url, INTEGRATIONS, SIZE, drawn=SHOWN) as page:
        before = await _traces(client)
        hand = Hand(page)
        await _adds(hand)
        guard = await _sees_it_learn(client)
        await _gets_an_alert(house, client, guard)
        await _marks_it_normal(hand, url, client, guard)
        await _changes_the_budget(hand, url, client, guard)
        await _downloads_diagnostics(hand, page, tmp_path / "downloads")
        await _removes(hand, client)
        await _leaves_no_trace(client, before)
    assert house.kept_files() == []
    assert house.complaints() == []


async def _adds(hand: Hand) -> None:
    """Add the integration and choose three areas."""
    await hand.clicks("Add integration")
    await hand.waits_for("Select brand", "Search for a brand name")
    # The field for the search takes the cursor once the dialog stands still.
    await hand.waits_for_cursor()
    await hand.types("SmartGuard")
    await hand.clicks("SmartGuard")
    await hand.waits_for("What should SmartGuard watch\\?")
    await _pictures(hand, "set_up")
    for room in ROOMS:
        await _chooses(hand, room)
    await hand.clicks("Next")
    await hand.waits_for("Ready to guard")
    await hand.waits_for("22 entities")
    await hand.clicks("Submit")
    await hand.clicks("Finish|Skip and finish")


async def _chooses(hand: Hand, room: str) -> None:
    """Choose an area from the list; on a busy machine a click may meet one that moves or is closing."""
    for _ in range(5):
        await hand.clicks("Areas")
        for _ in range(8):
            if await hand.sees(room):
                await hand.clicks(room)
                break
            await asyncio.sleep(0.5)
        for _ in range(8):
            if room.lower().replace(" ", "_") in await hand.chosen("Areas"):
                return
            await asyncio.sleep(0.5)
    pytest.fail(f"expected the area {room} to choose from")


async def _sees_it_learn(client: Client) -> Guard:
    guard = await Guard.of(client)
    await guard.wait_for_status("guarding", TRAIN_SECONDS)
    assert await guard.state("anomaly") == "off"
    assert float(await guard.state("alerts_per_week")) == 1.0
    return guard


async def _gets_an_alert(house: RealHome, client: Client, guard: Guard) -> None:
    """A television that flickers in the middle of the night is told within seconds."""
    for toggle in range(TOGGLES):
        await client.call(f"media_player.turn_{'off' if toggle % 2 else 'on'}", house.entity("tv"))
        await asyncio.sleep(0.5)
    await wait_for(client, guard.entity_ids["anomaly"], "on")
    notes = await client.command("persistent_notification/get")
    assert [note["title"] for note in notes if "TV" in note["message"]] == ["Something is unusual"]


async def _marks_it_normal(hand: Hand, url: str, client: Client, guard: Guard) -> None:
    """On SmartGuard's page: the alarm, why, and that it is normal."""
    await hand.goes_to(url + PANEL)
    await hand.clicks("Alarms")
    await hand.clicks("TV was used .*")
    await hand.waits_for("Reconstruction loss")
    await hand.clicks("Normal")
    await hand.waits_for("What is normal\\?")
    await hand.clicks("This control")
    await wait_for(client, guard.entity_ids["anomaly"], "off")
    (said,) = (await client.answer_of("smartguard.list_feedback"))["feedback"]
    assert said["scope"] == "control"


async def _changes_the_budget(hand: Hand, url: str, client: Client, guard: Guard) -> None:
    await hand.goes_to(url + OURS)
    await hand.clicks("Configure")
    await hand.waits_for("What to guard")
    await hand.unfolds("Alarms", "How often, and when, .*")
    await hand.writes("Alerts per week", "2.5")
    await _pictures(hand, "options")
    await hand.clicks("Submit")
    await hand.clicks("Finish")
    await wait_for(client, guard.entity_ids["alerts_per_week"], "2.5")
    assert float(await guard.state("threshold")) == pytest.approx(-0.4, abs=0.01)


async def _downloads_diagnostics(hand: Hand, page: Page, folder: Path) -> None:
    await page.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    await hand.clicks_beside("Menu", "Configure")
    await hand.clicks("Download diagnostics")

    async def arrived() -> list[dict[str, Any]]:
        return downloaded(folder)

    (told,) = await wait_until(arrived, bool)
    assert told["data"], "what SmartGuard tells of itself"


def downloaded(folder: Path) -> list[dict[str, Any]]:
    """Return the diagnostics that have arrived whole; a browser gives them their name at the end."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*smartguard*.json")]


async def _removes(hand: Hand, client: Client) -> None:
    await hand.clicks_beside("Menu", "Configure")
    await hand.clicks("Delete")
    await hand.clicks("Delete", which=-1)
    await wait_until(
        lambda: client.command("config_entries/get", domain="smartguard"), lambda entries: not entries
    )


async def _leaves_no_trace(client: Client, before: dict[str, list[str]]) -> None:
    """The recorder forgets its statistics in its own time."""
    await wait_until(lambda: _traces(client), lambda traces: traces == before)


async def _pictures(hand: Hand, name: str) -> None:
    """Take a picture for the documentation, if it was asked for."""
    if PICTURES:
        await hand.shows(Path(PICTURES) / f"{name}.png")


async def _traces(client: Client) -> dict[str, list[str]]:
    """Return all that SmartGuard shows in Home Assistant, beside its actions, which stay."""
    entities = await client.command("config/entity_registry/list")
    devices = await client.command("config/device_registry/list")
    issues = (await client.command("repairs/list_issues"))["issues"]
    statistics = await client.command("recorder/list_statistic_ids")
    notes = await client.command("persistent_notification/get")
    return {
        "states": [entity_id for entity_id in await client.states() if "smartguard" in entity_id],
        "entities": [row["entity_id"] for row in entities if row["platform"] == "smartguard"],
        "devices": [row["name"] for row in devices if row["name"] == "SmartGuard"],
        "issues": [row["issue_id"] for row in issues if row["domain"] == "smartguard"],
        "panels": [name for name in await client.command("get_panels") if "smartguard" in name],
        "statistics": [row["statistic_id"] for row in statistics if "smartguard" in row["statistic_id"]],
        "notifications": [row["notification_id"] for row in notes if "smartguard" in row["notification_id"]],
    }
