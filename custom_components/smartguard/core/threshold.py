"""One currency: how many alerts a week are expected to be at least this strange.

Each channel's surprises on days that it was not fitted on give a tail: the number of episodes a week at
or above a surprise, counted where there are many and exponential beyond. The alert budget is split over
the channels, so channels can be compared and the strangest decides; how often it passes a level on those
days is counted once more, which makes the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, log10
from typing import Any

import numpy as np

from .errors import ArtifactDamagedError

SHARES: Mapping[str, float] = {
    "sequence": 0.04,
    "repetition": 0.22,
    "meeting": 0.12,
    "company": 0.20,
    "moment": 0.18,
    "duration": 0.24,
}
"""How the alert budget is split over the channels."""

MERGE = 600.0
"""Seconds: surprises closer than this belong to one episode."""
_TAIL = 8
_PRIOR_WEIGHT = 4.0
"""Excesses that the natural scale of a tail counts for, beside the eight that are measured."""
_NO_SURPRISE = 10.0
"""Episodes a week at a surprise of zero where none was counted: a hair above the usual is no alert."""
_LOOSEST = 0.5
"""Powers of ten by which counting channels together loosens the budget at most, some threefold."""
LOWEST, HIGHEST = -6.0, 6.0
"""Scores end here: a million alerts a week, one in a million weeks."""


def episode_maxima(times: Sequence[float], surprises: Sequence[float]) -> list[float]:
    """Return the largest surprise of each run of moments that are closer than MERGE, in time order."""
    maxima: list[float] = []
    last = float("-inf")
    for time, surprise in zip(times, surprises, strict=True):
        if time - last > MERGE:
            maxima.append(surprise)
        else:
            maxima[-1] = max(maxima[-1], surprise)
        last = time
    return maxima


@dataclass(frozen=True)
class Tail:
    """Surprises against episodes a week.

    levels: surprises in falling order; log_rates: log of the episodes a week at least that strange,
    rising. Beyond the first level the log rate falls by one each `scale` nats.
    """

    levels: tuple[float, ...]
    log_rates: tuple[float, ...]
    scale: float

    def __post_init__(self) -> None:
        if not self.levels or len(self.levels) != len(self.log_rates) or not self.scale > 0:
            raise ValueError(f"expected a log rate for each level and a positive scale, got {self}")

    @classmethod
    def fit(
        cls, maxima: Sequence[float], weeks: float, natural: float = 1.0, prior: float = _PRIOR_WEIGHT
    ) -> Tail:
        """Fit on the largest surprise of each episode within `weeks` weeks.

        Up to the ninth largest the i-th stands for (i - 1/2) episodes in that time; beyond runs an
        exponential tail. Its scale is the mean excess of the eight largest. Clean logs hold real
        anomalies: an excess counts for at most four times the median one. Where episodes are few the
        scale leans to the `natural` one, that of a surprise that keeps its word, 1 in nats, as if `prior`
        excesses had been of that size.
        """
        ordered = sorted((float(m) for m in maxima), reverse=True)
        if not ordered:
            return cls((1.0, 0.0), (-log(2 * weeks), log(_NO_SURPRISE)), 1.0)
        k = min(_TAIL, len(ordered) - 1)
        excess = np.array(ordered[:k]) - ordered[k]
        mean = float(np.minimum(excess, 4 * np.median(excess)).mean()) if k else natural
        ranks = np.unique(np.geomspace(k + 1, len(ordered), 48).astype(int)).tolist()
        levels = [ordered[i - 1] for i in ranks]
        log_rates = [log((i - 0.5) / weeks) for i in ranks]
        if levels[-1] > 0:
            levels.append(0.0)
            log_rates.append(max(log_rates[-1], log(_NO_SURPRISE)))
        return cls(
            tuple(levels),
            tuple(log_rates),
            (k * max(mean, 0.05) + prior * natural) / (k + prior),
        )

    def log_rate(self, surprise: float) -> float:
        """Return log10 of the episodes a week expected to be at least this strange."""
        beyond = max(0.0, surprise - self.levels[0]) / self.scale
        # np.interp wants rising positions.
        counted = np.interp(-surprise, [-level for level in self.levels], self.log_rates)
        return (float(counted) - beyond) / log(10)

    def stricter(self, factor: float) -> Tail:
        """Return a tail that takes everything for so many times as frequent."""
        return replace(self, log_rates=tuple(rate + log(factor) for rate in self.log_rates))

    def to_json(self) -> dict[str, Any]:
        """Return what the artifact header keeps."""
        return {
            "levels": list(self.levels),
            "log_rates": list(self.log_rates),
            "scale": self.scale,
        }

    @classmethod
    def from_json(cls, data: Any) -> Tail:
        """Read what `to_json` gave; raises ArtifactDamagedError."""
        try:
            return cls(
                tuple(float(x) for x in data["levels"]),
                tuple(float(x) for x in data["log_rates"]),
                float(data["scale"]),
            )
        except (KeyError, OverflowError, TypeError, ValueError) as err:
            raise ArtifactDamagedError(f"expected a calibration tail, got {data!r:.80}") from err


def weigh(channel: str, tail: Tail, surprise: float) -> float:
    """Return -log10 of the alerts a week at least this strange, by this channel's share of the budget.

    Shares make channels comparable; how often the strangest of them passes a level is counted after.
    """
    return log10(SHARES[channel]) - tail.log_rate(surprise)


def combine(weighed: Sequence[float]) -> float:
    """Return what one moment weighs: its strangest channel, and half of what the next adds to it.

    Two channels that both find a moment odd say more than the odder one alone; what happens ten times a
    week adds nothing.
    """
    first, second = sorted((*weighed, LOWEST, LOWEST), reverse=True)[:2]
    return first + 0.5 * max(0.0, second + 1.0)


def score_of(together: Tail, weighed: float) -> float:
    """Return the score: -log10 of the alerts a week expected at least this strange, of all channels.

    Where every day is like the other nothing strange was ever counted. The first thing that is somewhat odd
    is not beyond all counting: further than was counted, what shares leave unused loosens within a limit.
    """
    counted = -together.log_rate(min(weighed, together.levels[0]))
    most = max(counted, weighed + _LOOSEST)
    return float(np.clip(min(-together.log_rate(weighed), most), LOWEST, HIGHEST))


def threshold_of(alerts_a_week: float) -> float:
    """Return the score above which at most `alerts_a_week` alerts a week are expected."""
    if alerts_a_week <= 0:
        raise ValueError(f"expected a positive number of alerts a week, got {alerts_a_week}")
    return 0.0 - log10(alerts_a_week)  # never the negative zero that a dashboard would show
