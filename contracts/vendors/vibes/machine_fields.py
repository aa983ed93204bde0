"""Custom fields as a state machine: what a company has set up, and what its people hold of it, in every form that a
value can be written in.

Fields are made in the platform: those of the `default` fixture are known, so that this is for targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.vendors.vibes.custom_fields import GET, LIST
from contracts.vendors.vibes.persons import ADD, UPDATE
from contracts.vendors.vibes.persons import GET as READ
from contracts.vendors.vibes.subscriptions import objects

TEXT, DATE, ONE, MANY = "first_name", "birth_date", "shirt_size", "interests"
KINDS = {TEXT: "string", "last_name": "string", DATE: "date", ONE: "single_selection", MANY: "multi_selection"}
OPTIONS = {ONE: {"small": "Small", "medium": "Medium", "large": "Large"},
           MANY: {"shoes": "Shoes", "hats": "Hats", "coats": "Winter Coats"}}  # fmt: skip
DATES = ("1990-12-01T00:00:00z", "2017-04-05T14:30Z", "2018-07-09T23:55:00.000Z", "2017-02-18T15:34:52+0000")
# 4.1: values that a field of this kind cannot hold.
WRONG: dict[str, tuple[Any, ...]] = {
    TEXT: (7, True, ["Ana"], {"name": "Ana"}),
    DATE: ("yesterday", "1990-13-01T00:00:00Z", "1990-12-01", 0),
    ONE: ("no-such-option", ["small"], {"option_key": "no-such-option"}, {}),
    MANY: ("shoes", ["no-such-option"], [{"option_key": "no-such-option"}], {"option_key": "shoes"}),
}


def spelled(name: str, key: str, form: str) -> Any:
    """An option as a request may name it."""
    label = OPTIONS[name][key]
    return {"key": key, "name": label, "object": {"option_key": key, "name": label, "id": None}}[form]


forms, people = st.sampled_from(["key", "name", "object"]), st.integers(0, 1)
texts = st.sampled_from(["Ana", "Zoë", 'a "b" \\ c', "x" * 255])
writes = st.one_of(
    st.tuples(st.just(TEXT), texts, st.just("")),
    st.tuples(st.just(DATE), st.sampled_from(DATES), st.just("")),
    st.tuples(st.just(ONE), st.sampled_from([*OPTIONS[ONE]]), forms),
    st.tuples(st.just(MANY), st.lists(st.sampled_from([*OPTIONS[MANY]]), unique=True), forms),
)
refusals = st.sampled_from([(name, value) for name, values in WRONG.items() for value in values])


class Fields(Machine):
    """What happens to the fields of two persons."""

    operations = (LIST, GET)
    steps = 7

    def begin(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        for name in ("EXT-A", "EXT-B") if self.sender.has_world else ():
            answer = self.call(ADD, body={"external_person_id": name})
            body = answer.value if isinstance(answer.value, dict) else {}
            self.held[str(body.get("person_key"))] = {}

    @rule(who=people, written=writes)
    def write(self, who: int, written: tuple[str, Any, str]) -> None:
        """4.1: an option by its key, by its name, or as the object that reads show."""
        if not self.held:
            return
        name, value, form = written
        if name == ONE:
            sent: Any = spelled(name, value, form)
        else:
            sent = [spelled(name, key, form) for key in value] if name == MANY else value
        key = [*self.held][who]
        answer = self.call(UPDATE, person_key=key, body={"custom_fields": {name: sent}})
        self.expect(answer.status == 200, "accepts-valid", f"200 for a {KINDS[name]}", sent)
        self.held[key][name] = value
        self.last = ""

    @rule(who=people, name=st.sampled_from([*KINDS]))
    def clear(self, who: int, name: str) -> None:
        """2.8: null removes."""
        if not self.held:
            return
        key = [*self.held][who]
        answer = self.call(UPDATE, person_key=key, body={"custom_fields": {name: None}})
        self.expect(answer.status == 200, "accepts-valid", "200 for null", answer.status)
        self.held[key].pop(name, None)
        self.last = ""

    @rule(who=people, wrong=refusals)
    def refused(self, who: int, wrong: tuple[str, Any]) -> None:
        """One value that its field cannot hold refuses the others too."""
        if not self.held:
            return
        fields = {"last_name": "Roe", wrong[0]: wrong[1]}
        answer = self.call(UPDATE, person_key=[*self.held][who], body={"custom_fields": fields})
        self.expect(answer.status == 422, "rejects-invalid", f"422 for what is no {KINDS[wrong[0]]}", wrong[1])
        self.last = "refusal-changes-nothing"

    def looks(self) -> Sequence[Look]:
        found: list[Look] = [partial(self._look_at, key) for key in self.held]
        return [*found, self._look_at_fields] if self.held else []

    def _look_at(self, key: str) -> None:
        """4.1: all fields are shown; null or an empty array for what is not set."""
        answer = self.call(READ, person_key=key)
        shown = answer.value.get("custom_fields") if isinstance(answer.value, dict) else None
        seen = _comparable(shown) if isinstance(shown, dict) else shown
        unset: dict[str, Any] = {name: [] if kind == "multi_selection" else None for name, kind in KINDS.items()}
        wanted = _comparable({**unset, **self.held[key]})
        self.expect(seen == wanted, self.blamed("read-your-write"), "every field of the company, as written", seen)

    def _look_at_fields(self) -> None:
        """7: what people write changes no field, and each is read as it is listed."""
        rows = objects(self.call(LIST).value)
        seen = {it.get("name"): it.get("type") for it in rows}
        self.expect(seen == KINDS, self.blamed("read-your-write"), "the fields of the company", seen)
        one = rows[self._glances % len(rows)] if rows else {}
        same = self.call(GET, custom_field_id=one.get("id", "none")).value
        self.expect(same == one, self.blamed("read-your-write"), "the field as it is listed", same)
        keys = [it.get("option_key") for it in objects(one.get("options"))]
        known = [*OPTIONS.get(str(one.get("name")), ())]
        self.expect(keys == known, self.blamed("read-your-write"), "its options", keys)


def _comparable(values: dict[str, Any]) -> dict[str, Any]:
    """Values with choices by their key, and dates as moments: a server may write them in another way."""
    found = {name: _bare(value) for name, value in values.items()}
    return {name: _moment(value) if name == DATE else value for name, value in found.items()}


def _moment(text: Any) -> Any:
    try:
        return datetime.fromisoformat(str(text).upper())
    except ValueError:
        return text


def _bare(value: Any) -> Any:
    """A choice by its key."""
    if isinstance(value, list):
        return [_bare(it) for it in value]
    return value.get("option_key") if isinstance(value, dict) else value
