"""Accengage: campaigns, push messages and their sending (reference, sections 5, 6 and 10)."""

from __future__ import annotations

from contextlib import suppress

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.vendors.accengage.errors import Label, Refused, body_of
from tests.mutants.catalogue.accengage_access import drop, post, put, read
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Asked, Patch
from tests.mutants.steps import Advance, Switched

mutant = Theme("accengage", "messages")
_CAMPAIGNS = ("campaigns.get_campaign", "campaigns.update_campaign", "campaigns.delete_campaign")
MAKE_CAMPAIGN, UPDATE_CAMPAIGN, DELETE_CAMPAIGN = "campaigns.create_campaign", *_CAMPAIGNS[1:]
LIST, MAKE, GET = "messages.list_messages", "messages.create_message", "messages.get_message"
UPDATE, DELETE, ACTIONS = "messages.update_message", "messages.delete_message", "messages.list_message_actions"
SEND = "send.send_message"
_SPRING = {"name": "Summer", "startDate": "2018-06-01T00:00:00Z", "endDate": "2018-08-31T00:00:00Z"}
_HELLO = {"name": "Hello", "messages": [{"text": "Hello"}]}
_NO_CAMPAIGN = {**_HELLO, "externalId": "nowhere", "campaignId": 99}


@mutant(
    "An update changes all that it is given", "accengage 20.13 [S]", "prose", UPDATE_CAMPAIGN,
    [put("/campaigns/91", _SPRING), read("/campaigns/91")],
)  # fmt: skip
def campaign_keeps_its_dates(patch: Patch) -> None:
    @patch.function("campaigns.update_campaign")
    def _(original, body, **rest):
        return original(body={name: it for name, it in body.items() if not name.endswith("Date")}, **rest)


@mutant(
    "A second delete is 404", "accengage 5 O07 [S]", "prose", DELETE_CAMPAIGN,
    [drop("/campaigns/91"), drop("/campaigns/91")],
)  # fmt: skip
def campaign_deleted_twice(patch: Patch) -> None:
    @patch.function("campaigns.delete_campaign")
    def _(original, **given):
        with suppress(Refusal):
            return original(**given)
        return Reply({})


@mutant(
    "A deleted campaign is gone", "accengage 5 O07 [S]", "prose", DELETE_CAMPAIGN,
    [drop("/campaigns/92"), read("/campaigns/92")],
)  # fmt: skip
def campaign_deleted_in_words_only(patch: Patch) -> None:
    @patch.function("campaigns.delete_campaign")
    def _(original, world, campaign_id, **rest):
        known = world.get("campaigns", str(campaign_id))
        reply = original(world=world, campaign_id=campaign_id, **rest)
        world.put("campaigns", known)
        return reply


@mutant(
    "Messages of a deleted campaign stay", "accengage 5 O07 [I-MIN]", "prose", DELETE_CAMPAIGN,
    [drop("/campaigns/92"), read("/messages/2157")],
)  # fmt: skip
def campaign_takes_its_messages_along(patch: Patch) -> None:
    @patch.function("campaigns.delete_campaign")
    def _(original, world, campaign_id, **rest):
        grouped = [str(it["id"]) for it in world.find("messages", {"campaignId": campaign_id})]
        reply = original(world=world, campaign_id=campaign_id, **rest)
        for number in grouped:
            world.delete("messages", number)
        return reply


@mutant("A new id is a number", "accengage 5 O04 [S]", "schema", MAKE_CAMPAIGN, [post("/campaigns", _SPRING)])
def campaign_id_is_text(patch: Patch) -> None:
    @patch.answer(MAKE_CAMPAIGN)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body["id"] = str(body["id"])


@mutant("A creation is 200", "accengage 5 O04 [S]", "schema", MAKE_CAMPAIGN, [post("/campaigns", _SPRING)])
def campaign_created_is_201(patch: Patch) -> None:
    @patch.answer(MAKE_CAMPAIGN)
    def _(answer: Answer) -> None:
        answer.status = 201 if answer.status == 200 else answer.status


@mutant(
    "A campaign does not end before it starts", "accengage 5 [I-MIN]", "prose", (MAKE_CAMPAIGN, UPDATE_CAMPAIGN),
    [post("/campaigns", {**_SPRING, "endDate": "2017-01-01T00:00:00Z"})],
)  # fmt: skip
def campaign_ends_before_it_starts(patch: Patch) -> None:
    @patch.function("dates.check_range")
    def _(original, body, start="startDate", end="endDate"):
        original({start: body.get(start)}, start, end)


