"""Who is let in: by Host, by the page that asks, and by the token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from control_api import Api, messages

from mockserver.settings import Settings

TOKEN = "säcret"  # bytes, not letters, are compared


@pytest.fixture(scope="module")
def open_api(settings: Callable[..., Settings]) -> Iterator[Api]:
    """A server beyond loopback, with a token."""
    guarded = settings(host="10.1.2.3", control_token=TOKEN, control_hosts=("mock.test:9000", "Other.Test"))
    with Api(guarded) as api:
        yield api


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "127.8.9.10", "[::1]:8080", "[::1]"],
)
def test_loopback_hosts_are_let_in(api: Api, host: str) -> None:
    assert api("GET", "/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "localhost.example.org",
        "127.0.0.1.example.org",
        "127.0.0.1@example.org",
        "example.org@127.0.0.1",
        "127.0.0.1/x",
        "128.0.0.1",
        "10.1.2.3",
        "[::2]",
        "::1",
        "localhost:port",
        "[::1",
        "",
        "localhost, example.org",
        "127.0.0.1\x00",
    ],
)
def test_foreign_hosts_are_refused(api: Api, host: str) -> None:
    reply = api("GET", "/health", headers={"Host": host})
    assert reply.status_code == 403
    assert "Host" in messages(reply)
    assert "--control-host" in messages(reply)


def test_two_hosts_are_refused(api: Api) -> None:
    reply = api("GET", "/health", headers=[("Host", "localhost"), ("Host", "example.org")])
    assert reply.status_code == 403


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "10.1.2.3:8080", "mock.test", "MOCK.TEST:1", "other.test", "localhost:8080"]
)
def test_the_servers_own_names_are_let_in(open_api: Api, host: str) -> None:
    assert open_api("GET", "/health", headers=token(Host=host)).status_code == 200


def test_a_token_does_not_open_a_foreign_host(open_api: Api) -> None:
    assert open_api("GET", "/health", headers=token(Host="example.org")).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("localhost", "https://localhost:443"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("LocalHost:8080", "http://localhost:8080"),
    ],
)
def test_pages_of_this_server_are_let_in(api: Api, host: str, origin: str) -> None:
    reply = api("POST", "/worlds", {}, headers={"Host": host, "Origin": origin, "Sec-Fetch-Site": "same-origin"})
    assert reply.status_code == 201
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize(
    "origin",
    [
        "http://example.org",
        "http://127.0.0.1",
        "http://127.0.0.1:8081",
        "http://localhost:8080",
        "http://127.0.0.1:8080.example.org",
        "http://127.0.0.1:8080@example.org",
        "https://127.0.0.1",
        "file://127.0.0.1:8080",
        "chrome-extension://127.0.0.1:8080",
        "null",
        "",
        "127.0.0.1:8080",
        "http://127.0.0.1:8080, http://example.org",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/worlds"), ("POST", "/worlds"), ("DELETE", "/worlds/default")])
def test_pages_of_another_origin_are_refused(api: Api, origin: str, method: str, path: str) -> None:
    before = api.ok("GET", "/health")["worlds"]
    reply = api(method, path, headers={"Origin": origin})
    assert reply.status_code == 403
    assert "origin" in messages(reply)
    assert api.ok("GET", "/health")["worlds"] == before


def test_requests_across_sites_are_refused_without_an_origin_too(api: Api) -> None:
    assert api("GET", "/worlds", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert api("GET", "/worlds", headers={"Sec-Fetch-Site": "none"}).status_code == 200


def test_a_form_is_no_json(api: Api) -> None:
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp"):
        reply = api("POST", "/worlds", content=b'{"name": "by-form"}', headers={"Content-Type": media})
        assert reply.status_code == 415, media
    assert api("GET", "/worlds/by-form").status_code == 404


def test_a_preflight_is_granted_nothing(api: Api) -> None:
    asked = {"Origin": "http://example.org", "Access-Control-Request-Method": "DELETE"}
    reply = api("OPTIONS", "/worlds/default", headers=asked)
    assert reply.status_code == 405
    assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Bodydouble-Token": ""},
        {"X-Bodydouble-Token": "secret"},
        {"X-Bodydouble-Token": "säcre"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Cookie": f"token={TOKEN}"},
    ],
)
def test_beyond_loopback_a_token_is_needed(open_api: Api, headers: dict[str, str]) -> None:
    reply = open_api("POST", "/worlds", {}, headers={k: v.encode() for k, v in headers.items()})
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in reply.text
    assert "X-Bodydouble-Token" in messages(reply)


def test_the_token_lets_in_either_way(open_api: Api) -> None:
    assert open_api("GET", "/worlds", headers=token()).status_code == 200
    for scheme in ("Bearer", "bearer"):
        assert open_api("GET", "/worlds", headers={"Authorization": f"{scheme} {TOKEN}".encode()}).status_code == 200


@pytest.mark.parametrize("missing", [None, ""])
def test_without_a_token_of_its_own_a_server_beyond_loopback_is_closed(
    settings: Callable[..., Settings], missing: str | None
) -> None:
    with Api(settings(host="0.0.0.0", control_token=missing)) as api:
        for given in ({}, {"X-Bodydouble-Token": ""}, {"Authorization": "Bearer "}, {"X-Bodydouble-Token": "None"}):
            reply = api("GET", "/health", headers=given)
            assert reply.status_code == 401
            assert "--control-token" in messages(reply)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.5.5.5", "::1"])
def test_on_loopback_no_token_is_needed(settings: Callable[..., Settings], host: str) -> None:
    with Api(settings(host=host)) as api:
        assert api("GET", "/health").status_code == 200


def test_nobody_is_told_anything_before_being_let_in(open_api: Api) -> None:
    """Neither which worlds there are, nor that a body was too large."""
    for path in ("/worlds/default", "/worlds/nowhere"):
        assert open_api("GET", path).status_code == 401
    assert open_api("POST", "/worlds", content=b"{", headers={"Content-Type": "text/plain"}).status_code == 401


def test_answers_are_neither_kept_nor_guessed_at(api: Api) -> None:
    for reply in (api("GET", "/health"), api("GET", "/worlds/nowhere")):
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"


def token(**more: str) -> dict[str, Any]:
    return {"X-Bodydouble-Token": TOKEN.encode(), **more}
