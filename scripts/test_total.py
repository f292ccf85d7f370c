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
AVOIDABLE = re.compile(r"\b(data|chromium|torch|python 3\.14)\b", re.IGNORECASE)


def main() -> int:
    """Print the reasons of skips and the total; return 0 only if something passed and nothing failed."""
    runs = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    outcomes = [outcome for run in runs for outcome, _ in run.values()]
    passed, failed = outcomes.count("passed"), outcomes.count("failed")
    somewhere = {test for run in runs for test, (outcome, _) in run.items() if outcome == "passed"}
    skipped = {
        test: why
        for run in runs
        for test, (outcome, why) in run.items()
        if outcome == "skipped" and not any(name.startswith(test) for name in somewhere)
    }
    strict = os.environ.get("CI") == "true" and SHARED.is_dir()
    for test, why in skipped.items():
        forbidden = strict and AVOIDABLE.search(why)
        failed += bool(forbidden)
        print(f"{'FAILED, not to be skipped here' if forbidden else 'skipped'}: {test}: {why}")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
