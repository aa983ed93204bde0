"""Vibes: who is the same person, and who is another (reference, sections 4.2, 4.4, 4.6 and 17)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.vendors.vibes import identity, persons
from tests.mutants.catalogue.vibes_access import ADD, ANNE, JOHN, UPDATE, UPDATE_EXTERNAL, P
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "identity")
_KNOWN = {"mobile_phone": {"mdn": "2995551234"}, "custom_fields": {"first_name": "Jack"}}
_NEW = {"external_person_id": "EXT900001"}


@mutant("A known MDN merges", "vibes 4.2 [S][D14]", "prose", ADD, [post(P, _KNOWN)])
def known_mdn_is_a_conflict(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        number = persons._changes(asked["world"], asked["company_key"], asked["body"], asked["x_api_version"]).get(
            "mdn"
        )
        if number is not None and identity.by_mdn(asked["world"], asked["company_key"], number) is not None:
            raise identity.conflict([identity._OWNED])
        return original(**asked)


@mutant("Merging makes no second person", "vibes 4.2, 17.12 [S]", "prose", ADD, [post(P, _KNOWN)])
def merging_moves_the_number_to_a_new_person(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        world, key = asked["world"], asked["company_key"]
        number = persons._changes(world, key, asked["body"], asked["x_api_version"]).get("mdn")
        owner = identity.by_mdn(world, key, number) if number is not None else None
        if owner is not None and "external_person_id" not in asked["body"]:
            world.put("persons", {**owner, "mobile_phone": None})
        return original(**asked)


@mutant(
    "Members not given stay when a person is merged",
    "vibes 4.2, 17.12 [D62]",
    "prose",
    (ADD, UPDATE_EXTERNAL),
    [post(P, _KNOWN)],
)
def merging_erases(patch: Patch) -> None:
    @patch.function("identity.merge")
    def _(original, world, company_key, person, changes):
        if person is not None:
            person = world.put("persons", {**person, "custom_fields": {}})
        return original(world, company_key, person, changes)


@mutant("An addition that met a person is 200", "vibes 4.4 [D62]", "prose", ADD, [post(P, _KNOWN)])
def merged_person_is_201(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        answer.status = 201 if answer.status == 200 else answer.status


@mutant("An addition is 201", "vibes 4.4 [D11]", "prose", ADD, [post(P, _NEW)])
def added_person_is_200(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        answer.status = 200 if answer.status == 201 else answer.status


@mutant("A known external id merges", "vibes 4.2 [D14]", "prose", ADD, [post(P, {"external_person_id": "EXT542399"})])
def known_external_id_is_a_conflict(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        world, key = asked["world"], asked["company_key"]
        changes = persons._changes(world, key, asked["body"], asked["x_api_version"])
        wanted = changes.get("external_person_id")
        if wanted and "mdn" not in changes and identity.by_external_id(world, key, wanted) is not None:
            raise identity.conflict([identity._ELSEWHERE])
        return original(**asked)


@mutant(
    "An MDN whose owner has another external id is 409",
    "vibes 4.2 [D11]",
    "prose",
    ADD,
    [post(P, {**_NEW, "mobile_phone": {"mdn": "2995551234"}})],
)
def owner_of_the_mdn_renamed(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        world, key, body = asked["world"], asked["company_key"], asked["body"]
        changes = persons._changes(world, key, body, asked["x_api_version"])
        owner = identity.by_mdn(world, key, changes["mdn"]) if changes.get("mdn") else None
        wanted = changes.get("external_person_id")
        if owner is not None and wanted and identity.by_external_id(world, key, wanted) is None:
            world.put("persons", {**owner, "external_person_id": None})
        return original(**asked)


@mutant(
    "MDN and external id of two persons are 409",
    "vibes 4.2 [I]",
    "prose",
    ADD,
    [post(P, {"external_person_id": "EXT542399", "mobile_phone": {"mdn": "2995551234"}})],
)
def two_persons_meant_and_one_changed(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        world, key, body = asked["world"], asked["company_key"], asked["body"]
        changes = persons._changes(world, key, body, asked["x_api_version"])
        owner = identity.by_mdn(world, key, changes["mdn"]) if changes.get("mdn") else None
        wanted = changes.get("external_person_id")
        other = identity.by_external_id(world, key, wanted) if wanted else None
        if owner is not None and other is not None and owner["person_key"] != other["person_key"]:
            asked["body"] = {name: it for name, it in body.items() if name != "external_person_id"}
        return original(**asked)


@mutant(
    "An external id belongs to one person",
    "vibes 4.1, 17.13 [D9]",
    "prose",
    UPDATE,
    [put(ANNE, {"external_person_id": "EXT542342"})],
)
def external_id_taken_over(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, **asked):
        world, key, wanted = asked["world"], asked["company_key"], asked["body"].get("external_person_id")
        person = identity.by_key(world, key, asked["person_key"])
        owner = identity.by_external_id(world, key, wanted) if wanted else None
        if person is not None and owner is not None and owner["person_key"] != person["person_key"]:
            world.put("persons", {**owner, "external_person_id": None})
        return original(**asked)


@mutant(
    "An MDN of somebody else is 409",
    "vibes 4.6 [I]",
    "prose",
    UPDATE,
    [put(f"{P}/2b7d4c19-e05f-4a38-9c62-d81f3e70a5b4", {"mobile_phone": {"mdn": "2995551234"}})],
)
def mdn_taken_over(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, **asked):
        world, key = asked["world"], asked["company_key"]
        person = identity.by_key(world, key, asked["person_key"])
        if person is not None and not person["mobile_phone"]:
            number = persons._changes(world, key, asked["body"], asked["x_api_version"]).get("mdn")
            owner = identity.by_mdn(world, key, number) if number else None
            if owner is not None:
                world.put("persons", {**owner, "mobile_phone": None})
        return original(**asked)


@mutant(
    "128 characters are enough, 129 too many",
    "vibes 4.1, 17.13 [D8]",
    "schema",
    ADD,
    [post(P, {"external_person_id": "E" * 129})],
)
def external_id_of_129_characters_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["ExternalPersonId"] = {"type": "string", "minLength": 1, "maxLength": 129}
        del document["components"]["schemas"]["Person"]["properties"]["external_person_id"]["maxLength"]


@mutant(
    "An external id may have 128 characters",
    "vibes 4.1, 17.13 [D8]",
    "schema",
    (UPDATE, UPDATE_EXTERNAL),
    [put(JOHN, {"external_person_id": "E" * 128})],
)
def external_id_of_128_characters_refused(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        update = document["components"]["schemas"]["PersonUpdate"]["properties"]
        update["external_person_id"] = {**update["external_person_id"], "maxLength": 127}


@mutant(
    "An external id alone is enough to add a person",
    "vibes 4.4, 17.51 [S][D62]",
    "schema",
    ADD,
    [post(P, _NEW)],
)
def phone_demanded(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["PersonInput"]["anyOf"] = [{"required": ["mobile_phone"]}]


@mutant(
    "A person needs a phone or an external id",
    "vibes 4.4 [D62]",
    "schema",
    ADD,
    [post(P, {"custom_fields": {"first_name": "Jane"}})],
)
def anonymous_person_added(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["PersonInput"]["anyOf"]


_UPSERT = f"{P}/external/EXT900001"


@mutant("An unknown external id adds a person", "vibes 4.6 [D13]", "prose", UPDATE_EXTERNAL, [put(_UPSERT, {})])
def unknown_external_id_is_404(patch: Patch) -> None:
    @patch.function("persons.update_person_by_external_id")
    def _(original, **asked):
        if identity.by_external_id(asked["world"], asked["company_key"], asked["external_person_id"]) is None:
            raise NotFound("The person was not found")
        return original(**asked)


@mutant(
    "An unknown external id adds a person",
    "vibes 4.6 [D13]",
    "prose",
    UPDATE_EXTERNAL,
    [put(_UPSERT, {}), get(_UPSERT)],
)
def person_of_an_unknown_external_id_forgotten(patch: Patch) -> None:
    @patch.function("persons.update_person_by_external_id")
    def _(original, **asked):
        if identity.by_external_id(asked["world"], asked["company_key"], asked["external_person_id"]) is None:
            return Reply(asked["body"], 201)
        return original(**asked)


@mutant("An addition by external id is 201", "vibes 4.6 [D13]", "prose", UPDATE_EXTERNAL, [put(_UPSERT, {})])
def addition_by_external_id_is_200(patch: Patch) -> None:
    @patch.answer(UPDATE_EXTERNAL)
    def _(answer: Answer) -> None:
        answer.status = 200 if answer.status == 201 else answer.status


@mutant(
    "Another external id in the body renames",
    "vibes 4.6 [D62]",
    "prose",
    UPDATE_EXTERNAL,
    [put(f"{P}/external/EXT542342", _NEW), get(JOHN)],
)
def external_id_in_the_body_ignored(patch: Patch) -> None:
    @patch.function("persons.update_person_by_external_id")
    def _(original, **asked):
        body = asked["body"]
        reply = original(**{**asked, "body": {**body, "external_person_id": asked["external_person_id"]}})
        reply.body = body
        return reply


@mutant(
    "Data for an unknown external id go to the owner of the MDN",
    "vibes 4.6 [D64]",
    "prose",
    UPDATE_EXTERNAL,
    [put(_UPSERT, {"mobile_phone": {"mdn": "2995550119"}})],
)
def owner_of_the_mdn_not_merged_by_external_id(patch: Patch) -> None:
    @patch.function("persons.update_person_by_external_id")
    def _(original, **asked):
        world, key = asked["world"], asked["company_key"]
        number = persons._changes(world, key, asked["body"], asked["x_api_version"]).get("mdn")
        owner = identity.by_mdn(world, key, number) if number else None
        known = identity.by_external_id(world, key, asked["external_person_id"])
        if known is None and owner is not None and owner["external_person_id"] is None:
            world.put("persons", {**owner, "mobile_phone": None})
        return original(**asked)
