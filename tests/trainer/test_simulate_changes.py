"""Homes that change: as ever until the change, and from then on as it says."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from trainer.__main__ import main
from trainer.simulate import Action, Home, simulate
from trainer.simulate.changes import CHANGES, HOURS_LATER, after, simulate_changed
from trainer.simulate.world import day_start

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 12, tzinfo=ZONE)


def changed(change: str, days: int = 10, on: int = 5) -> list[Action]:
    return simulate_changed(Home.other(2), 1, START, days, change, on)


@cache
def as_ever() -> list[Action]:
    return simulate(Home.other(2), 1, START, 10)


@pytest.mark.parametrize("change", CHANGES)
def test_until_the_change_every_day_is_as_ever(change: str) -> None:
    then = day_start(START + timedelta(days=5))
    actions = changed(change)
    assert [a for a in actions if a.time < then] == [a for a in as_ever() if a.time < then]
    assert [a for a in actions if a.time >= then] != [a for a in as_ever() if a.time >= then]
    times = [a.time for a in actions]
    assert times == sorted(times)
    assert len(actions) == pytest.approx(len(as_ever()), rel=0.15)


def hours(actions: Sequence[Action], *controls: tuple[str, str]) -> list[float]:
    """Return the hours since 04:00 at which controls were used on the days after the change."""
    then = day_start(START + timedelta(days=5))
    local = [datetime.fromtimestamp(a.time, ZONE) for a in actions if (a.entity, a.control) in controls]
    return [(t.hour + t.minute / 60 - 4) % 24 for t in local if t.timestamp() >= then]


def test_everybody_is_later_and_no_automation_is() -> None:
    later = changed("later")
    for who in ("alex", "maria", "noah"):
        apart = np.median(hours(later, (who, "leave"))) - np.median(hours(as_ever(), (who, "leave")))
        assert apart == pytest.approx(HOURS_LATER, abs=1.0)
    locked = ("smart_lock", "lock")
    assert np.median(hours(later, locked)) > np.median(hours(as_ever(), locked))
    light = ("garden_light", "turn_on")
    assert np.median(hours(later, light)) == pytest.approx(np.median(hours(as_ever(), light)), abs=0.1)
    assert max(hours(later, *{(a.entity, a.control) for a in later})) < 24 - 0.5  # all sleep by 04:00


def test_in_half_a_year_it_is_dark_later() -> None:
    light = ("garden_light", "turn_on")
    assert np.median(hours(changed("season"), light)) > np.median(hours(as_ever(), light)) + 3


def test_lamps_exchange_places() -> None:
    names = {"living_room_light": "bedroom_light", "bedroom_light": "living_room_light"}
    swapped = [replace(a, entity=names.get(a.entity, a.entity)) for a in changed("furniture")]
    then = day_start(START + timedelta(days=5))
    assert [a.entity for a in swapped if a.time >= then] == [a.entity for a in as_ever() if a.time >= then]


def test_what_was_lacking_is_bought_and_used() -> None:
    bought = set(after(Home.other(2), "new-device").entities) - set(Home.other(2).entities)
    used = Counter(a.entity for a in changed("new-device"))
    assert bought
    assert not bought & {a.entity for a in as_ever()}
    assert used["vacuum"] >= 2


def test_the_command_writes_a_home_that_changes(tmp_path: Path) -> None:
    path = tmp_path / "home.csv"
    given = ["simulate", "--seed", "1", "--days", "2", "--household", "2", "--out", str(path)]
    assert main([*given, "--change", "new-device", "--changes-on", "1"]) == 0
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert "vacuum.vacuum" in {row["entity_id"] for row in rows}
    with pytest.raises(SystemExit):
        main([*given, "--change", "later"])
