"""What holds of anything that may come in: states, attributes, CSV, files, and what a journal kept.

The examples are the same in every run, so that a failure is not a matter of luck; SMARTGUARD_EXAMPLES asks
for so many others of each.
"""

from __future__ import annotations

import copy
import json
import os
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.smartguard.core import artifact, worker
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.control_tables import DOMAINS, table_of
from custom_components.smartguard.core.episode import Episode
from custom_components.smartguard.core.errors import ArtifactDamagedError, ArtifactError, SmartGuardError
from custom_components.smartguard.core.feedback import Feedback
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.history_csv import COLUMNS, Export, HistoryFileError, read
from custom_components.smartguard.core.learn import LearnOptions, learn
from custom_components.smartguard.core.model import ModelOptions
from custom_components.smartguard.core.states import Reading, Tracker
from custom_components.smartguard.core.training_options import TrainingOptions

from .household import live

# Hypothesis says this of its own random numbers on Python 3.14.
pytestmark = pytest.mark.filterwarnings("ignore:It looks like `register_random` was passed")

NOW = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
EXAMPLES = int(os.environ.get("SMARTGUARD_EXAMPLES", "0"))
TINY = TrainingOptions(epochs=1)
ANY = settings(
    max_examples=EXAMPLES or 60,
    deadline=None,
    database=None,
    derandomize=not EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

text = st.text(st.characters(), max_size=20)
scalar = st.none() | st.booleans() | st.integers() | st.floats() | text
anything = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3)
)
times = st.floats(0, NOW)
state = (
    st.sampled_from(["on", "off", "open", "closing", "unavailable", "unknown", "", "2026-01-01T00:00:00"])
    | text
)
reading = st.tuples(state | scalar, times | st.floats(), st.dictionaries(text, anything, max_size=3))


@ANY
@given(st.sampled_from(sorted(DOMAINS)), scalar, st.lists(reading, max_size=8))
def test_states_name_at_most_one_control_in_clean_text(
    domain: str, device_class: object, readings: list[tuple[Any, float, dict[str, Any]]]
) -> None:
    tracker, table = Tracker(), table_of(domain, device_class)
    for value, updated, attributes in readings:
        found = tracker.observe("entity", Reading(table, value, updated, attributes.get))
        assert len(found) <= 1
        for control in found:
            assert control
            assert len(control.encode()) <= 500


row = st.tuples(
    st.sampled_from(["light.lamp", "switch.plug", "cover.blind", "sensor.power", "scene.movie", ""]) | text,
    state,
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 4, 1)).map(datetime.isoformat) | text,  # noqa: DTZ001
)


def as_csv(rows: list[tuple[str, str, str]]) -> list[str]:
    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    return [",".join(COLUMNS) + "\n", *(",".join(map(quoted, fields)) + "\n" for fields in rows)]


def read_or_refuse(lines: list[str]) -> Export | None:
    try:
        return read(lines, UTC, NOW)
    except HistoryFileError:
        return None


@ANY
@given(st.lists(row, max_size=20))
def test_every_row_of_a_history_is_used_or_counted(rows: list[tuple[str, str, str]]) -> None:
    found = read_or_refuse(as_csv(rows))
    if found is None:
        return
    tally = found.tally
    assert tally.used + sum(tally.left_out.values()) == tally.rows
    moments = [b.time for b in found.behaviors]
    assert moments == sorted(moments)
    assert all(time <= NOW + 60 for time in moments)


@ANY
@given(st.lists(row, max_size=12, unique_by=lambda fields: fields[2]), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[str, str, str]], shuffle: Any) -> None:
    before = read_or_refuse(as_csv(rows))
    mixed = list(rows)
    shuffle.shuffle(mixed)
    after = read_or_refuse(as_csv(mixed))
    if before is not None and after is not None and len({b.time for b in before.behaviors}) == len(rows):
        assert before.behaviors == after.behaviors


@ANY
@given(st.lists(text, max_size=10))
def test_any_text_is_a_history_or_refused_in_words(lines: list[str]) -> None:
    read_or_refuse(lines)
    read_or_refuse([",".join(COLUMNS) + "\n", *lines])


json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
)
dtypes = st.sampled_from(["<f4", "<f8", "<i4", "<i8", "|b1", "|u1"])


@ANY
@given(st.dictionaries(text, json_value, max_size=4), st.lists(dtypes, max_size=3), st.integers(0, 5))
def test_what_is_saved_comes_back(
    tmp_path: Path, header: dict[str, Any], kinds: list[str], size: int
) -> None:
    arrays = {
        f"a{i}": np.arange(size * (i + 1)).reshape(size, i + 1).astype(kind) for i, kind in enumerate(kinds)
    }
    artifact.save(tmp_path / "a.npz", header, arrays)
    again, read_back = artifact.load(tmp_path / "a.npz")
    assert again == json.loads(json.dumps(header))
    assert all((read_back[name] == array).all() for name, array in arrays.items())


