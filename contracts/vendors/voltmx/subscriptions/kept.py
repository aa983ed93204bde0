"""Subscriptions that are taken: what is new, what is the same, what an update keeps, how one ends and comes back."""

from __future__ import annotations

from contracts.client import Client
from contracts.recipes import got
from contracts.vendors.voltmx.subscriptions import APP, CHANGE, OTHER_APP, recipe, same, says, subscribe, unsubscribe


@recipe(CHANGE, 200)
def new_subscription(client: Client) -> None:
    first = subscribe(client)
    says(client, first, "Subscription successful.")
    second = subscribe(client, deviceId="device-2", sid="token-2")
    client.expect(first.get("ksid") != second.get("ksid"), "read-your-write", "a KSID of its own for each device")


@recipe(CHANGE, 201)
def same_subscription_again(client: Client) -> None:
    """2: any number of repeats."""
    first = subscribe(client, ufid="ana@example.com")
    for _ in range(2):
        again = subscribe(client, ufid="ana@example.com")
        got(client, 201, "idempotent-retry", "the same subscription again")
        same(client, again, first, "idempotent-retry")


@recipe(CHANGE, 200)
def changed_token(client: Client) -> None:
    """3: the old token is free for another device."""
    first = subscribe(client)
    changed = subscribe(client, sid="token-new")
    says(client, changed, "Update successful.", "read-your-write")
    same(client, changed, first)
    other = subscribe(client, deviceId="device-2", sid="token-1")
    says(client, other, "Subscription successful.", "read-your-write")


@recipe(CHANGE, 201)
def ufid_left_out_is_kept(client: Client) -> None:
    """4."""
    first = subscribe(client, ufid="ana@example.com")
    subscribe(client)
    got(client, 201, "read-your-write", "a repeat without ufid")
    changed = subscribe(client, ufid="ben@example.com")
    says(client, changed, "Update successful.", "read-your-write")
    same(client, changed, first)
    subscribe(client, ufid="ben@example.com")
    got(client, 201, "read-your-write", "a repeat of the changed ufid")


@recipe(CHANGE, 201)
def equal_platforms(client: Client) -> None:
    """5: two spellings of one platform are no update."""
    first = subscribe(client, osType="androidgcm")
    again = subscribe(client, osType="android", isGCM="true")
    got(client, 201, "read-your-write", "android with isGCM after androidgcm")
    same(client, again, first)
    subscribe(client, osType="iphone", deviceId="device-2", sid="token-2")
    subscribe(client, osType="iPhone", deviceId="device-2", sid="token-2")
    got(client, 201, "read-your-write", "iPhone after iphone")


@recipe(CHANGE, 200)
def changed_platform(client: Client) -> None:
    """29: platforms one after another."""
    first = subscribe(client, osType="iphone")
    for platform in ("ipad", "androidgcm", "blackberry", "windows", "windows8", "webfcm", "ipod"):
        changed = subscribe(client, osType=platform)
        says(client, changed, "Update successful.", "read-your-write")
        same(client, changed, first)
    changed = subscribe(client, osType="android", isGCM="false")
    says(client, changed, "Update successful.", "read-your-write")


@recipe(CHANGE, 201)
def texts_with_characters_of_markup(client: Client) -> None:
    """2.5: what was sent is data, in either format, and the answer is well-formed."""
    for number, ufid in enumerate(("ana&ben@example.com", "<ana>@example.com", "]]>&amp;", '"ana\'s"@example.com')):
        device = {"deviceId": f"device-{number}", "sid": f"token-{number}"}
        first = subscribe(client, ufid=ufid, **device)
        says(client, first, "Subscription successful.")
        again = subscribe(client, ufid=ufid, **device)
        got(client, 201, "read-your-write", f"the same subscription again, with the ufid {ufid}")
        same(client, again, first, "idempotent-retry")


@recipe(CHANGE, 200)
def a_long_device_id(client: Client) -> None:
    """2.4: an opaque string, of which no document says how long it may be."""
    device = "D" * 300
    first = subscribe(client, deviceId=device)
    says(client, first, "Subscription successful.", "accepts-valid")
    other = subscribe(client, deviceId=f"{device}D", sid="token-2")
    client.expect(first.get("ksid") != other.get("ksid"), "read-your-write", "a KSID of its own for each device")
    subscribe(client, deviceId=device)
    got(client, 201, "read-your-write", "the same subscription again")


@recipe(CHANGE, 200)
def unsubscribe_and_return(client: Client) -> None:
    """10, 11 and 14: by either key, any number of times, and back again with the same KSID."""
    first = subscribe(client)
    ksid = str(first.get("ksid", "0"))
    answer = unsubscribe(client, ksid=ksid)
    says(client, answer, "Unsubscription successful.", "delete-deletes")
    same(client, answer, first, "delete-deletes")
    for keys in ({"ksid": ksid}, {"appId": APP, "deviceId": "device-1"}, {"ksid": ksid, "appId": APP}):
        answer = unsubscribe(client, **keys)
        says(client, answer, "Already unsubscribed.", "idempotent-retry")
        same(client, answer, first, "idempotent-retry")
    subscribe(client)
    got(client, 200, "read-your-write", "subscribing after unsubscribing")
    answer = unsubscribe(client, appId=APP, deviceId="device-1")
    says(client, answer, "Unsubscription successful.", "delete-deletes")


@recipe(CHANGE, 200)
def return_with_the_same_ksid(client: Client) -> None:
    """14."""
    client.suppose("a subscription that was ended and comes back keeps its KSID")
    first = subscribe(client)
    unsubscribe(client, ksid=str(first.get("ksid", "0")))
    back = subscribe(client)
    says(client, back, "Subscription successful.", "read-your-write")
    same(client, back, first)


@recipe(CHANGE, 200)
def token_of_an_inactive_subscription(client: Client) -> None:
    """2.6: only active subscriptions hold their token."""
    first = subscribe(client)
    unsubscribe(client, ksid=first.get("ksid", "0"))
    other = subscribe(client, deviceId="device-2")
    says(client, other, "Subscription successful.", "read-your-write")
    client.expect(other.get("ksid") != first.get("ksid"), "read-your-write", "a KSID of its own for the other device")


@recipe(CHANGE, 201)
def both_formats_see_one_store(client: Client) -> None:
    """15."""
    kinds = [*client.spec.operations[CHANGE].body]
    first = subscribe(client, media_type=kinds[0])
    for kind in kinds[1:]:
        again = subscribe(client, media_type=kind)
        got(client, 201, "read-your-write", f"the same subscription in {kind}")
        same(client, again, first)


@recipe(CHANGE, 200, check="no-leak-between-accounts")
def applications_are_apart(client: Client) -> None:
    """7: the same device and token under two applications."""
    first = subscribe(client)
    second = subscribe(client, appId=OTHER_APP)
    says(client, second, "Subscription successful.", "no-leak-between-accounts")
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
    same(client, answer, first)
