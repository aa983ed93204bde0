"""What only a sequence of calls shows: push-token imports. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import content, got, recipe

CONFIRM = "migrations.confirm_migration"
IMPORT, LIST = "migrations.import_devices", "migrations.list_import_batches"
GET_BATCH, GET_TOKEN = "migrations.get_import_batch", "migrations.get_device_migrations"
_LISTS = ("success", "failure", "pending")
# An app of the `default` fixture to which nothing was imported.
EMPTY_APP = "EmptyAppId1"
# The page advises to wait a quarter of an hour.
_STEPS, _STEP_SECONDS = 30, 30


def devices(count: int, prefix: str = "token") -> list[dict[str, Any]]:
    """Valid devices with tokens of their own."""
    return [{"platform": "ANDROID" if number % 2 else "IOS", "token": f"{prefix}-{number}"} for number in range(count)]


def submit(client: Client, wanted: list[dict[str, Any]]) -> dict[str, Any]:
    """Import devices, and return the batch that comes back."""
    return content(client, client.call(IMPORT, body={"devices": wanted}))


def _adds_up(client: Client, batch: dict[str, Any], submitted: int) -> None:
    """41: at every moment."""
    counts = {name: batch.get(f"{name}_count") for name in _LISTS}
    client.expect(sum(it or 0 for it in counts.values()) == submitted, "counts-add-up", f"{submitted} in all", counts)
    for name in _LISTS:
        rows = batch.get(name, [])
        client.expect(len(rows) == counts[name], "counts-add-up", f"{counts[name]} {name} rows", len(rows))


@recipe(GET_BATCH, 200)
def imports_finish(client: Client) -> None:
    """41, 42, 52 and 53: pending at first, each device decided once, and the batch ends."""
    wanted = [*devices(5), {"platform": "IOS", "token": "an-invalid-token"}]
    batch = submit(client, wanted)
    tokens = [device["token"] for device in wanted]
    pending = [it.get("token") for it in batch.get("pending", [])]
    client.expect(pending == tokens, "counts-add-up", "all, in order, pending")
    client.expect(not batch.keys() & {"success", "failure"}, "counts-add-up", "neither success nor failure at first")
    _adds_up(client, batch, len(wanted))
    last, seen = batch.get("pending_count", 0), [batch.get("received_on")]
    for _ in range(_STEPS):
        try:
            client.world.advance(_STEP_SECONDS)
        except NotProvokable:
            return
        batch = client.value(client.call(GET_BATCH, batch_id=batch.get("batch_id", "none"))) or {}
        _adds_up(client, batch, len(wanted))
        client.expect(batch.get("pending_count", 0) <= last, "counts-add-up", f"at most {last} pending")
        last = batch.get("pending_count", 0)
        seen.append(batch.get("received_on"))
        if not last:
            break
    client.expect(last == 0, "provokes", "a finished batch after a quarter of an hour")
    client.expect("pending" not in batch, "counts-add-up", "no `pending` in a finished batch")
    client.expect(batch.get("success_count") == 5, "counts-add-up", "five devices imported", batch)
    rows = client.value(client.call(GET_TOKEN, token="token-0")) or []
    client.expect([it.get("status") for it in rows] == ["SUCCESS"], "read-your-write", "SUCCESS for the token")
    seen += [it.get("received_on") for it in rows]
    client.expect(len(set(seen)) == 1, "read-your-write", "the same received_on everywhere", seen)


@recipe(GET_TOKEN, 200)
def one_row_for_each_submission(client: Client) -> None:
    """45: pending ones included, oldest first, and each batch is readable."""
    token = "fcm:token/with%odd characters"
    batches = [submit(client, [{"platform": "ANDROID", "token": token}]).get("batch_id") for _ in range(2)]
    answered = client.value(client.call(GET_TOKEN, token=token))
    rows = [it for it in answered if isinstance(it, dict)] if isinstance(answered, list) else []
    client.expect([it.get("batch_id") for it in rows] == batches, "counts-add-up", f"a row for each of {batches}")
    client.expect(all(it.get("status") == "PENDING" for it in rows), "read-your-write", "pending rows")
    for batch in batches:
        client.call(GET_BATCH, batch_id=batch or "none")
        got(client, 200, "read-your-write", "a batch that a row names")
    both = submit(client, [{"platform": "IOS", "token": "twice"}, {"platform": "IOS", "token": "twice"}])
    client.expect(both.get("pending_count") == 2, "counts-add-up", "a token that stands twice counted twice")


@recipe(LIST, 200)
def batches_are_listed(client: Client) -> None:
    """44: the summary has each batch with its counts, oldest first, and no tokens."""
    before = client.value(client.call(LIST)) or []
    made = [submit(client, devices(count, f"list-{count}")) for count in (1, 3)]
    rows = client.value(client.call(LIST)) or []
    client.expect(len(rows) == len(before) + 2, "counts-add-up", f"{len(before) + 2} batches", len(rows))
    last, wanted = rows[-2:], [it.get("batch_id") for it in made]
    client.expect([it.get("batch_id") for it in last] == wanted, "read-your-write", "both, in order")
    times = [it.get("received_on") for it in made]
    client.expect([it.get("received_on") for it in last] == times, "read-your-write", f"the times {times}", last)
    client.expect([it.get("pending_count") for it in last] == [1, 3], "counts-add-up", "1 and 3 pending")
    client.expect(not any(it.keys() & set(_LISTS) for it in rows), "read-your-write", "no lists of tokens in a summary")
    tokens = [it["token"] for count in (1, 3) for it in devices(count, f"list-{count}")]
    shown = [token for token in tokens if any(token in str(row) for row in last)]
    client.expect(not shown, "read-your-write", "no token of a batch in its summary, under any name", shown)


@recipe(LIST, 200)
def an_app_without_batches(client: Client) -> None:
    """13.1."""
    client.suppose("an app without imports has an empty list of batches")
    found = client.value(client.call(LIST, app_id=EMPTY_APP))
    client.expect(found == [], "read-your-write", "an empty array", found)


@recipe(IMPORT, 413)
def too_many_devices(client: Client) -> None:
    """43: also when single entries are invalid, and no batch is made."""
    before = client.value(client.call(LIST))
    submit(client, devices(1001))
    got(client, 413, "provokes", "1001 devices")
    submit(client, [*devices(1000), {"platform": "NOKIA"}])
    got(client, 413, "provokes", "1001 devices of which one is invalid")
    client.expect(client.value(client.call(LIST)) == before, "refusal-changes-nothing", "no batch of a refused import")


@recipe(IMPORT, 201)
def a_thousand_devices(client: Client) -> None:
    """43: up to and including 1000."""
    batch = submit(client, devices(1000))
    got(client, 201, "accepts-valid", "1000 devices")
    client.expect(batch.get("pending_count") == 1000, "counts-add-up", "1000 pending", batch.get("pending_count"))


@recipe(IMPORT, 422)
def invalid_devices(client: Client) -> None:
    before = client.value(client.call(LIST))
    bodies: tuple[tuple[str, list[dict[str, Any]]], ...] = (
        ("no device", []),
        ("an unknown platform", [*devices(1), {"platform": "NOKIA", "token": "x"}]),
        ("no token", [{"platform": "IOS"}]),
        ("no platform", [{"token": "x"}]),
    )
    for what, wanted in bodies:
        submit(client, wanted)
        got(client, 422, "rejects-invalid", what)
    two = {"devices": [{"platform": "NOKIA", "token": "x"}, {"platform": "IOS"}]}
    value = client.value(client.call(IMPORT, body=two))
    client.expect(len((value or {}).get("errors", ())) >= 2, "counts-add-up", "one error for each of two devices")
    client.expect(client.value(client.call(LIST)) == before, "refusal-changes-nothing", "no batch of a refused import")


@recipe(GET_BATCH, 404)
@recipe(GET_TOKEN, 404)
def unknown_batch_or_token(client: Client) -> None:
    """46."""
    unknown: dict[str, Any] = {"batch_id" if client.operation == GET_BATCH else "token": "never-submitted"}
    client.call(client.operation, **unknown)


@recipe(GET_BATCH, 404, check="no-leak-between-accounts", accept=(403,))
def a_batch_belongs_to_its_app(client: Client) -> None:
    """46: a batch of one app is unknown under another."""
    batch = submit(client, devices(1))
    # The second one is the company's own.
    for app in ("OtherAppId01", EMPTY_APP, "no-such-app"):
        client.call(GET_BATCH, app_id=app, batch_id=batch.get("batch_id", "none"))
        client.expect(client.sent[-1].status in (403, 404), "no-leak-between-accounts", "a refusal under another app")


@recipe(CONFIRM, 204)
def confirmed_twice(client: Client) -> None:
    """Said again, nothing changes."""
    for _ in range(2):
        client.call(CONFIRM)
        got(client, 204, "idempotent-retry", "a device that says that it has moved over")


@recipe(CONFIRM, 409)
def confirmed_by_another_device(client: Client) -> None:
    """Of the `default` fixture: another device of the app has confirmed this one."""
    item = "3b8d5f72-c60e-4a19-b4e8-02f7d96a1c35"
    client.call(CONFIRM, body={**client.example(CONFIRM), "migration_item_id": item})
    got(client, 409, "provokes", "an item that another device has confirmed")


@recipe(CONFIRM, 404)
@recipe(CONFIRM, 403, accept=(404,))
@recipe(CONFIRM, 422)
def confirmed_in_vain(client: Client) -> None:
    """An item or device that does not exist, a device that is another one, and half of what it takes."""
    right = client.example(CONFIRM)
    bodies: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (404, "an unknown item", {**right, "migration_item_id": "no-such-item"}),
        (404, "an unknown device", {**right, "vibes_device_id": "no-such-device"}),
        (403, "another device", {**right, "vibes_device_id": "317ed8b0-c94a-4f26-8b53-9d60f1a7e5c8"}),
        (422, "no device", {"migration_item_id": right["migration_item_id"]}),
        (422, "no item", {"vibes_device_id": right["vibes_device_id"]}),
        (422, "an empty item", {**right, "migration_item_id": ""}),
    )
    for status, what, body in bodies:
        client.call(CONFIRM, body=body)
        got(client, status, "provokes" if status == 403 else "rejects-invalid" if status == 422 else "unknown-id", what)
