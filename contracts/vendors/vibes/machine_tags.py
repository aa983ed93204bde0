"""Tags as a state machine: added one by one and together, put, renamed, removed, of two persons side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.vibes.persons import ADD as ADD_PERSON
from contracts.vendors.vibes.subscriptions import objects
from contracts.vendors.vibes.tags import ADD, CLEAR, GET, LIST, PUT, REMOVE

# Few, so that they meet; as texts in a path they want to be encoded.
TAGS = ("vip", "loyalty card", "50% off/été", "VIP")
FAULTS: dict[str, Any] = {
    "an empty tag": {"tag": ""},
    "256 characters": {"tag": "x" * 256},
    "no tag": {},
    "an empty tag among others": [{"tag": "vip"}, {"tag": ""}],
}

who, tags = st.integers(0, 1), st.sampled_from(TAGS)


@dataclass(slots=True, eq=False)
class Tagged:
    """A person, and each of their tags as it was first shown; None until then."""

    key: str
    tags: dict[str, Any] = field(default_factory=dict)


class Tags(Machine):
    """What happens to the tags of two persons."""

    operations = (ADD, LIST, GET, PUT, REMOVE, CLEAR)
    steps = 7

    def begin(self) -> None:
        self.known: list[Tagged] = []
        for name in ("EXT-A", "EXT-B"):
            answer = self.call(ADD_PERSON, body={"external_person_id": self.fresh(name)})
            body = answer.value if isinstance(answer.value, dict) else {}
            self.known.append(Tagged(str(body.get("person_key"))))
        self.put(0, TAGS[0])

    @rule(one=who, wanted=st.lists(tags, min_size=1, max_size=3), alone=st.booleans())
    def add(self, one: int, wanted: list[str], alone: bool) -> None:
        """4.7: one as an object, several as an array; 201 when any of them is new."""
        person = self.known[one]
        wanted = wanted[:1] if alone else wanted
        bodies = [{"tag": tag} for tag in wanted]
        answer = self.call(ADD, person_key=person.key, body=bodies[0] if alone else bodies)
        new = not person.tags.keys() >= set(wanted)
        check = "provokes" if new else "idempotent-retry"
        self.expect(answer.status == (201 if new else 200), check, "201 for what is new, else 200", answer.status)
        shown = [answer.value] if alone else answer.value
        names = [it.get("tag") for it in objects(shown)]
        self.expect(names == wanted, "read-your-write", "the tags that were sent, in their order", names)
        self._gained(person, wanted)

    @rule(one=who, tag=tags)
    def put(self, one: int, tag: str) -> None:
        """4.7: adds, or finds it there."""
        person = self.known[one]
        answer = self.call(PUT, person_key=person.key, tag=tag, body={"tag": tag})
        new = tag not in person.tags
        check = "provokes" if new else "idempotent-retry"
        self.expect(answer.status == (201 if new else 200), check, "201 for a new tag, else 200", answer.status)
        self._gained(person, [tag])

    @rule(one=who, place=st.integers(0, len(TAGS) - 1))
    def rename(self, one: int, place: int) -> None:
        """4.7; no page says what a name that is taken already does, nor what is renamed when there is no such tag."""
        person = self.known[one]
        owned, free = sorted(person.tags), [it for it in TAGS if it not in person.tags]
        if not owned or not free:
            return
        tag, name = owned[place % len(owned)], free[place % len(free)]
        answer = self.call(PUT, person_key=person.key, tag=tag, body={"tag": name})
        self.expect(answer.status == 200, "provokes", "200 for a tag that is renamed", answer.status)
        del person.tags[tag]
        self._gained(person, [name])

    @rule(one=who, tag=tags)
    def remove(self, one: int, tag: str) -> None:
        person = self.known[one]
        answer = self.call(REMOVE, person_key=person.key, tag=tag)
        there = tag in person.tags
        check = "provokes" if there else "delete-deletes"
        self.expect(answer.status == (204 if there else 404), check, "204 for a tag of theirs, else 404", answer.status)
        person.tags.pop(tag, None)
        self.last = "" if there else "refusal-changes-nothing"

    @rule(one=who)
    def clear(self, one: int) -> None:
        person = self.known[one]
        answer = self.call(CLEAR, person_key=person.key)
        self.expect(answer.status == 204, "provokes", "204, whether there were tags or not", answer.status)
        person.tags.clear()
        self.last = ""

    @rule(one=who, fault=st.sampled_from([*FAULTS]))
    def refused(self, one: int, fault: str) -> None:
        answer = self.call(ADD, person_key=self.known[one].key, body=FAULTS[fault])
        self.expect(answer.status == 422, "rejects-invalid", f"422 for {fault}", answer.status)
        self.last = "refusal-changes-nothing"

    @rule(seconds=st.just(3600))
    def wait(self, seconds: int) -> None:
        """Time alone changes nothing, and a tag that comes later has a later date."""
        if self.sender.has_world:
            self.sender.advance(seconds)
            self.last = ""

    def looks(self) -> Sequence[Look]:
        found: list[Look] = []
        for number, person in enumerate(self.known):
            found += [partial(self._look_at_all, person), partial(self._look_at_one, person, number)]
        return found

    def _gained(self, person: Tagged, wanted: list[str]) -> None:
        person.tags.update({tag: None for tag in wanted if tag not in person.tags})
        self.last = ""

    def _look_at_all(self, person: Tagged) -> None:
        """All tags, each once, and none that is another's; what was shown before stays as it was."""
        rows = objects(self.call(LIST, person_key=person.key).value)
        names = [it.get("tag") for it in rows]
        check = self.blamed("read-your-write")
        self.expect(sorted(map(str, names)) == sorted(person.tags), check, "the tags of the person, each once", names)
        for row in rows:
            before = person.tags[str(row.get("tag"))]
            self.expect(before in (None, row), check, "a tag as it was shown before", row)
            person.tags[str(row.get("tag"))] = row

    def _look_at_one(self, person: Tagged, number: int) -> None:
        """In turn: a tag of theirs is read as it is listed, another one is 404."""
        tag = TAGS[(self._glances + number) % len(TAGS)]
        answer = self.call(GET, person_key=person.key, tag=tag)
        there = tag in person.tags
        check = self.blamed("read-your-write" if there else "delete-deletes")
        self.expect(answer.status == (200 if there else 404), check, "200 for a tag of theirs, else 404", answer.status)
        if there and person.tags[tag] is not None:
            self.expect(answer.value == person.tags[tag], check, "the tag as it is listed", answer.value)
