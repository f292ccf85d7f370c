"""Start Home Assistant on a clock that runs many times as fast, as patient as it is by its own.

A program of its own: `python demo/fast_home.py RATE ARGUMENTS...`, with the arguments of `hass`. It gives
integrations minutes to start, which on such a clock are seconds of the machine.
"""

from __future__ import annotations

import sys

from homeassistant import bootstrap, setup
from homeassistant.__main__ import main

PATIENCE = (
    (bootstrap, "STAGE_1_TIMEOUT"),
    (bootstrap, "STAGE_2_TIMEOUT"),
    (bootstrap, "WRAP_UP_TIMEOUT"),
    (setup, "SLOW_SETUP_MAX_WAIT"),
)


def be_patient(rate: float) -> None:
    """Give what starts as many seconds of the machine as it has on a clock that does not run fast."""
    for module, name in PATIENCE:
        setattr(module, name, getattr(module, name) * rate)


if __name__ == "__main__":
    be_patient(float(sys.argv.pop(1)))
    sys.exit(main())
