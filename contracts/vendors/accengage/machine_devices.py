"""Devices as a state machine: set one by one and by group, found by each index, listed in columns (Devices).

No call makes a device, so that this is about those of the `default` fixture, on targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.accengage.devices import ALICE, BRUNO, CHLOE, LIST, SEARCH, UPDATE, UPDATE_GROUP

APP, INDEXED = "myPartnerId", ("token", "clientId", "Customer_Id")
udids = st.sampled_from((ALICE, BRUNO, CHLOE, "nobody"))
plain = st.fixed_dictionaries(
    {}, optional={"firstname": st.sampled_from(("Ana", "Zoë")), "age": st.sampled_from((1, 99))}
)
keyed = st.fixed_dictionaries({}, optional={"Customer_Id": st.sampled_from(("C-42", "C-7", "C-8"))})
wrong = st.sampled_from(({}, {}, {}, {"id": 7}, {"UDID": "x"}, {"no_such_field": 1}))
Fields = dict[str, Any]


class Devices(Machine):
    """A CRM that keeps its fields of three devices up to date."""

    operations = (UPDATE, UPDATE_GROUP, SEARCH, LIST)

    def begin(self) -> None:
        """`known` are the fields of each device, by UDID."""
        self.known: dict[str, Fields] = {}
        for udid in (ALICE, BRUNO, CHLOE) if self.sender.has_world else ():
            answer = self.call(SEARCH, query={"UDID": udid})
            self.known[udid] = dict((answer.value or {}).get("data") or {})

    @rule(udid=udids, fields=st.builds(lambda *them: {**them[0], **them[1], **them[2]}, plain, keyed, wrong))
    def update(self, udid: str, fields: Fields) -> None:
        """20.40: what may be set; 204 for nothing, and what cannot be set changes nothing."""
        if not self.known:
            return
        answered = self.sender.step(UPDATE, partnerId=APP, udid=udid, body=fields).status
        if udid not in self.known:
            # What else is wrong may be seen first.
            more = fields.keys() & {"id", "UDID", "no_such_field"}
            allowed: tuple[int, ...] = (400, 404, 500) if more else (404,) if fields else (204, 404)
        elif "no_such_field" in fields:
            allowed = (400, 500)
        else:
            allowed = (400,) if fields.keys() & {"id", "UDID"} else (200,) if fields else (204,)
        self.expect(answered in allowed, "provokes", f"{' or '.join(map(str, allowed))} for such fields", answered)
        self.last = "" if allowed == (200,) else "refusal-changes-nothing"
        if allowed == (200,):
            self.known[udid] |= fields

    @rule(
        users=st.lists(st.tuples(udids, plain, wrong), max_size=3, unique_by=lambda it: it[0]), by_client=st.booleans()
    )
    def update_group(self, users: list[tuple[str, Fields, Fields]], by_client: bool) -> None:
        """20.42: all or none; who is not there is passed over."""
        if not self.known:
            return
        clients = {ALICE: "42", BRUNO: "43", CHLOE: "44", "nobody": "nobody"}
        key = "clientId" if by_client else "UDID"
        rows = [{**fields, **bad, key: clients[udid] if by_client else udid} for udid, fields, bad in users]
        # A UDID beside itself is the key.
        bads = [{name for name in bad if by_client or name != "UDID"} for _, _, bad in users]
        forbidden, unknown = any(it & {"id", "UDID"} for it in bads), any("no_such_field" in it for it in bads)
        allowed = {400} if unknown else set()
        allowed |= {403} if forbidden else set()
        answer = self.call(UPDATE_GROUP, partnerId=APP, body={"matchingKey": key, "users": rows})
        words = " or ".join(map(str, sorted(allowed))) or "200"
        self.expect(answer.status in (allowed or {200}), "provokes", f"{words} for such users", answer.status)
        self.last = "refusal-changes-nothing" if allowed else ""
        for udid, fields, _ in users if not allowed else ():
            if udid in self.known:
                self.known[udid] |= fields

    def looks(self) -> Sequence[Look]:
        found: list[Look] = [partial(self._find, udid) for udid in self.known]
        return [*found, self._columns, self._ranges] if found else ()

    def _find(self, udid: str) -> None:
        """20.41: by each index; of several devices with a value, one that has it."""
        wanted = self.known[udid]
        for name in ("UDID", *INDEXED):
            if wanted.get(name) is None:
                continue
            alone = sum(it.get(name) == wanted[name] for it in self.known.values()) == 1
            filters = {name: wanted[name]} if alone else {name: wanted[name], "UDID": udid}
            seen = (self.call(SEARCH, partnerId=APP, query=filters).value or {}).get("data")
            self.expect(seen == wanted, self.blamed("read-your-write"), f"the device by its {name}", seen)

    def _columns(self) -> None:
        """20.38: these columns in this order, and each value in its own."""
        names = ["clientId", "UDID", "firstname", "age", "Customer_Id"]
        query = {f"fields[{place}]": name for place, name in enumerate(names, 1)}
        lines = self.call(LIST, partnerId=APP, query=query).value or [[]]
        wanted = sorted([_text(fields.get(name)) for name in names] for fields in self.known.values())
        self.expect(lines[0] == names, self.blamed("read-your-write"), "the columns asked for", lines[0])
        self.expect(sorted(lines[1:]) == wanted, self.blamed("read-your-write"), "the devices as last set", lines)

    def _ranges(self) -> None:
        """20.39: every device on one side of a date."""
        cut = str(self.known[BRUNO].get("firstOpen"))
        seen = []
        for bounds in (f"2000-01-01|{cut}", cut):
            lines = self.call(LIST, partnerId=APP, query={"fields[]": "UDID", "firstOpen": bounds}).value or [[]]
            seen.append(sorted(it for line in lines[1:] for it in line))
        wanted = [[ALICE], [BRUNO, CHLOE]]
        self.expect(seen == wanted, "pages", "each device in one of two ranges", seen)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
