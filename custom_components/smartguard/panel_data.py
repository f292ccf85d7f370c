"""Behaviors, episodes and windows as rows for card and panel, with the names of the moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from .alerts import EPISODE
from .const import DOMAIN
from .core.behavior import Behavior
from .core.errors import SmartGuardError
from .core.explain import Words, known_sentence, reason_sentence
from .core.feedback import Corrections
from .core.policy import Episode, Expected, Reason
from .entity import loss_unique_id
from .journal_views import Lived, Told
from .names import Names
from .panel_types import AlarmRow, BehaviorRow, DeviceRow, ExpectedRow, ReasonRow, Thing
from .statistics import statistic_id


def episode_of(told: Told) -> Episode | None:
    """Return an episode of the journal; None for one that this version can not read."""
    try:
        return Episode.from_json(told.data.get(EPISODE))
    except SmartGuardError:
        return None


class Spoken:
    """What alarms spoke of: entities, and when; what else their windows held is accused of nothing."""

    def __init__(self, episodes: Iterable[Episode]) -> None:
        """Take the episodes of the time that is looked at."""
        self._spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for episode in episodes:
            reason = episode.reasons[0]
            for b in reason.behaviors:
                first = last = b.time
                if reason.channel == "repetition":
                    first, last = min(c.time for c in reason.context), max(last, episode.last)
                self._spans[b.entity].append((first, last))

    def __contains__(self, behavior: Behavior) -> bool:
        """Say whether an alarm spoke of a behavior."""
        return any(first <= behavior.time <= last for first, last in self._spans.get(behavior.entity, ()))


def readable(told: Iterable[Told]) -> Iterator[Episode]:
    """Yield the episodes of the journal that this version can read."""
    return filter(None, map(episode_of, told))


class Rows:
    """Makes the rows of one answer; what an entity is called is looked up once."""

    def __init__(self, hass: HomeAssistant, names: Names, corrections: Corrections | None = None) -> None:
        """Take the registries and phrases of this home; corrections: by which alarms are normal now."""
        self._names = names
        self._corrections = corrections
        self._entities = er.async_get(hass)
        self._devices = dr.async_get(hass)
        self._areas = ar.async_get(hass)
        self._words = Words(self._name, names.phrases)
        self._things: dict[str, Thing] = {}

    @callback
    def thing(self, entity: str, device: str) -> Thing:
        """Return an entity as it is shown."""
        if (thing := self._things.get(entity)) is None:
            thing = self._things[entity] = {
                "entity": entity,
                "entity_id": self._entity_id(entity),
                "name": self._names.entity(entity),
                "device": self._names.device(device),
                "area": self._area(entity, device),
            }
        return thing

    @callback
    def device(self, key: str, entry_id: str) -> DeviceRow:
        """Return a device with its loss; one without a device of Home Assistant's is its entity."""
        unique_id = loss_unique_id(entry_id, key)
        return {
            "device": self._names.device(key),
            "area": self._area(key, key),
            "loss_entity": self._entities.async_get_entity_id("sensor", DOMAIN, unique_id),
            "statistic_id": statistic_id(key),
        }

    @callback
    def text(self, entity: str, control: str) -> str:
        """Say that a control was used."""
        return self._words.event(entity, control)

    @callback
    def behavior(self, behavior: Behavior, loss: float | None, strange: bool) -> BehaviorRow:
        """Return one behavior; loss: None where it was not judged."""
        return {
            **self.thing(behavior.entity, behavior.device),
            "time": behavior.time,
            "control": behavior.control,
            "text": self.text(behavior.entity, behavior.control),
            "actor": behavior.actor,
            "loss": None if loss is None else round(loss, 3),
            "strange": strange,
        }

    @callback
    def lived(self, rows: Iterable[Lived], told: Spoken) -> list[BehaviorRow]:
        """Return a page of the journal."""
        return [self.behavior(row.behavior, row.loss, row.behavior in told) for row in rows]

    @callback
    def expected(self, expected: Iterable[Expected]) -> list[ExpectedRow]:
        """Return what would have been usual instead."""
        return [
            {
                "entity_id": self._entity_id(e.entity),
                "text": self.text(e.entity, e.control),
                "probability": round(e.probability, 3),
            }
            for e in expected
        ]

    @callback
    def reasons(self, reasons: Sequence[Reason]) -> list[ReasonRow]:
        """Return reasons, strongest first, a sentence each."""
        return [
            {"kind": r.channel, "score": round(r.score, 3), "summary": self._sentence(r)} for r in reasons
        ]

    @callback
    def alarms(self, told: Iterable[Told]) -> list[AlarmRow]:
        """Return episodes of the journal."""
        return [
            self.alarm(episode, row) if (episode := episode_of(row)) else _unreadable(row) for row in told
        ]

    @callback
    def alarm(self, episode: Episode, told: Told | None = None) -> AlarmRow:
        """Return an episode; told: what was kept of it, with the sentence of then."""
        then = told.data.get("summary") if told else None
        about = {b.entity: b.device for b in episode.reasons[0].behaviors}
        return {
            "page": told.row if told else 0,
            "episode_id": episode.id,
            "start": episode.start,
            "end": episode.end,
            "score": round(episode.score, 3),
            "threshold": round(episode.threshold, 3),
            "kind": episode.reasons[0].channel,
            # With the names of now; what another version found is told in its own words.
            "summary": known_sentence(episode.reasons[0], self._words)
            or str(then or self._sentence(episode.reasons[0])),
            "things": [self.thing(entity, device) for entity, device in about.items()],
            "normal": self._corrections is not None
            and all(map(self._corrections.is_normal, episode.reasons)),
        }

    def _sentence(self, reason: Reason) -> str:
        return reason_sentence(reason, self._name, self._names.phrases)

    def _name(self, entity: str) -> str:
        return self._names.entity(entity)

    def _entity_id(self, entity: str) -> str | None:
        return self._names.entity_id(entity) if self._names.is_known(entity) else None

    def _area(self, entity: str, device: str) -> str | None:
        entry = self._entities.async_get(entity)
        owner = self._devices.async_get(device)
        area_id = (entry and entry.area_id) or (owner and owner.area_id)
        area = self._areas.async_get_area(area_id) if area_id else None
        return area.name if area else None


def _unreadable(told: Told) -> AlarmRow:
    """Return what can be said of an episode that another version wrote."""
    data: dict[str, Any] = told.data
    time = dt_util.parse_datetime(str(data.get("time")))
    seconds = time.timestamp() if time else 0.0
    return {
        "page": told.row,
        "episode_id": str(data.get("episode_id", told.row)),
        "start": seconds,
        "end": seconds,
        "score": 0.0,
        "threshold": 0.0,
        "kind": "unreadable",
        "summary": str(data.get("summary") or ""),
        "things": [],
        "normal": False,
    }
