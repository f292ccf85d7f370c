"""From judgements to episodes: one alert for what belongs together, and no alert for its echo.

Score, threshold and policy are three things: the guard says how strange, the threshold how strange is
too strange, the policy when to speak.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from .behavior import Behavior
from .errors import SmartGuardError
from .evidence import Facts
from .threshold import threshold_of

CLEAR_AFTER = 300.0
"""Seconds without a further verdict after which an episode ends."""
_TOLD = 256


@dataclass(frozen=True)
class Reason:
    """Why a moment is strange: a channel, its score and what it found."""

    channel: str
    score: float
    behaviors: tuple[Behavior, ...]
    context: tuple[Behavior, ...]
    facts: Facts


@dataclass(frozen=True)
class Expected:
    """A control that would have been usual instead."""

    device: str
    entity: str
    control: str
    probability: float


@dataclass(frozen=True)
class Judgement:
    """What the guard thinks of one moment.

    score: -log10 of the alerts a week expected to be at least this strange; higher is stranger.
    reasons: strongest first. losses: the window's behaviors with their reconstruction losses, empty on
    a tick. heaviest: the window's behaviors that weigh most.
    """

    time: float
    score: float
    reasons: tuple[Reason, ...]
    losses: tuple[tuple[Behavior, float], ...] = ()
    heaviest: tuple[Behavior, ...] = ()
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Episode:
    """Verdicts merged in time: what is told once.

    reasons: the strongest of each channel, strongest first. behaviors: at most three that weigh most.
    end: UTC seconds, None while it lasts.
    """

    id: str
    start: float
    last: float
    score: float
    threshold: float
    reasons: tuple[Reason, ...]
    behaviors: tuple[Behavior, ...]
    expected: tuple[Expected, ...]
    end: float | None = None

    @property
    def told(self) -> tuple[Behavior, ...]:
        """Return every behavior that was spoken of."""
        return tuple(dict.fromkeys(b for r in self.reasons for b in _spoken_of(r)))

    def to_json(self) -> dict[str, Any]:
        """Return plain data for the journal."""
        return {
            "id": self.id,
            "start": self.start,
            "last": self.last,
            "score": self.score,
            "threshold": self.threshold,
            "end": self.end,
            "behaviors": [_behavior_to_json(b) for b in self.behaviors],
            "expected": [[e.device, e.entity, e.control, e.probability] for e in self.expected],
            "reasons": [
                {
                    "channel": r.channel,
                    "score": r.score,
                    "facts": r.facts,
                    "behaviors": [_behavior_to_json(b) for b in r.behaviors],
                    "context": [_behavior_to_json(b) for b in r.context],
                }
                for r in self.reasons
            ],
        }

    @classmethod
    def from_json(cls, data: Any) -> Episode:
        """Read what `to_json` gave; raises SmartGuardError."""
        try:
            return cls(
                str(data["id"]),
                float(data["start"]),
                float(data["last"]),
                float(data["score"]),
                float(data["threshold"]),
                tuple(
                    Reason(
                        str(r["channel"]),
                        float(r["score"]),
                        tuple(_behavior_from_json(b) for b in r["behaviors"]),
                        tuple(_behavior_from_json(b) for b in r["context"]),
                        dict(r["facts"]),
                    )
                    for r in data["reasons"]
                ),
                tuple(_behavior_from_json(b) for b in data["behaviors"]),
                tuple(Expected(*row) for row in data["expected"]),
                None if data["end"] is None else float(data["end"]),
            )
        except (KeyError, TypeError, ValueError) as err:
            raise SmartGuardError(f"expected an episode, got {data!r:.80}") from err


@dataclass(frozen=True)
class Change:
    """What happened to an episode: `detected`, `updated` or `cleared`."""

    kind: str
    episode: Episode


@dataclass
class Policy:
    """Merges verdicts into episodes. Not thread-safe: one caller."""

    threshold: float
    episode: Episode | None = None
    _news: float = float("-inf")
    _told: deque[tuple[Behavior, str]] = field(default_factory=lambda: deque(maxlen=_TOLD))

    @classmethod
    def with_budget(cls, alerts_a_week: float) -> Policy:
        """Make a policy for at most `alerts_a_week` expected alerts a week."""
        return cls(threshold_of(alerts_a_week))

    def set_budget(self, alerts_a_week: float) -> None:
        """Change the budget; it holds from the next judgement on."""
        self.threshold = threshold_of(alerts_a_week)

    def restore(self, episodes: Iterable[Episode]) -> None:
        """Remember episodes that were told before a restart, oldest first; an open one goes on."""
        for episode in episodes:
            for reason in episode.reasons:
                self._remember(reason, episode.start)
            self.episode = episode if episode.end is None else None

    def observe(self, judgement: Judgement) -> tuple[Change, ...]:
        """Take in a judgement; return what it changes, in order."""
        changes = self.tick(judgement.time)
        verdict = tuple(r for r in judgement.reasons if r.score > self.threshold and not self._is_echo(r))
        if not verdict:
            return changes
        if self._is_another(judgement.time, verdict):
            changes += self._end(judgement.time)
            verdict = tuple(r for r in verdict if not self._is_echo(r))
        for reason in verdict:
            self._remember(reason, judgement.time)
        if self.episode is None:
            self.episode = self._begin(judgement, verdict)
            return (*changes, Change("detected", self.episode))
        before, self.episode = self.episode, self._merge(self.episode, judgement, verdict)
        if self.episode.reasons == before.reasons:
            return changes
        return (*changes, Change("updated", self.episode))

    def tick(self, now: float) -> tuple[Change, ...]:
        """End an episode that has been quiet; a clock that jumped back ends nothing."""
        if self.episode is None or now - self.episode.last <= CLEAR_AFTER:
            return ()
        return self._end(now)

    def _end(self, now: float) -> tuple[Change, ...]:
        if self.episode is None:
            return ()
        ended, self.episode = replace(self.episode, end=now), None
        return (Change("cleared", ended),)

    def _is_another(self, now: float, verdict: tuple[Reason, ...]) -> bool:
        """Say whether another device is strange while the open episode has long had no news.

        A console that is on all day would otherwise hide whatever else happens until it is off.
        """
        if self.episode is None or now - self._news <= CLEAR_AFTER:
            return False
        known = {b.device for b in self.episode.told}
        news = [r for r in verdict if any((b, r.channel) not in self._told for b in _spoken_of(r))]
        return bool(news) and all(r.behaviors[0].device not in known for r in news)

    def _is_echo(self, reason: Reason) -> bool:
        """Say whether a reason only repeats what was told.

        What lasts goes on (repetition and duration extend the open episode that told them); everything
        else that rests on a behavior already told is its echo: the window is still full of it.
        """
        if reason.channel in ("repetition", "duration"):
            if self.episode is not None and not set(self.episode.told).isdisjoint(reason.context):
                return False
            return any((b, reason.channel) in self._told for b in reason.context)
        told = {b for b, _ in self._told}
        return any(b in told for b in reason.context)

    def _remember(self, reason: Reason, now: float) -> None:
        """Keep what was spoken of; what nobody spoke of before is news."""
        for b in _spoken_of(reason):
            if (b, reason.channel) not in self._told:
                self._told.append((b, reason.channel))
                self._news = now

    def _begin(self, judgement: Judgement, verdict: tuple[Reason, ...]) -> Episode:
        strongest = verdict[0]
        return Episode(
            f"{judgement.time:.3f}",
            judgement.time,
            judgement.time,
            strongest.score,
            self.threshold,
            verdict,
            _heaviest(strongest, judgement),
            judgement.expected,
        )

    @staticmethod
    def _merge(episode: Episode, judgement: Judgement, verdict: tuple[Reason, ...]) -> Episode:
        strongest: dict[str, Reason] = {}
        for reason in (*episode.reasons, *verdict):
            kept = strongest.get(reason.channel)
            if kept is None or reason.score > kept.score + 0.5:
                strongest[reason.channel] = reason
        reasons = tuple(sorted(strongest.values(), key=lambda r: -r.score))
        merged = replace(episode, last=max(episode.last, judgement.time), reasons=reasons)
        if verdict[0].score <= episode.score:
            return merged
        return replace(
            merged,
            score=verdict[0].score,
            behaviors=_heaviest(verdict[0], judgement),
            expected=judgement.expected or episode.expected,
        )


def _spoken_of(reason: Reason) -> tuple[Behavior, ...]:
    """A window's score tells of its heaviest behaviors and its newest one, other channels of all they saw."""
    if reason.channel == "sequence":
        return (*reason.behaviors, reason.context[-1])
    return reason.context


def _heaviest(reason: Reason, judgement: Judgement) -> tuple[Behavior, ...]:
    return tuple(dict.fromkeys((*reason.behaviors, *judgement.heaviest)))[:3]


def _behavior_to_json(b: Behavior) -> list[float | str]:
    return [b.time, b.device, b.entity, b.control, b.actor]


def _behavior_from_json(row: Any) -> Behavior:
    time, device, entity, control, actor = row
    return Behavior(float(time), str(device), str(entity), str(control), str(actor))
