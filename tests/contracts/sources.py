"""What the contract tests read: the project's Python files, parsed, and what each imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMPONENT = ROOT / "custom_components" / "smartguard"
CORE = COMPONENT / "core"
TRAINER = ROOT / "trainer"
DEMO = ROOT / "demo"
SCRIPTS = ROOT / "scripts"
PRODUCT = (COMPONENT, TRAINER, DEMO, SCRIPTS)


def files(*folders: Path, without: Path | None = None) -> list[Path]:
    """List the Python files below these folders, but for those below `without`."""
    found = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return [path for path in found if without is None or without not in path.parents]


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """Return the dotted name of a file below the repository's root."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports, anywhere in it, as absolute dotted names.

    `from a import b` yields a.b where that is a file or a folder of this repository, else a.
    """
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = [*base, *(node.module or "").split(".")] if node.module else base
            for alias in node.names:
                below = ROOT.joinpath(*base, alias.name)
                is_module = below.is_dir() or below.with_suffix(".py").exists()
                yield ".".join([*base, alias.name] if is_module else base)


def where(path: Path, node: ast.AST | None = None) -> str:
    """Name a place for a message."""
    line = f":{node.lineno}" if node is not None else ""  # type: ignore[attr-defined]
    return f"{path.relative_to(ROOT)}{line}"
