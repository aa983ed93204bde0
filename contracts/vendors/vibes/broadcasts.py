"""What only a sequence of calls shows: broadcasts. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import content, got, recipe
from contracts.vendors.vibes.recipes import FOREIGN_COMPANY
from contracts.vendors.vibes.subscriptions import FOREIGN_LIST, FREE_LIST, PUT, REMOVE, rows
from contracts.vendors.vibes.target import OTHER_COMPANY

LIST, SCHEDULE, GET = "broadcasts.list_broadcasts", "broadcasts.schedule_broadcast", "broadcasts.get_broadcast"
UPDATE, CANCEL = "broadcasts.update_broadcast", "broadcasts.cancel_broadcast"
STATUSES = ("scheduled", "in_progress", "sent", "canceled", "deleted", "paused", "failed")
ENDED = frozenset({"sent", "canceled", "deleted", "failed"})
# Time that a broadcast whose date is long past certainly takes.
LONG = 7200


def schedule(client: Client, **members: Any) -> dict[str, Any]:
    """Schedule the spec's example with other members, and return the broadcast that comes back."""
    return content(client, client.call(SCHEDULE, body={**client.example(SCHEDULE), **members}))


def read(client: Client, broadcast: dict[str, Any]) -> dict[str, Any]:
    """The broadcast as it is now."""
    return content(client, client.call(GET, broadcast_id=broadcast.get("broadcast_id", "none")))


def _begun(client: Client) -> dict[str, Any]:
    """A broadcast that is being sent."""
    broadcast = read(client, schedule(client, send_scheduled_date="2017-04-05T14:30Z"))
    client.expect(broadcast.get("status") == "in_progress", "provokes", "in_progress for a time that has passed")
    return broadcast


@recipe(LIST, 403)
@recipe(SCHEDULE, 403)
@recipe(GET, 403)
@recipe(UPDATE, 403)
@recipe(CANCEL, 403)
def foreign_company(client: Client) -> None:
    """4: the broadcasts of another company."""
    client.call(client.operation, company_key=FOREIGN_COMPANY)


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


@recipe(GET, 200)
@recipe(SCHEDULE, 201)
def sent_on_the_clock(client: Client) -> None:
    """25 and 26."""
    broadcast = schedule(client, send_scheduled_date="2017-04-05T14:30Z")
    seen = []
    for _ in range(4):
        found = read(client, broadcast)
        seen.append(found.get("status"))
        done = "enqueue_completed_date" in (found.get("delivery") or {})
        client.expect(done == (seen[-1] in ENDED), "read-your-write", "a date of its end once it has ended", found)
        client.world.advance(LONG / 3)
    client.expect(seen[-1] == "sent", "provokes", "a broadcast that is sent in the end", seen)
    client.expect(
        [it for it in seen if it in ENDED] == ["sent"] * seen.count("sent"), "read-your-write", "one end", seen
    )
    delivery = found.get("delivery") or {}
    names = {"send_start_date", "enqueue_completed_date", "recipient_count"}
    client.expect(names <= delivery.keys(), "read-your-write", f"a delivery with {sorted(names)}", delivery)
    in_order = str(delivery.get("send_start_date")) <= str(delivery.get("enqueue_completed_date"))
    client.expect(in_order, "read-your-write", "an end after the start", delivery)


@recipe(UPDATE, 200, frozen_at="2026-01-31T08:00:00Z")
def moved_on_the_clock(client: Client) -> None:
    """25: it goes out at the time that it was moved to, and not before."""
    broadcast = schedule(client, send_scheduled_date="2026-01-31T09:00:00Z")
    number, seen = broadcast.get("broadcast_id", "none"), []
    client.call(UPDATE, broadcast_id=number, body={"send_scheduled_date": "2026-01-31T11:00:00Z"})
    for seconds in (5400, 5401):
        client.world.advance(seconds)
        seen.append(read(client, broadcast).get("status"))
    client.expect(seen == ["scheduled", "in_progress"], "provokes", "scheduled at 9:30, in progress at 11", seen)


