"""`python -m trainer convert`: the authors' pickles become smartguard_NAME.npz and vocab_NAME.json."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from .. import datasets
from ..paper.flags import Parser, guarded
from .layout import home_in

PROG = "trainer convert"


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument("--source", type=Path, required=True, help="the authors' folder `data`")
    made.add_argument("--dataset", required=True, help="NAME of the home in it: an, fr, sp, …")
    made.add_argument("--out", type=Path, required=True, help="folder that the two files go to")
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, convert; return the exit status."""
    chosen = parser().parse_args(arguments)
    return guarded(PROG, lambda: convert(chosen.source, chosen.dataset, chosen.out))


def convert(source: Path, name: str, folder: Path) -> None:
    """Write a home in our format once it can be read back whole; raises DataError, OSError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise datasets.DataError(f"expected a name of letters and digits for --dataset, got {name!r}")
    if not folder.is_dir():
        raise datasets.DataError(f"expected a folder that is there for --out, got {folder}")
    arrays, vocabulary = home_in(source, name)
    with tempfile.TemporaryDirectory(prefix=".convert-", dir=folder) as made:
        files = [Path(made) / f"smartguard_{name}.npz", Path(made) / f"vocab_{name}.json"]
        np.savez_compressed(files[0], allow_pickle=False, **arrays)
        files[1].write_text(json.dumps(vocabulary, indent=0) + "\n", encoding="utf-8")
        home = datasets.load(name, Path(made))
        for file in reversed(files):
            file.replace(folder / file.name)
    if home.absent:
        print(f"{name} has no {datasets.listed(home.absent)}", file=sys.stderr)
    print(folder / f"smartguard_{name}.npz")
