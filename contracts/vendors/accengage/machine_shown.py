"""In-apps, alarms and inbox messages as a state machine: found by both ids, and never as another kind.

None of them can be deleted, so that this is for targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.accengage import inapps, inboxes
from contracts.vendors.accengage.devices import ALICE

APPS = ("myPartnerId", "mySecondPartnerId")
KINDS = ("inapp", "alarm", "inbox")
LISTS = {"inapp": ("inapps.list_inapps", "inapps"), "alarm": ("alarms.list_alarms", "alarms")}
BODIES: dict[str, dict[str, Any]] = {"inapp": inapps.INAPP, "alarm": inapps.ALARM, "inbox": inboxes.BODY}
PARAMETERS = {"inapp": "inAppId", "alarm": "alarmId", "inbox": "inboxId"}
READ = {"readDate": "2026-02-01T00:00:00Z"}
apps, kinds, names = st.sampled_from(APPS), st.sampled_from(KINDS), st.sampled_from((None, "here", "there"))


@dataclass(slots=True, eq=False)
class Thing:
    """An in-app, an alarm or an inbox message as it was written, with `id`."""

    kind: str
    app: str
    body: dict[str, Any]


class Shown(Machine):
    """What the application itself shows, prepared by two teams."""

    operations = (
        *inapps.INAPPS, *inapps.ALARMS, "inapps.list_inapps", "alarms.list_alarms",
        inboxes.CREATE, inboxes.UPDATE, inboxes.UPDATE_EXTERNAL, inboxes.STATUS, inboxes.STATUS_EXTERNAL,
    )  # fmt: skip
    steps = 15

    def begin(self) -> None:
        self.things: list[Thing] = []
        self.before = {(kind, app): self._rows(kind, app) for kind in LISTS for app in self._apps()}

    @rule(kind=kinds, app=apps, name=names)
    def create(self, kind: str, app: str, name: str | None) -> None:
        """1.7: ids of one sequence; an external id stands once among those of its kind in the application."""
        if not self.sender.has_world:
            return
        body = {**BODIES[kind], **({"externalId": name} if name else {})}
        taken = name is not None and self._found(kind, app, name) is not None
        answer = self._called(f"{_module(kind)}.create_{kind}", 400 if taken else 200, app, body=body)
        if not taken:
            number = (answer.value or {}).get("id")
            highest = max((it.body["id"] for it in self.things), default=0)
            fresh = isinstance(number, int) and number > highest
            self.expect(fresh, "read-your-write", "an id above those of all kinds of messages", number)
            own = {} if kind == "inbox" else {"isActive": False}
            self.things.append(Thing(kind, app, {**body, "id": number, **own}))

    @rule(at=st.integers(0, 9), external=st.booleans(), text=st.sampled_from(("Spring", "Summer")), app=apps)
    def update(self, at: int, external: bool, text: str, app: str) -> None:
        """20.19: by either id; what is left out keeps its value; in another application it is not there."""
        one = self._one(at)
        if one is None:
            return
        found, where, suffix = self._address(one, external, app)
        body = {**BODIES[one.kind], "name": text}
        status = 404 if found is None else 200
        self._called(f"{_module(one.kind)}.update_{one.kind}{suffix}", status, app, body=body, **where)
        if found is not None:
            found.body = {**found.body, **body}

    @rule(at=st.integers(0, 9), external=st.booleans(), active=st.booleans(), app=apps)
    def set_status(self, at: int, external: bool, active: bool, app: str) -> None:
        """20.57: 200 for a change, 204 for none; of an inbox message a user's dates are set, as often as one likes."""
        one = self._one(at)
        if one is None:
            return
        found, where, suffix = self._address(one, external, app)
        operation = f"{_module(one.kind)}.set_{one.kind}_status{suffix}"
        if one.kind == "inbox":
            # The device is one of the first application.
            there = found is not None and app == APPS[0]
            self._called(operation, 200 if there else 404, app, body=READ, UDID=ALICE, **where)
            return
        status = 404 if found is None else 204 if found.body["isActive"] == active else 200
        self._called(operation, status, app, body={"isActive": active}, **where)
        if found is not None:
            found.body = {**found.body, "isActive": active}

    @rule(at=st.integers(0, 9), kind=kinds, app=apps)
    def mistake(self, at: int, kind: str, app: str) -> None:
        """17 and 18: the id of another kind is the id of nothing."""
        one = self._one(at)
        if one is not None and kind != one.kind:
            body = BODIES[kind]
            where = {PARAMETERS[kind]: one.body["id"]}
            self._called(f"{_module(kind)}.update_{kind}", 404, app, body=body, **where)

    def looks(self) -> Sequence[Look]:
        shown = [partial(self._read, it) for it in self.things if it.kind != "inbox"]
        return [*shown, *(partial(self._list, kind, app) for kind in LISTS for app in self._apps())]

    def _read(self, one: Thing) -> None:
        module, app = _module(one.kind), one.app
        answer = self.call(f"{module}.get_{one.kind}", partnerId=app, **{PARAMETERS[one.kind]: one.body["id"]})
        self.expect(
            answer.value == one.body, self.blamed("read-your-write"), "what was written last", f"not {one.body}"
        )
        name = one.body.get("externalId")
        if name is not None:
            answer = self.call(f"{module}.get_{one.kind}_by_external_id", partnerId=app, externalId=name)
            same = answer.value == one.body
            self.expect(same, self.blamed("read-your-write"), "the same by its external id", f"not {one.body}")
        for other in APPS:
            if other != app:
                answer = self.call(
                    f"{module}.get_{one.kind}", partnerId=other, **{PARAMETERS[one.kind]: one.body["id"]}
                )
                self.expect(answer.status == 404, "no-leak-between-accounts", "404 in another application")

    def _list(self, kind: str, app: str) -> None:
        made = [it.body for it in self.things if (it.kind, it.app) == (kind, app)]
        wanted = sorted([*self.before[kind, app], *made], key=lambda it: int(it["id"]))
        seen = self._rows(kind, app)
        self.expect(seen == wanted, self.blamed("pages"), "all as they were written last, by ascending id", seen)

    def _rows(self, kind: str, app: str) -> list[dict[str, Any]]:
        operation, member = LISTS[kind]
        found: list[dict[str, Any]] = (self.call(operation, partnerId=app).value or {}).get(member, [])
        return found

    def _apps(self) -> tuple[str, ...]:
        return APPS if self.sender.has_world else ()

    def _one(self, at: int) -> Thing | None:
        return self.things[at % len(self.things)] if self.things else None

    def _found(self, kind: str, app: str, name: str) -> Thing | None:
        mine = (it for it in self.things if (it.kind, it.app, it.body.get("externalId")) == (kind, app, name))
        return next(mine, None)

    def _address(self, one: Thing, external: bool, app: str) -> tuple[Thing | None, dict[str, Any], str]:
        """Whom an id means in an application, the parameter that names it, and the end of the operation's name."""
        name = one.body.get("externalId")
        if external and name is not None:
            return self._found(one.kind, app, name), {"externalId": name}, "_by_external_id"
        return one if app == one.app else None, {PARAMETERS[one.kind]: one.body["id"]}, ""

    def _called(self, operation: str, status: int, app: str, **arguments: Any) -> Any:
        answer = self.call(operation, partnerId=app, **arguments)
        promise = {404: "unknown-id", 200: "read-your-write", 204: "idempotent-retry"}.get(status, "rejects-invalid")
        self.expect(answer.status == status, promise, f"{status} for what is known of it")
        self.last = "refusal-changes-nothing" if status >= 400 else ""
        return answer


def _module(kind: str) -> str:
    return "inboxes" if kind == "inbox" else f"{kind}s"
