"""The controls that the simulator says it uses are those that Home Assistant's states show."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from trainer.simulate import EntitySpec, Held, Home, rest, simulate

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("homeassistant") is None, reason="needs Home Assistant"
)

WINTER, SUMMER = datetime(2026, 1, 12), datetime(2026, 7, 6)  # noqa: DTZ001


@pytest.mark.parametrize("household", [0, 1])
@pytest.mark.parametrize("start", [WINTER, SUMMER])
def test_states_name_the_controls(household: int, start: datetime) -> None:
    from homeassistant.core import State

    from custom_components.smartguard.controls import Tracker

    home = Home.other(household) if household else Home.demonstration()
    tracker = Tracker()

    def state(spec: EntitySpec, held: Held, time: float) -> State:
        moment = datetime.fromtimestamp(time, UTC)
        attributes = {**held.attributes, "device_class": spec.device_class or None}
        return State(spec.entity_id, held.state, attributes, moment, moment, moment)

    actions = simulate(home, 1, start.replace(tzinfo=ZoneInfo(home.zone)), 7)
    for key, spec in home.entities.items():
        tracker.observe(key, state(spec, rest(spec), actions[0].time - 60))
    for action in actions:
        held = Held(action.state, action.attributes)
        seen = tracker.observe(action.entity, state(home.entities[action.entity], held, action.time))
        assert seen == ((action.control,) if action.control else ()), action
