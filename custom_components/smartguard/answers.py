"""What the actions answer: judgements and windows as plain data with names, refusals and failures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from .alerts import EPISODE, behavior_data, expected_data
from .const import DOMAIN
from .core.errors import SmartGuardError
from .core.explain import reason_sentence
from .core.guard import Guard
from .core.memory import Memory
from .core.policy import Episode, Expected, Judgement, Reason
from .core.sequence import Look
from .core.watch import Watch
from .names import Names


@dataclass(frozen=True, slots=True)
class Moment:
    """The present: what the guard thinks of it, and the window that the model looked at (None: too short).

    milliseconds: how long judging took.
    """

    judgement: Judgement
    look: Look | None
    milliseconds: float


def present(watch: Watch, now: float) -> Callable[[Memory], Moment]:
    """Ask a memory for the present at `now` (UTC seconds): the newest behavior, and what is still on."""

    def ask(memory: Memory) -> Moment:
        began = time.perf_counter()
        judgements = [watch.judge_open(memory, now)]
        if memory.recent:
            judgements.append(watch.judge(memory))
        took = 1000 * (time.perf_counter() - began)
        strongest = max(judgements, key=lambda judgement: judgement.score)
        return Moment(strongest, watch.guard.sequence.look(memory) if memory.recent else None, took)

    return ask


def score_answer(moment: Moment, threshold: float, names: Names) -> dict[str, Any]:
    """Answer `score`: how strange, by which reasons, and the loss of each behavior in the window."""
    judgement = moment.judgement
    look = moment.look
    losses = zip(look.behaviors, map(float, look.losses), strict=True) if look else ()
    return {
        "time": dt_util.utc_from_timestamp(judgement.time).isoformat(),
        "score": round(judgement.score, 3),
        "threshold": round(threshold, 3),
        "unusual": judgement.score > threshold,
        "score_ms": round(moment.milliseconds, 2),
        "reasons": _reasons(judgement.reasons, names),
        "behaviors": [behavior_data(b, names, loss) for b, loss in losses],
    }


def moment_answer(guard: Guard, moment: Moment, threshold: float, names: Names) -> dict[str, Any]:
    """Answer `explain` for the present: the score, and for each position what was likely instead."""
    answer = score_answer(moment, threshold, names)
    for position, row in enumerate(answer["behaviors"]):
        row["expected"] = _likely(guard, moment, position, names)
    return answer


def episode_answer(stored: dict[str, Any], names: Names) -> dict[str, Any]:
    """Answer `explain` for an episode of the journal: what was told, and every reason."""
    told = {key: value for key, value in stored.items() if key != EPISODE}
    reasons = [reason for episode in episodes_of([stored]) for reason in episode.reasons]
    return {**told, "reasons": _reasons(reasons, names)}


def episodes_of(stored: Iterable[dict[str, Any]]) -> list[Episode]:
    """Return the episodes of the journal that can be read, in the order given."""
    episodes = []
    for row in stored:
        try:
            episodes.append(Episode.from_json(row.get(EPISODE)))
        except SmartGuardError:
            continue
    return episodes


def refusal(key: str, reason: str = "") -> ServiceValidationError:
    """Say why something that was asked for makes no sense now."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"reason": reason}
    )


def failure(key: str, reason: str = "") -> HomeAssistantError:
    """Say why something that was asked for did not work."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"reason": reason}
    )


def _likely(guard: Guard, moment: Moment, position: int, names: Names) -> list[dict[str, Any]]:
    if moment.look is None:
        return []
    likely = moment.look.expected(guard.vocabulary, position)
    return expected_data((Expected(t.device, t.entity, t.control, share) for t, share in likely), names)


def _reasons(reasons: Iterable[Reason], names: Names) -> list[dict[str, Any]]:
    return [
        {
            "kind": reason.channel,
            "score": round(reason.score, 3),
            "summary": reason_sentence(reason, names.entity, names.phrases),
        }
        for reason in reasons
    ]
