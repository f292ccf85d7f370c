"""What a detector is, and which there are: every class below `trainer` that says its name.

fit → score (higher is stranger) → a threshold from the validation windows, which is not the detector's
business. A detector is saved in the core's own file format, without pickle.
"""

from __future__ import annotations

import inspect
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core import artifact
from custom_components.smartguard.core.errors import ArtifactDamagedError, SmartGuardError
from custom_components.smartguard.core.training import no_progress
from custom_components.smartguard.core.windows import Windows

Scores = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]
Progress = Callable[[float], None]
Kind = TypeVar("Kind", bound="Detector")
PUBLISHED_SEED = 2023
OWN = ("trainer.smartguard", "trainer.reference", "trainer.authors")
"""Where detectors are besides the baselines."""


class OptionError(SmartGuardError):
    """A model, an option or a value that is not there; one line with what was expected and got."""


class NotFittedError(SmartGuardError):
    """A detector was asked for a score before it had learned."""


@dataclass(frozen=True)
class Options:
    """What can be chosen of a detector; the fields are named like the flags of the command line."""


@dataclass(frozen=True)
class Published:
    """What the authors' code would say of the windows of one type, labels in hand.

    scores: (W,), higher is stranger; what passes the threshold is flagged. inverted: the authors counted
    the normal windows as the positive ones.
    """

    scores: Scores
    threshold: float
    inverted: bool = False


class Detector(ABC):
    """Learns normal windows and says how strange others are.

    vocabulary: V, control ids with the unknown. seed: draws everything that is random.
    """

    name: ClassVar[str]
    options_type: ClassVar[type[Options]] = Options
    published: ClassVar[Options | None] = None
    """The options of the authors, where their detector is this one with other options."""

    def __init__(self, vocabulary: int, seed: int = 0, options: Options | None = None) -> None:
        self.vocabulary = vocabulary
        self.seed = seed
        self.options: Any = self.options_type() if options is None else options
        self.size = 0  # n, once it has learned
        if not isinstance(self.options, self.options_type):
            raise OptionError(f"expected {self.options_type.__name__} for {self.name}, got {options!r}")

    def fit(self, training: Windows, validation: Windows, progress: Progress = no_progress) -> None:
        """Learn normal windows; validation windows only decide when to stop. progress: share done."""
        if not len(training):
            raise SmartGuardError(f"expected windows for {self.name} to learn from, got none")
        self._check(training)
        self.learn(training, validation, progress)
        self.size = training.control.shape[1]

    def score(self, windows: Windows) -> Scores:
        """Return how strange each window is, (W,), higher is stranger; raises NotFittedError."""
        if not self.size:
            raise NotFittedError(f"expected {self.name} to have learned before it scores, got no fit")
        if windows.control.shape[1] != self.size:
            raise SmartGuardError(f"expected windows of {self.size}, got {windows.control.shape[1]}")
        self._check(windows)
        return self.judge(windows) if len(windows) else np.zeros(0)

    def _check(self, windows: Windows) -> None:
        if windows.control.size and not 0 <= windows.control.min() <= windows.control.max() < self.vocabulary:
            got = f"{windows.control.min()} … {windows.control.max()}"
            raise SmartGuardError(f"expected control ids of 0 … {self.vocabulary - 1}, got {got}")

    @abstractmethod
    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Learn from at least one window with ids below V."""

    @abstractmethod
    def judge(self, windows: Windows) -> Scores:
        """Score at least one window of the length that was learned."""

    @abstractmethod
    def arrays(self) -> Arrays:
        """Return what was learned."""

    @abstractmethod
    def restore(self, arrays: Arrays) -> None:
        """Take back what `arrays` gave; `size` is set."""

    def parameters(self) -> int:
        """Return how many numbers were learned."""
        return sum(array.size for array in self.arrays().values())

    def save(self, path: Path) -> None:
        """Write what was learned to `path`; raises NotFittedError, OSError."""
        if not self.size:
            raise NotFittedError(f"expected {self.name} to have learned before it is saved, got no fit")
        header = {"detector": self.name, "vocabulary": self.vocabulary, "seed": self.seed, "size": self.size}
        artifact.save(path, {**header, "options": asdict(self.options)}, self.arrays())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; raises ArtifactError, OSError."""
        header, arrays = artifact.load(path)
        if header.get("detector") != cls.name:
            got = header.get("detector", "no detector")
            raise ArtifactDamagedError(f"expected a {cls.name} in {path.name}, got {got}")
        made = cls(header["vocabulary"], header["seed"], options_of(cls, header["options"]))
        made.size = header["size"]
        made.restore(arrays)
        return made


class Judged(ABC):
    """What a detector also is where the authors fitted theirs to the very windows that it judges."""

    @classmethod
    @abstractmethod
    def as_published(
        cls, training: Windows, judged: Windows, labels: NDArray[np.int64], seed: int = PUBLISHED_SEED
    ) -> Published:
        """Judge windows the way the authors did; labels: (W,), 1 is anomalous. seed: theirs, if not given."""


@cache
def detectors() -> dict[str, type[Detector]]:
    """Return every detector by its name: concrete classes of `trainer.baselines` and of `trainer` itself."""
    here = Path(__file__).resolve().parent
    modules = [f"trainer.baselines.{m.name}" for m in pkgutil.iter_modules([str(here / "baselines")])]
    found: dict[str, type[Detector]] = {}
    for module in [import_module(name) for name in (*OWN, *modules)]:
        for value in vars(module).values():
            if is_detector(value) and value.__module__ == module.__name__:
                found[value.name] = value
    return found


def is_detector(value: object) -> bool:
    """Say whether something is a class of detectors that can be made."""
    return inspect.isclass(value) and issubclass(value, Detector) and not inspect.isabstract(value)


def named(name: str) -> type[Detector]:
    """Return a detector by its name, whatever its case; raises OptionError."""
    for known, found in detectors().items():
        if known.lower() == name.lower():
            return found
    raise OptionError(f"expected a model of {', '.join(sorted(detectors()))}, got {name!r}")


def options_of(kind: type[Detector], chosen: dict[str, Any], base: Options | None = None) -> Options:
    """Return the options of a detector with some of them chosen; raises OptionError."""
    known = [field.name for field in fields(kind.options_type)]
    strange = [name for name in chosen if name not in known]
    if strange:
        raise OptionError(
            f"expected options of {kind.name} ({', '.join(known) or 'it has none'}), got {strange[0]}"
        )
    start = asdict(base or kind.options_type())
    try:
        return kind.options_type(**(start | chosen))
    except ValueError as err:
        raise OptionError(str(err)) from err
