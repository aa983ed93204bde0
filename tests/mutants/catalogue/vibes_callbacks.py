"""Vibes: events, and the registrations of callbacks (reference, sections 11 and 12)."""

from __future__ import annotations

import re

from mockserver.clock import epoch
from mockserver.errors import Conflict, Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.vendors.vibes import registrations
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Asked, Patch
from tests.mutants.steps import call, get, post

mutant = Theme("vibes", "callbacks")
EVENT = "events.add_event"
LIST, ADD, GET = "callbacks.list_callbacks", "callbacks.add_callback", "callbacks.get_callback"
CANCEL, TEST = "callbacks.cancel_callback", "callbacks.send_test_event"
_C = "/companies/ABC123/config/callbacks"
_TEST = "/companies/ABC123/config/callback_events/test"
_EVENTS = "/companies/ABC123/events"
_URL = "http://127.0.0.1:9/vibes"
_NEW = {"callback_type": "person_added", "destination": {"url": _URL}}
_REGISTER, _THIS = post(_C, _NEW), f"{_C}/{{{{callback_id}}}}"
_DATA = {"external_person_id": "EXT542342"}


@mutant(
    "An event answers its id",
    "vibes 11 [D66]",
    "schema",
    EVENT,
    [post(_EVENTS, {"event_type": "x", "event_data": _DATA})],
)
def event_without_an_id(patch: Patch) -> None:
    @patch.answer(EVENT)
    def _(answer: Answer) -> None:
        if answer.status == 202:
            answer.body = b"{}"


@mutant(
    "A valid event is 202",
    "vibes 11, 17.32 [D45]",
    "schema",
    EVENT,
    [post(_EVENTS, {"event_type": "x", "event_data": _DATA})],
)
def accepted_event_is_200(patch: Patch) -> None:
    @patch.answer(EVENT)
    def _(answer: Answer) -> None:
        answer.status = 200 if answer.status == 202 else answer.status


@mutant(
    "An event for nobody known is 202",
    "vibes 11, 17.32 [D45]",
    "prose",
    EVENT,
    [post(_EVENTS, {"event_type": "x", "event_data": {"person_key": "nobody"}})],
)
def event_for_nobody_is_404(patch: Patch) -> None:
    @patch.function("events.add_event")
    def _(original, **asked):
        data = asked["body"]["event_data"]
        if data.get("person_key") and asked["world"].get("persons", str(data["person_key"])) is None:
            raise NotFound("The person was not found")
        return original(**asked)


@mutant(
    "The `event_id` that was given is answered",
    "vibes 11 [D66]",
    "prose",
    EVENT,
    [post(_EVENTS, {"event_id": "e-1", "event_type": "x", "event_data": _DATA})],
)
def given_event_id_replaced(patch: Patch) -> None:
    @patch.function("events.add_event")
    def _(original, **asked):
        return original(**{**asked, "body": {name: it for name, it in asked["body"].items() if name != "event_id"}})


@mutant(
    "An `event_id` that was used is 202",
    "vibes 11, 17.34 [D44]",
    "prose",
    EVENT,
    [post(_EVENTS, {"event_id": "e-1", "event_type": "x", "event_data": _DATA})] * 2,
)
def used_event_id_is_422(patch: Patch) -> None:
    @patch.function("events.add_event")
    def _(original, **asked):
        given = asked["body"].get("event_id")
        if given and asked["world"].get("events", f"{asked['company_key']}/{given}") is not None:
            raise Invalid("The event_id was used")
        return original(**asked)


@mutant(
    "The type of an event has letters, digits, - and _",
    "vibes 11 [D44]",
    "schema",
    EVENT,
    [post(_EVENTS, {"event_type": "day of delivery", "event_data": _DATA})],
)
def event_type_with_blanks_accepted(patch: Patch) -> None:
    @patch.request(EVENT)
    def _(asked: Asked) -> None:
        text = rb'("event_type"\s*:\s*)"([^"]*)"'
        asked.body = re.sub(text, lambda it: it[1] + b'"' + it[2].replace(b" ", b"_") + b'"', asked.body)


