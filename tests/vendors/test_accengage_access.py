"""Accengage: signatures, tokens, rights, errors (sections 1.1 to 1.4, 3 and 4 of our reference)."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

import specs
from tests.vendors.accengage import APP, KEY, OTHER, TIME, TOKEN, UNMANAGED, Signing, errors, sha1

OPERATIONS = list(specs.read("accengage").operations.values())
EMAIL = b'{"email":"mymail@client.com"}'
DAY = 24 * 60 * 60


@pytest.fixture
def accengage(account):
    return account("accengage", auth=Signing())


def call(account, operation, **options):
    """The operation's first example."""
    if operation.body and "content" not in options and "json" not in options:
        options["json"] = next(iter(operation.body["application/json"].examples.values()))
    query = {it.name: it.example for it in operation.parameters if it.place == "query" and it.required}
    for it in operation.parameters:
        if it.schema.get("type") == "object" and it.style == "form":
            query |= it.example  # its members are parameters of their own
    path = operation.path.format(**{it.name: it.example for it in operation.parameters if it.place == "path"})
    return account.request(operation.method, path, params=options.pop("params", query), **options)


def example(operation) -> bytes:
    """The body that `call` sends; nothing where there is none."""
    media = operation.body.get("application/json")
    return json.dumps(next(iter(media.examples.values()))).encode() if media else b""


every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it.id)
with_token = pytest.mark.parametrize(
    "operation", [it for it in OPERATIONS if ("time", "signature", "token") in it.security], ids=lambda it: it.id
)
with_body = pytest.mark.parametrize(
    "operation", [it for it in OPERATIONS if it.method in ("POST", "PUT") and it.body], ids=lambda it: it.id
)
of_an_app = pytest.mark.parametrize(
    "operation", [it for it in OPERATIONS if "{partnerId}" in it.path], ids=lambda it: it.id
)


@every
def test_the_first_example_succeeds(accengage, operation) -> None:
    answer = call(accengage, operation)
    assert answer.status_code < 300, answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "signature"),
    [
        ("POST", "/v1/access_token", EMAIL, "f974f730586ce2bf49a276845060a8d38bb43770"),
        ("GET", "/v1/me", b"", "ba04fc7206950ce63d78ddbc9e65c48fb96e54d7"),
        ("GET", "/v1/me", b"", "BA04FC7206950CE63D78DDBC9E65C48FB96E54D7"),
    ],
)
def test_the_published_signatures_are_right(account, method, path, body, signature) -> None:
    headers = {"Accengage-Time": TIME, "Accengage-Signature": signature, "Content-Type": "application/json"}
    if method == "GET":
        headers["Authorization"] = f"Bearer {TOKEN}"
    answer = account("accengage").request(method, path, content=body, headers=headers)
    assert answer.status_code == 200, answer.text


@every
@pytest.mark.parametrize(
    "headers",
    [
        {"Accengage-Signature": ""},
        {"Accengage-Signature": sha1(KEY, TIME)[:-1]},
        {"Accengage-Signature": sha1(KEY, TIME) + "0"},
        {"Accengage-Signature": "g" + sha1(KEY, TIME)[1:]},
        {"Accengage-Time": ""},
        {"Accengage-Time": "now"},
        {"Accengage-Time": "-1507722391"},
        {"Accengage-Time": "1507722391.5"},
        {"Accengage-Time": "9" * 5000},
        {"Accengage-Signature": "", "Authorization": ""},
    ],
)
def test_time_and_signature_must_have_their_form_before_anything_else(accengage, operation, headers) -> None:
    errors(call(accengage, operation, headers=headers, content=b'{"cut":'), 400, "API_ERR_SIGNATURE")


@every
@pytest.mark.parametrize("missing", ["Accengage-Time", "Accengage-Signature"])
def test_time_and_signature_must_be_there(account, operation, missing) -> None:
    headers = {"Accengage-Time": TIME, "Accengage-Signature": sha1(KEY, TIME), "Authorization": f"Bearer {TOKEN}"}
    del headers[missing]
    errors(call(account("accengage"), operation, headers=headers), 400, "API_ERR_SIGNATURE")


@every
@pytest.mark.parametrize(
    "wrong", [("another key", TIME), (KEY, "1507722392"), (TIME, KEY)], ids=["key", "time", "order"]
)
def test_the_signature_is_of_key_and_time(accengage, operation, wrong) -> None:
    body = example(operation)
    headers = {"Accengage-Signature": sha1(body, *wrong), "Content-Type": "application/json"}
    errors(call(accengage, operation, content=body, headers=headers), 400, "API_ERR_SIGNATURE")


@with_body
@pytest.mark.parametrize("parts", [(KEY, TIME), (KEY, TIME, "body"), (KEY, "body", TIME)])
def test_the_signature_begins_with_the_body(accengage, operation, parts) -> None:
    body = example(operation)
    headers = {
        "Accengage-Signature": sha1(*[body if it == "body" else it for it in parts]),
        "Content-Type": "application/json",
    }
    errors(call(accengage, operation, content=body, headers=headers), 400, "API_ERR_SIGNATURE")


