"""Static lists as a state machine: changes wait in a queue, members leave when their time has come (Static lists).

Lists cannot be deleted, and nobody can wait for somebody else's queue: this is for targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.accengage import static_lists
from contracts.vendors.accengage.devices import ALICE, BRUNO, CHLOE

# Each device by its UDID and by the fields that find it too.
DEVICES = {
    ALICE: ({"deviceId": ALICE}, {"clientId": "42"}, {"Customer_Id": "C-42"}),
    BRUNO: ({"deviceId": BRUNO}, {"clientId": "43"}, {"Customer_Id": "C-43"}),
    CHLOE: ({"deviceId": CHLOE}, {"clientId": "44"}, {"token": "AB61"}),
}
START = datetime(2026, 1, 31, 8, tzinfo=UTC)  # where the clock of a machine's world stands
QUEUE, HOUR, DAY = 60, 3600, 86_400
APPS = ("myPartnerId", "mySecondPartnerId")
# The second application has a device of its own, whose user has the client id of Alice.
ELSEWHERE = {(ALICE, 1): "4D5E6F7A-8B9C-0D1E-2F3A-4B5C6D7E8F90"}
ones = st.tuples(st.sampled_from([*DEVICES]), st.integers(0, 2))
# No wait ends in the very second at which something happens.
lives, waits = st.sampled_from((None, None, HOUR, DAY)), st.sampled_from((25, QUEUE + 10, HOUR + 100, DAY + 100))


@dataclass(slots=True, eq=False)
class Change:
    """A change in the queue: when it is carried out, whom it is about, and until when they stay; 0 removes them."""

    due: float
    udids: list[str]
    until: float | None


@dataclass(slots=True, eq=False)
class StaticList:
    """A list as it was made; `members` have the second at which they leave, if they ever do."""

    app: str
    id: int
    row: dict[str, Any]
    members: dict[str, float | None] = field(default_factory=dict)
    queue: list[Change] = field(default_factory=list)

    def settle(self, now: float) -> None:
        """Carry out what is due, and let go whose time has come."""
        for change in [it for it in self.queue if it.due <= now]:
            self.queue.remove(change)
            for udid in change.udids:
                self.members.pop(udid, None)
                if change.until != 0:
                    self.members[udid] = change.until
        self.members = {udid: until for udid, until in self.members.items() if until is None or until > now}


class Lists(Machine):
    """A newsletter's lists, made and changed by program."""

    operations = (
        static_lists.CREATE, static_lists.UPSERT, static_lists.REMOVE, static_lists.MEMBERS, static_lists.LIST,
    )  # fmt: skip

    def begin(self) -> None:
        self.lists: list[StaticList] = []
        self.now = 0.0
        if not self.sender.has_world:
            return
        self.sender.switch(list_queue_seconds=QUEUE)
        self.before = {app: self._rows(app) for app in APPS}
        self._make("myPartnerId", 7)

    @rule(
        app=st.sampled_from(APPS),
        number=st.sampled_from((None, None, 7, 8, 1235)),
        name=st.sampled_from((None, "x", "y")),
    )
    def create(self, app: str, number: int | None, name: str | None) -> None:
        """20.43: the caller's number or the next one; 409 for a number or an external id that the application has."""
        if self.sender.has_world:
            self._make(app, number, name)

    @rule(at=st.integers(0, 9), who=st.lists(ones, min_size=1, max_size=3), life=lives)
    def upsert(self, at: int, who: list[tuple[str, int]], life: int | None) -> None:
        """20.45 and 20.48: queued; each device once, however it is named, with its latest date."""
        until = None if life is None else self.now + life
        expire = {} if until is None else {"expireAt": _written(until)}
        users = [{"device": DEVICES[udid][how], **expire} for udid, how in who]
        self._change(static_lists.UPSERT, at, users, who, until)

    @rule(at=st.integers(0, 9), who=st.lists(ones, min_size=1, max_size=2))
    def remove(self, at: int, who: list[tuple[str, int]]) -> None:
        """20.47: who is not in the list is no mistake."""
        users = [{"device": DEVICES[udid][how]} for udid, how in who]
        self._change(static_lists.REMOVE, at, users, who, 0)

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        """The queue is carried out in the order of its changes; then time takes members out."""
        if not self.sender.has_world:
            return
        self.sender.advance(seconds)
        self.now += seconds
        self.last = ""
        for one in self.lists:
            one.settle(self.now)

    def looks(self) -> Sequence[Look]:
        if not self.sender.has_world:
            return ()
        return [partial(self._look_at, it) for it in self.lists] + [partial(self._look_at_all, app) for app in APPS]

    def _make(self, app: str, number: int | None = None, name: str | None = None) -> None:
        rows = [*self.before[app], *(it.row for it in self.lists if it.app == app)]
        body = {"name": "Readers"} | ({"listId": number} if number else {}) | ({"externalId": name} if name else {})
        taken = any(number == it["listId"] or (name and name == it.get("externalId")) for it in rows)
        answer = self.call(static_lists.CREATE, partnerId=app, body=body)
        status = 409 if taken else 200
        self.expect(answer.status == status, "provokes", f"{status} for a list", answer.value)
        self.last = "refusal-changes-nothing" if taken else ""
        if not taken:
            wanted = number or max((it["listId"] for it in rows), default=0) + 1
            made = (answer.value or {}).get("listId")
            self.expect(made == wanted, "read-your-write", "the number asked for, or the one after the largest", made)
            self.lists.append(StaticList(app, wanted, {**body, "listId": wanted}))

    def _change(
        self, operation: str, at: int, users: list[dict[str, Any]], who: list[tuple[str, int]], until: float | None
    ) -> None:
        """A change of a list; who is named are the devices of the list's application that are known so, if any are."""
        if not self.lists:
            return
        one = self.lists[at % len(self.lists)]
        answer = self.call(operation, partnerId=one.app, listId=one.id, body={"users": users})
        self.expect(answer.status == 200, "provokes", "200 for a change of a list", answer.value)
        self.last = ""
        known = {it: it[0] for it in who} if one.app == "myPartnerId" else ELSEWHERE
        one.queue.append(Change(self.now + QUEUE, [known[it] for it in who if it in known], until))

    def _look_at(self, one: StaticList) -> None:
        answer = self.call(static_lists.MEMBERS, partnerId=one.app, listId=one.id)
        rows = (answer.value or {}).get("users", [])
        seen = sorted((row["deviceId"], str(row.get("expireAt") or "")[:19]) for row in rows)
        wanted = sorted((udid, _written(until)[:19]) for udid, until in one.members.items())
        self.expect(seen == wanted, self.blamed("counts-add-up"), "each member once, until their date", seen)

    def _look_at_all(self, app: str) -> None:
        known = [*self.before[app], *(it.row for it in self.lists if it.app == app)]
        seen = self._rows(app)
        wanted = sorted(known, key=lambda it: int(it["listId"]))
        self.expect(seen == wanted, self.blamed("pages"), "the lists as they were made, by ascending id", seen)

    def _rows(self, app: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (self.call(static_lists.LIST, partnerId=app).value or {}).get("lists", [])
        return found


def _written(seconds: float | None) -> str:
    return "" if seconds is None else (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
