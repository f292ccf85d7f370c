"""What the entities show of one home's guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .core.policy import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the entities show; replaced as a whole, never changed.

    progress: percent while importing or training, else None. version: number of the model in use.
    reason: why the last training was refused or failed, None when it was neither. snoozed: until when
    nothing is told, "home" for until somebody comes home. account: what was budgeted and what happened.
    """

    status: str
    budget: float
    guarding: bool
    mode: str
    snoozed: datetime | str | None = None
    score: float | None = None
    threshold: float | None = None
    episode: Episode | None = None
    progress: float | None = None
    behaviors: int = 0
    last_trained: datetime | None = None
    version: str | None = None
    reason: str | None = None
    alerts_this_week: int = 0
    account: Mapping[str, Any] = field(default_factory=dict)
