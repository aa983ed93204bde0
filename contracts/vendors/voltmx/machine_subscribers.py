"""Volt MX's subscribers as a state machine: one store behind the older endpoint, the newer one and the administration
(sections 2.6 and 4 of our reference)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, multiple, rule

from contracts.machines.machine import Look, Machine, unlike
from contracts.vendors.voltmx.messages import PUSH
from contracts.vendors.voltmx.subscribers import CHANGE as CHANGE_NEWER
from contracts.vendors.voltmx.subscribers import DELETE, GET, INACTIVATE
from contracts.vendors.voltmx.subscriptions import APP, CHANGE, OTHER_APP

apps, devices, sids = map(
    st.sampled_from, ((APP, OTHER_APP), ("device-1", "device-2", "device-3"), ("token-1", "token-2", "token-3"))
)
ufids = st.none() | st.sampled_from(("ana@x.com", "2890XZ"))


@dataclass(slots=True, eq=False)
class Subscriber:
    """What the server keeps of one device in one application."""

    ksid: str
    app: str
    device: str
    sid: str
    ufid: str | None
    active: bool = True
    deleted: bool = False


class Subscribers(Machine):
    """Devices come and go by two endpoints; the console's side reads, ends, deletes and pushes."""

    operations = (CHANGE_NEWER, GET, INACTIVATE, DELETE, PUSH)
    ksids: Bundle[Subscriber] = Bundle("ksids")

    def begin(self) -> None:
        self.known: list[Subscriber] = []

    @rule(target=ksids, older=st.booleans(), app=apps, device=devices, sid=sids, ufid=ufids)
    def subscribe(
        self, older: bool, app: str, device: str, sid: str, ufid: str | None
    ) -> MultipleResults[Subscriber] | Subscriber:
        """2.6, by either endpoint."""
        wanted = Subscriber("", app, self.fresh(device), self.fresh(sid), self.fresh(ufid) if ufid else None)
        met = [it for it in self._kept() if it.app == app and (it.device == wanted.device or _holds(it, wanted.sid))]
        said, status = self._ask(older, "subscribe", _fields(wanted))
        self.last = ""
        if len(met) > 1:
            refused = 403 if older else 400
            self.expect(status == refused, "provokes", f"{refused} for the device of one and the token of another")
            self.last = "refusal-changes-nothing"
            return multiple()
        if not met:
            self.expect(status == 200, "read-your-write", "200 for a new subscription")
            used = any(it.ksid == said for it in self.known)
            self.expect(not used, "no-leak-between-accounts", "a KSID that was never used before")
            wanted.ksid = said
            self.known.append(wanted)
            return wanted
        (one,) = met
        self.expect(said == one.ksid, "read-your-write", "the KSID that it had before", f"{said}, not {one.ksid}")
        one.device, one.sid, one.active, one.ufid = wanted.device, wanted.sid, True, wanted.ufid or one.ufid
        return multiple()

    @rule(one=ksids, way=st.sampled_from(("older", "newer", "console")))
    def end(self, one: Subscriber, way: str) -> None:
        """Three ways that do the same, any number of times."""
        if way == "console":
            status = self.call(INACTIVATE, ksid=one.ksid).status
        else:
            _, status = self._ask(way == "older", "unsubscribe", {"ksid": one.ksid})
        wanted = 200 if not one.deleted else 404 if way == "older" else 400
        self.expect(status == wanted, "delete-deletes", f"{wanted} for ending {_state(one)} subscription", status)
        self.last = "" if wanted == 200 and one.active else "idempotent-retry"
        one.active = False

    @rule(some=st.lists(ksids, min_size=1, max_size=3))
    def delete(self, some: list[Subscriber]) -> None:
        """All of them, or none when one is active or gone."""
        fits = not any(it.active or it.deleted for it in some)
        status = self.call(DELETE, body={"ksids": [it.ksid for it in some]}).status
        wanted = 200 if fits else 400
        self.expect(status == wanted, "delete-deletes", f"{wanted} for deleting {', '.join(map(_state, some))}", status)
        self.last = "" if fits else "refusal-changes-nothing"
        for one in some if fits else ():
            one.deleted = True

    @rule(one=ksids, app=apps, by=st.sampled_from(("ksid", "ufid", "deviceId")))
    def push(self, one: Subscriber, app: str, by: str) -> None:
        """4.5: as many as are active and fit."""
        value = _key(one, by)
        if value is None:
            return
        number = sum(it.active and it.app == app and _key(it, by) == value for it in self._kept())
        message = {"type": "PUSH", "subscribers": {"subscriber": [{by: value}]}, "content": {"data": "Hi"}}
        answer = self.call(PUSH, body={"messageRequest": {"appId": app, "messages": {"message": message}}})
        details = answer.value.get("details") if isinstance(answer.value, dict) else None
        said = details[0].get("description") if details else None
        self.expect(said == f"Number of Pushes queued:{number}", "counts-add-up", f"pushes queued by {by}", said)
        self.last = ""

    def looks(self) -> Sequence[Look]:
        return [partial(self._look_at, one) for one in self.known]

    def _look_at(self, one: Subscriber) -> None:
        answer = self.call(GET, ksid=one.ksid)
        if one.deleted:
            self.expect(answer.status == 400, self.blamed("delete-deletes"), "400 for a deleted subscriber")
            return
        wanted = {"ksid": int(one.ksid), "appId": one.app, "deviceId": one.device, "sid": one.sid,
                  "ufid": one.ufid or "", "subscriptionStatus": one.active}  # fmt: skip
        wrong = unlike(answer.value, wanted)
        self.expect(not wrong, self.blamed("read-your-write"), "the subscriber as it was written", wrong)

    def _kept(self) -> list[Subscriber]:
        return [it for it in self.known if not it.deleted]

    def _ask(self, older: bool, service: str, fields: dict[str, Any]) -> tuple[str, int]:
        """The KSID of the answer, and its status."""
        answer = self.call(CHANGE if older else CHANGE_NEWER, body={"subscriptionService": {service: fields}})
        value = answer.value if isinstance(answer.value, dict) else {}
        inner = value.get("subscriptionResponse")
        said = inner.get("ksid") if isinstance(inner, dict) else value.get("id")
        return str(said), answer.status


def _key(one: Subscriber, by: str) -> str | None:
    return {"ksid": one.ksid, "ufid": one.ufid, "deviceId": one.device}[by]


def _holds(one: Subscriber, sid: str) -> bool:
    return one.active and one.sid == sid


def _state(one: Subscriber) -> str:
    return "a deleted" if one.deleted else "an active" if one.active else "an inactive"


def _fields(one: Subscriber) -> dict[str, Any]:
    fields = {"appId": one.app, "deviceId": one.device, "sid": one.sid, "osType": "androidgcm", "ufid": one.ufid}
    return {name: value for name, value in fields.items() if value is not None}
