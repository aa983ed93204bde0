"""Accengage: how a message comes about and reaches devices: ids, contents, instant messages, schedules (reference,
sections 1.3 to 1.7, 6 to 9)."""

from __future__ import annotations

from datetime import timedelta

from mockserver.vendors.accengage import instant_messages, signing, targeting, timetable
from mockserver.vendors.accengage.errors import Refused, invalid
from tests.mutants.catalogue.accengage_access import MULTI, A, drop, post, read
from tests.mutants.catalogue.accengage_data import TARGETS
from tests.mutants.catalogue.accengage_messages import ACTIONS, MAKE, SEND, UPDATE
from tests.mutants.catalogue.accengage_schedules import DELETE, EXCLUDE, EXCLUSIONS, GET, INSTANT
from tests.mutants.catalogue.accengage_schedules import MAKE as SCHEDULE
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Advance, signed

mutant = Theme("accengage", "campaigns")
_SECOND, _WEB = A.replace("myPartnerId", "mySecondPartnerId"), A.replace("myPartnerId", "myWebPartnerId")
_SUMMER = {"name": "Summer", "externalId": "summer", "messages": [{"text": "It is hot"}]}
_LEAVING = (
    "static_lists.remove_static_list_devices",
    "geogroups.remove_geogroup_beacon",
    "geogroups.remove_geogroup_geofence",
)


@mutant(
    "A DELETE may be signed without its body",
    "accengage 1.3 [I-MIN]",
    "prose",
    _LEAVING,
    [drop("/geogroups/422/geofences", {"id": 404})],
)
def delete_signed_with_its_body_only(patch: Patch) -> None:
    @patch.function("signing.verify")
    def _(original, request, api_key):
        sent = request.header("accengage-time") or "", (request.header("accengage-signature") or "").lower()
        if request.body and request.exchange.method == "DELETE":
            if signing.digest(request.body, api_key, sent[0]) != sent[1]:
                raise signing.bad_signature("The signature is not that of these bytes")
            return
        original(request, api_key)


@mutant(
    "Another application may use the same external id",
    "accengage 1.7 [S]",
    "prose",
    (MAKE, UPDATE),
    [signed("POST", f"{_SECOND}/messages", _SUMMER), post("/messages", _SUMMER)],
)
def external_id_once_over_all_applications(patch: Patch) -> None:
    @patch.function("messages._put")
    def _(original, world, message):
        wanted = message.get("externalId")
        others = (it for it in world.find("messages") if it["id"] != message["id"])
        if wanted is not None and any(it.get("externalId") == wanted for it in others):
            raise invalid(f"Another message has the external id {wanted}")
        original(world, message)


_RICH = {"name": "Rich", "messages": [{"text": "See", "richPushUrl": "https://www.example.com/rich"}]}


@mutant(
    "A rich page is an action", "accengage 6 O13 [S]", "prose", ACTIONS,
    [post("/messages", _RICH), read("/messages/{{id}}/actions")],
)  # fmt: skip
def buttons_are_the_only_actions(patch: Patch) -> None:
    @patch.function("content.actions")
    def _(original, message):
        bare = [{name: it for name, it in one.items() if name != "richPushUrl"} for one in message["messages"]]
        return original({**message, "messages": bare})


_BUTTONS = {"name": "Ask", "messages": [{"text": "Well?", "template": "nosuch", "buttons": [{"id": "0"}]}]}


@mutant("An unknown template of buttons is 404", "accengage 6 O09 [S]", "prose", MAKE, [post("/messages", _BUTTONS)])
def unknown_button_template_is_400(patch: Patch) -> None:
    @patch.function("messages.create_message")
    def _(original, **asked):
        try:
            return original(**asked)
        except Refused as refused:
            if any("Button template" in reason for reason in refused.reasons):
                refused.status = 400
            raise


_ALICE = {"clientId": "42"}


@mutant(
    "A text in the call goes before that of the parent", "accengage 7 [S]", "prose", (INSTANT, MULTI),
    [post("/send", {"parentMessageId": 2157, "message": {"text": "It is there"}, "targets": [_ALICE]})],
)  # fmt: skip
def parent_goes_before_the_call(patch: Patch) -> None:
    @patch.function("instant_messages._send")
    def _(original, world, partner_id, body, targets):
        own = {name for one in instant_messages._parent(world, partner_id, body)["messages"] for name in one}
        left = {name: it for name, it in body.get("message", {}).items() if name not in own}
        return original(world, partner_id, {**body, "message": left}, targets)


_GROWN_UP = {"parentMessageId": 7, "targets": [{**_ALICE, "age": {"$gte": 34}}]}


@mutant(
    "`$gte` lets the bound through", "accengage 7 [S]", "prose", (INSTANT, MULTI, *TARGETS),
    [post("/send", _GROWN_UP), Advance(31), read("/messages/{{messageId}}/targets")],
)  # fmt: skip
def bound_of_a_criterion_left_out(patch: Patch) -> None:
    @patch.function("targeting._holds")
    def _(original, have, sign, wanted):
        return original(have, "$gt" if sign == "$gte" else sign, wanted)


