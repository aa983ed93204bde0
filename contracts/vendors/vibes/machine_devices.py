"""Push devices as a state machine: they come by import, move by import and by assignment, and have one person each.

What an import does to persons takes the world's clock, so that this is for targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.vibes.devices import ASSIGN, GET, LIST, LIST_EXTERNAL
from contracts.vendors.vibes.migrations import IMPORT
from contracts.vendors.vibes.persons import ADD
from contracts.vendors.vibes.subscriptions import objects

OTHER_APP = "EmptyAppId1"
TOKENS = ("gate-ios", "gate:android/1", "gate-3")
# The last one has no external id until a device gives them one.
EXTERNALS = ("EXT-A", "EXT-B", None)
GIVEN = "EXT-GIVEN"
_LONG_ENOUGH = 15 * 60

persons, tokens = st.integers(0, len(EXTERNALS) - 1), st.sampled_from(TOKENS)
targets = st.sampled_from(["key", "external", "both"])
FAULTS: dict[str, tuple[dict[str, str], int]] = {
    "nobody's person_key": ({"person_key": "nobody-at-all"}, 404),
    "no identifier": ({}, 422),
}


@dataclass(slots=True, eq=False)
class Owner:
    """A person, as far as devices tell them apart."""

    key: str
    external: str | None


class Devices(Machine):
    """What happens to three devices and three persons."""

    operations = (ASSIGN, GET, LIST, LIST_EXTERNAL)
    steps = 7

    def begin(self) -> None:
        self.owners: list[Owner] = []
        self.owner_of: dict[str, Owner] = {}
        self.ids: dict[str, str] = {}
        if not self.sender.has_world:
            return
        for number, external in enumerate(EXTERNALS):
            body: dict[str, Any] = {"mobile_phone": {"mdn": f"299555017{number}"}}
            answer = self.call(ADD, body=body | ({"external_person_id": external} if external else {}))
            person = answer.value if isinstance(answer.value, dict) else {}
            self.owners.append(Owner(str(person.get("person_key")), external))
        self.import_(TOKENS[0], 0)
        self.import_(TOKENS[1], 1)

    @rule(token=tokens, owner=st.integers(0, 1))
    def import_(self, token: str, owner: int) -> None:
        """13.1: a device that is imported is its person's, once, whoever had it before."""
        if not self.owners:
            return
        one = self.owners[owner]
        device = {"platform": "IOS", "token": token, "external_person_id": one.external}
        answer = self.call(IMPORT, body={"devices": [device]})
        self.expect(200 <= answer.status < 300, "accepts-valid", "success for a valid device", answer.status)
        self.sender.advance(_LONG_ENOUGH)
        self.owner_of[token], self.last = one, ""
        self._look(partial(self._look_at_person, one))

    @rule(token=tokens, owner=persons, by=targets)
    def assign(self, token: str, owner: int, by: str) -> None:
        """47: to whoever is named, and again to the same one; `person_key` wins over a name that is nobody's."""
        if token not in self.ids:
            return
        one = self.owners[owner]
        if by == "external" and one.external is None:
            return
        body: dict[str, Any] = {"person_key": one.key} if by != "external" else {"external_person_id": one.external}
        answer = self._assign(token, {**body, "external_person_id": "EXT-NOBODY"} if by == "both" else body)
        self.expect(answer.status == 200, "provokes", "200 for a known person", answer.status)
        self._owned(token, one, answer.value)

    @rule(token=tokens)
    def name(self, token: str) -> None:
        """13.3: an external id that is nobody's goes to whoever has the device; not settled for who has another."""
        one = self.owner_of.get(token)
        if one is None or one.external is not None:
            return
        answer = self._assign(token, {"external_person_id": GIVEN})
        self.expect(answer.status == 200, "provokes", "200 for an external id that is new", answer.status)
        one.external = GIVEN
        self._owned(token, one, answer.value)

    @rule(token=tokens, fault=st.sampled_from([*FAULTS]))
    def refused(self, token: str, fault: str) -> None:
        if token not in self.ids:
            return
        body, status = FAULTS[fault]
        answer = self._assign(token, body)
        self.expect(answer.status == status, "provokes", f"{status} for {fault}", answer.status)
        self.last = "refusal-changes-nothing"

    def looks(self) -> Sequence[Look]:
        found: list[Look] = [partial(self._look_at_person, one) for one in self.owners]
        return [*found, *(partial(self._look_at_device, token) for token in self.ids)]

    def _assign(self, token: str, body: dict[str, Any]) -> Any:
        return self.call(ASSIGN, vibes_device_id=self.ids[token], body=body)

    def _owned(self, token: str, one: Owner, shown: Any) -> None:
        seen = {name: shown.get(name) for name in ("person_key", "external_person_id")} if shown else shown
        wanted = {"person_key": one.key, "external_person_id": one.external}
        self.expect(seen == wanted, "read-your-write", "the person who has the device now", seen)
        self.owner_of[token], self.last = one, ""

    def _look_at_person(self, one: Owner) -> None:
        """4.13: the devices of a person, by either id; an empty array for none."""
        answer = self.call(LIST, person_key=one.key)
        check = self.blamed("counts-add-up")
        self.expect(answer.status == 200, check, "200 for a known person", answer.status)
        rows = objects(answer.value)
        wanted = sorted(token for token, owner in self.owner_of.items() if owner is one)
        seen = sorted(str(it.get("push_token")) for it in rows)
        self.expect(seen == wanted, check, "the devices of the person, each once", seen)
        for row in rows:
            known = self.ids.setdefault(str(row.get("push_token")), str(row.get("vibes_device_id")))
            same = known == row.get("vibes_device_id")
            self.expect(same, check, "a device with the id that it always had", row.get("vibes_device_id"))
        if one.external is not None:
            same = objects(self.call(LIST_EXTERNAL, external_person_id=one.external).value) == rows
            self.expect(same, check, "the same devices by the external id")

    def _look_at_device(self, token: str) -> None:
        """13.2: below `device`, and under its own app only."""
        answer = self.call(GET, vibes_device_id=self.ids[token])
        device = answer.value.get("device") if isinstance(answer.value, dict) else None
        seen = device.get("push_token") if isinstance(device, dict) else None
        self.expect(seen == token, self.blamed("read-your-write"), "the device with its token", seen)
        answer = self.call(GET, app_id=OTHER_APP, vibes_device_id=self.ids[token])
        self.expect(answer.status == 404, "unknown-id", "404 for a device of another app", answer.status)
