"""Broadcasts as they are scheduled, listed, read and changed."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import got, recipe
from contracts.vendors.vibes.broadcasts import CANCEL, GET, LIST, SCHEDULE, STATUSES, UPDATE, read, schedule
from contracts.vendors.vibes.recipes import FOREIGN_COMPANY, a_record
from contracts.vendors.vibes.subscriptions import FOREIGN_LIST, rows
from contracts.vendors.vibes.target import OTHER_COMPANY


@recipe(LIST, 403)
@recipe(SCHEDULE, 403)
@recipe(GET, 403)
@recipe(UPDATE, 403)
@recipe(CANCEL, 403)
def foreign_company(client: Client) -> None:
    """4: the broadcasts of another company."""
    client.call(client.operation, company_key=FOREIGN_COMPANY)


@recipe(GET, 404)
def a_broadcast_belongs_to_its_company(client: Client) -> None:
    there = client.acting(OTHER_COMPANY)
    body = client.example(SCHEDULE)
    body = {**body, "targeting": {**body["targeting"], "source_lists": [FOREIGN_LIST]}}
    foreign = there.value(there.call(SCHEDULE, company_key=FOREIGN_COMPANY, body=body)) or {}
    if there.sent[-1].status != 201:
        raise NotProvokable("this target has no second company whose credentials are known")
    for operation in (GET, UPDATE, CANCEL):
        client.call(operation, broadcast_id=foreign.get("broadcast_id", "none"))
        got(client, 404, "no-leak-between-accounts", "a broadcast of another company")


@recipe(LIST, 200)
def lists_by_status(client: Client) -> None:
    """24."""
    whole = client.value(client.call(LIST, status="scheduled"))
    client.expect(
        client.value(client.call(LIST)) == whole, "read-your-write", "scheduled ones where no status is named"
    )
    for status in STATUSES:
        rows = client.value(client.call(LIST, status=status)) or []
        statuses = {row.get("status") for row in rows}
        client.expect(statuses <= {status}, "read-your-write", f"nothing but {status}", statuses)
        client.expect(len(rows) <= 100, "counts-add-up", "at most 100", len(rows))


@recipe(LIST, 200)
def no_more_than_a_hundred_the_last_to_be_sent_first(client: Client) -> None:
    """2.8, 24 and 6.2."""
    model = a_record(client, "broadcasts", status="scheduled")
    for number in range(101):
        record = {**model, "broadcast_id": f"7{number:03d}", "company_key": "ABC123"}
        record["send_scheduled_date"] = f"2100-01-{number % 28 + 1:02d}T0{number // 28}:00:00Z"
        client.world.put("vibes", "broadcasts", record["broadcast_id"], record)
    listed = rows(client, LIST)
    dates = [str(it.get("send_scheduled_date")) for it in listed]
    client.expect(len(listed) == 100, "counts-add-up", "a hundred of more than that", len(listed))
    client.expect(dates == sorted(dates, reverse=True), "counts-add-up", "the one that is to be sent last first", dates)
    first = min(dates, default="")
    client.expect(first >= "2100-01-01T01", "counts-add-up", "not those that are to be sent before the others", first)


@recipe(SCHEDULE, 201)
def scheduled_ones_are_read_back(client: Client) -> None:
    broadcast = schedule(client)
    client.expect(broadcast.get("status") == "scheduled", "provokes", "a status of scheduled")
    client.expect(broadcast.get("delivery") == {}, "read-your-write", "no delivery yet")
    client.expect(broadcast.get("created_by_application") == "api", "read-your-write", "that it was made by the API")
    targeting = {"channel": "sms", "shorten_urls": True, "filters": [], **client.example(SCHEDULE)["targeting"]}
    seen = {name: (broadcast.get("targeting") or {}).get(name) for name in targeting}
    client.expect(seen == targeting, "read-your-write", f"the targeting with its defaults: {targeting}", seen)
    client.expect(read(client, broadcast) == broadcast, "read-your-write", f"the broadcast as made: {broadcast}")
    client.expect(
        broadcast in (client.value(client.call(LIST)) or []), "read-your-write", "it among the scheduled ones"
    )


@recipe(SCHEDULE, 422)
def broadcasts_that_cannot_be(client: Client) -> None:
    whole = client.example(SCHEDULE)
    before = client.value(client.call(LIST))
    for name in ("name", "targeting", "send_scheduled_date"):
        client.call(SCHEDULE, body={key: value for key, value in whole.items() if key != name})
        got(client, 422, "rejects-invalid", f"a broadcast without {name}")
    schedule(client, targeting={**whole["targeting"], "source_lists": ["no-such-list"]})
    got(client, 422, "rejects-invalid", "a list that does not exist")
    after = client.value(client.call(LIST))
    client.expect(after == before, "refusal-changes-nothing", f"the broadcasts as before: {before}")


@recipe(SCHEDULE, 422)
@recipe(UPDATE, 422)
def schedules_that_cannot_be(client: Client) -> None:
    """6.2, and 2: nothing changes."""
    before = schedule(client)
    example = client.example(SCHEDULE)
    bodies: tuple[dict[str, Any], ...] = (
        {"send_schedule": {"method": "by_time_zone", "send_time": "09:30"}},
        {"send_schedule": {"method": "by_time_zone", "send_date": "2090-02-30", "send_time": "09:30"}},
        {"send_schedule": {"method": "by_date", "field_name": "no_such_field"}},
        {"targeting": {**example["targeting"], "source_lists": ["1234", FOREIGN_LIST]}},
        {"send_scheduled_date": "2090-02-30T09:30:00Z"},
    )
    for body in bodies:
        if client.operation == UPDATE:
            client.call(UPDATE, broadcast_id=before.get("broadcast_id", "none"), body={"name": "Wrong", **body})
        else:
            client.call(SCHEDULE, body={**example, **body})
        got(client, 422, "rejects-invalid", f"{body}")
    after = read(client, before)
    client.expect(after == before, "refusal-changes-nothing", f"the broadcast as before: {before}")


@recipe(UPDATE, 200)
def updates_keep_what_is_not_given(client: Client) -> None:
    example = client.example(SCHEDULE)
    odd = {"shorten_urls": False, "short_url_base": "http://short.example/", "source_short_code": "65302"}
    broadcast = schedule(client, targeting={**example["targeting"], **odd})
    number = broadcast.get("broadcast_id", "none")
    text = {"message_template": "Another text"}
    after = client.value(client.call(UPDATE, broadcast_id=number, body={"targeting": text, "status": "sent"})) or {}
    wanted = {**broadcast.get("targeting", {}), **text}
    client.expect(after.get("targeting") == wanted, "read-your-write", f"the targeting {wanted}")
    for name in ("status", "name", "send_scheduled_date", "delivery"):
        client.expect(after.get(name) == broadcast.get(name), "read-your-write", f"{name} as before")
    client.expect(read(client, broadcast) == after, "read-your-write", f"the broadcast as updated: {after}")
    changes: tuple[dict[str, Any], ...] = (
        {"name": "Renamed"}, {"send_scheduled_date": "2090-04-05T14:30:00Z"}, {"targeting": {}},
    )  # fmt: skip
    for change in changes:
        changed = client.value(client.call(UPDATE, broadcast_id=number, body=change)) or {}
        client.expect(changed.get("targeting") == wanted, "read-your-write", f"the targeting as before: {wanted}")
