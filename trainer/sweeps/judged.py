"""Cells that train one model on one home and judge it: what grids and seeds are made of."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, fields
from math import isfinite
from typing import Any

from custom_components.smartguard.core.training import no_progress

from ..datasets import HomeData
from ..detector import Detector, OptionError, Options, named, options_of
from ..engines import Record
from ..paper.judge import Entrant, judge


def fingerprint(home: HomeData) -> str:
    """Return what tells a home's windows from any others."""
    digest = hashlib.sha256()
    every = {**home.splits, **{f"{attack.kind}_{attack.name}": attack.windows for attack in home.attacks}}
    for name in sorted(every):
        digest.update(name.encode())
        for field in fields(every[name]):
            digest.update(getattr(every[name], field.name).tobytes())
    return digest.hexdigest()[:16]


def cell_of(home: HomeData, kind: type[Detector], options: Options, seed: int) -> Record:
    """Return a cell that holds all of its options, so that no default can change unseen."""
    chosen = {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(options).items()
    }
    return {"data": fingerprint(home), "model": kind.name, "options": chosen, "seed": seed}


def options_in(cell: Record) -> Options:
    """Read the options of a cell."""
    chosen = {name: tuple(v) if isinstance(v, list) else v for name, v in cell["options"].items()}
    return options_of(named(cell["model"]), chosen)


def judged(home: HomeData, cell: Record) -> Record:
    """Train and judge on every type."""
    kind = named(cell["model"])
    return judge(home, Entrant(kind.name, kind, options_in(cell)), cell["seed"], home.kinds, no_progress)


def option_value(kind: type[Detector], name: str, text: str) -> Any:
    """Read the value of an option as its default is written; raises OptionError."""
    known = asdict(kind.options_type())
    if name not in known:
        said = ", ".join(known) or "it has none"
        raise OptionError(f"expected options of {kind.name} ({said}), got {name}")
    default = known[name]
    if isinstance(default, bool):
        if text not in ("on", "off"):
            raise OptionError(f"expected on or off for {name}, got {text!r}")
        return text == "on"
    if isinstance(default, tuple):
        return () if text == "none" else tuple(text.split("+"))
    wanted = "a whole number" if isinstance(default, int) else "a number"
    try:
        value = type(default)(text)
    except ValueError as err:
        raise OptionError(f"expected {wanted} for {name}, got {text!r}") from err
    if not isinstance(value, str) and not isfinite(value):
        raise OptionError(f"expected {wanted} for {name}, got {text!r}")
    return value
