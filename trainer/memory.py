"""How much memory a piece of work takes at most, by the kernel's own count."""

from __future__ import annotations

import ctypes
import gc
import re
from collections.abc import Callable
from pathlib import Path

STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs")
RESET_PEAK = "5"


def kilobytes(what: str) -> int:
    """Return VmRSS (resident now) or VmHWM (resident at most) of this process."""
    found = re.search(rf"{what}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) if found else 0


def give_back() -> None:
    """Let go of freed memory that the C library keeps; what comes next would seem to need none."""
    gc.collect()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # glibc's
        library.malloc_trim(0)


def peak_growth_mb(work: Callable[[], object]) -> float | None:
    """Run `work`; return how far resident memory rose, None where the kernel does not count it."""
    if not STATUS.is_file() or not RESET.exists():
        work()
        return None
    give_back()
    RESET.write_text(RESET_PEAK, encoding="ascii")
    before = kilobytes("VmRSS")
    work()
    return round((kilobytes("VmHWM") - before) / 1024, 1)
