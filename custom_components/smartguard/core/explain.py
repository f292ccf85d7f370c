"""Explanations in words and in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .behavior import PRESENCE, Behavior, Phase, phase
from .evidence import Facts
from .phrases import ENGLISH, Phrases
from .policy import Episode, Reason
from .sequence import Look, SequenceScore
from .vocabulary import Vocabulary

NameOf = Callable[[str], str]
"""Entity key -> what a person calls it."""

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
    "stop_streaming": "not_streaming",
    "stop_recording": "not_recording",
    "disarm": "disarmed",
}


def sentence(episode: Episode, name_of: NameOf, phrases: Phrases = ENGLISH) -> str:
    """Say in one sentence why an episode was told, after its strongest reason."""
    return reason_sentence(episode.reasons[0], name_of, phrases)


def reason_sentence(reason: Reason, name_of: NameOf, phrases: Phrases = ENGLISH) -> str:
    """Say one reason in one sentence; of one that another version found, only what it is about."""
    words = Words(name_of, phrases)
    if (known := known_sentence(reason, words)) is not None:
        return known
    about = reason.behaviors[0]
    return words.say("other", event=words.event(about.entity, about.control))


def known_sentence(reason: Reason, words: Words) -> str | None:
    """Say one reason with its facts; None where another version found what this one can not tell of."""
    try:
        return _SENTENCES[reason.channel](reason.behaviors, reason.facts, words)
    except (KeyError, TypeError, ValueError):
        return None


def clock_phrase(hour: float) -> str:
    """Return an hour of day as a clock shows it."""
    # A thousandth of a minute more, since 1:40 is a little less than 100 minutes as a fraction of hours.
    hours, minutes = divmod(int(hour * 60 + 1e-3), 60)
    return f"{hours % 24:02d}:{minutes:02d}"


@dataclass(frozen=True)
class Words:
    """Phrases with the names of one home put in."""

    name_of: NameOf
    phrases: Phrases

    def say(self, phrase: str, **given: str) -> str:
        """Fill in a phrase."""
        return self.phrases[phrase].format(**given)

    def event(self, entity: str, control: str) -> str:
        """Say that a control was used: `turn_on` -> "The lamp was switched on"."""
        name = self.name_of(entity)
        verb, _, mode = control.partition(":")
        if mode:
            phrase = f"control_{verb}"
            return self.say(phrase if phrase in self.phrases else "control_set", name=name, mode=_plain(mode))
        for ending in ("up", "down"):
            if verb.endswith(f"_{ending}"):
                level = self._word("level", verb.removesuffix(f"_{ending}"))
                return self.say(f"control_{ending}", name=name, level=level)
        if verb.startswith("arm_"):
            return self.say("control_arm", name=name, mode=self._word("mode", verb.removeprefix("arm_")))
        if (phrase := f"control_{verb}") in self.phrases:
            return self.say(phrase, name=name)
        return self.say("control_other", name=name, mode=_plain(verb))

    def state(self, entity: str, control: str) -> str:
        """Say how the last control left an entity: `lock` -> "The door was locked"."""
        if control.startswith("arm_"):
            state = "armed"
        elif phase(control) is Phase.BEGIN:
            state = _ACTIVE.get(control, "on")
        else:
            state = _INACTIVE.get(control, "off")
        return self.say(f"state_{state}", name=self.name_of(entity))

    def lasting(self, entity: str, control: str, seconds: float) -> str:
        """Say how long an entity has been as a control left it."""
        phrase = f"lasting_{_ACTIVE.get(control, 'on')}"
        return self.say(phrase, name=self.name_of(entity), length=self.length(seconds))

    def length(self, seconds: float) -> str:
        """Return a length of time as people say it."""
        if seconds < 90:
            return self.say("seconds", count=f"{seconds:.0f}")
        if seconds < 5400:
            return self.say("minutes", count=f"{seconds / 60:.0f}")
        if seconds < 36 * 3600:
            return self.say("hours", count=self._decimal(seconds / 3600))
        return self.say("days", count=self._decimal(seconds / 86400))

    def times(self, count: float) -> str:
        """Return how often."""
        return self.say("once") if round(count) == 1 else self.say("times", count=f"{count:.0f}")

    def _decimal(self, number: float) -> str:
        return f"{number:.1f}".replace(".", self.phrases["decimal_mark"])

    def _word(self, kind: str, word: str) -> str:
        return self.phrases.get(f"{kind}_{word}", _plain(word))


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _repetition(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    return words.say(
        "repetition",
        name=words.name_of(behaviors[0].entity),
        count=f"{facts['uses']:.0f}",
        length=words.length(float(facts["seconds"])),
        usual=words.times(float(facts["usual"])),
    )


def _meeting(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    if "uses" in facts:
        return words.say(
            "meeting_company", what=_met(behaviors, facts, words), count=words.times(float(facts["uses"]))
        )
    seen = float(facts["seen"])
    return words.say(
        "meeting_never" if seen == 0 else "meeting_seen",
        what=_met(behaviors, facts, words),
        seen=words.times(seen),
        possible=words.times(float(facts["possible"])),
    )


def _met(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    """Say what met: a control and another one, or a control and a state."""
    new, company = behaviors
    event = words.event(new.entity, new.control)
    if facts["company"] == "control":
        length, other = (
            words.length(60 * float(facts["minutes"])),
            words.event(company.entity, company.control),
        )
        return words.say("meeting_after", event=event, length=length, other=other)
    if company.control in PRESENCE:
        return words.say("meeting_alone", event=event)
    return words.say("meeting_while", event=event, state=words.state(company.entity, company.control))


def _moment(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    near = float(facts["near"])
    return words.say(
        "moment_none" if near == 0 else "moment_one" if round(near) == 1 else "moment_some",
        event=words.event(behaviors[0].entity, behaviors[0].control),
        clock=clock_phrase(float(facts["hour"])),
        count=f"{float(facts['uses']):.0f}",
        near=f"{near:.0f}",
        usual=clock_phrase(float(facts["usual_hour"])),
    )


def _duration(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    about = behaviors[0]
    return words.say(
        "duration",
        lasting=words.lasting(about.entity, about.control, float(facts["seconds"])),
        longest=words.length(float(facts["longest"])),
        count=f"{float(facts['uses']):.0f}",
        usual=words.length(float(facts["usual"])),
    )


def _sequence(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    return words.say(
        "sequence",
        event=words.event(behaviors[0].entity, behaviors[0].control),
        expected=words.event(str(facts["expected_entity"]), str(facts["expected_control"])),
    )


def _novelty(behaviors: tuple[Behavior, ...], facts: Facts, words: Words) -> str:
    about = behaviors[0]
    if "again" in facts:
        return words.say("novelty_again", event=words.event(about.entity, about.control))
    return words.say(
        "novelty",
        event=words.event(about.entity, about.control),
        count=f"{float(facts['uses']):.0f}",
        length=words.length(float(facts["seconds"])),
    )


def _presence(behaviors: tuple[Behavior, ...], _facts: Facts, words: Words) -> str:
    return words.say("presence", event=words.event(behaviors[0].entity, behaviors[0].control))


def _test(_behaviors: tuple[Behavior, ...], _facts: Facts, words: Words) -> str:
    return words.say("test")


_SENTENCES: Mapping[str, Callable[[tuple[Behavior, ...], Facts, Words], str]] = {
    "repetition": _repetition,
    "meeting": _meeting,
    "moment": _moment,
    "duration": _duration,
    "sequence": _sequence,
    "novelty": _novelty,
    "presence": _presence,
    "test": _test,
}


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
