"""Ray, for sweeps that outgrow one machine.

Without RAY_ADDRESS a Ray of this machine is started for the sweep, on the loopback address, and ended with
it. With RAY_ADDRESS the cells go to that cluster, which gets this checkout as its working directory. The
home travels through Ray's object store, so the machines need share no disk.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from ..detector import OptionError
from . import LostWorkerError, Record, Work

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "RAY_ADDRESS"
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Read by Ray when it is imported: bind to the loopback address, on Linux as well."""


def _compute(work: Work, shared: Any, cell: Record) -> Record:
    return work(shared, cell)


class RayCluster:
    """The engine that is Ray; one processor for each cell. Raises OptionError where Ray is not installed."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.address = os.environ.get(ADDRESS)
        wanted = QUIET if self.address else QUIET | ALONE
        os.environ.update({name: os.environ.get(name, value) for name, value in wanted.items()})
        try:
            self.ray: Any = import_module("ray")
        except ImportError as err:
            raise OptionError("expected Ray for --engine ray (pip install ray), got no such module") from err

    def run(
        self, work: Work, shared: Any, cells: Sequence[Record]
    ) -> Generator[tuple[int, Record], None, None]:
        """Yield records as they end; when closed, Ray is shut down."""
        with self._connected():
            remote, given = self.ray.remote(_compute).options(num_cpus=1), self.ray.put(shared)
            places = {remote.remote(work, given, cell): place for place, cell in enumerate(cells)}
            waiting = list(places)
            while waiting:
                ready, waiting = self.ray.wait(waiting)
                for reference in ready:
                    yield places[reference], self._result(reference)

    def _result(self, reference: Any) -> Record:
        """Fetch a record; what a cell raised is raised as if it had been raised here."""
        try:
            record: Record = self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as err:
            raise err.cause from err
        except self.ray.exceptions.RayError as err:
            raise LostWorkerError(f"expected every worker to end its cell, got {type(err).__name__}") from err
        return record

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Join the cluster of RAY_ADDRESS, or start one of this machine for as long as it is needed."""
        with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
            where: dict[str, Any] = {"address": self.address, "runtime_env": {"working_dir": str(ROOT)}}
            if not self.address:
                alone = {"num_cpus": self.workers, "include_dashboard": False, "_temp_dir": folder}
                where = {"address": "local", **alone}
            self.ray.init(log_to_driver=False, logging_level=logging.ERROR, **where)
            try:
                yield
            finally:
                self.ray.shutdown()
