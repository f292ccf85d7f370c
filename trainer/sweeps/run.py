"""Compute the cells of a sweep that are not kept yet, with a progress bar."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from tqdm import tqdm

from ..engines import Engine, Record, Work
from ..threads import one_thread
from .store import Store


@dataclass(frozen=True, slots=True)
class Finished:
    """Records in the order of their cells; spent: processor seconds by the name of each, kept ones too."""

    records: list[Record]
    spent: dict[str, float]

    @property
    def seconds(self) -> float:
        """Return what all cells took."""
        return sum(self.spent.values())

    @property
    def costs(self) -> Record:
        """Return what a result file holds of it, so that what results share can be counted once."""
        cells = {name: round(seconds, 1) for name, seconds in self.spent.items()}
        return {"seconds": round(self.seconds, 1), "cells": cells}


def timed(work: Work, shared: Any, cell: Record) -> Record:
    """Compute a cell on one thread; count processor seconds, which a busy machine leaves as they are."""
    start = time.process_time()
    with one_thread():
        record = work(shared, cell)
    return {"record": record, "seconds": time.process_time() - start}


def run_cells(
    engine: Engine, work: Work, shared: Any, cells: Sequence[Record], *, store: Store, what: str
) -> Finished:
    """Return the record of every cell; each that is finished is kept at once, whatever comes after.

    Raises KeyboardInterrupt when stopped, also by SIGTERM.
    """
    named = [{"work": f"{work.__module__}.{work.__qualname__}", **cell} for cell in cells]
    kept = [store.read(cell) for cell in named]
    missing = [place for place, found in enumerate(kept) if found is None]
    with (
        stoppable(),
        tqdm(
            total=len(cells), initial=len(cells) - len(missing), desc=what, unit="cell", disable=None
        ) as bar,
        closing(engine.run(partial(timed, work), shared, [cells[place] for place in missing])) as finished,
    ):
        for place, said in finished:
            cell = missing[place]
            kept[cell] = store.keep(named[cell], said["record"], said["seconds"])
            bar.update()
    whole = [found for found in kept if found is not None]
    spent = {store.path(cell).stem: found["seconds"] for cell, found in zip(named, whole, strict=True)}
    return Finished([found["record"] for found in whole], spent)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM stop the work as Ctrl-C does, so that processes and Ray are ended with it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        print("stopped; finished cells are kept, the same command goes on there", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