@mutant(
    "A campaign of another application is 404", "accengage 5 O05 [I-404]", "prose", _CAMPAIGNS,
    [read("/campaigns/93")],
)  # fmt: skip
def campaign_of_another_application_shown(patch: Patch) -> None:
    @patch.function("numbers.own")
    def _(original, world, kind, partner_id, number, what):
        known = world.get(kind, str(number)) if kind == "campaigns" else None
        return known or original(world, kind, partner_id, number, what)


@mutant(
    "An id that is no number is 400", "accengage 5 O05 [S]", "schema", (*_CAMPAIGNS, GET, UPDATE, DELETE),
    [read("/campaigns/cmp")],
)  # fmt: skip
def text_for_an_id_is_404(patch: Patch) -> None:
    @patch.request(*_CAMPAIGNS, GET, UPDATE, DELETE)
    def _(asked: Asked):
        number = asked.path.get("campaignId") or asked.path.get("messageId") or ""
        body = b'{"errors":[{"label":"API_ERR_DATA","message":"Not found"}]}'
        return None if number.isdecimal() else (404, [(b"content-type", b"application/json")], body)


@mutant("0 is no id", "accengage 6 O10, 20.15 [S]", "schema", (GET, UPDATE, DELETE), [read("/messages/0")])
def message_zero_is_404(patch: Patch) -> None:
    @patch.request(GET, UPDATE, DELETE)
    def _(asked: Asked):
        body = b'{"errors":[{"label":"API_ERR_DATA","message":"Not found"}]}'
        zero = asked.path.get("messageId") == "0"
        return (404, [(b"content-type", b"application/json")], body) if zero else None


@mutant(
    "Without `%` the external id is exact", "accengage 6 O08 [I-MIN]", "prose", LIST,
    [read("/messages?externalId=PushCampaign2017")],
)  # fmt: skip
def filter_is_always_a_prefix(patch: Patch) -> None:
    @patch.function("messages._matching")
    def _(original, world, partner_id, external_id, title):
        return original(world, partner_id, external_id and external_id.rstrip("%") + "%", title)


@mutant(
    "`%` stands for any run of characters", "accengage 6 O08 [S]", "prose", LIST,
    [read("/messages?externalId=Push%25-2")],
)  # fmt: skip
def percent_at_the_end_only(patch: Patch) -> None:
    @patch.function("messages._pattern")
    def _(original, text):
        head = text[:-1].replace("%", "\0")
        return original(head + text[-1:])


@mutant("A title matches in any language", "accengage 6 O08 [I-MIN]", "prose", LIST, [read("/messages?title=Soldes")])
def title_of_the_first_language_only(patch: Patch) -> None:
    @patch.function("messages._matching")
    def _(original, world, partner_id, external_id, title):
        found = original(world, partner_id, external_id, title)
        if title is None:
            return found
        wanted = title.strip("%")
        return [it for it in found if wanted in (it["messages"][0].get("title") or "")]


@mutant(
    "Both filters must match", "accengage 6 O08 [I-MIN]", "prose", LIST,
    [read("/messages?externalId=order-delivery&title=Hello")],
)  # fmt: skip
def either_filter_matches(patch: Patch) -> None:
    @patch.function("messages._matching")
    def _(original, world, partner_id, external_id, title):
        if external_id is None or title is None:
            return original(world, partner_id, external_id, title)
        both = original(world, partner_id, external_id, None) + original(world, partner_id, None, title)
        return sorted({it["id"]: it for it in both}.values(), key=lambda it: int(it["id"]))


@mutant(
    "A refused creation creates nothing", "accengage 6 O09, 20.17 [S]", "prose", MAKE,
    [post("/messages", _NO_CAMPAIGN), read("/messages?externalId=nowhere")],
)  # fmt: skip
def refused_message_is_there(patch: Patch) -> None:
    @patch.function("messages.create_message")
    def _(original, body, **rest):
        try:
            return original(body=body, **rest)
        except Refused as refused:
            if not body.get("campaignId"):
                raise
            original(body={name: it for name, it in body.items() if name != "campaignId"}, **rest)
            return Reply(body_of(refused), refused.status)


@mutant("An unknown campaign is 400", "accengage 6 O09 [S]", "prose", (MAKE, UPDATE), [post("/messages", _NO_CAMPAIGN)])
def unknown_campaign_accepted(patch: Patch) -> None:
    @patch.function("messages._check")
    def _(original, world, partner_id, body):
        original(world, partner_id, {name: it for name, it in body.items() if name != "campaignId"})


_KEY = {**_HELLO, "messages": [{"text": "Hello", "collapseKey": "nosuch"}]}


