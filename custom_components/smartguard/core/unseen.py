"""Unseen: when nobody saw what entities were, in days gone by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

Span = tuple[float, float]


class Unseen:
    """Knows for each entity the spans in which nobody saw its state."""

    def __init__(self, spans: Mapping[str, Iterable[Span]]) -> None:
        """Take spans, begin and end in UTC seconds, by the entity's key; those of one do not overlap."""
        self._spans = {entity: sorted(found) for entity, found in spans.items()}

    def at(self, time: float) -> frozenset[str]:
        """Return who was not seen at a moment; when a span ends what was on before is not known yet."""
        return frozenset(entity for entity, spans in self._spans.items() if _is_within(spans, time))


def _is_within(spans: list[Span], time: float) -> bool:
    place = bisect_right(spans, time, key=lambda span: span[0]) - 1
    return place >= 0 and time <= spans[place][1]


NOTHING_UNSEEN = Unseen({})
