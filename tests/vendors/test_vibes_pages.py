"""The vendor's pages walked through, request by request, for the operations that are served (S:000, S:001, S:002)."""

from __future__ import annotations

from typing import Any

import pytest

import specs

PRINTED = {
    "Content-Type": "Application/JSON",
    "Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
}
PAGE_BODY = {
    "external_person_id": "EXT542342",
    "mobile_phone": {"mdn": "2995551234"},
    "custom_fields": {"first_name": "John", "last_name": "Doe"},
}
PAGE_BODY_2 = {**PAGE_BODY, "mobile_phone": {"mdn": "+12995551234"}}
C, A = "/companies/ABC123", "/mobile_apps/MyAppId01"
P, M = f"{C}/mobiledb/persons", f"{A}/migrations"
SPEC = specs.read("vibes")


@pytest.fixture
def page(account):
    """A client that sends the headers of the printed requests, and nothing else."""
    return account("vibes", headers=PRINTED)


def send(page: Any, method: str, path: str, body: Any, **headers: str) -> Any:
    return page.request(method, path, json=body, headers=PRINTED | headers)


# -- CRM Integration [S:002] ------------------------------------------------------------------------------------------


def test_situation_two_the_person_is_updated_by_either_identifier(page) -> None:
    for path in (f"{P}/wd1377r4", f"{P}/external/EXT542342"):
        answer = send(page, "PUT", path, PAGE_BODY)
        assert (answer.status_code, answer.json()) == (200, PAGE_BODY)
        answer = send(page, "PUT", path, PAGE_BODY_2, **{"X-API-Version": "2"})
        assert (answer.status_code, answer.json()) == (200, PAGE_BODY_2)


def test_situation_two_failures_have_no_body(page) -> None:
    missing = send(page, "PUT", f"{P}/nobody", PAGE_BODY)
    assert (missing.status_code, missing.content) == (404, b"")
    changed = send(page, "PUT", f"{P}/wd1377r4", {**PAGE_BODY, "mobile_phone": {"mdn": "2995550199"}})
    assert (changed.status_code, changed.content) == (409, b"")


def test_situation_two_with_only_the_mdn_add_merges(page) -> None:
    answer = send(page, "POST", f"{P}/", {key: PAGE_BODY[key] for key in ("mobile_phone", "custom_fields")})
    assert answer.status_code == 200
    assert answer.json()["person_key"] == page.get(f"{P}/external/EXT542342").json()["person_key"]


def test_add_a_person_ignores_what_is_not_allowed_and_does_without_a_phone(page) -> None:
    body = {
        "person_id": "1",
        "timezone_source": "api",
        "created_at": "x",
        "updated_at": "y",
        "external_person_id": "N1",
    }
    answer = send(page, "POST", f"{P}/", body)
    assert answer.status_code == 201
    assert answer.json()["person_id"] != "1"
    assert page.get(answer.json()["url"]).json() == answer.json()


def test_the_person_of_the_callback_samples_is_there(page) -> None:
    person = page.get(f"{P}/ABC123").json()
    assert person["external_person_id"] == "ex1234"
    assert person["url"] == f"{P}/ABC123"


# -- Technical Overview [S:001] ---------------------------------------------------------------------------------------


def test_the_version_2_example_fails_as_printed_and_passes_with_its_header(page) -> None:
    answer = send(page, "POST", P, PAGE_BODY_2)
    assert answer.status_code == 422
    assert answer.json() == {
        "errors": [{"message": "The MDN must have 10 digits under X-API-Version 1", "code": 2}],
    }
    assert send(page, "POST", P, PAGE_BODY_2, **{"X-API-Version": "2"}).status_code == 200


def test_an_error_in_the_words_of_the_sample(page) -> None:
    answer = send(page, "POST", P, {"mobile_phone": {}})
    assert answer.json() == {"errors": [{"message": "The MDN field is required", "code": 1}]}


# -- Push Token Import [S:000] ----------------------------------------------------------------------------------------


def test_the_printed_import_request_has_unquoted_names_and_is_no_json(page) -> None:
    printed = b'{ devices: [ { platform: "IOS", token: "APNSToken", external_person_id: "ABC123" } ] }'
    answer = page.post(f"{M}/import_batches", content=printed)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith("The body is not JSON")


def test_the_import_and_its_outcome(page) -> None:
    body = SPEC.operations["migrations.import_devices"].body["application/json"].examples["two_devices"]
    batch = send(page, "POST", f"{M}/import_batches", body).json()
    assert [it["status"] for it in batch["pending"]] == ["PENDING", "PENDING"]
    page.advance(15 * 60)
    done = page.get(f"{M}/import_batches/{batch['batch_id']}").json()
    printed = SPEC.document["paths"]["/mobile_apps/{app_id}/migrations/import_batches/{batch_id}"]["get"]["responses"]
    expected = printed["200"]["content"]["application/json"]["examples"]["finished"]["value"]
    assert done == {**expected, "batch_id": batch["batch_id"], "received_on": batch["received_on"]}
    assert page.get(f"{P}/external/ABC123").status_code == 200


