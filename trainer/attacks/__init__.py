"""Anomalies to inject: the paper's Table 2 into a home or its windows, the four kinds into any log."""

from __future__ import annotations

from .. import core_access  # noqa: F401  # before the core is imported

# isort: split
from custom_components.smartguard.core.behavior import Behavior

from .kinds import COMMON, Control, Kind, common_controls, longest_on, on_times
from .log import Truth
from .stream import inject
from .table2 import Injector, injectors, undo
from .windows import WindowInjector, window_injectors

__all__ = [
    "COMMON",
    "Behavior",
    "Control",
    "Injector",
    "Kind",
    "Truth",
    "WindowInjector",
    "common_controls",
    "inject",
    "injectors",
    "longest_on",
    "on_times",
    "undo",
    "window_injectors",
]
