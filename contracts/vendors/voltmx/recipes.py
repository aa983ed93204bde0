"""What only a sequence of subscriptions shows. Numbers name the properties of section 7 of our reference."""

from __future__ import annotations

from functools import partial
from typing import Any

from contracts.client import Client
from contracts.credentials import Credentials
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.ledger import clean_up
from contracts.recipes import got
from contracts.recipes import recipe as any_recipe
from specs.codecs import is_xml

CHANGE = "subscriptions.change_subscription"
APP, OTHER_APP = "20096-6548262167", "testApp"
# Each brings devices of its own, so it runs on servers without worlds too.
recipe = partial(any_recipe, anywhere=True)
TOKEN = Credentials(token="s3cret-token", public=True)
_MANDATORY = ("appId", "deviceId", "sid", "osType")


def subscribe(
    client: Client, *, media_type: str | None = None, credentials: Any = "right", **fields: Any
) -> dict[str, Any]:
    """Subscribe a device; None leaves a field out. The members of the answer's envelope."""
    given = {"appId": APP, "deviceId": "device-1", "sid": "token-1", "osType": "androidgcm", **fields}
    service = {"subscribe": {name: value for name, value in given.items() if value is not None}}
    return _sent(client, service, media_type, credentials)


def unsubscribe(client: Client, *, credentials: Any = "right", **keys: Any) -> dict[str, Any]:
    """End a subscription. The members of the answer's envelope."""
    return _sent(client, {"unsubscribe": keys}, None, credentials)


@clean_up(CHANGE)
def end_subscription(client: Client, made: Exchange) -> bool | None:
    """Subscriptions that a request began, and only those: 201, or an update, speaks of one that was there before."""
    answer = _envelope(client, made)
    if not str(answer.get("message", "")).startswith("Subscription successful"):
        return None
    ended = _envelope(
        client, client.call(CHANGE, body={"subscriptionService": {"unsubscribe": {"ksid": answer.get("ksid")}}})
    )
    return str(ended.get("statusCode")) == "200"


def _sent(
    client: Client, service: dict[str, Any], media_type: str | None, credentials: Any = "right"
) -> dict[str, Any]:
    kind = media_type or client.media_type or "application/json"
    for members in service.values():
        for name in members.keys() & {"deviceId", "sid"}:
            members[name] = client.unique(members[name]) if members[name] else ""
    body = service if is_xml(kind) else {"subscriptionService": service}
    return _envelope(client, client.call(CHANGE, body=body, media_type=kind, credentials=credentials))


def _envelope(client: Client, exchange: Exchange) -> dict[str, Any]:
    value = client.value(exchange)
    if isinstance(value, dict) and isinstance(value.get("subscriptionResponse"), dict):
        value = value["subscriptionResponse"]
    return value if isinstance(value, dict) else {}


def _says(client: Client, answer: dict[str, Any], text: str, check: str = "provokes") -> None:
    client.expect(str(answer.get("message", "")).startswith(text), check, f"the message {text!r}")


def _same(client: Client, answer: dict[str, Any], other: dict[str, Any], check: str = "read-your-write") -> None:
    client.expect(answer.get("ksid") == other.get("ksid"), check, f"the KSID {other.get('ksid')}")


@recipe(CHANGE, 200)
def new_subscription(client: Client) -> None:
    first = subscribe(client)
    _says(client, first, "Subscription successful.")
    second = subscribe(client, deviceId="device-2", sid="token-2")
    client.expect(first.get("ksid") != second.get("ksid"), "read-your-write", "a KSID of its own for each device")


@recipe(CHANGE, 201)
def same_subscription_again(client: Client) -> None:
    """2: any number of repeats."""
    first = subscribe(client, ufid="ana@example.com")
    for _ in range(2):
        again = subscribe(client, ufid="ana@example.com")
        got(client, 201, "idempotent-retry", "the same subscription again")
        _same(client, again, first, "idempotent-retry")


@recipe(CHANGE, 200)
def changed_token(client: Client) -> None:
    """3: the old token is free for another device."""
    first = subscribe(client)
    changed = subscribe(client, sid="token-new")
    _says(client, changed, "Update successful.", "read-your-write")
    _same(client, changed, first)
    other = subscribe(client, deviceId="device-2", sid="token-1")
    _says(client, other, "Subscription successful.", "read-your-write")


