"""How a bench says what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def written(found: Mapping[str, Any], out: Path | None) -> None:
    """Print a result as JSON, and write it to a file where one is named."""
    text = json.dumps(found, indent=2)
    print(text)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
