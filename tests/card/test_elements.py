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
        self._process.communicate(timeout=30)


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
        ({"status": {"status": "collecting", "last_trained": None, "behaviors": 41}}, "41 behaviors seen so far"),
        ({"status": {"status": "training", "last_trained": None, "progress": 40}}, "Learning"),
        ({"status": {"status": "importing", "last_trained": None, "progress": 10}}, "Reading the history"),
        ({"status": {"status": "failed", "last_trained": None, "reason": "Disk full"}}, "Disk full"),
        ({"status": {"status": "paused"}}, "Paused"),
        ({"status": {"loaded": False}}, "SmartGuard is not running"),
        ({"status": {"schema": 2}}, "Reload the page"),
        ({"refuse": {"code": "unknown_command"}}, "SmartGuard is not running"),
        ({"refuse": {"code": "x", "message": "Odd"}}, "Odd"),
        ({"admin": False}, "Only administrators"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_state_of_the_card_is_clear(page: Browser, given: dict[str, Any], said: str) -> None:
    assert said in card_text(page, options(**given))


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
        ("now", ["60 behaviors", "Kitchen", "The present window"]),
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


def test_a_back_test_is_asked_once_and_the_slider_chooses(page: Browser) -> None:
    services = "{backtest: () => ({days: 10, alerts: [{time: 1e9, score: 0.5, summary: 'Half'}, {time: 1e9, score: -0.5, summary: 'Minus half'}]})}"
    page.run(
        PANEL % ("{services: " + services + "}", "model") + "window.h = h;"
        "deep(document, 'button').find(b => textOf(b).trim() === 'Run').click(); await settled(100)"
    )
    text = page.run("return textOf(document.body)")
    assert "1 alarms in 10 days" in text
    slide = "const s = deep(document, 'input[type=range]')[0]; s.value = '%s'; s.dispatchEvent(new Event('input')); await settled(50); return textOf(document.body)"
    assert "2 alarms in 10 days" in page.run(slide % "1")
    assert "0 alarms in 10 days" in page.run(slide % "0")
    assert page.run("return h.calls.filter(c => c.type === 'smartguard.backtest').length") == 1


def test_live_behaviors_come_into_the_day(page: Browser) -> None:
    page.run(
        PANEL % ("{}", "now")
        + "window.h = h; h.tell('behavior', {row: {...h.rows[0], time: h.rows[0].time + 1, text: 'Just now this'}, score: 0}); await settled()"
    )
    text = page.run("return textOf(document.body)")
    assert "61 behaviors" in text
    assert "Just now this" in text


def test_pages_are_read_to_their_end(page: Browser) -> None:
    text = page.run(PANEL % (options(count=1700, devices=30), "now") + "return textOf(document.body)")
    assert "1,700 behaviors" in text
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