@mutant("What has ended is not listed", "vibes 12.4, 17.38 [D4][D65]", "prose", LIST, [get(_C)])
def ended_callbacks_listed(patch: Patch) -> None:
    @patch.function("callbacks.list_callbacks")
    def _(original, **asked):
        reply = original(**asked)
        known = asked.get("callback_type")
        found = asked["world"].find("callbacks", {"company_key": asked["company_key"]})
        return reply if known else Reply([registrations.shown(it) for it in found])


_FUTURE = {**_NEW, "start_date": "2030-01-01T00:00:00Z"}


@mutant("What has not begun is listed", "vibes 12.4 [D4][D65]", "prose", LIST, [post(_C, _FUTURE), get(_C)])
def future_callbacks_not_listed(patch: Patch) -> None:
    @patch.function("callbacks.list_callbacks")
    def _(original, **asked):
        now = asked["world"].now
        return Reply([it for it in original(**asked).body if epoch(it["start_date"]) <= now])


@mutant("POST is the method unless another is said", "vibes 12.1, 17.35 [D4]", "prose", ADD, [_REGISTER])
def put_is_the_method(patch: Patch) -> None:
    @patch.function("registrations.read")
    def _(original, world, company_key, body, version):
        destination = {"method": "PUT", **body["destination"]}
        return original(world, company_key, {**body, "destination": destination}, version)


_PUT = {**_NEW, "destination": {"url": _URL, "method": "PUT", "content_type": "text/json"}}


@mutant("Method and media type are as they were registered", "vibes 12.1 [D4]", "prose", ADD, [post(_C, _PUT)])
def method_and_media_type_not_read(patch: Patch) -> None:
    @patch.function("registrations.read")
    def _(original, world, company_key, body, version):
        return original(world, company_key, {**body, "destination": {"url": body["destination"]["url"]}}, version)


@mutant("A callback without a start begins now", "vibes 12.1 [D4]", "prose", ADD, [_REGISTER])
def callback_without_a_start_begins_tomorrow(patch: Patch) -> None:
    @patch.function("registrations.read")
    def _(original, world, company_key, body, version):
        wanted = original(world, company_key, body, version)
        return wanted if body.get("start_date") else {**wanted, "start_date": wanted["start_date"][:11] + "23:59:59Z"}


@mutant(
    "Both names of the type are answered",
    "vibes 12.4 [D5]",
    "schema",
    (LIST, ADD, GET, CANCEL),
    [_REGISTER],
)
def deprecated_type_left_out(patch: Patch) -> None:
    @patch.answer(LIST, ADD, GET, CANCEL)
    def _(answer: Answer) -> None:
        if answer.status < 300:
            with answer.json() as found:
                for callback in found if isinstance(found, list) else [found]:
                    callback.pop("event_type", None)


@mutant(
    "Old clients send `event_type`",
    "vibes 12.1 [D4][D54]",
    "prose",
    ADD,
    [post(_C, {"event_type": "person_added", "destination": {"url": _URL}})],
)
def deprecated_type_refused(patch: Patch) -> None:
    @patch.function("callbacks.add_callback")
    def _(original, **asked):
        if "callback_type" not in asked["body"]:
            raise Invalid("callback_type is required")
        return original(**asked)


@mutant("One type, URL and time make one callback", "vibes 12.3 [D4]", "prose", ADD, [_REGISTER, _REGISTER])
def same_callback_registered_twice(patch: Patch) -> None:
    @patch.function("registrations.check_free")
    def _(original, world, wanted):
        try:
            original(world, wanted)
        except Conflict:
            return


@mutant(
    "Two lists are two callbacks",
    "vibes 12.3 [I]",
    "prose",
    ADD,
    [
        post(_C, {**_NEW, "callback_type": "subscription_added", "subscription_added": {"list_id": it}})
        for it in ("1234", "ABC12345")
    ],
)
def one_callback_for_each_type_and_url(patch: Patch) -> None:
    @patch.function("registrations.check_free")
    def _(original, world, wanted):
        others = registrations.lasting(world, wanted["company_key"], wanted["happening"])
        if any(it["destination"]["url"] == wanted["destination"]["url"] for it in others):
            raise Conflict("There is a callback of this type for this URL already")
        original(world, wanted)


