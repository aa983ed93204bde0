"""Vibes: acquisition campaigns and their participants (reference, sections 4.12 and 8)."""

from __future__ import annotations

import orjson

from mockserver.errors import Conflict, Invalid
from mockserver.exchange import Reply
from mockserver.vendors.vibes import campaigns, enrolment, identity, participation
from tests.mutants.catalogue.vibes_access import ANNE, JOHN
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, Switched, get, post

mutant = Theme("vibes", "acquisitions")
PENDING, RESPELLED = "acquisitions.list_pending_acquisitions", "acquisitions.list_pending_acquisitions_respelled"
CAMPAIGNS, CAMPAIGN = "acquisitions.list_acquisition_campaigns", "acquisitions.get_acquisition_campaign"
PARTICIPANTS, ADD = "acquisitions.find_participants", "acquisitions.add_participant"
_A = "/companies/ABC123/campaigns/acquisition"
_OFFERS, _STORE, _AUTO = f"{_A}/2342312/participants", f"{_A}/abc123/participants", f"{_A}/Kwnl5OL3/participants"
_PENDING, _RESPELLED = f"{ANNE}/pending_acquistions", f"{ANNE}/pending_acquisitions"
_ANNE = {"mobile_phone": {"mdn": "2995550119"}}
_JOHN = {"mobile_phone": {"mdn": "2995551234"}}
_ASK = post(_STORE, _ANNE)
_YES, _NO = Switched({"opt_in_reply": "Y"}), Switched({"opt_in_reply": "N"})
_LATER = Advance(60)


@mutant("Only active campaigns are listed", "vibes 8.3 [D22]", "prose", CAMPAIGNS, [get(_A)])
def campaigns_of_every_status(patch: Patch) -> None:
    @patch.function("acquisitions.list_acquisition_campaigns")
    def _(original, **asked):
        world = asked["world"]
        found = world.find("acquisition_campaigns", {"company_key": asked["company_key"]})
        return Reply([campaigns.shown(world, it) for it in found])


