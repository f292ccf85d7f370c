"""What a home does when it is killed: one way to live for each moment that could be bad."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback

from custom_components.smartguard.const import DOMAIN, EVENT_ALERT

from .. import homes
from . import house

type Say = Callable[[Any], None]
PACE: Final = 0.04
_FLICKER: Final = (40, 60)
"""The part of each hundred behaviors in which one lamp is switched over and over."""


async def live(say: Say, folder: Path, how: str, seed: int) -> None:
    """Live in a way until killed; say "go" when its moment begins."""
    if how == "import":
        say("go")
    async with house.running(folder) as hass:
        hass.bus.async_listen(EVENT_ALERT, _teller(say))
        await house.async_status(hass, "guarding")
        await asyncio.gather(behave(hass, say, random.Random(seed)), WAYS[how](hass, say))


async def behave(hass: HomeAssistant, say: Say, rng: random.Random, count: int | None = None) -> None:
    """Use the home faster than anybody does, a lamp over and over now and then; say each behavior."""
    day = itertools.cycle(homes.day(datetime(2026, 3, 4, tzinfo=UTC), rng.randrange(1000)))
    for number in itertools.count() if count is None else range(count):
        _, entity_id, state, _ = next(day)
        if _FLICKER[0] <= number % 100 < _FLICKER[1]:
            entity_id, state = homes.ENTITIES[0], ("on", "off")[number % 2]
        before = hass.states.get(entity_id)
        hass.states.async_set(entity_id, state, homes.attributes(entity_id))
        after = hass.states.get(entity_id)
        if before and after and before.state != after.state:
            say(("behavior", time.monotonic(), (after.last_updated_timestamp, entity_id)))
        await asyncio.sleep(PACE)


def _teller(say: Say) -> Callable[[Event[Any]], None]:
    @callback
    def tell(event: Event[Any]) -> None:
        if event.data["type"] == "detected":
            say(("alert", time.monotonic(), event.data["episode_id"]))

    return tell


async def _only_live(_hass: HomeAssistant, say: Say) -> None:
    say("go")


async def _train(hass: HomeAssistant, say: Say) -> None:
    """Train again and again."""
    say("go")
    while True:
        await house.entry_of(hass).runtime_data.async_train("bench")


async def _write(hass: HomeAssistant, say: Say) -> None:
    """Write the same model as a new version, again and again."""
    home = house.entry_of(hass).runtime_data
    say("go")
    while True:
        await hass.async_add_executor_job(home.store.add, home.guard, time.time(), home.data.behaviors)
        await asyncio.sleep(0)


async def _swap(hass: HomeAssistant, say: Say) -> None:
    """Go back to the version before and on to the newest, again and again."""
    home = house.entry_of(hass).runtime_data
    versions = [f"{n:04d}" for n in await hass.async_add_executor_job(home.store.numbers)]
    say("go")
    for version in itertools.cycle(versions):
        await hass.services.async_call(
            DOMAIN, "roll_back", {"version": version}, blocking=True, return_response=True
        )


WAYS: Final[Mapping[str, Callable[[HomeAssistant, Say], Awaitable[None]]]] = {
    "import": _only_live,
    "journal": _only_live,
    "training": _train,
    "artifact": _write,
    "swap": _swap,
}
