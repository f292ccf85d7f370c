"""Every module can be imported on its own, in the environment that it is made for."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

from .sources import COMPONENT, CORE, DEMO, TRAINER, files, imported, module_name, where

WITH_HOME_ASSISTANT = importlib.util.find_spec("homeassistant") is not None
WITH_TORCH = importlib.util.find_spec("torch") is not None
# Running these is what importing them does.
PROGRAMS = {"__main__"}


def modules(*folders: Path, without: Path | None = None) -> list[str]:
    """List the modules below these folders."""
    return [module_name(path) for path in files(*folders, without=without) if path.stem not in PROGRAMS]


def needed(path: Path) -> set[str]:
    """Return the packages that a module of the trainer imports, itself or through others of the trainer."""
    paths = {module_name(p): p for p in files(TRAINER)}
    names, todo = set(), [path]
    while todo:
        new = set(imported(todo.pop())) - names
        names |= new
        todo += [paths[name] for name in new if name in paths]
    return {name.split(".")[0] for name in names}


@pytest.mark.skipif(not WITH_HOME_ASSISTANT, reason="needs Home Assistant")
@pytest.mark.parametrize("name", modules(COMPONENT, DEMO, without=DEMO / "custom_components"))
def test_home_assistant_side(name: str) -> None:
    assert importlib.import_module(name)


@pytest.mark.parametrize("name", modules(TRAINER))
def test_trainer_side(name: str) -> None:
    path = next(p for p in files(TRAINER) if module_name(p) == name)
    heavy = needed(path) & {"torch", "sklearn", "scipy", "threadpoolctl", "matplotlib"}
    if heavy and not WITH_TORCH:
        pytest.skip(f"needs torch's environment: {where(path)} imports {', '.join(sorted(heavy))}")
    importlib.import_module("trainer.core_access")
    assert importlib.import_module(name)


def test_there_is_a_core() -> None:
    assert {"custom_components.smartguard.core.model", "custom_components.smartguard.core.scoring"} <= set(
        modules(CORE)
    )
