"""Why a request was refused, what would have been taken, and a request sent again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.settings import Settings
from tests.conftest import Mock

VIBES = ("VibesUser", "Password123")
IMPORT = "/vibes/mobile_apps/MyAppId01/migrations/import_batches"
SUBSCRIPTION = "/voltmx/vpns/subscription"


@pytest.fixture(scope="module")
def mock() -> Any:
    with Mock(Settings(vendors=("vibes", "voltmx"))) as made:
        yield made


def explained(mock: Mock) -> dict[str, Any]:
    found: dict[str, Any] = mock.control("GET", f"/journal/{mock.last()['id']}/explanation")
    return found


def line(place: str) -> str:
    file, _, number = place.rpartition(":")
    return Path(file).read_text().splitlines()[int(number) - 1].strip()


@pytest.mark.parametrize(
    ("method", "target", "options", "changed"),
    [
        ("POST", IMPORT, {"json": {"devices": [{"platform": "<b>", "token": "t"}]}}, ["body.devices[0].platform"]),
        ("POST", IMPORT, {"json": {"devices": [{"platform": "IOS"}]}}, ["body.devices[0].token"]),
        ("POST", IMPORT, {"json": {"devices": []}}, ["body.devices"]),
        ("POST", IMPORT, {"json": 5}, ["body"]),
        ("POST", IMPORT, {"content": b"{", "headers": {"Content-Type": "application/json"}}, ["body"]),
        ("POST", IMPORT, {"content": b"a,b", "headers": {"Content-Type": "text/csv"}}, ["body"]),
        ("POST", IMPORT, {}, ["body"]),
        ("GET", "/vibes/companies/ABC123/mobiledb/broadcasts?status=zz", {}, ["query 'status'"]),
        ("POST", SUBSCRIPTION, {"content": b"<a>", "headers": {"Content-Type": "text/xml"}}, ["body"]),
        (
            "POST",
            SUBSCRIPTION,
            {"json": {"subscriptionService": {"subscribe": {"appId": 5, "deviceId": "d", "sid": "s"}}}},
            ["body.subscriptionService.subscribe.osType", "body.subscriptionService.subscribe.appId"],
        ),
    ],
)
def test_the_nearest_request_is_taken(
    mock: Mock, method: str, target: str, options: dict[str, Any], changed: list[str]
) -> None:
    assert mock.request(method, target, auth=VIBES, **options).status_code in (400, 415, 422)
    found = explained(mock)
    assert [it["place"] for it in found["nearest"]["changes"]] == changed
    assert found["problems"]
    near = found["nearest"]
    headers = {name: it for name, it in near["request"]["headers"].items() if name == "content-type"}
    again = mock.request(near["method"], near["target"], auth=VIBES, content=near["request"]["body"], headers=headers)
    assert again.is_success, again.text
    assert mock.last()["reasons"] == []


def test_places_are_where_the_spec_says_so(mock: Mock) -> None:
    mock.post(IMPORT, json={"devices": [{"platform": "<b>", "token": "t"}]}, auth=VIBES)
    found = explained(mock)
    assert "enum" in line(found["problems"][0]["place"])
    assert line(found["operation"]) == "post:"
    assert line(found["answer"]).strip("'\":") == "422"
    mock.get("/vibes/companies/ABC123/mobiledb/broadcasts?status=zz", auth=VIBES)
    assert line(explained(mock)["problems"][0]["place"]) == "BroadcastStatus:"


@pytest.mark.parametrize(
    ("target", "auth"),
    [("/vibes/companies", VIBES), ("/vibes/companies", None), ("/vibes/no/such/path", VIBES)],
)
def test_nothing_is_nearer_than_what_breaks_no_schema(mock: Mock, target: str, auth: Any) -> None:
    mock.get(target, auth=auth)
    found = explained(mock)
    assert (found["problems"], found["nearest"]) == ([], None)


def test_a_request_is_sent_again_with_its_credentials(mock: Mock) -> None:
    mock.post("/vibes/companies/ABC123/mobiledb/persons", json={"external_person_id": "EXT-AGAIN"}, auth=VIBES)
    first = mock.last()
    again = mock.control("POST", f"/journal/{first['id']}/replay")
    assert again["id"] == first["id"] + 1
    assert (again["caller"], again["request"]) == (first["caller"], first["request"])
    assert mock.last() == again
