"""Make `custom_components.smartguard.core` importable where there is no Home Assistant.

Importing the core runs the component's own `__init__`, which needs Home Assistant. Where that is not
installed, an empty module with the right path takes its place, so that there is one copy of the core
under one name; where it is, nothing is done: such a stand-in would break Home Assistant's loader.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path

COMPONENT = "custom_components.smartguard"
FOLDER = Path(__file__).resolve().parent.parent / "custom_components" / "smartguard"


def provide_core() -> bool:
    """Put the empty parent in place if it is needed; say whether one is there."""
    present = sys.modules.get(COMPONENT)
    if present is None and importlib.util.find_spec("homeassistant") is None:
        present = types.ModuleType(COMPONENT, "An empty stand-in: there is no Home Assistant here.")
        present.__path__ = [str(FOLDER)]
        sys.modules[COMPONENT] = present
    return present is not None and getattr(present, "__file__", None) is None


provide_core()
