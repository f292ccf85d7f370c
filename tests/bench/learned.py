"""What the measured home has lived and learned, put where the entry finds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.learn import LearnOptions, learn
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.model_store import ModelStore

from . import homes

QUICK = TrainingOptions(epochs=1)
"""Enough to judge by: what judging costs does not depend on how well it was learned."""


def prepare(folder: Path, lived: Sequence[Behavior], zone: str, until: datetime) -> None:
    """Keep a past and what was learned of it; the recorder is not asked for what was before `until`."""
    guard = learn(lived, LearnOptions(zone=zone, training=QUICK)).guard
    journal = Journal.open(folder / "journal.db")
    journal.add(lived)
    journal.set_high_water(dict.fromkeys(homes.ENTITIES, until.timestamp()))
    journal.close()
    ModelStore(folder / "models").add(guard, until.timestamp(), len(lived))
