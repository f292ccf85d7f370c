"""The observer: live events become behaviors, and what is none stays none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Context, CoreState, HomeAssistant, ServiceCall, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartguard.actors import Actors
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.observer import Observer
from custom_components.smartguard.selection import Key, resolve

LAMP, DOOR, TV = "light.lamp", "binary_sensor.door", "remote.tv"
DOOR_CLASS = {"device_class": "door"}


class Watch:
    """An observer and all that it has seen."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.seen: list[Behavior] = []
        keys = {
            name: Key(f"device of {name}", f"key of {name}") for name in (LAMP, DOOR, TV, "scene.evening")
        }
        self.observer = Observer(hass, keys, self.seen.append)

    async def settle(self) -> None:
        """Let automations run, then the events that their actions made."""
        await self.hass.async_block_till_done(wait_background_tasks=True)
        await self.hass.async_block_till_done()

    async def controls(self) -> list[tuple[str, str]]:
        await self.settle()
        return [(b.entity.removeprefix("key of "), b.control) for b in self.seen]

    async def actors(self) -> list[str]:
        await self.settle()
        return [b.actor for b in self.seen]


@pytest.fixture
def watch(hass: HomeAssistant) -> Iterator[Watch]:
    hass.states.async_set(LAMP, "off")
    hass.states.async_set(DOOR, "off", DOOR_CLASS)
    watch = Watch(hass)
    watch.observer.async_start()
    yield watch
    watch.observer.async_stop()


async def test_a_change_is_a_behavior_with_its_keys_and_time(hass: HomeAssistant, watch: Watch) -> None:
    hass.states.async_set(LAMP, "on")
    hass.states.async_set(DOOR, "on", DOOR_CLASS)
    assert await watch.controls() == [(LAMP, "turn_on"), (DOOR, "open")]
    state = hass.states.get(LAMP)
    assert state
    assert watch.seen[0] == Behavior(
        state.last_updated_timestamp, f"device of {LAMP}", f"key of {LAMP}", "turn_on"
    )


async def test_a_flicker_is_kept_whole(hass: HomeAssistant, watch: Watch) -> None:
    for _ in range(50):
        hass.states.async_set(LAMP, "on")
        hass.states.async_set(LAMP, "off")
    assert await watch.controls() == [(LAMP, "turn_on"), (LAMP, "turn_off")] * 50
    assert len({b.time for b in watch.seen}) == 100


async def test_what_is_no_behavior(hass: HomeAssistant, watch: Watch) -> None:
    hass.states.async_set(LAMP, "off", {"friendly_name": "Lamp"})
    hass.states.async_set(LAMP, "off", force_update=True)
    hass.states.async_set(LAMP, "unavailable")
    hass.states.async_set(LAMP, "unknown")
    hass.states.async_set(LAMP, "off")
    hass.states.async_remove(LAMP)
    hass.states.async_set(LAMP, "off")
    hass.states.async_set("light.not_guarded", "off")
    hass.states.async_set("light.not_guarded", "on")
    assert await watch.controls() == []


async def test_a_change_across_a_gap_is_seen_at_its_end(hass: HomeAssistant, watch: Watch) -> None:
    hass.states.async_set(LAMP, "unavailable")
    hass.states.async_set(LAMP, "on")
    assert await watch.controls() == [(LAMP, "turn_on")]


async def test_nothing_is_seen_before_the_home_has_started(hass: HomeAssistant) -> None:
    hass.set_state(CoreState.not_running)
    watch = Watch(hass)
    watch.observer.async_start()
    for state in ("unknown", "off", "on"):
        hass.states.async_set(LAMP, state)
    assert await watch.controls() == []
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    hass.states.async_set(LAMP, "on", {"brightness": 3})
    hass.states.async_set(LAMP, "off")
    assert await watch.controls() == [(LAMP, "turn_off")]
    watch.observer.async_stop()


async def test_stopped_before_the_start_it_never_begins(hass: HomeAssistant) -> None:
    hass.set_state(CoreState.not_running)
    watch = Watch(hass)
    watch.observer.async_start()
    watch.observer.async_stop()
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    hass.states.async_set(LAMP, "off")
    hass.states.async_set(LAMP, "on")
    assert await watch.controls() == []


async def test_nothing_is_seen_after_the_end_and_no_listener_stays(hass: HomeAssistant) -> None:
    before = dict(hass.bus.async_listeners())
    watch = Watch(hass)
    watch.observer.async_start()
    assert hass.bus.async_listeners() != before
    watch.observer.async_stop()
    hass.states.async_set(LAMP, "off")
    hass.states.async_set(LAMP, "on")
    assert await watch.controls() == []
    assert {k: v for k, v in hass.bus.async_listeners().items() if k != "state_changed"} == {
        k: v for k, v in before.items() if k != "state_changed"
    }


