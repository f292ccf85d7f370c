"""What the documents name exists: files, links, and the core's functions beside the paper's equations."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .sources import COMPONENT, CORE, ROOT, tree

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MAP = ROOT / "docs" / "paper_map.md"


def defined(body: list[ast.stmt]) -> set[str]:
    """List what a module defines, methods with their class's name."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.ClassDef):
            found |= {node.name} | {f"{node.name}.{name}" for name in defined(node.body)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert broken == []


def test_paper_map_names_what_exists() -> None:
    rows = [line.split("|") for line in MAP.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    names = [name for row in rows if len(row) == 6 for name in re.findall(r"`(\w+\.[\w.]+)`", row[3])]
    assert len(names) > 20
    missing = []
    for name in names:
        module, symbol = name.split(".", 1)
        path = CORE / f"{module}.py"
        if not path.exists() or symbol not in defined(tree(path).body):
            missing.append(name)
    assert missing == []


def test_every_module_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    # Platforms and what Home Assistant prescribes are one row there.
    prescribed = {
        "__init__",
        "binary_sensor",
        "button",
        "const",
        "event",
        "number",
        "select",
        "sensor",
        "switch",
    }
    modules = [path.stem for folder in (CORE, COMPONENT) for path in sorted(folder.glob("*.py"))]
    assert [name for name in modules if name not in prescribed and f"`{name}`" not in text] == []


def test_commands_of_the_readme_exist() -> None:
    commands = set(re.findall(r"scripts/\w+", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"scripts/demo", "scripts/test"} <= commands
    assert [name for name in sorted(commands) if not (ROOT / name).exists()] == []


def test_every_page_is_in_the_site() -> None:
    """mkdocs.yml lists each page of docs/ once; `scripts/docs` then finds what is not linked right."""
    listed = re.findall(r": (\w+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))
