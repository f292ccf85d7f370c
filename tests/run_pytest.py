"""Run pytest with Home Assistant imported first, where there is one: V/bin/python tests/run_pytest.py [ARGS].

Home Assistant 2026.11 replaces httpx and voluptuous when it is imported, and refuses if httpx was there
first. pytest loads its plugins (respx among them) before any conftest, so a conftest comes too late. The
pytest plugin also brings a `custom_components` package of its own: ours is imported before.

SMARTGUARD_TEST_REPORT names a file to which one JSON line is added: what became of each test.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def prepare_home_assistant() -> None:
    """Import Home Assistant and our custom_components, and let an older plugin serve the newest."""
    import homeassistant.const as ha

    import custom_components  # noqa: F401

    if (ha.MAJOR_VERSION, ha.MINOR_VERSION) >= (2026, 11):
        use_older_plugin()


def use_older_plugin() -> None:
    """Let pytest-homeassistant-custom-component 0.13.375, made for 2026.10.4, test 2026.11.0.

    Delete this when a release of the plugin for 2026.11 is out.
    """
    # The plugin's own order: these patches come before any other import of Home Assistant.
    from pytest_homeassistant_custom_component import patch_json, patch_recorder, patch_time  # noqa: F401

    # isort: split
    from homeassistant.components import logger
    from homeassistant.components.logger import helpers

    if not hasattr(logger, "_clear_logger_overwrites") and hasattr(helpers, "_clear_logger_overwrites"):
        logger._clear_logger_overwrites = helpers._clear_logger_overwrites


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
    if importlib.util.find_spec("homeassistant"):
        prepare_home_assistant()
    import pytest

    # The plugin would print Home Assistant's log between tests; pytest keeps what a failed test logged.
    logging.basicConfig(level=logging.INFO, handlers=[logging.NullHandler()])
    report = Report()
    status = pytest.main(sys.argv[1:], plugins=[report])
    if path := os.environ.get("SMARTGUARD_TEST_REPORT"):
        report.write(Path(path))
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
