"""What people say of alerts, and what follows: what is not told again, and what is not learned.

A person's word on an episode is `normal`, for a scope, or `confirmed`. What is normal is not told from
then on. What is confirmed is told whenever it comes. What was told as strange is no habit until somebody
says so: a confirmed alarm is never learned, a normal one at once, and one that nobody judged after a week,
so that a false alarm can become normal in the end. Of a `normal` that was taken back stays only that it was
said, since what was learned meanwhile has to be unlearned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from .behavior import Behavior
from .episode import Episode, Reason
from .errors import SmartGuardError
from .evidence import DAY, local_moment

NORMAL, CONFIRMED, TAKEN_BACK = "normal", "confirmed", ""
CONTROL, DEVICE, TIME_OF_DAY, ALWAYS = "control", "device", "time_of_day", "always"
SCOPES = (CONTROL, DEVICE, TIME_OF_DAY, ALWAYS)
NEAR_HOURS = 1.5
"""`time_of_day` is this close to the hour of the alert, either way."""
UNJUDGED = 7 * DAY
"""Seconds for which an alert that nobody judged is not learned."""


@dataclass(frozen=True)
class Feedback:
    """A person's word on one episode.

    time: UTC seconds at which it was said; of what was taken back, since when it is normal no more. scope:
    what is normal, empty for a confirmed alarm. kinds: the channels that had something against device, entity
    and control, of which the episode was. hour: local hour of day at which it happened, in [0, 24).
    normal_since: UTC seconds since when an earlier word called it normal, None if none did.
    """

    id: str
    verdict: str
    episode_id: str
    time: float
    scope: str
    kinds: tuple[str, ...]
    device: str
    entity: str
    control: str
    hour: float
    normal_since: float | None = None

    @classmethod
    def on(
        cls, identity: str, episode: Episode, verdict: str, scope: str, time: float, zone: ZoneInfo
    ) -> Feedback:
        """Take a word on an episode: of what its strongest reason is about, and of every kind of that."""
        about = episode.reasons[0].behaviors[0]
        kinds = tuple(r.channel for r in episode.reasons if about.device in {b.device for b in r.behaviors})
        hour = round(local_moment(about.time, zone)[0], 3)
        return cls(
            identity,
            verdict,
            episode.id,
            time,
            scope,
            kinds,
            about.device,
            about.entity,
            about.control,
            hour,
        )

    @property
    def first_normal(self) -> float | None:
        """Return since when it may have been learned as normal (UTC seconds); None if it was never that."""
        return self.time if self.verdict == NORMAL and self.normal_since is None else self.normal_since

    def taken_back(self, now: float) -> Feedback | None:
        """Return what stays of a word that is taken back at `now` (UTC seconds); None for nothing."""
        if self.first_normal is None:
            return None
        ended = now if self.verdict == NORMAL else self.time
        return replace(self, verdict=TAKEN_BACK, time=ended, normal_since=self.first_normal)

    def unlearns(self, trained: float, start: float | None) -> bool:
        """Say whether it keeps out of learning what a model trained at `trained` (UTC seconds) has learned.

        start: when the alert began, None where that is forgotten. What was taken back is unjudged, which is
        kept out for a week only.
        """
        if self.verdict == NORMAL or self.time <= trained:
            return False
        was_normal = self.normal_since is not None and self.normal_since <= trained
        if self.verdict == CONFIRMED:
            return was_normal or (start is not None and trained - start >= UNJUDGED)
        return was_normal and start is not None and self.time - start < UNJUDGED

    def replaces(self, earlier: Feedback) -> bool:
        """Say whether an earlier word holds no more after this one: the latest word on an alert counts.

        A contrary word on the alert does not, nor one about the same thing, however wide. An alert may have
        come to be about another thing since: what was said of the first holds on.
        """
        if self.episode_id != earlier.episode_id:
            return False
        return self.verdict != earlier.verdict or (
            self.device == earlier.device
            and (
                not {DEVICE, ALWAYS}.isdisjoint((self.scope, earlier.scope))
                or (self.entity, self.control) == (earlier.entity, earlier.control)
            )
        )

    def says_the_same(self, other: Feedback) -> bool:
        """Compare all but when it was said."""
        return self == replace(other, id=self.id, time=self.time, normal_since=self.normal_since)

    def covers(self, reason: Reason, zone: ZoneInfo) -> bool:
        """Say whether a reason is only what a person called normal.

        What was marked for one kind of reason is normal in whatever order it comes, so that the sequence
        score has nothing to say of it either.
        """
        kind = reason.channel
        if self.verdict != NORMAL or not (kind in {"sequence", *self.kinds} or self.scope == ALWAYS):
            return False
        return self._is_about(reason.behaviors[0], kind, zone)

    def confirms(self, reason: Reason) -> bool:
        """Say whether a reason is of a kind and of what a person called a real alarm."""
        return (
            self.verdict == CONFIRMED
            and reason.channel in self.kinds
            and self._is_of(reason.behaviors[0], reason.channel)
        )

    def _is_about(self, b: Behavior, channel: str, zone: ZoneInfo) -> bool:
        if self.scope in (DEVICE, ALWAYS):
            return b.device == self.device
        if not self._is_of(b, channel):
            return False
        if self.scope == CONTROL:
            return True
        apart = abs(local_moment(b.time, zone)[0] - self.hour)
        return min(apart, 24 - apart) <= NEAR_HOURS

    def _is_of(self, b: Behavior, channel: str) -> bool:
        """Compare the control; a repetition is of the thing, whichever of its controls comes last."""
        return b.entity == self.entity and (b.control == self.control or channel == "repetition")

    def to_json(self) -> dict[str, Any]:
        """Return plain data for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Feedback:
        """Read what `to_json` gave; raises SmartGuardError."""
        try:
            return cls(**{**data, "kinds": tuple(data["kinds"])})
        except (KeyError, TypeError) as err:
            raise SmartGuardError(f"expected feedback, got {data!r:.80}") from err