async def test_what_the_past_knows_of_an_unavailable_entity_counts(hass: HomeAssistant, watch: Watch) -> None:
    hass.states.async_set(TV, "unavailable")
    watch.observer.tracker.seed(f"key of {TV}", State(TV, "on"))
    hass.states.async_set(TV, "off")
    assert await watch.controls() == [(TV, "turn_off")]


# --- who did it ---


async def act(hass: HomeAssistant, context: Context) -> None:
    """Turn the lamp by a service as an integration does."""

    async def turn(call: ServiceCall) -> None:
        state = hass.states.get(LAMP)
        value = "off" if state and state.state == "on" else "on"
        hass.states.async_set(LAMP, value, context=call.context)

    hass.services.async_register("light", "toggle", turn)
    await hass.services.async_call("light", "toggle", {"entity_id": LAMP}, blocking=True, context=context)


async def test_a_persons_call(hass: HomeAssistant, watch: Watch) -> None:
    await act(hass, Context(user_id="ann"))
    assert await watch.actors() == ["person"]


async def test_a_call_of_code(hass: HomeAssistant, watch: Watch) -> None:
    await act(hass, Context())
    assert await watch.actors() == ["automation"]


async def test_a_call_from_apples_home(hass: HomeAssistant, watch: Watch) -> None:
    hass.bus.async_fire("homekit_state_change", {"entity_id": LAMP}, context=(asked := Context()))
    await act(hass, asked)
    assert await watch.actors() == ["person"]


async def test_a_device_by_itself(hass: HomeAssistant, watch: Watch) -> None:
    hass.states.async_set(LAMP, "on")
    assert await watch.actors() == ["device"]


async def test_a_real_automation_by_a_state_and_by_an_event(hass: HomeAssistant, watch: Watch) -> None:
    async def turn(call: ServiceCall) -> None:
        hass.states.async_set(LAMP, call.data["to"], context=call.context)

    hass.services.async_register("test", "lamp", turn)
    automations = [
        {
            "alias": "Follow the door",
            "triggers": {"trigger": "state", "entity_id": DOOR, "to": "on"},
            "actions": {"action": "test.lamp", "data": {"to": "on"}},
        },
        {
            "alias": "On time",
            "triggers": {"trigger": "event", "event_type": "bedtime"},
            "actions": {"action": "test.lamp", "data": {"to": "off"}},
        },
    ]
    assert await async_setup_component(hass, "automation", {"automation": automations})
    hass.states.async_set(DOOR, "on", DOOR_CLASS, context=Context(user_id="ann"))
    await hass.async_block_till_done()
    hass.bus.async_fire("bedtime")
    assert await watch.controls() == [(DOOR, "open"), (LAMP, "turn_on"), (LAMP, "turn_off")]
    assert await watch.actors() == ["device", "automation", "automation"]


async def test_a_real_script_that_a_person_runs(hass: HomeAssistant, watch: Watch) -> None:
    async def turn(call: ServiceCall) -> None:
        hass.states.async_set(LAMP, "on", context=call.context)

    hass.services.async_register("test", "lamp", turn)
    script = {"evening": {"sequence": [{"action": "test.lamp"}]}}
    assert await async_setup_component(hass, "script", {"script": script})
    await hass.services.async_call("script", "evening", {}, blocking=True, context=Context(user_id="ann"))
    assert await watch.actors() == ["person"]


def test_what_a_context_says_by_itself() -> None:
    """Nobody saw it begin: it is older than the observer."""
    actors = Actors()

    def who(entity_id: str, **context: Any) -> str:
        return actors.of_state(State(entity_id, "on", context=Context(**context)))

    assert who("light.x", user_id="ann") == "person"
    assert who("light.x", parent_id="p") == "automation"
    assert who("light.x") == "device"
    assert who("binary_sensor.template", user_id="ann") == "device"
    assert who("person.ann") == "person"
    assert who("device_tracker.phone") == "person"


async def test_contexts_are_remembered_within_bounds(hass: HomeAssistant, watch: Watch) -> None:
    first = Context()
    for context in (first, *(Context() for _ in range(3000))):
        hass.bus.async_fire("automation_triggered", {}, context=context)
    hass.states.async_set(LAMP, "on", context=first)
    hass.states.async_set(LAMP, "off", context=context)
    assert await watch.actors() == ["device", "automation"]


# --- calls ---


async def send(hass: HomeAssistant, service: str, data: dict[str, Any], domain: str = "remote") -> None:
    async def done(call: ServiceCall) -> None:
        """Do nothing: the call itself is observed."""

    hass.services.async_register(domain, service, done)
    await hass.services.async_call(domain, service, data, blocking=True, context=Context(user_id="ann"))


