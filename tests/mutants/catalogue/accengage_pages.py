"""Accengage: lists in pages, and their links (reference, section 1.5)."""

from __future__ import annotations

from mockserver.vendors.accengage.errors import invalid
from tests.mutants.catalogue.accengage_access import post, read
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch

mutant = Theme("accengage", "pages")
DEVICES = "devices.list_devices"
LISTS = (
    "campaigns.list_campaigns", "messages.list_messages", "messages.list_message_actions",
    "static_lists.list_static_lists", "static_lists.list_static_list_devices", "clicks.list_campaign_clicks",
    "clicks.list_message_clicks", "targets.list_campaign_targets", "targets.list_message_targets", "stats.list_stats",
    "geofences.list_geofences", "beacons.list_beacons", "geogroups.list_geogroups", "inapps.list_inapps",
    "alarms.list_alarms",
)  # fmt: skip
PAGED = (*LISTS, DEVICES)
_SECOND = [*[post("/campaigns", {"name": f"Week {n}"}) for n in range(99)], read("/campaigns?page=2")]
_FILTERED = "/messages?externalId=PushCampaign2017%25"


@mutant("Walking `next` yields each element once", "accengage 20.7 [S]", "prose", PAGED, _SECOND)
def page_begins_one_too_late(patch: Patch) -> None:
    @patch.function("paging.rows_of")
    def _(original, page, fetch, *size):
        return original(page, lambda offset, limit: fetch(offset + (page > 1), limit), *size)


@mutant("Walking `next` yields each element once", "accengage 20.7 [S]", "prose", PAGED, _SECOND)
def page_repeats_the_last_element(patch: Patch) -> None:
    @patch.function("paging.rows_of")
    def _(original, page, fetch, *size):
        return original(page, lambda offset, limit: fetch(offset - (page > 1), limit), *size)


@mutant(
    "`next` is there when more elements exist", "accengage 1.5 [S]", "prose", PAGED,
    [*_SECOND[:-1], read("/campaigns")],
)  # fmt: skip
def no_next_before_the_last_page(patch: Patch) -> None:
    @patch.function("paging.rows_of")
    def _(original, page, fetch, *size):
        rows, _ = original(page, fetch, *size)
        _, more = original(page + 1, fetch, *size)
        return rows, more


@mutant("`next` is absent beyond the last page", "accengage 1.5 [I-MIN]", "prose", PAGED, [read("/campaigns?page=9")])
def next_for_ever(patch: Patch) -> None:
    @patch.function("paging.rows_of")
    def _(original, page, fetch, *size):
        rows, more = original(page, fetch, *size)
        return rows, more or page > 1


@mutant("`prev` above page 1", "accengage 1.5 [S]", "prose", LISTS, [read("/campaigns?page=2")])
def no_prev(patch: Patch) -> None:
    @patch.function("paging.links_of")
    def _(original, exchange, page, more):
        links = original(exchange, page, more)
        links.pop("prev", None)
        return links


@mutant("No `prev` on page 1", "accengage 1.5 [S]", "prose", LISTS, [read("/campaigns")])
def prev_on_the_first_page(patch: Patch) -> None:
    @patch.function("paging.links_of")
    def _(original, exchange, page, more):
        links = original(exchange, page, more)
        return {"prev": links["first"], **links}


@mutant("`first` leads to page 1", "accengage 1.5 [S]", "prose", LISTS, [read("/campaigns?page=2")])
def first_is_this_page(patch: Patch) -> None:
    @patch.function("paging.links_of")
    def _(original, exchange, page, more):
        links = original(exchange, page, more)
        return {**links, "first": links["first"].replace("page=1", f"page={page}")}


@mutant("Links keep the query", "accengage 1.5, 20.12 [S]", "prose", PAGED, [read(_FILTERED)])
def links_without_the_query(patch: Patch) -> None:
    @patch.function("paging._address")
    def _(original, exchange, page):
        return f"{original(exchange, page).partition('?')[0]}?page={page}"


