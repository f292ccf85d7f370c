"""Command lines whose errors are one line: what was expected and what was got; exit status 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from custom_components.smartguard.core.errors import SmartGuardError

from ..detector import Progress

FAILED = 2


class Parser(argparse.ArgumentParser):
    """A parser that says one line, and takes no abbreviations of its flags."""

    def __init__(self, prog: str, description: str | None) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        self.exit(FAILED, f"{self.prog}: {message}\n")


def guarded(prog: str, run: Callable[[], None]) -> int:
    """Run a command; what it could not do is one line on stderr and status 2."""
    try:
        run()
    except (SmartGuardError, OSError) as err:
        # What a file held may be quoted, and a terminal obeys control characters.
        said = "".join(
            c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(str(err).split())
        )
        print(f"{prog}: {said}", file=sys.stderr)
        return FAILED
    return 0


def whole(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` on."""

    def read(text: str) -> int:
        if not text.lstrip("+-").isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"expected a whole number of at least {least}, got {text!r}")
        return int(text)

    return read


def number(low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers between two bounds, both allowed."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"expected a number of {low:g} to {high:g}, got {text!r}")
        return value

    return read


def one_of(*known: str) -> Callable[[str], str]:
    """Return a reader of one of some words."""

    def read(text: str) -> str:
        if text not in known:
            raise argparse.ArgumentTypeError(f"expected one of {', '.join(known)}, got {text!r}")
        return text

    return read


def words(*known: str) -> Callable[[str], tuple[Any, ...]]:
    """Return a reader of some words with commas between them, or of `none`."""

    def read(text: str) -> tuple[Any, ...]:
        chosen = () if text == "none" else tuple(text.split(","))
        if not set(chosen) <= set(known):
            raise argparse.ArgumentTypeError(f"expected some of {','.join(known)}, or none, got {text!r}")
        return chosen

    return read


def bar(what: str) -> Progress:
    """Return a progress bar on stderr; where nobody watches it says nothing until the end."""
    watched = sys.stderr.isatty()

    def show(share: float) -> None:
        if watched:
            print(f"\r{what} {'█' * round(20 * share):20} {share:4.0%}", end="", file=sys.stderr, flush=True)

    return show


def done(what: str, said: str) -> None:
    """Say how something ended, over its progress bar."""
    print(f"{chr(13) if sys.stderr.isatty() else ''}{what}: {said}".ljust(60), file=sys.stderr, flush=True)
