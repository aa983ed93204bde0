"""`make screenshots`: the pictures of the README, of pages on real traffic, written to docs/console/."""

from __future__ import annotations

from pathlib import Path

import httpx

from mockserver.client import running
from tests.browser import Chromium
from tests.receiver import Receiver

ROOT = Path(__file__).parents[3]
PLACE = ROOT / "docs" / "console"
SIZE = {"width": 1080, "height": 640}
PICTURES = {
    "journal": "journal",
    "exchange": "journal/9",
    "time": "time",
    "callbacks": "callbacks",
    "swap": "swap?old=vibes&new=accengage&verdict=by+another+way",
}
_AUTH = ("VibesUser", "Password123")
_C, _APP = "/vibes/companies/ABC123", "/vibes/mobile_apps/MyAppId01"
_JOHN = f"{_C}/mobiledb/persons/5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"


def main() -> None:
    """Write all pictures anew."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with running(["vibes", "voltmx", "accengage"]) as url, Receiver(crm=[500, 200, 200, 400, 200]) as crm:
        with httpx.Client(base_url=url, auth=_AUTH, trust_env=False) as client:
            _traffic(client, crm)
        browser = Chromium()
        try:
            for name, view in PICTURES.items():
                browser.run(_take, browser=browser, url=f"{url}/_console/{view}", path=PLACE / f"{name}.png")
        finally:
            browser.close()


# Where the repository lies on this machine is nothing to show.
_RELATIVE = """root => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(root, "");
}"""


def _take(browser: Chromium, url: str, path: Path) -> None:
    page = browser._page({"viewport": SIZE, "color_scheme": "light"})
    page.goto(url)
    page.wait_for_timeout(700)  # the live journal has arrived
    page.evaluate(_RELATIVE, f"{ROOT}/")
    page.screenshot(path=path)
    page.context.close()


def _traffic(client: httpx.Client, crm: Receiver) -> None:
    control = "/_control/worlds/default"
    _send(client, f"{control}/clock/freeze", {"at": "2026-01-31T08:00:00Z"})
    for kind in ("person_added", "person_updated"):
        _send(client, f"{_C}/config/callbacks", {"callback_type": kind, "destination": {"url": crm.url("/crm")}})
    for number, name in enumerate(("Ada", "Grace", "Hedy")):
        person = {"mobile_phone": {"mdn": f"299555{number:04d}"}, "custom_fields": {"first_name": name}}
        _send(client, f"{_C}/mobiledb/persons", person)
        _send(client, f"{control}/wait-for-callbacks", {})
        _send(client, f"{control}/clock/advance", {"seconds": 90})
    _send(client, f"{_APP}/migrations/import_batches", {"devices": [{"platform": "IOS", "token": "f" * 64}]})
    client.get(_JOHN)
    client.get(f"{_C}/mobiledb/persons/nobody")
    client.post(f"{_C}/mobiledb/persons", json={"mobile_phone": {"mdn": 2995550142}, "nickname": "Ada"})
    _send(client, f"{control}/faults", {"kind": "status", "status": 503, "vendor": "vibes", "count": 3})
    for _ in range(2):
        client.get(_JOHN)
    client.post("/voltmx/api/v1/subscribers", content=b"<subscriberService/>")
    _send(client, f"{control}/faults", {"kind": "delay", "seconds": 0.5, "probability": 0.2})
    _send(client, f"{control}/clock/advance", {"seconds": 30})
    _send(client, f"{control}/wait-for-callbacks", {})


def _send(client: httpx.Client, path: str, body: object) -> None:
    client.post(path, json=body).raise_for_status()


if __name__ == "__main__":
    main()
