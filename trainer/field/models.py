"""The models that live through a log."""

from __future__ import annotations

from .model import Model
from .smartguard import SmartGuard

MODELS: tuple[Model, ...] = (SmartGuard(),)
