"""Calibration: how often a home's own days would have been told, judged by what was not fitted on them.

Channels are cross-fitted: blocks of days, each judged by channels fitted on the other blocks. The network is
too dear for that; its score is calibrated on the newest days, which it was not trained on. What was found is
brought into one currency, and the policy lives through it (`rehearsal`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import e, inf, log10

import numpy as np

from .behavior import Behavior
from .company import Company
from .duration import Duration
from .episode import Judgement, Reason
from .evidence import SETTLE, WEEK, Channel, Facts, Finding, History, settled
from .meeting import Meeting
from .moment import Moment
from .novelty import CHANNEL as FIRST_TIMES, GRACE, youth
from .reasons import reasons_of
from .rehearsal import FLOOR, rehearse
from .repetition import Repetition
from .threshold import LOWEST, SHARES, Tail, combine, episode_maxima, weigh

SEQUENCE = "sequence"
"""The channel that is calibrated on the newest days alone."""

_SEQUENCE_PRIOR = 12.0
"""Excesses that the natural scale of the sequence's tail counts for: from a week of days held out it has to
tell what comes twice a year, and what eight of them measure is off by a third for luck alone."""

_UNSAID: Facts = {}

_DOUBT = 1.2
"""Alerts that the days lived through may have been spared by luck: a budget is the most that is told, and a
short history says little of that."""
_SETTLED = 3.0
"""Weeks from which on a longer history is doubted less; the tails of a shorter one are wide by themselves."""


@dataclass(frozen=True)
class HeldOut:
    """Days as they were judged by what was not fitted on them.

    found: channel -> times (UTC seconds) and what was found then, in time order. firsts: what was strange
    because a known device had never done it. ends: what ended something. weeks: lived through in all.
    newest_weeks: those of them that the network was not trained on. ages: for how many seconds entities
    that came later are known by the end.
    """

    found: Mapping[str, list[tuple[float, Finding]]]
    firsts: tuple[Reason, ...]
    ends: tuple[Behavior, ...]
    weeks: float
    newest_weeks: float
    ages: Mapping[str, float] = field(default_factory=dict)

    def weigh(self, channel: str, tail: Tail, finding: Finding) -> float:
        """Return what a finding weighs by the age that its youngest entity has by the end."""
        age = min(self.ages.get(b.entity, inf) for b in finding.behaviors)
        return weigh(channel, tail, finding.surprise) - youth(max(age, GRACE), self.weeks * WEEK)

    def without(self, channel: str) -> HeldOut:
        """Return the same days judged by one channel less; first times are a channel too."""
        firsts = () if channel == FIRST_TIMES else self.firsts
        return replace(self, found={n: f for n, f in self.found.items() if n != channel}, firsts=firsts)


def fit_channels(history: History) -> dict[str, Channel]:
    """Fit what judges a behavior at once, beside the network."""
    return {
        "repetition": Repetition.fit(history),
        "meeting": Meeting.fit(history),
        "duration": Duration.fit(history),
    }


def fit_settling(history: History) -> dict[str, Moment | Company]:
    """Fit what judges a behavior when it has settled, beside the network."""
    return {"moment": Moment.fit(history), "company": Company.fit(history)}


def cross_fit(history: History, folds: int) -> dict[str, list[tuple[float, Finding]]]:
    """Judge each block of days by channels fitted on the other blocks."""
    # A channel that never found anything is calibrated too: its first finding is the strange one.
    judged: dict[str, list[tuple[float, Finding]]] = {name: [] for name in SHARES}
    for block in np.array_split(np.array(sorted(history.days)), min(folds, len(history.days))):
        inside = frozenset(int(d) for d in block)
        rest = history.on(history.days - inside)
        channels, settling = fit_channels(rest), fit_settling(rest)
        before = float("-inf")
        for memory in history.on(inside).replay():
            now = memory.recent[-1].time
            found = [(name, now, channel.find(memory)) for name, channel in channels.items()]
            old_enough = settled(memory, before, now)
            found += [
                (name, b.time + SETTLE, channel.find(memory, b))
                for b in old_enough
                for name, channel in settling.items()
            ]
            for name, time, finding in found:
                if finding is not None:
                    judged[name].append((time, replace(finding, facts=_UNSAID)))
            before = now
    return judged


def calibrate(held_out: HeldOut) -> tuple[dict[str, Tail], Tail]:
    """Turn what was found into tails: of each channel, and of what the strangest of them weighs.

    A network that read nothing of the newest days gets no tail: it is surprised by all that it reads, if only
    a little.
    """
    weeks, newest_weeks = held_out.weeks, held_out.newest_weeks
    tails = {
        name: _tail(name, found, held_out)
        for name, found in held_out.found.items()
        if found or name != SEQUENCE
    }
    weighed: dict[float, float] = {}
    raised: dict[float, float] = {}
    strange: dict[float, tuple[Reason, ...]] = {}
    for time, found_then in _by_time(held_out).items():
        weights = {name: held_out.weigh(name, tails[name], f) for name, f in found_then.items()}
        weighed[time] = combine(list(weights.values()))
        others = [weight for name, weight in weights.items() if name != SEQUENCE]
        if not others or weighed[time] > combine(others):
            raised[time] = weighed[time]
        if weighed[time] > FLOOR:
            strange[time] = reasons_of(found_then, weights, float)
    for first in held_out.firsts:
        time = first.behaviors[0].time
        weighed[time] = max(first.score, weighed.get(time, LOWEST))
        strange[time] = tuple(sorted((*strange.get(time, ()), first), key=lambda r: -r.score))
    judgements = [Judgement(time, weighed[time], reasons) for time, reasons in strange.items()]
    told = rehearse(judgements, held_out.ends, _maxima(weighed.items()))
    told += _unseen(len(_maxima(raised.items())) / newest_weeks, weeks - newest_weeks)
    return tails, Tail.fit(told, weeks, natural=log10(e)).stricter(doubt(weeks))


def _tail(name: str, found: Iterable[tuple[float, Finding]], held_out: HeldOut) -> Tail:
    """Fit a channel's tail on the largest surprise of each episode."""
    maxima = _maxima((time, f.surprise) for time, f in found)
    if name == SEQUENCE:
        return Tail.fit(maxima, held_out.newest_weeks, prior=_SEQUENCE_PRIOR)
    return Tail.fit(maxima, held_out.weeks)


def _by_time(held_out: HeldOut) -> dict[float, dict[str, Finding]]:
    """Return what each channel found most surprising at each moment."""
    moments: dict[float, dict[str, Finding]] = defaultdict(dict)
    for name, found in held_out.found.items():
        for time, finding in found:
            if name not in moments[time] or moments[time][name].surprise < finding.surprise:
                moments[time][name] = finding
    return moments


def doubt(weeks: float) -> float:
    """Return how many times as frequent strange moments may be as the days lived through say."""
    return 1 + _DOUBT / max(weeks, _SETTLED)


def _unseen(episodes: float, weeks: float) -> list[float]:
    """Return what moments of the older weeks would have weighed to a network not trained on them.

    episodes: a week, as on the newest days. The i-th strangest weighs what the network's share of the budget
    says: copies of the newest days' would count the luck of one week for all of them.
    """
    ranks = np.arange(round(episodes * weeks)) + 0.5
    return [log10(SHARES[SEQUENCE] * weeks / rank) for rank in ranks]


def _maxima(found: Iterable[tuple[float, float]]) -> list[float]:
    """Return the largest value of each episode; any order."""
    ordered = sorted(found)
    return episode_maxima([time for time, _ in ordered], [value for _, value in ordered])
