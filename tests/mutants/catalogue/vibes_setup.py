"""Vibes: what a company has set up: itself, its subscription lists and its custom fields (reference, 3, 5 and 7)."""

from __future__ import annotations

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.vendors.vibes import (
    campaigns,
    companies,
    custom_fields,
    membership,
    profile,
    search,
    subscription_lists,
)
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get

mutant = Theme("vibes", "setup")
COMPANIES, COMPANY = "companies.list_companies", "companies.get_company"
LISTS, LIST = "subscription_lists.list_subscription_lists", "subscription_lists.get_subscription_list"
CAMPAIGNS, SUBSCRIBERS = "subscription_lists.list_acquisition_campaigns_of_list", "subscription_lists.find_subscribers"
FIELDS, FIELD = "custom_fields.list_custom_fields", "custom_fields.get_custom_field"
_L = "/companies/ABC123/mobiledb/subscription_lists"
_F = "/companies/ABC123/mobiledb/custom_fields"


@mutant("Only companies of the caller are listed", "vibes 3 [I]", "prose", COMPANIES, [get("/companies")])
def companies_of_everybody(patch: Patch) -> None:
    @patch.function("companies.list_companies")
    def _(original, **asked):
        return Reply([companies._shown(it) for it in asked["world"].find("companies")])


@mutant("The `url` of a company leads to it", "vibes 3, 17.6 [I]", "prose", COMPANY, [get("/companies/ABC123")])
def url_of_a_company_without_its_key(patch: Patch) -> None:
    @patch.answer(COMPANY)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as company:
                company["url"] = "/companies"


@mutant("A company has its key", "vibes 3 [I]", "schema", COMPANY, [get("/companies/ABC123")])
def key_of_a_company_called_id(patch: Patch) -> None:
    @patch.answer(COMPANY)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as company:
                company["id"] = company.pop("company_key")


@mutant("Only lists of the company are listed", "vibes 5.2 [D18]", "prose", LISTS, [get(_L)])
def lists_of_all_companies(patch: Patch) -> None:
    @patch.function("subscription_lists.list_subscription_lists")
    def _(original, **asked):
        return Reply([subscription_lists._shown(it) for it in asked["world"].find("subscription_lists")])


@mutant("All lists are listed", "vibes 5.2 [D18]", "prose", LISTS, [get(_L)])
def first_list_only(patch: Patch) -> None:
    @patch.function("subscription_lists.list_subscription_lists")
    def _(original, **asked):
        reply = original(**asked)
        return Reply(reply.body[:1])


@mutant("A list of another company is 404", "vibes 5.2 [D18]", "prose", LIST, [get(f"{_L}/XYZ98765")])
def list_of_another_company_read(patch: Patch) -> None:
    @patch.function("subscription_lists.get_subscription_list")
    def _(original, **asked):
        found = asked["world"].get("subscription_lists", asked["subscription_list_id"])
        return original(**asked) if found is None else Reply(subscription_lists._shown(found))


@mutant("The links of a list lead to its own", "vibes 5.1, 17.6 [D18]", "prose", (LISTS, LIST), [get(f"{_L}/1234")])
def links_of_a_list_without_its_id(patch: Patch) -> None:
    @patch.function("subscription_lists._shown")
    def _(original, known):
        shown = original(known)
        return {**shown, "acquisition_campaigns_url": f"/companies/{known['company_key']}/campaigns/acquisition"}


@mutant(
    "Only active campaigns lead to a list",
    "vibes 5.2, 17.22 [D18]",
    "prose",
    CAMPAIGNS,
    [get(f"{_L}/ABC12345/acquisition_campaigns")],
)
def past_campaigns_lead_to_a_list(patch: Patch) -> None:
    @patch.function("subscription_lists.list_acquisition_campaigns_of_list")
    def _(original, **asked):
        world = asked["world"]
        known = membership.known_list(world, asked["company_key"], asked["subscription_list_id"])
        found = world.find("acquisition_campaigns", {"subscription_list_id": known["id"]})
        return Reply([campaigns.shown(world, it) for it in found])


