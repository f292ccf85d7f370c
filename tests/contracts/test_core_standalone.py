"""The core runs without Home Assistant, under any package name, and there is one copy of it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from .sources import CORE, ROOT, files

WITH_HOME_ASSISTANT = importlib.util.find_spec("homeassistant") is not None

OTHER_NAME = """
import importlib, importlib.util, pathlib, sys
sys.modules["homeassistant"] = None  # an import of it fails
core = pathlib.Path(sys.argv[1])
spec = importlib.util.spec_from_file_location(
    "another_name", core / "__init__.py", submodule_search_locations=[str(core)]
)
package = importlib.util.module_from_spec(spec)
sys.modules["another_name"] = package
spec.loader.exec_module(package)
for path in sorted(core.rglob("*.py")):
    parts = path.relative_to(core).with_suffix("").parts
    if parts[-1] != "__init__":
        importlib.import_module(".".join(["another_name", *parts]))
print("\\n".join(sorted({name.split(".")[0] for name in sys.modules})))
"""

ACCESS_FIRST = """
import trainer.core_access
from custom_components.smartguard.core.behavior import Behavior
"""

CORE_FIRST = """
try:
    from custom_components.smartguard.core.behavior import Behavior as first
except ModuleNotFoundError:  # the component's own __init__ needs Home Assistant
    first = None
import trainer.core_access
from custom_components.smartguard.core.behavior import Behavior
assert first is None or first is Behavior
"""

REAL_COMPONENT = """
import custom_components.smartguard as component
assert hasattr(component, "async_setup_entry"), "expected the component itself, got an empty parent"
"""


def run(code: str, *arguments: str) -> str:
    """Run code in a fresh interpreter at the repository's root."""
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_core_under_another_name_needs_numpy_only() -> None:
    assert len(files(CORE)) > 5
    bare = set(run("import sys, numpy\nprint('\\n'.join({n.split('.')[0] for n in sys.modules}))").split())
    loaded = set(run(OTHER_NAME, str(CORE)).split())
    standard = sys.stdlib_module_names
    extra = {n for n in loaded - bare if n not in standard and not n.startswith("_sysconfigdata")}
    assert extra == {"another_name", "homeassistant"}  # the latter is the None put there


@pytest.mark.parametrize("code", [ACCESS_FIRST, CORE_FIRST], ids=["access first", "core first"])
def test_core_imports_in_both_orders(code: str) -> None:
    run(code)


@pytest.mark.skipif(not WITH_HOME_ASSISTANT, reason="needs Home Assistant")
@pytest.mark.parametrize("code", [ACCESS_FIRST, CORE_FIRST], ids=["access first", "core first"])
def test_core_access_leaves_the_component_alone(code: str) -> None:
    run(code + REAL_COMPONENT)


@pytest.mark.skipif(WITH_HOME_ASSISTANT, reason="only where Home Assistant is absent")
def test_core_without_home_assistant() -> None:
    run(ACCESS_FIRST + "import sys\nassert 'homeassistant' not in sys.modules\n")