@with_body
@pytest.mark.parametrize("indent", [None, 1])
def test_the_signature_is_of_the_bytes_not_of_what_they_mean(accengage, operation, indent) -> None:
    example = next(iter(operation.body["application/json"].examples.values()))
    sent = json.dumps(example, indent=2).encode()
    again = json.dumps(example, indent=indent).encode()
    before = accengage.records()
    headers = {"Content-Type": "application/json", "Accengage-Signature": sha1(again, KEY, TIME)}
    errors(call(accengage, operation, content=sent, headers=headers), 400, "API_ERR_SIGNATURE")
    assert accengage.records() == before
    assert call(accengage, operation, content=sent, headers={"Content-Type": "application/json"}).status_code < 300


@with_token
def test_bytes_that_are_no_json_are_signed_all_the_same(accengage, operation) -> None:
    wrong = {"Accengage-Signature": sha1(KEY, TIME), "Content-Type": "application/json"}
    if operation.method in ("POST", "PUT"):
        errors(call(accengage, operation, content=b'\xff{"cut":', headers=wrong), 400, "API_ERR_SIGNATURE")
    right = {"Content-Type": "application/json"}
    answer = call(accengage, operation, content=b'\xff{"cut":', headers=right)
    assert answer.status_code == (400 if operation.body else 200)
    assert "SIGNATURE" not in answer.text


@pytest.mark.parametrize("signed", [b"", b"a body of a DELETE"])
def test_a_delete_may_be_signed_with_or_without_its_body(accengage, signed) -> None:
    headers = {"Accengage-Signature": sha1(signed, KEY, TIME)}
    answer = accengage.request("DELETE", f"{APP}/campaigns/91", content=b"a body of a DELETE", headers=headers)
    assert answer.status_code == 200, answer.text


def test_a_delete_is_not_signed_with_another_body(accengage) -> None:
    headers = {"Accengage-Signature": sha1(b"another", KEY, TIME)}
    answer = accengage.request("DELETE", f"{APP}/campaigns/91", content=b"a body", headers=headers)
    errors(answer, 400, "API_ERR_SIGNATURE")


@with_token
def test_a_token_is_needed(account, operation) -> None:
    errors(call(account("accengage", auth=Signing(token=None)), operation), 403, "API_ERR_TOKEN")


@with_token
@pytest.mark.parametrize(
    "authorization",
    ["Bearer nobodys", "Bearer", "nobodys", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN} more", f"Bearer{TOKEN}"],
)
def test_a_token_that_nobody_has_is_refused(accengage, operation, authorization) -> None:
    answer = call(accengage, operation, headers={"Authorization": authorization})
    errors(answer, 400, "API_ERR_TOKEN")


@with_token
def test_an_expired_token_is_refused_as_such(account, operation) -> None:
    client = account("accengage", auth=Signing(token="bodydouble-expired-access-token"))
    errors(call(client, operation), 401, "API_ERR_TOKEN")


def test_a_token_is_looked_at_before_the_value_of_the_signature(account) -> None:
    client = account("accengage", auth=Signing(key="another key", token="nobodys"))
    errors(client.get("/v1/me"), 400, "API_ERR_TOKEN")


@with_token
def test_the_token_of_another_user_wants_the_signature_of_that_user(account, operation) -> None:
    errors(call(account("accengage", auth=Signing(token=OTHER["token"])), operation), 400, "API_ERR_SIGNATURE")


@of_an_app
@pytest.mark.parametrize("partner_id", [*UNMANAGED, "MyPartnerId", "myPartnerId%20", "%27%20OR%201=1--"])
def test_an_application_that_the_user_does_not_manage_is_forbidden(accengage, operation, partner_id) -> None:
    path = operation.path.replace("{partnerId}", partner_id).replace("{campaignId}", "cmp")
    errors(accengage.request(operation.method, path), 403, "API_ERR_FORBIDDEN")


def token_of(account: Any, body: bytes = EMAIL) -> httpx.Response:
    return account.post("/v1/access_token", content=body, headers={"Content-Type": "application/json"})


def test_a_token_lives_for_24_hours_of_the_worlds_clock(account) -> None:
    client = account("accengage", auth=Signing(token=None))
    first, second = token_of(client).json(), token_of(client).json()
    assert set(first) == {"token_type", "access_token"}
    assert first["access_token"] != second["access_token"]

    def me(token: dict[str, str]) -> httpx.Response:
        return client.get("/v1/me", headers={"Authorization": f"{token['token_type']} {token['access_token']}"})

    assert [me(first).status_code, me(second).status_code] == [200, 200]
    client.advance(DAY - 1)
    assert me(first).status_code == 200
    client.advance(1)
    errors(me(first), 401, "API_ERR_TOKEN")
    assert me(token_of(client).json()).status_code == 200


def test_the_word_of_the_connectivity_check_is_plain_text(accengage) -> None:
    answer = accengage.get("/v1/me")
    assert (answer.text, answer.headers["content-type"].partition(";")[0]) == ("Welcome", "text/plain")


