"""`scripts/bench events`: what SmartGuard costs a home of 1,000 entities, and whether it loses anything.

Three lives of the same events, each in a process of its own: without SmartGuard, with it (idle), and with
it while it trains. What it adds is measured inside one process, with the entry loaded and unloaded in
turns, so that a busy machine troubles both alike.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .events_mode import IDLE, MODES, TRAINING, WITHOUT
from .report import written


def live(mode: str, plan: argparse.Namespace) -> dict[str, Any]:
    """Live one mode in a process of its own."""
    numbers = [f"--{name}={getattr(plan, name)}" for name in ("events", "burst", "seconds")]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    print(f"bench events: {mode}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.events_mode", mode, *numbers],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, **one_thread},
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one mode under SmartGuard as the contract names them."""
    flood, lag = found["flood"], found["loop_lag_ms"]
    return {
        "events_per_s": flood["events_per_s"],
        "us_per_ignored_event": found["added_us"]["ignored"],
        "us_per_behavior_callback": found["added_us"]["callback"],
        "us_per_behavior": found["added_us"]["behavior"],
        "us_per_behavior_alone": found["added_us"]["behavior_alone"],
        **{f"loop_lag_ms_{key}": value for key, value in lag["with"].items()},
        "loop_lag_ms_without": lag["without"],
        "added_lag_ms_p99": round(lag["with"]["p99"] - lag["without"]["p99"], 2),
        "journal_mb_per_100000_behaviors": found["journal_mb_per_100000"],
        "flood": flood,
        "burst": found["burst"],
    }


def summed_up(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put the three modes together, with what SmartGuard added to memory and what it lost."""
    without = found[WITHOUT]["flood"]
    result: dict[str, Any] = {
        "events": without["events"],
        "behaviors": found[IDLE]["flood"]["behaviors"],
        WITHOUT: {"events_per_s": without["events_per_s"], "flood": without},
    }
    for mode in (IDLE, TRAINING):
        parts = (found[mode]["flood"], found[mode]["burst"])
        result[mode] = shown(found[mode]) | {
            "rss_growth_mb": round(parts[0]["rss_growth_mb"] - without["rss_growth_mb"], 1),
            "behaviors_lost": sum(part["behaviors"] - part["journaled"] for part in parts),
            "behaviors_not_judged": sum(part["behaviors"] - part["judged"] for part in parts),
        }
    return result


def main() -> None:
    """Live the three modes, print what was found, and write it where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench events", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="state changes (default: 1,000,000)")
    parser.add_argument("--burst", type=int, default=500, help="behaviors within one second (default: 500)")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="of each turn that watches the loop's lag"
    )
    parser.add_argument("--out", type=Path, help="a file for the JSON as well")
    plan = parser.parse_args()
    written(summed_up({mode: live(mode, plan) for mode in MODES}), plan.out)


if __name__ == "__main__":
    main()
