"""Vibes: callbacks as they are sent, and what becomes of them (reference, section 14)."""

from __future__ import annotations

from dataclasses import replace

import orjson

from mockserver.outbox import Post
from mockserver.vendors.vibes import happenings, routing
from tests.mutants.catalogue.vibes_access import ADD as ADD_PERSON
from tests.mutants.catalogue.vibes_access import JOHN, UPDATE, P
from tests.mutants.catalogue.vibes_callbacks import ADD, CANCEL
from tests.mutants.catalogue.vibes_subscriptions import REMOVE
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Advance, Hear, Send, call, post, put

mutant = Theme("vibes", "deliveries")
_C = "/companies/ABC123/config/callbacks"
_DEVICE = "/mobile_apps/MyAppId01/devices/0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
_ANNE = {"person_key": "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"}
_EVENT = {"event_type": "Day_Of_Delivery", "event_data": {"external_person_id": "EXT542342"}}


def register(kind: str, version: str | None = None, method: str = "POST", **narrowed: str) -> Send:
    """A registration; nothing listens there, `Hear` does."""
    body = {"callback_type": kind, "destination": {"url": "http://127.0.0.1:9/vibes", "method": method}}
    return post(_C, {**body, **({kind: narrowed} if narrowed else {})}, version=version)


_ADDED, _UPDATED = register("person_added"), register("person_updated")
_JACK = post(P, {"external_person_id": "EXT900001", "custom_fields": {"first_name": "Jack"}})
_CHANGE = put(JOHN, {"custom_fields": {"first_name": "Jack"}})
_HEARD, _LATER = Hear(), Advance(301)
_LEFT = [
    register("subscription_removed", list_id="1234"),
    call("DELETE", f"{JOHN}/subscriptions/1234"),
    _HEARD,
]


def altered(patch: Patch, change) -> None:
    """Every callback's headers and body are changed in place, once the attempt's request has been made."""

    @patch.function("sending.post")
    def _(original, world, delivery, attempt):
        made = original(world, delivery, attempt)
        if made is None:
            return None
        headers, body = dict(made.headers), orjson.loads(made.body)
        change(headers, body)
        return Post(made.method, made.url, headers, orjson.dumps(body))


@mutant("A new person is told of", "vibes 14.3 [D14]", "prose", (ADD, ADD_PERSON), [_ADDED, _JACK, _HEARD])
def added_person_not_told(patch: Patch) -> None:
    @patch.function("happenings.person_added")
    def _(original, world, person):
        return None


@mutant("A change is told of", "vibes 14.3 [D14]", "prose", (ADD, UPDATE), [_UPDATED, _CHANGE, _HEARD])
def changed_person_not_told(patch: Patch) -> None:
    @patch.function("happenings.person_updated")
    def _(original, world, person):
        return None


_MET = post(P, {"external_person_id": "EXT542342", "custom_fields": {"first_name": "Jack"}})


@mutant(
    "A person who is met was not added", "vibes 4.2, 17.12 [D14]", "prose", (ADD, ADD_PERSON), [_ADDED, _MET, _HEARD]
)
def met_person_told_as_added(patch: Patch) -> None:
    @patch.function("happenings.person_updated")
    def _(original, world, person):
        happenings.person_added(world, person)


@mutant("An event is told of once", "vibes 14.3 [D14]", "prose", (ADD, ADD_PERSON), [_ADDED, _JACK, _HEARD])
def added_person_told_twice(patch: Patch) -> None:
    @patch.function("happenings.person_added")
    def _(original, world, person):
        original(world, person)
        original(world, person)


@mutant("The whole new state is told", "vibes 14.3 [D14]", "prose", (ADD, UPDATE), [_UPDATED, _CHANGE, _HEARD])
def fields_of_a_person_not_told(patch: Patch) -> None:
    @patch.function("tellings.person")
    def _(original, world, person):
        told = original(world, person)
        return lambda version: {"person": {**told(version)["person"], "custom_fields": {}}}


@mutant("Leaving a list is told of", "vibes 14.3, 17.17 [S]", "prose", (ADD, REMOVE), _LEFT)
def removed_subscription_not_told(patch: Patch) -> None:
    @patch.function("happenings.subscription_removed")
    def _(original, world, person, subscription):
        return None


