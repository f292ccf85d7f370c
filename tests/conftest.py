"""For every test, with Home Assistant and without: the data sets, and quiet logs."""

from __future__ import annotations

import inspect
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.quiet import is_complaint

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of the data sets; none of them is part of this repository."""
    folder = Path(os.environ.get("SMARTGUARD_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "smartguard").is_dir():
        pytest.skip(f"no data: expected data sets in {folder} (or name their folder in SMARTGUARD_DATA)")
    return folder


@pytest.fixture(autouse=True)
def _no_stray_warnings(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which SmartGuard warns; a test that takes `caplog` judges its log itself."""
    yield
    if "caplog" in inspect.signature(request.function).parameters:
        return
    said = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
    ]
    stray = [line for line in said if is_complaint(line)]
    assert not stray, f"expected no warning in the log, got {stray}"
