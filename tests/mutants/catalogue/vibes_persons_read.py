"""Vibes: how a person is found and shown (reference, sections 4.1, 4.3 and 4.5)."""

from __future__ import annotations

from mockserver.clock import epoch
from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.vendors.vibes import persons
from tests.mutants.catalogue.vibes_access import (
    ADD,
    ANNE,
    FIND,
    GET,
    GET_EXTERNAL,
    JOHN,
    READS,
    UPDATE,
    UPDATE_EXTERNAL,
    P,
)
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Asked, Patch
from tests.mutants.steps import Advance, get, post, put

mutant = Theme("vibes", "persons read")
# The operations whose answers show MDNs.
_SHOWING = (
    *READS,
    ADD,
    "subscription_lists.find_subscribers",
    "acquisitions.add_participant",
    "acquisitions.find_participants",
    "acquisitions.list_pending_acquisitions",
    "acquisitions.list_pending_acquisitions_respelled",
    "devices.assign_device",
)
_BY_MDN = get(f"{P}?mdn=2995551234")


@mutant("`person_key` is shown", "vibes 4.1 [D8][D10]", "schema", GET, [get(JOHN)])
def person_key_called_key(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as person:
                person["key"] = person.pop("person_key")


@mutant("`person_id` is a string", "vibes 4.1 [S]", "schema", FIND, [_BY_MDN])
def person_id_is_a_number_in_a_search(patch: Patch) -> None:
    @patch.answer(FIND)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as persons:
                for person in persons:
                    person["person_id"] = 1377


@mutant("An MDN is a string", "vibes 4.1 [S]", "schema", GET_EXTERNAL, [get(f"{P}/external/EXT542342")])
def mdn_is_a_number(patch: Patch) -> None:
    @patch.answer(GET_EXTERNAL)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as person:
                phone = person["mobile_phone"]
                if phone and phone["mdn"].isdigit():
                    phone["mdn"] = int(phone["mdn"])


@mutant("Timestamps are ISO 8601", "vibes 2.8 [S]", "schema", ADD, [post(P, {"external_person_id": "EXT900001"})])
def created_at_in_seconds_since_1970(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        if answer.status in (200, 201):
            with answer.json() as person:
                person["created_at"] = int(epoch(person["created_at"].upper()))


@mutant("A read shows the fields without a value as null", "vibes 4.1 [D10]", "prose", GET, [get(JOHN)])
def fields_without_a_value_left_out(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as person:
                person["custom_fields"] = {name: it for name, it in person["custom_fields"].items() if it}


@mutant("A selection is shown as an object", "vibes 4.1 [D10][D14]", "prose", GET, [get(ANNE)])
def selection_shown_as_text(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as person:
                fields = person["custom_fields"]
                for name, value in fields.items():
                    fields[name] = value["option_key"] if isinstance(value, dict) else value


@mutant("`url` leads to the person", "vibes 4.1, 17.6 [D14]", "prose", GET, [get(JOHN)])
def url_leads_nowhere(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as person:
                person["url"] = person["url"].replace("/mobiledb", "")


@mutant("Version 2 shows E.164", "vibes 2.3 [I]", "prose", _SHOWING, [get(JOHN, version="2")])
def version_2_shows_ten_digits(patch: Patch) -> None:
    @patch.function("mdn.show")
    def _(original, number, version):
        return original(number, "1")


@mutant("Version 1 shows no country code", "vibes 2.3 [I]", "prose", _SHOWING, [get(JOHN)])
def version_1_shows_the_country_code(patch: Patch) -> None:
    @patch.function("mdn.show")
    def _(original, number, version):
        return number[1:] if version == "1" else original(number, version)


@mutant(
    "Two filters narrow each other",
    "vibes 4.3 [I]",
    "prose",
    FIND,
    [get(f"{P}?mdn=2995551234&external_person_id=EXT542399")],
)
def second_filter_ignored(patch: Patch) -> None:
    @patch.function("persons.find_persons")
    def _(original, **asked):
        if asked.get("mdn") is not None:
            asked["external_person_id"] = None
        return original(**asked)


@mutant(
    "A search by external id finds its owner only",
    "vibes 4.3 [I]",
    "prose",
    FIND,
    [get(f"{P}?external_person_id=EXT5423")],
)
def search_by_the_beginning_of_an_id(patch: Patch) -> None:
    @patch.function("persons.find_persons")
    def _(original, **asked):
        wanted = asked.get("external_person_id")
        exact = original(**asked)
        if asked.get("mdn") is not None or wanted is None or exact.body:
            return exact
        found = next(
            (it for it in asked["world"].find("persons") if (it["external_person_id"] or "").startswith(wanted)), None
        )
        return exact if found is None else original(**{**asked, "external_person_id": found["external_person_id"]})


@mutant("Nobody found is an empty array", "vibes 4.3 [I]", "prose", FIND, [get(f"{P}?mdn=2995550000")])
def nobody_found_is_404(patch: Patch) -> None:
    @patch.function("persons.find_persons")
    def _(original, **asked):
        found = original(**asked)
        if not found.body:
            raise NotFound("The person was not found")
        return found


@mutant("A search answers an array", "vibes 4.3 [D54]", "schema", FIND, [_BY_MDN])
def one_person_found_without_array(patch: Patch) -> None:
    @patch.answer(FIND)
    def _(answer: Answer) -> None:
        if answer.status == 200 and answer.body != b"[]":
            answer.body = answer.body[1:-1]


@mutant("A search needs a filter", "vibes 4.3 [I]", "prose", FIND, [get(P)])
def search_without_filter_finds_all(patch: Patch) -> None:
    @patch.function("persons.find_persons")
    def _(original, **asked):
        if asked.get("mdn") is None and asked.get("external_person_id") is None:
            people = asked["world"].find("persons")
            return Reply([it for person in people for it in _shown_alone(original, asked, person)])
        return original(**asked)


def _shown_alone(original, asked, person):
    own = person["company_key"] == asked["company_key"] and person["external_person_id"]
    return original(**{**asked, "external_person_id": person["external_person_id"]}).body if own else []


@mutant(
    "An MDN in the wrong format is 400 in a search",
    "vibes 2.3, 4.3 [I]",
    "prose",
    FIND,
    [get(f"{P}?mdn=%2B12995551234")],
)
def search_takes_any_form_of_an_mdn(patch: Patch) -> None:
    @patch.request(FIND)
    def _(asked: Asked) -> None:
        plus = "mdn=%2B" in asked.exchange.target and asked.header("x-api-version") in ("", "1")
        if plus:
            asked.exchange.target = asked.exchange.target.replace("mdn=%2B1", "mdn=")


@mutant("The deprecated `person_id` is a path too", "vibes 4.5 [D10]", "prose", GET, [get(f"{P}/wd1377r4")])
def person_id_no_longer_known(patch: Patch) -> None:
    @patch.function("persons.get_person")
    def _(original, **asked):
        if asked["world"].get("persons", asked["person_key"]) is None:
            raise NotFound("The person was not found")
        return original(**asked)


_RENAMED = [put(JOHN, {"external_person_id": "EXT900002"})]


@mutant(
    "A former external id finds nobody",
    "vibes 4.2, 17.8 [D9]",
    "prose",
    GET_EXTERNAL,
    [*_RENAMED, get(f"{P}/external/EXT542342")],
)
def former_external_id_still_finds(patch: Patch) -> None:
    @patch.put("persons")
    def put_(original, world, person):
        known = world.get("persons", person["person_key"]) or {}
        before = [*known.get("before", ()), known.get("external_person_id")]
        return original({**person, "before": [it for it in before if it]})

    @patch.function("persons.get_person_by_external_id")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            for person in asked["world"].find("persons"):
                own = person["company_key"] == asked["company_key"]
                if own and asked["external_person_id"] in person.get("before", ()) and person["external_person_id"]:
                    return original(**{**asked, "external_person_id": person["external_person_id"]})
            raise


@mutant(
    "What was written is read back",
    "vibes 17.8, 17.10 [D12]",
    "prose",
    GET,
    [put(JOHN, {"custom_fields": {"first_name": "Jack"}}), Advance(1), get(JOHN)],
)
def read_is_stale_for_two_seconds(patch: Patch) -> None:
    """A replica that lags behind: until two seconds of the world's clock have passed, a read shows the state before."""

    @patch.put("persons")
    def put_(original, world, person):
        known = world.get("persons", person["person_key"])
        lag = {} if known is None else {"lag": {**known, "lag": None}, "since": world.now}
        return original({**person, **lag})

    @patch.function("persons.get_person")
    def _(original, **asked):
        world = asked["world"]
        found = original(**asked)
        person = world.get("persons", asked["person_key"]) or {}
        if person.get("lag") and world.now - person["since"] < 2:
            return Reply(persons.profile.shown(world, person["lag"], asked["x_api_version"]))
        return found


@mutant(
    "A person who was added is there",
    "vibes 17.8 [D11]",
    "prose",
    (ADD, UPDATE_EXTERNAL),
    [post(P, {"external_person_id": "EXT900001"}), get(f"{P}/external/EXT900001")],
)
def added_person_not_stored(patch: Patch) -> None:
    @patch.function("identity.merge")
    def _(original, world, company_key, known, changes):
        person, added = original(world, company_key, known, changes)
        if added:
            world.delete("persons", person["person_key"])
        return person, added


@mutant(
    "Text is kept whole",
    "vibes 4.1, 17.50 [I]",
    "silent",
    (ADD, UPDATE, UPDATE_EXTERNAL),
    [put(JOHN, {"custom_fields": {"first_name": "J" * 300}}), get(JOHN)],
)
def long_text_cut_at_255(patch: Patch) -> None:
    @patch.put("persons")
    def _(original, world, person):
        fields = {name: it[:255] if isinstance(it, str) else it for name, it in person["custom_fields"].items()}
        return original({**person, "custom_fields": fields})
