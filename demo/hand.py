"""A hand at the page: finds what is written there, shadow roots included, and clicks and types like a person.

Nothing here knows how Home Assistant builds its pages, which changes from version to version.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from .errors import DemoError
from .screenshot import Page

WAIT_SECONDS, LOOK_SECONDS, STILL_SECONDS, UNFOLD_SECONDS = 120.0, 0.25, 2.0, 10.0
# Walks the page as it is seen: texts and labels of elements that nothing covers, with their middles.
_LOOK = """
(() => {
  const wanted = new RegExp(%s), found = [];
  const covers = (top, node) => {
    for (let n = top; n; n = n.parentNode || n.host) if (n === node) return true;
    return false;
  };
  const topmost = (x, y) => {
    let e = document.elementFromPoint(x, y);
    while (e && e.shadowRoot) {
      const inner = e.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === e) break;
      e = inner;
    }
    return e;
  };
  const take = (node, box) => {
    if (!box.width || !box.height) return;
    const x = box.x + box.width / 2, y = box.y + box.height / 2, top = topmost(x, y);
    if (top && (covers(top, node) || covers(node, top))) found.push([x, y]);
  };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!wanted.test(node.textContent.trim())) return;
      const parent = node.parentElement || (node.parentNode && node.parentNode.host);
      if (%s && parent && parent.scrollIntoView) parent.scrollIntoView({block: 'center'});
      const range = document.createRange();
      range.selectNodeContents(node);
      take(parent, range.getBoundingClientRect());
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      const own = node.localName.includes('button') && typeof node.label === 'string' ? node.label : '';
      const label = node.getAttribute('aria-label') || node.getAttribute('placeholder') || own;
      if (label && wanted.test(label)) take(node, node.getBoundingClientRect());
    }
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.childNodes) walk(child);
  };
  if (document.body) walk(document.body);
  return JSON.stringify(found);
})()
"""
# Finds the selector with a label and does something with it.
_FIELD = """
(() => {
  const deep = (n, test) => {
    for (const e of n.querySelectorAll('*')) {
      if (test(e)) return e;
      const inner = e.shadowRoot && deep(e.shadowRoot, test);
      if (inner) return inner;
    }
    return null;
  };
  const field = deep(document, (e) => e.localName === 'ha-selector' && e.label === %s);
  %s
})()
"""
_CHOSEN = "return JSON.stringify((field && field.value) || [])"
# Focuses its input, which fails while it is hidden, and marks what is in it.
_FOCUS = """
  const input = field && field.shadowRoot && deep(field.shadowRoot, (e) => e.localName === 'input');
  if (!input) return false;
  input.scrollIntoView({block: 'center'});
  input.focus();
  input.select();
  return input.getRootNode().activeElement === input;
"""
# Says whether what has the focus can be written to.
_CURSOR = """
(() => {
  let e = document.activeElement;
  while (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement;
  return !!e && e.localName === 'input';
})()
"""


class Hand:
    """Clicks and types on one page."""

    def __init__(self, page: Page) -> None:
        """Take the page."""
        self._page = page

    async def ask(self, expression: str) -> Any:
        """Return what a JavaScript expression gives."""
        answer = await self._page.command("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise DemoError(f"expected an answer of the page, got {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def sees(self, text: str) -> bool:
        """Say whether a text is on the page; a regular expression for the whole of it."""
        return bool(await self._find(text, scroll=False))

    async def waits_for(self, *texts: str, seconds: float = WAIT_SECONDS) -> str:
        """Wait until one of these texts is on the page; return which."""
        for _ in range(int(seconds / LOOK_SECONDS)):
            for text in texts:
                if await self.sees(text):
                    return text
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoError(f"expected {' or '.join(texts)} on the page within {seconds:.0f} s, saw none")

    async def clicks(self, text: str, which: int = 0, seconds: float = WAIT_SECONDS) -> None:
        """Click on a text or a label as soon as it is there; which: of several, in the page's order."""
        for _ in range(int(seconds / LOOK_SECONDS)):
            places = await self._find(text, scroll=True)
            if len(places) > which or (which < 0 and len(places) >= -which):
                await self.clicks_at(*places[which])
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoError(f"expected {text} to click on within {seconds:.0f} s, there is none")

    async def clicks_beside(self, text: str, neighbor: str) -> None:
        """Click on a text or a label in the same line as another one."""
        for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
            lines = [place[1] for place in await self._find(neighbor, scroll=True)][:1]
            places = await self._find(text, scroll=False)
            if beside := [place for place in places for line in lines if abs(place[1] - line) < 25]:
                await self.clicks_at(*beside[-1])
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoError(f"expected {text} beside {neighbor} within {WAIT_SECONDS:.0f} s, there is none")

    async def goes_to(self, url: str) -> None:
        """Open another page."""
        await self._page.command("Page.navigate", url=url)

    async def shows(self, out: Path) -> None:
        """Save a picture of the page, once it stands still."""
        await asyncio.sleep(STILL_SECONDS)
        await self._page.save(out)

    async def clicks_at(self, x: float, y: float) -> None:
        """Click at a place of the page."""
        for kind in ("mousePressed", "mouseReleased"):
            await self._page.command(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )
        await asyncio.sleep(LOOK_SECONDS)

    async def unfolds(self, section: str, shown: str) -> None:
        """Click on a section until a text in it is seen: a page that is still being drawn misses clicks."""
        for _ in range(int(WAIT_SECONDS / UNFOLD_SECONDS)):
            await self.clicks(section)
            for _ in range(int(UNFOLD_SECONDS / LOOK_SECONDS)):
                if await self.sees(shown):
                    return
                await asyncio.sleep(LOOK_SECONDS)
        raise DemoError(f"expected {shown} in {section} within {WAIT_SECONDS:.0f} s, saw none")

    async def writes(self, label: str, text: str) -> None:
        """Replace what is in the field with a label."""
        for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
            if await self.ask(_FIELD % (json.dumps(label), _FOCUS)):
                await self.types(text)
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoError(f"expected a field {label} that can be written to, there is none")

    async def chosen(self, label: str) -> list[str]:
        """Return the ids that are chosen in the field with a label."""
        return [str(one) for one in json.loads(await self.ask(_FIELD % (json.dumps(label), _CHOSEN)))]

    async def waits_for_cursor(self) -> None:
        """Wait until the page has put the cursor into a field."""
        await self._page.wait_for(_CURSOR)

    async def types(self, text: str) -> None:
        """Write where the cursor is."""
        await self._page.command("Input.insertText", text=text)
        await asyncio.sleep(LOOK_SECONDS)

    async def _find(self, text: str, *, scroll: bool) -> list[tuple[float, float]]:
        pattern = json.dumps(f"^(?:{text})$")
        found = json.loads(await self.ask(_LOOK % (pattern, "true" if scroll else "false")) or "[]")
        return [(x, y) for x, y in found]