@mutant(
    "Web devices are reached from version b3.1.0 on", "accengage 7 [S]", "prose", (INSTANT, MULTI, *TARGETS),
    [
        signed("POST", f"{_WEB}/send", {"parentMessageId": 2161, "targets": [{**_ALICE, "data": {"order_id": "A1"}}]}),
        Advance(31),
        signed("GET", f"{_WEB}/messages/{{{{messageId}}}}/targets"),
    ],
)  # fmt: skip
def web_devices_of_the_first_version_passed_over(patch: Patch) -> None:
    @patch.function("targeting.reachable")
    def _(original, app, device):
        first = app["platform"] == "web" and targeting._version(device) == targeting._parts(targeting._OLDEST_WEB)
        return not first and original(app, device)


# The world's clock stands at 2026-01-31T08:00:00Z.
_MONTHLY = {"type": "MONTHLY", "nextSendingDate": "2026-01-31T09:00:00Z"}


@mutant(
    "MONTHLY is once a month, not every 30 days", "accengage 8 [D9]", "prose", (SCHEDULE, GET),
    [post("/messages/7/schedules", _MONTHLY), Advance(3601), read("/messages/7/schedules")],
)  # fmt: skip
def month_of_30_days(patch: Patch) -> None:
    @patch.function("timetable._months_later")
    def _(original, start, months):
        return start + timedelta(days=30 * months)


_DAILY = {"type": "DAILY", "nextSendingDate": "2026-02-02T09:00:00Z", "startDate": "2026-02-01T00:00:00Z"}
_HOLIDAY = {"type": "PERIOD", "startDate": "2026-02-01T00:00:00Z", "endDate": "2026-02-04T00:00:00Z"}


@mutant(
    "A period is excluded from its start to its end", "accengage 9 [D9]", "prose", (SCHEDULE, EXCLUDE, SEND),
    [
        post("/messages/7/schedules", _DAILY),
        post("/messages/7/schedules/exclusions", _HOLIDAY),
        Advance(2 * 86_400 + 3700),
        post("/messages/7/send"),
    ],
)  # fmt: skip
def first_day_of_a_period_excluded_only(patch: Patch) -> None:
    @patch.function("timetable._holds")
    def _(original, exclusion, moment):
        if exclusion["type"] == "PERIOD":
            return timetable.read(exclusion["startDate"]).date() == moment.date()
        return original(exclusion, moment)


_DATE = {"type": "DATE", "startDate": "2030-01-05T00:00:00+01:00"}


@mutant(
    "Exclusions of other types than DAYS may repeat", "accengage 9 [I-MIN]", "prose", EXCLUDE,
    [
        post("/messages/10/schedules/exclusions", _DATE),
        post("/messages/10/schedules/exclusions", {**_DATE, "startDate": "2030-01-06T00:00:00+01:00"}),
    ],
)  # fmt: skip
def one_exclusion_of_each_type(patch: Patch) -> None:
    @patch.function("exclusions.create_schedule_exclusion")
    def _(original, world, partner_id, message_id, body):
        schedule = timetable.schedule_of(world, partner_id, message_id)
        if any(it["type"] == body["type"] for it in schedule["exclusions"]):
            raise invalid(f'Schedule exclusion type "{body["type"]}" already exists.')
        return original(world=world, partner_id=partner_id, message_id=message_id, body=body)


@mutant(
    "A new schedule begins without exclusions", "accengage 8 O19, 20.28 [I-MIN]", "prose",
    (SCHEDULE, DELETE, EXCLUSIONS),
    [
        post("/messages/10/schedules/exclusions", _DATE),
        drop("/messages/10/schedules"),
        post("/messages/10/schedules", {"type": "DAILY", "nextSendingDate": "2030-01-01T09:00:00+01:00"}),
        read("/messages/10/schedules/exclusions"),
    ],
)  # fmt: skip
def exclusions_outlive_their_schedule(patch: Patch) -> None:
    @patch.function("schedules.delete_schedule")
    def forget(original, world, partner_id, message_id):
        known = timetable.schedule_of(world, partner_id, message_id)
        reply = original(world=world, partner_id=partner_id, message_id=message_id)
        world.put("sequences", {"name": f"schedule of {message_id}", "last": 0, "exclusions": known["exclusions"]})
        return reply

    @patch.function("schedules.create_schedule")
    def make(original, world, partner_id, message_id, body):
        reply = original(world=world, partner_id=partner_id, message_id=message_id, body=body)
        left = world.get("sequences", f"schedule of {message_id}") or {"exclusions": []}
        world.put("schedules", {**world.get("schedules", str(message_id)), "exclusions": left["exclusions"]})
        return reply
