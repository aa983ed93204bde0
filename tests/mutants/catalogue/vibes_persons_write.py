"""Vibes: what an update or an addition does to the members of a person (reference, sections 4.4, 4.6 and 17)."""

from __future__ import annotations

import orjson

from mockserver.errors import Conflict, Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.vendors.vibes import persons
from tests.mutants.catalogue.vibes_access import ADD, JOHN, UPDATE, UPDATE_EXTERNAL, P
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "persons write")
UPDATES = (UPDATE, UPDATE_EXTERNAL)
WRITES = (ADD, *UPDATES)
_JACK = {"custom_fields": {"first_name": "Jack"}}
READ = get(JOHN)


@mutant("An update is stored", "vibes 4.6 [S]", "prose", UPDATE, [put(JOHN, _JACK), READ])
def update_not_stored(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, **asked):
        before = persons.identity.by_key(asked["world"], asked["company_key"], asked["person_key"])
        reply = original(**asked)
        asked["world"].put("persons", before)
        return reply


@mutant(
    "A member left out stays as it is",
    "vibes 4.6 [D12]",
    "prose",
    UPDATE,
    [put(JOHN, {"external_person_id": "EXT900001"}), READ],
)
def new_external_id_erases_the_fields(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, **asked):
        reply = original(**asked)
        if asked["body"].keys() == {"external_person_id"}:
            person = persons.identity.by_key(asked["world"], asked["company_key"], asked["person_key"])
            asked["world"].put("persons", {**person, "custom_fields": {}})
        return reply


@mutant("Custom fields are merged key by key", "vibes 4.6 [I]", "prose", WRITES, [put(JOHN, _JACK), READ])
def fields_replaced_as_a_whole(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        if changes.get("custom_fields"):
            person = world.put("persons", {**person, "custom_fields": {}})
        return original(world, person, changes)


@mutant("null removes", "vibes 4.6 [D12]", "prose", WRITES, [put(JOHN, {"external_person_id": None}), READ])
def null_external_id_ignored(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        kept = {name: it for name, it in changes.items() if name != "external_person_id" or it is not None}
        return original(world, person, kept)


@mutant(
    "null removes a custom field",
    "vibes 4.6 [D12]",
    "prose",
    WRITES,
    [put(JOHN, {"custom_fields": {"first_name": None}}), READ],
)
def null_field_ignored(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        fields = {name: it for name, it in (changes.get("custom_fields") or {}).items() if it is not None}
        return original(world, person, {**changes, "custom_fields": fields})


_MOVED = {"mobile_phone": {"mdn": "2995550143"}, **_JACK}


@mutant("A 409 leaves the person as they were", "vibes 4.6, 17.2 [I]", "prose", UPDATE, [put(JOHN, _MOVED), READ])
def conflict_keeps_the_fields_all_the_same(patch: Patch) -> None:
    @patch.step("_refuse", UPDATE)
    def _(original, compiled, world, request, refusal):
        if isinstance(refusal, Conflict):
            fields = {"custom_fields": orjson.loads(request.body).get("custom_fields")}
            asked = request.path["company_key"], request.path["person_key"]
            if fields["custom_fields"]:
                persons.update_person(world, *asked, fields, request.headers.get("x-api-version", "1"))
        return original(world, request, refusal)


@mutant("Another MDN is 409, not 422", "vibes 4.6 [S]", "prose", UPDATE, [put(JOHN, _MOVED)])
def changed_mdn_is_422(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, **asked):
        try:
            return original(**asked)
        except Conflict as refused:
            raise Invalid(refused.reason, detail=refused.detail) from None


@mutant("Updating nobody is 404", "vibes 4.6 [S]", "prose", UPDATE, [put(f"{P}/nobody", _JACK)])
def update_of_nobody_succeeds(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            return Reply(asked["body"])


@mutant("A 409 of an update has no body, or errors", "vibes 4.6 [S]", "schema", UPDATE, [put(JOHN, _MOVED)])
def conflict_shows_what_was_sent(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 409:
            answer.body = answer.sent
            answer.set_header("content-type", "application/json")


@mutant(
    "What the platform sets is ignored in a request",
    "vibes 4.4 [S]",
    "prose",
    ADD,
    [post(P, {"external_person_id": "EXT900001", "created_at": "2001-01-01T00:00:00Z"})],
)
def created_at_taken_from_the_request(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        reply = original(**asked)
        given = asked["body"].get("created_at")
        if reply.status == 201 and isinstance(given, str) and persons.profile.values._DATE.fullmatch(given):
            person = asked["world"].get("persons", reply.body["person_key"])
            asked["world"].put("persons", {**person, "created_at": given})
            reply.body["created_at"] = given
        return reply


@mutant(
    "What the platform sets is ignored, not refused",
    "vibes 4.6, 17.9 [S]",
    "schema",
    UPDATES,
    [put(JOHN, {"timezone_source": "api"})],
)
def timezone_source_refused(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["PersonUpdate"]["properties"]["timezone_source"] = {"not": {}}


@mutant("An update answers what was submitted", "vibes 4.6 [S]", "prose", UPDATE, [put(JOHN, _JACK)])
def answer_without_the_fields(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 200 and answer.is_json:
            with answer.json() as body:
                body.pop("custom_fields", None)


@mutant("`created_at` does not move", "vibes 4.1 [S]", "prose", WRITES, [put(JOHN, _JACK), READ])
def created_at_moves_with_each_update(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        changed = original(world, person, changes)
        return world.put("persons", {**changed, "created_at": changed["updated_at"]})


@mutant("`updated_at` tells of an update", "vibes 4.1 [D14]", "silent", WRITES, [put(JOHN, _JACK), READ])
def updated_at_stands_still(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        return world.put("persons", {**original(world, person, changes), "updated_at": person["updated_at"]})
