"""What an open console costs the mock's own traffic: a real browser looks at the live journal, or at nothing."""

from __future__ import annotations

import os
from statistics import median

from tests.bench.report import ROUNDS, row
from tests.bench.servers import free_port, load, pin, serve, server
from tests.bench.vibes import AUTH
from tests.browser import Chromium

_VIEWS = {"the live journal": "journal", "time & faults": "time"}
_PERSON = "/vibes/companies/ABC123/mobiledb/persons/5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"


def throughput() -> None:
    """Requests per second with a view open against without, in pairs of which now one and now the other comes first.

    The browser shares the core of the load, so a little of what it costs there is counted too.
    """
    port, free = free_port(), os.sched_getaffinity(0)
    with server(serve(port, "vibes", "--no-rate-limits"), port, "/_control/health") as url:
        pin(os.getpid(), 1)  # what is started from here on inherits it: the browser
        browser = Chromium()
        try:
            page = browser.page()

            def rate(view: str) -> float:
                browser.run(page.goto, url=f"{url}/_console/{view}" if view else "about:blank")
                return float(load(url + _PERSON, AUTH)["rate"])

            for words, view in _VIEWS.items():
                rate(view)  # warms up
                pairs = [(rate(view), rate("")) if turn % 2 else (rate(""), rate(view))[::-1] for turn in range(ROUNDS)]
                ratio = median(watched / alone for watched, alone in pairs)
                row(f"GET person with {words} open in Chromium, against without", "≥ 0.95 ×", ratio, unit="×")
        finally:
            browser.close()
            os.sched_setaffinity(0, free)
