"""Phones as a state machine: they register, renew their tokens, change, are reached by push, assigned, and gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, multiple, rule

from contracts.credentials import Credentials
from contracts.machines.machine import Look, Machine, unlike
from contracts.machines.sender import Answer
from contracts.vendors.vibes.devices import ASSIGN, GET, LIST_EXTERNAL
from contracts.vendors.vibes.sdk_devices import (
    CHANGE,
    PERSON,
    REACH,
    REGISTER,
    RENEW,
    SILENCE,
    UNREGISTER,
    device_of,
)

# Few, so that phones meet. They are free in the `default` fixture.
NAMES, PUSHES = ("EXT-P", "EXT-Q"), ("push-1", "push-2")
_PLACE = {"latitude": 41.5, "longitude": -87.25}

facts = st.fixed_dictionaries(
    {"os": st.sampled_from(("iOS", "ANDROID"))},
    optional={
        "app_version": st.sampled_from(("2.4.0", "3.0")),
        "locale": st.sampled_from(("en_US", None)),
        "location": st.sampled_from((_PLACE, None)),
    },
)


@dataclass(slots=True, eq=False)
class Phone:
    """One device. `former` are tokens that were renewed; `name` is its person's external id, None for an anonymous
    one, and `person_key` the person's, once an answer has said it."""

    id: str
    token: str
    facts: dict[str, Any]
    former: list[str] = field(default_factory=list)
    push: str | None = None
    name: str | None = None
    person_key: Any = None
    gone: bool = False


