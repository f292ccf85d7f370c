"""What was budgeted and what happened: alerts of late, and how sure the calibration can be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from .const import DAY
from .core.calibration import doubt

WEEK: Final = 7 * DAY
KEPT_WEEKS: Final = 4
_Z: Final = 1.645
"""Standard normal quantile of a range that holds nine times in ten."""


@dataclass(frozen=True, slots=True)
class Account:
    """The latest alerts of one home: when they began, oldest first (UTC seconds)."""

    told: tuple[float, ...] = ()

    def with_alert(self, start: float) -> Account:
        """Add an alert that begins; those that are too old are dropped."""
        oldest = start - KEPT_WEEKS * WEEK
        return Account((*(time for time in self.told if time > oldest), start))

    def this_week(self, now: float) -> int:
        """Return how many alerts there were in the seven days until `now`."""
        return sum(now - WEEK < time <= now for time in self.told)

    def of(self, told: Iterable[float]) -> Account:
        """Take the alerts of the past."""
        return Account(tuple(sorted({*self.told, *told})))

    def without(self, forgotten: Iterable[float]) -> Account:
        """Drop alerts by when they began."""
        gone = frozenset(forgotten)
        return Account(tuple(time for time in self.told if time not in gone))

    def shown(
        self, now: float, budget: float, weeks: float | None, false_alarms: float | None
    ) -> dict[str, Any]:
        """Return what is to be seen of it beside the threshold.

        weeks: lived weeks that the threshold was calibrated on, None without a model. false_alarms: share of
        the judged alerts that people called normal.
        """
        lately = sum(now - KEPT_WEEKS * WEEK < time <= now for time in self.told)
        least, most = (None, None) if weeks is None else expected_range(budget, weeks)
        return {
            "budget_per_week": budget,
            "alerts_last_7_days": self.this_week(now),
            "alerts_last_28_days": lately,
            "expected_per_week_at_least": least,
            "expected_per_week_at_most": most,
            "calibrated_on_weeks": None if weeks is None else round(weeks, 1),
            "false_alarm_share": None if false_alarms is None else round(false_alarms, 2),
        }


def expected_range(budget: float, weeks: float) -> tuple[float, float]:
    """Return how many alerts a week a budget may turn out to be, nine times in ten.

    In the weeks of the calibration `budget * weeks` alerts were counted, less what a short history is
    doubted. That is a Poisson count, whose range is taken from its cube root (Wilson and Hilferty 1931).
    """
    count = budget * weeks / doubt(weeks)

    def bound(alerts: float, z: float) -> float:
        if alerts <= 0:
            return 0.0
        root = max(0.0, 1 - 1 / (9 * alerts) + z / (3 * math.sqrt(alerts)))
        return alerts * root * root * root / weeks

    return round(bound(count, -_Z), 2), round(bound(count + 1, _Z), 2)
