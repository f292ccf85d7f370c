"""The manifest, translations and HACS files are accepted, and the checks that say so can refuse."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .sources import COMPONENT, ROOT

pytest.importorskip("homeassistant", reason="needs Home Assistant")
from scripts.validate_integration import problems


def edited(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change a JSON file in place."""
    data = json.loads(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the integration that a test may break."""
    shutil.copy(ROOT / "hacs.json", tmp_path)
    return shutil.copytree(COMPONENT, tmp_path / "custom_components" / COMPONENT.name)


def test_nothing_to_refuse() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("file", "edit", "said"),
    [
        ("manifest.json", lambda m: m.update(requirements=["numpy==2.2.2"]), "numpy>=2"),
        ("manifest.json", lambda m: m.update(quality_scale="platinum"), "quality_scale"),
        ("manifest.json", lambda m: m.update(a_new_key=m.pop("version")), "version"),
        ("manifest.json", lambda m: m.update(domain=m.pop("domain")), "order"),
        ("manifest.json", lambda m: m.pop("after_dependencies"), "components.recorder"),
        ("translations/en.json", lambda t: t.pop("services"), "services.train.name"),
        ("translations/en.json", lambda t: t["config"]["step"].pop("user"), "config.step.user"),
        ("translations/en.json", lambda t: t.pop("exceptions"), "no translation for the key"),
        ("icons.json", lambda t: t.pop("services"), "services.train"),
    ],
)
def test_what_is_wrong_is_said(
    copy: Path, file: str, edit: Callable[[dict[str, Any]], object], said: str
) -> None:
    edited(copy / file, edit)
    assert any(said in problem for problem in problems(copy))


def test_other_language_lacks_a_text(copy: Path) -> None:
    other = copy / "translations" / "de.json"
    shutil.copy(copy / "translations" / "en.json", other)
    edited(other, lambda t: t["config"]["step"]["user"].pop("title"))
    assert problems(copy) == ["de.json: config.step.user.title is missing"]


def test_versions_agree() -> None:
    manifest = json.loads((COMPONENT / "manifest.json").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("## ")[1].split()[0]
    assert manifest["version"] == project["version"] == newest


def test_least_home_assistant_is_the_oldest_that_is_tested() -> None:
    hacs = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))
    assert (
        f"HA_OLDEST={hacs['homeassistant'].rsplit('.', 1)[0]}." in (ROOT / "scripts" / "lib.sh").read_text()
    )
