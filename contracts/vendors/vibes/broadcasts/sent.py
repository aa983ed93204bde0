"""Broadcasts as their time comes: who gets them, what pauses, cancels and ends them."""

from __future__ import annotations

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import got, recipe
from contracts.vendors.vibes.broadcasts import CANCEL, ENDED, GET, LIST, LONG, SCHEDULE, UPDATE, begun, read, schedule
from contracts.vendors.vibes.subscriptions import FREE_LIST, PUT, REMOVE, rows


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


@recipe(UPDATE, 422)
@recipe(CANCEL, 422)
def what_has_ended_stays(client: Client) -> None:
    """25: whichever way it has ended."""
    unsent, stopped, sent = schedule(client), begun(client), begun(client)
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
    for broadcast, status in ((schedule(client), "deleted"), (begun(client), "canceled")):
        answer = client.value(client.call(CANCEL, broadcast_id=broadcast.get("broadcast_id", "none"))) or {}
        client.expect(answer.get("status") == status, "read-your-write", f"a status of {status}")
        after = read(client, broadcast)
        client.expect(after == answer, "read-your-write", f"the broadcast as it was cancelled: {answer}")


@recipe(UPDATE, 200, frozen_at="2026-01-31T08:00:00Z")
@recipe(CANCEL, 200, frozen_at="2026-01-31T08:00:00Z")
def what_is_paused_waits(client: Client) -> None:
    """6.2: it may be changed meanwhile, goes on when it is resumed, or is cancelled for good."""
    broadcast = begun(client)
    number = broadcast.get("broadcast_id", "none")
    if number not in [it["broadcast_id"] for it in client.world.state("vibes", "broadcasts")]:
        raise NotProvokable("the answers do not say which broadcast is in progress")
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