@recipe(CHANGE, 201)
def ufid_left_out_is_kept(client: Client) -> None:
    """4."""
    first = subscribe(client, ufid="ana@example.com")
    subscribe(client)
    got(client, 201, "read-your-write", "a repeat without ufid")
    changed = subscribe(client, ufid="ben@example.com")
    _says(client, changed, "Update successful.", "read-your-write")
    _same(client, changed, first)
    subscribe(client, ufid="ben@example.com")
    got(client, 201, "read-your-write", "a repeat of the changed ufid")


@recipe(CHANGE, 201)
def equal_platforms(client: Client) -> None:
    """5: two spellings of one platform are no update."""
    first = subscribe(client, osType="androidgcm")
    again = subscribe(client, osType="android", isGCM="true")
    got(client, 201, "read-your-write", "android with isGCM after androidgcm")
    _same(client, again, first)
    subscribe(client, osType="iphone", deviceId="device-2", sid="token-2")
    subscribe(client, osType="iPhone", deviceId="device-2", sid="token-2")
    got(client, 201, "read-your-write", "iPhone after iphone")


@recipe(CHANGE, 200)
def changed_platform(client: Client) -> None:
    """29: platforms one after another."""
    first = subscribe(client, osType="iphone")
    for platform in ("ipad", "androidgcm", "blackberry", "windows", "windows8", "webfcm", "ipod"):
        changed = subscribe(client, osType=platform)
        _says(client, changed, "Update successful.", "read-your-write")
        _same(client, changed, first)
    changed = subscribe(client, osType="android", isGCM="false")
    _says(client, changed, "Update successful.", "read-your-write")


@recipe(CHANGE, 201)
def texts_with_characters_of_markup(client: Client) -> None:
    """2.5: what was sent is data, in either format, and the answer is well-formed."""
    for number, ufid in enumerate(("ana&ben@example.com", "<ana>@example.com", "]]>&amp;", '"ana\'s"@example.com')):
        device = {"deviceId": f"device-{number}", "sid": f"token-{number}"}
        first = subscribe(client, ufid=ufid, **device)
        _says(client, first, "Subscription successful.")
        again = subscribe(client, ufid=ufid, **device)
        got(client, 201, "read-your-write", f"the same subscription again, with the ufid {ufid}")
        _same(client, again, first, "idempotent-retry")


@recipe(CHANGE, 200)
def a_long_device_id(client: Client) -> None:
    """2.4: an opaque string, of which no document says how long it may be."""
    device = "D" * 300
    first = subscribe(client, deviceId=device)
    _says(client, first, "Subscription successful.", "accepts-valid")
    other = subscribe(client, deviceId=f"{device}D", sid="token-2")
    client.expect(first.get("ksid") != other.get("ksid"), "read-your-write", "a KSID of its own for each device")
    subscribe(client, deviceId=device)
    got(client, 201, "read-your-write", "the same subscription again")


@recipe(CHANGE, 403)
def device_of_one_and_token_of_another(client: Client) -> None:
    """6 and 9: and both stay as they were."""
    subscribe(client)
    subscribe(client, deviceId="device-2", sid="token-2")
    subscribe(client, deviceId="device-1", sid="token-2")
    got(client, 403, "provokes", "the device of one subscription with the token of another")
    subscribe(client)
    got(client, 201, "refusal-changes-nothing", "the first subscription again, after a refusal")
    subscribe(client, deviceId="device-2", sid="token-2")
    got(client, 201, "refusal-changes-nothing", "the second subscription again, after a refusal")


@recipe(CHANGE, 403)
def ksid_of_one_and_device_of_another(client: Client) -> None:
    """13."""
    first = subscribe(client)
    subscribe(client, deviceId="device-2", sid="token-2")
    unsubscribe(client, ksid=first.get("ksid", "0"), appId=APP, deviceId="device-2")
    got(client, 403, "provokes", "the KSID of one subscription with the device of another")
    for device, token in (("device-1", "token-1"), ("device-2", "token-2")):
        subscribe(client, deviceId=device, sid=token)
        got(client, 201, "refusal-changes-nothing", f"{device} again, after a refusal")


