"""A demonstration home from nothing to a recorder full of history, ready for SmartGuard."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from trainer.simulate import Home

from .client import Client, onboard, wait_until_up
from .evening import Evening
from .guard import add_integration
from .homeassistant import Clock, HomeAssistantProcess
from .house import Entities, forget_states, make_folder, write_house
from .recorder_writer import Moment, write_history

# Home time between the onboarding and the moment at which the history ends.
ONBOARDED_BEFORE = 600.0
# So long the recorder is given to write down the first states.
FIRST_STATES_SECONDS = 7.0


@dataclass(frozen=True)
class Installation:
    """An onboarded Home Assistant, stopped, whose recorder holds the past of an evening."""

    process: HomeAssistantProcess
    token: str
    entities: Entities
    rows: int


async def install(
    home: Home, evening: Evening, folder: Path, python: Path, port: int, faked: bool
) -> Installation:
    """Make the folder anew, onboard, add the simulated home, stop, write the history.

    faked: let the first run live ten minutes before the evening instead of now.
    """
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder, home)
    process = HomeAssistantProcess(python, folder, port)
    process.start(Clock(evening.begin - ONBOARDED_BEFORE) if faked else None)
    try:
        await wait_until_up(process.url, process.check_alive)
        token = await onboard(process.url)
        async with Client(process.url, token) as client:
            await client.wait_until_running()
            await add_integration(client, "demo_home")
            entities = await Entities.of(client, home)
            await asyncio.sleep(FIRST_STATES_SECONDS)
    finally:
        process.stop()
    rows = write_history(folder / "home-assistant_v2.db", moments(home, evening, entities))
    write_house(folder, home, evening.held(evening.begin))
    forget_states(folder)
    return Installation(process, token, entities, rows)


def moments(home: Home, evening: Evening, entities: Entities) -> list[Moment]:
    """Return the past as the recorder would have it: what everything began at, then each change."""
    first = evening.past[0].time - 1.0
    begun = [
        Moment(first, entities.observed[key], held.state, held.attributes)
        for key, held in evening.before.items()
    ]
    changes = [Moment(a.time, entities.observed[a.entity], a.state, a.attributes) for a in evening.past]
    carried = [
        Moment(m.time, entities.operated[key], m.state, {})
        for key, spec in home.entities.items()
        if spec.domain == "person"
        for m in (*begun, *changes)
        if m.entity_id == entities.observed[key]
    ]
    return begun + changes + carried
