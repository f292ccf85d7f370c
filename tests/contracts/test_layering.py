"""Imports point one way: core ← component, core ← trainer ← demo; nothing points back."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from .sources import COMPONENT, CORE, DEMO, PRODUCT, TRAINER, files, imported, module_name, tree, where

STANDARD = sys.stdlib_module_names
CORE_NAME = "custom_components.smartguard.core"
COMPONENT_NAME = "custom_components.smartguard"
MOST_LINES = 400
MOST_FUNCTION_LINES = 60


def strangers(paths: Iterable[Path], allowed: set[str]) -> list[str]:
    """List the imports that are neither standard library nor below an allowed name."""
    return [
        f"{where(path)} imports {name}"
        for path in paths
        for name in imported(path)
        if name.split(".")[0] not in STANDARD
        and not any(name == good or name.startswith(f"{good}.") for good in allowed)
    ]


def test_core_imports_numpy_and_itself_only() -> None:
    assert strangers(files(CORE), {"numpy", CORE_NAME}) == []


def test_core_imports_itself_relatively() -> None:
    absolute = [
        where(path, node)
        for path in files(CORE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and not node.level
        and (node.module or "").startswith("custom_components")
    ]
    assert absolute == []


def test_core_imports_have_no_cycle() -> None:
    names = {module_name(path) for path in files(CORE)}
    graph = {module_name(path): set(imported(path)) & names for path in files(CORE)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as err:
        pytest.fail(f"expected no cycle among the imports of the core, got {' → '.join(err.args[1])}")


def test_component_imports_home_assistant_and_numpy_only() -> None:
    allowed = {"homeassistant", "numpy", "voluptuous", COMPONENT_NAME}
    assert strangers(files(COMPONENT, without=CORE), allowed) == []


def test_simulator_and_attacks_import_numpy_only() -> None:
    """They also run in Home Assistant's environment, where there is no torch."""
    bases = {"trainer.core_access", "trainer.datasets", "trainer.stamps"}
    shared = {"trainer.simulate", "trainer.attacks", *bases}
    paths = [
        path
        for path in files(TRAINER)
        if any(module_name(path) == name or module_name(path).startswith(f"{name}.") for name in shared)
    ]
    assert paths
    assert strangers(paths, {"numpy", CORE_NAME, *shared}) == []


def test_trainer_knows_no_home_assistant() -> None:
    knows = [
        f"{where(path)} imports {name}"
        for path in files(TRAINER)
        for name in imported(path)
        if name.split(".")[0] in {"homeassistant", "demo", "tests"}
        or (name.startswith(COMPONENT_NAME) and not name.startswith(CORE_NAME))
    ]
    assert knows == []


def test_product_never_imports_its_tests() -> None:
    assert [where(p) for p in files(*PRODUCT) for name in imported(p) if name.split(".")[0] == "tests"] == []


def test_demo_looks_at_the_component_from_outside() -> None:
    """It shares the word for a behavior with the core, and nothing that judges."""
    inside = {name for path in files(DEMO) for name in imported(path) if name.startswith(COMPONENT_NAME)}
    assert inside <= {f"{CORE_NAME}.behavior"}


def test_modules_are_short() -> None:
    lengths = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*PRODUCT)}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{where(path, node)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in long.items() if lines > MOST_FUNCTION_LINES} == {}
