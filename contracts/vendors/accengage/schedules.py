"""Recipes for schedules, their exclusions and sending (sections 8 to 10 of our reference)."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.filled import NOTHING
from contracts.recipes import recipe
from contracts.vendors.accengage.devices import ALICE, BRUNO, CHLOE
from contracts.vendors.accengage.paging import walk
from contracts.vendors.accengage.recipes import label

CREATE, GET = "schedules.create_schedule", "schedules.get_schedule"
UPDATE, DELETE = "schedules.update_schedule", "schedules.delete_schedule"
EXCLUDE, EXCLUDED = "exclusions.create_schedule_exclusion", "exclusions.list_schedule_exclusions"
INCLUDE, SEND = "exclusions.delete_schedule_exclusions", "send.send_message"
DAILY: dict[str, Any] = {
    "type": "DAILY",
    "nextSendingDate": "2030-01-01T09:00:00+01:00",
    "startDate": "2030-01-01T00:00:00+01:00",
    "endDate": "2030-02-01T00:00:00+01:00",
    "timezone": "America/New_York",
    "status": "ACTIVE",
}
DAYS = {"type": "DAYS", "days": "[1,3]"}


@recipe(CREATE, 400)
@recipe(UPDATE, 400)
def no_schedule(client: Client) -> None:
    """8: a body that is no schedule; and nothing changes."""
    before = client.value(client.call(GET))
    for wrong in (
        {"type": "HOURLY"},
        {"nextSendingDate": "tomorrow"},
        {"nextSendingDate": "2030-02-30T09:00:00Z"},
        {"type": "CUSTOM"},
        {"type": "CUSTOM", "interval": 0, "intervalUnit": "DAY"},
        {"startDate": DAILY["endDate"], "endDate": DAILY["startDate"]},
    ):
        client.call(client.operation, body={**DAILY, **wrong})
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {wrong}")
    after = client.value(client.call(GET))
    client.expect(after == before, "refusal-changes-nothing", f"the schedule as before: {before}", after)


@recipe(CREATE, 403)
def second_schedule(client: Client) -> None:
    """8: a message has one schedule, which stays as it is."""
    before = client.value(client.call(GET, messageId=10))
    exchange = client.call(CREATE, messageId=10, body=DAILY)
    client.expect(exchange.status == 403, "provokes", "403 for a second schedule")
    client.expect(label(client, exchange) == "API_ERR_DATA", "label", "API_ERR_DATA for a second schedule")
    after = client.value(client.call(GET, messageId=10))
    client.expect(after == before, "refusal-changes-nothing", f"the schedule as before: {before}", after)


@recipe(UPDATE, 403, accept=(400,))
@recipe(CREATE, 400)
def outdated(client: Client) -> None:
    """20.24: a date in the past is refused, and the stored schedule stays as it is."""
    before = client.value(client.call(GET))
    exchange = client.call(client.operation, body={**DAILY, "nextSendingDate": "2018-01-01T09:00:00Z"})
    refused = exchange.status in ((400,) if client.operation == CREATE else (400, 403))
    client.expect(refused, "provokes", "a refusal of a date in the past")
    after = client.value(client.call(GET))
    client.expect(after == before, "refusal-changes-nothing", f"the schedule as before: {before}", after)


@recipe(GET, 404)
@recipe(UPDATE, 404)
@recipe(DELETE, 404)
@recipe(EXCLUDE, 404)
@recipe(EXCLUDED, 404)
@recipe(INCLUDE, 404)
def not_scheduled(client: Client) -> None:
    """8 and 9: a message without a schedule."""
    client.call(client.operation, messageId=7)


@recipe(DELETE, 200, check="read-your-write")
def life_of_a_schedule(client: Client) -> None:
    """20.23, 20.26 and 20.28: created once, read, updated, with exclusions, deleted, gone."""
    client.call(CREATE, messageId=7, body=DAILY)
    read = client.value(client.call(GET, messageId=7))
    client.expect(read == DAILY, "read-your-write", "what was written", read)
    changed = {**DAILY, "type": "WEEKLY", "timezone": "Asia/Tokyo"}
    client.call(UPDATE, messageId=7, body=changed)
    read = client.value(client.call(GET, messageId=7))
    client.expect(read == changed, "read-your-write", "the update, the date not moved by the timezone", read)
    client.call(EXCLUDE, messageId=7, body=DAYS)
    client.call(EXCLUDE, messageId=7, body=DAYS)
    client.expect(client.sent[-1].status == 400, "provokes", "400 for a second exclusion of type DAYS")
    read = client.value(client.call(EXCLUDED, messageId=7))
    client.expect(read == [DAYS], "read-your-write", "one exclusion", read)
    client.call(INCLUDE, messageId=7)
    read = client.value(client.call(EXCLUDED, messageId=7))
    client.expect(read == [], "delete-deletes", "no exclusion", read)
    client.call(EXCLUDE, messageId=7, body=DAYS)
    client.call(DELETE, messageId=7)
    for operation in (GET, DELETE, EXCLUDED):
        client.call(operation, messageId=7)
        client.expect(client.sent[-1].status == 404, "delete-deletes", "404 for what was deleted")
    client.call(CREATE, messageId=7, body=DAILY)
    read = client.value(client.call(EXCLUDED, messageId=7))
    client.expect(read == [], "delete-deletes", "a new schedule without the exclusions of the old", read)


@recipe(EXCLUDED, 200, check="read-your-write")
@recipe(EXCLUDE, 200, check="read-your-write")
def days_are_read_back_as_written(client: Client) -> None:
    """9: a string that holds an array: each day of the week alone, and several, with blanks or without."""
    client.call(CREATE, messageId=7, body=DAILY)
    for days in (*(f"[{day}]" for day in range(1, 8)), "[6,7]", "[1, 2, 3]"):
        client.call(EXCLUDE, messageId=7, body={**DAYS, "days": days})
        read = client.value(client.call(EXCLUDED, messageId=7))
        client.expect(read == [{**DAYS, "days": days}], "read-your-write", f"the string {days!r}", read)
        client.call(INCLUDE, messageId=7)


@recipe(EXCLUDE, 400)
def no_exclusion(client: Client) -> None:
    """20.27: dates outside of the schedule, and what is no exclusion."""
    for wrong in (
        {**DAYS, "days": [1, 3]},
        {**DAYS, "days": "[0]"},
        {**DAYS, "days": "1,3"},
        {"type": "DAYS"},
        {"type": "PERIOD", "startDate": DAILY["startDate"]},
        {**DAYS, "startDate": "2029-12-31T23:59:59+01:00"},
        {**DAYS, "endDate": "2030-02-01T00:00:01+01:00"},
        {**DAYS, "startDate": "2030-01-03T00:00:00Z", "endDate": "2030-01-02T00:00:00Z"},
    ):
        client.call(EXCLUDE, body=wrong)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {wrong}")
    client.call(EXCLUDE, body={**DAYS, "startDate": DAILY["startDate"], "endDate": DAILY["endDate"]})
    client.expect(client.sent[-1].status == 200, "provokes", "200 for the dates of the schedule itself")


@recipe(SEND, 400)
def sent_once(client: Client) -> None:
    """20.29 and 20.30: sending, then sent or failed; a test in any state."""
    client.world.freeze()
    for number, outcome in ((7, "SENT"), (10, "FAILED")):
        client.world.switch("accengage", sending_outcome=outcome.lower())
        client.call(SEND, messageId=number, test="true")
        client.call(SEND, messageId=number)
        client.expect(client.sent[-1].status == 200, "provokes", "200 for a new message, also after a test")
        answer = client.sent[-1].response
        client.expect(answer is not None and not answer.body, "empty-body", "a sending without a body")
        for word in ("SENDING", outcome):
            exchange = client.call(SEND, messageId=number)
            client.expect(exchange.status == 400, "provokes", f"400 for a message that is {word}")
            wanted = f"API_ERR_MESSAGE_{word}"
            client.expect(label(client, exchange) == wanted, "label", wanted)
            client.call(SEND, messageId=number, test="true")
            client.expect(client.sent[-1].status == 200, "provokes", "200 for a test in any state")
            client.world.advance(60)


@recipe(SEND, 200, check="counts-add-up")
def sent_to_each_device(client: Client) -> None:
    """10 and 14: who was sent to is a target: each device of the segments and static lists, once; nobody of a test."""
    cases: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"segments": {"campaign": [2, 3], "test": [1]}}, [ALICE, BRUNO, CHLOE]),
        ({"segments": {"campaign": [3]}, "lists": [{"id": 1235}]}, [ALICE, BRUNO, CHLOE]),
        ({"lists": [{"externalId": "newsletter"}, {"id": 1235}]}, [ALICE, BRUNO]),
    )
    for meant, wanted in cases:
        body = {"name": "Recipe", "campaignId": 91, "messages": [{"text": "Hello"}], **meant}
        number = (client.value(client.call("messages.create_message", body=body)) or {}).get("id")
        for test, reached in (("true", []), (NOTHING, wanted)):
            client.call(SEND, messageId=number, test=test)
            client.world.advance(60)
            rows = walk(client, "targets.list_message_targets", messageId=number)
            seen = sorted(row.get("deviceId") for row in rows)
            client.expect(seen == reached, "counts-add-up", f"each device once: {reached}", seen)
        through = {row.get("campaignId") for row in rows}
        client.expect(through == {91}, "read-your-write", "the campaign of the message", rows)


@recipe(SEND, 200, frozen_at="2029-12-31T12:00:00Z")
def sent_by_its_schedule(client: Client) -> None:
    """8 and 9: a schedule sends at its date, not before, and not on days that are excluded."""
    number = 123
    single = {"type": "SINGLE", "nextSendingDate": "2030-01-01T09:00:00+01:00"}
    client.call(CREATE, messageId=number, body=single)
    client.call(CREATE, messageId=7, body=single)
    client.call(EXCLUDE, messageId=7, body={"type": "DAYS", "days": "[2]"})  # a Tuesday
    client.world.advance(20 * 3600 - 1)
    client.world.advance(61)
    exchange = client.call(SEND, messageId=number)
    client.expect(label(client, exchange) == "API_ERR_MESSAGE_SENT", "label", "a message that its schedule has sent")
    client.call(SEND, messageId=7)
    client.expect(client.sent[-1].status == 200, "provokes", "200, for the day of its schedule is excluded")


@recipe(CREATE, 200, frozen_at="2029-12-31T12:00:00Z")
def what_goes_on_and_what_never_begins(client: Client) -> None:
    """8: an inactive schedule launches nothing; a daily one has its next date a day later, and sends again."""
    client.call(CREATE, messageId=7, body={**DAILY, "type": "SINGLE", "status": "INACTIVE"})
    daily = {"name": "Recipe", "messages": [{"text": "Hello"}], "segments": {"campaign": [3]}}
    number = (client.value(client.call("messages.create_message", body=daily)) or {}).get("id")
    client.call(CREATE, messageId=number, body=DAILY)
    for days in (1, 2):
        client.world.advance(24 * 3600)
        rows = walk(client, "targets.list_message_targets", messageId=number)
        client.expect(len(rows) == days, "counts-add-up", f"{days} sendings after {days} days", rows)
    client.call(SEND, messageId=7)
    client.expect(client.sent[-1].status == 200, "provokes", "200, for an inactive schedule has sent nothing")
