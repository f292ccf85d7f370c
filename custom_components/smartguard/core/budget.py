"""How long a training may take: a small computer has other things to do, and a night ends."""

from __future__ import annotations

import time


class Budget:
    """Processor time of this process, counted from now on; waiting and cooling down cost nothing."""

    def __init__(self, seconds: float | None) -> None:
        """Take the seconds that there are, None for as many as it takes; raises ValueError."""
        if seconds is not None and not seconds > 0:
            raise ValueError(f"expected a budget above 0 seconds, got {seconds}")
        self._seconds = seconds
        self._begun = time.process_time()

    @property
    def spent(self) -> float:
        """Return the share that is spent; 0 where there is no limit."""
        return 0.0 if self._seconds is None else (time.process_time() - self._begun) / self._seconds

    def lasts(self, rounds: int) -> bool:
        """Say whether one more round fits in, after so many that took equally long."""
        return self.spent * (rounds + 1) <= rounds

    def left(self, least: float) -> float | None:
        """Return the seconds that are left, at least this share of all; None where there is no limit."""
        return None if self._seconds is None else self._seconds * max(least, 1.0 - self.spent)
