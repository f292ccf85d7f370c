"""Several processes of this machine, by the standard library's pool."""

from __future__ import annotations

import signal
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import Any

from . import LostWorkerError, Record, Work

_given: list[tuple[Work, Any]] = []
"""What this process, a worker, was given for all of its cells."""


def _receive(work: Work, shared: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent alone answers it
    _given[:] = [(work, shared)]


def _compute(cell: Record) -> Record:
    work, shared = _given[0]
    return work(shared, cell)


class LocalProcesses:
    """A pool of processes; fresh: a new process for every cell, so that none inherits another's memory."""

    def __init__(self, workers: int, *, fresh: bool = False) -> None:
        self.workers = workers
        self.fresh = fresh

    def run(
        self, work: Work, shared: Any, cells: Sequence[Record]
    ) -> Generator[tuple[int, Record], None, None]:
        """Yield records as they end; when closed before the end, the cells that run are given up."""
        others, whole = set(active_children()), False
        pool = ProcessPoolExecutor(
            min(self.workers, max(1, len(cells))),
            mp_context=get_context("spawn"),
            initializer=_receive,
            initargs=(work, shared),
            max_tasks_per_child=1 if self.fresh else None,
        )
        try:
            places = {pool.submit(_compute, cell): place for place, cell in enumerate(cells)}
            for future in as_completed(places):
                yield places[future], future.result()
            whole = True
        except BrokenProcessPool as err:
            raise LostWorkerError("expected every process to end its cell, got one that was killed") from err
        finally:
            if not whole:
                for worker in set(active_children()) - others:
                    worker.terminate()
            pool.shutdown(cancel_futures=True)
