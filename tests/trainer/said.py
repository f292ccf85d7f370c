"""What a command says when it cannot do what it was asked for."""

from __future__ import annotations

import pytest

from trainer.__main__ import main


def refusal(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """Run a command that must fail with status 2; return the one line that it says."""
    try:
        status = main(arguments)
    except SystemExit as ended:  # argparse's own way out
        status = ended.code
    assert status == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line
