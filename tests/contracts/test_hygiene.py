"""Nothing that is committed names a machine, a registry's host or a data set."""

from __future__ import annotations

import re
import subprocess

import pytest

from .sources import ROOT

# Written so that this file does not find itself.
HOSTS = ("pypi" + r"\.org", "python" + "hosted", "download" + r"\.pytorch", "files" + r"\.python")
MACHINES = (r"(?<![\w.])/wor" + "k/", r"/tm" + "p/", r"/roo" + "t/", r"\.lib" + "rary")
PATTERN = re.compile("|".join((*HOSTS, *MACHINES)))
DATA = re.compile(r"smartguard_(an|fr|sp)\.npz|vocab_(an|fr|sp)\.json|house_[ad]\.csv|ordonez_a\.csv")


def committed() -> list[str]:
    """List what the repository holds."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_no_machine_and_no_registry_is_named() -> None:
    named = []
    for name in committed():
        path = ROOT / name
        if path.suffix in {".png", ".npz"} or not path.is_file():
            continue
        found = PATTERN.search(path.read_text(encoding="utf-8"))
        if found:
            named.append(f"{name}: {found.group()}")
    assert named == []


def test_no_data_set_is_committed() -> None:
    assert [name for name in committed() if DATA.search(name)] == []
