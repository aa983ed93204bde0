"""Vibes: receivers of callbacks: how they register, when and what they are sent (reference, sections 12 and 14)."""

from __future__ import annotations

from dataclasses import replace

from mockserver.clock import epoch
from mockserver.vendors.vibes import happenings, registrations
from tests.mutants.catalogue.vibes_access import ADD as ADD_PERSON
from tests.mutants.catalogue.vibes_access import P
from tests.mutants.catalogue.vibes_callbacks import ADD, CANCEL, TEST
from tests.mutants.catalogue.vibes_deliveries import altered, register
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Advance, Hear, call, post

mutant = Theme("vibes", "receivers")
_C = "/companies/ABC123/config/callbacks"
_URL = "http://127.0.0.1:9/vibes"
_NEW = {"callback_type": "person_added", "destination": {"url": _URL}}
_EVE = post(P, {"external_person_id": "EXT900003"})


@mutant(
    "The URL of a callback may have 1024 characters",
    "vibes 12.1 [D4][D17]",
    "schema",
    ADD,
    [post(_C, {**_NEW, "destination": {"url": f"{_URL}?token={'t' * 300}"}})],
)
def url_of_a_callback_has_255_characters(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["CallbackUrl"]["maxLength"] = 255


@mutant(
    "A callback may begin when one like it ends",
    "vibes 12.3 [D65]",
    "prose",
    ADD,
    [post(_C, {**_NEW, "end_date": "2027-01-01T00:00:00Z"}), post(_C, {**_NEW, "start_date": "2027-01-01T00:00:00Z"})],
)
def callbacks_in_turn_overlap(patch: Patch) -> None:
    @patch.function("registrations.check_free")
    def _(original, world, wanted):
        begins = registrations._start(wanted)
        for it in registrations.lasting(world, wanted["company_key"], wanted["happening"]):
            alike = (it["subject"], it["destination"]["url"]) == (wanted["subject"], wanted["destination"]["url"])
            if alike and registrations._end(it) == begins:
                raise registrations.conflict([registrations._SAME])
        original(world, wanted)


@mutant(
    "Cancelling again changes nothing",
    "vibes 12.4 [I]",
    "prose",
    CANCEL,
    [
        post(_C, _NEW),
        *[call("DELETE", f"{_C}/{{{{callback_id}}}}"), Advance(3600)] * 2,
        call("DELETE", f"{_C}/{{{{callback_id}}}}"),
    ],
)
def cancelling_again_moves_the_end(patch: Patch) -> None:
    @patch.function("registrations.cancelled")
    def _(original, world, registration):
        return original(world, {**registration, "end_date": None})


@mutant(
    "A test is sent under the `event_id` that it was answered with",
    "vibes 12.4, 17.54 [D7]",
    "prose",
    (TEST, ADD),
    [
        register("person_added"),
        post("/companies/ABC123/config/callback_events/test", {"callback_type": "person_added"}),
        Hear(),
    ],
)
def test_sent_under_another_event_id(patch: Patch) -> None:
    testing: list[bool] = []

    @patch.function("callbacks.send_test_event")
    def _(original, **asked):
        testing.append(True)
        try:
            return original(**asked)
        finally:
            testing.pop()

    @patch.function("happenings.post")
    def _(original, world, registration, event_id, told):
        original(world, registration, happenings.new_event(world) if testing else event_id, told)


@mutant(
    "`delivery_attempt` in a body is a string",
    "vibes 14.1 [S]",
    "schema",
    (ADD, ADD_PERSON),
    [register("person_added"), _EVE, Hear()],
)
def attempt_in_the_body_is_a_number(patch: Patch) -> None:
    def change(headers, body) -> None:
        if "delivery_attempt" in body:
            body["delivery_attempt"] = int(body["delivery_attempt"])

    altered(patch, change)


@mutant(
    "Before its start a callback is not sent",
    "vibes 14.2 [D4]",
    "prose",
    (ADD, TEST, ADD_PERSON),
    [post(_C, {**_NEW, "start_date": "2030-01-01T00:00:00Z"}), _EVE, Hear()],
)
def callback_sent_before_its_start(patch: Patch) -> None:
    def is_active(original, world, registration) -> bool:
        end = registration["end_date"]
        return end is None or world.now < epoch(end)

    patch.function("happenings.is_active")(is_active)
    patch.function("sending.is_active")(is_active)


@mutant(
    "A callback that fails is sent again 5 times",
    "vibes 14.2 [I]",
    "prose",
    (ADD, ADD_PERSON),
    [register("person_added"), _EVE, Hear(500), *[Advance(301), Hear(500)] * 5],
)
def failing_callback_sent_five_times_in_all(patch: Patch) -> None:
    @patch.function("sending.scheme")
    def _(original, world):
        scheme = original(world)
        return replace(scheme, retries=scheme.retries[:-1])
