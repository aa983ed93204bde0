"""Vibes push-token migration: batches, their outcome, and what becomes of the devices (reference section 13.1)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest

M = "/mobile_apps/MyAppId01/migrations"
EMPTY = "/mobile_apps/EmptyAppId1/migrations"
P = "/companies/ABC123/mobiledb/persons"
RECEIVED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[:.]\d{3}Z ?")


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def device(token: str, platform: str = "IOS", **more: Any) -> dict[str, Any]:
    return {"platform": platform, "token": token, **more}


def submit(vibes: Any, *devices: dict[str, Any], base: str = M) -> dict[str, Any]:
    answer = vibes.post(f"{base}/import_batches", json={"devices": list(devices)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def batch_of(vibes: Any, batch_id: str, base: str = M) -> dict[str, Any]:
    answer = vibes.get(f"{base}/import_batches/{batch_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(vibes: Any, token: str, base: str = M) -> list[dict[str, Any]]:
    answer = vibes.get(f"{base}/device_migrations/{quote(token, safe='')}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def problems(answer: Any, status: int) -> list[tuple[str, int]]:
    assert answer.status_code == status, answer.text
    return [(error["message"], error["code"]) for error in answer.json()["errors"]]


# -- a batch's way ----------------------------------------------------------------------------------------------------


def test_the_first_answer_has_everything_pending_in_order(vibes) -> None:
    batch = submit(vibes, device("b"), device("a", "ANDROID", external_person_id="EXT610077"), device("b"))
    batch_id, received_on = batch.pop("batch_id"), batch.pop("received_on")
    assert batch == {
        "success_count": 0,
        "failure_count": 0,
        "pending_count": 3,
        "pending": [{"token": token, "status": "PENDING"} for token in ("b", "a", "b")],
    }
    assert received_on == "2021-10-28T12:00:00:000Z "
    assert batch_of(vibes, batch_id) == {"batch_id": batch_id, "received_on": received_on, **batch}


def test_it_is_half_done_half_way_and_finished_after_a_minute(vibes) -> None:
    sent = [device(f"t{n}{'-invalid' if n % 2 else ''}") for n in range(4)]
    batch_id = submit(vibes, *sent)["batch_id"]
    seen = []
    for seconds in (0, 29, 1, 29, 1, 3600):
        vibes.advance(seconds)
        batch = batch_of(vibes, batch_id)
        counts = tuple(batch[f"{name}_count"] for name in ("pending", "success", "failure"))
        assert counts == tuple(len(batch.get(name, ())) for name in ("pending", "success", "failure"))
        assert [] not in batch.values()
        assert sum(counts) == len(sent)
        seen.append(counts)
    assert seen == [(4, 0, 0), (4, 0, 0), (2, 1, 1), (2, 1, 1), (0, 2, 2), (0, 2, 2)]


def test_the_finished_batch_as_printed(vibes) -> None:
    batch_id = submit(vibes, device("APNSToken", external_person_id="ABC123"), device("FCMToken", "ANDROID"))[
        "batch_id"
    ]
    vibes.advance(60)
    assert batch_of(vibes, batch_id) == {
        "batch_id": batch_id,
        "received_on": "2021-10-28T12:00:00:000Z ",
        "success_count": 1,
        "failure_count": 1,
        "pending_count": 0,
        "success": [
            {"token": "APNSToken", "status": "SUCCESS", "platform_status": "200", "platform_message": "Success"}
        ],
        "failure": [
            {
                "token": "FCMToken",
                "status": "FAILURE",
                "platform_status": "failure",
                "platform_message": "Invalid token",
            }
        ],
    }


@pytest.mark.parametrize("seconds", [0, 1, 900])
def test_how_long_it_takes_is_a_switch(account, seconds) -> None:
    vibes = account("vibes", switches={"import_seconds": seconds}, auth=("VibesUser", "Password123"))
    batch = submit(vibes, device("one"))
    assert batch["pending_count"] == 1
    if seconds:
        vibes.advance(seconds - 0.5)
        assert batch_of(vibes, batch["batch_id"])["pending_count"] == 1
        vibes.advance(0.5)
    assert batch_of(vibes, batch["batch_id"])["success_count"] == 1


def test_the_time_of_an_import_is_one_string_everywhere(account) -> None:
    for switch, expected in (("printed", "2021-10-28T12:00:00:000Z "), ("iso", "2021-10-28T12:00:00.000Z")):
        vibes = account("vibes", switches={"received_on": switch}, auth=("VibesUser", "Password123"))
        batch = submit(vibes, device("one"))
        [*_, summary] = vibes.get(f"{M}/import_batches").json()
        [row] = rows(vibes, "one")
        times = {it["received_on"] for it in (batch, summary, row, batch_of(vibes, batch["batch_id"]))}
        assert times == {expected}
        assert RECEIVED.fullmatch(expected)


# -- limits and refusals ----------------------------------------------------------------------------------------------


def test_1000_devices_are_accepted(vibes) -> None:
    batch = submit(vibes, *[device(f"token-{n}") for n in range(1000)])
    assert batch["pending_count"] == len(batch["pending"]) == 1000
    vibes.advance(60)
    assert batch_of(vibes, batch["batch_id"])["success_count"] == 1000
    assert [it["token"] for it in batch_of(vibes, batch["batch_id"])["success"]] == [f"token-{n}" for n in range(1000)]


@pytest.mark.parametrize("bad", [{}, {"platform": "WEB", "token": "x"}, 5, device("fine")])
def test_1001_are_413_and_nothing_else(vibes, bad) -> None:
    before = vibes.records()
    answer = vibes.post(f"{M}/import_batches", json={"devices": [*[device(f"t{n}") for n in range(1000)], bad]})
    assert problems(answer, 413) == [("A batch holds at most 1000 devices", 7)]
    assert vibes.records() == before


def test_an_unknown_app_comes_before_413(vibes) -> None:
    answer = vibes.post("/mobile_apps/NoApp/migrations/import_batches", json={"devices": [device("t")] * 1001})
    assert problems(answer, 404) == [("The app was not found", 4)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("devices is required", 1)]),
        ({"devices": []}, [("devices must hold at least one device", 1)]),
        ({"devices": None}, [("devices must be an array", 2)]),
        ({"devices": {"platform": "IOS", "token": "t"}}, [("devices must be an array", 2)]),
        ({"devices": ["t"]}, [("devices[0] must be an object", 2)]),
        ({"devices": [device("")]}, [("devices[0].token must not be empty", 1)]),
        ({"devices": [device("t", "ios")]}, [("devices[0].platform must be IOS or ANDROID", 2)]),
        ({"devices": [device("t", "x" * 500)]}, [("devices[0].platform has a wrong format", 2)]),
        ({"devices": [device("t", external_person_id=None)]}, [("devices[0].external_person_id must be a string", 2)]),
        (
            {"devices": [device("t", external_person_id="x" * 129)]},
            [("devices[0].external_person_id has more than 128 characters", 7)],
        ),
        (
            {"devices": [device("fine"), {"platform": "WEB", "token": 5}, {"platform": "IOS"}, {}]},
            [
                ("devices[1].platform must be IOS or ANDROID", 2),
                ("devices[1].token must be a string", 2),
                ("devices[2].token is required", 1),
                ("devices[3].platform is required", 1),
                ("devices[3].token is required", 1),
            ],
        ),
    ],
)
def test_an_invalid_device_refuses_the_whole_batch_with_all_problems(vibes, body, expected) -> None:
    before = vibes.records()
    answer = vibes.post(f"{M}/import_batches", json=body)
    assert sorted(problems(answer, 422)) == sorted(expected)
    assert vibes.records() == before


# -- reading ----------------------------------------------------------------------------------------------------------


def test_the_summary_agrees_with_the_batches_and_has_no_lists(vibes) -> None:
    submit(vibes, device("x"), device("invalid"))
    vibes.advance(60)
    submit(vibes, device("y"))
    summary = vibes.get(f"{M}/import_batches").json()
    assert [row["batch_id"] for row in summary[:2]] == ["abcd-12343", "uvwxyz-678910"]
    assert [row["received_on"] for row in summary] == sorted(row["received_on"] for row in summary)
    assert len(summary) == 4
    for row in summary:
        detail = batch_of(vibes, row["batch_id"])
        assert row == {name: value for name, value in detail.items() if name not in ("pending", "success", "failure")}


def test_an_app_without_batches_has_an_empty_summary(vibes) -> None:
    assert vibes.get(f"{EMPTY}/import_batches").json() == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{M}/import_batches/nothing", "The batch was not found"),
        (f"{EMPTY}/import_batches/abcd-12343", "The batch was not found"),
        (f"{M}/device_migrations/nothing", "No push token matches"),
        (f"{EMPTY}/device_migrations/APNSToken", "No push token matches"),
        (f"{M}/device_migrations/apnstoken", "No push token matches"),
    ],
)
def test_what_is_unknown_or_of_another_app_is_404(vibes, path, message) -> None:
    assert problems(vibes.get(path), 404) == [(message, 4)]


def test_a_token_has_one_row_for_each_submission_oldest_first(vibes) -> None:
    first = submit(vibes, device("again"), device("other"), device("again"))["batch_id"]
    assert [(row["batch_id"], row["status"]) for row in rows(vibes, "again")] == [(first, "PENDING")] * 2
    assert all(set(row) == {"batch_id", "received_on", "status"} for row in rows(vibes, "again"))
    vibes.advance(40)
    second = submit(vibes, device("again"))["batch_id"]
    third = submit(vibes, device("again", "ANDROID"))["batch_id"]
    expected = [(first, "SUCCESS"), (first, "PENDING"), (second, "PENDING"), (third, "PENDING")]
    assert [(row["batch_id"], row["status"]) for row in rows(vibes, "again")] == expected
    vibes.advance(3600)
    found = rows(vibes, "again")
    assert [(row["batch_id"], row["status"]) for row in found] == [
        (it, "SUCCESS") for it in (first, first, second, third)
    ]
    assert all((row["platform_status"], row["platform_message"]) == ("Success", "Success") for row in found)
    for row in found:
        assert batch_of(vibes, row["batch_id"])["received_on"] == row["received_on"]
    assert [it["batches"] for it in vibes.records()["tokens"] if it["id"].endswith("/again")] == [
        [first, second, third]
    ]
    submitted_elsewhere = submit(vibes, device("again"), base=EMPTY)["batch_id"]
    assert [row["batch_id"] for row in rows(vibes, "again", EMPTY)] == [submitted_elsewhere]
    assert len(rows(vibes, "again")) == 4


@pytest.mark.parametrize("token", ["dGhp:APA91b-H8_x", "a/b", "a%2Fb", "a b+c", "ü", "t" * 2000, "a?b#c"])
def test_a_token_is_percent_decoded(vibes, token) -> None:
    batch_id = submit(vibes, device(token))["batch_id"]
    assert [row["batch_id"] for row in rows(vibes, token)] == [batch_id]
    vibes.advance(60)
    assert [row["batch_id"] for row in rows(vibes, token)] == [batch_id]


# -- outcome ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("APNSToken", "SUCCESS"),
        ("FCMToken", "FAILURE"),
        ("FCMToken2", "SUCCESS"),
        ("an-invalid-token", "FAILURE"),
        ("Invalid", "SUCCESS"),
    ],
)
def test_the_token_decides(vibes, token, status) -> None:
    submit(vibes, device(token), base=EMPTY)
    vibes.advance(60)
    [row] = rows(vibes, token, EMPTY)
    assert row["status"] == status
    assert row["platform_status"] == {"SUCCESS": "Success", "FAILURE": "failure"}[status]
    assert row["platform_message"] == {"SUCCESS": "Success", "FAILURE": "Invalid token"}[status]


def test_unless_its_outcome_was_set_beforehand(vibes) -> None:
    outcome = {"status": "FAILURE", "platform_status": "410", "platform_message": "Unregistered"}
    vibes.put_record("tokens", {"id": "EmptyAppId1/t", "batches": [], "outcome": outcome})
    assert vibes.get(f"{EMPTY}/device_migrations/t").status_code == 404
    batch_id = submit(vibes, device("t"), base=EMPTY)["batch_id"]
    vibes.advance(60)
    assert batch_of(vibes, batch_id, EMPTY)["failure"] == [{"token": "t", **outcome}]


def owner(vibes: Any, token: str, app_id: str = "MyAppId01") -> dict[str, Any]:
    """The person to whom the one device with this token belongs."""
    [found] = [it for it in vibes.records()["devices"] if (it["app_id"], it["push_token"]) == (app_id, token)]
    person: dict[str, Any] = vibes.get(f"{P}/{found['person_key']}").json()
    return person


def test_a_device_belongs_to_the_person_with_the_external_id(vibes) -> None:
    submit(vibes, device("known", external_person_id="EXT542342"), device("new", external_person_id="EXT610077"))
    assert vibes.get(f"{P}/external/EXT610077").status_code == 404
    vibes.advance(61)
    assert owner(vibes, "known")["person_key"] == "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"
    added = vibes.get(f"{P}/external/EXT610077").json()
    assert owner(vibes, "new") == added
    assert added["mobile_phone"] is None
    assert added["created_at"] == "2021-10-28T12:01:00Z"  # when it was due, not when somebody looked


def test_devices_with_one_external_id_share_the_person(vibes) -> None:
    before = len(vibes.records()["persons"])
    submit(vibes, *[device(f"t{n}", external_person_id="EXT610077") for n in range(5)])
    vibes.advance(60)
    assert len(vibes.records()["persons"]) == before + 1
    assert {owner(vibes, f"t{n}")["external_person_id"] for n in range(5)} == {"EXT610077"}


def test_without_an_external_id_it_belongs_to_an_anonymous_person_and_stays_there(vibes) -> None:
    submit(vibes, device("one"), device("two"))
    vibes.advance(60)
    first = owner(vibes, "one")
    assert (first["external_person_id"], first["mobile_phone"]) == (None, None)
    assert owner(vibes, "two")["person_key"] != first["person_key"]
    submit(vibes, device("one"))
    vibes.advance(60)
    assert owner(vibes, "one") == first
    submit(vibes, device("one", external_person_id="EXT542342"))
    vibes.advance(60)
    assert owner(vibes, "one")["external_person_id"] == "EXT542342"


def test_a_failed_token_makes_no_device_and_no_person(vibes) -> None:
    before = {kind: len(records) for kind, records in vibes.records().items()}
    submit(vibes, device("invalid", external_person_id="EXT610077"))
    vibes.advance(60)
    assert rows(vibes, "invalid")[0]["status"] == "FAILURE"
    after = {kind: len(records) for kind, records in vibes.records().items()}
    assert {kind: after[kind] - before[kind] for kind in after if after[kind] != before[kind]} == {
        "import_batches": 1,
        "tokens": 1,
    }


def test_the_same_token_in_two_apps_is_two_devices(vibes) -> None:
    submit(vibes, device("shared"))
    submit(vibes, device("shared"), base=EMPTY)
    vibes.advance(60)
    assert owner(vibes, "shared")["person_key"] != owner(vibes, "shared", "EmptyAppId1")["person_key"]


def test_a_batch_that_was_deleted_meanwhile_is_not_missed(vibes, caplog) -> None:
    batch_id = submit(vibes, device("t"))["batch_id"]
    with vibes.app.worlds.open(vibes.world):
        vibes.app.worlds.store.delete(vibes.world, vibes.app.vendors["vibes"].kinds["import_batches"], batch_id)
    vibes.advance(60)
    assert vibes.get("/heartbeat").status_code == 200
    assert vibes.get(f"{M}/device_migrations/t").status_code == 404
    assert not caplog.records


def test_counts_are_kept_whatever_comes_in(vibes) -> None:
    """Many imports, overlapping in time and tokens: every row is accounted for at every moment."""
    submitted: Counter[str] = Counter()
    sizes: dict[str, int] = {}
    done: dict[str, int] = {}
    for round_ in range(12):
        tokens = [f"{'invalid' if n % 3 == 0 else 'token'}-{(round_ * n) % 7}" for n in range(1 + round_ % 5)]
        sizes[submit(vibes, *[device(token) for token in tokens], base=EMPTY)["batch_id"]] = len(tokens)
        submitted.update(tokens)
        vibes.advance(17)
        summary = vibes.get(f"{EMPTY}/import_batches").json()
        assert [row["batch_id"] for row in summary] == list(sizes)
        for row in summary:
            finished = row["success_count"] + row["failure_count"]
            assert finished + row["pending_count"] == sizes[row["batch_id"]]
            assert finished >= done.get(row["batch_id"], 0)
            done[row["batch_id"]] = finished
        assert {token: len(rows(vibes, token, EMPTY)) for token in submitted} == dict(submitted)


def test_the_fixture_is_one_connected_whole(vibes) -> None:
    records = vibes.records()
    persons = {person["person_key"] for person in records["persons"]}
    reachable = {(it["app_id"], it["push_token"]) for it in records["devices"]}
    assert {it["person_key"] for it in records["devices"]} <= persons
    for batch in records["import_batches"]:
        for it in batch["devices"]:
            assert ((batch["app_id"], it["token"]) in reachable) == (it["status"] == "SUCCESS")
            assert [row["batch_id"] for row in rows(vibes, it["token"])] == [batch["batch_id"]]
