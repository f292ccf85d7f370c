"""Who did it: a person, an automation or the device itself, from contexts and what was seen of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, State

PERSON: Final = "person"
AUTOMATION: Final = "automation"
DEVICE: Final = "device"
# Written out: importing these integrations would load them in a home that does not use them.
HOMEKIT: Final = "homekit_state_change"
"""Fired before a call that somebody asks for in Apple's Home; the call has no user."""
BEGINNINGS: Final = ("automation_triggered", "script_started", HOMEKIT)
_REMEMBERED: Final = 1024
_SENSING: Final = frozenset({"binary_sensor"})
_CARRIED: Final = frozenset({"device_tracker", "person"})


class Actors:
    """Remembers who began the latest contexts, and says who changed a state.

    A call with a user is a person's, and what is asked for in Apple's Home; a call without one, a triggered
    automation or a started script are an automation's. A context that nobody was seen to begin tells by
    itself: a user means a person, a parent an automation, neither the device (used by hand, or reporting
    late). Nobody operates a sensor, whatever context it copied, and who is at home is the person.
    """

    def __init__(self) -> None:
        """Begin with no context known."""
        self._begun: OrderedDict[str, str] = OrderedDict()

    def remember(self, event: Event[Any]) -> None:
        """Note who begins the context of a call, a request from Apple's Home, an automation or a script."""
        context = event.context
        called_by_person = event.event_type == EVENT_CALL_SERVICE and context.user_id is not None
        actor = PERSON if called_by_person or event.event_type == HOMEKIT else AUTOMATION
        self._begun.setdefault(context.id, actor)
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)

    def of_state(self, state: State) -> str:
        """Return who brought a state about."""
        if state.domain in _SENSING:
            return DEVICE
        return PERSON if state.domain in _CARRIED else self.of(state.context)

    def of(self, context: Context) -> str:
        """Return who began a context."""
        if known := self._begun.get(context.id):
            return known
        if context.user_id is not None:
            return PERSON
        return AUTOMATION if context.parent_id is not None else DEVICE