@mutant(
    "The campaigns of a list lead to it",
    "vibes 5.2 [D18]",
    "prose",
    CAMPAIGNS,
    [get(f"{_L}/1234/acquisition_campaigns")],
)
def campaigns_of_every_list(patch: Patch) -> None:
    @patch.function("subscription_lists.list_acquisition_campaigns_of_list")
    def _(original, **asked):
        world = asked["world"]
        membership.known_list(world, asked["company_key"], asked["subscription_list_id"])
        found = campaigns.active(world, {"company_key": asked["company_key"]})
        return Reply([campaigns.shown(world, it) for it in found])


@mutant(
    "A subscriber has an active subscription",
    "vibes 5.2, 17.23 [D54]",
    "prose",
    SUBSCRIBERS,
    [get(f"{_L}/ABC12345/subscribers?external_person_id=EXT542399")],
)
def subscriber_who_left_found(patch: Patch) -> None:
    @patch.function("subscription_lists.find_subscribers")
    def _(original, **asked):
        reply = original(**asked)
        world, version = asked["world"], asked["x_api_version"]
        wanted = search.Filters(*(asked.get(it) for it in search.Filters._fields))
        person = search.find(world, asked["company_key"], wanted, version)
        if person is None or reply.body:
            return reply
        stays = membership.of(world, person, False)
        left = any(it["subscription_list_id"] == asked["subscription_list_id"] for it in stays)
        return Reply([profile.shown(world, person, version)] if left else [])


@mutant(
    "A subscriber is subscribed to this list",
    "vibes 5.2, 17.23 [D54]",
    "prose",
    SUBSCRIBERS,
    [get(f"{_L}/ABC12345/subscribers?mdn=2995551234")],
)
def subscriber_of_another_list_found(patch: Patch) -> None:
    @patch.function("subscription_lists.find_subscribers")
    def _(original, **asked):
        reply = original(**asked)
        world, version = asked["world"], asked["x_api_version"]
        wanted = search.Filters(*(asked.get(it) for it in search.Filters._fields))
        person = search.find(world, asked["company_key"], wanted, version)
        found = person is not None and membership.of(world, person)
        return Reply([profile.shown(world, person, version)]) if found else reply


@mutant("Who is searched for must be said", "vibes 5.2 [I]", "prose", SUBSCRIBERS, [get(f"{_L}/1234/subscribers")])
def search_for_nobody_finds_nobody(patch: Patch) -> None:
    @patch.function("subscription_lists.find_subscribers")
    def _(original, **asked):
        if all(asked.get(it) is None for it in search.Filters._fields):
            membership.known_list(asked["world"], asked["company_key"], asked["subscription_list_id"])
            return Reply([])
        return original(**asked)


@mutant("Only fields of the company are listed", "vibes 7 [I]", "prose", FIELDS, [get(_F)])
def fields_of_all_companies(patch: Patch) -> None:
    @patch.function("custom_fields.list_custom_fields")
    def _(original, **asked):
        return Reply([custom_fields._shown(it) for it in asked["world"].find("custom_fields")])


@mutant("A selection shows its options", "vibes 7 [I]", "prose", (FIELDS, FIELD), [get(f"{_F}/4")])
def options_left_out(patch: Patch) -> None:
    @patch.function("custom_fields._shown")
    def _(original, field):
        return {name: it for name, it in original(field).items() if name != "options"}


@mutant("A field of another company is 404", "vibes 7 [I]", "prose", FIELD, [get(f"{_F}/6")])
def field_of_another_company_read(patch: Patch) -> None:
    @patch.function("custom_fields.get_custom_field")
    def _(original, **asked):
        try:
            return original(**asked)
        except Refusal:
            found = asked["world"].get("custom_fields", asked["custom_field_id"])
            if found is None:
                raise
            return Reply(custom_fields._shown(found))


@mutant("The `id` of a field is text", "vibes 7 [I]", "schema", FIELD, [get(f"{_F}/1")])
def id_of_a_field_is_a_number(patch: Patch) -> None:
    @patch.answer(FIELD)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as field:
                field["id"] = int(field["id"]) if field["id"].isdecimal() else field["id"]
