"""Recipes for the days on which a schedule does not send, and for when it sends next (sections 8 and 9 of our
reference)."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import recipe
from contracts.vendors.accengage.paging import walk
from contracts.vendors.accengage.schedules import CREATE, DAILY, EXCLUDE, EXCLUDED, GET, UPDATE

REACHED = "targets.list_message_targets"
_A_DAY = 24 * 3600
# A Monday; what is scheduled begins on the next day.
_EVE = "2029-12-31T12:00:00Z"


def _message(client: Client, **more: Any) -> Any:
    """A new message to one device."""
    body = {"name": "Recipe", "messages": [{"text": "Hello"}], "segments": {"campaign": [3]}, **more}
    return (client.value(client.call("messages.create_message", body=body)) or {}).get("id")


def _sent(client: Client, number: Any, days: int) -> list[int]:
    """How often the message had been sent after each of so many days."""
    counts = []
    for _ in range(days):
        client.world.advance(_A_DAY)
        counts.append(len(walk(client, REACHED, messageId=number)))
    return counts


@recipe(EXCLUDE, 200, check="counts-add-up", frozen_at=_EVE)
def nothing_is_sent_on_excluded_days(client: Client) -> None:
    """9: on a date, in a period, and on days of the week, within the dates of the exclusion; else every day."""
    client.suppose("what exclusions of the types DATE and PERIOD mean")
    number = _message(client)
    client.call(CREATE, messageId=number, body=DAILY)
    for body in (
        {"type": "DATE", "startDate": "2030-01-02T00:00:00+01:00"},
        {"type": "PERIOD", "startDate": "2030-01-04T00:00:00+01:00", "endDate": "2030-01-05T23:00:00+01:00"},
        {"type": "DAYS", "days": "[1,2]", "startDate": "2030-01-07T00:00:00+01:00",
         "endDate": "2030-01-07T23:00:00+01:00"},
    ):  # fmt: skip
        client.call(EXCLUDE, messageId=number, body=body)
        client.expect(client.sent[-1].status == 200, "provokes", f"200 for {body}, whatever else is excluded")
    counts, wanted = _sent(client, number, 8), [1, 1, 2, 2, 2, 3, 3, 4]
    client.expect(counts == wanted, "counts-add-up", f"sendings by the end of each day: {wanted}", counts)


@recipe(EXCLUDE, 200, check="counts-add-up", frozen_at=_EVE)
def the_offset_says_which_day_it_is(client: Client) -> None:
    """1.6 and 9: half past midnight on a Tuesday in Paris is no Monday, although it is one in UTC."""
    client.suppose("that the offset of the next sending date says which day of the week it is")
    night = {"type": "SINGLE", "nextSendingDate": "2030-01-01T00:30:00+01:00"}
    counts = []
    for days in ("[1]", "[2]"):
        number = _message(client)
        client.call(CREATE, messageId=number, body=night)
        client.call(EXCLUDE, messageId=number, body={"type": "DAYS", "days": days})
        counts.append(number)
    client.world.advance(_A_DAY)
    counts = [len(walk(client, REACHED, messageId=number)) for number in counts]
    client.expect(
        counts == [1, 0], "counts-add-up", "sent although Mondays are excluded, not when Tuesdays are", counts
    )


@recipe(CREATE, 200, check="counts-add-up", frozen_at=_EVE)
@recipe(UPDATE, 200, check="counts-add-up", frozen_at=_EVE)
def a_schedule_ends(client: Client) -> None:
    """8: its end counts as inside, and after it nothing is sent; an update may bring the end nearer."""
    number = _message(client)
    ends = {**DAILY, "endDate": "2030-01-02T09:00:00+01:00"}
    if client.operation == UPDATE:
        client.call(CREATE, messageId=number, body=DAILY)
    client.call(client.operation, messageId=number, body=ends)
    counts = _sent(client, number, 4)
    client.expect(counts == [1, 2, 2, 2], "counts-add-up", "sent on two days, and never after its end", counts)


@recipe(UPDATE, 200, check="counts-add-up", frozen_at=_EVE)
def what_is_switched_off_sends_nothing(client: Client) -> None:
    """8: INACTIVE is never launched; ACTIVE again, it goes on at its next date."""
    number = _message(client)
    client.call(CREATE, messageId=number, body=DAILY)
    counts = _sent(client, number, 1)
    for status, day in (("INACTIVE", 2), ("ACTIVE", 3)):
        changed = {**DAILY, "status": status, "nextSendingDate": f"2030-01-0{day}T09:00:00+01:00"}
        client.call(UPDATE, messageId=number, body=changed)
        counts += _sent(client, number, 1)
    client.expect(counts == [1, 1, 2], "counts-add-up", "sent, not sent while it is off, and sent again", counts)


@recipe(GET, 200, frozen_at=_EVE)
def each_kind_has_its_next_date(client: Client) -> None:
    """8: a day, a week, a month or a year later, or as many hours, days … as it says; always in its own offset."""
    client.suppose("that the schedule shows its next date once it has sent")
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"type": "DAILY"}, "2030-01-02T09:00:00+01:00"),
        ({"type": "WEEKLY"}, "2030-01-08T09:00:00+01:00"),
        ({"type": "MONTHLY"}, "2030-02-01T09:00:00+01:00"),
        ({"type": "YEARLY"}, "2031-01-01T09:00:00+01:00"),
        ({"type": "CUSTOM", "interval": 36, "intervalUnit": "HOUR"}, "2030-01-02T21:00:00+01:00"),
        ({"type": "CUSTOM", "interval": 3, "intervalUnit": "DAY"}, "2030-01-04T09:00:00+01:00"),
        ({"type": "CUSTOM", "interval": 2, "intervalUnit": "WEEK"}, "2030-01-15T09:00:00+01:00"),
        ({"type": "CUSTOM", "interval": 2, "intervalUnit": "MONTH"}, "2030-03-01T09:00:00+01:00"),
        ({"type": "CUSTOM", "interval": 2, "intervalUnit": "YEAR"}, "2032-01-01T09:00:00+01:00"),
    )
    numbers = []
    for kind, _ in cases:
        numbers.append(_message(client))
        client.call(CREATE, messageId=numbers[-1], body={**kind, "nextSendingDate": DAILY["nextSendingDate"]})
    client.world.advance(_A_DAY)
    for number, (kind, wanted) in zip(numbers, cases, strict=True):
        read = client.value(client.call(GET, messageId=number)) or {}
        seen = read.get("nextSendingDate")
        client.expect(seen == wanted, "read-your-write", f"{wanted} next, of {kind}", seen)
        client.expect(read.get("status") == "ACTIVE", "read-your-write", "ACTIVE, when nothing else was said", read)


@recipe(EXCLUDE, 400)
def what_is_refused_excludes_nothing(client: Client) -> None:
    """20.27: dates outside of the schedule, what is no exclusion, and a second one of days."""
    first = {"type": "DAYS", "days": "[1,3]"}
    client.call(EXCLUDE, body=first)
    before = client.value(client.call(EXCLUDED))
    for wrong in ({**first, "days": "[2]"}, {"type": "DATE"}, {"type": "DATE", "startDate": "2029-01-01T00:00:00Z"}):
        client.call(EXCLUDE, body=wrong)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {wrong}")
    after = client.value(client.call(EXCLUDED))
    client.expect(after == before, "refusal-changes-nothing", f"the exclusions as before: {before}", after)
