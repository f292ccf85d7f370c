"""What `scripts/demo --check` measures, and when it is passed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from .witness import LoopLag, percentile

NORMAL_HOURS, NORMAL_BEHAVIORS = 3.0, 40
# Home seconds after the decisive instant within which an alert must come.
LIMITS = {"SD": 60.0, "MD": 60.0, "DM": 300.0, "DD": 60.0}


def told_in_time(kind: str, seconds: float | None) -> bool:
    """Say whether an anomaly was told, and not too late."""
    return seconds is not None and seconds <= LIMITS[kind]


@dataclass
class Findings:
    """What the check has measured so far."""

    seed: int
    rate: float
    begun: float = field(default_factory=time.monotonic)
    ha_version: str = ""
    behaviors: int = 0
    train_s: float = 0.0
    normal_hours: float = 0.0
    normal_behaviors: int = 0
    alerts: dict[str, float | None] = field(default_factory=dict)
    false_alerts: int = 0
    score_ms: list[float] = field(default_factory=list)
    lag: LoopLag = field(default_factory=LoopLag)

    def say(self, text: str) -> None:
        """Show progress with the seconds since the start."""
        print(f"[{time.monotonic() - self.begun:5.0f} s] {text}", flush=True)

    @property
    def passed(self) -> bool:
        """Say whether every anomaly was told in time, nothing else was, and life was long enough."""
        in_time = all(told_in_time(kind, self.alerts.get(kind)) for kind in LIMITS)
        lived = self.normal_hours >= NORMAL_HOURS and self.normal_behaviors >= NORMAL_BEHAVIORS
        return in_time and lived and self.false_alerts == 0

    def result(self) -> dict[str, Any]:
        """Return the last line's content."""
        lag = self.lag.percentile(0.99)
        return {
            "ha_version": self.ha_version,
            "seed": self.seed,
            "clock_rate": self.rate,
            "behaviors": self.behaviors,
            "train_s": round(self.train_s, 1),
            "normal_hours": round(self.normal_hours, 2),
            "normal_behaviors": self.normal_behaviors,
            "alerts": {kind: self.alerts.get(kind) for kind in LIMITS},
            "false_alerts": self.false_alerts,
            "score_ms_p50": round(percentile(self.score_ms, 0.5), 2) if self.score_ms else None,
            "loop_lag_ms_p99": None if lag is None else round(lag, 1),
        }
