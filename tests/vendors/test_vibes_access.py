"""Vibes: who may call, in which version, and how a call is refused (reference sections 2.1 to 2.10)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

import specs
from mockserver.app import create_app
from mockserver.errors import Invalid
from mockserver.fixtures import FixtureError
from mockserver.settings import Settings

PERSON = "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"
OPERATIONS = list(specs.read("vibes").operations.values())
BASIC = [it for it in OPERATIONS if ("basic",) in it.security]
TOKEN = {"Authorization": "MobileAppToken bodydouble-default-device-token"}
PATHS = {it.name: it.example for operation in OPERATIONS for it in operation.parameters if it.place == "path"}
FILTERED = ("persons.find_persons", "subscription_lists.find_subscribers")
FOREIGN = {"company_key": "XYZ789", "app_id": "OtherAppId01"}
UNKNOWN = {"company_key": "NOBODY1", "app_id": "NoAppId01"}


def call(account, operation, *, paths=None, headers=None, auth=..., **options):
    """The operation's first example, with whatever a test wants otherwise. What only a device may call, one calls."""
    if operation.body and "content" not in options:
        options["json"] = next(iter(operation.body["application/json"].examples.values()))
    if operation.id in FILTERED:
        options["params"] = {"mdn": "2995551234"}
    given = {it.name: it.example for it in operation.parameters if it.place == "header" and it.required}
    if ("basic",) not in operation.security:
        given, auth = given | TOKEN, None
    extra = {} if auth is ... else {"auth": auth}
    path = operation.path.format(**PATHS | (paths or {}))
    return account.request(operation.method, path, headers=given | (headers or {}), **extra, **options)


def errors(answer, status) -> list[tuple[str, int]]:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"errors"}
    assert body["errors"]
    assert all(set(error) == {"message", "code"} for error in body["errors"])
    return [(error["message"], error["code"]) for error in body["errors"]]


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it.id)
by_basic = pytest.mark.parametrize("operation", BASIC, ids=lambda it: it.id)
with_body = pytest.mark.parametrize("operation", [it for it in OPERATIONS if it.body], ids=lambda it: it.id)
below_something = pytest.mark.parametrize(
    "operation", [it for it in OPERATIONS if it.path not in ("/heartbeat", "/companies")], ids=lambda it: it.id
)
owned = pytest.mark.parametrize(
    "operation",
    [it for it in OPERATIONS if it.path not in ("/heartbeat", "/companies") and it.security],  # the others are for all
    ids=lambda it: it.id,
)


@every
def test_the_first_example_succeeds_and_says_which_version_was_used(vibes, operation) -> None:
    answer = call(vibes, operation)
    assert answer.status_code < 300, answer.text
    assert answer.headers["X-API-Version"] == "1"


@every
def test_a_trailing_slash_does_not_change_the_result(vibes, account, operation) -> None:
    other = account("vibes", auth=("VibesUser", "Password123"))
    plain, slashed = call(vibes, operation), call(other, _slashed(operation))
    assert (slashed.status_code, slashed.text) == (plain.status_code, plain.text)


def _slashed(operation: Any) -> Any:
    from dataclasses import replace

    return replace(operation, path=operation.path + "/")


@by_basic
@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "The credentials are missing"),
        ("Basic " + base64.b64encode(b"VibesUser:wrong").decode(), "The username or the password is wrong"),
        ("Basic " + base64.b64encode(b"Nobody:Password123").decode(), "The username or the password is wrong"),
        ("Basic " + base64.b64encode(b"VibesUser").decode(), "The username or the password is wrong"),
        ("Basic not base64!", "The username or the password is wrong"),
        ("Basic " + base64.b64encode(b"\xff\xfe:x").decode(), "The username or the password is wrong"),
        ("Bearer VmliZXNVc2VyOlBhc3N3b3JkMTIz", "The username or the password is wrong"),
        ("Basic", "The username or the password is wrong"),
    ],
)
def test_without_good_credentials_it_is_401_and_nothing_happens(account, operation, header, message) -> None:
    vibes = account("vibes")
    before = vibes.records()
    answer = call(vibes, operation, headers={} if header is None else {"Authorization": header})
    assert errors(answer, 401) == [(message, 8)]
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.headers["X-API-Version"] == "1"
    assert vibes.records() == before


