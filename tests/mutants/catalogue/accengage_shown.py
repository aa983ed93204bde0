"""Accengage: what an application shows by itself: in-apps, alarms and inboxes (reference, sections 17 and 18)."""

from __future__ import annotations

from contextlib import suppress

from mockserver.errors import Refusal
from mockserver.vendors.accengage.errors import Refused
from tests.mutants.catalogue.accengage_access import post, put, read
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import signed

mutant = Theme("accengage", "shown")


def _of(tag: str, noun: str, *verbs: str) -> tuple[str, ...]:
    """By id, and by external id."""
    return tuple(f"{tag}.{verb.format(noun)}{way}" for verb in verbs for way in ("", "_by_external_id"))


INAPP_GET, INAPP_UPDATE, INAPP_STATUS = (
    _of("inapps", "inapp", verb) for verb in ("get_{}", "update_{}", "set_{}_status")
)
ALARM_GET, ALARM_UPDATE, ALARM_STATUS = (
    _of("alarms", "alarm", verb) for verb in ("get_{}", "update_{}", "set_{}_status")
)
INBOX_UPDATE, INBOX_STATUS = (_of("inboxes", "inbox", verb) for verb in ("update_{}", "set_{}_status"))
INAPP_MAKE, ALARM_MAKE, INBOX_MAKE = "inapps.create_inapp", "alarms.create_alarm", "inboxes.create_inbox"

ALICE, CHLOE = "1A2B3C4D-5E6F-7A8B-9C0D-1E2F3A4B5C6D", "3C4D5E6F-7A8B-9C0D-1E2F-3A4B5C6D7E8F"
_POPUP = {"name": "Banner", "messages": [{"template": {"type": "popup", "text": "Hello"}}]}
_CUSTOM = {"name": "Banner", "messages": [{"template": {"type": "custom", "templateValue": "banner"}}]}
_TWO = {
    "name": "Banner",
    "messages": [{"language": "en", "template": {"type": "popup"}}, {"language": "fr", **_CUSTOM["messages"][0]}],
}
_ALARM = {"name": "My alarm", "messages": [{"text": "Here you go"}]}
_ALARMS = {
    "name": "My alarm",
    "messages": [{"language": "en", "text": "A", "template": "yes_no"}, {"language": "fr", "text": "B"}],
}
_INBOX = {"messages": [{"title": "News", "content": {"type": "text", "body": "Hello"}}]}
_WELCOME = read("/inapps/external/welcome")
_ON, _OFF = {"isActive": True}, {"isActive": False}


@mutant(
    "A reference to nothing is 404", "accengage 17 O53 [S]", "prose", (INAPP_MAKE, *INAPP_UPDATE),
    [post("/inapps", {**_CUSTOM, "messages": [{"template": {"type": "custom", "templateValue": "nosuch"}}]})],
)  # fmt: skip
def unknown_template_accepted(patch: Patch) -> None:
    @patch.function("criteria.check_named")
    def _(original, app, kind, names):
        if kind != "inapp_templates":
            original(app, kind, names)


@mutant(
    "The template is the same in all languages", "accengage 17, 20.21 [S]", "prose", (INAPP_MAKE, *INAPP_UPDATE),
    [post("/inapps", _TWO)],
)  # fmt: skip
def templates_differ_in_an_inapp(patch: Patch) -> None:
    @patch.function("inapps._check")
    def _(original, world, partner_id, body):
        for message in body["messages"]:
            original(world, partner_id, {**body, "messages": [message]})


@mutant(
    "The type of a template is never changed", "accengage 17, 20.20 [S]", "prose", INAPP_UPDATE,
    [put("/inapps/2158", _CUSTOM)],
)  # fmt: skip
def template_type_changed(patch: Patch) -> None:
    @patch.function("inapps._type")
    def _(original, inapp):
        return "popup"


@mutant(
    "A browser template is for iOS only", "accengage 17 [S]", "prose", (INAPP_MAKE, *INAPP_UPDATE),
    [post("/inapps", {"name": "Page", "messages": [{"template": {"type": "browser", "url": "https://example.com"}}]})],
)  # fmt: skip
def browser_template_on_android(patch: Patch) -> None:
    @patch.function("inapps._check")
    def _(original, world, partner_id, body):
        plain = [
            {**it, "template": {"type": "popup"}} if it["template"]["type"] == "browser" else it
            for it in body["messages"]
        ]
        original(world, partner_id, {**body, "messages": plain})


@mutant(
    "Both ids lead to the same in-app", "accengage 17 O55, 20.19 [S]", "prose", "inapps.get_inapp_by_external_id",
    [_WELCOME, put("/inapps/2158", {**_POPUP, "externalId": "welcome"}), _WELCOME],
)  # fmt: skip
def external_read_is_stale(patch: Patch) -> None:
    first: dict[str, tuple[int, bytes]] = {}

    @patch.answer("inapps.get_inapp_by_external_id")
    def _(answer: Answer) -> None:
        answer.status, answer.body = first.setdefault(answer.exchange.target, (answer.status, answer.body))


