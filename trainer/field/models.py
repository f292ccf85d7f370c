"""The models that live through a log: SmartGuard, the three rivals and the paper's detectors."""

from __future__ import annotations

from .model import Model
from .rivals.hour_of_week import HourOfWeek
from .rivals.markov import Markov
from .rivals.rules import Rules
from .rivals.windowed import Windowed
from .smartguard import SmartGuard

DETECTORS = (
    *("SmartGuard:as_published", "TransAE", "ARGUS", "Autoencoder", "LOF", "OCSVM", "IsolationForest"),
    *("6thSense", "Aegis"),
)
"""The paper's model as it describes it, and its baselines as they should be fitted."""
MODELS: tuple[Model, ...] = (
    SmartGuard(),
    *(HourOfWeek(), Markov(), Rules()),
    *(Windowed(name) for name in DETECTORS),
)
