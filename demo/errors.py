"""What can go wrong in the demonstration."""

from __future__ import annotations


class DemoError(RuntimeError):
    """The demonstration cannot go on; the message says what was expected and what was got."""
