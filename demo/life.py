"""Plays what happens in the simulated home in a running Home Assistant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from trainer.simulate import Action, Held, Home

from .client import Client
from .home_clock import HomeClock
from .house import Entities

# (domain, control) → service. What is missing here is done by hand, on the device itself.
SERVICES = {
    ("lock", "lock"): "lock",
    ("lock", "unlock"): "unlock",
    ("cover", "open"): "open_cover",
    ("cover", "close"): "close_cover",
    ("valve", "open"): "open_valve",
    ("valve", "close"): "close_valve",
    ("vacuum", "start"): "start",
    ("vacuum", "return_to_base"): "return_to_base",
    ("media_player", "play"): "media_play",
    ("media_player", "pause"): "media_pause",
    ("media_player", "stop"): "media_stop",
    ("camera", "start_streaming"): "turn_on",
    ("camera", "stop_streaming"): "turn_off",
    ("button", "press"): "press",
}
SWITCHED = ("light", "switch", "fan", "media_player", "climate")
# (domain, control's stem) → service, attribute
SETTINGS = {
    ("light", "brightness"): ("turn_on", "brightness"),
    ("fan", "speed"): ("set_percentage", "percentage"),
    ("climate", "temperature"): ("set_temperature", "temperature"),
    ("media_player", "volume"): ("volume_set", "volume_level"),
}


def service_of(domain: str, action: Action) -> tuple[str, dict[str, Any]] | None:
    """Return the service by which a person in an app does this, with its data; None where there is none."""
    control, _, value = action.control.partition(":")
    if (domain, control) in SERVICES:
        return SERVICES[domain, control], {}
    if domain in SWITCHED and control in ("turn_on", "turn_off"):
        return control, {}
    if control == "set_hvac_mode":
        return control, {"hvac_mode": value}
    if control == "select_source":
        return control, {"source": value}
    stem = control.rpartition("_")[0]
    if (domain, stem) in SETTINGS:
        service, attribute = SETTINGS[domain, stem]
        return service, {attribute: action.attributes[attribute]}
    return None


class Life:
    """The home's normal life, and whatever is played beside it.

    held: what every entity is at. wanted: what it would be at without the anomalies that are played.
    """

    def __init__(self, client: Client, home: Home, entities: Entities, held: dict[str, Held]) -> None:
        """Take the connection, the household, its entity ids and what everything is at."""
        self._client, self._home, self._entities = client, home, entities
        self.held, self.wanted = dict(held), dict(held)
        self._taken: set[str] = set()

    async def live(self, actions: Iterable[Action], clock: HomeClock) -> None:
        """Play actions at their times, in time order; leave out entities that are taken."""
        for action in actions:
            await clock.sleep_until(action.time)
            self.wanted[action.entity] = Held(action.state, action.attributes)
            if action.entity not in self._taken:
                await self.do(action)

    async def do(self, action: Action) -> None:
        """Do one action in the home, by a service or by hand; nothing if it would change nothing."""
        after = Held(action.state, action.attributes)
        if self.held[action.entity] == after:
            return
        self.held[action.entity] = after
        spec = self._home.entities[action.entity]
        target = self._entities.operated[action.entity]
        service = (
            service_of(spec.domain, action) if action.actor == "person" or spec.domain == "button" else None
        )
        if service is not None:
            name, data = service
            await self._client.call(f"{spec.domain}.{name}", target, **data)
        else:
            actor = "automation" if action.actor == "automation" else "device"
            fields = {"state": action.state, "attributes": dict(action.attributes), "actor": actor}
            await self._client.call("demo_home.operate", target, **fields)

    def take(self, entities: Iterable[str]) -> None:
        """Keep normal life from using these entities until they are given back."""
        self._taken |= set(entities)

    async def give_back(self, entities: Iterable[str], moment: float) -> None:
        """Bring entities to what normal life wants of them, by hand, and let it use them again."""
        for entity in entities:
            wanted = self.wanted[entity]
            if self.held[entity] != wanted and self._home.entities[entity].domain != "button":
                device = self._home.device_of[entity]
                await self.do(Action(moment, device, entity, "", "device", wanted.state, wanted.attributes))
            self._taken.discard(entity)


def later(actions: Iterable[Action], seconds: float) -> list[Action]:
    """Return the same actions some seconds later."""
    return [replace(action, time=action.time + seconds) for action in actions]
