"""Alerts on phones: who gets what in which language, what the buttons do, and when it stays quiet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.smartguard.const import DOMAIN, signal_alert, signal_episode
from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.policy import Change, Episode, Reason
from custom_components.smartguard.names import Names
from custom_components.smartguard.push import Push

from . import homes
from .conftest import Pass

pytestmark = pytest.mark.usefixtures("home_folder")

ANN, BEN, DISPLAY = "notify.mobile_app_ann_s_phone", "notify.mobile_app_ben", "notify.display"
TOLD = "lamp has been on for 3.0 h; never more than 25 min in 14 times before (usually 20 min)."
FACTS: dict[str, float | str] = {"seconds": 10800.0, "longest": 1500.0, "usual": 1200.0, "uses": 14.0}
PRESSED = Behavior(homes.NOW.timestamp(), homes.LAMP, homes.LAMP, "turn_on")
EPISODE = Episode(
    "17.5", 0.0, 0.0, 1.5, 0.0, (Reason("duration", 1.5, (PRESSED,), (PRESSED,), FACTS),), (PRESSED,), ()
)
GRAVER = replace(EPISODE, score=9.0, reasons=(replace(EPISODE.reasons[0], score=9.0),))
BEGUN = Change("detected", EPISODE)
OVER = Change("cleared", replace(EPISODE, end=60.0))


class Phones:
    """Takes what is sent, and says so."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failing = ""
        for action in ("mobile_app_ann_s_phone", "mobile_app_ben", "send_message"):
            hass.services.async_register("notify", action, self._take)

    async def _take(self, call: ServiceCall) -> None:
        if call.service == self.failing:
            raise HomeAssistantError("out of reach")
        self.calls.append((call.service, dict(call.data)))

    def told(self) -> dict[str, str]:
        """Return the newest message of each, and forget all."""
        newest = {action: data["message"] for action, data in self.calls}
        self.calls.clear()
        return newest


@pytest.fixture
def phones(hass: HomeAssistant) -> Phones:
    return Phones(hass)


