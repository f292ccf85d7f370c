"""A reader of pickled numbers that runs nothing: lists, tuples, numbers, text and NumPy arrays of integers.

A pickle is a program. This reads its instructions and obeys only those that put numbers together; a name of
anything but NumPy's own array constructors, which are done here and not called, is refused.
"""

from __future__ import annotations

import math
import pickletools
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..datasets import DataError

MOST_BYTES = 1 << 29
ARRAYS = ("numpy.core.multiarray", "numpy._core.multiarray")
BUFFERS = ("numpy.core.numeric", "numpy._core.numeric")
# the only names that may be asked for → what is done instead
NAMES: dict[tuple[str, str], str] = {
    ("numpy", "ndarray"): "type",
    ("numpy", "dtype"): "dtype",
    ("_codecs", "encode"): "encode",
    **{(module, "_reconstruct"): "empty" for module in ARRAYS},
    **{(module, "scalar"): "scalar" for module in ARRAYS},
    **{(module, "_frombuffer"): "buffer" for module in BUFFERS},
}
PUSHED = frozenset(
    {
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING"),
        *("BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    }
)
CONSTANTS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that may be asked for, and what is done where it is called."""

    does: str


@dataclass(slots=True)
class Kind:
    """A NumPy type in the making."""

    code: str
    order: str = "="

    def dtype(self) -> np.dtype[Any]:
        """Return it; raises ValueError for anything but integers and truth values."""
        if not re.fullmatch(r"[biu]\d", self.code):
            raise ValueError(f"an array of {self.code!r}")
        return np.dtype(f"{self.order if self.order in ('<', '>') else '='}{self.code}")


@dataclass(slots=True)
class Array:
    """A NumPy array in the making: empty until it is built."""

    values: NDArray[Any] | None = None


class Reader:
    """A stack on which a pickle's instructions put values, with a memo of what was put there."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.steps: dict[str, Callable[[Any], None]] = {
            "MARK": lambda _: self.marks.append(len(self.stack)),
            "EMPTY_LIST": lambda _: self.stack.append([]),
            "LIST": lambda _: self.stack.append(self.since_mark()),
            "TUPLE": lambda _: self.stack.append(tuple(self.since_mark())),
            "APPEND": lambda _: self.extend([self.stack.pop()]),
            "APPENDS": lambda _: self.extend(self.since_mark()),
            "MEMOIZE": lambda _: self.memo.update({len(self.memo): self.stack[-1]}),
            "GLOBAL": lambda names: self.name(*names.split(" ", 1)),
            "STACK_GLOBAL": lambda _: self.name(*self.top(2)),
            "REDUCE": lambda _: self.stack.append(self.made(*self.top(2))),
            "BUILD": lambda _: self.build(self.stack.pop()),
            **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), self.put),
            **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), self.get),
            **{f"TUPLE{count}": partial(self.tuple, count) for count in (1, 2, 3)},
            **dict.fromkeys(("PROTO", "FRAME"), lambda _: None),
        }

    def obey(self, instruction: str, given: Any) -> None:
        """Do what one instruction says; raises ValueError for one that does more than put values together."""
        if instruction in PUSHED:
            self.stack.append(given)
        elif instruction in CONSTANTS:
            self.stack.append(CONSTANTS[instruction])
        elif instruction in self.steps:
            self.steps[instruction](given)
        else:
            raise ValueError(f"the instruction {instruction}")

    def top(self, count: int) -> list[Any]:
        """Take the topmost values."""
        if len(self.stack) < count + (self.marks[-1] if self.marks else 0):
            raise ValueError("an instruction without its values")
        values = self.stack[-count:]
        del self.stack[-count:]
        return values

    def tuple(self, count: int, _: Any) -> None:
        """Put the topmost values as one."""
        self.stack.append(tuple(self.top(count)))

    def since_mark(self) -> list[Any]:
        """Take the values above the last mark."""
        start = self.marks.pop()
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def extend(self, values: list[Any]) -> None:
        """Add values to the list below them."""
        if type(self.stack[-1]) is not list:
            raise ValueError("values for what is no list")
        self.stack[-1].extend(values)

    def put(self, place: Any) -> None:
        """Remember the topmost value."""
        self.memo[int(place)] = self.stack[-1]

    def get(self, place: Any) -> None:
        """Put what is remembered."""
        self.stack.append(self.memo[int(place)])

    def name(self, module: str, name: str) -> None:
        """Put one of the few names that are known; raises ValueError for any other."""
        if (module, name) not in NAMES:
            raise ValueError(f"the name {module}.{name}")
        self.stack.append(Name(NAMES[module, name]))

    def made(self, called: Any, given: Any) -> Any:
        """Return what NumPy would have made."""
        does = called.does if isinstance(called, Name) and isinstance(given, tuple) else None
        if does == "dtype":
            return Kind(str(given[0]))
        if does == "empty":
            return Array()
        if does == "scalar":
            return whole(given[1], given[0], ()).item()
        if does == "buffer":
            return Array(whole(bytes(given[0]), given[1], given[2], fortran=given[3] == "F"))
        if does == "encode" and given[1] in ("latin1", "latin-1"):
            return given[0].encode("latin1")
        raise ValueError("a call")

    def build(self, state: Any) -> None:
        """Fill the type or the array that is topmost."""
        built = self.stack[-1]
        if isinstance(built, Kind):
            built.order = str(state[1])
        elif isinstance(built, Array) and built.values is None:
            _, shape, kind, fortran, data = state
            built.values = whole(data, kind, shape, fortran=fortran)
        else:
            raise ValueError("a state for what is no array")


def whole(data: Any, kind: Any, shape: Any, *, fortran: bool = False) -> NDArray[Any]:
    """Return an array of integers from its bytes; raises ValueError if they do not fit."""
    if not isinstance(data, bytes) or not isinstance(kind, Kind):
        raise TypeError("an array of other things than bytes")
    dtype, sizes = kind.dtype(), tuple(int(size) for size in shape)
    if min(sizes, default=1) < 1 or math.prod(sizes) * dtype.itemsize != len(data):
        raise ValueError(f"{len(data)} bytes for an array {sizes} of {dtype}")
    return np.frombuffer(data, dtype).reshape(sizes, order="F" if fortran else "C")


def finished(value: Any) -> Any:
    """Return a value with arrays in place of what they were made in."""
    if isinstance(value, Array):
        if value.values is None:
            raise ValueError("an array without values")
        return value.values
    if isinstance(value, (Name, Kind)):
        raise TypeError("a name in place of a value")
    return value


def read(path: Path) -> Any:
    """Read a pickle's value: numbers, text, lists, tuples and arrays; raises DataError, OSError.

    An array that lies within a list or a tuple is left to `finished`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise DataError(f"expected at most {MOST_BYTES} bytes in {path.name}, got {path.stat().st_size}")
    try:
        return finished(obeyed(path.read_bytes()))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as err:
        said = str(err).splitlines() or [type(err).__name__]
        raise DataError(f"expected nothing but pickled numbers in {path.name}, got {said[0]}") from err


def obeyed(data: bytes) -> Any:
    """Return what the instructions leave; raises whatever is wrong with them."""
    reader = Reader()
    for instruction, given, _ in pickletools.genops(data):
        if instruction.name == "STOP":
            break
        reader.obey(instruction.name, given)
    (value,) = reader.stack
    return value
