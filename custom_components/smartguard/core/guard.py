"""The guard: everything that was learned, immutable, and its judgement of a moment.

Model, vocabulary, channels and calibration are one bundle, so that a swap is one assignment and what is
judged never mixes two versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from . import artifact
from .behavior import Behavior
from .company import Company
from .duration import Duration
from .errors import ArtifactDamagedError
from .evidence import DAY, Channel, Finding, settled
from .meeting import Meeting
from .memory import Memory
from .model import Model, ModelOptions
from .moment import Moment
from .novelty import AgeOf, grown, youth
from .policy import Expected, Judgement, Reason
from .reasons import reasons_of
from .repetition import Repetition
from .sequence import Look, SequenceScore
from .threshold import LOWEST, SHARES, Tail, score_of, weigh
from .vocabulary import Vocabulary

LATE = 60.0
"""Seconds before a tick in which something may have settled that no earlier tick judged."""
MOST_LATE = 900.0
"""Seconds by which a tick may follow the one before and still judge what has settled meanwhile."""
WORTH_A_LOOK = -1.0
"""Score of what happens ten times a week: from there on a tick looks at the window too."""


@dataclass(frozen=True)
class Guard:
    """What judges: the sequence score, the channels beside it, and their calibration.

    tails: surprises against episodes a week, for each channel that could be calibrated; one that could
    not is silent. together: what the strangest channel weighs against episodes a week. about: what
    `learn` reports.
    """

    vocabulary: Vocabulary
    zone: ZoneInfo
    sequence: SequenceScore
    repetition: Repetition
    meeting: Meeting
    company: Company
    moment: Moment
    duration: Duration
    tails: Mapping[str, Tail]
    together: Tail
    about: Mapping[str, Any]

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """Return the channels beside the sequence score that judge a behavior at once."""
        return {
            "repetition": self.repetition,
            "meeting": self.meeting,
            "duration": self.duration,
        }

    def judge(self, memory: Memory, age_of: AgeOf = grown) -> Judgement:
        """Judge the newest behavior of `memory`, which must hold at least one, by what needs no waiting.

        age_of: tells of devices that came later for how long they are known.
        """
        now = memory.recent[-1].time
        found = {name: channel.find(memory) for name, channel in self.channels.items()}
        return self._judgement(now, self._reasons(found, now, age_of), self.sequence.look(memory))

    def judge_open(
        self, memory: Memory, now: float, age_of: AgeOf = grown, since: float | None = None
    ) -> Judgement:
        """Judge at a tick what is still on at `now` (UTC seconds), and what has settled of late.

        since: of the tick before; where that is long ago (a restart, a busy machine) what settled meanwhile
        is judged now.
        """
        begin = now - LATE if since is None else min(now - LATE, max(since, now - MOST_LATE))
        lasting = [{"duration": self.duration.judge(on_time)} for on_time in memory.active(now)]
        old_enough = [self._settled(memory, b) for b in settled(memory, begin, now)]
        reasons = [r for found in (*lasting, *old_enough) for r in self._reasons(found, now, age_of)]
        reasons.sort(key=lambda r: -r.score)
        look = None
        if reasons and reasons[0].score > WORTH_A_LOOK and reasons[0].channel != "duration":
            look = self.sequence.look_about(memory, reasons[0].behaviors[0])
        return replace(self._judgement(now, tuple(reasons), look), unseen=memory.unseen)

    def _settled(self, memory: Memory, behavior: Behavior) -> dict[str, Finding | None]:
        return {
            "moment": self.moment.find(memory, behavior),
            "company": self.company.find(memory, behavior),
            "sequence": self.sequence.find(memory, behavior),
        }

    def _judgement(self, time: float, reasons: tuple[Reason, ...], look: Look | None) -> Judgement:
        score = reasons[0].score if reasons else LOWEST
        if look is None:
            return Judgement(time, score, reasons)
        losses = tuple(zip(look.behaviors, map(float, look.losses), strict=True))
        return Judgement(time, score, reasons, losses, look.heaviest(), self._expected(look, reasons))

    def _reasons(self, found: Mapping[str, Finding | None], now: float, age_of: AgeOf) -> tuple[Reason, ...]:
        """Bring what was found into one currency, strongest first; the strongest speaks for all.

        Nothing is said against a device in its week of grace, nor against those that it meets.
        """
        counted = self.about.get("calibrated_days", 0) * DAY
        named = {name: f for name, f in found.items() if f is not None and name in self.tails}
        young = {name: youth(age_of(f.behaviors, now), counted) for name, f in named.items()}
        weighed = {
            name: weigh(name, self.tails[name], f.surprise) - young[name]
            for name, f in named.items()
            if isfinite(young[name])
        }
        return reasons_of(named, weighed, lambda weight: score_of(self.together, weight))

    def _expected(self, look: Look, reasons: tuple[Reason, ...]) -> tuple[Expected, ...]:
        """Say what was likely in the place of the behavior that the strongest reason is about."""
        about = reasons[0].behaviors[0] if reasons else look.behaviors[-1]
        position = look.behaviors.index(about) if about in look.behaviors else -1
        return tuple(
            Expected(token.device, token.entity, token.control, probability)
            for token, probability in look.expected(self.vocabulary, position)
        )

    def save(self, path: Path) -> None:
        """Write one artifact file, atomically."""
        header = {
            "kind": "guard",
            "vocabulary": self.vocabulary.to_json(),
            "zone": self.zone.key,
            "model": self.sequence.model.options.to_json(),
            "chatty": sorted(self.sequence.chatty),
            "tails": {name: tail.to_json() for name, tail in self.tails.items()},
            "together": self.together.to_json(),
            "about": dict(self.about),
        }
        kept = {name: channel.arrays() for name, channel in self.channels.items()}
        kept |= {"moment": self.moment.arrays(), "company": self.company.arrays()}
        kept["sequence"] = self.sequence.arrays()
        arrays = {f"{name}/{k}": v for name, own in kept.items() for k, v in own.items()}
        artifact.save(path, header, arrays)

    @classmethod
    def load(cls, path: Path) -> Guard:
        """Read an artifact; raises ArtifactDamagedError or ArtifactVersionError."""
        header, arrays = artifact.load(path)
        if header.get("kind") != "guard":
            raise ArtifactDamagedError(f"expected a guard in {path.name}, got {header.get('kind')!r}")
        try:
            return cls._from(header, arrays)
        except (AttributeError, LookupError, OSError, OverflowError, TypeError, ValueError) as err:
            raise ArtifactDamagedError(f"expected a complete guard in {path.name}, got {err!r}") from err

    @classmethod
    def _from(cls, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> Guard:
        vocabulary = Vocabulary.from_json(header["vocabulary"])
        zone = ZoneInfo(header["zone"])

        def part(prefix: str) -> dict[str, Any]:
            return {k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)}

        model = Model.from_parameters(ModelOptions.from_json(header["model"]), part("sequence/model/"))
        weights = arrays["sequence/weights"]
        if weights.shape != (len(vocabulary),):
            raise ValueError(f"expected {len(vocabulary)} weights, got {weights.shape}")
        return cls(
            vocabulary,
            zone,
            SequenceScore(vocabulary, zone, model, weights, frozenset(header["chatty"])),
            Repetition(vocabulary, **part("repetition/")),
            Meeting(vocabulary, **part("meeting/")),
            Company(vocabulary, zone.key, **part("company/")),
            Moment(vocabulary, zone.key, **part("moment/")),
            Duration(vocabulary, **part("duration/")),
            {name: Tail.from_json(header["tails"][name]) for name in SHARES if name in header["tails"]},
            Tail.from_json(header["together"]),
            header["about"],
        )
