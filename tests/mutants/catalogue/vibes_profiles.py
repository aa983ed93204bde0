"""Vibes: one person among others: who they are, their tags, and the lists that they are on (reference, section 4)."""

from __future__ import annotations

from mockserver.vendors.vibes import happenings, identity
from tests.mutants.catalogue.vibes_access import ADD, GET_EXTERNAL, JOHN, UPDATE, UPDATE_EXTERNAL, P
from tests.mutants.catalogue.vibes_callbacks import ADD as REGISTER
from tests.mutants.catalogue.vibes_deliveries import register
from tests.mutants.catalogue.vibes_subscriptions import ALL as SUBSCRIPTIONS
from tests.mutants.catalogue.vibes_subscriptions import ENROL
from tests.mutants.catalogue.vibes_tags import ADD as ADD_TAGS
from tests.mutants.catalogue.vibes_tags import PUT as PUT_TAG
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Hear, get, post, put

mutant = Theme("vibes", "profiles")


@mutant(
    "An external id means the one person who has it",
    "vibes 4.2, 4.5 [D9][D10]",
    "prose",
    (ADD, GET_EXTERNAL, UPDATE_EXTERNAL),
    [get(f"{P}/external/ext542342")],
)
def external_ids_in_any_case(patch: Patch) -> None:
    @patch.function("identity.by_external_id")
    def _(original, world, company_key, external_person_id):
        wanted = str(external_person_id).lower()
        alike = (
            it
            for it in world.find("persons")
            if it["company_key"] == company_key and (it["external_person_id"] or "").lower() == wanted
        )
        return original(world, company_key, external_person_id) or next(alike, None)


@mutant(
    "The owner of an MDN who has no external id gets the one that is sent",
    "vibes 4.2 [I]",
    "prose",
    (ADD, UPDATE_EXTERNAL),
    [post(P, {"external_person_id": "EXT900001", "mobile_phone": {"mdn": "2995550119"}})],
)
def owner_without_an_external_id_is_a_conflict(patch: Patch) -> None:
    @patch.function("identity.merge")
    def _(original, world, company_key, person, changes):
        wanted = changes.get("external_person_id")
        if person is not None and wanted is not None and person["external_person_id"] != wanted:
            raise identity.conflict([identity._OTHERWISE])
        return original(world, company_key, person, changes)


@mutant(
    "An update that changes nothing is not told of",
    "vibes 4.6 [D14]",
    "prose",
    (UPDATE, REGISTER),
    [register("person_updated"), put(JOHN, {"custom_fields": {"first_name": "John"}}), Hear()],
)
def unchanged_person_told(patch: Patch) -> None:
    @patch.function("persons.update_person")
    def _(original, world, company_key, person_key, **rest):
        before = identity.by_key(world, company_key, person_key)
        reply = original(world=world, company_key=company_key, person_key=person_key, **rest)
        if before is not None and identity.by_key(world, company_key, person_key) == before:
            happenings.person_updated(world, before)
        return reply


@mutant(
    "A tag may have 255 characters",
    "vibes 4.7 [I]",
    "schema",
    (ADD_TAGS, PUT_TAG),
    [post(f"{JOHN}/tags", {"tag": "t" * 255})],
)
def tag_of_255_characters_refused(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["TagInput"]["properties"]["tag"]["maxLength"] = 254


@mutant(
    "`id` of the person in a subscription is the `person_id`",
    "vibes 4.8 [D15]",
    "prose",
    SUBSCRIPTIONS,
    [get(f"{JOHN}/subscriptions")],
)
def subscription_names_its_person_by_key(patch: Patch) -> None:
    @patch.function("membership.shown")
    def _(original, person, subscription):
        found = original(person, subscription)
        return {**found, "person": {**found["person"], "id": person["person_key"]}}


_ANNE = {"person_key": "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"}


@mutant(
    "A subscription names the campaign that led to it",
    "vibes 4.8 [S]",
    "prose",
    (ENROL, *SUBSCRIPTIONS),
    [
        post("/companies/ABC123/campaigns/acquisition/Kwnl5OL3/participants", _ANNE),
        get(f"{P}/wd1377r6/subscriptions/ABC12345"),
    ],
)
def campaign_of_a_subscription_forgotten(patch: Patch) -> None:
    @patch.function("membership.begin")
    def _(original, world, person, subscription_list_id, acquisition_id=None):
        return original(world, person, subscription_list_id)
