"""Who is let into the console, and what a browser is told to do with what it gets: over plain HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from mockserver.callbacks.wire import AGENT
from mockserver.settings import Settings
from tests.conftest import Mock

TOKEN = "säcret"
PAGES = [
    "/_console/",
    "/_console/journal",
    "/_console/static/console.js",
    "/_console/nothing",
    "/_console/stream/default?seconds=0",
]


@pytest.fixture
def console(acme: Mock) -> Mock:
    return acme


@pytest.fixture(scope="module")
def _guarded() -> Iterator[Mock]:
    with Mock(Settings(vendors=("voltmx",), host="0.0.0.0", control_token=TOKEN)) as made:
        yield made


@pytest.fixture
def guarded(_guarded: Mock) -> Iterator[Mock]:
    """A server beyond loopback."""
    yield _guarded
    _guarded.cookies.clear()


def form_key(page: httpx.Response) -> str:
    found = re.search(r'name="form-key" content="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_under_a_strict_policy(console: Mock, path: str) -> None:
    headers = console.get(path).headers
    policy = dict(it.strip().partition(" ")[::2] for it in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "example.org"},
        {"Host": "127.0.0.1.example.org"},
        {"Host": ""},
        {"Origin": "http://example.org"},
        {"Origin": "http://127.0.0.1:8081"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"User-Agent": AGENT},
    ],
)
def test_whom_the_control_api_refuses_the_console_refuses(console: Mock, path: str, headers: dict[str, str]) -> None:
    assert console.get("/_control/health", headers=headers).status_code == 403
    assert console.get(path, headers=headers).status_code == 403


def test_a_link_on_another_site_leads_on_by_itself(console: Mock) -> None:
    """It is given nothing: the page that it gets asks again, as a page of our own."""
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = console.get("/_console/journal?world=<b>&x=\"'", headers=asked)
    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    assert "form-key" not in page.text
    assert "<b>" not in page.text
    assert console.post("/_console/logout", headers=asked).status_code == 403


def test_a_form_needs_its_key(console: Mock) -> None:
    key = form_key(console.get("/_console/journal"))
    assert console.post("/_console/logout", data={"form_key": key}).status_code == 303
    for wrong in ({}, {"form_key": ""}, {"form_key": "0" * 64}, {"form_key": "ä"}):
        assert console.post("/_console/logout", data=wrong).status_code == 403
    console.cookies.clear()
    assert console.post("/_console/logout", data={"form_key": key}).status_code == 403, "another browser's"


def test_beyond_loopback_the_token_is_asked_for(guarded: Mock) -> None:
    sent = guarded.get("/_console/journal?vendor=voltmx")
    assert sent.status_code == 303
    login = guarded.get(sent.headers["location"])
    assert login.status_code == 200
    assert "Journal" not in login.text
    assert guarded.get("/_console/static/console.css").status_code == 200
    assert guarded.get("/_console/stream/default?seconds=0").status_code == 401
    key, onward = form_key(login), "/_console/journal?vendor=voltmx"
    wrong = guarded.post("/_console/login", data={"form_key": key, "token": "wrong", "next": onward})
    assert wrong.status_code == 401
    assert "this token is wrong" in wrong.text
    right = guarded.post("/_console/login", data={"form_key": key, "token": TOKEN, "next": onward})
    assert (right.status_code, right.headers["location"]) == (303, onward)
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    inside = guarded.get(onward)
    assert inside.status_code == 200
    assert guarded.get("/_console/stream/default?seconds=0").status_code == 200
    assert guarded.get("/_control/health").status_code == 401, "the cookie opens the console only"
    guarded.post("/_console/logout", data={"form_key": form_key(inside)})
    assert guarded.get(onward).status_code == 303


@pytest.mark.parametrize("forged", ["", "x", "{number}.", "{number}.{zeros}", ".{zeros}", "{number}ä"])
def test_a_seal_cannot_be_made(guarded: Mock, forged: str) -> None:
    number = guarded.get("/_console/login").cookies["bodydouble-console"]
    guarded.cookies.clear()
    value = forged.format(number=number, zeros="0" * 64)
    asked = guarded.get("/_console/journal", headers={"Cookie": f"bodydouble-console={value}".encode()})
    assert asked.status_code == 303


@pytest.mark.parametrize(
    "onward",
    ["https://example.org/", "//example.org", "/_control/health", "/_console/\\example.org", "/_console/\r\nX-Own: 1"],
)
def test_the_login_leads_nowhere_else(guarded: Mock, onward: str) -> None:
    key = form_key(guarded.get("/_console/login"))
    sent = guarded.post("/_console/login", data={"form_key": key, "token": TOKEN, "next": onward})
    assert sent.headers["location"] == "/_console/"


@pytest.mark.parametrize("path", ["%3F", "[", "/[", "x%3Fworld=none", "callbacks/%5B%3F%23", "%252F%00"])
def test_a_path_is_no_url(console: Mock, path: str) -> None:
    page = console.get(f"/_console/{path}")
    assert page.status_code in (308, 404)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert console.get("/_console/callbacks/..%252Fjournal").status_code == 404, "it is decoded once"


def test_a_cookie_that_is_none_of_ours_is_never_sent_back(console: Mock) -> None:
    theirs = {"Cookie": 'bodydouble-console="a\\015\\012X-Own: 1"'}
    page = console.get("/_console/journal", headers=theirs)
    own = page.headers["set-cookie"].partition(";")[0]
    console.cookies.clear()
    left = console.post("/_console/logout", headers={"Cookie": own}, data={"form_key": form_key(page)})
    assert left.status_code == 303


def test_a_body_has_a_limit(mock: Callable[..., Mock]) -> None:
    console = mock(vendors=("voltmx",), body_limit=1000)
    assert console.post("/_console/login", content=b"x" * 1001).status_code == 413


def test_a_form_of_too_many_parts_is_refused(console: Mock) -> None:
    parts = [(f"f{n}", (None, "x")) for n in range(2000)]
    page = console.post("/_console/logout", files=parts)
    assert page.status_code == 413
    assert "That did not work" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_world_that_is_not_there_is_said(console: Mock) -> None:
    page = console.get("/_console/journal?world=%3Cb%3E")
    assert page.status_code == 404
    assert "&lt;b&gt;" in page.text
    assert "<b>" not in page.text


def test_what_is_no_console_is_a_vendors(console: Mock) -> None:
    assert "no vendor at /_consoles" in console.get("/_consoles").text