@mutant("An unknown collapse key is 404", "accengage 6 O09 [S]", "prose", (MAKE, UPDATE), [post("/messages", _KEY)])
def unknown_collapse_key_is_400(patch: Patch) -> None:
    @patch.answer(MAKE, UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 404 and b"ollapse" in answer.body:
            answer.status = 400


@mutant(
    "An unknown segment is 404", "accengage 6 O09 [I-MIN]", "prose", (MAKE, UPDATE),
    [put("/messages/123", {**_HELLO, "segments": {"campaign": [77]}})],
)  # fmt: skip
def unknown_segment_accepted(patch: Patch) -> None:
    @patch.function("messages._check")
    def _(original, world, partner_id, body):
        original(world, partner_id, {name: it for name, it in body.items() if name != "segments"})


@mutant("All languages are read back", "accengage 6 O10 [S]", "prose", GET, [read("/messages/123")])
def message_shown_in_one_language(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                del body["messages"][1:]


@mutant(
    "An update is kept", "accengage 6 O11, 20.14 [S]", "prose", UPDATE,
    [put("/messages/123", _HELLO), read("/messages/123")],
)  # fmt: skip
def message_keeps_its_texts(patch: Patch) -> None:
    @patch.function("messages.update_message")
    def _(original, world, message_id, body, **rest):
        known = world.get("messages", str(message_id))
        kept = {**body, "messages": known["messages"]} if known else body
        return original(world=world, message_id=message_id, body=kept, **rest)


@mutant("A second delete is 404", "accengage 6 O12 [S]", "prose", DELETE, [drop("/messages/7"), drop("/messages/7")])
def message_deleted_twice(patch: Patch) -> None:
    @patch.function("messages.delete_message")
    def _(original, **given):
        with suppress(Refusal):
            return original(**given)
        return Reply({})


@mutant("Actions have their ids", "accengage 6 O13 [S]", "schema", ACTIONS, [read("/messages/1613/actions")])
def actions_numbered_as_text(patch: Patch) -> None:
    @patch.answer(ACTIONS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for action in body["actions"]:
                    action["id"] = str(action["id"])


@mutant(
    "A click names an action of its message", "accengage 6 O13, 20.52 [I-MIN]", "prose", ACTIONS,
    [read("/messages/1613/actions")],
)  # fmt: skip
def actions_numbered_from_zero(patch: Patch) -> None:
    @patch.answer(ACTIONS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for action in body["actions"]:
                    action["id"] -= 1


@mutant(
    "A message is sent once", "accengage 10 O23 [S]", "prose", SEND,
    [post("/messages/7/send"), Advance(60), post("/messages/7/send")],
)  # fmt: skip
def message_sent_again(patch: Patch) -> None:
    @patch.function("send.send_message")
    def _(original, **given):
        try:
            return original(**given)
        except Refusal as refusal:
            if getattr(refusal, "label", None) != Label.SENT:
                raise
            return Reply(None)


@mutant(
    "What failed is not sent again", "accengage 10 O23 [S]", "prose", SEND,
    [Switched({"sending_outcome": "failed"}), post("/messages/7/send"), Advance(60), post("/messages/7/send")],
)  # fmt: skip
def failed_message_sent_again(patch: Patch) -> None:
    @patch.function("send.send_message")
    def _(original, **given):
        try:
            return original(**given)
        except Refusal as refusal:
            if getattr(refusal, "label", None) != Label.FAILED:
                raise
            return Reply(None)


@mutant(
    "What is being sent has the label API_ERR_MESSAGE_SENDING", "accengage 10 O23 [S]", "prose", SEND,
    [post("/messages/7/send"), post("/messages/7/send")],
)  # fmt: skip
def sending_is_called_sent(patch: Patch) -> None:
    @patch.answer(SEND)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b"API_ERR_MESSAGE_SENDING", b"API_ERR_MESSAGE_SENT")


@mutant(
    "A test leaves the message as it is", "accengage 10 O23, 20.30 [I-MIN]", "prose", SEND,
    [post("/messages/7/send?test=true"), post("/messages/7/send")],
)  # fmt: skip
def test_counts_as_sending(patch: Patch) -> None:
    @patch.function("send.send_message")
    def _(original, test=None, **rest):
        return original(**rest)


@mutant("A sending has no body", "accengage 10 O23 [I-NOBODY]", "prose", SEND, [post("/messages/7/send")])
def sending_answers_an_object(patch: Patch) -> None:
    @patch.answer(SEND)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.body = b'{"status":"ok"}'
            answer.set_header("content-type", "application/json")
