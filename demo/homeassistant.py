"""Start and stop a real `hass` process with a configuration folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from .errors import DemoError

ROOT = Path(__file__).resolve().parent.parent
FAKETIME_LIBRARIES = (
    "/usr/lib/*/faketime/libfaketimeMT.so.1",
    "/usr/lib*/faketime/libfaketimeMT.so.1",
    "/usr/local/lib/faketime/libfaketimeMT.so.1",
)
FAST_HOME = ROOT / "demo" / "fast_home.py"
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that a process lives by: it starts at `start` (UTC seconds) and runs `rate` times as fast."""

    start: float
    rate: float = 1.0

    def environment(self) -> dict[str, str]:
        """Return the variables that make libfaketime show this clock; raises DemoError without it."""
        library = find_faketime()
        if library is None:
            raise DemoError("expected libfaketime (Debian's package `faketime`), found none")
        moment = datetime.fromtimestamp(self.start, UTC)
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME": f"@{moment:%Y-%m-%d %H:%M:%S} x{self.rate:g}",
            "FAKETIME_DONT_RESET": "1",
            "TZ": "UTC",
        }


def find_faketime() -> Path | None:
    """Return libfaketime's library for threaded programs, None where it is not installed."""
    for pattern in FAKETIME_LIBRARIES:
        for path in sorted(Path("/").glob(pattern.lstrip("/"))):
            return path
    return None


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Say whether a server may listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class HomeAssistantProcess:
    """One `hass` in one configuration folder; start, stop, start again."""

    def __init__(self, python: Path, config: Path, port: int) -> None:
        """Take the interpreter of Home Assistant's environment, the folder and the port."""
        self.python, self.config, self.port = python, config, port
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> Path:
        """Return the file with what the process prints."""
        return self.config / "hass.out"

    def start(self, clock: Clock | None = None) -> None:
        """Start it, on a clock of its own where one is given."""
        if self._process is not None:
            raise DemoError("expected a stopped Home Assistant, got one that runs")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        environment |= {"DEMO_PORT": str(self.port), "OPENBLAS_NUM_THREADS": "1"}
        environment |= clock.environment() if clock else {}
        self._output = self.output.open("ab")
        program = [str(FAST_HOME), f"{clock.rate:g}"] if clock else ["-m", "homeassistant"]
        self._process = subprocess.Popen(
            [str(self.python), "-P", *program, "-c", str(self.config), "--skip-pip"],
            cwd=self.config,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def check_alive(self) -> None:
        """Raise DemoError with its last words if the process has ended by itself."""
        if self._process is None or self._process.poll() is not None:
            code = None if self._process is None else self._process.returncode
            raise DemoError(f"expected Home Assistant to run, it ended with {code}:\n{self.last_words()}")

    def last_words(self, lines: int = 25) -> str:
        """Return the end of what it printed."""
        if not self.output.exists():
            return ""
        return "\n".join(self.output.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask it to stop, wait, and end it if it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._output is not None:
            self._output.close()
            self._output = None
