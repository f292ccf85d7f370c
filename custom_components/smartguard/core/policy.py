"""From judgements to episodes: one alert for what belongs together, and no alert for its echo.

Score, threshold and policy are three things: the guard says how strange, the threshold how strange is
too strange, the policy when to speak.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .behavior import Behavior, Phase, phase
from .episode import Change, Episode, Expected, Judgement, Reason
from .restraint import LASTING, Restraint
from .severity import severity
from .threshold import threshold_of

__all__ = ["Change", "Episode", "Expected", "Judgement", "Policy", "Reason"]

CLEAR_AFTER = 300.0
"""Seconds without a further verdict after which an episode ends."""
SUSTAINED = 30.0
"""Seconds that a weak sign waits: undone by then, it is not told."""
WEAK = 0.3
"""Score above the threshold: twice as rare as an alert has to be."""
_AT_ONCE = frozenset({"meeting"})
"""Kinds of reason that may be judged before what explains them has happened: a weak sign of them waits."""
_STRANGER = 0.5
"""What is stranger by so much is news beside what was told."""
_LONGER = 1.25
"""What is told anew of how long something has been on is longer by a quarter."""
_TOLD = 256


@dataclass
class Policy:
    """Merges verdicts into episodes. Not thread-safe: one caller.

    restraint: what is kept back although it is above the threshold.
    """

    threshold: float
    episode: Episode | None = None
    restraint: Restraint = field(default_factory=Restraint)
    _news: float = float("-inf")
    _told: deque[tuple[Behavior, str]] = field(default_factory=lambda: deque(maxlen=_TOLD))
    _beside: dict[Behavior, float] = field(default_factory=dict)
    _waiting: tuple[Judgement, tuple[Reason, ...]] | None = None
    _resumed: float = float("-inf")

    @classmethod
    def with_budget(cls, alerts_a_week: float) -> Policy:
        """Make a policy for at most `alerts_a_week` expected alerts a week."""
        return cls(threshold_of(alerts_a_week))

    def set_budget(self, alerts_a_week: float) -> None:
        """Change the budget; it holds from the next judgement on."""
        self.threshold = threshold_of(alerts_a_week)

    def restore(self, episodes: Iterable[Episode], now: float) -> None:
        """Remember episodes that were told before a restart, oldest first; an open one goes on.

        It has its time from `now` (UTC seconds) on to be confirmed or to end: while nobody looked it was
        neither. How long it lasted is counted to its last verdict.
        """
        self._resumed = now
        for episode in episodes:
            for reason in episode.reasons:
                self._remember(reason, episode.start)
            self.episode = episode if episode.end is None else None
            if episode.end is not None:
                self.restraint.cool(episode)

    def observe(self, judgement: Judgement, newest: Behavior | None = None) -> tuple[Change, ...]:
        """Take in a judgement, and the behavior that it is of; return what it changes, in order."""
        self._withdraw(newest)
        self._wait_for_unseen(judgement)
        changes = self.tick(judgement.time)
        passing = self.restraint.passing(judgement.reasons, judgement.time, self.threshold)
        verdict = tuple(r for r in passing if not self._is_echo(r))
        if not verdict:
            return changes
        if self.restraint.muted:
            self._let_pass(verdict, judgement.time)
            return changes
        if self._is_another(judgement.time, verdict):
            changes += self._end(judgement.time)
            verdict = tuple(r for r in verdict if not self._is_echo(r))
        for reason in verdict:
            self._remember(reason, judgement.time)
        if self._is_weak(verdict):
            self._waiting = judgement, verdict
            return changes
        return (*changes, *self._begin_waiting(), *self._take(judgement, verdict))

    def tick(self, now: float) -> tuple[Change, ...]:
        """Let time pass: a weak sign that waited long enough is told, and what has been quiet ends.

        A clock that jumped back does neither.
        """
        changes: tuple[Change, ...] = ()
        if self._waiting is not None and now - self._waiting[0].time >= SUSTAINED:
            changes = self._begin_waiting()
        if self.episode is None or now - max(self.episode.last, self._resumed) <= CLEAR_AFTER:
            return changes
        return changes + self._end(now)

    def end(self, now: float) -> tuple[Change, ...]:
        """End an open episode at `now` (UTC seconds), and forget what waits to become one."""
        self._waiting = None
        return self._end(now)

    def _take(self, judgement: Judgement, verdict: tuple[Reason, ...]) -> tuple[Change, ...]:
        """Begin an episode, or merge into the one that is open."""
        if self.episode is None:
            self.episode = self._begin(judgement, verdict)
            return (Change("detected", self.episode),)
        before, self.episode = self.episode, self._merge(self.episode, judgement, verdict)
        is_as_before = (before.reasons, severity(before)) == (self.episode.reasons, severity(self.episode))
        return () if is_as_before else (Change("updated", self.episode),)

    def _is_weak(self, verdict: tuple[Reason, ...]) -> bool:
        """Say whether a first sign is so weak that it is only told if it lasts or is not the only one."""
        strongest = verdict[0]
        is_first = self.episode is None and self._waiting is None
        return is_first and strongest.channel in _AT_ONCE and strongest.score < self.threshold + WEAK

    def _begin_waiting(self) -> tuple[Change, ...]:
        """Tell the weak sign that waits; what waited as everything was muted is taken for told."""
        waiting, self._waiting = self._waiting, None
        return self._take(*waiting) if waiting and not self.restraint.muted else ()

    def _withdraw(self, newest: Behavior | None) -> None:
        """Drop a weak sign when what it is about is undone at once: somebody looked in and went."""
        if newest is None or self._waiting is None or phase(newest.control) is not Phase.END:
            return
        judgement, verdict = self._waiting
        if newest.time - judgement.time < SUSTAINED and verdict[0].behaviors[0].entity == newest.entity:
            self._waiting = None

    def _wait_for_unseen(self, judgement: Judgement) -> None:
        """Leave an alert open while nobody sees whether what stayed on is on still."""
        if self.episode is None:
            return
        lasting = {r.behaviors[0].entity for r in self.episode.reasons if r.channel == "duration"}
        if not lasting.isdisjoint(judgement.unseen):
            self._resumed = judgement.time

    def _let_pass(self, verdict: tuple[Reason, ...], now: float) -> None:
        """Take what nobody wants to hear for told; what is still on later is told then."""
        for reason in verdict:
            if reason.channel != "duration":
                self._remember(reason, now)

    def _end(self, now: float) -> tuple[Change, ...]:
        if self.episode is None:
            return ()
        ended, self.episode = replace(self.episode, end=now), None
        self.restraint.cool(ended)
        return (Change("cleared", ended),)

    def _is_another(self, now: float, verdict: tuple[Reason, ...]) -> bool:
        """Say whether news of another device is an alert of its own.

        What flickers or stays on is: no other device explains it, unless they were left on together. Habits
        belong together while they come one upon the other; a console that is on all day hides nothing that
        happens until it is off.
        """
        if self.episode is None or _were_left_together(self.episode, verdict):
            return False
        known = {b.device for b in self.episode.told}
        news = [r for r in verdict if any((b, r.channel) not in self._told for b in r.context)]
        is_apart = now - self._news > CLEAR_AFTER or all(r.channel in LASTING for r in news)
        return bool(news) and is_apart and all(r.behaviors[0].device not in known for r in news)

    def _is_echo(self, reason: Reason) -> bool:
        """Say whether a reason only repeats what was told.

        What lasts goes on (repetition and duration extend the open episode that told them); everything
        else that rests on a behavior already told is its echo, whichever channel hears it.
        """
        if reason.channel in LASTING:
            if self.episode is not None and not set(self.episode.told).isdisjoint(reason.context):
                return False
            return any((b, reason.channel) in self._told for b in reason.context)
        told, beside = {b for b, _ in self._told}, _lasting_company(reason)
        return any(b in told for b in reason.context if b not in beside) or any(
            reason.score <= self._beside.get(b, float("-inf")) + _STRANGER for b in beside
        )

    def _remember(self, reason: Reason, now: float) -> None:
        """Keep what was spoken of; what nobody spoke of before is news.

        A state that only kept company (an armed alarm, an empty home) lasts: what else happens meanwhile is
        its echo unless it is stranger.
        """
        beside = _lasting_company(reason)
        for b in beside:
            self._beside[b] = max(reason.score, self._beside.pop(b, reason.score))
            if len(self._beside) > _TOLD:
                del self._beside[next(iter(self._beside))]
        for b in reason.context:
            if b not in beside and (b, reason.channel) not in self._told:
                self._told.append((b, reason.channel))
                self._news = now

    def _begin(self, judgement: Judgement, verdict: tuple[Reason, ...]) -> Episode:
        strongest = verdict[0]
        behaviors = _heaviest(strongest, judgement)
        return Episode(
            # Of an id that reads as a number, a template makes one, and drops the zeros at its end.
            f"e{judgement.time:.3f}",
            judgement.time,
            judgement.time,
            strongest.score,
            self.threshold,
            verdict,
            behaviors,
            judgement.expected,
            losses=_losses(behaviors, judgement.losses),
        )

    @staticmethod
    def _merge(episode: Episode, judgement: Judgement, verdict: tuple[Reason, ...]) -> Episode:
        strongest: dict[str, Reason] = {}
        for reason in (*episode.reasons, *verdict):
            kept = strongest.get(reason.channel)
            if kept is None or reason.score > kept.score + _STRANGER or _is_longer(reason, kept):
                strongest[reason.channel] = reason
        reasons = tuple(sorted(strongest.values(), key=lambda r: -r.score))
        merged = replace(episode, last=max(episode.last, judgement.time), reasons=reasons)
        if verdict[0].score <= episode.score:
            return merged
        behaviors = _heaviest(verdict[0], judgement)
        return replace(
            merged,
            score=verdict[0].score,
            behaviors=behaviors,
            expected=judgement.expected or episode.expected,
            losses=_losses(behaviors, (*episode.losses, *judgement.losses)),
        )


def _lasting_company(reason: Reason) -> tuple[Behavior, ...]:
    """Return the edges of the states that something strange met: an alarm that is armed, a lock."""
    return reason.behaviors[1:] if reason.facts.get("company") == "state" else ()


def _is_longer(reason: Reason, kept: Reason) -> bool:
    """Say whether what stays on has done so for so much longer that the words of before are untrue."""
    if reason.channel != "duration" or reason.behaviors != kept.behaviors:
        return False
    seconds, before = reason.facts.get("seconds"), kept.facts.get("seconds")
    return isinstance(seconds, float) and isinstance(before, float) and seconds >= _LONGER * before


def _were_left_together(episode: Episode, verdict: tuple[Reason, ...]) -> bool:
    """Say whether all that is strange was switched on along with what the episode tells of, and stayed on."""
    begun = [r.behaviors[0].time for r in episode.reasons if r.channel == "duration"]
    return all(
        r.channel == "duration" and any(abs(r.behaviors[0].time - time) <= CLEAR_AFTER for time in begun)
        for r in verdict
    )


def _heaviest(reason: Reason, judgement: Judgement) -> tuple[Behavior, ...]:
    return tuple(dict.fromkeys((*reason.behaviors, *judgement.heaviest)))[:3]


def _losses(
    behaviors: tuple[Behavior, ...], losses: tuple[tuple[Behavior, float], ...]
) -> tuple[tuple[Behavior, float], ...]:
    newest = dict(losses)
    return tuple((b, newest[b]) for b in behaviors if b in newest)