@mutant(
    "A callback of subscriptions names its list",
    "vibes 12.2 [D6][D17]",
    "prose",
    ADD,
    [post(_C, {**_NEW, "callback_type": "subscription_added"})],
)
def list_of_a_callback_not_asked_for(patch: Patch) -> None:
    @patch.function("registrations._narrowed")
    def _(original, kind, body, errors):
        return original(kind, body, [] if kind == "subscription_added" else errors)


@mutant(
    "A callback ends after it begins",
    "vibes 12.4 [I]",
    "prose",
    ADD,
    [post(_C, {**_FUTURE, "end_date": "2029-01-01T00:00:00Z"})],
)
def callback_that_ends_before_it_begins(patch: Patch) -> None:
    @patch.function("registrations.read")
    def _(original, world, company_key, body, version):
        try:
            return original(world, company_key, body, version)
        except Invalid:
            if not (body.get("start_date") and body.get("end_date")):
                raise
            wanted = original(world, company_key, {**body, "end_date": None}, version)
            return {**wanted, "end_date": body["end_date"]}


@mutant(
    "A callback that is not there is 404",
    "vibes 12.4 [D4]",
    "prose",
    GET,
    [get("/companies/ABC123/config/callbacks/nosuch")],
)
def unknown_callback_is_empty(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 404 and b"callback" in answer.body:
            answer.status, answer.body = 200, b"null"


@mutant(
    "The `url` of a callback leads to it",
    "vibes 12.1, 16, 17.6 [D5]",
    "prose",
    (LIST, ADD, GET, CANCEL),
    [get(f"{_C}/Hzh39LP3")],
)
def url_of_a_callback_below_mobiledb(patch: Patch) -> None:
    @patch.function("registrations.shown")
    def _(original, registration):
        shown = original(registration)
        return {**shown, "url": "/mobiledb" + shown["url"].partition("/ABC123")[2]}


@mutant("A cancelled callback ends now", "vibes 12.4 [D65]", "prose", CANCEL, [_REGISTER, call("DELETE", _THIS)])
def cancelled_callback_has_no_end(patch: Patch) -> None:
    @patch.function("registrations.cancelled")
    def _(original, world, registration):
        return {**registration, "updated_at": world.time()}


@mutant(
    "A cancelled callback is not listed",
    "vibes 12.4, 17.38 [D65]",
    "prose",
    CANCEL,
    [_REGISTER, call("DELETE", _THIS), get(_C)],
)
def cancelled_callback_listed(patch: Patch) -> None:
    @patch.function("callbacks.cancel_callback")
    def _(original, **asked):
        before = asked["world"].get("callbacks", asked["callback_id"])
        reply = original(**asked)
        asked["world"].put("callbacks", before)
        return reply


@mutant(
    "What had not begun is cancelled as well",
    "vibes 12.4 [D65]",
    "prose",
    CANCEL,
    [post(_C, _FUTURE), call("DELETE", _THIS)],
)
def start_of_a_cancelled_callback_stays(patch: Patch) -> None:
    @patch.function("registrations.cancelled")
    def _(original, world, registration):
        return {**original(world, registration), "start_date": registration["start_date"]}


@mutant("Cancelling what is not there is 404", "vibes 12.4 [D65]", "prose", CANCEL, [call("DELETE", f"{_C}/nosuch")])
def unknown_callback_cancelled(patch: Patch) -> None:
    @patch.answer(CANCEL)
    def _(answer: Answer) -> None:
        if answer.status == 404 and b"callback" in answer.body:
            answer.status = 204
            answer.body = b""
            answer.set_header("content-type", None)


@mutant(
    "A test answers the `event_id`",
    "vibes 12.4 [D7]",
    "schema",
    TEST,
    [post(_TEST, {"callback_type": "unmatched_message_received"})],
)
def test_without_an_event_id(patch: Patch) -> None:
    @patch.answer(TEST)
    def _(answer: Answer) -> None:
        if answer.status == 201:
            with answer.json() as body:
                del body["event_id"]


@mutant(
    "Without a callback there is no test",
    "vibes 12.4 [D7]",
    "prose",
    TEST,
    [post(_TEST, {"callback_type": "person_updated"})],
)
def test_without_a_callback_is_queued(patch: Patch) -> None:
    @patch.function("callbacks.send_test_event")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            return Reply({**asked["body"], "event_id": "AB234SDFD234"}, 201)
