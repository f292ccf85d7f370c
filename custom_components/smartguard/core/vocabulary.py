"""The set C of device controls that a home was seen to use, with an explicit unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior
from .errors import ArtifactDamagedError

UNKNOWN = 0


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """One device control: the same control of another entity is another token."""

    device: str
    entity: str
    control: str


@dataclass(frozen=True)
class Vocabulary:
    """Tokens in a fixed order; id 0 is the unknown, token k has id k + 1."""

    tokens: tuple[Token, ...]

    @classmethod
    def from_behaviors(cls, behaviors: Iterable[Behavior], min_count: int = 1) -> Vocabulary:
        """Collect every device control used at least `min_count` times, sorted."""
        counts = Counter(Token(b.device, b.entity, b.control) for b in behaviors)
        return cls(tuple(sorted(token for token, count in counts.items() if count >= min_count)))

    def __len__(self) -> int:
        """Return |C| with the unknown counted."""
        return len(self.tokens) + 1

    @cached_property
    def _ids(self) -> dict[tuple[str, str], int]:
        return {(t.entity, t.control): i + 1 for i, t in enumerate(self.tokens)}

    @cached_property
    def devices(self) -> tuple[str, ...]:
        """Device keys, sorted; device id k + 1 is devices[k], 0 is unknown."""
        return tuple(sorted({t.device for t in self.tokens}))

    @cached_property
    def _device_ids(self) -> dict[str, int]:
        return {device: i + 1 for i, device in enumerate(self.devices)}

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """Entity keys, sorted; entity id k + 1 is entities[k], 0 is unknown."""
        return tuple(sorted({t.entity for t in self.tokens}))

    @cached_property
    def _entity_ids(self) -> dict[str, int]:
        return {entity: i + 1 for i, entity in enumerate(self.entities)}

    def entity_id_of(self, entity: str) -> int:
        """Return the id of an entity key, or UNKNOWN."""
        return self._entity_ids.get(entity, UNKNOWN)

    def id_of(self, behavior: Behavior) -> int:
        """Return the id of a behavior's device control, or UNKNOWN."""
        return self._ids.get((behavior.entity, behavior.control), UNKNOWN)

    def ids_in(self, other: Vocabulary) -> NDArray[np.int32]:
        """Return the ids that these controls have in another vocabulary, (V,), UNKNOWN for none."""
        found = [other._ids.get((t.entity, t.control), UNKNOWN) for t in self.tokens]
        return np.array([UNKNOWN, *found], np.int32)

    def encode(self, behaviors: Sequence[Behavior]) -> NDArray[np.int32]:
        """Return control ids, shape (N,)."""
        return np.array([self.id_of(b) for b in behaviors], np.int32).reshape(-1)

    def encode_devices(self, behaviors: Sequence[Behavior]) -> NDArray[np.int32]:
        """Return device ids, shape (N,)."""
        ids = self._device_ids
        return np.array([ids.get(b.device, UNKNOWN) for b in behaviors], np.int32).reshape(-1)

    def to_json(self) -> list[list[str]]:
        """Return what the artifact header keeps."""
        return [[t.device, t.entity, t.control] for t in self.tokens]

    @classmethod
    def from_json(cls, data: Any) -> Vocabulary:
        """Read what `to_json` gave; raises ArtifactDamagedError."""
        try:
            return cls(tuple(Token(*(str(part) for part in row)) for row in data))
        except TypeError as err:
            raise ArtifactDamagedError(
                f"expected a vocabulary of [device, entity, control] rows, got {type(data).__name__}"
            ) from err
