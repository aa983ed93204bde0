"""Campaigns, messages, their schedules and their sending as a state machine (sections 5, 6, 8 to 10 of our reference).

The model keeps the time in seconds since the sequence began, and lets schedules send and sendings end as the clock is
moved. Two applications of one user stand beside each other, so that what belongs to one is tried in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, multiple, precondition, rule

from contracts.machines.machine import Look, Machine
from contracts.machines.sender import Answer
from contracts.vendors.accengage import campaigns, messages, schedules

HOUR, DAY, SENDING = 3600, 24 * 3600, 60
# Where the clock of a machine's world stands, a Saturday; without a world nothing is scheduled near to now.
START = datetime(2026, 1, 31, 8, tzinfo=UTC)
APPS = ("myPartnerId", "mySecondPartnerId")
apps, names = st.sampled_from(APPS), st.sampled_from(("Spring", "Summer", "Order delivery"))
kinds, ahead = st.sampled_from(("SINGLE", "DAILY")), st.sampled_from((-HOUR, HOUR, 5 * HOUR, DAY))
waits = st.sampled_from((SENDING, HOUR, 5 * HOUR, DAY, 2 * DAY))
excluded_days = st.sampled_from(("[6,7]", "[1, 2, 3, 4, 5]", "[1,2,3,4,5,6,7]"))


@dataclass(slots=True, eq=False)
class Campaign:
    """A campaign as it was written."""

    id: int
    app: str
    body: dict[str, Any]
    gone: bool = False


@dataclass(slots=True, eq=False)
class Message:
    """A message as it was written, its state, and its schedule; `until` is when its sending ends."""

    id: int
    app: str
    body: dict[str, Any]
    state: str = "new"
    until: float = 0.0
    schedule: dict[str, Any] | None = None
    next: float | None = None  # when the schedule sends; None when it never does any more
    exclusions: list[dict[str, Any]] = field(default_factory=list)
    gone: bool = False


class Messages(Machine):
    """A marketing team at work: campaigns, messages in them, schedules, and the button that sends."""

    operations = (
        campaigns.CREATE, campaigns.GET, campaigns.UPDATE, campaigns.DELETE, campaigns.LIST,
        messages.CREATE, messages.GET, messages.UPDATE, messages.DELETE, messages.LIST,
        schedules.CREATE, schedules.GET, schedules.UPDATE, schedules.DELETE,
        schedules.EXCLUDE, schedules.EXCLUDED, schedules.INCLUDE, schedules.SEND,
    )  # fmt: skip
    steps = 15
    groups: Bundle[Campaign] = Bundle("groups")
    texts: Bundle[Message] = Bundle("texts")

    def begin(self) -> None:
        self.campaigns: list[Campaign] = []
        self.messages: list[Message] = []
        self.now = 0.0
        if self.sender.has_world:
            self.sender.switch(sending_seconds=SENDING)
        self.before = {(app, member): self._ids(app, listing, member) for app, listing, member in self._lists()}

    @rule(target=groups, app=apps, name=names)
    def create_campaign(self, app: str, name: str) -> MultipleResults[Campaign]:
        body = {"name": self.fresh(name), "startDate": "2018-03-01T00:00:00Z"}
        answer = self._called(campaigns.CREATE, 200, "a new campaign", app, body=body)
        made = Campaign(self._new(answer, [it.id for it in self.campaigns]), app, body)
        self.campaigns.append(made)
        return multiple(made)

    @rule(one=groups, name=names)
    def update_campaign(self, one: Campaign, name: str) -> None:
        """What is left out keeps its value."""
        wanted, body = 404 if one.gone else 200, {"name": name}
        self._called(campaigns.UPDATE, wanted, "an update", one.app, campaignId=one.id, body=body)
        if not one.gone:
            one.body = {**one.body, **body}

    @rule(one=groups, app=apps)
    def delete_campaign(self, one: Campaign, app: str) -> None:
        """Its messages stay, without it; in the other application it is not found."""
        found = not one.gone and app == one.app
        self._called(campaigns.DELETE, 200 if found else 404, "a deletion", app, campaignId=one.id)
        if found:
            one.gone = True
            for message in self.messages:
                if message.body.get("campaignId") == one.id:
                    message.body = {name: value for name, value in message.body.items() if name != "campaignId"}

    @rule(target=texts, app=apps, name=names, group=st.none() | groups)
    def create_message(self, app: str, name: str, group: Campaign | None) -> MultipleResults[Message]:
        """In a campaign that is there, and the application's; else 400, and nothing is made."""
        body: dict[str, Any] = {"name": self.fresh(name), "messages": [{"title": name, "text": "Hello"}]}
        if group is not None:
            body["campaignId"] = group.id
        known = group is None or (not group.gone and group.app == app)
        answer = self._called(messages.CREATE, 200 if known else 400, "a message in a campaign", app, body=body)
        if not known:
            return multiple()
        made = Message(self._new(answer, [it.id for it in self.messages]), app, body)
        self.messages.append(made)
        return multiple(made)

    @rule(one=texts, name=names)
    def update_message(self, one: Message, name: str) -> None:
        body = {"name": name, "messages": [{"text": "Hello again"}]}
        self._called(messages.UPDATE, 404 if one.gone else 200, "an update", one.app, messageId=one.id, body=body)
        if not one.gone:
            one.body = {**one.body, **body}

    @rule(one=texts, app=apps)
    def delete_message(self, one: Message, app: str) -> None:
        found = not one.gone and app == one.app
        self._called(messages.DELETE, 200 if found else 404, "a deletion", app, messageId=one.id)
        if found:
            one.gone, one.schedule, one.next = True, None, None

    @precondition(lambda self: self.sender.has_world)  # a real one would reach people
    @rule(one=texts, test=st.booleans())
    def send(self, one: Message, test: bool) -> None:
        """20.29 and 20.30: once, and its test as often as one likes."""
        wanted = 404 if one.gone else 200 if test or one.state == "new" else 400
        more = {"test": "true"} if test else {}
        answer = self._called(schedules.SEND, wanted, f"sending what is {one.state}", one.app, messageId=one.id, **more)
        if wanted == 400:
            label = f"API_ERR_MESSAGE_{one.state.upper()}"
            said = [error.get("label") for error in (answer.value or {}).get("errors", [])]
            self.expect(said == [label], "label", label, said)
        elif wanted == 200 and not test:
            one.state, one.until = "sending", self.now + SENDING

    @precondition(lambda self: self.sender.has_world)
    @rule(one=texts, kind=kinds, seconds=ahead, update=st.booleans())
    def schedule(self, one: Message, kind: str, seconds: int, update: bool) -> None:
        """20.23 and 20.24: one schedule, and no date in the past: 400 for a new one, 403 for a changed one."""
        body = {"type": kind, "nextSendingDate": self._date(seconds), "status": "ACTIVE"}
        there = one.schedule is not None
        if one.gone or (update and not there):
            wanted = 404
        elif seconds < 0:
            wanted = 403 if update else 400
        else:
            wanted = 403 if there and not update else 200
        what = f"{'changing' if update else 'making'} a schedule"
        operation = schedules.UPDATE if update else schedules.CREATE
        self._called(operation, wanted, what, one.app, messageId=one.id, body=body)
        if wanted == 200:
            one.schedule, one.next = body, self.now + seconds
            one.exclusions = one.exclusions if update else []

    @precondition(lambda self: self.sender.has_world)
    @rule(one=texts)
    def unschedule(self, one: Message) -> None:
        self._called(schedules.DELETE, 404 if one.schedule is None else 200, "a deletion", one.app, messageId=one.id)
        one.schedule, one.next, one.exclusions = None, None, []

    @precondition(lambda self: self.sender.has_world)
    @rule(one=texts, days=excluded_days)
    def exclude(self, one: Message, days: str) -> None:
        """20.26: at most one exclusion of days, and only with a schedule."""
        wanted = 404 if one.schedule is None else 400 if one.exclusions else 200
        body = {"type": "DAYS", "days": days}
        self._called(schedules.EXCLUDE, wanted, "an exclusion of days", one.app, messageId=one.id, body=body)
        if wanted == 200:
            one.exclusions = [body]

    @precondition(lambda self: self.sender.has_world)
    @rule(one=texts)
    def include(self, one: Message) -> None:
        wanted = 404 if one.schedule is None else 200
        self._called(schedules.INCLUDE, wanted, "deleting exclusions", one.app, messageId=one.id)
        one.exclusions = []

    @precondition(lambda self: self.sender.has_world)
    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        """What is due happens in the order of its time: schedules send, and sendings end."""
        end = self.now + seconds
        for message in self.messages:
            while message.next is not None and message.next <= end:
                self._fires(message, message.next)
            self._ends(message, end)
        self.now = end
        self.sender.advance(seconds)
        self.last = ""

    def _fires(self, one: Message, at: float) -> None:
        self._ends(one, at)
        kind = (one.schedule or {})["type"]
        weekday = str((START + timedelta(seconds=at)).isoweekday())
        excluded = any(weekday in it["days"] for it in one.exclusions)
        if not excluded and (one.state == "new" or (kind == "DAILY" and one.state != "sending")):
            one.state, one.until = "sending", at + SENDING
        one.next = at + DAY if kind == "DAILY" else None
        if one.next is not None and one.schedule is not None:
            one.schedule = {**one.schedule, "nextSendingDate": self._date(one.next - self.now)}

    @staticmethod
    def _ends(one: Message, at: float) -> None:
        if one.state == "sending" and one.until <= at:
            one.state = "sent"

    def looks(self) -> Sequence[Look]:
        """Every campaign, every message, every schedule with its exclusions, and the lists of ids."""
        looks: list[Look] = [partial(self._read_campaign, it) for it in self.campaigns]
        looks += [partial(self._read_message, it) for it in self.messages]
        if self.sender.has_world:
            looks += [partial(self._read_schedule, it) for it in self.messages]
            looks += [partial(self._list, *it) for it in self._lists()]
        return looks

    def _read_campaign(self, one: Campaign) -> None:
        self._reads(campaigns.GET, one.app, {"id": one.id, **one.body}, one.gone, campaignId=one.id)

    def _read_message(self, one: Message) -> None:
        self._reads(messages.GET, one.app, {"id": one.id, **one.body}, one.gone, messageId=one.id)

    def _read_schedule(self, one: Message) -> None:
        self._reads(schedules.GET, one.app, one.schedule, one.schedule is None, messageId=one.id)
        self._reads(schedules.EXCLUDED, one.app, one.exclusions, one.schedule is None, messageId=one.id)

    def _lists(self) -> list[tuple[str, str, str]]:
        """Which lists are there: application, operation, member; only those of a world are nobody else's."""
        there = APPS if self.sender.has_world else ()
        return [(app, *it) for app in there for it in ((campaigns.LIST, "campaigns"), (messages.LIST, "messages"))]

    def _ids(self, app: str, listing: str, member: str) -> list[Any]:
        return [row.get("id") for row in (self.call(listing, partnerId=app).value or {}).get(member, [])]

    def _list(self, app: str, listing: str, member: str) -> None:
        """What was there, and what was made and not deleted."""
        known: Sequence[Campaign | Message] = self.campaigns if member == "campaigns" else self.messages
        wanted = sorted([*self.before[app, member], *(it.id for it in known if it.app == app and not it.gone)])
        seen = self._ids(app, listing, member)
        self.expect(seen == wanted, self.blamed("pages"), "what was made and not deleted, by ascending id", seen)

    def _reads(self, operation: str, app: str, wanted: Any, gone: bool, **arguments: Any) -> None:
        answer = self.call(operation, partnerId=app, **arguments)
        if gone:
            self.expect(answer.status == 404, self.blamed("delete-deletes"), "404 for what is not there")
        else:
            same = answer.status == 200 and answer.value == wanted
            self.expect(same, self.blamed("read-your-write"), "what was written last", f"not {wanted}")

    def _called(self, operation: str, status: int, what: str, app: str, **arguments: Any) -> Answer:
        """A call that the model foretells; one that is refused changes nothing."""
        answer = self.call(operation, partnerId=app, **arguments)
        promise = {404: "unknown-id", 200: "read-your-write"}.get(status, "provokes")
        self.expect(answer.status == status, promise, f"{status} for {what}")
        self.last = "" if status == 200 else "refusal-changes-nothing"
        return answer

    def _new(self, answer: Answer, known: Sequence[int]) -> int:
        """The id of what was made: no other has it, and it is above all that were made before."""
        number = (answer.value or {}).get("id")
        fresh = isinstance(number, int) and number > max(known, default=0)
        self.expect(fresh, "read-your-write", "an id above all that were given out", number)
        return int(number or 0)

    def _date(self, seconds: float) -> str:
        return (START + timedelta(seconds=self.now + seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
