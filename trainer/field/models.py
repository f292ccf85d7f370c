"""The models that live through a log: SmartGuard and the three rivals."""

from __future__ import annotations

from .model import Model
from .rivals.hour_of_week import HourOfWeek
from .rivals.markov import Markov
from .rivals.rules import Rules
from .smartguard import SmartGuard

MODELS: tuple[Model, ...] = (SmartGuard(), HourOfWeek(), Markov(), Rules())
