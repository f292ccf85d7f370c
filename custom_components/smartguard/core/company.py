"""Company: a control among others that were never about it (multiple devices, MD).

A use is judged when it has settled, by what other devices did about it, the nearer the more. Three things
make it strange: how unlike its company is to the likest that this control ever had, whether each of the
others is there or missing as it is when this control is used, or as it is at that hour anyway, and that one
of those just before it keeps apart from it (`strangers`). What comes and goes as it likes is in strange
company every time: from the first two what is usual for the control is taken off. What the clock or the sun
does has whatever company there is, and is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .behavior import PRESENCE, Behavior, Phase, phase
from .clockwork import is_clockwork
from .evidence import SETTLE, Arrays, Facts, Finding, History, local_moment, over_neighboring_hours
from .memory import Memory
from .strangers import Strangers
from .vocabulary import Vocabulary

BEFORE = 300.0
"""Seconds before a use in which others keep it company; after it they have until it settles."""
_NEAR = 30.0
"""Seconds in which nearness falls by a factor of e."""
_LEAST_USES = 3
_MOST = 100
"""The newest uses of each control whose company is remembered."""
_BLUR = 0.2
"""Added to what two companies share and to what either has: both are next to nothing at times."""
_HOURS = 24
_HOUR_WEIGHT, _HOME_WEIGHT = 2.0, 2.0
_RARE, _OFTEN = 1e-4, 0.97
_PRESENCE = 0.5
"""What the odds of all who are there and missing count, beside the likeness: they are not independent."""
_USUAL_WEIGHT = 8.0
"""Uses that the whole home's surprises count for, beside those of a control."""
_USUAL_SPREADS = 1.5

Floats = NDArray[np.float32]


