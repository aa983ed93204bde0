"""People as a state machine: added, merged, changed and read by every id, in both versions and two companies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, multiple, rule

from contracts.credentials import Credentials
from contracts.machines.machine import Look, Machine, unlike
from contracts.machines.sender import Answer
from contracts.vendors.vibes.directory import Change, Directory, Outcome, Person, body_of, flat, mdn_in, members
from contracts.vendors.vibes.persons import ADD, FIND, GET, GET_EXTERNAL, UPDATE, UPDATE_EXTERNAL
from contracts.vendors.vibes.recipes import FOREIGN_COMPANY
from contracts.vendors.vibes.target import OTHER_COMPANY

OWN, FOREIGN = "", FOREIGN_COMPANY
# Few, so that people meet. They are free in the `default` fixture.
EXTERNALS, NUMBERS = ("EXT-A", "EXT-B", "EXT-C"), ("71", "72", "73")
# Custom fields of the fixture's companies.
FIELDS = {OWN: ("first_name", "last_name", "shirt_size", "interests"), FOREIGN: ("first_name",)}
READ_ONLY = ("person_id", "person_key", "timezone_source", "created_at", "updated_at", "url")
KEYS = ("person_key", "person_id")
FIXED = (*KEYS, "created_at", "url")
FAULTS = ("unknown field", "MDN of the other version", "129 characters")

versions, companies = st.sampled_from(("1", "2")), st.sampled_from((OWN, FOREIGN))
externals, numbers, times = st.sampled_from(EXTERNALS), st.sampled_from(NUMBERS), st.integers(1, 2)
fields = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Ana", "Eva", None]),
        "last_name": st.sampled_from(["Roe", None]),
        "shirt_size": st.sampled_from(["small", "large", None]),
        "interests": st.sampled_from([["shoes"], ["hats", "shoes"], []]),
    },
)
additions = st.fixed_dictionaries({}, optional={"mdn": numbers, "external": externals, "fields": fields}).filter(
    lambda it: "mdn" in it or "external" in it
)
changes = st.fixed_dictionaries(
    {}, optional={"mdn": st.none() | numbers, "external": st.none() | externals, "fields": fields | st.none()}
)


class People(Machine):
    """What happens to people."""

    operations = (ADD, FIND, GET, UPDATE, GET_EXTERNAL, UPDATE_EXTERNAL)
    people: Bundle[Person] = Bundle("people")

    def begin(self) -> None:
        self.known = Directory()

    @initialize(target=people, wanted=st.lists(st.tuples(companies, versions, additions), max_size=3))
    def fill(self, wanted: list[tuple[str, str, Change]]) -> MultipleResults[Person]:
        """Some people are there already."""
        for company, version, change in wanted:
            self._add(self._at(company), version, change, False)
        return multiple(*self.known.people)

    @rule(target=people, company=companies, version=versions, change=additions, meddle=st.booleans())
    def add(self, company: str, version: str, change: Change, meddle: bool) -> MultipleResults[Person]:
        made = self._add(self._at(company), version, change, meddle)
        return multiple(made) if made else multiple()

    @rule(one=people, version=versions, change=changes, name=st.sampled_from(KEYS), meddle=st.booleans(), times=times)
    def update(self, one: Person, version: str, change: Change, name: str, meddle: bool, times: int) -> None:
        """The same again leads to the same."""
        wanted = self._own(change, one.company)
        body = body_of(wanted, version) | self._meddled(meddle)
        for _ in range(times):
            outcome = self.known.update(one, wanted)
            answer = self._call(UPDATE, one.company, version, person_key=one.fixed[name], body=body)
            self._written(outcome, answer, wanted, version)

    @rule(target=people, company=companies, external=externals, version=versions, change=changes, meddle=st.booleans())
    def update_by_external(
        self, company: str, external: str, version: str, change: Change, meddle: bool
    ) -> MultipleResults[Person]:
        """No page says what another external id in the body means to an unknown one in the path; null likewise."""
        company = self._at(company)
        wanted, name = self._own(change, company), self.fresh(external)
        if self.known.by_external(company, name) is None:
            wanted.pop("external", None)
        outcome = self.known.update_by_external(company, name, wanted)
        body = body_of(wanted, version) | self._meddled(meddle)
        answer = self._call(UPDATE_EXTERNAL, company, version, external_person_id=name, body=body)
        self._written(outcome, answer, wanted, version)
        return multiple(outcome.person) if outcome.status == 201 and outcome.person else multiple()

    @rule(one=people, version=versions, change=additions, fault=st.sampled_from(FAULTS), operation=st.integers(0, 2))
    def refused(self, one: Person, version: str, change: Change, fault: str, operation: int) -> None:
        """A body that would do something, but for one fault."""
        body = body_of(self._own(change, one.company), version)
        if fault == "unknown field":
            body["custom_fields"] = {**body.get("custom_fields", {}), "no_such_field": "x"}
        elif fault == "129 characters":
            body["external_person_id"] = "x" * 129
        else:
            other = "1" if version == "2" else "2"
            body["mobile_phone"] = {"mdn": mdn_in(other, self._number("79"))}
        where: list[tuple[str, dict[str, Any]]] = [
            (ADD, {}),
            (UPDATE, {"person_key": one.fixed["person_key"]}),
            (UPDATE_EXTERNAL, {"external_person_id": one.external or self.fresh("EXT-Z")}),
        ]
        name, arguments = where[operation]
        answer = self._call(name, one.company, version, body=body, **arguments)
        self.expect(answer.status == 422, "rejects-invalid", f"422 for: {fault}")
        self.last = "refusal-changes-nothing"

    @rule(one=people, name=st.sampled_from(KEYS), change=changes, writes=st.booleans())
    def trespass(self, one: Person, name: str, change: Change, writes: bool) -> None:
        """Somebody's key under another company's path."""
        if not self.sender.has_world:
            return
        other = FOREIGN if one.company == OWN else OWN
        given = {"body": body_of(self._own(change, other), "1")} if writes else {}
        answer = self._call(UPDATE if writes else GET, other, "1", person_key=one.fixed[name], **given)
        self.expect(answer.status == 404, "no-leak-between-accounts", "404 for a person of another company")
        self.last = "refusal-changes-nothing"

    @rule(company=companies, version=versions, number=numbers, external=externals)
    def find_by_both(self, company: str, version: str, number: str, external: str) -> None:
        """4.3: nobody, or the one who has both."""
        company, mdn, name = self._at(company), self._number(number), self.fresh(external)
        one = self.known.by_mdn(company, mdn)
        wanted = one if one is not None and one.external == name else None
        answer = self._call(FIND, company, version, mdn=mdn_in(version, mdn), external_person_id=name)
        self._alone(answer, wanted, "read-your-write")

    @rule(seconds=st.sampled_from([1, 3600]))
    def wait(self, seconds: int) -> None:
        """Time alone changes nobody."""
        if self.sender.has_world:
            self.sender.advance(seconds)

    def looks(self) -> Sequence[Look]:
        found: list[Look] = [partial(self._look_at, one) for one in self.known.people]
        for company in sorted({one.company for one in self.known.people}):
            found += [partial(self._look_up, company, self.fresh(external)) for external in EXTERNALS]
            found += [partial(self._look_for, company, self._number(number)) for number in NUMBERS]
        return found

    def _add(self, company: str, version: str, change: Change, meddle: bool) -> Person | None:
        wanted = self._own(change, company)
        outcome = self.known.add(company, wanted)
        answer = self._call(ADD, company, version, body=body_of(wanted, version) | self._meddled(meddle))
        self._status(outcome, answer)
        one = outcome.person
        if one is None:
            return None
        if outcome.status == 201:
            self._learn(one, answer.value)
        self._shows(answer, one, version, "idempotent-retry" if outcome.status == 200 else "read-your-write")
        return one if outcome.status == 201 else None

    def _written(self, outcome: Outcome, answer: Answer, wanted: Change, version: str) -> None:
        """An update: what was submitted comes back, and is read back."""
        self._status(outcome, answer)
        one = outcome.person
        if one is None:
            return
        names = tuple(wanted.get("fields") or ())
        echo = unlike(flat(answer.value, names), flat(body_of(wanted, version), names))
        self.expect(not echo, "read-your-write", "the submitted members in the answer", echo)
        self._look(partial(self._look_at if one.fixed else self._meet, one))

    def _status(self, outcome: Outcome, answer: Answer) -> None:
        check = {409: "provokes", 200: "idempotent-retry"}.get(outcome.status, "provokes")
        self.expect(answer.status == outcome.status, check, f"{outcome.status} for what is known of these ids")
        self.last = "refusal-changes-nothing" if outcome.status == 409 else ""

    def _meet(self, one: Person) -> None:
        """Read somebody who was added by an update, and so has ids that no answer has told yet."""
        answer = self._call(GET_EXTERNAL, one.company, "1", external_person_id=one.external)
        self.expect(answer.status == 200, "read-your-write", "200 for a person who was added")
        self._learn(one, answer.value)
        self._shows(answer, one, "1", "read-your-write")

    def _learn(self, one: Person, body: Any) -> None:
        one.fixed = {name: (body if isinstance(body, dict) else {}).get(name) for name in FIXED}
        used = any(it is not one and it.fixed.get("person_key") == one.fixed["person_key"] for it in self.known.people)
        self.expect(not used, "no-leak-between-accounts", "a person_key that nobody else has")

    def _look_at(self, one: Person) -> None:
        name, version = KEYS[self._glances % 2], "12"[self._glances // 2 % 2]
        answer = self._call(GET, one.company, version, person_key=one.fixed[name])
        self.expect(answer.status == 200, self.blamed("read-your-write"), f"200 for a known {name}")
        self._shows(answer, one, version, self.blamed("read-your-write"))
        if version == "1":
            before, one.shown = one.shown, answer.value
            self.expect(before in (None, answer.value), self.blamed("read-your-write"), "the person as shown before")

    def _look_up(self, company: str, external: str) -> None:
        one = self.known.by_external(company, external)
        answer = self._call(GET_EXTERNAL, company, "1", external_person_id=external)
        if one is None:
            check = "delete-deletes" if (company, external) in self.known.former else "unknown-id"
            self.expect(answer.status == 404, self.blamed(check), "404 for the external id of nobody")
        else:
            self.expect(answer.status == 200, self.blamed("read-your-write"), "200 for a known external id")
            self._shows(answer, one, "1", self.blamed("read-your-write"))

    def _look_for(self, company: str, mdn: str) -> None:
        answer = self._call(FIND, company, "2", mdn=mdn_in("2", mdn))
        former = (company, mdn) in self.known.former
        self._alone(answer, self.known.by_mdn(company, mdn), "delete-deletes" if former else "read-your-write", "2")

    def _alone(self, answer: Answer, one: Person | None, check: str, version: str = "") -> None:
        """A search that finds exactly this person, or nobody."""
        found = answer.value if isinstance(answer.value, list) else []
        keys = [it.get("person_key") for it in found if isinstance(it, dict)]
        right = answer.status == 200 and keys == ([one.fixed["person_key"]] if one else [])
        self.expect(right, self.blamed(check), f"an array of {'that person alone' if one else 'nobody'}")
        if one is not None and version:
            self._shows(answer, one, version, self.blamed(check), found[0])

    def _shows(self, answer: Answer, one: Person, version: str, check: str, body: Any = None) -> None:
        names = FIELDS[one.company] if self.sender.has_world else ()
        seen = unlike(flat(body or answer.value, names), members(one, version, names))
        self.expect(not seen, check, "the person with all that was written", seen)

    def _call(self, operation: str, company: str, version: str, **request: Any) -> Answer:
        by: Credentials | None = None
        if company == FOREIGN:
            by, request = OTHER_COMPANY, {"company_key": FOREIGN_COMPANY, **request}
        return self.call(operation, by=by, headers={"X-API-Version": version}, **request)

    def _at(self, company: str) -> str:
        """A company whose credentials are known: of a real vendor's, one's own."""
        return company if self.sender.has_world else OWN

    def _own(self, change: Change, company: str) -> Change:
        """A change with ids of this sequence, and with fields that the company has."""
        found = dict(change)
        if found.get("external"):
            found["external"] = self.fresh(found["external"])
        if found.get("mdn"):
            found["mdn"] = self._number(found["mdn"])
        if found.get("fields"):
            names = FIELDS[company] if self.sender.has_world else ()
            found["fields"] = {name: value for name, value in found["fields"].items() if name in names}
        return found

    def _number(self, last: str) -> str:
        return f"29{self.sender.mark or '955501'}{last}"

    def _meddled(self, meddle: bool) -> dict[str, Any]:
        return dict.fromkeys(READ_ONLY, "x") if meddle else {}