@mutant("Below page 1 is an empty page", "accengage 1.5, 20.9 [S]", "prose", PAGED, [read("/campaigns?page=0")])
def page_zero_refused(patch: Patch) -> None:
    @patch.function("paging.rows_of")
    def _(original, page, *rest):
        if page < 1:
            raise invalid("page must be positive")
        return original(page, *rest)


@mutant("Below page 1 is an empty page", "accengage 1.5, 20.9 [S]", "prose", PAGED, [read("/campaigns?page=-1")])
def page_zero_is_the_first(patch: Patch) -> None:
    @patch.function("paging.rows_of")
    def _(original, page, *rest):
        return original(max(page, 1), *rest)


@mutant("Beyond the last page is 200", "accengage 1.5, 20.9 [S]", "schema", LISTS, [read("/campaigns?page=7")])
def nothing_beyond_the_last_page(patch: Patch) -> None:
    @patch.answer(*LISTS)
    def _(answer: Answer) -> None:
        if answer.status == 200 and b":[]" in answer.body and b'"prev"' in answer.body:
            answer.status, answer.body = 404, b'{"errors":[{"label":"API_ERR_DATA","message":"No such page"}]}'
            answer.set_header("link", None)


@mutant("Header and body have the same links", "accengage 1.5, 20.11 [S]", "prose", LISTS, [read("/campaigns?page=2")])
def header_links_lack_prev(patch: Patch) -> None:
    @patch.answer(*LISTS)
    def _(answer: Answer) -> None:
        links = answer.header("link").split(", ")
        if len(links) > 1:
            answer.set_header("link", ", ".join(it for it in links if "prev" not in it))


@mutant("The body has `link`", "accengage 1.5 [S]", "schema", LISTS, [read("/geofences")])
def links_in_the_header_only(patch: Patch) -> None:
    @patch.answer(*LISTS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                del body["link"]


@mutant("The header `Link` is there", "accengage 1.5 [S]", "schema", LISTS, [read("/beacons")])
def links_in_the_body_only(patch: Patch) -> None:
    @patch.answer(*LISTS)
    def _(answer: Answer) -> None:
        answer.set_header("link", None)


def _backwards(patch: Patch, operation: str, name: str) -> None:
    @patch.answer(operation)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body[name].reverse()


@mutant("Campaigns by ascending id", "accengage 5 O03 [S]", "prose", "campaigns.list_campaigns", [read("/campaigns")])
def campaigns_newest_first(patch: Patch) -> None:
    _backwards(patch, "campaigns.list_campaigns", "campaigns")


@mutant("Lists by ascending id", "accengage 12 O28 [S]", "prose", "static_lists.list_static_lists", [read("/lists")])
def lists_newest_first(patch: Patch) -> None:
    _backwards(patch, "static_lists.list_static_lists", "lists")


@mutant(
    "An application sees its own only", "accengage 20.16 [S]", "prose",
    ("geofences.list_geofences", "beacons.list_beacons", "geogroups.list_geogroups"), [read("/geogroups")],
)  # fmt: skip
def places_of_all_applications(patch: Patch) -> None:
    @patch.core("world.World.find")
    def _(original, world, kind, where=None, *rest, **named):
        shared = kind in ("geofences", "beacons", "geogroups") and where and list(where) == ["partnerId"]
        return original(world, kind, None if shared else where, *rest, **named)


def _without(patch: Patch, operation: str, name: str, member: str) -> None:
    @patch.answer(operation)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for item in body[name]:
                    item.pop(member, None)


@mutant("In-apps are shown whole", "accengage 17 O52 [S]", "prose", "inapps.list_inapps", [read("/inapps")])
def inapps_listed_without_segments(patch: Patch) -> None:
    _without(patch, "inapps.list_inapps", "inapps", "segments")


@mutant("Alarms have their id", "accengage 18 O60 [S]", "schema", "alarms.list_alarms", [read("/alarms")])
def alarms_listed_without_id(patch: Patch) -> None:
    _without(patch, "alarms.list_alarms", "alarms", "id")