@mutant("The status is in lower case", "vibes 8.1 [D21]", "schema", (CAMPAIGN, CAMPAIGNS), [get(f"{_A}/abc123")])
def status_capitalised(patch: Patch) -> None:
    @patch.answer(CAMPAIGN, CAMPAIGNS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as found:
                for campaign in found if isinstance(found, list) else [found]:
                    campaign["status"] = campaign["status"].capitalize()


@mutant("A campaign that has ended is past", "vibes 8.1 [I]", "prose", CAMPAIGN, [get(f"{_A}/Rz81mQ0c")])
def past_campaign_shown_as_active(patch: Patch) -> None:
    @patch.function("acquisitions.get_acquisition_campaign")
    def _(original, **asked):
        reply = original(**asked)
        return Reply({**reply.body, "status": "active"})


@mutant("Keywords are a list", "vibes 8.1 [D21]", "schema", CAMPAIGN, [get(f"{_A}/abc123")])
def keywords_in_one_text(patch: Patch) -> None:
    @patch.answer(CAMPAIGN)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as campaign:
                inner = campaign["acquisition_campaign"]
                inner["keywords"] = ",".join(inner["keywords"])


@mutant("Pending participants are found", "vibes 8.3 [I]", "prose", PARTICIPANTS, [_ASK, get(_STORE)])
def pending_participants_not_found(patch: Patch) -> None:
    @patch.function("participation.pending_in")
    def _(original, world, acquisition_id):
        return [it for it in original(world, acquisition_id) if it["expire_date"] is None]


@mutant("Who has answered is not pending", "vibes 8.3 [I]", "prose", PARTICIPANTS, [_YES, _ASK, _LATER, get(_STORE)])
def confirmed_participants_found(patch: Patch) -> None:
    @patch.function("participation.pending_in")
    def _(original, world, acquisition_id):
        confirmed = participation.joined(acquisition_id, participation.CONFIRMED)
        return original(world, acquisition_id) + world.find("participations", {"acquisition_id+status": confirmed})


@mutant(
    "A filter narrows the participants", "vibes 8.3 [I]", "prose", PARTICIPANTS, [_ASK, get(f"{_STORE}?mdn=2995551234")]
)
def filter_of_participants_ignored(patch: Patch) -> None:
    @patch.function("acquisitions.find_participants")
    def _(original, **asked):
        original(**asked)
        return original(**{**asked, "mdn": None, "person_id": None, "external_person_id": None})


@mutant("Somebody subscribed cannot be added: 409", "vibes 8.3, 17.18 [D23]", "prose", ADD, [post(_OFFERS, _JOHN)])
def subscriber_added_again(patch: Patch) -> None:
    @patch.function("acquisitions.add_participant")
    def _(original, **asked):
        try:
            return original(**asked)
        except Conflict:
            world, version = asked["world"], asked["x_api_version"]
            campaign = campaigns.known(world, asked["company_key"], asked["acquisition_id"])
            person = enrolment.carry_out(
                world, asked["company_key"], enrolment.read(world, campaign, asked["body"], version)
            )
            begun = participation.pending(world, campaign["acquisition_id"], person["person_key"])
            begun = begun or participation.begin(world, campaign, person)
            return Reply(participation.shown(world, begun, version), 201)


@mutant("Adding somebody pending is 200", "vibes 8.3, 17.18 [D24]", "prose", ADD, [_ASK, _ASK])
def pending_participant_is_a_conflict(patch: Patch) -> None:
    @patch.function("acquisitions.add_participant")
    def _(original, **asked):
        reply = original(**asked)
        if reply.status == 200:
            raise Conflict("The person is pending already")
        return reply


@mutant("Adding somebody pending adds nobody", "vibes 8.3, 17.18 [D24]", "prose", ADD, [_ASK, _ASK, get(_STORE)])
def pending_participant_added_again(patch: Patch) -> None:
    @patch.function("acquisitions.add_participant")
    def _(original, **asked):
        reply = original(**asked)
        if reply.status == 200:
            world = asked["world"]
            campaign = campaigns.known(world, asked["company_key"], asked["acquisition_id"])
            person = identity.by_key(world, asked["company_key"], reply.body["person"]["id"])
            begun = participation.begin(world, campaign, person)
            return Reply(participation.shown(world, begun, asked["x_api_version"]), 201)
        return reply


@mutant("Who said no is not asked again", "vibes 8.3, 17.19 [D23]", "prose", ADD, [_NO, _ASK, _LATER, _ASK])
def block_forgotten(patch: Patch) -> None:
    @patch.function("participation.blocked")
    def _(original, world, campaign, number):
        return False


@mutant(
    "No to one campaign is no to that one",
    "vibes 8.3, 17.19 [D23]",
    "prose",
    ADD,
    [_NO, _ASK, _LATER, post(_OFFERS, _ANNE)],
)
def block_holds_for_every_campaign(patch: Patch) -> None:
    @patch.function("participation._block")
    def _(original, campaign, number):
        return f"{campaign['company_key']}/{number}"


@mutant("The code of a block is its message", "vibes 8.3, 17.19 [D23]", "prose", ADD, [_NO, _ASK, _LATER, _ASK])
def block_without_its_code(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b"MDNHASCONFIRMATIONBLOCK", b"The person declined before")


@mutant(
    "An external id in use elsewhere has a code",
    "vibes 8.3 [D23]",
    "prose",
    ADD,
    [post(_STORE, {**_ANNE, "external_person_id": "EXT542399"})],
)
def external_id_in_use_without_its_code(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b"EXTERNALPERSONIDMISMATCH", b"UNPROCESSABLE ENTITY")


@mutant(
    "A landline cannot take part",
    "vibes 8.3 [D23]",
    "prose",
    ADD,
    [post(_STORE, {"mobile_phone": {"mdn": "2995550000"}})],
)
def landline_takes_part(patch: Patch) -> None:
    @patch.function("enrolment._judge")
    def _(original, world, campaign, person, changes, errors):
        found: list = []
        original(world, campaign, person, changes, found)
        errors += [it for it in found if "carrier" not in it.message]


@mutant(
    "A number in a wrong format is 400",
    "vibes 8.3 [D23]",
    "prose",
    ADD,
    [post(_STORE, {"mobile_phone": {"mdn": "+12995550119"}})],
)
def wrong_format_is_422(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        if answer.status == 400 and b"MDN" in answer.body:
            answer.status = 422


@mutant(
    "A refused participant is not changed",
    "vibes 8.3, 17.21 [D23]",
    "prose",
    ADD,
    [post(_OFFERS, {**_JOHN, "custom_fields": {"first_name": "Jack"}}), get(JOHN)],
)
def refused_participant_changed(patch: Patch) -> None:
    @patch.step("_refuse", ADD)
    def _(original, compiled, world, request, refusal):
        if isinstance(refusal, Conflict):
            body = orjson.loads(request.body)
            number = (body.get("mobile_phone") or {}).get("mdn")
            owner = number and identity.by_mdn(world, request.path["company_key"], f"+1{number}")
            if owner and isinstance(body.get("custom_fields"), dict):
                identity.change(world, owner, {"custom_fields": body["custom_fields"]})
        return original(world, request, refusal)


@mutant(
    "A member left out stays",
    "vibes 8.3 [D23]",
    "prose",
    ADD,
    [post(_STORE, _JOHN), get(JOHN)],
)
def participating_erases_what_is_left_out(patch: Patch) -> None:
    @patch.function("enrolment.carry_out")
    def _(original, world, company_key, wanted):
        person = original(world, company_key, wanted)
        if wanted.person is not None and "custom_fields" not in wanted.changes:
            person = world.put("persons", {**person, "custom_fields": {}})
        return person


@mutant(
    "One identifier is enough",
    "vibes 8.3 [D23]",
    "prose",
    ADD,
    [post(_STORE, {"person_key": "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"})],
)
def participant_needs_an_mdn(patch: Patch) -> None:
    @patch.function("acquisitions.add_participant")
    def _(original, **asked):
        if not asked["body"].get("mobile_phone"):
            raise Invalid("mobile_phone is required")
        return original(**asked)


@mutant("The API says SUBSCRIBED", "vibes 8.2 [D23]", "schema", ADD, [post(_AUTO, _ANNE)])
def subscribed_called_confirmed(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b'"SUBSCRIBED"', b'"CONFIRMED"')


@mutant("Some campaigns confirm by themselves", "vibes 8.3 [D23]", "prose", ADD, [post(_AUTO, _ANNE)])
def automatic_confirmation_waits(patch: Patch) -> None:
    @patch.function("participation.begin")
    def _(original, world, campaign, person):
        return original(world, {**campaign, "auto_confirm": False}, person)


@mutant(
    "Who says no is not subscribed", "vibes 8.3 [D25]", "prose", ADD, [_NO, _ASK, _LATER, get(f"{ANNE}/subscriptions")]
)
def no_taken_for_yes(patch: Patch) -> None:
    @patch.function("participation.answer")
    def _(original, world, participation_id, confirmed):
        original(world, participation_id, True)


@mutant(
    "Who says yes is subscribed", "vibes 8.3 [D25]", "prose", ADD, [_YES, _ASK, _LATER, get(f"{ANNE}/subscriptions")]
)
def confirmed_and_not_subscribed(patch: Patch) -> None:
    @patch.function("participation.answer")
    def _(original, world, participation_id, confirmed):
        found = world.get("participations", participation_id)
        if confirmed:
            world.put("participations", {**found, "status": participation.CONFIRMED})
        else:
            original(world, participation_id, confirmed)


@mutant(
    "Nobody is subscribed before they say yes", "vibes 8.3 [D23]", "prose", ADD, [_ASK, get(f"{ANNE}/subscriptions")]
)
def pending_participant_subscribed(patch: Patch) -> None:
    @patch.function("participation.begin")
    def _(original, world, campaign, person):
        begun = original(world, campaign, person)
        participation.membership.begin(world, person, campaign["subscription_list_id"], campaign["acquisition_id"])
        return begun


@mutant(
    "An opt-in message expires",
    "vibes 8.3, 17.20 [D25]",
    "prose",
    (PENDING, RESPELLED, PARTICIPANTS),
    [_ASK, Advance(90_000), get(_PENDING)],
)
def participation_never_expires(patch: Patch) -> None:
    @patch.function("participation.expire")
    def _(original, world, participation_id):
        return None


@mutant(
    "What was answered is not pending",
    "vibes 4.12 [I]",
    "prose",
    (PENDING, RESPELLED),
    [_YES, _ASK, _LATER, get(_PENDING)],
)
def answered_stays_pending(patch: Patch) -> None:
    @patch.function("acquisitions.list_pending_acquisitions")
    def _(original, world, company_key, person_key, x_api_version):
        reply = original(world, company_key, person_key, x_api_version)
        person = identity.by_key(world, company_key, person_key)
        status = participation.joined(person["person_key"], participation.CONFIRMED)
        found = world.find("participations", {"person_key+status": status})
        shown = [participation.shown(world, it, x_api_version) for it in found]
        return Reply([*reply.body, *({**it, "status": "PENDING"} for it in shown)])


@mutant("Both spellings lead to the same", "vibes 4.12 [I]", "prose", RESPELLED, [_ASK, get(_RESPELLED)])
def other_spelling_is_empty(patch: Patch) -> None:
    @patch.function("acquisitions.list_pending_acquisitions_respelled")
    def _(original, **asked):
        original(**asked)
        return Reply([])


@mutant(
    "What waits is the person's own",
    "vibes 4.12 [I]",
    "prose",
    (PENDING, RESPELLED),
    [_ASK, get(f"{JOHN}/pending_acquistions")],
)
def pending_of_everybody(patch: Patch) -> None:
    @patch.function("participation.pending_of")
    def _(original, world, person):
        return [it for it in world.find("participations") if it["status"] == participation.PENDING]
