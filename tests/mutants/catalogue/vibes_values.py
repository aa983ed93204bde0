"""Vibes: MDNs and the values of custom fields, as they are written (reference, sections 2.3, 4.1, 4.2 and 17)."""

from __future__ import annotations

import orjson

from mockserver.errors import Invalid
from mockserver.vendors.vibes import mdn, persons
from mockserver.vendors.vibes.errors import Code
from tests.mutants.catalogue.vibes_access import ADD, ANNE, JOHN, UPDATE, UPDATE_EXTERNAL, P
from tests.mutants.catalogue.vibes_persons_write import READ, UPDATES, WRITES
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "values")


@mutant(
    '`{"mdn":null}` removes the MDN too',
    "vibes 4.2 [D12][D70]",
    "schema",
    UPDATES,
    [put(JOHN, {"mobile_phone": {"mdn": None}})],
)
def null_inside_the_phone_refused(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        phone = document["components"]["schemas"]["PersonUpdate"]["properties"]["mobile_phone"]
        del phone["properties"]["mdn"]["nullable"]


@mutant("null removes the MDN", "vibes 4.2 [D12]", "prose", WRITES, [put(JOHN, {"mobile_phone": None}), READ])
def null_phone_ignored(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        if changes.get("mdn", "") is None:
            changes = {name: it for name, it in changes.items() if name != "mdn"}
        return original(world, person, changes)


@mutant(
    "An MDN cannot be replaced",
    "vibes 4.2 [S]",
    "prose",
    WRITES,
    [put(JOHN, {"mobile_phone": {"mdn": "2995550143"}})],
)
def mdn_replaced(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        if changes.get("mdn") and person["mobile_phone"] and changes["mdn"] != person["mobile_phone"]["mdn"]:
            person = original(world, person, {"mdn": None})
        return original(world, person, changes)


@mutant(
    "An MDN that was removed may be set anew",
    "vibes 4.2, 17.11 [I]",
    "prose",
    UPDATE,
    [put(JOHN, {"mobile_phone": None}), put(JOHN, {"mobile_phone": {"mdn": "2995550143"}})],
)
def removed_mdn_cannot_be_set_anew(patch: Patch) -> None:
    @patch.put("persons")
    def put_(original, world, person):
        known = world.get("persons", person["person_key"]) or {}
        had = known.get("had") or persons.profile.mdn_of(known)
        return original({**person, "had": had} if had else person)

    @patch.function("persons.update_person")
    def _(original, **asked):
        person = persons.identity.by_key(asked["world"], asked["company_key"], asked["person_key"])
        wanted = (asked["body"].get("mobile_phone") or {}).get("mdn")
        if person and wanted and person.get("had") and not person["mobile_phone"]:
            raise persons.identity.conflict([persons.identity._FIXED])
        return original(**asked)


@mutant(
    "The same MDN again is no change",
    "vibes 4.2, 17.10 [I]",
    "prose",
    (*WRITES, "acquisitions.add_participant"),
    [put(JOHN, {"mobile_phone": {"mdn": "2995551234"}})],
)
def same_mdn_again_is_a_conflict(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        if changes.get("mdn") and persons.profile.mdn_of(person):
            raise persons.identity.conflict([persons.identity._FIXED])
        return original(world, person, changes)


_UNKNOWN_FIELD = {"custom_fields": {"shoe_colour": "red", "first_name": "Jack"}}


@mutant("An unknown custom field is refused", "vibes 4.1, 17.14 [I]", "prose", WRITES, [put(JOHN, _UNKNOWN_FIELD)])
def unknown_field_passed_over(patch: Patch) -> None:
    @patch.function("values.read")
    def _(original, fields, given, errors):
        known = {field["name"] for field in fields}
        return original(fields, {name: it for name, it in given.items() if name in known}, errors)


@mutant(
    "A 422 stores nothing",
    "vibes 4.6, 17.14 [I]",
    "prose",
    UPDATE_EXTERNAL,
    [put(f"{P}/external/EXT542342", _UNKNOWN_FIELD), READ],
)
def good_fields_of_a_refused_update_kept(patch: Patch) -> None:
    @patch.step("_refuse", UPDATE_EXTERNAL)
    def _(original, compiled, world, request, refusal):
        errors = refusal.detail if isinstance(refusal, Invalid) and isinstance(refusal.detail, tuple) else ()
        if any(error.code == Code.CUSTOM_FIELD for error in errors):
            company, own = request.path["company_key"], request.path["external_person_id"]
            person = persons.identity.by_external_id(world, company, own)
            fields = persons.profile.values.defined(world, company)
            names = {field["name"] for field in fields}
            given = orjson.loads(request.body)["custom_fields"]
            kept = {name: it for name, it in given.items() if name in names}
            if person is not None:
                changes = persons.profile.values.read(fields, kept, [])
                persons.identity.change(world, person, {"custom_fields": changes})
        return original(world, request, refusal)


@mutant(
    "All that was chosen is kept",
    "vibes 4.1 [D10]",
    "prose",
    WRITES,
    [put(ANNE, {"custom_fields": {"interests": ["shoes", "hats"]}}), get(ANNE)],
)
def only_the_first_choice_kept(patch: Patch) -> None:
    @patch.function("identity.change")
    def _(original, world, person, changes):
        fields = {
            name: it[:1] if isinstance(it, list) else it for name, it in (changes.get("custom_fields") or {}).items()
        }
        return original(world, person, {**changes, "custom_fields": fields})


@mutant(
    "Text may hold any character",
    "vibes 4.1 [S]",
    "schema",
    WRITES,
    [put(JOHN, {"custom_fields": {"last_name": "\U0001f600"}})],
)
def emoji_is_a_server_error(patch: Patch) -> None:
    @patch.put("persons")
    def _(original, world, person):
        if any(ord(letter) > 0xFFFF for it in person["custom_fields"].values() if isinstance(it, str) for letter in it):
            raise ValueError("Incorrect string value for column 'value'")
        return original(person)


@mutant(
    "An MDN is 10 digits in version 1",
    "vibes 2.3 [S]",
    "prose",
    ADD,
    [post(P, {"mobile_phone": {"mdn": "+12995550142"}})],
)
def version_1_takes_e164(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, **asked):
        given = (asked["body"].get("mobile_phone") or {}).get("mdn", "")
        return original(**{**asked, "x_api_version": "2"} if given.startswith("+") else asked)


@mutant(
    "An MDN is E.164 in version 2",
    "vibes 2.3 [S]",
    "prose",
    WRITES,
    [put(JOHN, {"mobile_phone": {"mdn": "2995551234"}}, version="2")],
)
def version_2_takes_ten_digits(patch: Patch) -> None:
    @patch.function("persons._changes")
    def _(original, world, company_key, body, version):
        given = (body.get("mobile_phone") or {}).get("mdn") or ""
        national = version == "2" and mdn._DIGITS.fullmatch(given)
        return original(world, company_key, body, "1" if national else version)