class Phones(Machine):
    """What happens to the devices that register themselves."""

    operations = (REGISTER, RENEW, CHANGE, UNREGISTER, PERSON, REACH, SILENCE, ASSIGN, GET, LIST_EXTERNAL)
    phones: Bundle[Phone] = Bundle("phones")

    def begin(self) -> None:
        self.known: list[Phone] = []
        self.owners: dict[str, Any] = {}

    @initialize(target=phones, wanted=st.lists(facts, min_size=1, max_size=2))
    def fill(self, wanted: list[dict[str, Any]]) -> MultipleResults[Phone]:
        """Some phones are there already."""
        return multiple(*map(self._register, wanted))

    @rule(target=phones, said=facts)
    def register(self, said: dict[str, Any]) -> Phone:
        return self._register(said)

    @rule(one=phones, said=facts, with_former=st.booleans())
    def renew(self, one: Phone, said: dict[str, Any], with_former: bool) -> None:
        token = one.former[-1] if with_former and one.former else one.token
        answer = self._by(RENEW, one, token, body={"device": said})
        if self._alive(one, answer, 200):
            fresh = _token_of(answer)
            used = fresh in {it for other in self.known for it in (other.token, *other.former)}
            self.expect(not used, "read-your-write", "a token that was never given out before")
            self.expect(device_of(answer.value).get("vibes_device_id") == one.id, "read-your-write", "the same device")
            one.former.append(one.token)
            one.token = fresh
            one.facts |= said

    @rule(one=phones, said=facts)
    def change(self, one: Phone, said: dict[str, Any]) -> None:
        if self._alive(one, self._by(CHANGE, one, one.token, body={"device": said}), 204):
            one.facts |= said

    @rule(one=phones, push=st.sampled_from(PUSHES), times=st.integers(1, 2))
    def reach(self, one: Phone, push: str, times: int) -> None:
        """A token reaches one device."""
        token = self.fresh(push)
        for _ in range(times):
            if self._alive(one, self._by(REACH, one, one.token, body={"device": {"push_token": token}}), 204):
                for other in self.known:
                    other.push = None if other.push == token else other.push
                one.push = token

    @rule(one=phones)
    def silence(self, one: Phone) -> None:
        if self._alive(one, self._by(SILENCE, one, one.token), 204):
            one.push = None

    @rule(one=phones, name=st.sampled_from(NAMES), by_itself=st.booleans(), times=st.integers(1, 2))
    def assign(self, one: Phone, name: str, by_itself: bool, times: int) -> None:
        """No page settles what an unknown name does to a person who has another one."""
        external = self.fresh(name)
        if one.name not in (None, external) and external not in self.owners:
            return
        body = {"external_person_id": external}
        for _ in range(times):
            if by_itself:
                answer = self._by(ASSIGN, one, one.token, body=body)
            else:
                answer = self.call(ASSIGN, vibes_device_id=one.id, body=body)
            if self._alive(one, answer, 200):
                key = answer.value.get("person_key") if isinstance(answer.value, dict) else None
                wanted = self.owners.get(external, one.person_key)
                if wanted is not None:
                    self.expect(key == wanted, "read-your-write", "the person with the external id, or who had it")
                one.name, one.person_key, self.owners[external] = external, key, key

    @rule(one=phones)
    def unregister(self, one: Phone) -> None:
        if self._alive(one, self._by(UNREGISTER, one, one.token), 204):
            one.gone, one.push = True, None

    @rule(one=phones, operation=st.sampled_from((PERSON, SILENCE, UNREGISTER)))
    def come_with_a_former_token(self, one: Phone, operation: str) -> None:
        for token in one.former[-1:]:
            answer = self._by(operation, one, token)
            self.expect(answer.status in (401, 404), "expired-token", "a refusal of a token that was renewed")
            self.last = "refusal-changes-nothing"

    @rule(one=phones, other=phones, operation=st.sampled_from((PERSON, SILENCE, UNREGISTER, ASSIGN)))
    def come_with_anothers_token(self, one: Phone, other: Phone, operation: str) -> None:
        if one is not other:
            answer = self._by(operation, one, other.token)
            refused = answer.status in (401, 403, 404)
            self.expect(refused, "no-leak-between-accounts", "a refusal of another device's token")
            self.last = "refusal-changes-nothing"

    def looks(self) -> Sequence[Look]:
        found: list[Look] = [partial(self._look_at_device, it) for it in self.known]
        found += [partial(self._look_at_person, it) for it in self.known if not it.gone]
        return [*found, *(partial(self._look_at_list, name) for name in self.owners)]

    def _register(self, said: dict[str, Any]) -> Phone:
        answer = self.call(REGISTER, body={"device": said})
        self.expect(200 <= answer.status < 300, "accepts-valid", "success for a valid device")
        one = Phone(str(device_of(answer.value).get("vibes_device_id")), _token_of(answer), dict(said))
        used = any(one.id == it.id or one.token in (it.token, *it.former) for it in self.known)
        self.expect(not used, "read-your-write", "an id and a token that no other device has")
        self.known.append(one)
        self.last = ""
        return one

    def _by(self, operation: str, one: Phone, token: str, **request: Any) -> Answer:
        by = Credentials(token=token, public=True)
        return self.call(operation, by=by, vibes_device_id=one.id, **request)

    def _alive(self, one: Phone, answer: Answer, status: int) -> bool:
        """Whether the device is there, so that the call had to succeed."""
        self.last = ""
        if one.gone:
            self.expect(answer.status in (401, 404), "delete-deletes", "a refusal for a device that is gone")
            self.last = "refusal-changes-nothing"
            return False
        self.expect(answer.status == status, "accepts-valid", f"{status} for a device that is there")
        return True

    def _look_at_device(self, one: Phone) -> None:
        answer = self.call(GET, vibes_device_id=one.id)
        if one.gone:
            self.expect(answer.status == 404, self.blamed("delete-deletes"), "404 for a device that is gone")
            return
        wanted = {**one.facts, "os": one.facts["os"].upper(), "push_token": one.push, "vibes_device_id": one.id}
        seen = unlike(device_of(answer.value), wanted)
        self.expect(not seen, self.blamed("read-your-write"), "the device as it has said", seen)

    def _look_at_person(self, one: Phone) -> None:
        answer = self._by(PERSON, one, one.token)
        body = answer.value if isinstance(answer.value, dict) else {}
        check = self.blamed("read-your-write")
        self.expect(answer.status == 200, check, "200 for the person of a device")
        self.expect(body.get("external_person_id") == one.name, check, "the person whom the device was given to")
        if one.person_key is None:
            one.person_key = body.get("person_key")
        self.expect(body.get("person_key") == one.person_key, check, "the same person as before")

    def _look_at_list(self, name: str) -> None:
        answer = self.call(LIST_EXTERNAL, external_person_id=name)
        found = [it.get("vibes_device_id") for it in answer.value or ()] if answer.status == 200 else []
        wanted = sorted(it.id for it in self.known if it.name == name and not it.gone)
        check = self.blamed("counts-add-up")
        self.expect(answer.status == 200 and sorted(found) == wanted, check, "each device of the person, once")


def _token_of(answer: Answer) -> str:
    return str(answer.value.get("auth_token")) if isinstance(answer.value, dict) else ""
