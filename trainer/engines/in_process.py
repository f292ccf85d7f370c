"""One cell after the other, here."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from . import Record, Work


class InProcess:
    """The engine without processes; a cell may use all of the machine, so there is but one worker."""

    def __init__(self, workers: int = 1) -> None:
        del workers

    def run(
        self, work: Work, shared: Any, cells: Sequence[Record]
    ) -> Generator[tuple[int, Record], None, None]:
        """Yield each cell's record in turn."""
        for place, cell in enumerate(cells):
            yield place, work(shared, cell)
