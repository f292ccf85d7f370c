"""Calibration: how often a home's own days would have been told, judged by what was not fitted on them.

Channels are cross-fitted: blocks of days, each judged by channels fitted on the other blocks. The network is
too dear for that; its score is calibrated on the newest days, which it was not trained on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import e, log10
from typing import TypeAlias

import numpy as np

from .company import Company
from .duration import Duration
from .evidence import SETTLE, Channel, History, settled
from .meeting import Meeting
from .moment import Moment
from .repetition import Repetition
from .threshold import SHARES, Tail, combine, episode_maxima, weigh

SEQUENCE = "sequence"
"""The channel that is calibrated on the newest days alone."""

_SEQUENCE_PRIOR = 12.0
"""Excesses that the natural scale of the sequence's tail counts for: from a week of days held out it has to
tell what comes twice a year, and what eight of them measure is off by a third for luck alone."""

Surprises: TypeAlias = dict[str, list[tuple[float, float]]]
"""Channel -> times (UTC seconds) and surprises (nats), in time order."""

_DOUBT = 1.2
"""Alerts that the days lived through may have been spared by luck: a budget is the most that is told, and a
short history says little of that."""
_YOUNG = 1.0
"""Weeks below which much is still met for the first time: homes so young are doubted by the square of how
young they are."""


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


def cross_fit(history: History, folds: int) -> Surprises:
    """Judge each block of days by channels fitted on the other blocks."""
    # A channel that never found anything is calibrated too: its first finding is the strange one.
    surprises: Surprises = {name: [] for name in SHARES}
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
                    surprises[name].append((time, finding.surprise))
            before = now
    return surprises


def calibrate(surprises: Surprises, weeks: float, newest_weeks: float) -> tuple[dict[str, Tail], Tail]:
    """Turn surprises into tails: of each channel, and of what the strangest of them weighs.

    weeks: lived through in all. newest_weeks: those of them that the network was not trained on. A network
    that read nothing in those gets no tail: it is surprised by all that it reads, if only a little.
    """
    tails = {
        name: Tail.fit(_maxima(found), newest_weeks, prior=_SEQUENCE_PRIOR)
        if name == SEQUENCE
        else Tail.fit(_maxima(found), weeks)
        for name, found in surprises.items()
        if found or name != SEQUENCE
    }
    weights: dict[float, list[float]] = defaultdict(list)
    for name, found in surprises.items():
        for time, surprise in found:
            if name != SEQUENCE:
                weights[time].append(weigh(name, tails[name], surprise))
    moments = {time: combine(weighed) for time, weighed in weights.items()}
    raised = {}
    for time, surprise in surprises.get(SEQUENCE, ()):
        weight = combine([*weights.get(time, ()), weigh(SEQUENCE, tails[SEQUENCE], surprise)])
        if time not in moments or weight > moments[time]:
            raised[time] = weight
    maxima = _maxima({**moments, **raised}.items())
    maxima += _unseen(len(_maxima(raised.items())) / newest_weeks, weeks - newest_weeks)
    return tails, Tail.fit(maxima, weeks, natural=log10(e)).stricter(doubt(weeks))


def doubt(weeks: float) -> float:
    """Return how many times as frequent strange moments may be as the days lived through say."""
    return 1 + _DOUBT / weeks * max(1.0, _YOUNG / weeks) ** 2


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
