"""Volt MX as a state machine: one store of subscriptions behind JSON and XML (section 2.6 and 2.7 of our reference).

Volt MX has no read operation here, so a look repeats what should change nothing: an active subscription is sent again
(201), an inactive one is ended again (`Already unsubscribed.`), each with its KSID.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, multiple, precondition, rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.voltmx.machine_subscribers import Subscribers
from contracts.vendors.voltmx.subscriptions import APP, CHANGE, OTHER_APP, TOKEN
from specs.codecs import is_xml

JSON, XML = "application/json", "text/xml"
# Few, so that devices meet; each spelling of a platform with the one that it stands for.
APPS, DEVICES, SIDS, UFIDS = (APP, OTHER_APP), ("device-1", "device-2"), ("token-1", "token-2"), ("ana@x.com", "2890XZ")
SYSTEMS = {
    ("androidgcm", None): "androidgcm",
    ("android", "true"): "androidgcm",
    ("android", "false"): "android",
    ("iphone", None): "iphone",
    ("iPhone", None): "iphone",
    ("webfcm", "true"): "webfcm",
    ("Windows8", None): "windows8",
}
NEW, UPDATED, ENDED, ENDED_BEFORE = (
    "Subscription successful.", "Update successful.", "Unsubscription successful.", "Already unsubscribed.",
)  # fmt: skip
UNCLEAR, UNKNOWN, NO_APP = "Subscription unclear.", "No valid subscription exists", "Invalid"

kinds, apps, devices, sids = map(st.sampled_from, ((JSON, XML), APPS, DEVICES, SIDS))
systems, ufids = st.sampled_from([*SYSTEMS]), st.none() | st.sampled_from(UFIDS)
Wish = tuple[str, str, str, str, tuple[str, str | None], str | None]
wishes = st.tuples(kinds, apps, devices, sids, systems, ufids)


@dataclass(slots=True, eq=False)
class Subscription:
    """What the server keeps of one device in one application."""

    ksid: str
    app: str
    device: str
    sid: str
    system: tuple[str, str | None]
    ufid: str | None
    active: bool = True


class Subscriptions(Machine):
    """Devices subscribe, change and leave, in two formats and two applications."""

    operations = (CHANGE,)
    ksids: Bundle[Subscription] = Bundle("ksids")

    def begin(self) -> None:
        self.known: list[Subscription] = []
        self.secured = False

    @initialize(target=ksids, secured=st.booleans(), wishes=st.lists(wishes, max_size=3))
    def fill(self, secured: bool, wishes: list[Wish]) -> MultipleResults[Subscription]:
        """Some devices are there already, and the server may ask for a token."""
        if secured and self.sender.has_world:
            self.sender.switch(authToken=TOKEN.token)
            self.secured = True
        for wish in wishes:
            self._subscribe(*wish)
        return multiple(*self.known)

    @rule(target=ksids, wish=wishes)
    def subscribe(self, wish: Wish) -> MultipleResults[Subscription]:
        made = self._subscribe(*wish)
        return multiple(made) if made else multiple()

    def _subscribe(
        self, kind: str, app: str, device: str, sid: str, system: tuple[str, str | None], ufid: str | None
    ) -> Subscription | None:
        """2.6: which subscription is meant, and what becomes of it; the new one, if there is one."""
        wanted = Subscription("", app, self.fresh(device), self.fresh(sid), system, ufid)
        met = [it for it in self.known if it.app == app and (it.device == wanted.device or _holds(it, wanted.sid))]
        said = self._send(kind, "subscribe", _fields(wanted))
        if len(met) > 1:
            self._refused(403, UNCLEAR, "provokes")
            return None
        if not met:
            self._is(200, NEW, "read-your-write", "a new subscription")
            self._expect_new(said)
            wanted.ksid = str(said.get("ksid"))
            self.known.append(wanted)
            self.last = ""
            return wanted
        (one,) = met
        same = one.active and _alike(one, wanted)
        if same:
            self._is(201, "Duplicate", "idempotent-retry", "the same subscription again")
        elif one.active:
            self._is(200, UPDATED, "read-your-write", "a changed subscription")
        else:
            self._is(200, "", "read-your-write", "subscribing after unsubscribing")
        if one.active or self.sender.has_world:
            self._keeps(said, one, "idempotent-retry" if same else "read-your-write")
        else:
            one.ksid = str(said.get("ksid"))  # 2.6: whether it is the one from before, no document says.
        self.last = "idempotent-retry" if same else ""
        if not same:
            one.device, one.sid, one.system, one.active = wanted.device, wanted.sid, system, True
            one.ufid = ufid or one.ufid
        return None

    @rule(kind=kinds, one=ksids, app=st.none() | apps, device=st.none() | devices)
    def unsubscribe_by_ksid(self, kind: str, one: Subscription, app: str | None, device: str | None) -> None:
        """2.7: the other keys must fit the KSID."""
        keys = {"ksid": one.ksid, "appId": app, "deviceId": self.fresh(device) if device else None}
        met = self._of(app or one.app, keys["deviceId"] or one.device)
        self._send(kind, "unsubscribe", keys)
        if met is one:
            self._ended(one)
        elif met is not None:
            self._refused(403, UNCLEAR, "provokes")
        else:
            self._refused(404, UNKNOWN, "no-leak-between-accounts" if app not in (None, one.app) else "provokes")

    @rule(kind=kinds, app=apps, device=devices)
    def unsubscribe_by_device(self, kind: str, app: str, device: str) -> None:
        met = self._of(app, self.fresh(device))
        self._send(kind, "unsubscribe", {"appId": app, "deviceId": self.fresh(device)})
        if met is None:
            self._refused(404, UNKNOWN, "unknown-id")
        else:
            self._ended(met)

    @rule(kind=kinds, one=ksids, sid=sids, fault=st.sampled_from(["osType", "sid", "isGCM", "appId"]))
    def refused(self, kind: str, one: Subscription, sid: str, fault: str) -> None:
        """A change that lacks something, or names no application."""
        fields = _fields(one) | {"sid": self.fresh(sid), "osType": "android", "isGCM": "true", "ufid": "refused@x.com"}
        fields[fault] = "no-such-app" if fault == "appId" else None
        self._send(kind, "subscribe", fields)
        if fault == "appId":
            self._refused(404, NO_APP, "provokes")
        else:
            self._refused(400, "Invalid request format.", "rejects-invalid")

    @precondition(lambda self: self.secured)
    @rule(kind=kinds, one=ksids, sid=sids, which=st.sampled_from(["none", "wrong"]), leaves=st.booleans())
    def intrude(self, kind: str, one: Subscription, sid: str, which: str, leaves: bool) -> None:
        """Without the token neither service does anything."""
        if leaves:
            self._send(kind, "unsubscribe", {"ksid": one.ksid}, which)
        else:
            self._send(kind, "subscribe", _fields(one) | {"sid": self.fresh(sid)}, which)
        self._refused(401, "Unauthorized", "auth-enforced")

    def looks(self) -> Sequence[Look]:
        return [partial(self._look_again, one, kind) for one, kind in zip(self.known, (XML, JSON) * 9, strict=False)]

    def _look_again(self, one: Subscription, kind: str) -> None:
        if one.active:
            said = self._send(kind, "subscribe", _fields(one))
            self._is(201, "", self.blamed("read-your-write"), "the stored subscription, sent again")
        else:
            said = self._send(kind, "unsubscribe", {"appId": one.app, "deviceId": one.device})
            self._is(200, ENDED_BEFORE, self.blamed("delete-deletes"), "an ended subscription, ended again")
        self._keeps(said, one, self.blamed("read-your-write"))

    def _of(self, app: str, device: str) -> Subscription | None:
        return next((it for it in self.known if (it.app, it.device) == (app, device)), None)

    def _send(self, kind: str, service: str, fields: dict[str, Any], which: str = "right") -> dict[str, Any]:
        members = {name: value for name, value in fields.items() if value is not None}
        body = {service: members} if is_xml(kind) else {"subscriptionService": {service: members}}
        by = TOKEN if self.secured else None
        answer = self.call(CHANGE, by=by, body=body, media_type=kind, credentials=which)
        value = answer.value
        if isinstance(value, dict) and isinstance(value.get("subscriptionResponse"), dict):
            value = value["subscriptionResponse"]
        self.said = value if isinstance(value, dict) else {}
        self.status = answer.status
        return self.said

    def _is(self, status: int, message: str, check: str, what: str) -> None:
        right = self.status == status and str(self.said.get("message")).startswith(message)
        self.expect(right, check, f"{status} {message or 'and its KSID'} for {what}".replace("  ", " "))

    def _refused(self, status: int, message: str, check: str) -> None:
        right = self.status == status and str(self.said.get("message")).startswith(message)
        self.expect(right, check, f"a refusal with {status} {message}")
        self.last = "refusal-changes-nothing"

    def _ended(self, one: Subscription) -> None:
        self._is(200, ENDED if one.active else ENDED_BEFORE, "delete-deletes", "an unsubscribe")
        self._keeps(self.said, one, "delete-deletes")
        self.last = "" if one.active else "idempotent-retry"
        one.active = False

    def _keeps(self, said: dict[str, Any], one: Subscription, check: str) -> None:
        self.expect(str(said.get("ksid")) == one.ksid, check, "the KSID that it had before", f"in place of {one.ksid}")

    def _expect_new(self, said: dict[str, Any]) -> None:
        used = any(it.ksid == str(said.get("ksid")) for it in self.known)
        self.expect(not used, "no-leak-between-accounts", "a KSID that no other subscription has")


def _holds(one: Subscription, sid: str) -> bool:
    return one.active and one.sid == sid


def _alike(one: Subscription, wanted: Subscription) -> bool:
    """Whether a request asks for what is stored; a `ufid` that is left out does not count."""
    same = (one.device, one.sid, SYSTEMS[one.system]) == (wanted.device, wanted.sid, SYSTEMS[wanted.system])
    return same and wanted.ufid in (None, one.ufid)


def _fields(one: Subscription) -> dict[str, Any]:
    system, gcm = one.system
    return {
        "appId": one.app, "deviceId": one.device, "sid": one.sid, "osType": system, "isGCM": gcm, "ufid": one.ufid,
    }  # fmt: skip


MACHINES = (Subscriptions, Subscribers)
