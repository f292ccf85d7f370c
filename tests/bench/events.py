"""`scripts/bench events`: what SmartGuard costs a home of 1,000 entities, and whether it loses anything.

Three lives of the same events, each in a process of its own: without SmartGuard, with it (idle), and with
it while it trains. What it adds is measured inside one process, with the entry loaded and unloaded in
turns, so that a busy machine troubles both alike.
"""

from __future__ import annotations

import argparse
from typing import Any, Final

from .cells import add_files, measured, written
from .events_mode import IDLE, MODES, TRAINING, WITHOUT

MODULE: Final = "tests.bench.events_mode"


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one mode under SmartGuard as the contract names them."""
    flood, lag = found["flood"], found["loop_lag_ms"]
    return {
        "events_per_s": flood["events_per_s"],
        "us_per_ignored_event": found["added_us"]["ignored"],
        "us_per_event_without": found["without_us"]["ignored"],
        "us_per_behavior_callback": found["added_us"]["callback"],
        "us_per_behavior": found["added_us"]["behavior"],
        "us_per_behavior_alone": found["added_us"]["behavior_alone"],
        "calls_per_ignored_event": found["added_calls"]["ignored"],
        "calls_per_event_without": found["without_calls"]["ignored"],
        "calls_per_behavior_callback": found["added_calls"]["callback"],
        "calls_per_behavior": found["added_calls"]["behavior"],
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
    parser.add_argument("--rounds", type=int, default=4, help="turns with SmartGuard and without (4)")
    add_files(parser)
    plan = parser.parse_args()
    numbers = {name: getattr(plan, name) for name in ("events", "burst", "seconds", "rounds")}
    lives = {mode: measured(MODULE, mode, numbers, plan.resume) for mode in MODES}
    written(summed_up(lives), plan.out)


if __name__ == "__main__":
    main()
