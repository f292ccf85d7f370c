"""`python -m demo`: the demonstration home to look at, or with --check to be judged."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

# Home Assistant's package comes first: newer releases replace some libraries when it is imported.
from homeassistant.const import __version__

# isort: split
from .check import check
from .errors import DemoError
from .homeassistant import ROOT, find_faketime
from .show import show

DEFAULT_SEED = 3


def main() -> int:
    """Read the command line and do it; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="without a person: play four anomalies, judge the alerts"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="which 30 days were lived")
    parser.add_argument("--ha", default=__version__, help="version of Home Assistant")
    parser.add_argument("--port", type=int, default=8123, help="port on 127.0.0.1 (not with --check)")
    parser.add_argument(
        "--picture", type=Path, help="with --check: picture of the first anomaly that is told"
    )
    options = parser.parse_args()
    # Whoever ends this process ends its Home Assistant with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = ROOT / ".demo" / f"{'check' if options.check else 'show'}-{__version__}"
    try:
        if not options.check:
            asyncio.run(show(folder, Path(sys.executable), options.seed, options.port))
            return 0
        if find_faketime() is None:
            print("The check lives five hours in five minutes and needs libfaketime (Debian: faketime).")
            return 2
        return 0 if asyncio.run(check(folder, Path(sys.executable), options.seed, options.picture)) else 1
    except DemoError as err:
        print(f"scripts/demo: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
