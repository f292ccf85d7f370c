"""What the browser is given fits what the server sends: names, texts, and a bundle made of these sources."""

from __future__ import annotations

import ast
import hashlib
import json
import re

from .sources import COMPONENT, ROOT, tree

FRONTEND = ROOT / "frontend"
SOURCES = sorted((FRONTEND / "src").glob("*.ts"))
WWW = COMPONENT / "www"
MOST_BYTES = 100_000
TEXTS = json.loads((COMPONENT / "translations" / "en.json").read_text(encoding="utf-8"))["config_panel"]


def python_shapes() -> dict[str, set[str]]:
    """Return class → its own fields of panel_types.py."""
    return {
        node.name: {field.target.id for field in node.body if isinstance(field, ast.AnnAssign)}  # type: ignore[union-attr]
        for node in tree(COMPONENT / "panel_types.py").body
        if isinstance(node, ast.ClassDef)
    }


def script_shapes() -> dict[str, set[str]]:
    """Return interface → its own fields of types.ts."""
    text = (FRONTEND / "src" / "types.ts").read_text(encoding="utf-8")
    found = re.findall(r"export interface (\w+)[^{]*\{(.*?)\n\}", text, re.DOTALL)
    return {name: set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE)) for name, body in found}


def test_both_sides_have_the_same_shapes() -> None:
    assert script_shapes() == python_shapes()


def test_both_sides_have_the_same_version() -> None:
    python = re.search(r"^SCHEMA: Final = (\d+)", (COMPONENT / "panel_types.py").read_text(), re.MULTILINE)
    script = re.search(r"SCHEMA = (\d+)", (FRONTEND / "src" / "types.ts").read_text())
    assert python
    assert script
    assert python[1] == script[1]


def used_texts() -> set[str]:
    """Return the keys that the sources name, computed ones as patterns."""
    calls = [
        key
        for path in SOURCES
        for key in re.findall(r"""\bt\([^;]*?,\s*["`]([^"`]+)["`]""", path.read_text(encoding="utf-8"))
    ]
    return {re.sub(r"\$\{[^}]*\}?", "*", key) for key in calls}


def known_texts() -> set[str]:
    return {f"{group}.{key}" for group, rows in TEXTS.items() for key in rows}


def test_every_text_that_is_shown_is_translated() -> None:
    plain = {key for key in used_texts() if "*" not in key and "." in key}
    assert len(plain) > 50
    assert plain - known_texts() == set()


def test_the_bundle_is_made_of_these_sources() -> None:
    digest = hashlib.sha256()
    for name in ["package-lock.json", "build.mjs", *(f"src/{path.name}" for path in SOURCES)]:
        digest.update(name.encode() + (FRONTEND / name).read_bytes())
    bundle = (WWW / "smartguard-panel.js").read_text(encoding="utf-8")
    assert f"source {digest.hexdigest()}" in bundle, "scripts/frontend was not run after the last change"


def test_the_bundle_is_small_and_asks_no_other_host() -> None:
    files = sorted(WWW.glob("*.js"))
    assert {path.name for path in files} >= {"smartguard-card.js", "smartguard-panel.js"}
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    named = {
        url for path in files for url in re.findall(r"https?://[\w./-]+", path.read_text(encoding="utf-8"))
    }
    # Names of XML and what Lit says in its errors; nothing is fetched from there.
    assert {url for url in named if not url.startswith("http://www.w3.org/")} <= {"https://lit.dev/msg/"}
    calls = r"\bfetch\(|XMLHttpRequest|WebSocket\(|innerHTML\s*=|unsafeHTML|\beval\("
    own = {path.name: re.findall(calls, path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: found for name, found in own.items() if found} == {}


def test_the_lock_file_names_no_host() -> None:
    assert "http" not in (FRONTEND / "package-lock.json").read_text(encoding="utf-8").replace(
        "https://github.com/sponsors", ""
    ).replace("https://opencollective.com", "")