def test_401_comes_before_everything_else(account) -> None:
    answer = account("vibes").post(
        "/companies/NOBODY1/mobiledb/persons", content=b"{", headers={"X-API-Version": "9", "Content-Type": "text/css"}
    )
    errors(answer, 401)


@pytest.mark.parametrize(
    "header",
    [
        "Basic VmliZXNVc2VyOlBhc3N3b3JkMTIz",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic VmliZXNVc2VyOlBhc3N3b3JkMTIz",
        "BASIC  VmliZXNVc2VyOlBhc3N3b3JkMTIz",
    ],
)
def test_the_printed_headers_open_company_and_app(account, header) -> None:
    vibes = account("vibes", headers={"Authorization": header})
    assert vibes.get("/companies/ABC123/heartbeat").json() == {"status": "ok"}
    assert vibes.get("/mobile_apps/MyAppId01/migrations/import_batches").status_code == 200


@owned
def test_a_foreign_company_or_app_is_403(vibes, operation) -> None:
    before = vibes.records()
    [(message, code)] = errors(call(vibes, operation, paths=FOREIGN), 403)
    assert code == 9
    assert message in ("These credentials do not open company XYZ789", "These credentials do not open app OtherAppId01")
    assert vibes.records() == before


@below_something
def test_an_unknown_company_or_app_is_404_with_a_body(vibes, operation) -> None:
    before = vibes.records()
    [(message, code)] = errors(call(vibes, operation, paths=UNKNOWN), 404)
    assert (message, code) in [("The company was not found", 4), ("The app was not found", 4)]
    assert vibes.records() == before


def test_the_other_company_opens_with_its_own_credentials(account) -> None:
    other = account("vibes", auth=("OtherUser", "OtherPassword1"))
    [person] = other.get("/companies/XYZ789/mobiledb/persons", params={"external_person_id": "EXT542342"}).json()
    assert person["custom_fields"] == {"first_name": "Johnny"}
    assert other.get("/mobile_apps/OtherAppId01/migrations/import_batches").json() == []
    errors(other.get(f"/companies/XYZ789/mobiledb/persons/{PERSON}"), 404)


@every
@pytest.mark.parametrize("version", ["0", "3", "v1", "1.0", "", "1, 2"])
def test_an_unknown_version_is_400(vibes, operation, version) -> None:
    before = vibes.records()
    answer = call(vibes, operation, headers={"X-API-Version": version})
    assert errors(answer, 400) == [("X-API-Version must be 1 or 2", 12)]
    assert answer.headers["X-API-Version"] == "1"
    assert vibes.records() == before


@pytest.mark.parametrize("version", ["1", "2"])
def test_the_version_comes_back_in_every_answer(vibes, version) -> None:
    headers = {"X-API-Version": version}
    assert vibes.get("/heartbeat", headers=headers).headers["X-API-Version"] == version
    answer = vibes.get("/companies/ABC123/mobiledb/persons/nobody", headers=headers)
    assert (answer.status_code, answer.headers["X-API-Version"]) == (404, version)


@with_body
@pytest.mark.parametrize(
    "content", [b"", b"{", b"not json", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff\xfe{}", b'"\\ud800"']
)
def test_a_body_that_is_absent_or_no_json_is_400(vibes, operation, content) -> None:
    if not content and not operation.body_required:
        assert call(vibes, operation, content=content).status_code < 300
        return
    before = vibes.records()
    answer = call(vibes, operation, content=content, headers={"Content-Type": "application/json"})
    [(message, code)] = errors(answer, 400)
    assert code == 11
    assert "body" in message.lower()
    assert vibes.records() == before


@with_body
@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None])
def test_another_media_type_is_415(vibes, operation, media_type) -> None:
    before = vibes.records()
    headers = {} if media_type is None else {"Content-Type": media_type}
    [(message, code)] = errors(call(vibes, operation, content=b"{}", headers=headers), 415)
    assert code == 11
    assert message.startswith("The Content-Type must be application/json")
    assert vibes.records() == before


@with_body
@pytest.mark.parametrize(
    "media_type", ["Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8"]
)
def test_case_and_parameters_of_the_media_type_do_not_matter(vibes, operation, media_type) -> None:
    example = next(iter(operation.body["application/json"].examples.values()))
    import orjson

    answer = call(vibes, operation, content=orjson.dumps(example), headers={"Content-Type": media_type})
    assert answer.status_code < 300, answer.text


def test_a_request_without_a_body_is_never_refused_for_its_media_type(vibes) -> None:
    assert vibes.get("/heartbeat", headers={"Content-Type": "text/plain"}).status_code == 200


