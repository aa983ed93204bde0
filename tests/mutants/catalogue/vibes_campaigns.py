"""Vibes: campaigns of all sorts: broadcasts, acquisitions and wallets (reference, sections 6, 8 and 9)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import joined
from mockserver.vendors.vibes import (
    acquisitions,
    broadcasts,
    campaigns,
    enrolment,
    happenings,
    membership,
    participation,
    passes,
    profile,
)
from tests.mutants.catalogue.vibes_acquisitions import ADD, CAMPAIGN, CAMPAIGNS
from tests.mutants.catalogue.vibes_broadcasts import CANCEL, LIST, SCHEDULE
from tests.mutants.catalogue.vibes_callbacks import ADD as REGISTER
from tests.mutants.catalogue.vibes_deliveries import register
from tests.mutants.catalogue.vibes_wallet import ITEMS, MESSAGES, SEND, UPDATE
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, Hear, Switched, call, get, post, put

mutant = Theme("vibes", "campaigns")
_B = "/companies/ABC123/mobiledb/broadcasts"
_A = "/companies/ABC123/campaigns/acquisition"
_W = "/companies/ABC123/campaigns/wallet/k7Tq2m"
_SALE = {
    "name": "Sale",
    "created_by": "somebody@example.com",
    "send_scheduled_date": "2026-03-01T09:00:00Z",
    "targeting": {"message_template": "Sale", "source_lists": ["1234"]},
}
_ANNE, _JOIN = {"mobile_phone": {"mdn": "2995550119"}}, f"{_A}/abc123/participants"


@mutant("`created_by` is the API user, whatever a body says", "vibes 6.1 [D27]", "prose", SCHEDULE, [post(_B, _SALE)])
def author_of_a_broadcast_taken_from_the_body(patch: Patch) -> None:
    @patch.function("broadcasts.schedule_broadcast")
    def _(original, world, body, **rest):
        reply = original(world=world, body=body, **rest)
        if not isinstance(body.get("created_by"), str):
            return reply
        broadcast = world.get("broadcasts", reply.body["broadcast_id"])
        broadcast = world.put("broadcasts", {**broadcast, "created_by": body["created_by"]})
        return Reply(broadcasts._shown(broadcast), reply.status)


@mutant(
    "The broadcast that is to be sent last comes first",
    "vibes 6.2 [I]",
    "prose",
    LIST,
    [post(_B, _SALE), get(f"{_B}?status=scheduled")],
)
def next_broadcast_first(patch: Patch) -> None:
    @patch.function("broadcasts.list_broadcasts")
    def _(original, **asked):
        reply = original(**asked)
        return Reply(sorted(reply.body, key=lambda it: it["send_scheduled_date"]))


@mutant(
    "`deleted` is what was cancelled before sending: not what is paused",
    "vibes 6.2 [D28]",
    "prose",
    CANCEL,
    [call("DELETE", f"{_B}/3")],
)
def paused_broadcast_deleted(patch: Patch) -> None:
    @patch.function("broadcasts.cancel_broadcast")
    def _(original, world, broadcast_id, **rest):
        before = world.get("broadcasts", broadcast_id)
        reply = original(world=world, broadcast_id=broadcast_id, **rest)
        if before["status"] != "paused":
            return reply
        ended = world.put("broadcasts", {**world.get("broadcasts", broadcast_id), "status": "deleted"})
        return Reply(broadcasts._shown(ended))


@mutant(
    "The type of a campaign is an object with its code",
    "vibes 8.1 [D21][D22]",
    "schema",
    (CAMPAIGN, CAMPAIGNS, "subscription_lists.list_acquisition_campaigns_of_list"),
    [get(f"{_A}/abc123")],
)
def campaign_type_is_its_code(patch: Patch) -> None:
    @patch.answer(CAMPAIGN, CAMPAIGNS, "subscription_lists.list_acquisition_campaigns_of_list")
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as found:
                for campaign in found if isinstance(found, list) else [found]:
                    campaign["campaign_type"] = campaign["campaign_type"]["code"]


@mutant(
    "A `person_id` alone says who takes part", "vibes 8.3 [D23]", "prose", ADD, [post(_JOIN, {"person_id": "wd1377r6"})]
)
def participant_not_known_by_person_id(patch: Patch) -> None:
    @patch.function("enrolment._meant")
    def _(original, world, company_key, body, changes, errors):
        left = {name: it for name, it in body.items() if name != "person_id"}
        return original(world, company_key, left, changes, errors)


@mutant(
    "Who has left the list may take part again",
    "vibes 8.3, 4.8 [D23][D8]",
    "prose",
    ADD,
    [
        post(f"{_A}/Kwnl5OL3/participants", _ANNE),
        call("DELETE", "/companies/ABC123/mobiledb/persons/wd1377r6/subscriptions/ABC12345"),
        post(f"{_A}/Kwnl5OL3/participants", _ANNE),
    ],
)
def who_has_left_counts_as_subscribed(patch: Patch) -> None:
    @patch.function("acquisitions.add_participant")
    def _(original, world, company_key, acquisition_id, body, x_api_version):
        campaign = campaigns.known(world, company_key, acquisition_id)
        person = enrolment.read(world, campaign, body, x_api_version).person
        stays = membership.of(world, person, active_only=False) if person is not None else []
        if any(it["subscription_list_id"] == campaign["subscription_list_id"] for it in stays):
            raise acquisitions.conflict([acquisitions._SUBSCRIBED])
        return original(
            world=world, company_key=company_key, acquisition_id=acquisition_id, body=body, x_api_version=x_api_version
        )


@mutant(
    "Who has not answered has not said no",
    "vibes 8.3 [D23][D25]",
    "prose",
    ADD,
    [post(_JOIN, _ANNE), Advance(86_401), post(_JOIN, _ANNE)],
)
def no_answer_taken_for_no(patch: Patch) -> None:
    @patch.function("participation.expire")
    def _(original, world, participation_id):
        before = world.get("participations", participation_id)
        original(world, participation_id)
        if before is not None and before["status"] == participation.PENDING:
            campaign = world.get("acquisition_campaigns", before["acquisition_id"])
            number = profile.mdn_of(world.get("persons", before["person_key"]))
            world.put("confirmation_blocks", {"id": participation._block(campaign, number)})


@mutant(
    "Of an automatic confirmation only the participant added is told",
    "vibes 8.3, 14.3 [D25]",
    "prose",
    (ADD, REGISTER),
    [
        register("ack_participant_changed", campaign_id="Kwnl5OL3"),
        post(f"{_A}/Kwnl5OL3/participants", _ANNE),
        Hear(),
    ],
)
def automatic_confirmation_told_as_a_change(patch: Patch) -> None:
    @patch.function("participation.begin")
    def _(original, world, campaign, person):
        begun = original(world, campaign, person)
        if campaign.get("auto_confirm"):
            happenings.participant_changed(world, person, campaign, begun)
        return begun


@mutant(
    "A callback says CONFIRMED where the API says SUBSCRIBED",
    "vibes 8.2, 14.3 [D25]",
    "schema",
    (ADD, REGISTER),
    [
        Switched({"opt_in_reply": "Y"}),
        register("ack_participant_changed", campaign_id="abc123"),
        post(_JOIN, _ANNE),
        Advance(60),
        Hear(),
    ],
)
def confirmation_told_as_subscribed(patch: Patch) -> None:
    @patch.function("happenings.participant_changed")
    def _(original, world, person, campaign, changed):
        status = "SUBSCRIBED" if changed["status"] == participation.CONFIRMED else changed["status"]
        original(world, person, campaign, {**changed, "status": status})


@mutant(
    "A page begins where the one before it ended",
    "vibes 9.3, 17.49 [I]",
    "prose",
    ITEMS,
    [get(f"{_W}/items?page=2&per_page=1")],
)
def pages_of_items_lie_50_apart(patch: Patch) -> None:
    @patch.function("passes.items")
    def _(original, world, campaign, group_code, offset, limit):
        return original(world, campaign, group_code, offset // limit * 50, limit)


@mutant(
    "An item in Google Pay gets no notification",
    "vibes 9.3 [D40][D41]",
    "prose",
    SEND,
    [post(f"{_W}/messages", {"notification": "Double points"})],
)
def google_counted_among_the_recipients(patch: Patch) -> None:
    @patch.function("passes._reached")
    def _(original, world, wallet_id, group_code):
        field, value = "wallet_id+active", joined(wallet_id, True)
        if group_code is not None:
            field, value = f"{field}+group_code", joined(value, group_code)
        return world.count("wallet_items", {field: value})

    @patch.function("passes._reaches")
    def _(original, item, group_code):
        return original({**item, "provider": "apple" if item["provider"] == passes._UNREACHABLE else ""}, group_code)


@mutant(
    "A notification in an update is sent at once",
    "vibes 9.3 [D40][D41]",
    "prose",
    (UPDATE, MESSAGES),
    [put(f"{_W}/items/card-0003", {"passbook": {"notification": "New points"}}), get(f"{_W}/messages")],
)
def notification_of_an_update_not_sent(patch: Patch) -> None:
    @patch.function("wallet.update_wallet_item")
    def _(original, body, **rest):
        return original(body={name: it for name, it in body.items() if name != "passbook"}, **rest)
