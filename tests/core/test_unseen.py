"""When nobody saw what entities were: found by moment, and heeded by a replay."""

from __future__ import annotations

import random

from custom_components.smartguard.core.unseen import Unseen


def test_a_span_holds_from_its_begin_to_its_end() -> None:
    unseen = Unseen({"lamp": [(30, 40), (10, 20)], "stove": [(15, 35)], "lock": []})
    assert [sorted(unseen.at(time)) for time in (9, 10, 15, 20, 25, 35, 36, 40, 41)] == [
        [],
        ["lamp"],
        ["lamp", "stove"],
        ["lamp", "stove"],
        ["stove"],
        ["lamp", "stove"],
        ["lamp"],
        ["lamp"],
        [],
    ]


def test_many_spans_are_found_as_one_by_one() -> None:
    rng = random.Random(0)
    edges = sorted(rng.sample(range(10_000), 200))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    unseen = Unseen({"lamp": rng.sample(spans, len(spans))})
    for time in range(0, 10_000, 7):
        assert bool(unseen.at(time)) == any(begin <= time <= end for begin, end in spans)
