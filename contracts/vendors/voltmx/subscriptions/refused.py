"""Subscriptions that are refused: for whose they are, for what is not there, for credentials and for their fields."""

from __future__ import annotations

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import got
from contracts.vendors.voltmx.subscriptions import APP, CHANGE, TOKEN, recipe, says, send, subscribe, unsubscribe

_MANDATORY = ("appId", "deviceId", "sid", "osType")


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
        says(client, answer, "No valid subscription exists")


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
    secure(client)
    for which in ("none", "wrong"):
        subscribe(client, credentials=which)
        got(client, 401, "auth-enforced", "a missing or wrong authToken")
        unsubscribe(client, credentials=which, appId=APP, deviceId="device-1")
        got(client, 401, "auth-enforced", "a missing or wrong authToken")
    answer = subscribe(client)
    says(client, answer, "Subscription successful.", "refusal-changes-nothing")
    unsubscribe(client, appId=APP, deviceId="device-1")
    got(client, 200, "auth-enforced", "the right authToken")


@recipe(CHANGE, 401)
def order_of_refusals(client: Client) -> None:
    """17: 400 before 401 before 404."""
    client.suppose("in which order a request is checked")
    secure(client)
    subscribe(client, credentials="wrong", appId="no-such-app")
    got(client, 401, "provokes", "a wrong authToken and an unknown application")
    subscribe(client, credentials="wrong", sid=None)
    got(client, 400, "provokes", "a missing field and a wrong authToken")


def secure(client: Client) -> None:
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
    says(client, subscribe(client), "Subscription successful.", "refusal-changes-nothing")


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
    send(client, {"subscribe": wanted, "unsubscribe": {"appId": APP, "deviceId": "device-1"}}, None)
    got(client, 400, "rejects-invalid", "both services in one request")
