"""Work in processes of its own: Home Assistant is imported once, and each process is a fork of that.

A fork costs milliseconds and can be killed at any moment without a trace in its parent. Linux and macOS.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from tests.quiet import is_complaint

_FORK: Final = multiprocessing.get_context("fork")
LIMIT: Final = 900.0

type Work = Callable[..., Awaitable[Any]]


class ForkFailedError(Exception):
    """A process ended without an answer."""


@dataclass
class Life:
    """A process to be killed `delay` after its word "go"; what it said; when it was killed (monotonic)."""

    process: BaseProcess
    pipe: Connection
    delay: float
    said: list[Any] = field(default_factory=list)
    due: float | None = None
    killed: float = 0.0


RECORDER: Final = "homeassistant.components.recorder"


class Lines(logging.Handler):
    """Collects what SmartGuard, or Home Assistant because of it, has to say in the log."""

    def __init__(self) -> None:
        """Take warnings and worse."""
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; the recorder's own trouble, which may name our events, is not ours."""
        if record.name.startswith(RECORDER):
            return
        text = record.getMessage()
        error = str(record.exc_info[1]) if record.exc_info else ""
        if is_complaint(f"{record.name} {text} {error}"):
            self.lines.append(f"{record.levelname} {record.name.removeprefix('custom_components.')}: {text}")


def ask(work: Work, *args: Any) -> Any:
    """Do work in a process of its own and return its answer; raises ForkFailedError."""
    life = _begin(work, args, 0.0)
    try:
        if not life.pipe.poll(LIMIT):
            raise ForkFailedError(f"expected an answer of {work.__name__} in {LIMIT:.0f} s, got none")
        answer = life.pipe.recv()
    except EOFError as err:
        raise ForkFailedError(f"expected an answer of {work.__name__}, got an end") from err
    finally:
        life.process.kill()
        life.process.join()
    return answer


def kill(work: Work, jobs: Sequence[tuple[tuple[Any, ...], float]]) -> list[Life]:
    """Begin work for each (arguments, delay), all together, and kill each `delay` after it said "go".

    The first argument of the work is what it says something with.
    """
    lives = [_begin(work, args, delay, talks=True) for args, delay in jobs]
    alive = {life.pipe: life for life in lives}
    end = time.monotonic() + LIMIT
    while alive and time.monotonic() < end:
        for pipe in wait(list(alive), _patience(alive.values())):
            _hear(alive, pipe)  # type: ignore[arg-type]
        for life in alive.values():
            if life.due is not None and not life.killed and time.monotonic() >= life.due:
                life.process.kill()
                life.killed = time.monotonic()
    for life in lives:
        life.process.kill()
        life.process.join()
    if alive:
        raise ForkFailedError(f"expected {work.__name__} to be killed, got {len(alive)} that never began")
    return lives


def _patience(lives: Any) -> float:
    dues = [life.due for life in lives if life.due is not None and not life.killed]
    return min(max(min(dues) - time.monotonic(), 0.0), 1.0) if dues else 1.0


def _hear(alive: dict[Connection, Life], pipe: Connection) -> None:
    life = alive[pipe]
    try:
        word = pipe.recv()
    except (EOFError, OSError):
        del alive[pipe]
        return
    if word == "go":
        life.due = time.monotonic() + life.delay
    else:
        life.said.append(word)


def _begin(work: Work, args: tuple[Any, ...], delay: float, *, talks: bool = False) -> Life:
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_child, args=(work, args, theirs, talks), daemon=False)
    process.start()
    theirs.close()
    return Life(process, ours, delay)


def _child(work: Work, args: tuple[Any, ...], pipe: Connection, talks: bool) -> None:
    gc.freeze()
    answer = asyncio.run(work(pipe.send, *args) if talks else work(*args))
    if not talks:
        pipe.send(answer)
