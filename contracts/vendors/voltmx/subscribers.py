"""The newer way to subscribe, and the administration of subscribers. Numbers name the properties of section 7 of our
reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.ledger import clean_up
from contracts.recipes import content, got
from contracts.recipes import recipe as any_recipe
from contracts.vendors.voltmx.subscriptions import APP, recipe, subscribe, unsubscribe

CHANGE, LIST, GET = "subscribers.change_subscriber", "subscribers.list_subscribers", "subscribers.get_subscriber"
INACTIVATE, DELETE = "subscribers.inactivate_subscriber", "subscribers.delete_subscribers"
DEVICE_TOKEN, CLAIMS_TOKEN = "X-Device-AuthToken", "X-VoltMX-Authorization"
NOBODY = "1234567890123"


def register(client: Client, *, headers: dict[str, str | None] | None = None, **fields: Any) -> dict[str, Any]:
    """Subscribe a device by the newer endpoint; None leaves a field out. The members of the answer."""
    given = {"appId": APP, "deviceId": "device-1", "sid": "token-1", "osType": "androidgcm", **fields}
    for name in ("deviceId", "sid"):
        given[name] = client.unique(given[name]) if given[name] else given[name]
    wanted = {name: value for name, value in given.items() if value is not None}
    return content(client, client.call(CHANGE, body=_service("subscribe", wanted), headers=headers))


def ksid(answer: dict[str, Any]) -> str:
    """The KSID that an answer of either endpoint gives."""
    return str(answer.get("id") or answer.get("ksid") or "0")


def read(client: Client, number: str) -> dict[str, Any]:
    """A subscriber; empty when refused."""
    return content(client, client.call(GET, ksid=number))


@clean_up(CHANGE)
def end_subscriber(client: Client, made: Exchange) -> bool | None:
    """Subscriptions that a request began, and only those."""
    answer = content(client, made)
    if not str(answer.get("message", "")).startswith("Subscription successful"):
        return None
    return client.call(CHANGE, body=_service("unsubscribe", {"ksid": ksid(answer)})).status == 200


def _service(name: str, members: dict[str, Any]) -> dict[str, Any]:
    return {"subscriptionService": {name: members}}


def _says(client: Client, answer: dict[str, Any], text: str, check: str = "provokes") -> None:
    client.expect(str(answer.get("message", "")).strip().startswith(text), check, f"the message {text!r}")


@recipe(CHANGE, 200)
def created_changed_and_sent_again(client: Client) -> None:
    """A repeat is an update here."""
    first = register(client, deviceName="First Device")
    _says(client, first, "Subscription successful.")
    for _ in range(2):
        again = register(client, sid="token-2")
        _says(client, again, "Update successful.", "idempotent-retry")
        client.expect(ksid(again) == ksid(first), "read-your-write", f"the KSID {ksid(first)}")


@recipe(CHANGE, 200)
def one_store_behind_both_endpoints(client: Client) -> None:
    """21."""
    first = subscribe(client)
    again = register(client)
    _says(client, again, "Update successful.", "read-your-write")
    client.expect(ksid(again) == ksid(first), "read-your-write", f"the KSID {ksid(first)}")
    client.call(CHANGE, body=_service("unsubscribe", {"ksid": ksid(first)}))
    gone = unsubscribe(client, ksid=ksid(first))
    _says(client, gone, "Already unsubscribed.", "delete-deletes")
    back = register(client, deviceId="device-2", sid="token-2")
    subscribe(client, deviceId="device-2", sid="token-2")
    got(client, 201, "read-your-write", f"the subscription {ksid(back)} of the newer endpoint, sent to the older one")


@recipe(CHANGE, 200)
def ended_twice(client: Client) -> None:
    first = register(client)
    for text in ("Unsubscription successful.", "Already unsubscribed."):
        answer = content(client, client.call(CHANGE, body=_service("unsubscribe", {"ksid": ksid(first)})))
        _says(client, answer, text, "delete-deletes")
    again = register(client)
    client.expect(ksid(again) == ksid(first), "read-your-write", f"the KSID {ksid(first)}")


@recipe(CHANGE, 400)
def texts_of_its_refusals(client: Client) -> None:
    """Each field that has one of its own, and what the older endpoint answers with 403 and 404."""
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"sid": None}, "Invalid Request. SID Cannot be empty"),
        ({"sid": ""}, "Invalid Request. SID Cannot be empty"),
        ({"deviceId": ""}, "Invalid Request. DEVICEID Cannot be empty"),
        ({"osType": "symbian"}, "Error occurred at property subscriptionService->subscribe->osType"),
        ({"appId": "no-such-app"}, "Invalid Volt MX application ID"),
    )
    for fields, text in cases:
        answer = register(client, **fields)
        got(client, 400, "rejects-invalid", ", ".join(f"{name} {value!r}" for name, value in fields.items()))
        _says(client, answer, text)
    first = register(client)
    register(client, deviceId="device-2", sid="token-2")
    register(client, sid="token-2")
    got(client, 400, "provokes", "the device of one subscription with the token of another")
    client.call(CHANGE, body=_service("unsubscribe", {"ksid": NOBODY}))
    got(client, 400, "unknown-id", "a KSID that nobody has")
    unsubscribe(client, ksid=ksid(first))
    got(client, 200, "refusal-changes-nothing", "the subscription, untouched by refusals")


@any_recipe(CHANGE, 401)
@any_recipe("audience.subscribe_user", 401)
def device_token(client: Client) -> None:
    """3.1: needed only when the console has a value."""
    client.world.switch(client.spec.vendor, authToken="s3cret-token")
    for value in (None, "wrong"):
        client.call(client.operation, headers={DEVICE_TOKEN: value})
        got(client, 401, "auth-enforced", f"{DEVICE_TOKEN} {value}")
    client.call(client.operation, headers={DEVICE_TOKEN: "s3cret-token"})
    got(client, 200, "auth-enforced", f"the right {DEVICE_TOKEN}")


@any_recipe(LIST, 401, frozen_at="2029-12-31T12:00:00Z")
def a_claims_token_ends(client: Client) -> None:
    """3.1: at its `exp`, which is in milliseconds since 1970; until then it is as good as a password."""
    noon_ms, half_a_minute, token = 1_893_412_800_000, 30, "a-claims-token"
    known = {"value": token, "userid": "admin@example.com", "exp": noon_ms + 60_000}
    client.world.put(client.spec.vendor, "claims_tokens", token, known)
    for _ in range(2):
        client.call(LIST, headers={CLAIMS_TOKEN: token, "Authorization": None})
        got(client, 200, "provokes", "a claims token before its exp")
        client.world.advance(half_a_minute)
    client.world.advance(half_a_minute)
    client.call(LIST, headers={"Authorization": None}, claims={CLAIMS_TOKEN: token})
    got(client, 401, "auth-enforced", "a claims token after its exp")


@recipe(GET, 200)
def read_back(client: Client) -> None:
    """24: every field, and the KSID digit for digit."""
    first = register(client, deviceName="First Device", ufid="ana@example.com", osType="iPhone")
    seen = read(client, ksid(first))
    wanted = {"ksid": int(ksid(first)), "appId": APP, "deviceId": client.unique("device-1"), "osType": "iphone",
              "sid": client.unique("token-1"), "ufid": "ana@example.com", "deviceName": "First Device",
              "subscriptionStatus": True}  # fmt: skip
    for name, value in wanted.items():
        client.expect(seen.get(name) == value, "read-your-write", f"{name} {value!r}", seen.get(name))
    unsubscribe(client, ksid=ksid(first))
    status = read(client, ksid(first)).get("subscriptionStatus")
    client.expect(status is False, "delete-deletes", "subscriptionStatus false after unsubscribing", status)


@recipe(GET, 400)
@recipe(INACTIVATE, 400)
def unknown_ksid(client: Client) -> None:
    for number in (NOBODY, "-1", "12x"):
        client.call(client.operation, ksid=number)
        got(client, 400, "unknown-id", "a KSID that nobody has")


@recipe(INACTIVATE, 200)
def inactivated(client: Client) -> None:
    first = register(client)
    for _ in range(2):
        answer = content(client, client.call(INACTIVATE, ksid=ksid(first)))
        _says(client, answer, "Subscriber Status updated successfully.", "idempotent-retry")
        client.expect(ksid(answer) == ksid(first), "read-your-write", f"the KSID {ksid(first)}")
    gone = unsubscribe(client, ksid=ksid(first))
    _says(client, gone, "Already unsubscribed.", "delete-deletes")


@recipe(DELETE, 200)
def deleted_once_inactive(client: Client) -> None:
    """22."""
    first = register(client)
    client.call(DELETE, body={"ksids": [ksid(first)]})
    got(client, 400, "provokes", "the deletion of an active subscriber")
    client.expect(bool(read(client, ksid(first)).get("ksid")), "refusal-changes-nothing", "the subscriber, still there")
    unsubscribe(client, ksid=ksid(first))
    client.call(DELETE, body={"ksids": [ksid(first)]})
    got(client, 200, "provokes", "the deletion of an inactive subscriber")
    read(client, ksid(first))
    got(client, 400, "delete-deletes", "a deleted subscriber")
    unsubscribe(client, ksid=ksid(first))
    got(client, 404, "delete-deletes", "the KSID of a deleted subscriber")
    again = register(client)
    _says(client, again, "Subscription successful.", "delete-deletes")
    client.expect(ksid(again) != ksid(first), "delete-deletes", "another KSID than the deleted one")


@recipe(DELETE, 400)
def all_or_nothing(client: Client) -> None:
    first, second = register(client), register(client, deviceId="device-2", sid="token-2")
    unsubscribe(client, ksid=ksid(first))
    for other in (ksid(second), NOBODY):
        client.call(DELETE, body={"ksids": [ksid(first), other]})
        got(client, 400, "provokes", "a list with one who is active or unknown")
        client.expect(bool(read(client, ksid(first)).get("ksid")), "refusal-changes-nothing", "all of them as before")
    client.call(DELETE, body={"ksids": []})
    got(client, 400, "rejects-invalid", "no KSIDs")


@any_recipe(LIST, 200, check="counts-add-up")
def pages_are_complete(client: Client) -> None:
    """The documented end is inclusive: positions 0 to 1 are two."""
    before = content(client, client.call(LIST, start=0, pageSize=1000))
    rows, total = before.get("subscribers", []), before.get("total")
    client.expect(len(rows) == total, "counts-add-up", f"all {total} subscribers", len(rows))
    pages = [content(client, client.call(LIST, start=start, pageSize=1)) for start in range(0, len(rows), 2)]
    seen = [row for page in pages for row in page.get("subscribers", [])]
    client.expect(seen == rows, "counts-add-up", "the same subscribers page by page, two a page", len(seen))
    made = register(client, deviceName="First Device", ufid="ana@example.com")
    page = content(client, client.call(LIST, start=0, pageSize=1000))
    client.expect(page.get("total") == (total or 0) + 1, "counts-add-up", "one more after a subscription", page)
    newest = (page.get("subscribers") or [])[-1:]
    client.expect(
        newest == [read(client, ksid(made))], "read-your-write", "the newest at the end, as it is read", newest
    )
    unsubscribe(client, ksid=ksid(made))
    client.call(DELETE, body={"ksids": [ksid(made)]})
    left = content(client, client.call(LIST, start=0, pageSize=1000)).get("subscribers")
    client.expect(left == rows, "delete-deletes", "the subscribers as before it came and went", left)


@recipe(LIST, 200)
def beyond_the_last(client: Client) -> None:
    page = content(client, client.call(LIST, start=2_000_000_000, pageSize=5))
    client.expect(page.get("subscribers") == [], "counts-add-up", "no rows beyond the last", page.get("subscribers"))


@any_recipe(LIST, 401)
@any_recipe(GET, 401)
@any_recipe(INACTIVATE, 401)
@any_recipe(DELETE, 401)
@any_recipe("messages.push_message", 401)
def a_device_token_opens_no_console(client: Client) -> None:
    """3.1: the value that devices send is good for devices; and nothing is done."""
    first = register(client)
    unsubscribe(client, ksid=ksid(first))
    before = read(client, ksid(first))
    client.world.switch(client.spec.vendor, authToken="s3cret-token")
    arguments: dict[str, Any] = {"ksid": ksid(first)} if client.operation in (GET, INACTIVATE) else {}
    if client.operation == DELETE:
        arguments = {"body": {"ksids": [ksid(first)]}}
    client.call(client.operation, credentials="none", headers={DEVICE_TOKEN: "s3cret-token"}, **arguments)
    got(client, 401, "auth-enforced", f"{DEVICE_TOKEN} in place of an administrator's credentials")
    after = read(client, ksid(first))
    client.expect(after == before, "refusal-changes-nothing", f"the subscriber as before: {before}", after)


@recipe(CHANGE, 200)
def what_an_update_leaves_out_is_kept(client: Client) -> None:
    """2.6 and 4.1: by either endpoint; what it names is another."""
    first = register(client, deviceName="First Device", ufid="ana@example.com")
    for sent in (
        subscribe(client, sid="token-2", osType="windows8", ufid="ben@example.com"),
        subscribe(client, sid="token-3", osType="windows8"), register(client, sid="token-4", osType="iPad"),
    ):  # fmt: skip
        client.expect(ksid(sent) == ksid(first), "read-your-write", f"the KSID {ksid(first)}", sent)
    seen = read(client, ksid(first))
    wanted = {"deviceName": "First Device", "ufid": "ben@example.com", "sid": client.unique("token-4"),
              "osType": "ipad", "deviceId": client.unique("device-1"), "appId": APP}  # fmt: skip
    shown = {name: seen.get(name) for name in wanted}
    client.expect(shown == wanted, "read-your-write", f"the subscriber with {wanted}", shown)
