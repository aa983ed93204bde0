"""The journal's stream taken up again, and a console whose server is several processes on one database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from console_world import World

from tests.conftest import ACME, KEY, Server

DOORS = ["/_console/stream/{world}", "/_control/worlds/{world}/journal/stream"]


def events(url: str, **options: Any) -> list[tuple[int, dict[str, Any]]]:
    """The id and the data of each event until the stream ends."""
    answer = httpx.get(url, trust_env=False, **options)
    assert answer.status_code == 200, answer.text
    found = re.findall(r"^id: (\d+)\ndata: (.*)\n\n", answer.text, re.MULTILINE)
    return [(int(number), json.loads(data)) for number, data in found]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("query", "resumed", "shown", "missed"),
    [
        ("", "2", [3, 4, 5], 0),
        ("&after=4", "2", [3, 4, 5], 0),  # what a browser saw last counts, not what its page began with
        ("&after=4", None, [5], 0),
        ("&most=2", "1", [4, 5], 2),
        ("&status=404", "2", [3], 0),
        ("", "5", [], 0),
    ],
)
def test_a_stream_goes_on_where_it_broke_off(
    shared_server: Server, world: World, door: str, query: str, resumed: str | None, shown: list[int], missed: int
) -> None:
    for place in ("parts", "parts", "nothing", "parts", "parts"):
        world.ask("GET", f"acme/{place}", headers=KEY)
    headers = {} if resumed is None else {"Last-Event-ID": resumed}
    url = f"{shared_server.url}{door.format(world=world.name)}?seconds=0{query}"
    found = events(url, headers=headers)
    assert [it["id"] for _, data in found for it in data["exchanges"]] == shown
    assert sum(data["missed"] for _, data in found) == missed
    assert [number for number, _ in found] == ([5] if shown else [])


@pytest.mark.parametrize("door", DOORS)
def test_an_event_that_cannot_have_been_is_refused(shared_server: Server, world: World, door: str) -> None:
    url = shared_server.url + door.format(world=world.name)
    answer = httpx.get(f"{url}?seconds=0", headers={"Last-Event-ID": "last"}, trust_env=False)
    assert answer.status_code == 400
    assert "Last-Event-ID" in answer.text


def test_workers_on_one_database_show_one_console(server: Callable[..., Server], tmp_path: Path) -> None:
    """Each request is on a connection of its own, so both workers have some: none of them may know less."""
    store = f"sqlite:///{tmp_path / 'store.db'}"
    started = server("acme", "--vendor-path", str(ACME), "--store", store, "--workers", "2")
    cookies: dict[str, str] = {}

    def ask(method: str, path: str, **options: Any) -> httpx.Response:
        with httpx.Client(base_url=started.url, trust_env=False, cookies=cookies, timeout=30) as client:
            answer = client.request(method, path, **options)
            cookies.update(client.cookies)
            return answer

    for _ in range(20):
        ask("GET", "/acme/parts", headers=KEY)
    stream = events(f"{started.url}/_console/stream/default?seconds=1", headers={"Last-Event-ID": "0"})
    assert [it["id"] for _, data in stream for it in data["exchanges"]] == [*range(1, 21)]
    for _ in range(4):
        page = ask("GET", "/_console/journal/7")
        assert page.status_code == 200
        key = re.search(r'name="form-key" content="(\w+)"', page.text)
        assert key
        made = ask("POST", "/_console/time/faults", data={"form_key": key[1], "kind": "drop"})
        assert made.status_code == 303, made.text
    pages = [ask("GET", "/_console/time").text for _ in range(4)]
    assert [page.count("Remove fault") for page in pages] == [4] * 4
    assert ask("POST", "/_console/time/faults", data={"kind": "drop"}).status_code == 403
