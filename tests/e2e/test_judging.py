"""The check judges fairly: which alerts count, which are false, when it is passed."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("homeassistant", reason="the demonstration runs a real Home Assistant")

from demo.anomalies import Played
from demo.evening import evening
from demo.findings import Findings
from demo.house import ZONE
from demo.recorder_writer import Moment, shown
from demo.witness import Alert, Witness, percentile
from trainer.attacks import Kind, injectors
from trainer.simulate import Home

HOME = Home.demonstration(ZONE)
ANOMALIES = injectors(HOME)


def played(name: str, begin: float = 1000.0, decisive: float = 1010.0) -> Played:
    return Played(ANOMALIES[name], begin, decisive, frozenset({"the-device"}))


def alert(time: float, sensor_was_off: bool = True, device: str = "the-device") -> Alert:
    return Alert(time, sensor_was_off, (device,), (), "why")


def test_an_alert_counts_from_the_decisive_instant_on() -> None:
    assert played("tv_flickering").accounts_for(alert(1012))


def test_a_flicker_may_be_told_before_its_fourth_toggle_but_not_before_it_begins() -> None:
    assert played("tv_flickering").accounts_for(alert(1005))
    assert not played("tv_flickering").accounts_for(alert(999))


def test_a_long_duration_told_before_it_is_long_is_false() -> None:
    assert not played("long_shower").accounts_for(alert(1009))
    assert played("long_shower").accounts_for(alert(1010))


def test_an_alert_while_the_sensor_was_on_does_not_count() -> None:
    assert not played("tv_flickering").accounts_for(alert(1012, sensor_was_off=False))


def test_an_alert_about_another_device_does_not_count() -> None:
    assert not played("tv_flickering").accounts_for(alert(1012, device="another"))


def test_an_alert_long_after_the_anomaly_is_false() -> None:
    over = replace(played("tv_flickering"), over=1500.0)
    assert not over.accounts_for(alert(1501))


def perfect() -> Findings:
    return Findings(
        seed=0,
        rate=60,
        normal_hours=3.0,
        normal_behaviors=40,
        alerts={"SD": 1.0, "MD": 60.0, "DM": 300.0, "DD": -1.0},
    )


def test_passed_when_all_are_told_in_time_and_nothing_else_is() -> None:
    assert perfect().passed


@pytest.mark.parametrize(
    "change",
    [
        {"alerts": {"SD": 60.1, "MD": 1.0, "DM": 1.0, "DD": 1.0}},
        {"alerts": {"SD": 1.0, "MD": 1.0, "DM": 300.1, "DD": 1.0}},
        {"alerts": {"SD": 1.0, "MD": 1.0, "DM": None, "DD": 1.0}},
        {"alerts": {"SD": 1.0, "MD": 1.0, "DM": 1.0}},
        {"false_alerts": 1},
        {"normal_hours": 2.9},
        {"normal_behaviors": 39},
    ],
)
def test_failed_when_anything_is_missing(change: dict[str, object]) -> None:
    assert not replace(perfect(), **change).passed


def test_the_result_has_the_fields_that_others_read() -> None:
    assert list(perfect().result()) == [
        "ha_version",
        "seed",
        "clock_rate",
        "behaviors",
        "train_s",
        "normal_hours",
        "normal_behaviors",
        "alerts",
        "false_alerts",
        "score_ms_p50",
        "loop_lag_ms_p99",
    ]


def event(entity_id: str, old: str, new: str, **attributes: object) -> dict[str, object]:
    states = [
        {
            "entity_id": entity_id,
            "state": state,
            "attributes": given,
            "last_updated": "2026-11-20T20:00:00+00:00",
        }
        for state, given in ((old, {}), (new, attributes))
    ]
    return {"data": {"old_state": states[0], "new_state": states[1]}}


def test_a_report_without_a_change_is_no_use() -> None:
    witness = Witness(frozenset({"light.a"}), "binary_sensor.anomaly")
    for old, new in (("off", "off"), ("unavailable", "off"), ("unknown", "on")):
        witness._changed(event("light.a", old, new))
    witness._changed(event("sensor.other", "1", "2"))
    assert witness.uses == []
    witness._changed(event("light.a", "off", "on"))
    assert [use[1:] for use in witness.uses] == [("light.a", "on")]


def test_the_sensor_that_turns_on_with_the_alert_was_off_before() -> None:
    witness = Witness(frozenset(), "binary_sensor.anomaly")
    data = {"type": "detected", "devices": [], "entities": [], "summary": ""}
    witness._changed(event("binary_sensor.anomaly", "off", "on"))
    witness._alerted({"time_fired": "2026-11-20T20:00:00.200+00:00", "data": data})
    witness._alerted({"time_fired": "2026-11-20T20:05:00+00:00", "data": data})
    assert [found.sensor_was_off for found in witness.alerts] == [True, False]


def test_what_is_told_to_be_over_is_no_alert() -> None:
    witness = Witness(frozenset(), "binary_sensor.anomaly")
    witness._alerted({"time_fired": "2026-11-20T20:00:00+00:00", "data": {"type": "cleared"}})
    assert witness.alerts == []


def test_the_live_day_is_of_another_seed_and_goes_on_where_the_past_ends() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    begin = datetime(2026, 11, 20, 19, 15, tzinfo=ZoneInfo(ZONE))
    one, other = evening(HOME, 3, begin, days=4), evening(HOME, 4, begin, days=4)
    assert one.seed != other.seed
    assert one.seed not in (3, 4)
    assert max(a.time for a in one.past) <= begin.timestamp() < min(a.time for a in one.live)
    assert min(a.time for a in one.past) > begin.timestamp() - 4 * 86400
    state = one.held(begin.timestamp())
    for action in one.live:
        assert (state[action.entity].state, state[action.entity].attributes) != (
            action.state,
            action.attributes,
        )
        state[action.entity] = type(state[action.entity])(action.state, action.attributes)


def test_recorded_attributes_follow_the_state() -> None:
    base = {"supported_color_modes": ["brightness"], "color_mode": None, "brightness": None}
    assert shown(base, Moment(0.0, "light.a", "on", {"brightness": 178})) == {
        "supported_color_modes": ["brightness"],
        "color_mode": "brightness",
        "brightness": 178,
    }
    assert shown(base, Moment(0.0, "light.a", "off", {})) == base
    assert shown({"is_closed": True}, Moment(0.0, "cover.a", "open", {}))["is_closed"] is False


def test_percentiles() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(100), 0.99) == 99
    with pytest.raises(ValueError, match="at least one value"):
        percentile([], 0.5)


def test_the_four_kinds_are_all_there() -> None:
    assert {injector.kind for injector in ANOMALIES.values()} == set(Kind)
    assert len(ANOMALIES) == 10
