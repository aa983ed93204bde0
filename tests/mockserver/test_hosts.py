"""A vendor under its own host name, as a client behind HTTP_PROXY asks for it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import ACME, KEY, Mock, answering, document


def proxy_user(world: str) -> dict[str, str]:
    return {"Proxy-Authorization": "Basic " + base64.b64encode(f"{world}:".encode()).decode()}


@pytest.mark.parametrize("host", ["api.acme.test", "API.Acme.Test", "api.acme.test:443", "api.acme.test:8080"])
def test_the_vendors_host_name_is_enough(acme: Mock, host: str) -> None:
    answer = acme.get("/parts/hinge%2F7", headers={"Host": host})
    assert answer.json()["name"] == "Hinge"


@pytest.mark.parametrize("host", ["other.test", "acme.test", "api.acme.test.evil.test", "", "[::1]", ":80", "\xff"])
def test_another_host_name_is_not(acme: Mock, host: str) -> None:
    headers = [(b"Host", host.encode("latin-1")), *[(name.encode(), value.encode()) for name, value in KEY.items()]]
    assert acme.get("/parts/hinge%2F7", headers=headers).status_code == 404
    assert acme.get("/acme/parts/hinge%2F7", headers=headers).status_code == 200


def test_under_its_host_name_a_vendor_hides_everything_else(acme: Mock) -> None:
    for path in ("/_control/health", "/acme/parts", "/w/default/acme/parts"):
        answer = acme.get(path, headers={"Host": "api.acme.test"})
        assert answer.json()["code"] == "NoRoute"


def test_the_proxys_user_name_is_the_world(acme: Mock) -> None:
    acme.post("/_control/worlds", json={"name": "mine", "fixture": "empty"})
    answer = acme.get("/parts", headers={"Host": "api.acme.test", **proxy_user("mine")})
    assert answer.json()["total"] == 0
    assert acme.last("mine")["target"] == "/parts"


def test_what_is_sent_from_inside_stays_in_its_world(acme: Mock) -> None:
    acme.post("/_control/worlds", json={"name": "mine", "fixture": "empty"})
    headers = {"Host": "api.acme.test", **proxy_user("default"), **KEY}
    sent = {"vendor": "acme", "method": "GET", "target": "/parts", "headers": headers}
    made = acme.control("POST", "/requests", sent, world="mine")
    assert (made["world"], made["status"]) == ("mine", 200)
    assert acme.last("mine")["id"] == made["id"]


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Basic /w==", "Bearer abc", "Basic Og==", ""])
def test_a_proxy_user_that_is_none_leads_to_the_default_world(acme: Mock, value: str) -> None:
    answer = acme.get("/parts", headers={"Host": "api.acme.test", "Proxy-Authorization": value})
    assert answer.json()["total"] == 2


def test_an_unknown_world_as_proxy_user_is_refused(acme: Mock) -> None:
    answer = acme.get("/parts", headers={"Host": "api.acme.test", **proxy_user("nowhere")})
    assert answer.status_code == 404
    assert "nowhere" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://shop.test/v2", "/v2/things"),
        ("https://shop.test/v2/", "/v2/things"),
        ("https://shop.test:8443/a/b", "/a/b/things"),
        ("https://shop.test", "/things"),
        ("https://shop.test/", "/things"),
    ],
)
def test_the_path_of_a_servers_address_belongs_to_its_host(
    mock: Callable[..., Mock], spec_file: Callable[..., Any], url: str, path: str
) -> None:
    things = {"/things": {"get": {"responses": answering({}, "here")}}}
    shop = mock(spec_files=(spec_file(document(things, servers=[{"url": url}])),))
    assert shop.get(path, headers={"Host": "shop.test"}).json() == "here"
    assert shop.get("/shop/things").json() == "here"


def test_hosts_of_several_vendors(mock: Callable[..., Mock]) -> None:
    served = mock(vendors=("acme", "vibes"), vendor_paths=(ACME,))
    answer = served.get("/companies/x/mobiledb/persons/y", headers={"Host": "public-api.vibescm.com"})
    assert (answer.status_code, served.last()["vendor"]) == (401, "vibes")
    assert served.get("/parts", headers={"Host": "api.acme.test"}).json()["code"] == "Unauthenticated"
