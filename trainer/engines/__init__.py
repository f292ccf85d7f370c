"""Where the cells of a sweep are computed: one protocol and three engines; scheduling is theirs.

Work is a function of a module, `work(shared, cell) -> record`: `shared` is what every cell reads (a home),
a cell and a record are JSON.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from importlib import import_module
from typing import Any, Protocol, TypeAlias

from custom_components.smartguard.core.errors import SmartGuardError

Record: TypeAlias = dict[str, Any]
Work: TypeAlias = Callable[[Any, Record], Record]

# name → (module, class), whose only argument is the number of workers
ENGINES: dict[str, tuple[str, str]] = {
    "in-process": ("trainer.engines.in_process", "InProcess"),
    "local": ("trainer.engines.local", "LocalProcesses"),
    "ray": ("trainer.engines.ray_cluster", "RayCluster"),
}


class LostWorkerError(SmartGuardError):
    """A process that computed a cell is gone."""


class Engine(Protocol):
    """Computes cells, in whatever order."""

    def run(
        self, work: Work, shared: Any, cells: Sequence[Record]
    ) -> Generator[tuple[int, Record], None, None]:
        """Yield the place and the record of each cell as it ends; raise what a cell raised, LostWorkerError.

        Closing the generator ends whatever was started for it.
        """
        ...


def engine_of(name: str, workers: int | None = None) -> Engine:
    """Return an engine by its name, with as many workers as there are processors when not said."""
    module, kind = ENGINES[name]
    made: Engine = getattr(import_module(module), kind)(workers or os.cpu_count() or 1)
    return made
