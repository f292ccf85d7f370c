"""What is told: reasons, judgements, and episodes of verdicts merged in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .behavior import Behavior
from .errors import SmartGuardError
from .evidence import Facts


@dataclass(frozen=True)
class Reason:
    """Why a moment is strange: a channel, its score, what it found and all that was seen beside it."""

    channel: str
    score: float
    behaviors: tuple[Behavior, ...]
    context: tuple[Behavior, ...]
    facts: Facts


def nothing(_reason: Reason) -> bool:
    """Answer where nobody called anything normal, or a real alarm."""
    return False


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
    reasons: strongest first. losses: the behaviors of the window that was looked at, with their
    reconstruction losses; empty where none was. heaviest: the window's behaviors that weigh most. unseen:
    keys of entities of which nobody sees at present whether they are on.
    """

    time: float
    score: float
    reasons: tuple[Reason, ...]
    losses: tuple[tuple[Behavior, float], ...] = ()
    heaviest: tuple[Behavior, ...] = ()
    expected: tuple[Expected, ...] = ()
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Episode:
    """Verdicts merged in time: what is told once.

    reasons: the strongest of each channel, strongest first. behaviors: at most three that weigh most.
    end: UTC seconds, None while it lasts. losses: those of the behaviors, in the window that they were
    found in; of a behavior outside it none.
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
    losses: tuple[tuple[Behavior, float], ...] = ()

    @property
    def told(self) -> tuple[Behavior, ...]:
        """Return every behavior that was spoken of."""
        return tuple(dict.fromkeys(b for r in self.reasons for b in r.context))

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
            "losses": [[_behavior_to_json(b), loss] for b, loss in self.losses],
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
            episode = cls(
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
                # Absent in what was kept before there were any.
                tuple((_behavior_from_json(b), float(loss)) for b, loss in data.get("losses", ())),
            )
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as err:
            raise SmartGuardError(f"expected an episode, got {data!r:.80}") from err
        if not episode.reasons or not all(reason.behaviors for reason in episode.reasons):
            raise SmartGuardError(f"expected an episode with reasons of behaviors, got {data!r:.80}")
        return episode


@dataclass(frozen=True)
class Change:
    """What happened to an episode: `detected`, `updated` or `cleared`."""

    kind: str
    episode: Episode


def _behavior_to_json(b: Behavior) -> list[float | str]:
    return [b.time, b.device, b.entity, b.control, b.actor]


def _behavior_from_json(row: Any) -> Behavior:
    time, device, entity, control, actor = row
    return Behavior(float(time), str(device), str(entity), str(control), str(actor))
