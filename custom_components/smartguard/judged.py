"""What was judged of late: told to those who watch, and kept with the behaviors once a minute."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later

from .const import DOMAIN
from .core.behavior import Behavior
from .journal import Journal

KEEP_SECONDS: Final = 60.0
_RECENT: Final = 400


@dataclass(frozen=True, slots=True)
class Judged:
    """A behavior, its loss (None where the network did not read it) and the score of its moment."""

    behavior: Behavior
    loss: float | None
    score: float


def signal_judged(entry_id: str) -> str:
    """Name the dispatcher signal that carries each Judged."""
    return f"{DOMAIN}_{entry_id}_judged"


class JudgedLog:
    """Takes what is judged, in the event loop; one write a minute, and only when something is new."""

    def __init__(self, hass: HomeAssistant, entry_id: str, journal: Journal) -> None:
        """Take the journal that holds the behaviors."""
        self._hass = hass
        self._signal = signal_judged(entry_id)
        self._journal = journal
        self._waiting: list[tuple[Behavior, float]] = []
        self._due: CALLBACK_TYPE | None = None
        self.recent: deque[Judged] = deque(maxlen=_RECENT)

    @callback
    def note(self, behavior: Behavior, loss: float | None, score: float) -> None:
        """Take a judged behavior; it was added to the journal before."""
        judged = Judged(behavior, loss, score)
        self.recent.append(judged)
        if loss is not None:
            self._waiting.append((behavior, loss))
            if self._due is None:
                self._due = async_call_later(self._hass, KEEP_SECONDS, self._keep)
        async_dispatcher_send(self._hass, self._signal, judged)

    @callback
    def stop(self) -> None:
        """Hand over what is left to the journal, which is closed after this."""
        if self._due is not None:
            self._due()
            self._keep(None)

    @callback
    def _keep(self, _now: datetime | None) -> None:
        self._due = None
        waiting, self._waiting = self._waiting, []
        self._journal.note_losses(waiting)