def test_the_samples_are_in_the_default_world_as_printed(page) -> None:
    batch = page.get(f"{M}/import_batches/abcd-12343").json()
    examples = SPEC.operations["migrations.get_import_batch"].responses["200"].content["application/json"].examples
    assert batch == examples["finished"]
    examples = SPEC.operations["migrations.get_device_migrations"].responses["200"].content["application/json"].examples
    assert page.get(f"{M}/device_migrations/APNSToken").json() == examples["imported_once"]
    assert [row["received_on"] for row in page.get(f"{M}/import_batches").json()] == [
        "2021-02-04T11:09:22:386Z ",
        "2021-04-19T15:47:57:498Z ",
    ]


# -- the spec's own examples ------------------------------------------------------------------------------------------

REQUESTS = [
    (operation, name, body)
    for operation in SPEC.operations.values()
    for name, body in (operation.body["application/json"].examples.items() if operation.body else ())
]
PATHS = {it.name: it.example for operation, _, _ in REQUESTS for it in operation.parameters if it.place == "path"}


@pytest.mark.parametrize(("operation", "name", "body"), REQUESTS, ids=[f"{it[0].id}-{it[1]}" for it in REQUESTS])
def test_every_request_example_succeeds_on_the_default_world(page, operation, name, body) -> None:
    version = "2" if "version_2" in name else "1"
    headers = {it.name: it.example for it in operation.parameters if it.place == "header" and it.required}
    if ("basic",) not in operation.security:
        headers["Authorization"] = "MobileAppToken bodydouble-default-device-token"
    path = operation.path.format(**PATHS)
    answer = send(page, operation.method, path, body, **headers, **{"X-API-Version": version})
    assert answer.status_code in (200, 201, 202, 204), answer.text


@pytest.mark.parametrize(
    ("operation_id", "example", "path", "version"),
    [
        ("persons.get_person", "version_1", f"{P}/wd1377r4", "1"),
        ("persons.get_person", "version_2_without_external_id", f"{P}/wd1377r6", "2"),
        ("persons.find_persons", "one_match", f"{P}?mdn=2995551234", "1"),
        ("persons.find_persons", "no_match", f"{P}?mdn=2995550142", "1"),
        ("persons.find_persons", "no_filter", P, "1"),
        ("persons.find_persons", "unknown_version", f"{P}?mdn=2995551234", "3"),
        ("persons.get_person", "unknown_person", f"{P}/nobody", "1"),
        ("persons.get_person", "unknown_company", "/companies/NOBODY1/mobiledb/persons/x", "1"),
        ("companies.list_companies", "one_company", "/companies", "1"),
        ("companies.get_company", "company", "/companies/ABC123", "1"),
        ("tags.list_tags", "two_tags", f"{P}/wd1377r4/tags", "1"),
        ("tags.get_tag", "tag", f"{P}/wd1377r4/tags/vip", "1"),
        ("tags.get_tag", "unknown_tag", f"{P}/wd1377r4/tags/x", "1"),
        ("subscriptions.list_subscriptions", "active_only", f"{P}/wd1377r4/subscriptions", "1"),
        ("subscriptions.get_subscription", "active", f"{P}/external/EXT542342/subscriptions/1234", "1"),
        ("subscriptions.get_subscription", "not_subscribed", f"{P}/wd1377r4/subscriptions/ABC12345", "1"),
        ("subscription_lists.get_subscription_list", "list", f"{C}/mobiledb/subscription_lists/1234", "1"),
        ("subscription_lists.get_subscription_list", "unknown_list", f"{C}/mobiledb/subscription_lists/x", "1"),
        (
            "subscription_lists.list_acquisition_campaigns_of_list",
            "one_campaign",
            f"{C}/mobiledb/subscription_lists/1234/acquisition_campaigns",
            "1",
        ),
        (
            "subscription_lists.find_subscribers",
            "subscribed",
            f"{C}/mobiledb/subscription_lists/1234/subscribers?mdn=2995551234",
            "1",
        ),
        (
            "subscription_lists.find_subscribers",
            "no_filter",
            f"{C}/mobiledb/subscription_lists/1234/subscribers",
            "1",
        ),
        ("custom_fields.get_custom_field", "selection", f"{C}/mobiledb/custom_fields/4", "1"),
        ("acquisitions.get_acquisition_campaign", "campaign", f"{C}/campaigns/acquisition/abc123", "1"),
        ("acquisitions.get_acquisition_campaign", "unknown_campaign", f"{C}/campaigns/acquisition/x", "1"),
        ("devices.get_device", "device", f"{A}/devices/0d83b7e6-41f2-4a95-9e70-c6581fa3d247", "1"),
        ("devices.get_device", "unknown_device", f"{A}/devices/x", "1"),
        ("migrations.get_import_batch", "unknown_batch", f"{M}/import_batches/x", "1"),
        ("migrations.get_import_batch", "unknown_app", "/mobile_apps/NoApp/migrations/import_batches/x", "1"),
        ("migrations.get_device_migrations", "unknown_token", f"{M}/device_migrations/x", "1"),
    ],
)
def test_an_answer_is_word_for_word_the_example(page, operation_id, example, path, version) -> None:
    answer = page.get(path, headers={"X-API-Version": version})
    response = SPEC.operations[operation_id].responses[str(answer.status_code)]
    assert answer.json() == response.content["application/json"].examples[example]