@cache
def parts() -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return header, arrays and bytes of a guard's file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "0001.npz"
        learn(live(10), LearnOptions("UTC", windows=64, folds=2, training=TINY)).guard.save(path)
        return *artifact.load(path), path.read_bytes()


@ANY
@given(st.data())
def test_a_file_with_other_bytes_is_refused_or_the_same(tmp_path: Path, data: st.DataObject) -> None:
    header, _, whole = parts()
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    keep = data.draw(st.integers(0, len(whole)))
    path = tmp_path / "0001.npz"
    path.write_bytes(damaged[:keep] if data.draw(st.booleans()) else damaged)
    try:
        again, _ = artifact.load(path)
    except ArtifactError:
        return
    assert again == header


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List where something of a JSON value can be replaced."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


def forge(value: Any, place: tuple[Any, ...], other: Any) -> Any:
    if not place:
        return other
    forged = copy.deepcopy(value)
    at = forged
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = other
    return forged


huge = st.sampled_from([10**9, 2**63, -1, 0, 10**400])


@ANY
@given(st.data())
def test_a_forged_header_with_a_right_checksum_is_refused_in_words(
    tmp_path: Path, data: st.DataObject
) -> None:
    header, arrays, _ = parts()
    top = data.draw(st.sampled_from(sorted(header)))
    place = data.draw(st.sampled_from(places(header[top], (top,))[:200]))
    artifact.save(tmp_path / "a.npz", forge(header, place, data.draw(json_value | huge)), arrays)
    try:
        Guard.load(tmp_path / "a.npz")
    except ArtifactError:
        return


@ANY
@given(st.data())
def test_forged_arrays_with_a_right_checksum_are_refused_in_words(
    tmp_path: Path, data: st.DataObject
) -> None:
    header, arrays, _ = parts()
    name = data.draw(st.sampled_from(sorted(arrays)))
    shape = data.draw(st.lists(st.integers(0, 4), max_size=3))
    other = np.zeros(shape, data.draw(dtypes))
    kept = (
        {**arrays, name: other}
        if data.draw(st.booleans())
        else {k: v for k, v in arrays.items() if k != name}
    )
    artifact.save(tmp_path / "a.npz", header, kept)
    try:
        Guard.load(tmp_path / "a.npz")
    except ArtifactError:
        return


@pytest.mark.parametrize("inner", ["[]", "7", "null", "{", "[" * 100_000])
def test_a_header_that_is_none_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: str
) -> None:
    with monkeypatch.context() as forged:
        forged.setattr(json, "dumps", lambda value, real=json.dumps, **more: inner if more else real(value))
        artifact.save(tmp_path / "a.npz", {}, {})
    with pytest.raises(ArtifactDamagedError, match="expected a header"):
        Guard.load(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["layers", "width", "heads", "vocabulary", "feed_forward", "window"])
def test_a_forged_size_is_refused_before_memory_is_taken(name: str) -> None:
    sizes = {**ModelOptions(vocabulary=9).to_json(), name: 10**12}
    with pytest.raises(ArtifactDamagedError, match="expected"):
        ModelOptions.from_json(sizes)


@ANY
@given(st.data())
def test_a_forged_job_is_refused_in_words(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "job.npz"
    worker.write_job(path, [Behavior(NOON + i, "d", "e", "turn_on") for i in range(3)], LearnOptions("UTC"))
    header, arrays = artifact.load(path)
    place = data.draw(st.sampled_from(places(header)[1:]))
    artifact.save(path, forge(header, place, data.draw(json_value | huge)), arrays)
    try:
        worker.read_job(path)
    except ArtifactError:
        return


NOON = 1_750_000_000.0
word = {
    "id": "a",
    "verdict": "normal",
    "episode_id": "1",
    "time": 1.0,
    "scope": "control",
    "kinds": ["moment"],
    "device": "d",
    "entity": "e",
    "control": "c",
    "hour": 1.0,
}
told = {
    "id": "1",
    "start": 1.0,
    "last": 2.0,
    "score": 1.0,
    "threshold": 0.0,
    "end": None,
    "behaviors": [[1.0, "d", "e", "c", ""]],
    "losses": [],
    "expected": [],
    "reasons": [
        {
            "channel": "moment",
            "score": 1.0,
            "facts": {},
            "behaviors": [[1.0, "d", "e", "c", ""]],
            "context": [[1.0, "d", "e", "c", ""]],
        }
    ],
}


@ANY
@given(st.data())
def test_what_a_journal_kept_is_read_or_refused(data: st.DataObject) -> None:
    kind, whole = data.draw(st.sampled_from([(Feedback, word), (Episode, told)]))
    assert kind.from_json(whole)
    other = forge(whole, data.draw(st.sampled_from(places(whole))), data.draw(json_value | huge))
    try:
        kind.from_json(other)
    except SmartGuardError:
        return
