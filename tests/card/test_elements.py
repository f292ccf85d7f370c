"""Card and panel in a real browser with a made-up home: every state, and nothing that a name could break."""

# ruff: noqa: E501 - JavaScript reads better unbroken

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("homeassistant", reason="the browser is spoken to with Home Assistant's libraries")

from demo.homeassistant import ROOT
from demo.screenshot import BROWSERS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="needs Chromium"),
]

HOSTILE = "<img src=x onerror=window.hacked=1>"
TABS = ("now", "alarms", "habits", "model", "feedback")
CARD = "const h = await home(%s); const card = await show('smartguard-card', {hass: h.hass}, {type: 'x'});"
PANEL = (
    "const h = await home(%s); const panel = await show('smartguard-panel',"
    " {hass: h.hass, narrow: false, route: {prefix: '/smartguard', path: '/%s'}});"
)


class Browser:
    """The page, in a process of its own: tests may open no sockets."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "demo.frontend_page"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, body: str | None) -> Any:
        """Run the body of an async function in the page and return what it returns; None loads the page."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(body) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the browser has ended"}')
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def close(self) -> None:
        """End the browser."""
        self._process.communicate(timeout=120)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open one browser for all tests here."""
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Browser]:
    """Load the page anew; a script that a name smuggled in, or an error that nobody caught, fails the test."""
    browser.run(None)
    browser.run(
        "window.errors = []; window.onerror = (m) => errors.push(String(m));"
        "window.onunhandledrejection = (e) => errors.push(String(e.reason));"
    )
    yield browser
    assert browser.run("return window.errors") == []
    assert browser.run("return window.hacked ?? 0") == 0


def options(**given: Any) -> str:
    return json.dumps(given)


def card_text(page: Browser, given: str = "{}", then: str = "") -> str:
    return str(page.run(CARD % given + then + "return textOf(card)"))


def test_a_usual_home(page: Browser) -> None:
    text = card_text(page)
    assert "Everything is as usual" in text
    assert "Last alarm" in text
    shown = page.run("return [...deep(document, '.cell')].map(c => c.getAttribute('aria-label'))")
    assert len(shown) == 10
    assert all("was switched" in label for label in shown)


def test_an_alarm_is_told_in_one_sentence(page: Browser) -> None:
    alarm = {
        "page": 0,
        "episode_id": "7",
        "start": 1,
        "end": None,
        "score": 2,
        "threshold": 0,
        "kind": "moment",
        "summary": f"{HOSTILE} was opened at 03:12.",
        "things": [],
        "normal": False,
    }
    text = card_text(page, options(status={"alarm": alarm}))
    assert "Something is unusual" in text
    assert f"{HOSTILE} was opened at 03:12." in text
    assert page.run("return deep(document, 'img').length") == 0


def test_names_are_never_markup(page: Browser) -> None:
    assert HOSTILE in card_text(page, options(name=HOSTILE, devices=1))
    for tab in TABS:
        page.run(PANEL % (options(name=HOSTILE, devices=1), tab) + "await settled(300)")
        assert page.run("return deep(document, 'img').length") == 0, tab
    assert HOSTILE in page.run("return textOf(document.body)") or tab == "feedback"


def test_what_was_expected_is_shown_by_keys_and_pointer(page: Browser) -> None:
    page.run(CARD % "{}")
    cells = "const cells = deep(document, '.cell');"
    assert "Something else 0" not in page.run("return textOf(document.body)")
    page.run(cells + "cells[9].focus(); await settled(50)")
    assert "Something else 0" in page.run("return textOf(document.body)")
    press = (
        "deep(document, '.strip')[0].dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}));"
    )
    focused = "await settled(50); const root = deep(document, 'sg-strip')[0].shadowRoot; return cells.indexOf(root.activeElement)"
    assert page.run(cells + press % "ArrowLeft" + focused) == 8
    assert page.run(cells + press % "Home" + focused) == 0
    assert page.run(cells + press % "ArrowLeft" + focused) == 0
    page.run(press % "Escape" + "await settled(50)")
    assert "Something else 0" not in page.run("return textOf(document.body)")


def test_what_was_expected_is_shown_by_a_tap_and_put_away_by_one_elsewhere(page: Browser) -> None:
    page.run(CARD % "{}")
    height = "return document.querySelector('smartguard-card').getBoundingClientRect().height"
    before = page.run(height)
    tap = "for (const kind of ['pointerenter', 'pointerdown', 'pointerup', 'pointerleave']) e.dispatchEvent(new PointerEvent(kind, {bubbles: true, composed: true, pointerType: 'touch'})); e.click(); await settled(50);"
    page.run("const e = deep(document, '.cell')[3];" + tap)
    assert "Something else 0" in page.run("return textOf(document.body)")
    assert page.run(height) == before  # nothing below moves away under the finger
    page.run("const e = deep(document, '.head')[0];" + tap.replace("e.click();", ""))
    assert "Something else 0" not in page.run("return textOf(document.body)")


def test_an_alarms_explanation_begins_with_what_was_expected_instead(page: Browser) -> None:
    alarm = "{...x, rows: x.rows.map((r, i) => ({...r, strange: i === 4, loss: i === 4 ? 9 : 1, text: i === 4 ? 'The strange one' : r.text}))}"
    text = page.run(
        "const x0 = await home({}); const x = await x0.hass.callWS({type: 'smartguard/explain', episode_id: x0.told[0].episode_id});"
        f"const h = await home({{answers: {{'smartguard/explain': () => ({alarm})}}}});"
        "await show('smartguard-panel', {hass: h.hass, narrow: false, route: {prefix: '/smartguard', path: '/alarms/x'}});"
        "return textOf(deep(document, 'sg-strip')[0].shadowRoot.querySelector('.detail'))"
    )
    assert "The strange one" in text
    assert "Something else 0" in text
    widths = page.run("return deep(document, '.loss').map(e => e.style.width)")
    assert widths[4] == "100%"
    assert widths[0] == "11%"


def test_buttons_call_the_actions(page: Browser) -> None:
    page.run(
        CARD % "{}" + "window.h = h; window.notes = [];"
        "document.addEventListener('hass-notification', e => notes.push(e.detail.message));"
    )
    click = "const b = deep(document, 'button').find(b => textOf(b).trim() === '%s'); b.click(); await settled(100);"
    page.run(
        click % "Normal"
        + click.replace("const b", "const c").replace("b.click", "c.click") % "Around this time"
    )
    called = page.run("return h.calls.filter(c => c.type.startsWith('smartguard.'))")
    assert [(c["type"], c.get("scope")) for c in called] == [("smartguard.mark_normal", "time_of_day")]
    assert called[0]["episode_id"] == page.run("return h.told[0].episode_id")
    page.run(
        click % "Snooze" + click.replace("const b", "const c").replace("b.click", "c.click") % "24 hours"
    )
    page.run(click % "Real alarm")
    called = page.run("return h.calls.filter(c => c.type.startsWith('smartguard.'))")
    assert [c["type"] for c in called[1:]] == ["smartguard.snooze", "smartguard.confirm"]
    assert called[1]["duration"] == "24h"
    assert len(page.run("return notes")) == 3


def test_a_refused_action_is_said(page: Browser) -> None:
    page.run(
        CARD % "{}" + "h.hass.callService = async () => { throw {message: 'No such alert'} };"
        "window.notes = []; document.addEventListener('hass-notification', e => notes.push(e.detail.message));"
        "deep(document, 'button').find(b => textOf(b).trim() === 'Real alarm').click(); await settled(100);"
    )
    assert page.run("return notes") == ["No such alert"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": {"status": "collecting", "last_trained": None, "behaviors": 41}}, "Behaviors seen so far: 41"),
        ({"status": {"status": "training", "last_trained": None, "progress": 40}}, "Learning"),
        ({"status": {"status": "importing", "last_trained": None, "progress": 10}}, "Reading the history"),
        ({"status": {"status": "failed", "last_trained": None, "reason": "Disk full"}}, "Disk full"),
        ({"status": {"status": "paused"}}, "Paused"),
        ({"status": {"loaded": False}}, "SmartGuard is not running"),
        ({"status": {"schema": 2}}, "Reload the page"),
        ({"refuse": {"code": "unknown_command"}}, "SmartGuard is not running"),
        ({"refuse": {"code": "x", "message": "Odd"}}, "Odd"),
        ({"status": {"snoozed": "home"}}, "Snoozed until someone is home"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_state_of_the_card_is_clear(page: Browser, given: dict[str, Any], said: str) -> None:
    assert said in card_text(page, options(**given))


RESIDENT = {"admin": False}
SCORE, STATUS = "sensor.smartguard_score", "sensor.smartguard_status"
ANOMALY, ALERT = "binary_sensor.smartguard_anomaly", "event.smartguard_alert"


def test_a_resident_sees_the_state_but_not_who_did_what(page: Browser) -> None:
    text = card_text(page, options(**RESIDENT))
    for said in ("Everything is as usual", "Last alarm", "Thing 0 was switched on at 03:12.", "How unusual"):
        assert said in text
    assert "Who did what is shown to administrators only." in text
    page.run(CARD % options(**RESIDENT) + "window.h = h;")
    assert page.run("return deep(document, '.cell').length") == 0
    assert page.run("return h.calls.map(c => c.type)") == ["history/history_during_period"]
    assert page.run("return h.listeners.length") == 0
    assert (
        page.run("return deep(document, 'sg-spark')[0].shadowRoot.querySelectorAll('path.line').length") == 2
    )


def test_a_resident_is_told_while_it_lasts_and_may_say_that_it_is_normal(page: Browser) -> None:
    since = "2026-01-01T03:12:00+00:00"
    own = {
        ANOMALY: ["on", {"summary": f"{HOSTILE} was opened at 03:12.", "since": since}],
        ALERT: [since, {"summary": "Old", "episode_id": "9"}],
    }
    text = card_text(page, options(**RESIDENT, resident=own), "window.h = h;")
    assert "Something is unusual" in text
    assert f"{HOSTILE} was opened at 03:12." in text
    assert "Since 03:12" in text
    assert page.run("return deep(document, 'img').length") == 0
    page.run(
        "const press = (s) => deep(document, 'button').find(b => textOf(b).trim() === s).click();"
        "press('Normal'); await settled(50); press('This control'); await settled(50);"
    )
    called = page.run("return h.calls.filter(c => c.type.startsWith('smartguard.'))")
    assert called == [{"type": "smartguard.mark_normal", "episode_id": "9", "scope": "control"}]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({STATUS: ["training"], "sensor.smartguard_training_progress": ["35"], "sensor.smartguard_last_trained": ["unknown"], "sensor.smartguard_behaviors_learned": ["41"]}, ["Learning", "Behaviors seen so far: 41"]),
        ({STATUS: ["failed", {"reason": "Disk full"}], "sensor.smartguard_last_trained": ["unknown"]}, ["Learning failed", "Disk full"]),
        ({STATUS: ["paused"]}, ["Paused"]),
        ({STATUS: ["guarding", {"snoozed_until": "home"}]}, ["Snoozed until someone is home"]),
        ({STATUS: ["guarding", {"snoozed_until": "2026-01-01T15:00:00+00:00"}]}, ["Snoozed until Thu, Jan 1, 15:00"]),
        ({ALERT: ["unknown"]}, ["Nothing has been unusual yet."]),
        ({STATUS: ["unavailable"]}, ["SmartGuard is not running"]),
        (dict.fromkeys((STATUS, SCORE, ANOMALY, ALERT)), ["SmartGuard is not running"]),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, list) else "",
)  # fmt: skip
def test_every_state_of_a_residents_card_is_clear(
    page: Browser, own: dict[str, Any], said: list[str]
) -> None:
    text = card_text(page, options(**RESIDENT, resident=own))
    assert [part for part in said if part not in text] == []


def test_a_residents_card_follows_its_entities_only(page: Browser) -> None:
    change = "card.hass = {...card.hass, states: {...card.hass.states, ['%s']: {state: '%s', attributes: {}}}}; await settled(20);"
    page.run(
        CARD % options(**RESIDENT)
        + "window.draws = 0; const own = card.render; card.render = function () { draws++; return own.call(this) };"
        + change % ("light.other", "on")
    )
    assert page.run("return draws") == 0
    card = "const card = document.querySelector('smartguard-card');"
    assert "Paused" in page.run(card + change % (STATUS, "paused") + "return textOf(card)")
    page.run(card + change % (SCORE, "1.5"))
    points = page.run("return deep(document, 'sg-spark')[0].points")
    assert points[-1]["score"] == 1.5


def test_the_panel_is_for_administrators(page: Browser) -> None:
    text = page.run(PANEL % (options(**RESIDENT), "now") + "return textOf(panel)")
    assert "Only administrators may see this." in text


def test_what_was_missed_while_the_connection_was_lost_is_read_again(page: Browser) -> None:
    page.run(CARD % "{}" + "window.h = h; card.hass = {...h.hass, connected: false}; await settled(20);")
    asked = "h.calls.filter(c => c.type === 'smartguard/explain').length"
    before = page.run(f"return {asked}")
    page.run(
        "const card = document.querySelector('smartguard-card');"
        "card.hass = {...card.hass, connected: true}; await settled();"
    )
    assert page.run(f"return {asked}") == before + 1


def test_a_lost_connection_is_said_and_mended(page: Browser) -> None:
    text = card_text(page, "{}", "card.hass = {...h.hass, connected: false}; await settled(50);")
    assert "Connection lost" in text
    page.run(
        "const card = document.querySelector('smartguard-card');"
        "card.hass = {...card.hass, connected: true}; await settled(50)"
    )
    assert "Everything is as usual" in page.run("return textOf(document.body)")


def test_a_missing_translation_is_readable(page: Browser) -> None:
    text = card_text(page, options(texts=False))
    assert "Usual" in text
    assert "component.smartguard" not in text


def test_a_failing_answer_is_a_state(page: Browser) -> None:
    page.run(
        "window.h = await home({answers: {'smartguard/explain': () => { throw {code: 'unreadable', message: 'damaged'} }}});"
        "await show('smartguard-card', {hass: h.hass}, {type: 'x'})"
    )
    assert "The data can not be read. damaged" in page.run("return textOf(document.body)")


def test_the_card_draws_for_its_own_states_only(page: Browser) -> None:
    page.run(
        CARD
        % "{}"
        + "window.draws = 0; const own = card.render; card.render = function () { draws++; return own.call(this) };"
        "for (let i = 0; i < 20; i++) { card.hass = {...card.hass, states: {...card.hass.states, ['light.other']: {state: String(i), attributes: {}}}}; await settled(5); }"
    )
    assert page.run("return draws") == 0


def test_what_is_removed_from_the_page_unsubscribes(page: Browser) -> None:
    left = page.run(CARD % "{}" + "card.remove(); await settled(50); return h.listeners.length")
    assert left == 0


def test_the_card_is_offered(page: Browser) -> None:
    found = page.run(
        "const card = window.customCards.find(c => c.type === 'smartguard-card');"
        "const hass = {states: {'binary_sensor.a': {}, 'light.b': {}}, entities: {'binary_sensor.a': {platform: 'smartguard', translation_key: 'anomaly'}}};"
        "const C = customElements.get('smartguard-card');"
        "return [card.getEntitySuggestion(hass, 'binary_sensor.a'), card.getEntitySuggestion(hass, 'light.b'),"
        " C.getStubConfig(hass), C.getConfigForm().schema.length]"
    )
    assert found == [
        {"config": {"type": "custom:smartguard-card", "entity": "binary_sensor.a"}},
        None,
        {"entity": "binary_sensor.a"},
        3,
    ]


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("now", ["Behaviors: 60", "Kitchen", "The present window"]),
        ("alarms", ["Thing 0 was switched on at 03:12", "Choose an alarm"]),
        ("habits", ["Thing 0: turn_on", "When it is used", "Then that"]),
        ("model", ["Budget and reality", "0002", "In use", "Loss by device"]),
        ("feedback", ["Nothing was called normal"]),
        ("nonsense", ["The present window"]),
    ],
)
def test_every_tab_shows_its_data(page: Browser, tab: str, said: list[str]) -> None:
    text = page.run(PANEL % ("{}", tab) + "return textOf(document.body)")
    assert [part for part in said if part not in text] == []


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_without_a_model_or_an_entry_is_clear(page: Browser, tab: str) -> None:
    nothing = "{'smartguard/habits': () => ({schema: 1, rows: []}), 'smartguard/alarms': () => ({schema: 1, rows: [], next: null}), 'smartguard/timeline': () => ({schema: 1, rows: [], next: null})}"
    given = "{status: {last_trained: null, status: 'collecting'}, answers: " + nothing + "}"
    text = page.run(PANEL % (given, tab) + "return textOf(panel)")
    assert len(text) > 100
    text = page.run(PANEL % (options(status={"loaded": False}), tab) + "return textOf(panel)")
    assert "SmartGuard is not running" in text
    text = page.run(PANEL % (options(status={"schema": 9}), tab) + "return textOf(panel)")
    assert "Reload the page" in text


def test_an_alarm_of_another_version_is_a_clear_state(page: Browser) -> None:
    row = "{...h0.told[0], episode_id: 'x', kind: 'unreadable', summary: '', start: 0, end: 0, things: []}"
    page.run(
        f"const h0 = await home({{}}); window.h = await home({{answers: {{'smartguard/alarms': () => ({{schema: 1, rows: [{row}], next: null}}),"
        " 'smartguard/explain': () => { throw {code: 'unreadable', message: ''} }}});"
        "await show('smartguard-panel', {hass: h.hass, narrow: false, route: {prefix: '/smartguard', path: '/alarms/x'}});"
    )
    text = page.run("return textOf(document.body)")
    assert "Another version of SmartGuard told this alarm" in text
    assert "it can not be explained here" in text
    assert "1970" not in text


@pytest.mark.parametrize(("tab", "said"), [("alarms", "Attention"), ("now", "Behaviors: 60")])
def test_what_is_shown_stays_when_it_can_not_be_read_anew(page: Browser, tab: str, said: str) -> None:
    page.run(
        f"window.h = await home({{}}); const path = '/{tab}/' + h.told[1].episode_id;"
        "await show('smartguard-panel', {hass: h.hass, narrow: false, route: {prefix: '/smartguard', path}});"
        "h.hass.callWS = async () => { throw {code: 'unreadable', message: 'busy'} };"
        "h.tell('alarms', {}); await settled(200)"
    )
    assert said in page.run("return textOf(document.body)")


def test_what_feedback_covers_says_so(page: Browser) -> None:
    text = page.run(
        "const h = await home({}); await show('smartguard-panel', {hass: h.hass, narrow: false, route: {prefix: '/smartguard', path: '/alarms/' + h.told[3].episode_id}});"
        "return textOf(document.body)"
    )
    assert text.count("normal now") == 1
    assert "By what you said, this is not told again." in text


def test_a_history_that_was_read_meanwhile_appears(page: Browser) -> None:
    page.run(PANEL % (options(status={"status": "importing"}), "now") + "window.h = h;")
    asked = "h.calls.filter(c => c.type === 'smartguard/timeline').length"
    before = page.run(f"return {asked}")
    page.run("h.tell('status', {...h.status, status: 'guarding'}); await settled(100)")
    assert page.run(f"return {asked}") > before


def test_a_day_that_nobody_judged_says_so(page: Browser) -> None:
    plain = (
        "const all = await home({}); const rows = all.rows.map(r => ({...r, loss: null, strange: false}));"
    )
    text = page.run(
        plain
        + "const h = await home({answers: {'smartguard/timeline': () => ({schema: 1, rows, next: null})}});"
        + "await show('smartguard-panel', {hass: h.hass, narrow: false, route: {prefix: '/smartguard', path: '/now'}});"
        + "return textOf(document.body)"
    )
    assert "Nobody judged this day" in text
    assert "Nobody judged this day" not in page.run(PANEL % ("{}", "now") + "return textOf(document.body)")


def test_only_what_is_unusual_can_be_listed(page: Browser) -> None:
    page.run(PANEL % (options(count=400), "now"))
    page.run(
        "deep(document, 'button').find(b => textOf(b).trim() === 'Only unusual').click(); await settled(50)"
    )
    shown = page.run("return deep(document, 'sg-now')[0].shadowRoot.querySelectorAll('.item').length")
    marked = page.run("return deep(document, 'sg-now')[0].shadowRoot.querySelectorAll('b.bad').length")
    assert 0 < shown == marked < 30


def test_the_least_learned_controls_come_first(page: Browser) -> None:
    page.run(PANEL % ("{}", "habits"))
    page.run(
        "const s = deep(document, 'select')[0]; s.value = 'least'; s.dispatchEvent(new Event('change')); await settled(50)"
    )
    told = page.run("return deep(document, 'sg-habits')[0] && deep(document, '.num').map(textOf)")
    rare = [i for i, text in enumerate(told) if "rare" in text]
    losses = [float(text.split("loss ")[1]) for text in told if "loss" in text]
    assert rare == list(range(len(rare)))
    assert len(losses) > 5
    assert losses == sorted(losses, reverse=True)


def test_an_alarm_opens_its_explanation(page: Browser) -> None:
    services = (
        "{services: {list_feedback: () => ({feedback: [{feedback_id: 'f', episode_id: h0.told[1].episode_id,"
        " verdict: 'normal', scope: 'device', name: 'Thing 1'}]})}}"
    )
    text = page.run(
        "const h0 = await home({}); const h = await home("
        + services
        + "); h0.told.forEach((a, i) => h.told[i].episode_id = a.episode_id);"
        "window.h = h; await show('smartguard-panel', {hass: h.hass, narrow: true, route: {prefix: '/smartguard', path: '/alarms/' + h.told[1].episode_id}});"
        "return textOf(document.body)"
    )
    assert "Attention" in text
    assert "Reconstruction loss" in text
    assert "Thing 1: this kind of use is normal" in text
    assert page.run("return deep(document, '.map rect').length") == 100
    page.run("deep(document, 'button').find(b => textOf(b).trim() === 'Undo').click(); await settled(100)")
    assert page.run("return h.calls.find(c => c.type === 'smartguard.unmark').feedback_id") == "f"


def test_the_budget_stands_beside_its_range_and_the_false_alarms(page: Browser) -> None:
    text = page.run(PANEL % ("{}", "model") + "return textOf(document.body)")
    assert "Accepted a week: 1. In the last 8 weeks: 5." in text
    assert "this budget comes to 0.4 to 2 a week on average" in text
    assert "False alarms: 2 of the 8 that somebody judged (25%)." in text
    unknown = "{expected_at_least: null, expected_at_most: null, false_alarms: 0, judged: 0}"
    model = (
        "const ask = h.hass.callWS; h.hass.callWS = async (m) => ({...await ask(m), ...%s});"
        "panel.remove(); await show('smartguard-panel', {hass: h.hass, route: {prefix: '/smartguard', path: '/model'}});"
    )
    text = page.run(PANEL % ("{}", "model") + model % unknown + "return textOf(document.body)")
    assert "Nobody has judged an alarm yet" in text
    assert "By chance" not in text


def test_a_back_test_is_asked_once_and_the_slider_chooses(page: Browser) -> None:
    page.run(
        PANEL % ("{}", "model") + "window.h = h;"
        "deep(document, 'button').find(b => textOf(b).trim() === 'Run').click(); await settled(100)"
    )
    text = page.run("return textOf(document.body)")
    assert "Alarms in 10 days: 3" in text
    assert "1 a week" in text
    slide = "const s = deep(document, 'input[type=range]')[0]; s.value = '%s'; s.dispatchEvent(new Event('input')); await settled(50); return textOf(document.body)"
    assert "Alarms in 10 days: 6" in page.run(slide % "6")
    text = page.run(slide % "1")
    assert "Alarms in 10 days: 1" in text
    assert "0.25 a week" in text
    assert "Alarms in 10 days: 0" in page.run(slide % "0")
    assert page.run("return h.calls.filter(c => c.type === 'smartguard/backtest').length") == 1


def test_a_back_test_that_fails_is_told(page: Browser) -> None:
    answers = "{'smartguard/backtest': () => { throw {code: 'home_assistant_error', message: 'Not ready'} }}"
    text = page.run(
        PANEL
        % ("{answers: " + answers + "}", "model")
        + "window.said = []; addEventListener('hass-notification', (e) => said.push(e.detail.message));"
        "deep(document, 'button').find(b => textOf(b).trim() === 'Run').click(); await settled(100);"
        "return textOf(document.body)"
    )
    assert page.run("return said") == ["Not ready"]
    assert "Run it, then move the slider." in text


def test_live_behaviors_come_into_the_day(page: Browser) -> None:
    page.run(
        PANEL % ("{}", "now")
        + "window.h = h; h.tell('behavior', {row: {...h.rows[0], time: h.rows[0].time + 1, text: 'Just now this'}, score: 0}); await settled()"
    )
    text = page.run("return textOf(document.body)")
    assert "Behaviors: 61" in text
    assert "Just now this" in text


def test_pages_are_read_to_their_end(page: Browser) -> None:
    text = page.run(PANEL % (options(count=1700, devices=30), "now") + "return textOf(document.body)")
    assert "Behaviors: 1,700" in text
    assert page.run("return deep(document, 'sg-day')[0].shadowRoot.querySelectorAll('path').length") <= 21


def test_the_view_strategy_has_every_device_by_area(page: Browser) -> None:
    view = page.run(
        "const h = await home({devices: 9}); return customElements.get('ll-strategy-view-smartguard').generate({}, h.hass)"
    )
    assert view["sections"][0]["cards"][0]["type"] == "custom:smartguard-card"
    cards = [card for section in view["sections"][1:] for card in section["cards"]]
    headings = [card["heading"] for card in cards if card["type"] == "heading"]
    assert headings == sorted(headings)
    curves = [e["entity"] for card in cards if card["type"] == "statistics-graph" for e in card["entities"]]
    assert sorted(curves) == [f"smartguard:loss_key{i}" for i in range(9)]