class Company:
    """The company that each control's newest uses had, and how often each of the others was in it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        zone_name: str,
        *,
        past: NDArray[np.float16],
        control: NDArray[np.int32],
        beside: Floats,
        uses: Floats,
        hourly: Floats,
        tells: Floats,
        usual: Floats,
        met: Floats,
        could_meet: Floats,
    ) -> None:
        """Take past[i, c], the nearness of control c to a use of control[i]; raises ValueError.

        beside[a, c]: uses of a with c about it; uses: of each control, shape (V,). hourly[h, c]: how often c
        is about a use in hour h. tells[c]: how much c says, in nats, shape (V,). usual[c]: surprise that is
        usual for a use of c, in nats, shape (V,). met, could_meet: as `Strangers` takes them.
        """
        size = len(vocabulary)
        shapes = past.shape, control.shape, beside.shape, uses.shape, hourly.shape, tells.shape, usual.shape
        each = (size,)
        if shapes != ((len(control), size), (len(control),), (size, size), each, (_HOURS, size), each, each):
            raise ValueError(f"expected company of {size} controls, got shapes {shapes}")
        self._vocabulary, self._zone = vocabulary, ZoneInfo(zone_name)
        self._kept: Arrays = {"past": past, "control": control, "beside": beside}
        self._kept |= {"uses": uses, "hourly": hourly, "tells": tells, "usual": usual}
        self._strangers = Strangers(vocabulary, met, could_meet)
        self._usual = usual
        self._uses, self._beside, self._hourly, self._tells = uses, beside, hourly, tells.astype(np.float64)
        weighed = past.astype(np.float64) * self._tells
        self._past = {int(c): weighed[control == c] for c in np.unique(control)}
        devices = [None, *(token.device for token in vocabulary.tokens)]
        self._others = np.array([[a != b and b is not None for b in devices] for a in devices])

    @classmethod
    def fit(cls, history: History) -> Company:
        """Remember the company of every use."""
        behaviors, size = history.behaviors, len(history.vocabulary)
        control = history.vocabulary.encode(behaviors)
        hour = [_hour(b.time, history.zone) for b in behaviors]
        judged = np.array([is_judged(b) for b in behaviors])
        newest = _newest(control, judged & ~is_clockwork(behaviors, control))
        past = np.zeros((len(newest), size), np.float16)
        beside, hourly, nearness = np.zeros((size, size)), np.zeros((_HOURS, size)), np.zeros(size)
        for i, near in enumerate(_all_nearness(behaviors, control, size)):
            beside[control[i]] += near > 0
            hourly[hour[i]] += near > 0
            nearness += near
            if i in newest:
                past[newest[i]] = near
        home = hourly.sum(0) / max(len(behaviors), 1)
        in_hour = over_neighboring_hours(np.bincount(hour, minlength=_HOURS).astype(np.float64))
        often = (over_neighboring_hours(hourly.T).T + _HOUR_WEIGHT * home) / (in_hour + _HOUR_WEIGHT)[:, None]
        kept = {
            "past": past,
            "control": control[list(newest)].astype(np.int32),
            "beside": beside.astype(np.float32),
            "uses": np.bincount(control, minlength=size).astype(np.float32),
            "hourly": often.astype(np.float32),
            "tells": -np.log(np.clip((nearness + 1) / (len(behaviors) + 1), 1e-3, 1)).astype(np.float32),
            **Strangers.fit(history).arrays(),
        }
        fitted = cls(history.vocabulary, history.zone.key, **kept, usual=np.zeros(size, np.float32))
        usual = fitted._usual_surprise([hour[i] for i in newest])
        return cls(history.vocabulary, history.zone.key, **kept, usual=usual)

    def find(self, memory: Memory, behavior: Behavior) -> Finding | None:
        """Compare a settled use's company with all that its control had.

        None where nobody came before, or where it is no stranger than usual. The one who keeps apart is told
        of where that says more than the rest, and where they never met.
        """
        control = self._vocabulary.id_of(behavior)
        if not is_judged(behavior) or self._uses[control] < _LEAST_USES or control not in self._past:
            return None
        others = _company(memory, behavior)
        before = [b for b in others if b.time <= behavior.time and self._vocabulary.id_of(b)]
        if not before:
            return None
        near = self._nearness(others, behavior.time)
        unlike, strangeness = self._unlikeness(control, near * self._tells)
        odds = self._odds(control, near > 0, _hour(behavior.time, self._zone))
        surprise = unlike + _PRESENCE * odds - float(self._usual[control])
        stranger = self._strangers.strangest(behavior, before)
        together = surprise + (stranger.surprise if stranger else 0.0)
        if together <= 0:
            return None
        facts: Facts
        if stranger and stranger.surprise >= surprise and stranger.seen == 0 and stranger.possible >= 1:
            beside, facts = stranger.behavior, {"seen": stranger.seen, "possible": stranger.possible}
        else:
            beside = max(before, key=lambda b: (strangeness[self._vocabulary.id_of(b)], b.time))
            facts = {"uses": float(self._uses[control])}
        facts |= {"company": "control", "minutes": (behavior.time - beside.time) / 60}
        return Finding(together, (behavior, beside), (behavior, beside), facts)

    def _nearness(self, others: Iterable[Behavior], time: float) -> NDArray[np.float64]:
        near = np.zeros(len(self._vocabulary))
        for b in others:
            control = self._vocabulary.id_of(b)
            near[control] = max(near[control], np.exp(-abs(b.time - time) / _NEAR))
        near[0] = 0.0
        return near

    def _unlikeness(self, control: int, company: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return -log of the likeness (Ruzicka's) to the likest company, and what was not in that one."""
        past = self._past[control]
        shared, either = np.minimum(company, past).sum(1), np.maximum(company, past).sum(1)
        likeness = (shared + _BLUR) / (either + _BLUR)
        likest = int(likeness.argmax())
        return float(-np.log(likeness[likest])), company - past[likest]

    def _odds(self, control: int, there: NDArray[np.bool_], hour: int) -> float:
        """Return the log odds of who is there and missing, by the root of how many are there."""
        anyway = np.clip(self._hourly[hour], _RARE, _OFTEN)
        usually = (self._beside[control] + _HOME_WEIGHT * anyway) / (self._uses[control] + _HOME_WEIGHT)
        usually = np.clip(usually, _RARE, 1 - (1 - _OFTEN) / 6)
        odds = np.where(there, np.log(anyway / usually), np.log((1 - anyway) / (1 - usually)))
        return float(odds[self._others[control]].sum() / np.sqrt(1 + there.sum()))

    def _usual_surprise(self, hours: Sequence[int]) -> Floats:
        """Return what each control's uses surprise by, each left out in its turn: the mean and some spreads.

        hours: of the uses that are remembered. Few uses lean to those of the whole home.
        """
        found = {control: self._left_out(control, own) for control, own in self._by_control(hours).items()}
        usual = np.zeros(len(self._vocabulary), np.float32)
        if not found:
            return usual
        everywhere = np.concatenate(list(found.values()))
        mean, variance = everywhere.mean(), everywhere.var()
        for control, own in found.items():
            count = len(own) + _USUAL_WEIGHT
            about = (own.sum() + _USUAL_WEIGHT * mean) / count
            spread = np.sqrt((((own - about) ** 2).sum() + _USUAL_WEIGHT * variance) / count)
            usual[control] = about + _USUAL_SPREADS * spread
        return usual

    def _by_control(self, hours: Sequence[int]) -> dict[int, list[int]]:
        """Return the hours of the remembered uses of each control that was used more than once."""
        own: dict[int, list[int]] = defaultdict(list)
        for control, hour in zip(self._kept["control"].tolist(), hours, strict=True):
            own[control].append(hour)
        return {control: found for control, found in own.items() if len(found) > 1}

    def _left_out(self, control: int, hours: Sequence[int]) -> NDArray[np.float64]:
        """Return the surprise of each remembered use of a control among the others, shape (uses,)."""
        past = self._past[control]
        met = past[:, past.any(0)]
        surprises = np.empty(len(past))
        for i, hour in enumerate(hours):
            shared, either = np.minimum(met[i], met).sum(1), np.maximum(met[i], met).sum(1)
            likeness = (shared + _BLUR) / (either + _BLUR)
            likeness[i] = 0.0
            surprises[i] = -np.log(likeness.max()) + _PRESENCE * self._odds(control, past[i] > 0, hour)
        return surprises

    def arrays(self) -> Arrays:
        """Return what is remembered."""
        return self._kept | self._strangers.arrays()


