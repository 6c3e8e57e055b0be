"""A page in a real browser: Chromium, driven by Playwright, shut off from everything else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DESK, PHONE = (1280, 800), (390, 844)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Contrast by WCAG 2.2 of every piece of text against the first painted ground behind it.
CONTRAST = """() => {
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = el => {
    for (; el; el = el.parentElement) {
      const c = parts(getComputedStyle(el).backgroundColor);
      if (c.length && (c.length < 4 || c[3] > 0)) return c;
    }
    return [255, 255, 255];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pale = [];
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || el.closest("svg, style")) continue;
    const [a, b] = [parts(getComputedStyle(el).color), ground(el)].map(light);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) pale.push([walk.currentNode.textContent.trim().slice(0, 40), ratio]);
  }
  return pale;
}"""


@dataclass
class Opened:
    """A page, what its console complained of and what it asked the network for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def overflow(self) -> int:
        """How many pixels stick out sideways."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    @property
    def pale(self) -> list[object]:
        """Text with a contrast below 4.5 : 1."""
        pale: list[object] = self.page.evaluate(CONTRAST)
        return pale

    @property
    def unnamed(self) -> int:
        """How many drawings have no words for those who cannot see them."""
        count: int = self.page.locator(
            "svg:not([aria-label]):not([aria-hidden]), img:not([alt])"
        ).count()
        return count


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser of this machine."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


def look(browser: Browser, file: Path, size: tuple[int, int]) -> Opened:
    """Open a file in a window of a size, without a network."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
    opened = Opened(context.new_page())
    opened.page.on(
        "console",
        lambda said: opened.complaints.append(said.text) if said.type != "log" else None,
    )
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.goto(file.as_uri())
    return opened
