"""Sessions: windows that overlap by all but one behavior are one stream, and stay in one split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from custom_components.smartguard.core.windows import Windows

from ..datasets import RAW, SPLITS, DataError, HomeData, concatenate, listed

Ints = NDArray[np.int64]
SHARES = (0.7, 0.1, 0.2)
"""Of the windows, for training, validation and test."""
LONGEST = 0.05
"""Share of a home's windows from which a stream is cut: else one would be a split of its own."""
DROPPED = -1
OVERLAPPING = 0.05
"""Share of the windows that continue another from which a home was cut at every behavior."""


def links_of(windows: Windows) -> tuple[Ints, Ints]:
    """Return ids of the first and of the last n − 1 behaviors of each window, (W,) each.

    Equal ids are equal runs of behaviors: control, weekday and hour.
    """
    fields = (windows.control, windows.weekday, windows.hour)
    behaviors = np.stack([field.astype(np.float32) for field in fields], axis=2)
    runs = np.concatenate((behaviors[:, :-1], behaviors[:, 1:])).reshape(2 * len(windows), -1)
    begin, end = np.unique(runs, axis=0, return_inverse=True)[1].reshape(2, -1)
    return begin, end


def streams_of(windows: Windows) -> Ints:
    """Return the stream of each window, (W,), counted from 0; −1 where it was dropped.

    A window continues another if it begins with the other's last n − 1 behaviors; where no window does,
    there is a gap. Where several do, all of them are one stream, so that no two streams share a run of
    n − 1 behaviors. A very long stream is cut, and the n − 1 steps before a cut are dropped.
    """
    begin, end = links_of(windows)
    nodes = int(max(begin.max(), end.max())) + 1
    links = coo_array((np.ones(len(begin)), (begin, end)), shape=(nodes, nodes)).tocsr()
    stream = connected_components(links, directed=False)[1][begin].astype(np.int64)
    longest = max(int(LONGEST * len(windows)), 2 * windows.control.shape[1])
    for found, count in zip(*np.unique(stream, return_counts=True), strict=True):
        if count > longest:
            members = np.flatnonzero(stream == found)
            steps = dijkstra(links, directed=False, unweighted=True, indices=begin[members[0]])
            step = steps[begin[members]].astype(np.int64)
            kept = step % longest <= longest - windows.control.shape[1]
            stream[members] = np.where(kept, nodes * (1 + step // longest) + found, DROPPED)
    known = stream != DROPPED
    numbered: Ints = np.full(len(stream), DROPPED)
    numbered[known] = np.unique(stream[known], return_inverse=True)[1]
    return numbered


def split_streams(
    streams: Ints, controls: NDArray[np.int32], seed: int, shares: Sequence[float] = SHARES
) -> list[Ints]:
    """Assign whole streams, in an order drawn from the seed, to splits; return the windows of each.

    controls: (W, n). A stream with a control that no stream before it had is for training, so that every
    control of the home is known there: at home a new one is a new device, which is not judged. Any other
    stream goes to the split that lacks most of its share.
    """
    sizes = np.bincount(streams[streams != DROPPED])
    wanted = np.array(shares) * sizes.sum()
    owner = np.zeros(len(sizes), np.int64)
    order = np.random.default_rng(seed).permutation(len(sizes))
    seen: set[int] = set()
    later = []
    for stream in order:
        own = set(controls[streams == stream].flat) - seen
        seen |= own
        if own:
            wanted[0] -= sizes[stream]
        else:
            later.append(stream)
    for stream in later:
        owner[stream] = int(np.argmax(wanted / np.array(shares)))
        wanted[owner[stream]] -= sizes[stream]
    assigned = np.where(streams == DROPPED, DROPPED, owner[streams])
    return [np.flatnonzero(assigned == split) for split in range(len(shares))]


def splits_of(home: HomeData, seed: int) -> tuple[dict[str, Windows], str]:
    """Return training, validation and test windows, and how they were split; raises DataError.

    Unfiltered splits come before filtered ones. Without a training or a test split, or where windows
    overlap, all windows are split anew by streams.
    """
    found = {s: home.splits[name] for s in SPLITS for name in (s, RAW + s) if name in home.splits}
    if not found:
        raise DataError(f"expected windows of {listed(SPLITS)} of home {home.name}, got none")
    every = concatenate(list(found.values()))
    if set(found) == set(SPLITS) and not overlapping(every):
        return found, "as the home has them"
    streams = streams_of(every)
    parts = split_streams(streams, every.control, seed)
    if not all(map(len, parts)):
        raise DataError(
            f"expected at least {len(SPLITS)} streams of home {home.name}, got {streams.max() + 1}"
        )
    said = f"{listed(found)} together, anew by whole streams, of which there are {streams.max() + 1}"
    return {split: every.take(part) for split, part in zip(SPLITS, parts, strict=True)}, said


def overlapping(windows: Windows) -> bool:
    """Say whether windows were cut at every behavior."""
    begin, end = links_of(windows)
    return bool(np.isin(begin, end).mean() > OVERLAPPING)