@pytest.fixture
def added(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> MockConfigEntry:
    """Add an entry that tells three: it is half past nine in the evening."""
    freezer.move_to(homes.NOW)
    hass.states.async_set(homes.LAMP, "on")
    entry = MockConfigEntry(domain=DOMAIN, options={"notify": [ANN, BEN, DISPLAY]})
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def push(hass: HomeAssistant, added: MockConfigEntry, phones: Phones) -> Iterator[MockConfigEntry]:
    stop = Push(hass, added, Names(hass)).async_start()
    yield added
    stop()


async def change(hass: HomeAssistant, entry: MockConfigEntry, change: Change) -> None:
    async_dispatcher_send(hass, signal_episode(entry.entry_id), change)
    await hass.async_block_till_done()


async def press(hass: HomeAssistant, action: str, context: Context | None = None) -> None:
    hass.bus.async_fire("mobile_app_notification_action", {"action": action}, context=context)
    await hass.async_block_till_done()


def register_app(
    hass: HomeAssistant, name: str, user: MockUser, storage: dict[str, Any], language: str
) -> None:
    MockConfigEntry(domain="mobile_app", data={"device_name": name, "user_id": user.id}).add_to_hass(hass)
    kept = {"language": {"language": language, "number_format": "language"}}
    key = f"frontend.user_data_{user.id}"
    storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": kept}


async def test_everybody_is_told_once(hass: HomeAssistant, push: MockConfigEntry, phones: Phones) -> None:
    await change(hass, push, BEGUN)
    calls = dict(phones.calls)
    assert len(calls) == len(phones.calls) == 3
    assert calls["send_message"] == {"entity_id": DISPLAY, "title": "Something is unusual", "message": TOLD}
    app = calls["mobile_app_ben"]
    assert (app["title"], app["message"]) == ("Something is unusual", TOLD)
    assert app["data"]["tag"] == "smartguard_17.5"
    assert [(row["action"], row["title"]) for row in app["data"]["actions"]] == [
        ("SMARTGUARD_NORMAL_17.5", "Normal"),
        ("SMARTGUARD_SNOOZE_17.5", "Snooze for an hour"),
        ("URI", "Show"),
    ]
    await change(hass, push, Change("updated", EPISODE))
    assert len(phones.calls) == 3


async def test_nobody_is_told_unless_asked_for(
    hass: HomeAssistant, added: MockConfigEntry, phones: Phones
) -> None:
    hass.config_entries.async_update_entry(added, options={})
    stop = Push(hass, added, Names(hass)).async_start()
    await change(hass, added, BEGUN)
    await change(hass, added, OVER)
    stop()
    assert phones.calls == []


async def test_at_the_end_phones_are_rewritten_silently(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones
) -> None:
    await change(hass, push, BEGUN)
    phones.calls.clear()
    await change(hass, push, OVER)
    calls = dict(phones.calls)
    assert set(calls) == {"mobile_app_ann_s_phone", "mobile_app_ben"}, "an entity can not be rewritten"
    over = calls["mobile_app_ben"]
    assert over["title"] == "Unusual, but over"
    assert over["data"]["tag"] == "smartguard_17.5"
    assert over["data"]["alert_once"] is True
    assert over["data"]["push"] == {"interruption-level": "passive"}


@pytest.mark.parametrize("kind", ["acknowledged", "marked_normal"])
async def test_what_somebody_has_seen_to_goes_from_every_phone(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones, kind: str
) -> None:
    await change(hass, push, BEGUN)
    phones.calls.clear()
    async_dispatcher_send(hass, signal_alert(push.entry_id), kind, {"episode_id": "17.5"})
    await hass.async_block_till_done()
    gone = {"message": "clear_notification", "data": {"tag": "smartguard_17.5"}}
    assert dict(phones.calls) == {"mobile_app_ann_s_phone": gone, "mobile_app_ben": gone}
    await change(hass, push, OVER)
    assert all(data == gone for _, data in phones.calls), "the end brings no message back"


async def test_after_a_restart_the_end_takes_the_message_back(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones
) -> None:
    await change(hass, push, Change("resumed", EPISODE))
    assert phones.calls == []
    await change(hass, push, OVER)
    assert phones.told() == dict.fromkeys(("mobile_app_ann_s_phone", "mobile_app_ben"), "clear_notification")


async def test_each_person_in_their_language_and_to_where_they_may_look(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones, hass_storage: dict[str, Any]
) -> None:
    owner = MockUser(is_owner=True).add_to_hass(hass)
    register_app(hass, "Ann's Phone", owner, hass_storage, "de")
    register_app(hass, "Ben", MockUser().add_to_hass(hass), hass_storage, "nl")
    anomaly = er.async_get(hass).async_get_or_create("binary_sensor", DOMAIN, f"{push.entry_id}_anomaly")
    await change(hass, push, BEGUN)
    calls = dict(phones.calls)
    assert calls["mobile_app_ann_s_phone"]["title"] == "Etwas ist ungewöhnlich"
    assert calls["mobile_app_ann_s_phone"]["message"].startswith("lamp ist seit 3,0 Std. an")
    assert calls["mobile_app_ben"]["title"] == "Er is iets ongewoons"
    assert calls["send_message"]["title"] == "Something is unusual"
    assert calls["mobile_app_ann_s_phone"]["data"]["url"] == "/smartguard"
    assert calls["mobile_app_ben"]["data"]["clickAction"] == f"/history?entity_id={anomaly.entity_id}"


async def test_a_phone_need_not_say_what_it_is(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones
) -> None:
    hass.config_entries.async_update_entry(push, options={**push.options, "push_details": False})
    await change(hass, push, BEGUN)
    assert set(phones.told().values()) == {"Open Home Assistant to see what it is."}


async def test_one_phone_out_of_reach_keeps_nothing_from_the_others(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    phones.failing = "mobile_app_ben"
    await change(hass, push, BEGUN)
    assert set(phones.told()) == {"mobile_app_ann_s_phone", "send_message"}
    assert "notify.mobile_app_ben could not be told: out of reach" in caplog.text


async def test_a_phone_that_is_gone_keeps_nothing_from_the_others(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    hass.services.async_remove("notify", "mobile_app_ben")
    await change(hass, push, BEGUN)
    assert set(phones.told()) == {"mobile_app_ann_s_phone", "send_message"}
    assert "notify.mobile_app_ben could not be told: " in caplog.text


@pytest.mark.parametrize(
    ("button", "action", "data"),
    [
        ("SMARTGUARD_NORMAL_17.5", "mark_normal", {"episode_id": "17.5"}),
        ("SMARTGUARD_SNOOZE_17.5", "snooze", {"duration": "1h"}),
    ],
)
async def test_a_button_does_what_it_says_in_the_name_of_who_pressed_it(
    hass: HomeAssistant, push: MockConfigEntry, button: str, action: str, data: dict[str, Any]
) -> None:
    calls: list[ServiceCall] = []
    hass.services.async_register(DOMAIN, action, calls.append)
    person = Context(user_id=MockUser().add_to_hass(hass).id)
    await press(hass, button, person)
    assert [(dict(call.data), call.context) for call in calls] == [(data, person)]


async def test_buttons_of_others_are_none_of_ours(hass: HomeAssistant, push: MockConfigEntry) -> None:
    calls: list[ServiceCall] = []
    for action in ("mark_normal", "snooze"):
        hass.services.async_register(DOMAIN, action, calls.append)
    for pressed in ("URI", "NORMAL_17.5", "smartguard", ""):
        await press(hass, pressed)
    assert calls == []


async def test_a_button_that_can_not_be_followed_is_said(
    hass: HomeAssistant, push: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(_call: ServiceCall) -> None:
        raise HomeAssistantError("no such alert")

    hass.services.async_register(DOMAIN, "mark_normal", refuse)
    await press(hass, "SMARTGUARD_NORMAL_1")
    assert "A button on a phone could not be followed: no such alert" in caplog.text


@pytest.fixture
def at_night(hass: HomeAssistant, push: MockConfigEntry) -> MockConfigEntry:
    """Quiet from nine in the evening to six; it is half past nine."""
    quiet = {"quiet_start": "21:00:00", "quiet_end": "06:00:00"}
    hass.config_entries.async_update_entry(push, options={**push.options, **quiet})
    return push


async def test_in_quiet_hours_nobody_is_told_before_they_are_over(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    await change(hass, at_night, BEGUN)
    await live_on(hours=8, minutes=29)
    assert phones.calls == []
    await live_on(minutes=1)
    assert phones.told() == dict.fromkeys(("mobile_app_ann_s_phone", "mobile_app_ben", "send_message"), TOLD)


async def test_what_becomes_critical_waits_no_longer(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    await change(hass, at_night, BEGUN)
    assert phones.calls == []
    await change(hass, at_night, Change("updated", GRAVER))
    assert len(phones.told()) == 3
    await live_on(hours=10)
    assert phones.calls == [], "once"


async def test_what_becomes_critical_after_it_was_told_is_told_again_once(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones
) -> None:
    await change(hass, push, BEGUN)
    first = dict(phones.calls)
    phones.calls.clear()
    await change(hass, push, Change("updated", GRAVER))
    again = dict(phones.calls)
    assert len(again) == len(phones.calls) == 3
    assert again["mobile_app_ben"]["data"]["tag"] == first["mobile_app_ben"]["data"]["tag"]
    assert again["mobile_app_ben"]["data"]["priority"] == "high"
    phones.calls.clear()
    await change(hass, push, Change("updated", GRAVER))
    assert phones.calls == []


async def test_what_becomes_critical_after_a_restart_is_told(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones
) -> None:
    await change(hass, at_night, Change("resumed", EPISODE))
    assert phones.calls == []
    await change(hass, at_night, Change("updated", GRAVER))
    assert len(phones.calls) == 3


async def test_what_was_critical_from_the_start_is_told_once_over_a_reload(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones
) -> None:
    await change(hass, push, Change("detected", GRAVER))
    assert len(phones.told()) == 3
    await change(hass, push, Change("updated", GRAVER))
    reloaded = Push(hass, push, Names(hass)).async_start()
    await change(hass, push, Change("resumed", GRAVER))
    await change(hass, push, Change("updated", GRAVER))
    reloaded()
    assert phones.calls == []


async def test_what_becomes_critical_after_it_was_seen_to_is_not_told_again(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones
) -> None:
    await change(hass, push, BEGUN)
    async_dispatcher_send(hass, signal_alert(push.entry_id), "acknowledged", {"episode_id": "17.5"})
    await hass.async_block_till_done()
    phones.calls.clear()
    await change(hass, push, Change("updated", GRAVER))
    assert phones.calls == []


async def test_what_was_over_in_quiet_hours_is_never_told(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    await change(hass, at_night, BEGUN)
    await change(hass, at_night, OVER)
    await live_on(hours=10)
    assert set(phones.told().values()) <= {"clear_notification"}


async def test_what_was_over_as_it_became_critical_is_never_told(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    await change(hass, at_night, BEGUN)
    await change(hass, at_night, Change("cleared", replace(GRAVER, end=60.0)))
    await live_on(hours=10)
    assert set(phones.told().values()) <= {"clear_notification"}


async def test_a_restart_in_quiet_hours_forgets_nothing(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    begun = replace(EPISODE, start=homes.NOW.timestamp())
    await change(hass, at_night, Change("resumed", begun))
    assert phones.calls == []
    await live_on(hours=9)
    assert phones.told()["send_message"] == TOLD


async def test_a_restart_after_quiet_hours_tells_what_waited_and_nothing_twice(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    begun = replace(EPISODE, start=homes.NOW.timestamp())
    await live_on(hours=9)
    await change(hass, at_night, Change("resumed", begun))
    assert phones.told()["send_message"] == TOLD
    phones.calls.clear()
    await change(hass, at_night, Change("resumed", begun))
    assert phones.calls == []


@pytest.mark.parametrize("hours", [0, 9])
async def test_what_somebody_has_seen_to_is_not_told_again_after_a_reload(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass, hours: int
) -> None:
    """Told or still waiting to be: it is half past nine in the evening, or half past six in the morning."""
    begun = replace(EPISODE, start=homes.NOW.timestamp())
    await change(hass, at_night, Change("detected", begun))
    await live_on(hours=hours)
    async_dispatcher_send(hass, signal_alert(at_night.entry_id), "acknowledged", {"episode_id": "17.5"})
    await hass.async_block_till_done()
    phones.calls.clear()
    reloaded = Push(hass, at_night, Names(hass)).async_start()
    await change(hass, at_night, Change("resumed", begun))
    await live_on(hours=10)
    reloaded()
    assert phones.calls == []


async def test_what_was_told_before_quiet_hours_is_not_told_again_after_a_restart(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    before = replace(EPISODE, start=homes.NOW.timestamp() - 3600)
    await change(hass, at_night, Change("resumed", before))
    await live_on(hours=10)
    assert phones.calls == []


async def test_after_quiet_hours_it_is_told_as_it_is_by_then(
    hass: HomeAssistant, at_night: MockConfigEntry, phones: Phones, live_on: Pass
) -> None:
    await change(hass, at_night, BEGUN)
    other = replace(EPISODE.reasons[0], facts={**EPISODE.reasons[0].facts, "seconds": 7 * 3600.0})
    await change(hass, at_night, Change("updated", replace(EPISODE, reasons=(other,))))
    await live_on(hours=9)
    told = [data["message"] for action, data in phones.calls if action == "send_message"]
    assert told != [TOLD]
    assert "7" in told[0]


@pytest.mark.parametrize(
    ("start", "end"), [("21:30:00", "21:31:00"), ("21:00:00", "22:00:00"), ("22:00:00", "21:45:00")]
)
async def test_when_quiet_hours_are(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones, start: str, end: str
) -> None:
    """It is half past nine in the evening: the first minute counts, the last does not."""
    times = {"quiet_start": start, "quiet_end": end}
    hass.config_entries.async_update_entry(push, options={**push.options, **times})
    await change(hass, push, BEGUN)
    assert phones.calls == []


@pytest.mark.parametrize(
    ("start", "end"), [("21:00:00", "21:30:00"), ("22:00:00", "06:00:00"), (None, None), ("21:00:00", None)]
)
async def test_when_quiet_hours_are_not(
    hass: HomeAssistant, push: MockConfigEntry, phones: Phones, start: str | None, end: str | None
) -> None:
    times = {"quiet_start": start, "quiet_end": end}
    hass.config_entries.async_update_entry(push, options={**push.options, **times})
    await change(hass, push, BEGUN)
    assert len(phones.calls) == 3
