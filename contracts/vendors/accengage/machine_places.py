"""Geofences, beacons and their groups as a state machine (Geofences, Beacons, Geogroups).

None of them can be deleted, so that this is for targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.accengage import geofences

APPS = ("myPartnerId", "mySecondPartnerId")
KINDS = ("geofence", "beacon")
apps, kinds, at = st.sampled_from(APPS), st.sampled_from(KINDS), st.integers(0, 9)
infos = st.sampled_from(({"name": "Shop"}, {"name": "Door", "latitude": 48.85, "more": {"deep": [1]}}, {}))
names = st.sampled_from((None, "east", "west"))
Row = dict[str, Any]


class Places(Machine):
    """A chain's shops on the map, of two applications."""

    operations = (
        geofences.CREATE_FENCE, geofences.GET_FENCE, geofences.UPDATE_FENCE, geofences.LIST_FENCES,
        geofences.CREATE_BEACON, geofences.GET_BEACON, geofences.UPDATE_BEACON, geofences.LIST_BEACONS,
        geofences.CREATE_GROUP, geofences.GROUPS, geofences.ADD_BEACON, geofences.ADD_FENCE,
        geofences.REMOVE_BEACON, geofences.REMOVE_FENCE,
    )  # fmt: skip
    steps = 15

    def begin(self) -> None:
        """`known` are all rows by kind and application, those of the fixture too."""
        there = APPS if self.sender.has_world else ()
        self.known = {(kind, app): self._rows(kind, app) for kind in (*KINDS, "geogroup") for app in there}

    @rule(kind=kinds, app=apps, info=infos)
    def create(self, kind: str, app: str, info: Row) -> None:
        """20.18."""
        if self.known:
            answer = self._called(f"{kind}s.create_{kind}", 200, app, body={"info": info})
            self.known[kind, app].append({"id": self._new(kind, answer.value), "info": info})

    @rule(kind=kinds, app=apps, owner=apps, at=at, info=st.one_of(infos, st.none()))
    def update(self, kind: str, app: str, owner: str, at: int, info: Row | None) -> None:
        """20.18: without `info` it is refused; in another application it is not there."""
        one = self._one(kind, owner, at)
        if one is None:
            return
        status = 404 if app != owner and info is not None else 400 if info is None else 200
        body = {} if info is None else {"info": info}
        arguments = {"body": body, f"{kind}Id": one["id"]}
        if status == 400 and app != owner:
            return  # Both are wrong, and the documents fix no order.
        self._called(f"{kind}s.update_{kind}", status, app, **arguments)
        if status == 200:
            one["info"] = info

    @rule(app=apps, name=names)
    def group(self, app: str, name: str | None) -> None:
        """1.7: an external id stands once in an application."""
        if not self.known:
            return
        taken = name is not None and any(it.get("externalId") == name for it in self.known["geogroup", app])
        body = {"name": "Shops", **({"externalId": name} if name else {})}
        answer = self._called(geofences.CREATE_GROUP, 400 if taken else 200, app, body=body)
        if not taken:
            number = self._new("geogroup", answer.value)
            self.known["geogroup", app].append({**body, "id": number, "beacons": [], "geofences": []})

    @rule(kind=kinds, app=apps, owner=apps, group=at, member=at, add=st.booleans(), external=st.booleans())
    def change(self, kind: str, app: str, owner: str, group: int, member: int, add: bool, external: bool) -> None:
        """20.56: as often as one likes, by either id of the group; what belongs to another application is not there."""
        one, place = self._one("geogroup", app, group), self._one(kind, owner, member)
        if one is None or place is None:
            return
        name = one.get("externalId")
        address = f"ext:{name}" if external and name else str(one["id"])
        operation = f"geogroups.{'add' if add else 'remove'}_geogroup_{kind}"
        status = 200 if app == owner else 404
        self._called(operation, status, app, geogroupId=address, body={"id": place["id"]})
        if status == 200:
            others = [it for it in one[f"{kind}s"] if it != place["id"]]
            one[f"{kind}s"] = [*others, place["id"]] if add else others

    def looks(self) -> Sequence[Look]:
        looks: list[Look] = [partial(self._list, *it) for it in self.known]
        looks += [
            partial(self._read, kind, app, it)
            for kind, app in self.known
            if kind in KINDS
            for it in self.known[kind, app]
        ]
        return looks

    def _list(self, kind: str, app: str) -> None:
        """Members of a group stand in any order."""
        seen = [_sorted(it) for it in self._rows(kind, app)]
        wanted = [_sorted(it) for it in self.known[kind, app]]
        self.expect(seen == wanted, self.blamed("pages"), "all as they were written last, by ascending id", seen)

    def _read(self, kind: str, app: str, row: Row) -> None:
        for who in APPS:
            arguments = {f"{kind}Id": row["id"]}
            answer = self.call(f"{kind}s.get_{kind}", partnerId=who, **arguments)
            if who == app:
                self.expect(answer.value == row, self.blamed("read-your-write"), "what was written last", f"not {row}")
            else:
                self.expect(answer.status == 404, "no-leak-between-accounts", "404 in another application")

    def _rows(self, kind: str, app: str) -> list[Row]:
        found: list[Row] = (self.call(f"{kind}s.list_{kind}s", partnerId=app).value or {}).get(f"{kind}s", [])
        return found

    def _one(self, kind: str, app: str, at: int) -> Row | None:
        rows = self.known.get((kind, app), [])
        return rows[at % len(rows)] if rows else None

    def _new(self, kind: str, value: Any) -> int:
        number = (value or {}).get("id")
        taken = [it["id"] for (name, _), rows in self.known.items() if name == kind for it in rows]
        fresh = isinstance(number, int) and number > max(taken, default=0)
        self.expect(fresh, "read-your-write", "an id above all that were given out", number)
        return int(number or 0)

    def _called(self, operation: str, status: int, app: str, **arguments: Any) -> Any:
        answer = self.call(operation, partnerId=app, **arguments)
        promise = {404: "unknown-id", 200: "provokes"}.get(status, "rejects-invalid")
        self.expect(answer.status == status, promise, f"{status} for what is known of it")
        self.last = "" if status == 200 else "refusal-changes-nothing"
        return answer


def _sorted(row: Row) -> Row:
    return {name: sorted(value) if name in ("beacons", "geofences") else value for name, value in row.items()}