@with_body
@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_json_that_is_no_object_is_422(vibes, operation, body) -> None:
    before = vibes.records()
    [(message, code)] = errors(call(vibes, operation, content=_json(body), headers=_JSON), 422)
    assert message.startswith("The body must be an object")
    assert code == 2
    assert vibes.records() == before


_JSON = {"Content-Type": "application/json"}


def _json(value: Any) -> bytes:
    import orjson

    return orjson.dumps(value)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/companies/ABC123/mobiledb/persons/a/b/c", 404),
        ("POST", "/heartbeat", 405),
        ("DELETE", "/companies/ABC123/mobiledb/persons", 405),
        ("PATCH", "/mobile_apps/MyAppId01/migrations/import_batches", 405),
    ],
)
def test_an_unknown_path_or_a_wrong_verb_has_the_errors_object(vibes, method, path, status) -> None:
    answer = vibes.request(method, path)
    errors(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/heartbeat", 20),
        ("/companies", 20),
        ("/companies/ABC123/heartbeat", 100),
        ("/mobile_apps/MyAppId01/migrations/import_batches", 100),
    ],
)
def test_429_by_class_and_user_and_on_the_worlds_clock(account, path, limit) -> None:
    vibes = account("vibes", rate_limits=True, auth=("VibesUser", "Password123"))
    assert {vibes.get(path).status_code for _ in range(limit)} == {200}
    refused = vibes.get(path)
    assert errors(refused, 429) == [("Too Many Requests", 10)]
    assert int(refused.headers["Retry-After"]) >= 1
    assert vibes.get(path, auth=("Aladdin", "open sesame")).status_code == 200
    other_class = "/companies/ABC123/heartbeat" if limit == 20 else "/heartbeat"
    assert vibes.get(other_class).status_code == 200
    vibes.advance(1)
    assert vibes.get(path).status_code == 200


def test_a_call_over_the_limit_changes_nothing(account) -> None:
    vibes = account("vibes", rate_limits=True, auth=("VibesUser", "Password123"))
    for _ in range(100):
        vibes.get("/companies/ABC123/heartbeat")
    before = vibes.records()
    errors(vibes.post("/companies/ABC123/mobiledb/persons", json={"external_person_id": "late"}), 429)
    assert vibes.records() == before


def test_the_empty_fixture_has_what_no_operation_can_make_and_nobody(account) -> None:
    vibes = account("vibes", fixture="empty", auth=("VibesUser", "Password123"))
    kept = {kind: len(records) for kind, records in vibes.records().items() if records}
    made_in_the_platform = {"custom_fields", "subscription_lists", "acquisition_campaigns", "wallet_campaigns"}
    assert set(kept) == {"companies", "credentials", "apps"} | made_in_the_platform
    assert (
        vibes.post("/companies/ABC123/mobiledb/persons", json={"mobile_phone": {"mdn": "2995551234"}}).status_code
        == 201
    )
    assert vibes.get("/mobile_apps/MyAppId01/migrations/import_batches").json() == []


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ("persons: [{person_key: a, person_id: b, company_key: ABC123}]", r"persons\[0\]"),
        ("companies: [{company_key: A, name: B, nmae: C}]", "nmae"),
        ("apps: [{app_id: a/b, company_key: A}]", "app_id"),
        (
            "devices: [{vibes_device_id: '1', app_id: a, os: IOS, push_token: t, person_key: p, created_at: '2020-01-01"
            "T00:00Z', updated_at: now}]",
            "updated_at",
        ),
        ("custom_fields: [{id: '1', company_key: A, name: b, type: number}]", "type"),
        ("tokens: [{id: a/t, batches: [], outcome: {status: PENDING}}]", "PENDING"),
    ],
)
def test_a_fixture_with_a_mistake_is_refused(tmp_path, records, message) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"vibes:\n  {records}\n")
    with pytest.raises(FixtureError, match=message):
        create_app(Settings(vendors=("vibes",), fixtures=(path,)))


@pytest.mark.parametrize("value", ["echo", "full"])
def test_switches_take_what_they_name(account, value) -> None:
    account("vibes", switches={"update_reply": value})
    with pytest.raises(Invalid):
        account("vibes", switches={"update_reply": value + "!"})
    with pytest.raises(Invalid):
        account("vibes", switches={"import_seconds": "soon"})