@mutant("An in-app has its id", "accengage 17 O54 [I-ID]", "schema", INAPP_GET, [read("/inapps/external/welcome")])
def inapp_without_its_id(patch: Patch) -> None:
    @patch.answer(*INAPP_GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                del body["id"]


@mutant(
    "A status that is so already is 204",
    "accengage 17 O58 [S]",
    "prose",
    INAPP_STATUS,
    [put("/inapps/2163/status", _ON)],
)
def same_inapp_status_is_200(patch: Patch) -> None:
    @patch.answer(*INAPP_STATUS)
    def _(answer: Answer) -> None:
        answer.status = 200 if answer.status == 204 else answer.status


@mutant(
    "A status that changes is 200", "accengage 17 O59 [S]", "prose", INAPP_STATUS,
    [put("/inapps/external/welcome/status", _ON)],
)  # fmt: skip
def changed_inapp_status_is_204(patch: Patch) -> None:
    @patch.answer(*INAPP_STATUS)
    def _(answer: Answer) -> None:
        answer.status = 204 if answer.status == 200 else answer.status


@mutant(
    "A status is kept", "accengage 17 O58, 20.57 [S]", "prose", (*INAPP_STATUS, *ALARM_STATUS),
    [put("/inapps/2158/status", _ON), read("/inapps/2158")],
)  # fmt: skip
def status_forgotten(patch: Patch) -> None:
    @patch.function("stored.activate")
    def _(original, world, kind, known, body):
        reply = original(world, kind, known, body)
        world.put(kind, known)
        return reply


@mutant(
    "An in-app is inactive at first",
    "accengage 17 [I-ALARM]",
    "prose",
    INAPP_MAKE,
    [post("/inapps", _POPUP), read("/inapps/{{id}}")],
)
def new_inapp_is_active(patch: Patch) -> None:
    @patch.function("inapps.create_inapp")
    def _(original, body, **rest):
        return original(body={**_ON, **body}, **rest)


@mutant(
    "Alarms are for Android and iOS", "accengage 18 O61 [S]", "prose", (ALARM_MAKE, *ALARM_UPDATE),
    [signed("POST", "/v1/me/apps/myWebPartnerId/alarms", _ALARM)],
)  # fmt: skip
def alarms_on_the_web(patch: Patch) -> None:
    @patch.function("alarms._check_platform")
    def _(original, world, partner_id):
        return world.get("apps", partner_id)


@mutant(
    "The template is the same for each message", "accengage 18 O61 [S]", "prose", (ALARM_MAKE, *ALARM_UPDATE),
    [post("/alarms", _ALARMS)],
)  # fmt: skip
def templates_differ_in_an_alarm(patch: Patch) -> None:
    @patch.function("alarms._check")
    def _(original, world, partner_id, body):
        for message in body["messages"]:
            original(world, partner_id, {**body, "messages": [message]})


@mutant(
    "What an alarm names must be there", "accengage 18 O61 [S]", "prose", (ALARM_MAKE, *ALARM_UPDATE),
    [post("/alarms", {**_ALARM, "triggers": {"views": {"inclusion": ["nosuch"]}}})],
)  # fmt: skip
def unknown_views_in_an_alarm(patch: Patch) -> None:
    @patch.function("criteria.check_named")
    def _(original, app, kind, names):
        if kind != "views":
            original(app, kind, names)


@mutant("What is no alarm is 404", "accengage 18 O62 [S]", "prose", "alarms.get_alarm", [read("/alarms/2158")])
def inapp_read_as_an_alarm(patch: Patch) -> None:
    @patch.function("stored.by_id")
    def _(original, world, kind, partner_id, number):
        found = original(world, kind, partner_id, number)
        return found or (original(world, "inapps", partner_id, number) if kind == "alarms" else None)


@mutant("Unset members are left out", "accengage 18 O62 [S]", "prose", ALARM_GET, [read("/alarms/123456")])
def unset_members_are_null(patch: Patch) -> None:
    @patch.answer(*ALARM_GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for name in ("externalId", "campaignId", "lists"):
                    body.setdefault(name, None)


@mutant("A 404 of an alarm is API_ERR_DATA", "accengage 18 O62 [S]", "schema", ALARM_GET, [read("/alarms/17")])
def alarm_error_without_label(patch: Patch) -> None:
    @patch.answer(*ALARM_GET)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.body = answer.body.replace(b'"label":"API_ERR_DATA",', b"")


@mutant(
    "An update is kept", "accengage 18 O65, 20.19 [S]", "prose", ALARM_UPDATE,
    [put("/alarms/external/morning", {**_ALARM, "externalId": "morning"}), read("/alarms/2164")],
)  # fmt: skip
def alarm_update_forgotten(patch: Patch) -> None:
    @patch.function("alarms._update")
    def _(original, world, partner_id, known, body):
        reply = original(world, partner_id, known, body)
        world.put("alarms", known)
        return reply


@mutant(
    "The status of no alarm is 404", "accengage 18 O66 [S]", "schema", ALARM_STATUS, [put("/alarms/17/status", _ON)]
)
def status_of_no_alarm(patch: Patch) -> None:
    @patch.answer(*ALARM_STATUS)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.status, answer.body = 204, b""
            answer.set_header("content-type", None)


@mutant("A status has no body", "accengage 18 O67 [S]", "schema", ALARM_STATUS, [put("/alarms/2164/status", _OFF)])
def alarm_status_answers_the_alarm(patch: Patch) -> None:
    @patch.answer(*ALARM_STATUS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.body = b'{"isActive":true}'
            answer.set_header("content-type", "application/json")


@mutant(
    "What an inbox message names must be there", "accengage 18 O68 [S]", "prose", (INBOX_MAKE, *INBOX_UPDATE),
    [post("/inboxes", {**_INBOX, "events": ["nosuch"]})],
)  # fmt: skip
def unknown_events_in_an_inbox(patch: Patch) -> None:
    @patch.function("inboxes._check")
    def _(original, world, partner_id, body):
        original(world, partner_id, {name: it for name, it in body.items() if name != "events"})


@mutant(
    "What was sent is not updated", "accengage 18 O69, 20.59 [S]", "prose", INBOX_UPDATE, [put("/inboxes/2172", _INBOX)]
)
def sent_inbox_updated(patch: Patch) -> None:
    @patch.function("inboxes._update")
    def _(original, world, known, body):
        return original(world, {name: it for name, it in known.items() if name != "sent"}, body)


@mutant(
    "What was sent has the label API_ERR_MESSAGE_SENT", "accengage 18 O69 [I-MIN]", "prose", INBOX_UPDATE,
    [put("/inboxes/external/old-news", _INBOX)],
)  # fmt: skip
def sent_inbox_is_bad_data(patch: Patch) -> None:
    @patch.answer(*INBOX_UPDATE)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b"API_ERR_MESSAGE_SENT", b"API_ERR_DATA")


_READ = {"readDate": "2018-05-01T00:00:00Z"}


@mutant("UDID is mandatory", "accengage 18 O71 [S]", "schema", INBOX_STATUS, [put("/inboxes/2168/status", _READ)])
def status_of_nobody(patch: Patch) -> None:
    @patch.answer(*INBOX_STATUS)
    def _(answer: Answer) -> None:
        if answer.status == 400 and b"UDID" not in answer.exchange.target.encode():
            answer.status, answer.body = 200, b""
            answer.set_header("content-type", None)


@mutant(
    "A message that is not for the user is 404 without a body", "accengage 18 O71, 20.58 [S]", "prose", INBOX_STATUS,
    [put(f"/inboxes/2169/status?UDID={CHLOE}", _READ)],
)  # fmt: skip
def unavailable_has_an_envelope(patch: Patch) -> None:
    @patch.answer(*INBOX_STATUS)
    def _(answer: Answer) -> None:
        if answer.status == 404 and not answer.body:
            answer.body = b'{"errors":[{"label":"API_ERR_DATA","message":"Not available"}]}'
            answer.set_header("content-type", "application/json")


@mutant(
    "A message that is not for the user is 404", "accengage 18 O72, 20.58 [S]", "prose", INBOX_STATUS,
    [put(f"/inboxes/external/readers/status?UDID={CHLOE}", _READ)],
)  # fmt: skip
def everything_is_for_everybody(patch: Patch) -> None:
    @patch.function("inboxes._available")
    def _(original, world, inbox, udid):
        return original(world, {"partnerId": inbox["partnerId"], "id": inbox["id"]}, udid)


@mutant(
    "An unknown message has an envelope", "accengage 18 O71, 20.58 [I-ENV]", "prose", INBOX_STATUS,
    [put(f"/inboxes/17/status?UDID={ALICE}", _READ)],
)  # fmt: skip
def unknown_inbox_without_envelope(patch: Patch) -> None:
    @patch.answer(*INBOX_STATUS)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.body = b""
            answer.set_header("content-type", None)


@mutant(
    "An external id stands once", "accengage 1.7 [D4]", "prose", (INAPP_MAKE, ALARM_MAKE, INBOX_MAKE),
    [post("/inboxes", {**_INBOX, "externalId": "news"})],
)  # fmt: skip
def taken_external_id_dropped(patch: Patch) -> None:
    @patch.function("stored.create")
    def _(original, world, kind, partner_id, body):
        with suppress(Refusal):
            return original(world, kind, partner_id, body)
        return original(world, kind, partner_id, {name: it for name, it in body.items() if name != "externalId"})


@mutant("An unknown alarm is 404", "accengage 18 O64 [I-404]", "schema", ALARM_UPDATE, [put("/alarms/17", _ALARM)])
def unknown_alarm_update_is_400(patch: Patch) -> None:
    @patch.function("alarms._known")
    def _(original, alarm):
        if alarm is None:
            raise Refused(400, "Type, application and message ID mismatch")
        return alarm
