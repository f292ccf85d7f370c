"""One training in a niced child process: the event loop and its interpreter lock never feel it.

The child imports the core alone, as a package of its own, with one BLAS thread. The thread that
drives it only reads lines; no wait here has a time limit, since ending the child ends the wait.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import IO, Any

from .core import worker
from .core.behavior import Behavior
from .core.errors import NotEnoughDataError, SmartGuardError, StoppedError
from .core.learn import LearnOptions

_LOGGER = logging.getLogger(__name__)

_CORE = Path(__file__).parent / "core"
_NICENESS = 10
_BOOTSTRAP = """
import importlib.util, os, sys
niceness, core, *arguments = sys.argv[1:]
os.nice(int(niceness))
spec = importlib.util.spec_from_file_location(
    "smartguard_core", os.path.join(core, "__init__.py"), submodule_search_locations=[core])
sys.modules["smartguard_core"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from smartguard_core import worker
sys.exit(worker.main(arguments))
"""
_COMPLAINT = 2000


class ChildFailedError(SmartGuardError):
    """The child process ended without a result."""


class TrainingProcess:
    """Trains once; `run` blocks its thread until the child ends, `stop` may come from any thread."""

    def __init__(self, folder: Path) -> None:
        """Take a folder of its own, which is emptied before and removed after."""
        self._folder = folder
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False

    def run(
        self,
        behaviors: Sequence[Behavior],
        options: LearnOptions,
        incumbent: Path | None,
        progress: Callable[[float], None],
    ) -> worker.Result:
        """Train and return the candidate with what is to be said about it.

        progress: called in this thread with the done share in [0, 1]. Raises StoppedError,
        NotEnoughDataError or ChildFailedError.
        """
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)
        job, result = self._folder / "job.npz", self._folder / "result.npz"
        try:
            worker.write_job(job, behaviors, options, incumbent)
            with (self._folder / "complaint.txt").open("w+", encoding="utf-8") as complaint:
                self._follow(self._start(job, result, complaint), progress, complaint)
            return worker.read_result(result, behaviors)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the child at once; it has nothing to tidy up."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _start(self, job: Path, result: Path, complaint: IO[str]) -> subprocess.Popen[str]:
        with self._lock:
            if self._stopped:
                raise StoppedError("training was stopped before it began")
            # Nothing here comes from outside: our own interpreter, our own files.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-c", _BOOTSTRAP, str(_NICENESS), str(_CORE), str(job), str(result)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaint,
                encoding="utf-8",
                env=_environment(),
            )
            return self._process

    def _follow(
        self, process: subprocess.Popen[str], progress: Callable[[float], None], complaint: IO[str]
    ) -> None:
        """Pass progress on until the child ends, and see that it ended well."""
        error: dict[str, Any] = {}
        with process:
            for line in process.stdout or ():
                message = _message(line)
                if "progress" in message:
                    progress(float(message["progress"]))
                if "error" in message:
                    error = message
        if self._stopped:
            raise StoppedError("training was stopped")
        if error.get("kind") == NotEnoughDataError.__name__:
            raise NotEnoughDataError(str(error["error"]))
        if process.returncode:
            complaint.seek(0)
            said = error.get("error") or complaint.read()[-_COMPLAINT:].strip()
            raise ChildFailedError(
                f"expected a training that ends well, got status {process.returncode}: {said}"
            )


def _environment() -> dict[str, str]:
    """Return the child's environment: one BLAS thread, and the packages that this process sees."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **one_thread, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _message(line: str) -> dict[str, Any]:
    """Read one line of the child; what is no JSON object says nothing."""
    try:
        message = json.loads(line)
    except ValueError:
        _LOGGER.debug("The training said: %s", line.rstrip())
        return {}
    return message if isinstance(message, dict) else {}
