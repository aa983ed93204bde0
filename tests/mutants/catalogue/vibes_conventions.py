"""Vibes: what holds for all calls: numbers, times, the order of checks; and values of custom fields
(reference, sections 2.3 to 2.10 and 4.1)."""

from __future__ import annotations

import re
from contextlib import suppress

from mockserver.errors import Invalid
from mockserver.vendors.vibes import identity
from tests.mutants.catalogue.vibes_access import ADD, ANNE, FIND, GET, GET_EXTERNAL, JOHN, PERSONS, UPDATE, P
from tests.mutants.catalogue.vibes_broadcasts import SCHEDULE
from tests.mutants.catalogue.vibes_broadcasts import UPDATE as RESCHEDULE
from tests.mutants.catalogue.vibes_devices import ASSIGN
from tests.mutants.catalogue.vibes_setup import SUBSCRIBERS
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "conventions")
_SHOWING = (FIND, ADD, GET, GET_EXTERNAL, UPDATE, SUBSCRIBERS, ASSIGN, "sdk_devices.get_device_person")
_PARTICIPATIONS = (
    "acquisitions.add_participant",
    "acquisitions.find_participants",
    "acquisitions.list_pending_acquisitions",
    "acquisitions.list_pending_acquisitions_respelled",
)


@mutant(
    "Version 1 shows the national digits of a number from abroad",
    "vibes 2.3 [I]",
    "prose",
    (*_SHOWING, *_PARTICIPATIONS),
    [get(f"{P}/external/EXT542399")],
)
def every_country_code_has_one_digit(patch: Patch) -> None:
    @patch.function("mdn.show")
    def _(original, number, version):
        return number if version == "2" else number[2:]


_EASTERN = {
    "name": "Sale",
    "send_scheduled_date": "2026-02-14T20:30:00-0500",
    "targeting": {"message_template": "Sale", "source_lists": ["1234"]},
}


@mutant(
    "A time with an offset is that moment",
    "vibes 2.8 [S][D15]",
    "prose",
    (SCHEDULE, RESCHEDULE),
    [post("/companies/ABC123/mobiledb/broadcasts", _EASTERN)],
)
def offset_of_a_time_cut_off(patch: Patch) -> None:
    @patch.function("transmission.timed")
    def _(original, world, broadcast, errors):
        given = broadcast["send_scheduled_date"]
        local = None if given is None else re.sub(r"[+-][0-9]{2}:?[0-9]{2}$", "Z", given)
        return original(world, {**broadcast, "send_scheduled_date": local}, errors)


@mutant(
    "422 comes before 409",
    "vibes 2.10 [I]",
    "prose",
    ADD,
    [post(P, {"external_person_id": "EXT900001", "mobile_phone": {"mdn": "2995551234"}, "custom_fields": {"x": "y"}})],
)
def conflicts_looked_for_before_the_fields(patch: Patch) -> None:
    @patch.function("persons.add_person")
    def _(original, world, company_key, body, x_api_version):
        bare = {name: it for name, it in body.items() if name != "custom_fields"}
        with suppress(Invalid):
            changes = identity.profile.changes(world, company_key, bare, x_api_version, [])
            owner = identity.by_mdn(world, company_key, changes.get("mdn") or "")
            wanted = changes.get("external_person_id")
            if owner is not None and wanted is not None and owner["external_person_id"] not in (None, wanted):
                raise identity.conflict([identity._OTHERWISE])
        return original(world=world, company_key=company_key, body=body, x_api_version=x_api_version)


@mutant("Nothing chosen is an empty array", "vibes 4.1 [D10]", "prose", _SHOWING, [get(JOHN)])
def nothing_chosen_is_null(patch: Patch) -> None:
    @patch.function("values._shown")
    def _(original, field, kept):
        return original(field, kept) or None


@mutant(
    "An option may be called by its name",
    "vibes 4.1 [I]",
    "prose",
    PERSONS,
    [put(ANNE, {"custom_fields": {"shirt_size": "Large"}})],
)
def options_known_by_their_keys_only(patch: Patch) -> None:
    @patch.function("values.read")
    def _(original, fields, given, errors):
        bare = [
            {**field, "options": [{**it, "name": None} for it in field.get("options", ())]}
            if "options" in field
            else field
            for field in fields
        ]
        return original(bare, given, errors)