@recipe(GET, 200, switches={"vibes": {"broadcast_outcome": "failed"}})
def one_that_fails(client: Client) -> None:
    """6.1: and says so, whichever way it is read."""
    broadcast = schedule(client, send_scheduled_date="2017-04-05T14:30Z")
    read(client, broadcast)
    client.world.advance(LONG)
    status = read(client, broadcast).get("status")
    client.expect(status == "failed", "provokes", "a status of failed", status)
    listed = client.value(client.call(LIST, status="failed")) or []
    names = [it.get("broadcast_id") for it in listed if isinstance(it, dict)]
    client.expect(broadcast.get("broadcast_id") in names, "read-your-write", "it among those that failed", names)


@recipe(GET, 200)
def each_person_counts_once(client: Client) -> None:
    """26: John Doe is on a list with others, and joins one that is his alone."""
    client.call(PUT, subscription_list_id=FREE_LIST)
    targeting, counts = client.example(SCHEDULE)["targeting"], []
    for lists in (["1234"], [FREE_LIST], ["1234", FREE_LIST], ["1234", "1234"]):
        wanted = {**targeting, "source_lists": lists}
        begun = read(client, schedule(client, targeting=wanted, send_scheduled_date="2017-04-05T14:30Z"))
        counts.append((begun.get("delivery") or {}).get("recipient_count"))
    first = counts[0]
    client.expect(counts == [first, 1, first, first], "counts-add-up", "each person once, however many lists", counts)


@recipe(GET, 200, frozen_at="2026-01-31T08:00:00Z")
@recipe(SCHEDULE, 201, frozen_at="2026-01-31T08:00:00Z")
def recipients_are_who_is_subscribed_when_it_goes_out(client: Client) -> None:
    """26: not who was when it was scheduled, and whoever leaves later has received it."""
    targeting = {**client.example(SCHEDULE)["targeting"], "source_lists": [FREE_LIST]}
    hours = ("2026-01-31T09:00:00Z", "2026-01-31T11:00:00Z")
    made = [schedule(client, targeting=targeting, send_scheduled_date=hour) for hour in hours]
    counts = []
    for change, broadcast in zip((PUT, REMOVE), made, strict=True):
        client.call(change, subscription_list_id=FREE_LIST)
        client.world.advance(LONG)
        counts.append((read(client, broadcast).get("delivery") or {}).get("recipient_count"))
    client.expect(
        counts == [1, 0], "counts-add-up", "one who joined before the first, and left before the second", counts
    )
    first = (read(client, made[0]).get("delivery") or {}).get("recipient_count")
    client.expect(first == 1, "counts-add-up", "still one recipient of the first", first)


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


@recipe(UPDATE, 422)
@recipe(CANCEL, 422)
def what_has_ended_stays(client: Client) -> None:
    """25: whichever way it has ended."""
    unsent, stopped, sent = schedule(client), _begun(client), _begun(client)
    for broadcast in (unsent, stopped):
        client.call(CANCEL, broadcast_id=broadcast.get("broadcast_id", "none"))
    client.world.advance(LONG)
    for broadcast, status in ((unsent, "deleted"), (stopped, "canceled"), (sent, "sent")):
        number, before = broadcast.get("broadcast_id", "none"), read(client, broadcast)
        client.expect(before.get("status") == status, "provokes", f"a status of {status}")
        for body in ({"name": "Too late"}, {"send_scheduled_date": "2090-04-05T14:30:00Z"}):
            client.call(UPDATE, broadcast_id=number, body=body)
            got(client, 422, "provokes", f"an update of a broadcast that is {status}")
        client.call(CANCEL, broadcast_id=number)
        got(client, 422, "provokes", f"cancelling a broadcast that is {status}")
        after = read(client, broadcast)
        client.expect(after == before, "refusal-changes-nothing", f"the broadcast as before: {before}")


