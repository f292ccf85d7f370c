"""SmartGuard in a real `hass` process, from the config flow to the removal, seen from outside by its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("homeassistant", reason="runs a real Home Assistant")

from demo.client import Client
from demo.guard import Guard, add_integration
from tests.e2e.real_home import PATIENCE, TRAIN_SECONDS, RealHome, wait_for, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.usefixtures("socket_enabled")]


async def test_from_the_config_flow_to_the_removal(tmp_path: Path) -> None:
    house = await RealHome.make(tmp_path / "config", days=6)
    async with house.running() as client:
        entry_id = await _learns(house, client)
        await _judges(house, client)
        kept = await _kept_over_a_restart(client)
    assert any(name.endswith("journal.db") for name in house.kept_files())

    async with house.running() as client:
        guard = await Guard.of(client)
        await guard.wait_for_status("guarding", PATIENCE)
        assert await _kept_over_a_restart(client) == kept
        await _judges(house, client)
        await _goes_without_a_trace(house, client, entry_id)
    assert house.kept_files() == []
    assert house.complaints() == []


async def _learns(house: RealHome, client: Client) -> str:
    """Set up by the config flow: it imports the recorder's history, trains, guards."""
    statuses: list[str] = []

    def changed(event: dict[str, Any]) -> None:
        if "status" in event["data"]["entity_id"] and (new := event["data"]["new_state"]):
            statuses.append(new["state"])

    await client.subscribe("state_changed", changed)
    entry_id = await add_integration(client, "smartguard")
    guard = await Guard.of(client)
    await guard.wait_for_status("guarding", TRAIN_SECONDS)
    assert statuses[-1] == "guarding"
    assert "training" in statuses

    assert int(float(await guard.state("behaviors_learned"))) == len(house.past.learned)
    assert await guard.state("anomaly") == "off"
    assert await guard.state("guarding") == "on"
    return entry_id


async def _judges(house: RealHome, client: Client) -> None:
    """A device that behaves is scored at once, with who did it."""
    light = house.entity("kitchen_light")
    before = (await client.states())[light]["state"]
    action = "light.turn_off" if before == "on" else "light.turn_on"
    await client.call(action, light)

    async def look() -> dict[str, Any]:
        behaviors = (await client.answer_of("smartguard.score"))["behaviors"]
        return dict(behaviors[-1]) if behaviors else {}

    newest = await wait_until(look, lambda seen: seen.get("entity_id") == light)
    assert newest["control"] == action.partition(".")[2]
    assert newest["actor"] == "person"
    assert newest["loss"] > 0


async def _kept_over_a_restart(client: Client) -> dict[str, str]:
    guard = await Guard.of(client)
    return {key: await guard.state(key) for key in ("status", "threshold", "last_trained", "guarding")}


async def _goes_without_a_trace(house: RealHome, client: Client, entry_id: str) -> None:
    """After the removal nothing of it is left but its actions."""
    await client.rest("DELETE", f"/api/config/config_entries/entry/{entry_id}")
    await wait_for(client, house.entity("kitchen_light"), "on", "off")
    assert [e for e in await client.states() if "smartguard" in e] == []
    entities = await client.command("config/entity_registry/list")
    assert [row["entity_id"] for row in entities if row["platform"] == "smartguard"] == []
    devices = await client.command("config/device_registry/list")
    assert [row["name"] for row in devices if entry_id in str(row)] == []
    issues = (await client.command("repairs/list_issues"))["issues"]
    assert [issue for issue in issues if issue["domain"] == "smartguard"] == []