@mutant("The reason of an opt-out is told", "vibes 14.3 [S]", "schema", (ADD, REMOVE), _LEFT)
def reason_of_an_opt_out_not_told(patch: Patch) -> None:
    altered(patch, lambda headers, body: body.get("subscription", {}).pop("opt_out_reason", None))


@mutant(
    "A move is told as removed and added",
    "vibes 13.3, 17.47 [D51]",
    "prose",
    (ADD, "devices.assign_device"),
    [register("device_removed", app_id="MyAppId01"), post(f"{_DEVICE}/assign", _ANNE), _HEARD],
)
def removed_device_not_told(patch: Patch) -> None:
    @patch.function("happenings.device_removed")
    def _(original, world, person, device):
        return None


@mutant(
    "Routing is told before processing",
    "vibes 14.4 [D47]",
    "prose",
    (ADD, "events.add_event"),
    [register("event_processed"), post("/companies/ABC123/events", _EVENT), _LATER, _HEARD],
)
def event_told_once_only(patch: Patch) -> None:
    @patch.function("events.process_event")
    def _(original, world, **facts):
        return None


@mutant(
    "The type of an event is compared without regard to case",
    "vibes 11, 17.33 [D44]",
    "prose",
    (ADD, "events.add_event"),
    [register("event_processed", event_type="day_of_delivery"), post("/companies/ABC123/events", _EVENT), _HEARD],
)
def case_of_an_event_type_matters(patch: Patch) -> None:
    @patch.function("routing.route")
    def _(original, world, company_key, event, recipient):
        if event["event_type"] != event["event_type"].lower():
            raise routing.NoWay("no_route_rules")
        return original(world, company_key, event, recipient)


@mutant("A callback names its event", "vibes 14.1, 17.36 [S]", "schema", ADD, [_ADDED, _JACK, _HEARD])
def event_id_not_in_the_headers(patch: Patch) -> None:
    altered(patch, lambda headers, body: headers.pop("X-Event-Id"))


@mutant("A callback names its registration", "vibes 14.1, 17.36 [S]", "prose", ADD, [_ADDED, _JACK, _HEARD])
def callback_id_is_that_of_the_event(patch: Patch) -> None:
    altered(patch, lambda headers, body: headers.update({"X-Callback-Id": headers["X-Event-Id"]}))


@mutant("A callback names its company", "vibes 14.1, 17.36 [S]", "prose", ADD, [_ADDED, _JACK, _HEARD])
def company_by_its_name(patch: Patch) -> None:
    altered(patch, lambda headers, body: headers.update({"X-Company-Id": "Example Retail"}))


@mutant("The first attempt is 1", "vibes 14.1 [S]", "prose", ADD, [_ADDED, _JACK, _HEARD])
def attempts_counted_from_nought(patch: Patch) -> None:
    @patch.function("sending.post")
    def _(original, world, delivery, attempt):
        return original(world, delivery, attempt - 1)


@mutant("Attempts are counted", "vibes 14.1, 17.37 [S]", "prose", ADD, [_ADDED, _JACK, Hear(503), _LATER, _HEARD])
def attempts_not_counted(patch: Patch) -> None:
    @patch.function("sending.post")
    def _(original, world, delivery, attempt):
        return original(world, delivery, 1)


@mutant("The id of an event stays", "vibes 14.1, 17.37 [S]", "prose", ADD, [_ADDED, _JACK, Hear(503), _LATER, _HEARD])
def event_id_new_with_each_attempt(patch: Patch) -> None:
    @patch.function("sending.post")
    def _(original, world, delivery, attempt):
        event_id = delivery["event_id"] if attempt == 1 else f"{delivery['event_id'][:-1]}{attempt}"
        body = {**delivery["body"], "event_id": event_id}
        return original(world, {**delivery, "event_id": event_id, "body": body}, attempt)


@mutant("The type is that of the registration", "vibes 14.1, 17.36 [S]", "prose", ADD, [_ADDED, _JACK, _HEARD])
def type_in_upper_case(patch: Patch) -> None:
    altered(patch, lambda headers, body: headers.update({"X-Event-Type": headers["X-Event-Type"].upper()}))


@mutant("Header and body agree", "vibes 14.1, 17.36 [S]", "prose", ADD, [_ADDED, _JACK, _HEARD])
def event_id_of_the_body_differs(patch: Patch) -> None:
    altered(patch, lambda headers, body: body.update(event_id=body["event_id"].lower()))


