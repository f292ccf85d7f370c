"""Explanations in words and in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .behavior import PRESENCE, Behavior, Phase, phase
from .evidence import Facts
from .policy import Episode, Reason
from .repetition import SPAN
from .sequence import Look, SequenceScore
from .vocabulary import Vocabulary

NameOf = Callable[[str], str]
"""Entity key -> what a person calls it."""

_VERBS: Mapping[str, str] = {
    "turn_on": "was switched on",
    "turn_off": "was switched off",
    "open": "was opened",
    "close": "was closed",
    "lock": "was locked",
    "unlock": "was unlocked",
    "press": "was pressed",
    "detect": "was triggered",
    "clear": "went quiet",
    "start": "was started",
    "start_mowing": "was started",
    "play": "was started",
    "pause": "was paused",
    "stop": "was stopped",
    "dock": "was sent home",
    "return_to_base": "was sent home",
    "arrive": "came home",
    "leave": "left home",
    "disarm": "was disarmed",
    "trigger": "was triggered",
    "start_streaming": "began to stream",
    "stop_streaming": "stopped streaming",
    "start_recording": "began to record",
    "stop_recording": "stopped recording",
}

_ACTIVE: Mapping[str, str] = {
    "open": "open",
    "unlock": "unlocked",
    "detect": "active",
    "play": "playing",
    "start": "running",
    "start_mowing": "mowing",
    "start_streaming": "streaming",
    "start_recording": "recording",
}
_INACTIVE: Mapping[str, str] = {
    "close": "closed",
    "lock": "locked",
    "clear": "quiet",
    "pause": "paused",
    "stop": "stopped",
    "dock": "docked",
    "return_to_base": "docked",
    "stop_streaming": "not streaming",
    "stop_recording": "not recording",
    "disarm": "disarmed",
}


def control_phrase(control: str) -> str:
    """Return a control as a predicate: `turn_on` -> "was switched on"."""
    verb, _, mode = control.partition(":")
    if mode:
        return f"was set to {mode.replace('_', ' ')}"
    for ending, word in (("_up", "up"), ("_down", "down")):
        if verb.endswith(ending):
            return f"was turned {word} ({verb.removesuffix(ending).replace('_', ' ')})"
    if verb.startswith("arm_"):
        return f"was armed ({verb.removeprefix('arm_').replace('_', ' ')})"
    return _VERBS.get(verb, f"did {verb.replace('_', ' ')}")


def length_phrase(seconds: float) -> str:
    """Return a length of time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def clock_phrase(hour: float) -> str:
    """Return an hour of day as a clock shows it."""
    # A thousandth of a minute more, since 1:40 is a little less than 100 minutes as a fraction of hours.
    hours, minutes = divmod(int(hour * 60 + 1e-3), 60)
    return f"{hours % 24:02d}:{minutes:02d}"


def _times(count: float) -> str:
    return "once" if round(count) == 1 else f"{count:.0f} times"


def sentence(episode: Episode, name_of: NameOf) -> str:
    """Say in one sentence why an episode was told, after its strongest reason."""
    return reason_sentence(episode.reasons[0], name_of)


def reason_sentence(reason: Reason, name_of: NameOf) -> str:
    """Say one reason in one sentence."""
    return _SENTENCES[reason.channel](reason.behaviors, reason.facts, name_of)


def _repetition(behaviors: tuple[Behavior, ...], facts: Facts, name_of: NameOf) -> str:
    usual = float(facts["usual_gap"])
    rest = "minutes or hours apart" if usual >= SPAN else f"about {length_phrase(usual)} apart"
    return (
        f"{name_of(behaviors[0].entity)} was used {facts['uses']:.0f} times in "
        f"{length_phrase(float(facts['seconds']))}; its uses are usually {rest}."
    )


def _meeting(behaviors: tuple[Behavior, ...], facts: Facts, name_of: NameOf) -> str:
    new, company = behaviors
    seen = float(facts["seen"])
    often = "never" if seen == 0 else f"only {_times(seen)}"
    if facts["company"] == "control":
        minutes = length_phrase(60 * float(facts["minutes"]))
        when = f"{minutes} after {name_of(company.entity)} {control_phrase(company.control)}"
    elif company.control in PRESENCE:
        when = "while nobody was home"
    else:
        when = f"while {name_of(company.entity)} {_state_phrase(company.control)}"
    return (
        f"{name_of(new.entity)} {control_phrase(new.control)} {when}; that {often} happened before, "
        f"where chance alone would have brought it about {_times(float(facts['possible']))}."
    )


def _moment(behaviors: tuple[Behavior, ...], facts: Facts, name_of: NameOf) -> str:
    near = float(facts["near"])
    often = "none was" if near == 0 else "1 was" if round(near) == 1 else f"{near:.0f} were"
    return (
        f"{name_of(behaviors[0].entity)} {control_phrase(behaviors[0].control)} at "
        f"{clock_phrase(float(facts['hour']))}; of {float(facts['uses']):.0f} times before, {often} "
        f"within an hour of this time (most are around {clock_phrase(float(facts['usual_hour']))})."
    )


def _duration(behaviors: tuple[Behavior, ...], facts: Facts, name_of: NameOf) -> str:
    return (
        f"{name_of(behaviors[0].entity)} has been {_active_phrase(behaviors[0].control)} for "
        f"{length_phrase(float(facts['seconds']))}; never more than {length_phrase(float(facts['longest']))} "
        f"in {float(facts['uses']):.0f} times before (usually {length_phrase(float(facts['usual']))})."
    )


def _sequence(behaviors: tuple[Behavior, ...], facts: Facts, name_of: NameOf) -> str:
    return (
        f"{name_of(behaviors[0].entity)} {control_phrase(behaviors[0].control)}, which does not fit what "
        f"happened around it; rather expected was that {name_of(str(facts['expected_entity']))} "
        f"{control_phrase(str(facts['expected_control']))}."
    )


_SENTENCES: Mapping[str, Callable[[tuple[Behavior, ...], Facts, NameOf], str]] = {
    "repetition": _repetition,
    "meeting": _meeting,
    "moment": _moment,
    "duration": _duration,
    "sequence": _sequence,
}


def _active_phrase(control: str) -> str:
    return _ACTIVE.get(control, "on")


def _state_phrase(control: str) -> str:
    if control.startswith("arm_"):
        return "was armed"
    if phase(control) is Phase.BEGIN:
        return f"was {_active_phrase(control)}"
    return f"was {_INACTIVE.get(control, 'off')}"


def explanation(sequence: SequenceScore, look: Look) -> dict[str, Any]:
    """Return a window position by position: loss, share of the score, and what was likely instead."""
    return {
        "score": look.score,
        "positions": [_position(sequence.vocabulary, look, i) for i in range(len(look.behaviors))],
    }


def _position(vocabulary: Vocabulary, look: Look, position: int) -> dict[str, Any]:
    b = look.behaviors[position]
    return {
        "time": b.time,
        "device": b.device,
        "entity": b.entity,
        "control": b.control,
        "actor": b.actor,
        "loss": float(look.losses[position]),
        "share": float(look.contributions[position] / max(look.score, 1e-9)),
        "expected": [
            {"device": t.device, "entity": t.entity, "control": t.control, "probability": p}
            for t, p in look.expected(vocabulary, position)
        ],
    }
