"""A real, headless Chromium, spoken to through its DevTools pipe: no driver and no package is needed."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--window-size=1280,1600",
)  # fmt: skip
NONE = "no Chromium to open the page with: `apt-get install chromium`, or name one with BODYDOUBLE_BROWSER"


def found() -> str | None:
    """The path of a Chromium, or of a browser made from it; None when there is none."""
    return os.environ.get("BODYDOUBLE_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)


class Page:
    """One tab. `events` are all that the browser has told so far."""

    def __init__(self, write: int, read: int) -> None:
        self._out, self._in = os.fdopen(write, "wb", buffering=0), os.fdopen(read, "rb")
        self._number, self._session, self.events = 0, "", list[dict[str, Any]]()

    def start(self) -> None:
        """Open the tab."""
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.command(f"{domain}.enable")

    def close(self) -> None:
        self._out.close()
        self._in.close()

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str) -> None:
        """Go to a URL, and wait until the page's script has run."""
        self.command("Page.navigate", url=url)
        while not self.run("document.readyState === 'complete' && location.href !== 'about:blank'"):
            pass

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, **more: Any) -> None:
        """Press and release a key."""
        text = key if len(key) == 1 else ""
        self.command("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, **more)
        self.command("Input.dispatchKeyEvent", type="keyUp", key=key, **more)

    def wear(self, scheme: str) -> None:
        """Light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.command("Emulation.setEmulatedMedia", features=features)

    def picture(self) -> bytes:
        """The whole page as PNG."""
        data: str = self.command("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        return base64.b64decode(data)

    def told(self, *methods: str) -> list[dict[str, Any]]:
        """The parameters of all events of these kinds."""
        return [it["params"] for it in self.events if it.get("method") in methods]

    def _next(self) -> dict[str, Any]:
        raw = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "the browser is gone"
            raw += byte
        message: dict[str, Any] = json.loads(raw)
        return message


@contextmanager
def browser(directory: Path) -> Iterator[Page]:
    """A browser with one tab. Fails the test loudly when there is none."""
    path = found()
    assert path, NONE
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    flags = [*_FLAGS, "--remote-debugging-pipe", f"--user-data-dir={directory}"]

    def place() -> None:
        """The browser reads commands from descriptor 3 and writes answers to 4."""
        high = [fcntl.fcntl(it, fcntl.F_DUPFD, 10) for it in (theirs_in, theirs_out)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    with (directory.parent / "browser.log").open("wb") as log:
        # It only moves descriptors, which is safe beside threads too.
        more: dict[str, Any] = {"preexec_fn": place}
        process = subprocess.Popen([path, *flags], pass_fds=(3, 4), stdout=log, stderr=log, **more)
    os.close(theirs_in)
    os.close(theirs_out)
    page = Page(ours_out, ours_in)
    try:
        page.start()
        yield page
    finally:
        process.terminate()
        process.wait(20)
        page.close()