@recipe(CANCEL, 200)
def cancelled_before_and_after_it_began(client: Client) -> None:
    """25."""
    for broadcast, status in ((schedule(client), "deleted"), (_begun(client), "canceled")):
        answer = client.value(client.call(CANCEL, broadcast_id=broadcast.get("broadcast_id", "none"))) or {}
        client.expect(answer.get("status") == status, "read-your-write", f"a status of {status}")
        after = read(client, broadcast)
        client.expect(after == answer, "read-your-write", f"the broadcast as it was cancelled: {answer}")


@recipe(LIST, 200)
def no_more_than_a_hundred_the_last_to_be_sent_first(client: Client) -> None:
    """2.8, 24 and 6.2."""
    model = next(it for it in client.world.state("vibes", "broadcasts") if it["status"] == "scheduled")
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


@recipe(UPDATE, 200, frozen_at="2026-01-31T08:00:00Z")
@recipe(CANCEL, 200, frozen_at="2026-01-31T08:00:00Z")
def what_is_paused_waits(client: Client) -> None:
    """6.2: it may be changed meanwhile, goes on when it is resumed, or is cancelled for good."""
    broadcast = _begun(client)
    number = broadcast.get("broadcast_id", "none")
    client.world.happens("vibes", "broadcast_paused", broadcast_id=number)
    client.world.advance(LONG)
    changed = client.value(client.call(UPDATE, broadcast_id=number, body={"name": "Later"})) or {}
    seen = (changed.get("status"), changed.get("name"))
    client.expect(seen == ("paused", "Later"), "provokes", "a broadcast that is paused, with its new name", seen)
    listed = [it.get("broadcast_id") for it in rows(client, LIST, status="paused")]
    client.expect(number in listed, "read-your-write", "it among the paused ones", listed)
    if client.operation == CANCEL:
        ended = client.value(client.call(CANCEL, broadcast_id=number)) or {}
        client.expect(ended.get("status") == "canceled", "provokes", "a status of canceled", ended)
    client.world.happens("vibes", "broadcast_resumed", broadcast_id=number)
    client.world.advance(LONG)
    status, wanted = read(client, broadcast).get("status"), "canceled" if client.operation == CANCEL else "sent"
    client.expect(status == wanted, "provokes", f"{wanted} in the end", status)


@recipe(SCHEDULE, 201, frozen_at="2026-01-31T08:00:00Z")
@recipe(UPDATE, 200, frozen_at="2026-01-31T08:00:00Z")
def sent_zone_by_zone(client: Client) -> None:
    """6.1: at its hour UTC it has begun further east, and not ended further west; a day later it is over."""
    client.suppose("that a broadcast by time zone is in progress from the first zone to the last")
    whole = client.example(SCHEDULE, "by_time_zone")
    zones = {**whole["send_schedule"], "send_date": "2026-02-03", "send_time": "09:30", "field_name": "first_name"}
    made = client.value(client.call(SCHEDULE, body={**whole, "send_schedule": zones})) or {}
    client.expect(made.get("send_schedule") == zones, "read-your-write", f"the schedule {zones}", made)
    number = made.get("broadcast_id", "none")
    zones["send_time"] = "12:00"
    changed = (
        client.value(client.call(UPDATE, broadcast_id=number, body={"send_schedule": {"send_time": "12:00"}})) or {}
    )
    client.expect(changed.get("send_schedule") == zones, "read-your-write", f"the schedule {zones}", changed)
    seen = []
    for hours in (50, 26, 26):  # to 10:00 on the 2nd, 12:00 on the 3rd, 14:00 on the 4th
        client.world.advance(hours * 3600)
        seen.append(read(client, made).get("status"))
    client.expect(seen == ["scheduled", "in_progress", "sent"], "provokes", "scheduled, in progress, sent", seen)


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
