"""Accengage: schedules, their exclusions, and instant messages (reference, sections 7 to 9)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.vendors.accengage.errors import Refused
from tests.mutants.catalogue.accengage_access import MULTI, drop, post, put, read
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, signed

mutant = Theme("accengage", "schedules")
MAKE, GET, UPDATE, DELETE = (f"schedules.{verb}_schedule" for verb in ("create", "get", "update", "delete"))
EXCLUDE, EXCLUSIONS = "exclusions.create_schedule_exclusion", "exclusions.list_schedule_exclusions"
INCLUDE, INSTANT = "exclusions.delete_schedule_exclusions", "instant_messages.send_instant_message"
_SEVEN, _TEN = "/messages/7/schedules", "/messages/10/schedules"
_DAILY = {"type": "DAILY", "nextSendingDate": "2030-01-01T09:00:00Z", "timezone": "Europe/Paris"}
# The world's clock stands at 2026-01-31T08:00:00Z, a Saturday.
_SOON = {
    "type": "DAILY", "nextSendingDate": "2026-01-31T09:00:00Z", "startDate": "2026-01-01T00:00:00Z",
    "endDate": "2026-03-01T00:00:00Z",
}  # fmt: skip
_PAST = {**_DAILY, "nextSendingDate": "2026-01-30T09:00:00Z"}
_DAYS = {"type": "DAYS", "days": "[6]"}


@mutant("A date in the past is refused", "accengage 8 O16 [S]", "prose", (MAKE, UPDATE), [post(_SEVEN, _PAST)])
def schedule_in_the_past(patch: Patch) -> None:
    @patch.function("schedules._past")
    def _(original, world, schedule):
        return False


@mutant("An outdated update is 403", "accengage 8 O18 [S]", "prose", UPDATE, [put(_TEN, _PAST)])
def outdated_update_is_409(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 403 and b"outdated" in answer.body:
            answer.status = 409


@mutant(
    "`timezone` never shifts the date", "accengage 8, 20.25 [S]", "prose", MAKE, [post(_SEVEN, _DAILY), read(_SEVEN)]
)
def timezone_shifts_the_date(patch: Patch) -> None:
    @patch.function("schedules.create_schedule")
    def _(original, body, **rest):
        moment = datetime.fromisoformat(body["nextSendingDate"])
        if "timezone" in body:
            moment = moment.replace(tzinfo=ZoneInfo(body["timezone"]))
        return original(body={**body, "nextSendingDate": moment.isoformat()}, **rest)


@mutant("A second schedule is 403", "accengage 8 O16 [S]", "schema", MAKE, [post(_TEN, _DAILY)])
def second_schedule_replaces_the_first(patch: Patch) -> None:
    @patch.function("schedules.create_schedule")
    def _(original, world, message_id, **rest):
        world.delete("schedules", str(message_id))
        return original(world=world, message_id=message_id, **rest)


@mutant("No schedule is 404", "accengage 8 O17 [S]", "schema", GET, [read("/messages/1234/schedules")])
def no_schedule_is_an_empty_one(patch: Patch) -> None:
    @patch.function("schedules.get_schedule")
    def _(original, **given):
        with suppress(Refusal):
            return original(**given)
        return Reply({})


@mutant("An update is kept", "accengage 8 O18, 20.23 [S]", "prose", UPDATE, [put(_TEN, _DAILY), read(_TEN)])
def schedule_update_forgotten(patch: Patch) -> None:
    @patch.function("schedules.update_schedule")
    def _(original, world, message_id, **rest):
        known = world.get("schedules", str(message_id))
        reply = original(world=world, message_id=message_id, **rest)
        world.put("schedules", known)
        return reply


@mutant("No schedule to update is 404", "accengage 8 O18 [I-404]", "prose", UPDATE, [put(_SEVEN, _DAILY)])
def update_makes_a_schedule(patch: Patch) -> None:
    @patch.function("schedules.update_schedule")
    def _(original, world, partner_id, message_id, body):
        from mockserver.vendors.accengage import schedules

        given = {"world": world, "partner_id": partner_id, "message_id": message_id, "body": body}
        there = world.get("schedules", str(message_id)) is not None
        return original(**given) if there else schedules.create_schedule(**given)


@mutant("A second delete is 404", "accengage 8 O19 [S]", "prose", DELETE, [drop(_TEN), drop(_TEN)])
def schedule_deleted_twice(patch: Patch) -> None:
    @patch.function("schedules.delete_schedule")
    def _(original, **given):
        with suppress(Refusal):
            return original(**given)
        return Reply(None)


@mutant(
    "A schedule sends at its date", "accengage 8 [S]", "prose", (MAKE, UPDATE),
    [put(_TEN, _SOON), Advance(3_700), read("/messages/10/targets")],
)  # fmt: skip
def schedule_never_sends(patch: Patch) -> None:
    @patch.function("schedules.fire")
    def _(original, world, message_id, armed):
        return None


@mutant(
    "A daily schedule goes on", "accengage 8 [D9]", "prose", (MAKE, UPDATE),
    [put(_TEN, _SOON), Advance(3_700), read(_TEN)],
)  # fmt: skip
def schedule_sends_once(patch: Patch) -> None:
    @patch.function("timetable.occurrence")
    def _(original, schedule, count):
        return None


@mutant(
    "An inactive schedule never sends", "accengage 8 [D6]", "prose", (MAKE, UPDATE),
    [put(_TEN, {**_SOON, "status": "INACTIVE"}), Advance(3_700), read("/messages/10/targets")],
)  # fmt: skip
def inactive_schedule_sends(patch: Patch) -> None:
    @patch.function("timetable.wait")
    def _(original, world, schedule):
        original(world, {**schedule, "status": "ACTIVE"})


@mutant(
    "Nothing is sent on a day that is excluded", "accengage 9 [S]", "prose", EXCLUDE,
    [put(_TEN, _SOON), post(f"{_TEN}/exclusions", _DAYS), Advance(3_700), read("/messages/10/targets")],
)  # fmt: skip
def exclusions_ignored(patch: Patch) -> None:
    @patch.function("timetable.excluded")
    def _(original, schedule, moment):
        return False


@mutant(
    "1 is Monday", "accengage 9 [S]", "prose", EXCLUDE,
    [put(_TEN, _SOON), post(f"{_TEN}/exclusions", _DAYS), Advance(3_700), read("/messages/10/targets")],
)  # fmt: skip
def week_begins_on_sunday(patch: Patch) -> None:
    @patch.function("timetable._holds")
    def _(original, exclusion, moment):
        if exclusion["type"] != "DAYS":
            return original(exclusion, moment)
        return str(moment.isoweekday() % 7 + 1) in exclusion["days"]


@mutant(
    "One exclusion of days for each schedule", "accengage 9 O20 [S]", "prose", EXCLUDE,
    [post(f"{_TEN}/exclusions", _DAYS), post(f"{_TEN}/exclusions", _DAYS)],
)  # fmt: skip
def second_exclusion_of_days(patch: Patch) -> None:
    @patch.function("exclusions.create_schedule_exclusion")
    def _(original, world, message_id, body, **rest):
        schedule = world.get("schedules", str(message_id))
        if schedule and body["type"] == "DAYS":
            others = [it for it in schedule["exclusions"] if it["type"] != "DAYS"]
            world.put("schedules", {**schedule, "exclusions": others})
        return original(world=world, message_id=message_id, body=body, **rest)


@mutant(
    "An exclusion lies within the schedule", "accengage 9 O20, 20.27 [S]", "prose", EXCLUDE,
    [post(f"{_TEN}/exclusions", {"type": "DATE", "startDate": "2031-01-01T00:00:00Z"})],
)  # fmt: skip
def exclusion_outside_the_schedule(patch: Patch) -> None:
    @patch.function("exclusions._inside")
    def _(original, schedule, text):
        return True


@mutant("No schedule is 404", "accengage 9 O21 [S]", "schema", EXCLUSIONS, [read("/messages/7/schedules/exclusions")])
def exclusions_of_no_schedule(patch: Patch) -> None:
    @patch.function("exclusions.list_schedule_exclusions")
    def _(original, **given):
        with suppress(Refusal):
            return original(**given)
        return Reply([])


@mutant(
    "Exclusions are read back", "accengage 9 O21 [S]", "prose", EXCLUSIONS,
    [post(f"{_TEN}/exclusions", _DAYS), read(f"{_TEN}/exclusions")],
)  # fmt: skip
def days_read_back_as_numbers(patch: Patch) -> None:
    @patch.answer(EXCLUSIONS)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b'"[6]"', b"[6]")


@mutant(
    "All exclusions are deleted", "accengage 9 O22 [S]", "prose", INCLUDE,
    [post(f"{_TEN}/exclusions", _DAYS), drop(f"{_TEN}/exclusions"), post(f"{_TEN}/exclusions", _DAYS)],
)  # fmt: skip
def exclusions_are_not_deleted(patch: Patch) -> None:
    @patch.function("exclusions.delete_schedule_exclusions")
    def _(original, world, message_id, **rest):
        known = world.get("schedules", str(message_id))
        reply = original(world=world, message_id=message_id, **rest)
        world.put("schedules", known)
        return reply


@mutant(
    "The schedule stays without its exclusions", "accengage 9 O22 [S]", "prose", INCLUDE,
    [drop(f"{_TEN}/exclusions"), read(_TEN)],
)  # fmt: skip
def schedule_goes_with_its_exclusions(patch: Patch) -> None:
    @patch.function("exclusions.delete_schedule_exclusions")
    def _(original, world, message_id, **rest):
        reply = original(world=world, message_id=message_id, **rest)
        world.delete("schedules", str(message_id))
        return reply


_ALICE = {"clientId": "42", "data": {"order_id": "A1", "delivery_date": "2018-05-02"}}
_ORDER = {"parentMessageId": 2157}
_TWO = {"myPartnerId": {"parentMessageId": 2159}, "mySecondPartnerId": {"parentMessageExternalId": "order-delivery"}}


@mutant(
    "100 targets at most", "accengage 7 O14, 20.31 [S]", "schema", (INSTANT, MULTI),
    [post("/send", {**_ORDER, "targets": [_ALICE] * 101})],
)  # fmt: skip
def any_number_of_targets(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["InstantTargets"]["maxItems"]


@mutant(
    "100 targets are accepted", "accengage 7 O14, 20.31 [S]", "schema", (INSTANT, MULTI),
    [post("/send", {**_ORDER, "targets": [_ALICE] * 100})],
)  # fmt: skip
def less_than_100_targets(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["InstantTargets"]["maxItems"] = 99


@mutant(
    "Segments, lists and fields are not mixed", "accengage 7 O14 [S]", "prose", (INSTANT, MULTI),
    [post("/send", {"parentMessageId": 10, "targets": [{"clientId": "42"}, {"segmentId": 2}]})],
)  # fmt: skip
def kinds_of_targets_mixed(patch: Patch) -> None:
    @patch.function("targeting.check_kinds")
    def _(original, targets):
        return None


@mutant(
    "A target has an indexed field with equality", "accengage 7 O14, 20.32 [S]", "prose", (INSTANT, MULTI),
    [post("/send", {"parentMessageId": 10, "targets": [{"age": 34}]})],
)  # fmt: skip
def any_field_is_enough(patch: Patch) -> None:
    @patch.function("targeting.devices")
    def _(original, world, app, target):
        found = original(world, app, target)
        return [] if isinstance(found, Refused) else found


@mutant(
    "`$eq` and a plain value are the same", "accengage 7, 20.33 [S]", "prose", (INSTANT, MULTI),
    [post("/send", {"parentMessageId": 10, "targets": [{"clientId": {"$eq": "42"}}]})],
)  # fmt: skip
def eq_is_no_equality(patch: Patch) -> None:
    @patch.function("targeting._criteria")
    def _(original, target):
        dull = {name for name, it in target.items() if isinstance(it, dict) and "$eq" in it}
        return {name: ("$gte" if name in dull else sign, it) for name, (sign, it) in original(target).items()}


@mutant(
    "A value that nothing gives is refused", "accengage 1.8, 7 O14 [S]", "prose", (INSTANT, MULTI),
    [post("/send", {**_ORDER, "targets": [{"clientId": "42"}]})],
)  # fmt: skip
def open_places_stay_open(patch: Patch) -> None:
    @patch.function("content.macros")
    def _(original, contents):
        return set()


@mutant(
    "A field of the device fills a place", "accengage 1.8, 20.35 [D5]", "prose", (INSTANT, MULTI),
    [post("/send", {**_ORDER, "targets": [_ALICE]})],
)  # fmt: skip
def fields_fill_no_place(patch: Patch) -> None:
    @patch.function("targeting.devices")
    def _(original, world, app, target):
        found = original(world, app, target)
        if isinstance(found, Refused):
            return found
        return [{**it, "fields": {**it["fields"], "firstname": None}} for it in found]


@mutant(
    "An unknown parent is 404",
    "accengage 7 O14 [S]",
    "prose",
    INSTANT,
    [post("/send", {"parentMessageId": 2159, "targets": [_ALICE]})],
)
def unknown_parent_is_400(patch: Patch) -> None:
    @patch.answer(INSTANT)
    def _(answer: Answer) -> None:
        if answer.status == 404 and b"Message" in answer.body:
            answer.status = 400


@mutant(
    "The parent keeps its state", "accengage 7 [I-MIN]", "prose", INSTANT,
    [post("/send", {"parentMessageId": 7, "targets": [{"clientId": "42"}]}), post("/messages/7/send")],
)  # fmt: skip
def parent_counts_as_sent(patch: Patch) -> None:
    @patch.function("instant_messages.send_instant_message")
    def _(original, world, body, **rest):
        reply = original(world=world, body=body, **rest)
        parent = world.get("messages", str(body.get("parentMessageId")))
        if parent is not None:
            world.put("messages", {**parent, "state": "sent"})
        return reply


def _multi(apps: object) -> list:
    return [signed("POST", "/v1/me/send", {"apps": apps, "targets": [_ALICE]})]


@mutant("Several applications are 200 even when one fails", "accengage 7 O15 [S]", "prose", MULTI, _multi(_TWO))
def first_failure_fails_all(patch: Patch) -> None:
    @patch.answer(MULTI)
    def _(answer: Answer) -> None:
        if b'"statusCode":404' in answer.body:
            answer.status, answer.body = 404, b'{"errors":[{"label":"API_ERR_DATA","message":"Not found"}]}'


@mutant("Each application has its part of the report", "accengage 7 O15, 20.36 [S]", "prose", MULTI, _multi(_TWO))
def report_of_failures_only(patch: Patch) -> None:
    @patch.answer(MULTI)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body["apps"] = {name: it for name, it in body["apps"].items() if it["statusCode"] != 200}


@mutant("What failed has its errors", "accengage 7 O15 [S]", "prose", MULTI, _multi(_TWO))
def report_without_errors(patch: Patch) -> None:
    @patch.answer(MULTI)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for part in body["apps"].values():
                    part.pop("body", None)
