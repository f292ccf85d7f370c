"""A training that goes on until it is stopped, in place of `child.TrainingProcess`."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from custom_components.smartguard.core.errors import StoppedError


class Endless:
    """Waits in its thread as a long training does; the last one that was made is at hand."""

    made: Endless

    def __init__(self, folder: Path) -> None:
        Endless.made = self
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()

    def run(self, *_args: object) -> Any:
        self._stopped.wait()
        raise StoppedError("asked to stop")