def test_an_unknown_email_has_no_token_and_is_found_before_the_signature(account) -> None:
    client = account("accengage", auth=Signing(key="any", token=None))
    before = client.records()
    errors(token_of(client, b'{"email":"nobody@client.com"}'), 404)
    assert client.records() == before


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'"x"', b'{"email":7}', b'{"email":""}', b'{"mail":"x"}', b"{"])
def test_a_token_request_of_no_known_format(accengage, body) -> None:
    errors(token_of(accengage, body), 400)


def test_a_token_request_is_signed_with_the_key_of_the_emails_user(account) -> None:
    client = account("accengage", auth=Signing(key=OTHER["key"], token=None))
    errors(token_of(client), 400, "API_ERR_SIGNATURE")
    assert token_of(client, b'{"email":"other@client.com"}').status_code == 200


@pytest.mark.parametrize(("path", "method"), [("/v1/acess_token", "POST"), ("/v1/me/apps", "GET"), ("/v2/me", "GET")])
def test_an_unknown_path_is_404_before_anything_else(account, path, method) -> None:
    errors(account("accengage").request(method, path), 404)


@pytest.mark.parametrize(
    ("path", "method"), [("/v1/access_token", "GET"), ("/v1/me", "DELETE"), (f"{APP}/campaigns", "PUT")]
)
def test_a_verb_that_is_not_documented_is_an_unknown_path(accengage, path, method) -> None:
    errors(accengage.request(method, path), 404)


@with_body
@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "multipart/form-data; boundary=x",
    ],
)
def test_a_body_of_another_media_type_is_bad_data(accengage, operation, media_type) -> None:
    errors(call(accengage, operation, headers={"Content-Type": media_type}), 400)


@pytest.mark.parametrize("coding", ["gzip", "BR", "deflate, gzip"])
def test_a_compressed_body_is_refused_for_that(account, coding) -> None:
    client = account("accengage", auth=Signing())
    before = client.records()
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    body = gzip.compress(b'{"name":"Spring"}', mtime=0)
    (message,) = errors(client.post(f"{APP}/campaigns", content=body, headers=headers), 400)
    assert f"content coding {coding}" in message
    assert client.records() == before
    plain = {**headers, "Content-Encoding": "identity"}
    assert client.post(f"{APP}/campaigns", json={"name": "Spring"}, headers=plain).status_code == 200


@pytest.mark.parametrize(("distance", "status"), [(0, 200), (300, 200), (-300, 200), (301, 400), (-301, 400)])
def test_how_far_the_time_may_be_from_the_clock_is_a_switch(account, distance, status) -> None:
    from tests.vendors.conftest import NOON

    signing = Signing(time=str(int(NOON) + distance))
    assert account("accengage", auth=signing).get("/v1/me").status_code == 200
    answer = account("accengage", auth=signing, switches={"time_tolerance": 300}).get("/v1/me")
    assert answer.status_code == status
    if status == 400:
        errors(answer, 400, "API_ERR_SIGNATURE")


def test_a_body_over_the_servers_limit_is_refused_for_its_size(mock) -> None:
    small = mock(vendors=("accengage",), body_limit=1000)
    body = json.dumps({"name": "x" * 2000}).encode()
    answer = small.post(
        f"/accengage{APP}/campaigns", content=body, auth=Signing(), headers={"Content-Type": "application/json"}
    )
    errors(answer, 413)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_unmodified_client_comes_by_the_vendors_host_name(mock, scheme) -> None:
    served = mock(vendors=("accengage",))
    headers = {"Host": "api.accengage.com"}
    answer = served.get(f"{scheme}://127.0.0.1{APP}/campaigns", params={"page": 2}, auth=Signing(), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["link"] == {
        "first": f"{scheme}://api.accengage.com{APP}/campaigns?page=1",
        "prev": f"{scheme}://api.accengage.com{APP}/campaigns?page=1",
    }


def test_through_a_proxy_too(server) -> None:
    proxy = server("accengage")
    with httpx.Client(proxy=f"http://{proxy.url.removeprefix('http://')}", trust_env=False, auth=Signing()) as client:
        answer = client.get(f"http://api.accengage.com{APP}/campaigns")
    assert answer.json()["link"]["first"] == f"http://api.accengage.com{APP}/campaigns?page=1"


def test_several_problems_are_told_together(accengage) -> None:
    answer = accengage.post(f"{APP}/campaigns", json={"name": "", "startDate": 7, "externalId": []})
    assert len(errors(answer, 400)) == 3


def test_the_plugins_credentials_open_the_default_world() -> None:
    from mockserver.vendors.accengage.auth import CREDENTIALS, sign

    headers = sign("POST", "/", EMAIL)
    assert headers["Accengage-Signature"] == sha1(EMAIL, CREDENTIALS["api_key"], headers["Accengage-Time"])
    assert headers["Authorization"] == f"Bearer {CREDENTIALS['access_token']}"
    assert (CREDENTIALS["api_key"], CREDENTIALS["access_token"]) == (KEY, TOKEN)


def test_the_journal_names_the_user(mock) -> None:
    served = mock(vendors=("accengage",))
    served.get("/accengage/v1/me", auth=Signing())
    assert served.last()["caller"] == "mymail@client.com"
