"""The days gone by once more: the same objects, other settings, nothing told."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.smartguard import backtest
from custom_components.smartguard.const import CONF_ALERTS_PER_WEEK, EVENT_ALERT
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.threshold import threshold_of

from . import homes
from .conftest import Pass, load
from .test_coordinator import ask, use
from .test_corrections import close, leave_open
from .test_websocket_api import Asker

pytestmark = pytest.mark.usefixtures("home_folder")

HOUR = 3600.0


def past() -> tuple[Behavior, ...]:
    """The usual days; on one the valve was opened once more and left so for hours, which nobody told."""
    begin = homes.NOW.timestamp() - 51.8 * HOUR
    left_open = (
        Behavior(begin, homes.VALVE, homes.VALVE, "open"),
        Behavior(begin + 5 * HOUR, homes.VALVE, homes.VALVE, "close"),
    )
    return tuple(sorted([*homes.days(), *left_open], key=lambda b: b.time))


def restless() -> tuple[Behavior, ...]:
    """The usual days; on the last the kettle was used at three odd hours, more odd and less."""
    lived = list(homes.days())
    for hours, seconds in ((10.0, 240), (3.05, 120), (2.8, 240)):
        begin = homes.NOW.timestamp() - hours * HOUR
        lived.append(Behavior(begin, homes.KETTLE, homes.KETTLE, "turn_on"))
        lived.append(Behavior(begin + seconds, homes.KETTLE, homes.KETTLE, "turn_off"))
    return tuple(sorted(lived, key=lambda b: b.time))


@pytest.fixture
async def lived(hass: HomeAssistant, entry: MockConfigEntry, folder: Path) -> MockConfigEntry:
    await hass.async_add_executor_job(homes.keep_past, folder, past())
    await hass.async_add_executor_job(homes.keep_model, folder)
    await load(hass, entry)
    return entry


async def test_what_would_have_been_told_is_answered_and_not_told(
    hass: HomeAssistant, lived: MockConfigEntry
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    before = lived.runtime_data.data
    answer = await ask(hass, "backtest", days=3, alerts_per_week=0.25)
    (alert,) = answer["alerts"]
    assert (alert["kind"], alert["entities"]) == ("duration", [homes.VALVE])
    assert alert["summary"].startswith("garden has been open for")
    assert (answer["count"], answer["budget_per_week"], answer["days"]) == (1, 0.25, 3.0)
    assert answer["alerts_per_week"] == round(7 / 3, 2)
    outcome, told = answer["summary"].split(" alert. ")
    assert outcome == "With these settings the last 3.0 days would have raised one"
    assert told == alert["summary"]
    with patch.object(backtest, "NAMED", 0):
        answer = await ask(hass, "backtest", days=3, alerts_per_week=0.25)
    assert answer["summary"] == f"{outcome} alert. …"
    assert answer["alerts"] == [alert]
    assert answer["behaviors"] == sum(b.time >= homes.NOW.timestamp() - 72 * HOUR for b in past())
    assert fired == []
    assert lived.runtime_data.data == before
    assert await hass.async_add_executor_job(lived.runtime_data.journal.episodes) == []


async def test_what_nobody_saw_is_no_more_told_than_live(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    """Opened at its time, unavailable for hours, then found to be open still."""
    fired = async_capture_events(hass, EVENT_ALERT)
    await use(hass, homes.VALVE, "open", live_on, hours=19.5)
    await use(hass, homes.VALVE, "unavailable", live_on, minutes=5)
    for told in (0, 1):
        await live_on(hours=5)
        await async_wait_recording_done(hass)
        answer = await ask(hass, "backtest", days=1)
        assert answer["count"] == sum(event.data["type"] == "detected" for event in fired) == told
        await use(hass, homes.VALVE, "open", live_on, minutes=1)


def told_of(alert: dict[str, Any]) -> list[Any]:
    """Return what the panel's row of an alarm and the action's alert both say."""
    return [alert[key] for key in ("episode_id", "score", "threshold", "kind", "summary")]


async def test_the_panel_shows_of_each_budget_what_a_backtest_at_it_tells(
    hass: HomeAssistant, entry: MockConfigEntry, folder: Path, hass_ws_client: WebSocketGenerator
) -> None:
    await hass.async_add_executor_job(homes.keep_past, folder, restless())
    await hass.async_add_executor_job(homes.keep_model, folder)
    await load(hass, entry)
    entry.runtime_data.alarm.async_keep({CONF_ALERTS_PER_WEEK: 0.3})
    with patch.object(Guard, "judge", autospec=True, side_effect=Guard.judge) as judged:
        shown = await Asker(await hass_ws_client(hass)).ask("backtest", days=1)
    assert (shown["days"], shown["budget"]) == (1.0, 0.3)
    rows = {row["budget"]: row["alarms"] for row in shown["rows"]}
    assert list(rows) == sorted([*backtest.LADDER, 0.3])
    for budget, alarms in rows.items():
        alone = await ask(hass, "backtest", days=1, alerts_per_week=budget)
        assert [told_of(alarm) for alarm in alarms] == [told_of(alert) for alert in alone["alerts"]]
    assert judged.call_count == alone["behaviors"]
    # At seven a week a weak sign is told, and the stronger one soon after is cooling down.
    strong = {budget: [a for a in rows[7.0] if a["score"] > threshold_of(budget)] for budget in rows}
    assert len(rows[2.0]) > len(strong[2.0])
    assert len(rows[0.1]) < len(rows[1.0]) < len(rows[7.0])


async def test_days_before_it_are_usual_and_a_smaller_budget_tells_no_more(
    hass: HomeAssistant, lived: MockConfigEntry
) -> None:
    usual = await ask(hass, "backtest", days=1, alerts_per_week=0.25)
    assert (usual["count"], usual["alerts"]) == (0, [])
    assert usual["summary"].endswith("would have raised no alert.")
    strict = await ask(hass, "backtest", days=3, alerts_per_week=0.1)
    loose = await ask(hass, "backtest", days=3, alerts_per_week=7)
    assert (strict["budget_per_week"], loose["budget_per_week"]) == (0.1, 7.0)
    assert strict["count"] <= 1 <= loose["count"]
    assert (await ask(hass, "backtest", days=1))["budget_per_week"] == 1.0
    assert lived.runtime_data.data.budget == 1.0


async def test_a_backtest_finds_what_was_told_live_until_it_is_normal(
    hass: HomeAssistant, guarded: MockConfigEntry, live_on: Pass
) -> None:
    fired = async_capture_events(hass, EVENT_ALERT)
    await leave_open(hass, live_on)
    await close(hass, live_on)
    answer = await ask(hass, "backtest", days=1)
    told = fired[0].data
    assert [(a["kind"], a["entities"]) for a in answer["alerts"]] == [(told["kind"], told["entities"])]
    await ask(hass, "mark_normal")
    assert (await ask(hass, "backtest", days=1))["count"] == 0


async def test_without_a_model_nothing_is_replayed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await load(hass, entry)
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "backtest")
    assert raised.value.translation_key == "no_model"


async def test_home_assistant_does_not_wait_for_a_backtest_when_it_stops(
    hass: HomeAssistant, guarded: MockConfigEntry
) -> None:
    guarded.runtime_data.stopping.set()
    with pytest.raises(HomeAssistantError) as raised:
        await ask(hass, "backtest", days=365)
    assert raised.value.translation_key == "not_ready"
