"""Print what the Home Assistant of this interpreter would install at its start.

V/bin/python scripts/ha_requirements.py COMPONENT... > requirements.txt

Home Assistant installs the requirements of a component when it sets it up; with `--skip-pip`, and in
tests, they must be there before. What every start sets up is always included. "after_dependencies"
are optional and left out, but for hassio, which analytics imports.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from homeassistant import bootstrap

COMPONENTS = Path(bootstrap.__file__).parent / "components"


def requirements(names: list[str]) -> set[str]:
    """Return the requirements of these components and of all that they depend on."""
    seen: set[str] = set()
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        manifest = COMPONENTS / name / "manifest.json"
        if name in seen or not manifest.exists():
            continue
        seen.add(name)
        data = json.loads(manifest.read_text())
        found.update(data.get("requirements", []))
        todo += data.get("dependencies", [])
    return found


if __name__ == "__main__":
    always = [*bootstrap.CORE_INTEGRATIONS, *bootstrap.DEFAULT_INTEGRATIONS, "hassio"]
    print("\n".join(sorted(requirements([*always, *sys.argv[1:]]))))