@recipe(CHANGE, 404)
def unknown_application(client: Client) -> None:
    answer = subscribe(client, appId="no-such-app")
    got(client, 404, "provokes", "an unknown application")
    client.expect("Application ID" in str(answer.get("message")), "provokes", "a message about the Application ID")
    answer = unsubscribe(client, appId="no-such-app", deviceId="device-1")
    got(client, 404, "provokes", "an unknown application")
    client.expect("Application ID" in str(answer.get("message")), "provokes", "a message about the Application ID")


@recipe(CHANGE, 404)
def no_valid_subscription(client: Client) -> None:
    """12: another message than for an unknown application."""
    for keys in ({"ksid": "1234567890123"}, {"ksid": "-1"}, {"appId": APP, "deviceId": "nobody"}):
        answer = unsubscribe(client, **keys)
        got(client, 404, "provokes", "keys that name no subscription")
        _says(client, answer, "No valid subscription exists")


@recipe(CHANGE, 404)
def ksid_with_a_device_of_nobody(client: Client) -> None:
    first = subscribe(client)
    unsubscribe(client, ksid=first.get("ksid", "0"), appId=APP, deviceId="nobody")
    got(client, 404, "provokes", "a KSID with the device of nobody")
    subscribe(client)
    got(client, 201, "refusal-changes-nothing", "the subscription again, after a refusal")


@recipe(CHANGE, 401)
def wrong_token(client: Client) -> None:
    """16."""
    _secure(client)
    for which in ("none", "wrong"):
        subscribe(client, credentials=which)
        got(client, 401, "auth-enforced", "a missing or wrong authToken")
        unsubscribe(client, credentials=which, appId=APP, deviceId="device-1")
        got(client, 401, "auth-enforced", "a missing or wrong authToken")
    answer = subscribe(client)
    _says(client, answer, "Subscription successful.", "refusal-changes-nothing")
    unsubscribe(client, appId=APP, deviceId="device-1")
    got(client, 200, "auth-enforced", "the right authToken")


@recipe(CHANGE, 401)
def order_of_refusals(client: Client) -> None:
    """17: 400 before 401 before 404."""
    client.suppose("in which order a request is checked")
    _secure(client)
    subscribe(client, credentials="wrong", appId="no-such-app")
    got(client, 401, "provokes", "a wrong authToken and an unknown application")
    subscribe(client, credentials="wrong", sid=None)
    got(client, 400, "provokes", "a missing field and a wrong authToken")


def _secure(client: Client) -> None:
    """From here on the server asks for a token, and the client knows it: a mock is told to, another is known to do so.

    Raises NotProvokable where nobody has said what the token is: then the server may ask for none.
    """
    if client.has_world:
        client.world.switch(client.spec.vendor, authToken=TOKEN.token)
        client.credentials = TOKEN
    elif client.credentials is None or not client.credentials.token:
        raise NotProvokable("no token is known for this target, so its security may be off")


@recipe(CHANGE, 400)
def mandatory_fields(client: Client) -> None:
    """19: each one left out or empty, and nothing is stored."""
    for name in _MANDATORY:
        for value in (None, ""):
            subscribe(client, **{name: value})
            got(client, 400, "rejects-invalid", f"{name} {'left out' if value is None else 'empty'}")
    _says(client, subscribe(client), "Subscription successful.", "refusal-changes-nothing")


@recipe(CHANGE, 400)
def platform_rules(client: Client) -> None:
    """2.2 and 2.3: osType and isGCM."""
    subscribe(client, osType="android")
    got(client, 400, "rejects-invalid", "android without isGCM")
    subscribe(client, osType="android", isGCM="maybe")
    got(client, 400, "rejects-invalid", "an isGCM that is neither true nor false")
    subscribe(client, osType="symbian")
    got(client, 400, "rejects-invalid", "an unknown osType")
    subscribe(client, osType="BlackBerry", deviceId="2b631c8d")
    got(client, 200, "accepts-valid", "a BlackBerry deviceId without 0x")


@recipe(CHANGE, 400)
def blackberry_with_its_prefix(client: Client) -> None:
    """18."""
    client.suppose("a BlackBerry deviceId with its 0x is refused")
    subscribe(client, osType="blackberry", deviceId="0x2b631c8d")
    got(client, 400, "rejects-invalid", "a BlackBerry deviceId with its 0x")


