"""`python -m trainer suite NAME …`: one row per suite; each reads its own arguments."""

from __future__ import annotations

import sys
from importlib import import_module

# suite → module with `main(arguments) -> exit status`
SUITES = {
    "paper": "trainer.paper.suite",
    "honest": "trainer.trials.honest",
    "hard": "trainer.trials.hard",
}


def main(arguments: list[str]) -> int:
    """Run one suite; without a known one say which there are."""
    name = arguments[0] if arguments else ""
    if name in ("-h", "--help"):
        print(f"usage: trainer suite {'|'.join(SUITES)} …; each says more with --help")
        return 0
    if name not in SUITES:
        print(f"trainer suite: expected a suite of {', '.join(SUITES)}, got {name!r}", file=sys.stderr)
        return 2
    status: int = import_module(SUITES[name]).main(arguments[1:])
    return status
