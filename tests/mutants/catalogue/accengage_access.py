"""Accengage: signature, token and rights (reference, sections 1.2 to 1.4, 3 and 4)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.vendors.accengage.errors import Label, Refused
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, Signed, signed

mutant = Theme("accengage", "access")
TOKEN, ME = "access_tokens.create_access_token", "me.get_me"
_READS = (
    "campaigns.list_campaigns campaigns.get_campaign messages.list_messages messages.get_message "
    "messages.list_message_actions schedules.get_schedule exclusions.list_schedule_exclusions devices.list_devices "
    "devices.search_device static_lists.list_static_lists static_lists.list_static_list_devices "
    "clicks.list_campaign_clicks clicks.list_message_clicks targets.list_campaign_targets targets.list_message_targets "
    "stats.list_stats geofences.list_geofences geofences.get_geofence beacons.list_beacons beacons.get_beacon "
    "geogroups.list_geogroups inapps.list_inapps inapps.get_inapp inapps.get_inapp_by_external_id alarms.list_alarms "
    "alarms.get_alarm alarms.get_alarm_by_external_id"
)
_DELETES = (
    "campaigns.delete_campaign messages.delete_message schedules.delete_schedule exclusions.delete_schedule_exclusions "
    "static_lists.remove_static_list_devices geogroups.remove_geogroup_beacon geogroups.remove_geogroup_geofence"
)
_WRITES = (
    "campaigns.create_campaign campaigns.update_campaign messages.create_message messages.update_message "
    "instant_messages.send_instant_message schedules.create_schedule schedules.update_schedule "
    "exclusions.create_schedule_exclusion send.send_message devices.update_devices devices.update_device "
    "static_lists.create_static_list static_lists.upsert_static_list_devices geofences.create_geofence "
    "geofences.update_geofence beacons.create_beacon beacons.update_beacon geogroups.create_geogroup "
    "geogroups.add_geogroup_beacon geogroups.add_geogroup_geofence inapps.create_inapp inapps.update_inapp "
    "inapps.set_inapp_status inapps.update_inapp_by_external_id inapps.set_inapp_status_by_external_id "
    "alarms.create_alarm alarms.update_alarm alarms.set_alarm_status alarms.update_alarm_by_external_id "
    "alarms.set_alarm_status_by_external_id inboxes.create_inbox inboxes.update_inbox inboxes.set_inbox_status "
    "inboxes.update_inbox_by_external_id inboxes.set_inbox_status_by_external_id"
)
MULTI = "instant_messages.send_instant_message_multi_apps"
SIGNED_BODIES = (TOKEN, *_WRITES.split(), MULTI)
OF_AN_APPLICATION = (*_READS.split(), *_DELETES.split(), *_WRITES.split())
WITH_A_TOKEN = (ME, *OF_AN_APPLICATION, MULTI)
ALL = (TOKEN, *WITH_A_TOKEN)

A = "/v1/me/apps/myPartnerId"
_EMAIL = {"email": "mymail@client.com"}
_ASK = signed("POST", "/v1/access_token", _EMAIL, authorization=None)
_CAMPAIGN = b'{"name": "Spring", "externalId": "spring"}'


def read(path: str, **options: Any) -> Signed:
    """A GET below the application `myPartnerId`; the others likewise."""
    return signed("GET", A + path, **options)


def post(path: str, body: Any = None, **options: Any) -> Signed:
    return signed("POST", A + path, body, **options)


def put(path: str, body: Any, **options: Any) -> Signed:
    return signed("PUT", A + path, body, **options)


def drop(path: str, body: Any = None, **options: Any) -> Signed:
    return signed("DELETE", A + path, body, **options)


def refusing(answer: Answer, label: str) -> bool:
    return f'"{label}"'.encode() in answer.body


@mutant(
    "The signature is over the bytes of the body", "accengage 1.3 [D1]", "prose", SIGNED_BODIES,
    [post("/campaigns", _CAMPAIGN)],
)  # fmt: skip
def signature_over_the_parsed_body(patch: Patch) -> None:
    @patch.function("signing.digest")
    def _(original, body, api_key, time):
        try:
            written = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode() if body else b""
        except ValueError:
            written = body
        return original(written, api_key, time)


@mutant(
    "Body, key and time are signed in this order", "accengage 1.3 [S]", "prose", SIGNED_BODIES,
    [post("/campaigns", b'{"name":"Spring"}')],
)  # fmt: skip
def signature_with_the_key_first(patch: Patch) -> None:
    @patch.function("signing.digest")
    def _(original, body, api_key, time):
        return hashlib.sha1(api_key.encode() + body + time.encode()).hexdigest()


@mutant("A wrong signature is 400", "accengage 1.3 [S]", "prose", ALL, [signed("GET", "/v1/me", key="wrong")])
def signature_not_checked(patch: Patch) -> None:
    @patch.function("signing.verify")
    def _(original, request, api_key):
        return None


@mutant(
    "The body is signed too", "accengage 1.3 [S]", "prose", SIGNED_BODIES,
    [post("/campaigns", _CAMPAIGN, accengage_signature=signed("GET", "").carried(b"")["accengage-signature"])],
)  # fmt: skip
def signature_without_the_body_accepted(patch: Patch) -> None:
    @patch.function("signing.verify")
    def _(original, request, api_key):
        time, given = request.header("accengage-time") or "", request.header("accengage-signature") or ""
        if given.lower() != hashlib.sha1(f"{api_key}{time}".encode()).hexdigest():
            original(request, api_key)


_UPPER = signed("GET", "").carried(b"")["accengage-signature"].upper()


@mutant(
    "Hexadecimal digits in either case", "accengage 1.3, 20.2 [D1]", "prose", ALL,
    [signed("GET", "/v1/me", accengage_signature=_UPPER)],
)  # fmt: skip
def upper_case_signature_refused(patch: Patch) -> None:
    @patch.function("signing.verify")
    def _(original, request, api_key):
        if (request.header("accengage-signature") or "").isupper():
            raise Refused(400, "The signature is wrong", label=Label.SIGNATURE)
        original(request, api_key)


@mutant(
    "A request is signed with the key of its token's user", "accengage 1.3 [S]", "prose", WITH_A_TOKEN,
    [signed("GET", "/v1/me", key="h8g7f6e5d4c3b2a1")],
)  # fmt: skip
def signed_with_anybody_s_key(patch: Patch) -> None:
    @patch.function("signing.verify")
    def _(original, request, api_key):
        try:
            original(request, api_key)
        except Refusal:
            original(request, "h8g7f6e5d4c3b2a1")


@mutant("A wrong signature is 400", "accengage 1.4 [S]", "prose", ALL, [signed("GET", "/v1/me", key="wrong")])
def wrong_signature_is_401(patch: Patch) -> None:
    @patch.answer(*ALL)
    def _(answer: Answer) -> None:
        if refusing(answer, "API_ERR_SIGNATURE"):
            answer.status = 401


@mutant(
    "The time is a number", "accengage 1.3 [I-MIN]", "prose", ALL,
    [signed("GET", "/v1/me", accengage_time="yesterday")],
)  # fmt: skip
def any_text_is_a_time(patch: Patch) -> None:
    @patch.function("auth.time")
    def _(original, world, request):
        return ""


def _lifetime(patch: Patch, seconds: float | None) -> None:
    @patch.put("access_tokens")
    def _(original, world, record):
        return original({**record, "expires_at": None if seconds is None else world.now + seconds})


def _later(seconds: float) -> list[Any]:
    return [_ASK, Advance(seconds), signed("GET", "/v1/me", authorization="Bearer {{access_token}}")]


@mutant("A token expires after 24 hours", "accengage 3 O01 [S]", "prose", ALL, _later(86_401))
def token_never_expires(patch: Patch) -> None:
    _lifetime(patch, None)


@mutant("A token lasts 24 hours", "accengage 3 O01 [S]", "prose", ALL, _later(7_200))
def token_expires_after_an_hour(patch: Patch) -> None:
    _lifetime(patch, 3_600)


@mutant("Each call gives another token", "accengage 3 O01 [S]", "prose", TOKEN, [_ASK, _ASK])
def same_token_again(patch: Patch) -> None:
    @patch.function("access_tokens.create_access_token")
    def _(original, world, request, body):
        given = original(world=world, request=request, body=body).body["access_token"]
        fixed = hashlib.sha1(body["email"].encode()).hexdigest()
        world.put("access_tokens", {**world.get("access_tokens", given), "access_token": fixed})
        return Reply({"token_type": "Bearer", "access_token": fixed})


@mutant(
    "Earlier tokens stay valid", "accengage 3 O01 [I-MIN]", "prose", ALL,
    [_ASK, signed("GET", "/v1/me")],
)  # fmt: skip
def new_token_ends_the_earlier_ones(patch: Patch) -> None:
    @patch.function("access_tokens.create_access_token")
    def _(original, world, request, body):
        reply = original(world=world, request=request, body=body)
        for known in world.find("access_tokens"):
            if known["email"] == body["email"] and known["access_token"] != reply.body["access_token"]:
                world.delete("access_tokens", known["access_token"])
        return reply


@mutant(
    "An e-mail of nobody is 404", "accengage 3 O01 [S]", "schema", TOKEN,
    [signed("POST", "/v1/access_token", {"email": "nobody@client.com"}, authorization=None)],
)  # fmt: skip
def unknown_email_is_400(patch: Patch) -> None:
    @patch.answer(TOKEN)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.status = 400


@mutant("The type of a token is `Bearer`", "accengage 3 O01 [D1]", "schema", TOKEN, [_ASK])
def token_type_in_lower_case(patch: Patch) -> None:
    @patch.answer(TOKEN)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b'"Bearer"', b'"bearer"')


def _token_answers(patch: Patch, status: int, becomes: int) -> None:
    @patch.answer(*WITH_A_TOKEN)
    def _(answer: Answer) -> None:
        if answer.status == status and refusing(answer, "API_ERR_TOKEN"):
            answer.status = becomes


@mutant(
    "A token of nobody is 400", "accengage 1.4 [S]", "prose", WITH_A_TOKEN,
    [signed("GET", "/v1/me", authorization="Bearer nobody")],
)  # fmt: skip
def unknown_token_is_401(patch: Patch) -> None:
    _token_answers(patch, 400, 401)


@mutant("No token is 403", "accengage 1.4 [S]", "prose", WITH_A_TOKEN, [signed("GET", "/v1/me", authorization=None)])
def missing_token_is_401(patch: Patch) -> None:
    _token_answers(patch, 403, 401)


_EXPIRED = "Bearer bodydouble-expired-access-token"


@mutant(
    "An expired token is 401", "accengage 1.4 [S]", "prose", WITH_A_TOKEN,
    [signed("GET", "/v1/me", authorization=_EXPIRED)],
)  # fmt: skip
def expired_token_is_400(patch: Patch) -> None:
    _token_answers(patch, 401, 400)


@mutant(
    "A user reaches only applications granted to them", "accengage 1.2 [S]", "prose", OF_AN_APPLICATION,
    [signed("GET", "/v1/me/apps/otherPartnerId/campaigns")],
)  # fmt: skip
def rights_not_checked(patch: Patch) -> None:
    @patch.function("auth.token")
    def _(original, world, request):
        try:
            return original(world, request)
        except Refused as refused:
            if refused.label != Label.FORBIDDEN:
                raise
            return "mymail@client.com"


@mutant(
    "An unknown application is 403 as one without rights is", "accengage 1.2 [I-MIN]", "prose", OF_AN_APPLICATION,
    [signed("GET", "/v1/me/apps/nobodysPartnerId/campaigns")],
)  # fmt: skip
def unknown_application_is_404(patch: Patch) -> None:
    @patch.function("auth.token")
    def _(original, world, request):
        try:
            return original(world, request)
        except Refused as refused:
            if refused.label == Label.FORBIDDEN and world.get("apps", request.path["partnerId"]) is None:
                raise Refused(404, "No such application") from None
            raise


@mutant(
    "No rights has the label API_ERR_FORBIDDEN", "accengage 1.4 [S]", "prose", OF_AN_APPLICATION,
    [signed("GET", "/v1/me/apps/otherPartnerId/campaigns")],
)  # fmt: skip
def no_rights_is_about_the_token(patch: Patch) -> None:
    @patch.answer(*OF_AN_APPLICATION)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b'"API_ERR_FORBIDDEN"', b'"API_ERR_TOKEN"')


@mutant("Who is let in is welcomed in plain text", "accengage 4 O02 [S]", "schema", ME, [signed("GET", "/v1/me")])
def welcome_in_json(patch: Patch) -> None:
    @patch.answer(ME)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.set_header("content-type", "application/json")
            answer.body = b'{"message":"Welcome"}'
