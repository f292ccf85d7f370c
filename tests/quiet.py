"""What a log holds that is no fault of SmartGuard: said of every custom integration, or of a slow machine."""

from __future__ import annotations

from typing import Final

UNTESTED: Final = "has not been tested by Home Assistant"
SLOW: Final = (" took ", " is taking over ", "Waiting for integrations to complete setup")
"""A task in asyncio's debug mode, and the set-up of an integration, of a platform and of all of them."""


def is_complaint(text: str) -> bool:
    """Say whether a warning or worse, with the logger's name, holds something against SmartGuard."""
    return "smartguard" in text.lower() and UNTESTED not in text and not any(slow in text for slow in SLOW)
