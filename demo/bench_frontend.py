"""`scripts/bench frontend`: what card and panel cost a browser, with a made-up home; prints JSON.

first_paint_ms: all work of the main thread (scripting, style, layout) until the card is drawn on a warm page,
the median of several, so scripting alone is less. panel_ms: the same for the day of 5,000 behaviors.
panel_frame_ms: frames while that is scrolled, pointed at and told of new behaviors; 16.7 is every frame.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from pathlib import Path
from typing import Any

from .errors import DemoError
from .frontend_page import HomePage, home_page

CARDS = 9
TABS = ("alarms", "habits", "model", "feedback", "now")
HOME = "window.h ??= await home({devices: 60, count: 5000});"
_CARD = "await show('smartguard-card', {hass: h.hass}, {type: 'x'}); document.body.replaceChildren();"
_PANEL = (
    "window.panel = await show('smartguard-panel', "
    "{hass: h.hass, narrow: false, route: {prefix: '/smartguard', path: '/now'}}); "
    "document.body.style.height = '900px'; document.body.style.overflow = 'auto';"
)
# Two seconds of a busy day: every frame scrolls and points, every tenth tells of a behavior.
_FRAMES = """
const svg = deep(document, 'sg-day')[0].shadowRoot.querySelector('svg');
const box = svg.getBoundingClientRect();
const times = []; let before = performance.now();
for (let i = 0; i < 120; i++) {
  document.body.scrollTop = (i % 60) * 10;
  const at = {clientX: box.left + 200 + i * 5, clientY: box.top + 60, bubbles: true};
  svg.dispatchEvent(new PointerEvent('pointermove', at));
  if (i % 10 === 0) h.tell('behavior', {row: {...h.rows[0], time: h.rows[0].time + i / 1000}, score: 0});
  await new Promise(requestAnimationFrame);
  const now = performance.now(); times.push(now - before); before = now;
}
return times.slice(5);
"""
_TAB = """
const begun = performance.now();
panel.route = {prefix: '/smartguard', path: '/%s'}; await panel.updateComplete;
await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
return performance.now() - begun;
"""


async def measure() -> dict[str, Any]:
    """Open the page and measure; milliseconds of this machine."""
    async with home_page() as page:
        await page.page.command("Performance.enable")
        await page.run(HOME + _CARD)
        cards = [await _spent(page, _CARD) for _ in range(CARDS)]
        panel = await _spent(page, _PANEL)
        frames = sorted(await page.run(_FRAMES))
        tabs = {tab: round(await page.run(_TAB % tab), 1) for tab in TABS}
        elements = await page.run("return deep(document, '*').length")
    return {
        "devices": 60,
        "behaviors": 5000,
        "first_paint_ms": round(statistics.median(cards), 1),
        "panel_ms": round(panel, 1),
        "panel_frame_ms_p50": round(frames[len(frames) // 2], 1),
        "panel_frame_ms_p95": round(frames[int(0.95 * len(frames))], 1),
        "panel_frame_ms_max": round(frames[-1], 1),
        "panel_tab_ms": tabs,
        "panel_elements": elements,
    }


async def _spent(page: HomePage, body: str) -> float:
    """Return the milliseconds for which a step kept the main thread busy."""
    before = await _busy(page)
    await page.run(body)
    return 1000 * (await _busy(page) - before)


async def _busy(page: HomePage) -> float:
    rows = (await page.page.command("Performance.getMetrics"))["metrics"]
    return next(float(row["value"]) for row in rows if row["name"] == "TaskDuration")


def main() -> int:
    """Read the command line, measure, print; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/bench frontend", description=__doc__)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    try:
        text = json.dumps(asyncio.run(measure()), indent=2)
    except DemoError as err:
        print(f"bench: {err}", file=sys.stderr)
        return 1
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
