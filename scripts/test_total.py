"""Sum up what run_pytest.py reported: the last line is `N passed, N failed, N skipped`.

A test that is skipped in one environment and passes in the other is not skipped. With CI=true and the
shared folder beside the checkout, nothing that this machine could have had may be missing.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
AVOIDABLE = r"\b(data|chromium|python 3\.14{})\b"

Outcomes = dict[str, list[str]]
"""Node id of a test -> outcome and, where it was skipped, why."""


def skips(runs: list[Outcomes]) -> Outcomes:
    """Return the tests that were skipped and ran nowhere else."""
    ran = {test for run in runs for test, (outcome, _) in run.items() if outcome != "skipped"}
    return {
        test: [outcome, why.removeprefix("Skipped: ")]
        for run in runs
        for test, (outcome, why) in run.items()
        if outcome == "skipped" and not any(name.startswith(test) for name in ran)
    }


def is_avoidable(why: str, *, with_trainer: bool) -> bool:
    """Say whether a test lacked what this machine could have had; torch is the trainer's alone."""
    return re.search(AVOIDABLE.format("|torch" if with_trainer else ""), why, re.IGNORECASE) is not None


def main() -> int:
    """Print the reasons of skips and the total; return 0 only if something passed and nothing failed."""
    runs: list[Outcomes] = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    outcomes = [outcome for run in runs for outcome, _ in run.values()]
    passed, failed = outcomes.count("passed"), outcomes.count("failed")
    skipped = skips(runs)
    strict = os.environ.get("CI") == "true" and SHARED.is_dir()
    with_trainer = any(test.startswith("tests/trainer/") for run in runs for test in run)
    for test, (_, why) in skipped.items():
        forbidden = strict and is_avoidable(why, with_trainer=with_trainer)
        failed += forbidden
        print(f"{'FAILED, not to be skipped here' if forbidden else 'skipped'}: {test}: {why}")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
