"""A real, headless Chromium for tests, driven by Playwright: one a session, in a thread of its own.

Playwright's event loop would be in the way of other tests' loops in their thread, so a test that has a page runs in the
browser's thread (`tests/conftest.py` sees to it), and so does all that makes and closes pages.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
NONE = "no Chromium to open the page with: `apt-get install chromium`, or name one with BODYDOUBLE_BROWSER"


def found() -> str | None:
    """The path of a Chromium, or of a browser made from it; None when there is none."""
    return os.environ.get("BODYDOUBLE_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)


class Chromium:
    """The browser. Fails loudly when there is none."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "browser")
        self.run(self._start)

    def run(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """The result of a function, called in the browser's thread."""
        return self._thread.submit(act, **arguments).result()

    def page(self, **options: Any) -> Page:
        """A page with cookies of its own. What goes wrong in it is kept in `troubles`."""
        page: Page = self.run(self._page, options=options)
        return page

    def close(self) -> None:
        self.run(self._stop)
        self._thread.shutdown()

    def _start(self) -> None:
        path = found()
        assert path, NONE
        self._playwright = sync_playwright().start()
        self._browser: Browser = self._playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])

    def _page(self, options: dict[str, Any]) -> Page:
        page = self._browser.new_context(**options).new_page()
        page.set_default_timeout(10_000)
        return page

    def _stop(self) -> None:
        self._browser.close()
        self._playwright.stop()


def troubles(page: Page) -> list[str]:
    """A list that fills with what goes wrong in a page: errors of scripts, and what the policy forbids."""
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    # What the server answered with an error is a test's own business.
    expected = "Failed to load resource: the server responded"
    page.on("console", lambda it: told.append(it.text) if it.type == "error" and expected not in it.text else None)
    return told
