"""Pack the component for a release: `scripts/release TAG FILE.zip`.

The tag is the version: it is written into the packed manifest, and the changelog must have a section for
it. Only files that git tracks are packed, in a fixed order and with fixed times, so that the same commit
gives the same archive. HACS unpacks it into `custom_components/smartguard`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPONENT = "custom_components/smartguard"
MANIFEST = "manifest.json"
EPOCH = (1980, 1, 1, 0, 0, 0)


def version_of(tag: str) -> str:
    """Return the version that a tag names; exits with what was expected otherwise."""
    if not (match := re.fullmatch(r"v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)", tag)):
        sys.exit(f"expected a tag like v1.2.3, got {tag}")
    version = match[1]
    if not re.search(
        rf"^## \[?{re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    ):
        sys.exit(f"expected a section {version} in CHANGELOG.md")
    return version


def pack(version: str, target: Path) -> list[str]:
    """Write the archive and return the names in it."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--", COMPONENT], check=True, capture_output=True, text=True
    )
    names = sorted(Path(line).relative_to(COMPONENT).as_posix() for line in listed.stdout.splitlines())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            content = (ROOT / COMPONENT / name).read_bytes()
            if name == MANIFEST:
                content = manifest(content, version)
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, content)
    return names


def manifest(content: bytes, version: str) -> bytes:
    """Return the manifest with another version, its keys in the same order."""
    return (json.dumps({**json.loads(content), "version": version}, indent=2) + "\n").encode()


if __name__ == "__main__":
    tag, file = sys.argv[1:]
    packed = pack(version_of(tag), Path(file))
    print(f"{file}: {len(packed)} files, version {tag.removeprefix('v')}")
