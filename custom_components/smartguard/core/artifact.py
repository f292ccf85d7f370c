"""The file format of everything learned: an .npz with a JSON header inside, no pickle, checksummed.

The header carries the schema version and a SHA-256 over all the rest. A reader refuses what a newer
version wrote and what is damaged, and never allocates more than the file itself is long.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .errors import ArtifactDamagedError, ArtifactVersionError

SCHEMA = 1
HEADER = "header.json"
LIMIT = 512 * 1024 * 1024
MODE = 0o600

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
Arrays = dict[str, NDArray[Any]]
ReadHeader = Callable[[IO[bytes]], tuple[tuple[int, ...], bool, np.dtype[Any]]]

# Older releases of NumPy give these no types.
_read_magic: Callable[[IO[bytes]], tuple[int, int]] = np.lib.format.read_magic
_read_header_1_0: ReadHeader = np.lib.format.read_array_header_1_0
_read_header_2_0: ReadHeader = np.lib.format.read_array_header_2_0


def save(path: Path, header: dict[str, Any], arrays: Arrays) -> None:
    """Write a header of JSON values and arrays of numbers to `path`, whole or not at all.

    Only the owner may read the file. Raises OSError where the file can not be written, ValueError for
    what the format does not hold.
    """
    for name, array in arrays.items():
        if array.dtype.hasobject or name == HEADER:
            raise ValueError(f"expected named arrays of numbers, got {name!r} of {array.dtype}")
    members = {name: _to_bytes(array) for name, array in arrays.items()}
    text = json.dumps(header, sort_keys=True, allow_nan=False)
    outer = json.dumps({"schema": SCHEMA, "sha256": _digest(text, members), "header": text}).encode()
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, MODE)
            _write(file, outer, members)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # gone already where it has its name
    _sync_folder(path.parent)


def load(path: Path) -> tuple[dict[str, Any], Arrays]:
    """Read what `save` wrote.

    Raises ArtifactDamagedError for anything that is not whole, ArtifactVersionError for a file of a newer
    version, OSError where there is no file to read.
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                members = _read(archive)
        except (*_DAMAGE, OSError) as err:  # a place before the file's begin is an OSError
            raise ArtifactDamagedError(f"expected a SmartGuard model in {path.name}, got: {err}") from err
    schema, digest, text = _outer(members.pop(HEADER, b""), path)
    if schema > SCHEMA:
        raise ArtifactVersionError(f"expected schema {SCHEMA} or older in {path.name}, got {schema}")
    if digest != _digest(text, members):
        raise ArtifactDamagedError(f"expected checksum {digest} in {path.name}, got another: it was altered")
    return _inner(text, path), {name: _to_array(name, data) for name, data in members.items()}


def _to_bytes(array: NDArray[Any]) -> bytes:
    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def _to_array(name: str, data: bytes) -> NDArray[Any]:
    """Read one .npy, after comparing the size it claims with the bytes that are there."""
    file = io.BytesIO(data)
    try:
        version = _read_magic(file)
        read = _read_header_1_0 if version == (1, 0) else _read_header_2_0
        shape, _, dtype = read(file)
    except ValueError as err:
        raise ArtifactDamagedError(f"expected an array in {name}, got: {err}") from err
    expected, got = dtype.itemsize * math.prod(shape), len(data) - file.tell()
    if dtype.hasobject or expected != got:
        raise ArtifactDamagedError(f"expected {expected} bytes of {dtype} in {name}, got {got}")
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape).copy()


def _digest(text: str, members: dict[str, bytes]) -> str:
    """Return the SHA-256 over header and members, each with its name and length."""
    digest = hashlib.sha256()
    for name, data in [(HEADER, text.encode()), *sorted(members.items())]:
        digest.update(f"{name}\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _write(file: Any, outer: bytes, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in [(HEADER, outer), *((f"{name}.npy", data) for name, data in members.items())]:
            archive.writestr(zipfile.ZipInfo(name), data)  # a fixed date: same content, same file


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the members by name; none is compressed, so none is longer than the file."""
    infos = archive.infolist()
    if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
        raise ValueError("expected stored members, got compressed ones")
    total = sum(info.file_size for info in infos)
    if total > LIMIT:
        raise ValueError(f"expected at most {LIMIT} bytes, got {total}")
    return {info.filename.removesuffix(".npy"): archive.read(info) for info in infos}


def _outer(data: bytes, path: Path) -> tuple[int, str, str]:
    """Return schema, checksum and the header's text."""
    try:
        outer = json.loads(data)
        return int(outer["schema"]), str(outer["sha256"]), str(outer["header"])
    except (ValueError, KeyError, TypeError, RecursionError) as err:
        raise ArtifactDamagedError(f"expected a SmartGuard header in {path.name}, got none: {err}") from err


def _inner(text: str, path: Path) -> dict[str, Any]:
    """Return the header; a checksum proves that it was not damaged, not that it is one."""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as err:
        raise ArtifactDamagedError(f"expected a header of JSON in {path.name}, got: {err}") from err
    if not isinstance(header, dict):
        raise ArtifactDamagedError(f"expected a header of names in {path.name}, got {type(header).__name__}")
    return header


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
