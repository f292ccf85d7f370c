"""Run pytest with Home Assistant imported first, where there is one: V/bin/python tests/run_pytest.py [ARGS].

SMARTGUARD_TEST_REPORT names a file to which one JSON line is added: what became of each test.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


class Report:
    """A pytest plugin that remembers what became of each test."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}

    def pytest_collectreport(self, report) -> None:
        if report.failed or report.skipped:
            self._remember(report)

    def pytest_runtest_logreport(self, report) -> None:
        if report.when == "call" or not report.passed:
            self._remember(report)

    def _remember(self, report) -> None:
        why = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
        known = self.tests.get(report.nodeid)
        if known is None or known[0] != "failed":
            self.tests[report.nodeid] = [report.outcome, str(why)]

    def write(self, path: Path) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(self.tests) + "\n")


def main() -> int:
    """Run pytest and return its exit status."""
    arguments = sys.argv[1:]
    if importlib.util.find_spec("homeassistant"):
        import tests.home_assistant_first

        # By name too, for the processes among which pytest-xdist shares the tests out.
        arguments = ["-p", tests.home_assistant_first.__name__, *arguments]
    import pytest

    report = Report()
    status = pytest.main(arguments, plugins=[report])
    if path := os.environ.get("SMARTGUARD_TEST_REPORT"):
        report.write(Path(path))
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