@dataclass(frozen=True)
class Corrections:
    """All that people have said of one home's alerts, and what stays of what they took back; immutable."""

    zone: ZoneInfo
    words: tuple[Feedback, ...] = ()

    @property
    def said(self) -> tuple[Feedback, ...]:
        """Return the words that hold."""
        return tuple(word for word in self.words if word.verdict != TAKEN_BACK)

    def is_normal(self, reason: Reason) -> bool:
        """Say whether somebody called normal what a reason is about."""
        return any(word.covers(reason, self.zone) for word in self.words)

    def is_confirmed(self, reason: Reason) -> bool:
        """Say whether somebody called a real alarm what a reason is about."""
        return any(word.confirms(reason) for word in self.words)

    def judged(self, verdict: str) -> frozenset[str]:
        """Return the ids of the episodes with a verdict."""
        return frozenset(word.episode_id for word in self.words if word.verdict == verdict)

    @property
    def counted(self) -> tuple[int, int]:
        """Return how many alerts people called normal, and how many they judged."""
        normal, confirmed = self.judged(NORMAL), self.judged(CONFIRMED)
        return len(normal), len(normal | confirmed)

    @property
    def false_alarms(self) -> float | None:
        """Return the share of the alerts that people judged which they called normal; None for none."""
        normal, judged = self.counted
        return normal / judged if judged else None

    def learnable(
        self, behaviors: Iterable[Behavior], episodes: Iterable[Episode], now: float
    ) -> list[Behavior]:
        """Leave out of behaviors what was told as strange and is no habit (yet) at `now` (UTC seconds)."""
        normal, confirmed = self.judged(NORMAL), self.judged(CONFIRMED)
        spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for episode in episodes:
            if episode.id in normal or (episode.id not in confirmed and now - episode.start >= UNJUDGED):
                continue
            for entity, first, last in _accused(episode):
                spans[entity].append((first, last))
        return [b for b in behaviors if not _is_within(b.time, spans.get(b.entity, ()))]

    def disowns(self, trained: float, episodes: Iterable[Episode]) -> bool:
        """Say whether a model trained at `trained` (UTC seconds) learned an alarm that is not learned now.

        It did where nobody had judged the alarm for a week by then and it was confirmed since, or where it
        was called normal and is so no more.
        """
        starts = {episode.id: episode.start for episode in episodes}
        normal = self.judged(NORMAL)
        return any(
            word.unlearns(trained, starts.get(word.episode_id))
            for word in self.words
            if word.episode_id not in normal
        )


def _accused(episode: Episode) -> Iterable[tuple[str, float, float]]:
    """Yield entity and span of what an episode was told for, its company left out."""
    for reason in episode.reasons:
        if reason.channel == "repetition":
            begin = min(b.time for b in reason.context)
            yield reason.behaviors[0].entity, begin, max(episode.last, reason.behaviors[0].time)
        else:
            about = reason.behaviors[0]
            yield about.entity, about.time, about.time


def _is_within(time: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(first <= time <= last for first, last in spans)
