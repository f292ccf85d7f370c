"""A release is a tag, its version and an archive of the component alone; and the self-audit is complete."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .sources import COMPONENT, ROOT


def pack(tag: str, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "pack.py", tag, target]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_archive_is_the_component_in_the_version_of_the_tag(tmp_path: Path) -> None:
    target = tmp_path / "smartguard.zip"
    done = pack("v0.1.0", target)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["version"] == "0.1.0"
    assert list(manifest) == list(json.loads((COMPONENT / "manifest.json").read_text(encoding="utf-8")))
    assert {"__init__.py", "core/guard.py", "translations/en.json", "brand/icon.png"} <= set(names)
    assert [name for name in names if not (COMPONENT / name).is_file()] == []
    assert [name for name in names if "__pycache__" in name or name.startswith(("tests", "trainer"))] == []


def test_the_same_commit_gives_the_same_archive(tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    pack("v0.1.0", first)
    pack("v0.1.0", second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("tag", ["0.1.0", "v1", "v9.9.9", "latest"])
def test_another_tag_is_refused(tmp_path: Path, tag: str) -> None:
    done = pack(tag, tmp_path / "smartguard.zip")
    assert done.returncode == 1
    assert done.stderr.startswith("expected a ")
    assert not list(tmp_path.iterdir())


def test_the_archive_has_the_name_that_hacs_looks_for() -> None:
    hacs = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert hacs["zip_release"] is True
    assert f" {hacs['filename']}\n" in workflow


def test_every_rule_of_the_quality_scale_is_answered() -> None:
    """The rules are those of a platinum integration of the installed Home Assistant."""
    core = pytest.importorskip("homeassistant", reason="needs Home Assistant")
    from homeassistant.util.yaml import load_yaml_dict

    graded = Path(core.__path__[0]) / "components" / "peblar" / "quality_scale.yaml"
    rules = load_yaml_dict(str(COMPONENT / "quality_scale.yaml"))["rules"]
    known = load_yaml_dict(str(graded))["rules"] if graded.exists() else rules
    assert set(known) <= set(rules)
    for name, answer in rules.items():
        status = answer if isinstance(answer, str) else answer["status"]
        assert status in {"done", "exempt"}, name
        assert status == "done" or answer["comment"], f"expected a reason for {name}"


def test_no_tier_is_claimed() -> None:
    assert "quality_scale" not in json.loads((COMPONENT / "manifest.json").read_text(encoding="utf-8"))