def is_judged(behavior: Behavior) -> bool:
    """Say whether a behavior is a use that is asked for its company; what ends follows from what began."""
    return phase(behavior.control) is not Phase.END and behavior.control not in PRESENCE


def _hour(time: float, zone: ZoneInfo) -> int:
    return int(local_moment(time, zone)[0])


def _company(memory: Memory, behavior: Behavior) -> list[Behavior]:
    """Return what other devices did about a settled behavior, newest first."""
    about = (b for b in memory.since(behavior.time - BEFORE) if b.time <= behavior.time + SETTLE)
    return [b for b in about if b.device != behavior.device]


def _all_nearness(behaviors: Sequence[Behavior], control: NDArray[np.int32], size: int) -> Iterator[Floats]:
    """Yield for each behavior how near it has each control of other devices, shape (V,)."""
    times = np.array([b.time for b in behaviors])
    devices = np.unique([b.device for b in behaviors], return_inverse=True)[1]
    first = np.searchsorted(times, times - BEFORE)
    last = np.searchsorted(times, times + SETTLE, "right")
    for i, (begin, end) in enumerate(zip(first, last, strict=True)):
        others = devices[begin:end] != devices[i]
        near = np.zeros(size, np.float32)
        apart = np.abs(times[begin:end][others] - times[i])
        np.maximum.at(near, control[begin:end][others], np.exp(-apart / _NEAR).astype(np.float32))
        near[0] = 0.0
        yield near


def _newest(control: NDArray[np.int32], judged: NDArray[np.bool_]) -> dict[int, int]:
    """Return the places of the newest judged uses of each known control, in time order, and their order."""
    places = np.flatnonzero(judged & (control != 0))
    kept = [int(place) for c in np.unique(control[places]) for place in places[control[places] == c][-_MOST:]]
    return {place: number for number, place in enumerate(sorted(kept))}
