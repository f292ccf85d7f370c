"""What came of a fault, and whether that is what SmartGuard promises."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_VARYING = re.compile(r"\d+|0x[0-9a-f]+|'[^']*'|\S*/\S*")
_NUMBER = re.compile(r"\d+")
_SHOWN = 5


@dataclass
class Outcome:
    """A fault that was tried.

    behaviors: that were at stake. lost: of those, what should be there and is not. loads: tries after which
    the last good model guarded again. repairs, logs: what was said, and how often. clean: tries after which
    the entry unloaded with nothing left behind. wrong: what is not as it should be, in words. more: figures.
    """

    name: str
    aim: str
    tries: int = 0
    behaviors: int = 0
    lost: int = 0
    loads: int = 0
    clean: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    logs: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    more: dict[str, float] = field(default_factory=dict)

    def take(self, after: dict[str, Any], wanted: str = "guarding") -> None:
        """Take what `after.look_at` found after one try; wanted: the status that is right."""
        self.tries += 1
        self.loads += after["status"] == wanted
        self.clean += not after["left"]
        self.repairs.update(after["issues"])
        self.logs.update(kind_of(line) for line in after["lines"])
        self.wrong.update(f"left behind: {kind_of(name)}" for name in after["left"])
        self.wrong.update(f"a file left behind: {_NUMBER.sub('…', name)}" for name in after["leftovers"])
        self.count("a partial episode", after["partial"])

    def count(self, what: str, times: int) -> None:
        """Count what is not as it should be."""
        if times:
            self.wrong[what] += times

    def add(self, name: str, value: float) -> None:
        """Add to a figure."""
        self.more[name] = self.more.get(name, 0) + value

    def most(self, name: str, value: float) -> None:
        """Keep the largest of a figure."""
        self.more[name] = round(max(value, self.more.get(name, value)), 3)

    @property
    def verdict(self) -> str:
        """Say "survived", or what was lost and what was wrong."""
        said = [f"{self.lost} behaviors"] if self.lost else []
        if self.loads < self.tries:
            said.append(f"{self.tries - self.loads} of {self.tries} are not as they should be")
        if self.clean < self.tries:
            said.append(f"{self.tries - self.clean} of {self.tries} do not unload cleanly")
        said += [f"{what} ({count})" for what, count in self.wrong.most_common(_SHOWN)]
        return "lost " + "; ".join(said) if said else "survived"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "aim": self.aim,
            "tries": self.tries,
            "behaviors": self.behaviors,
            "lost": self.lost,
            "loads": self.loads,
            "unloads_clean": self.clean,
            "repairs": dict(self.repairs.most_common()),
            "log_lines": dict(self.logs.most_common()),
            "wrong": dict(self.wrong.most_common()),
            "more": self.more,
            "verdict": self.verdict,
        }


def kind_of(line: str) -> str:
    """Return a line without what differs from try to try."""
    return _VARYING.sub("…", line.splitlines()[0] if line else "")[:160]