@mutant("A body names its type twice", "vibes 14.1 [S]", "schema", ADD, [_ADDED, _JACK, _HEARD])
def deprecated_type_not_in_the_body(patch: Patch) -> None:
    altered(patch, lambda headers, body: body.pop("event_type"))


@mutant("A body says when", "vibes 14.1 [S]", "schema", ADD, [_ADDED, _JACK, _HEARD])
def date_of_an_event_not_in_the_body(patch: Patch) -> None:
    altered(patch, lambda headers, body: body.pop("event_date"))


@mutant(
    "The registered method is used",
    "vibes 14.1 [D4]",
    "prose",
    ADD,
    [register("person_added", method="PUT"), _JACK, _HEARD],
)
def callbacks_are_always_posted(patch: Patch) -> None:
    @patch.function("sending.post")
    def _(original, world, delivery, attempt):
        return original(world, {**delivery, "method": "POST"}, attempt)


@mutant(
    "The registration decides the form of an MDN",
    "vibes 2.3, 17.40 [D14][D16]",
    "prose",
    ADD,
    [register("person_updated", version="2"), _CHANGE, _HEARD],
)
def mdn_always_in_ten_digits(patch: Patch) -> None:
    @patch.function("registrations.read")
    def _(original, world, company_key, body, version):
        return {**original(world, company_key, body, version), "api_version": "1"}


@mutant(
    "What was refused is not sent again",
    "vibes 14.2, 17.37 [S]",
    "prose",
    ADD,
    [_ADDED, _JACK, Hear(410), _LATER, _HEARD],
)
def refused_callback_sent_again(patch: Patch) -> None:
    @patch.core("callbacks.turns.Turns._settle")
    def _(original, self, store, world, destination, done, scheme):
        refused = 400 <= (done.status or 0) < 500
        return original(self, store, world, destination, replace(done, status=503) if refused else done, scheme)


@mutant("A failure is tried again", "vibes 14.2, 17.37 [S]", "prose", ADD, [_ADDED, _JACK, Hear(503), _LATER, _HEARD])
def failure_given_up_at_once(patch: Patch) -> None:
    @patch.function("sending.scheme")
    def _(original, world):
        return replace(original(world), retries=())


@mutant("A redirect is tried again", "vibes 14.2, 17.37 [S]", "prose", ADD, [_ADDED, _JACK, Hear(302), _LATER, _HEARD])
def redirect_taken_for_delivered(patch: Patch) -> None:
    @patch.core("callbacks.turns.Turns._settle")
    def _(original, self, store, world, destination, done, scheme):
        moved = 300 <= (done.status or 0) < 400
        return original(self, store, world, destination, replace(done, status=200) if moved else done, scheme)


@mutant(
    "What was taken is not sent again",
    "vibes 14.2, 17.37 [S]",
    "prose",
    ADD,
    [_ADDED, _JACK, Hear(202), _LATER, _HEARD],
)
def only_200_is_success(patch: Patch) -> None:
    @patch.core("callbacks.turns.Turns._settle")
    def _(original, self, store, world, destination, done, scheme):
        taken = 200 < (done.status or 0) < 300 and done.status != 204
        return original(self, store, world, destination, replace(done, status=503) if taken else done, scheme)


@mutant(
    "A cancelled callback is not sent",
    "vibes 12.4, 17.38 [D65]",
    "prose",
    CANCEL,
    [_ADDED, call("DELETE", f"{_C}/{{{{callback_id}}}}"), _JACK, _HEARD],
)
def cancelled_callback_sent(patch: Patch) -> None:
    @patch.function("happenings.is_active")
    def _(original, world, registration):
        return True

    @patch.function("sending.is_active")
    def _(original, world, registration):
        return True


@mutant(
    "Only the list of the registration is told of",
    "vibes 17.39 [D6]",
    "prose",
    (ADD, REMOVE),
    [register("subscription_removed", list_id="ABC12345"), *_LEFT[1:]],
)
def every_list_told_of(patch: Patch) -> None:
    @patch.function("happenings.active")
    def _(original, world, company_key, happening, subject=""):
        for registration in world.find("callbacks", {"company_key": company_key}):
            if registration["happening"] == happening:
                yield registration
