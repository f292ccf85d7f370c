"""The demonstration home in a real `hass` process: what is played is what the recorder and the API show."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("homeassistant", reason="runs a real Home Assistant")

from demo.client import Client
from demo.life import Life
from tests.e2e.real_home import RealHome
from trainer.simulate import Held

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("socket_enabled")]


async def test_a_day_played_is_the_day_simulated(tmp_path: Path) -> None:
    house = await RealHome.make(tmp_path / "config", days=1)
    now = house.past.begin
    async with house.running() as client:
        assert await _differences(house, client, house.past.held(now)) == {}
        assert await _recorded(house, client) == [
            (house.entity(a.entity), a.state) for a in house.past.past if a.entity == "kitchen_light"
        ]
        life = Life(client, house.home, house.installation.entities, house.past.held(now))
        for action in house.past.past:
            await life.do(action)
        assert await _differences(house, client, life.held) == {}


async def _differences(house: RealHome, client: Client, held: dict[str, Held]) -> dict[str, Any]:
    """Return what the home shows otherwise than it should; a button shows when it was really pressed."""
    states = await client.states()
    different = {}
    for key, expected in held.items():
        shown = states[house.entity(key)]
        attributes = {name: shown["attributes"].get(name) for name in expected.attributes}
        same = shown["state"] == expected.state and attributes == dict(expected.attributes)
        if not same and house.home.entities[key].domain != "button":
            different[key] = (shown["state"], attributes, expected)
    return different


async def _recorded(house: RealHome, client: Client) -> list[tuple[str, str]]:
    """Return the history of the kitchen light as the frontend would get it."""
    light = house.entity("kitchen_light")
    # Home Assistant leaves out what happened at the start itself, which may be this light's.
    just_before = house.past.past[0].time - 0.0005
    found = await client.command(
        "history/history_during_period",
        start_time=_iso(just_before),
        end_time=_iso(house.past.begin + 1),
        entity_ids=[light],
        include_start_time_state=False,
    )
    return [(light, row["s"]) for row in found[light]]


def _iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat()
