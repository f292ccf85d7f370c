"""Files: what was saved comes back; what is damaged, foreign or newer does not."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from custom_components.smartguard.core import artifact
from custom_components.smartguard.core.errors import ArtifactDamagedError, ArtifactVersionError

HEADER: dict[str, Any] = {"kind": "guard", "names": ["Küche", "Bad"], "threshold": 1.5, "nothing": None}
ARRAYS = {
    "model/control": np.arange(12, dtype=np.float32).reshape(3, 4),
    "counts": np.array([1, 2, 3]),
    "empty": np.zeros((0, 3)),
    "single": np.array(2.5),
    "turned": np.arange(6.0).reshape(2, 3).T,
    "flags": np.array([True, False]),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "0001.npz"
    artifact.save(path, HEADER, ARRAYS)
    return path


def test_what_was_saved_comes_back(path: Path) -> None:
    header, arrays = artifact.load(path)
    assert header == HEADER
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
        assert arrays[name].flags.writeable


def test_numpy_reads_it_too(path: Path) -> None:
    with np.load(path, allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["model/control"], ARRAYS["model/control"])


def test_only_the_owner_reads_it_and_nothing_else_is_left(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_same_content_is_the_same_file(path: Path) -> None:
    before = path.read_bytes()
    artifact.save(path, HEADER, dict(reversed(ARRAYS.items())) | ARRAYS)
    artifact.save(path, HEADER, ARRAYS)
    assert path.read_bytes() == before


def test_every_damaged_byte_is_noticed(path: Path) -> None:
    """A changed byte is either noticed or was none of the content (dates and rights in the container)."""
    whole = path.read_bytes()
    noticed = 0
    for i in range(0, len(whole), 7):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 0xFF]) + whole[i + 1 :])
        try:
            header, arrays = artifact.load(path)
        except (ArtifactDamagedError, ArtifactVersionError):
            noticed += 1
        else:
            assert header == HEADER
            assert all((arrays[name] == array).all() for name, array in ARRAYS.items())
    assert noticed > len(whole) / 7 * 0.75


def test_every_cut_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for length in (*range(0, len(whole) - 1, 37), len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ArtifactDamagedError, match=path.name):
            artifact.load(path)


def test_every_cut_from_the_front_and_the_middle_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(1, len(whole), 37):
        for left in (whole[length:], whole[: len(whole) // 3] + whole[len(whole) // 3 + length :]):
            path.write_bytes(left)
            with pytest.raises(ArtifactDamagedError, match=path.name):
                artifact.load(path)


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04K\x01.", b"SQLite format 3\x00", b"PK\x05\x06" + bytes(18)]
)
def test_foreign_files(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ArtifactDamagedError, match="expected a SmartGuard"):
        artifact.load(path)


def test_foreign_npz(path: Path) -> None:
    np.savez(path, control=np.zeros(3))
    with pytest.raises(ArtifactDamagedError, match="expected a SmartGuard header"):
        artifact.load(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        artifact.load(tmp_path / "none.npz")


def rewrite(path: Path, change: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    """Write the members anew, some of them changed, as a forger would."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in (members | change).items():
            archive.writestr(name, data)


def outer_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        data: dict[str, Any] = json.loads(archive.read(artifact.HEADER))
    return data


def test_a_newer_version_is_refused(path: Path) -> None:
    rewrite(path, {artifact.HEADER: json.dumps(outer_of(path) | {"schema": artifact.SCHEMA + 1}).encode()})
    with pytest.raises(ArtifactVersionError, match=f"expected schema {artifact.SCHEMA} or older.*got 2"):
        artifact.load(path)


def test_an_altered_header_is_noticed(path: Path) -> None:
    outer = outer_of(path)
    outer["header"] = outer["header"].replace("1.5", "9.5")
    rewrite(path, {artifact.HEADER: json.dumps(outer).encode()})
    with pytest.raises(ArtifactDamagedError, match="checksum"):
        artifact.load(path)


def test_a_compressed_file_is_refused(path: Path) -> None:
    """A small file may not ask for a lot of memory."""
    rewrite(path, {}, zipfile.ZIP_DEFLATED)
    with pytest.raises(ArtifactDamagedError, match="compressed"):
        artifact.load(path)


@pytest.mark.parametrize(
    "claim",
    [
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
        b"{'descr': 'what', 'fortran_order': False, 'shape': (3,), }",
        b"import os",
    ],
)
def test_an_array_may_not_claim_what_is_not_there(
    path: Path, monkeypatch: pytest.MonkeyPatch, claim: bytes
) -> None:
    forged = b"\x93NUMPY\x01\x00" + len(claim).to_bytes(2, "little") + claim + bytes(12)
    monkeypatch.setattr(artifact, "_to_bytes", lambda _: forged)  # with a right checksum
    artifact.save(path, {}, {"counts": np.zeros(3)})
    with pytest.raises(ArtifactDamagedError, match="expected"):
        artifact.load(path)


def test_objects_are_not_saved(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ValueError, match="expected named arrays of numbers"):
        artifact.save(path, {}, {"thing": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="expected named arrays of numbers"):
        artifact.save(path, {}, {artifact.HEADER: np.zeros(3)})
    with pytest.raises(ValueError, match="JSON"):
        artifact.save(path, {"bad": float("nan")}, {})
    assert path.read_bytes() == before


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        artifact.save(path, {"new": 1}, {})
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]