@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": TV},
        {"entity_id": [TV, "remote.other"]},
        {"device_id": f"device of {TV}"},
        {"entity_id": "all"},
    ],
)
async def test_a_remotes_command(hass: HomeAssistant, watch: Watch, target: dict[str, Any]) -> None:
    await send(hass, "send_command", {**target, "command": ["up"]})
    assert await watch.controls() == [(TV, "send_command:up")]
    assert await watch.actors() == ["person"]


@pytest.mark.parametrize("target", [{"entity_id": "remote.other"}, {}, {"entity_id": 5}, {"entity_id": LAMP}])
async def test_a_command_to_another_is_not_ours(
    hass: HomeAssistant, watch: Watch, target: dict[str, Any]
) -> None:
    await send(hass, "send_command", {**target, "command": ["up"]})
    assert await watch.controls() == []


async def test_one_real_event_is_one_behavior(hass: HomeAssistant, watch: Watch) -> None:
    """A scene shows in its state that it was used: its call does not count again."""
    context = Context(user_id="ann")
    await send(hass, "turn_on", {"entity_id": "scene.evening"}, "scene")
    first, second, third = ((dt_util.utcnow() + timedelta(seconds=number)).isoformat() for number in range(3))
    hass.states.async_set("scene.evening", first, context=context)
    hass.states.async_set("scene.evening", second, {"icon": "mdi:sofa"})
    hass.states.async_set("scene.evening", third, {"icon": "mdi:sofa"})
    assert (await watch.controls())[0] == ("scene.evening", "turn_on")
    assert len(watch.seen) == 3


# --- the registry ---


async def test_a_rename_is_followed_and_the_key_stays(hass: HomeAssistant) -> None:
    registry, seen = er.async_get(hass), list[Behavior]()
    entry = registry.async_get_or_create("light", "hue", "1", suggested_object_id="lamp")
    hass.states.async_set(LAMP, "off")
    observer = Observer(hass, resolve(hass, {}), seen.append)
    observer.async_start()
    hass.states.async_set(LAMP, "on")
    registry.async_update_entity(LAMP, new_entity_id="light.reading")
    hass.states.async_remove(LAMP)
    hass.states.async_set("light.reading", "on")
    hass.states.async_set("light.reading", "off")
    hass.states.async_set(LAMP, "on")
    hass.states.async_set(LAMP, "off")
    await hass.async_block_till_done()
    assert [(b.entity, b.control) for b in seen] == [(entry.id, "turn_on"), (entry.id, "turn_off")]
    assert dict(observer.keys) == {"light.reading": Key(entry.id, entry.id)}
    observer.async_stop()


async def test_an_entity_that_moves_to_a_device_says_so(hass: HomeAssistant) -> None:
    registry, seen = er.async_get(hass), list[Behavior]()
    config_entry = MockConfigEntry(domain="hue")
    config_entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=config_entry.entry_id, identifiers={("hue", "1")}
    )
    registry.async_get_or_create("light", "hue", "1", suggested_object_id="lamp")
    hass.states.async_set(LAMP, "off")
    observer = Observer(hass, resolve(hass, {}), seen.append)
    observer.async_start()
    registry.async_update_entity(LAMP, device_id=device.id)
    hass.states.async_set(LAMP, "on")
    await hass.async_block_till_done()
    assert [b.device for b in seen] == [device.id]
    observer.async_stop()


async def test_an_entity_that_vanishes_is_let_go(hass: HomeAssistant) -> None:
    registry, seen = er.async_get(hass), list[Behavior]()
    registry.async_get_or_create("light", "hue", "1", suggested_object_id="lamp")
    registry.async_get_or_create("light", "hue", "2", suggested_object_id="other")
    hass.states.async_set(LAMP, "off")
    hass.states.async_set("light.other", "off")
    observer = Observer(hass, resolve(hass, {}), seen.append)
    observer.async_start()
    registry.async_remove(LAMP)
    hass.states.async_set(LAMP, "on")
    hass.states.async_set("light.other", "on")
    await hass.async_block_till_done()
    assert set(observer.keys) == {"light.other"}
    assert len(seen) == 1
    observer.async_stop()


async def test_registry_changes_of_others_change_nothing(hass: HomeAssistant, watch: Watch) -> None:
    registry = er.async_get(hass)
    before = dict(watch.observer.keys)
    registry.async_get_or_create("light", "hue", "9", suggested_object_id="new")
    registry.async_update_entity("light.new", name="New")
    registry.async_remove("light.new")
    await hass.async_block_till_done()
    assert dict(watch.observer.keys) == before