@recipe(CHANGE, 400)
def incomplete_keys(client: Client) -> None:
    """2.7: no complete key, or both services in one request."""
    for keys in ({"appId": APP}, {"deviceId": "device-1"}, {"ksid": "12x"}, {}):
        unsubscribe(client, **keys)
        got(client, 400, "rejects-invalid", f"an unsubscribe with {', '.join(keys) or 'nothing'} only")
    wanted = {"appId": APP, "deviceId": "device-1", "sid": "token-1", "osType": "iphone"}
    _sent(client, {"subscribe": wanted, "unsubscribe": {"appId": APP, "deviceId": "device-1"}}, None)
    got(client, 400, "rejects-invalid", "both services in one request")


@recipe(CHANGE, 200)
def unsubscribe_and_return(client: Client) -> None:
    """10, 11 and 14: by either key, any number of times, and back again with the same KSID."""
    first = subscribe(client)
    ksid = str(first.get("ksid", "0"))
    answer = unsubscribe(client, ksid=ksid)
    _says(client, answer, "Unsubscription successful.", "delete-deletes")
    _same(client, answer, first, "delete-deletes")
    for keys in ({"ksid": ksid}, {"appId": APP, "deviceId": "device-1"}, {"ksid": ksid, "appId": APP}):
        answer = unsubscribe(client, **keys)
        _says(client, answer, "Already unsubscribed.", "idempotent-retry")
        _same(client, answer, first, "idempotent-retry")
    subscribe(client)
    got(client, 200, "read-your-write", "subscribing after unsubscribing")
    answer = unsubscribe(client, appId=APP, deviceId="device-1")
    _says(client, answer, "Unsubscription successful.", "delete-deletes")


@recipe(CHANGE, 200)
def return_with_the_same_ksid(client: Client) -> None:
    """14."""
    client.suppose("a subscription that was ended and comes back keeps its KSID")
    first = subscribe(client)
    unsubscribe(client, ksid=str(first.get("ksid", "0")))
    back = subscribe(client)
    _says(client, back, "Subscription successful.", "read-your-write")
    _same(client, back, first)


@recipe(CHANGE, 200)
def token_of_an_inactive_subscription(client: Client) -> None:
    """2.6: only active subscriptions hold their token."""
    first = subscribe(client)
    unsubscribe(client, ksid=first.get("ksid", "0"))
    other = subscribe(client, deviceId="device-2")
    _says(client, other, "Subscription successful.", "read-your-write")
    client.expect(other.get("ksid") != first.get("ksid"), "read-your-write", "a KSID of its own for the other device")


@recipe(CHANGE, 201)
def both_formats_see_one_store(client: Client) -> None:
    """15."""
    kinds = [*client.spec.operations[CHANGE].body]
    first = subscribe(client, media_type=kinds[0])
    for kind in kinds[1:]:
        again = subscribe(client, media_type=kind)
        got(client, 201, "read-your-write", f"the same subscription in {kind}")
        _same(client, again, first)


@recipe(CHANGE, 200, check="no-leak-between-accounts")
def applications_are_apart(client: Client) -> None:
    """7: the same device and token under two applications."""
    first = subscribe(client)
    second = subscribe(client, appId=OTHER_APP)
    _says(client, second, "Subscription successful.", "no-leak-between-accounts")
    client.expect(first.get("ksid") != second.get("ksid"), "no-leak-between-accounts", "two KSIDs")
    unsubscribe(client, appId=OTHER_APP, deviceId="device-1")
    subscribe(client)
    got(client, 201, "no-leak-between-accounts", "the other application's subscription, untouched")
    unsubscribe(client, ksid=second.get("ksid", "0"), appId=APP)
    client.expect(client.sent[-1].status in (403, 404), "no-leak-between-accounts", "a refusal of a foreign KSID")


@recipe(CHANGE, 200)
def ksid_as_a_number(client: Client) -> None:
    """24: beyond 2^53, digit for digit."""
    first = subscribe(client)
    answer = unsubscribe(client, ksid=int(first.get("ksid", 0)))
    got(client, 200, "accepts-valid", "a KSID as a number")
    _same(client, answer, first)
