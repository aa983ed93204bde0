"""From a path to an operation: what is the same path, what is another, and what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from mockserver.settings import Settings
from tests.conftest import Mock, answering, document

TEMPLATES = (
    "/things",
    "/things/{id}",
    "/things/mine",
    "/things/{id}/parts",
    "/things/mine/parts/{n}",
    "/things/{id}.{form}",
    "/{kind}/all",
    "/files/{name}-{n}.txt",
    "/files/{path}",
    "/a:b/{id}:cancel",
    "/über",
    "/",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    """Each operation answers with its own path template."""
    paths = {path: {"get": {"responses": answering({"type": "string"}, path)}} for path in TEMPLATES}
    paths["/things"]["post"] = {"responses": answering({"type": "string"}, "made")}
    file = tmp_path_factory.mktemp("routing") / "shop.yaml"
    file.write_text(json.dumps(document(paths)))
    with Mock(Settings(spec_files=(file,))) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/shop/things", "/things"),
        ("/shop/things/", "/things"),
        ("/shop/things/7", "/things/{id}"),
        ("/shop/things/7/", "/things/{id}"),
        ("/shop/things/a%2Fb", "/things/{id}"),
        ("/shop/things/%2F", "/things/{id}"),
        ("/shop/things/mine", "/things/mine"),
        ("/shop/things/%6Dine", "/things/mine"),
        ("/shop/things/Mine", "/things/{id}"),
        ("/shop/things/mine/parts", "/things/{id}/parts"),
        ("/shop/things/mine/parts/1", "/things/mine/parts/{n}"),
        ("/shop/things/a.json", "/things/{id}.{form}"),
        ("/shop/things/a.b.json", "/things/{id}.{form}"),
        ("/shop/things/.json", "/things/{id}"),
        ("/shop/files/all", "/files/{path}"),
        ("/shop/other/all", "/{kind}/all"),
        ("/shop/files/a-1.txt", "/files/{name}-{n}.txt"),
        ("/shop/files/a-b-1.txt", "/files/{name}-{n}.txt"),
        ("/shop/files/a-1.text", "/files/{path}"),
        ("/shop/a:b/7:cancel", "/a:b/{id}:cancel"),
        ("/shop/a%3Ab/7%3Acancel", "/a:b/{id}:cancel"),
        ("/shop/%C3%BCber", "/über"),
        ("/shop", "/"),
        ("/shop/", "/"),
        ("/w/default/shop/things", "/things"),
        ("/w/default/shop", "/"),
    ],
)
def test_found(shop: Mock, path: str, template: str) -> None:
    answer = shop.get(path)
    assert (answer.status_code, answer.json()) == (200, template)


@pytest.mark.parametrize(
    "path",
    ["/shop/nothing", "/shop//things", "/shop/things//", "/shop/things/7/8/9", "/shop/things/%FF/no"],
)
def test_no_such_path_is_the_vendors_404(shop: Mock, path: str) -> None:
    answer = shop.get(httpx.URL("http://127.0.0.1").copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert answer.json()["title"] == "NoRoute"
    assert "shop has no operation GET" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/", "//", "/nobody/things", "/w", "/w/", "/w/default", "/Shop/things", "/shop2", "/%FF", "/_"]
)
def test_no_such_vendor_says_which_there_are(shop: Mock, path: str) -> None:
    answer = shop.get(httpx.URL("http://127.0.0.1").copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert "/shop" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND"])
def test_a_wrong_verb_is_405_and_says_which_there_are(shop: Mock, method: str) -> None:
    answer = shop.request(method, "/shop/things")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "path", ["/w//shop", "/w/nowhere/shop/things", "/w/nowhere/shop/nothing", "/w/~default/shop/things"]
)
def test_no_such_world_says_how_to_make_one(shop: Mock, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 404
    assert "POST /_control/worlds" in answer.json()["errors"][0]["message"]


def test_paths_of_the_toy_vendor(acme: Mock) -> None:
    assert acme.get("/acme/parts/hinge%2F7").json()["name"] == "Hinge"
    assert acme.get("/acme/parts/spring%3A%C3%A9").json()["name"] == "Spring"
    assert acme.get("/acme/labels/hinge%2F7-40mm.txt").text == "Hing"
    assert acme.get("/acme/labels/hinge%2F7-4mm.txt").status_code == 400
    assert acme.get("/acme/orders/forecast").json() == {"orders": 3}
    assert acme.get("/acme/parts/hinge/7").json()["code"] == "NoRoute"
