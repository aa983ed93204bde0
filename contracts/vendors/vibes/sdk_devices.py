"""What only a sequence of calls shows: a device that registers, changes, is reached by push, and goes. What the SDK
sends is in section 13.4 of our reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.client import Client
from contracts.credentials import Credentials
from contracts.hearing import DESCRIBED, listening
from contracts.recipes import got, recipe
from contracts.vendors.vibes.callbacks import bodies, register
from contracts.vendors.vibes.devices import ASSIGN, GET, LIST_EXTERNAL
from contracts.vendors.vibes.migrations import submit
from contracts.vendors.vibes.persons import GET_EXTERNAL
from contracts.vendors.vibes.subscriptions import rows

REGISTER, RENEW = "sdk_devices.register_device", "sdk_devices.renew_device"
CHANGE, UNREGISTER = "sdk_devices.update_device", "sdk_devices.unregister_device"
PERSON = "sdk_devices.get_device_person"
REACH, SILENCE = "sdk_devices.register_push", "sdk_devices.unregister_push"
APP = "apps.get_app"
_LONG_ENOUGH = 15 * 60
# Of the `default` fixture: a device of another person, in the same app.
_ANOTHER = "317ed8b0-c94a-4f26-8b53-9d60f1a7e5c8"


def bearing(credentials: Credentials | None, token: object) -> Credentials:
    """The customer's credentials, with the token of a device."""
    return replace(credentials or Credentials(), token=str(token))


def device_of(value: Any) -> dict[str, Any]:
    """The device in an answer that wraps it; {} in any other answer."""
    found = value.get("device") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _register(client: Client) -> tuple[Client, str]:
    """A device that has just registered, as a client, and its id."""
    credential = client.value(client.call(REGISTER)) or {}
    device = str(device_of(credential).get("vibes_device_id", "none"))
    return client.acting(bearing(client.credentials, credential.get("auth_token"))), device


def _read(client: Client, device: str | None = None) -> dict[str, Any]:
    """A device as its company reads it; without an id that of the spec's examples."""
    named = {} if device is None else {"vibes_device_id": device}
    return device_of(client.value(client.call(GET, parameters=named)))


@recipe(REGISTER, 201)
def a_device_registers(client: Client) -> None:
    """It is what it said, new each time, with a token that opens it alone, and of somebody whom nobody knows."""
    sdk, device = _register(client)
    said = {**client.example(REGISTER)["device"], "os": "IOS", "push_token": None, "vibes_device_id": device}
    read = _read(client, device)
    client.expect(all(read.get(name) == value for name, value in said.items()), "read-your-write", f"{said}", read)
    person = sdk.value(sdk.call(PERSON, vibes_device_id=device)) or {}
    anonymous = (person.get("external_person_id"), person.get("mobile_phone")) == (None, None)
    client.expect(bool(person.get("person_key")) and anonymous, "read-your-write", "an anonymous person")
    other, another = _register(client)
    client.expect(device != another, "read-your-write", "another device each time")
    other.call(PERSON, vibes_device_id=device)
    got(client, 403, "no-leak-between-accounts", "the token of another device")


@recipe(REGISTER, 422)
@recipe(RENEW, 422)
@recipe(CHANGE, 422)
def a_device_that_cannot_be(client: Client) -> None:
    facts = client.example(REGISTER)["device"]
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("no device", {}),
        ("an unknown system", {"device": {**facts, "os": "NOKIA"}}),
        ("a version that is a number", {"device": {**facts, "app_version": 2}}),
        ("half a place", {"device": {**facts, "location": {"latitude": 41.9}}}),
        ("a place that is nowhere", {"device": {**facts, "location": {"latitude": 91, "longitude": 0}}}),
    ]
    if client.operation != CHANGE:
        bodies.append(("no system", {"device": {"app_version": "2.4.0"}}))
    for what, body in bodies:
        client.call(client.operation, body=body)
        got(client, 422, "rejects-invalid", what)


@recipe(RENEW, 200)
def a_token_is_renewed(client: Client) -> None:
    """The SDK comes with the token that was refused; the earlier one is good for nothing else."""
    sdk, device = _register(client)
    credential = sdk.value(sdk.call(RENEW, vibes_device_id=device)) or {}
    same = device_of(credential).get("vibes_device_id") == device
    client.expect(same, "read-your-write", "the same device")
    sdk.call(PERSON, vibes_device_id=device)
    got(client, 401, "expired-token", "a token that was renewed")
    fresh = client.acting(bearing(client.credentials, credential.get("auth_token")))
    fresh.call(PERSON, vibes_device_id=device)
    got(client, 200, "read-your-write", "the fresh token")
    again = sdk.value(sdk.call(RENEW, vibes_device_id=device)) or {}
    got(client, 200, "idempotent-retry", "a renewal with the token that was refused")
    tokens = {credential.get("auth_token"), again.get("auth_token"), sdk.credentials and sdk.credentials.token}
    client.expect(len(tokens) == 3, "idempotent-retry", "a fresh token each time")


@recipe(APP, 401, check="expired-token")
@recipe(CHANGE, 401, check="expired-token")
@recipe(UNREGISTER, 401, check="expired-token")
@recipe(PERSON, 401, check="expired-token")
@recipe(REACH, 401, check="expired-token")
@recipe(SILENCE, 401, check="expired-token")
@recipe("sdk_events.upload_events", 401, check="expired-token")
@recipe("inbox.list_messages", 401, check="expired-token")
@recipe("inbox.get_message", 401, check="expired-token")
@recipe("inbox.update_message", 401, check="expired-token")
@recipe("migrations.confirm_migration", 401, check="expired-token")
@recipe(ASSIGN, 401, check="expired-token")
def a_token_that_was_renewed(client: Client) -> None:
    """It opens nothing but its renewal."""
    renewed = client.value(client.call(RENEW))
    own = client.credentials or Credentials()
    client.acting(Credentials(token=own.token, public=own.public)).call(client.operation)
    if renewed is not None:
        got(client, 401, "expired-token", "a token that was renewed")


@recipe(RENEW, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(CHANGE, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(UNREGISTER, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(PERSON, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(REACH, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(SILENCE, 403, check="no-leak-between-accounts", accept=(404,))
@recipe("sdk_events.upload_events", 403, check="no-leak-between-accounts", accept=(404,))
def another_device(client: Client) -> None:
    """A token opens its own device, and no other."""
    before = _read(client, _ANOTHER)
    client.call(client.operation, vibes_device_id=_ANOTHER)
    client.expect(client.sent[-1].status in (403, 404), "no-leak-between-accounts", "a refusal of another device")
    client.expect(_read(client, _ANOTHER) == before, "refusal-changes-nothing", "the other device as before")


@recipe(CHANGE, 204)
def a_device_changes(client: Client) -> None:
    """What is left out stays, null removes."""
    sdk, device = _register(client)
    before = _read(client, device)
    for change in ({"location": {"latitude": 1.5, "longitude": -2.5}}, {"app_version": "9.9"}, {"location": None}):
        sdk.call(CHANGE, vibes_device_id=device, body={"device": change})
        got(client, 204, "accepts-valid", "a change of a device")
        before |= change
        read = _read(client, device)
        client.expect(read == before, "read-your-write", f"{before}", read)


@recipe(REACH, 204)
@recipe(SILENCE, 204)
def a_device_is_reached_by_push(client: Client) -> None:
    sdk, device = _register(client)
    for _ in range(2):
        sdk.call(REACH, vibes_device_id=device, body={"device": {"push_token": "gate-push"}})
        got(client, 204, "idempotent-retry", "a push token")
        client.expect(_read(client, device).get("push_token") == "gate-push", "read-your-write", "the push token")
    other, another = _register(client)
    other.call(REACH, vibes_device_id=another, body={"device": {"push_token": "gate-push"}})
    client.expect(_read(client, another).get("push_token") == "gate-push", "read-your-write", "the push token")
    client.expect(_read(client, device).get("push_token") is None, "counts-add-up", "a token that reaches one device")
    for _ in range(2):
        other.call(SILENCE, vibes_device_id=another)
        got(client, 204, "idempotent-retry", "no more pushes")
        client.expect(_read(client, another).get("push_token") is None, "delete-deletes", "no push token")


@recipe(REACH, 422)
def no_push_token(client: Client) -> None:
    before = _read(client)
    bodies: list[dict[str, Any]] = [{}, *({"device": it} for it in ({}, {"push_token": ""}, {"push_token": None}))]
    for body in bodies:
        client.call(REACH, body=body)
        got(client, 422, "rejects-invalid", f"{body}")
    after = _read(client)
    client.expect(after == before, "refusal-changes-nothing", "the device as before")


@recipe(REACH, 204)
def an_import_meets_its_sdk(client: Client) -> None:
    """13.1: a device that was imported is the one that registers its token later, and its person has it still."""
    client.suppose("what becomes of an imported device when its SDK speaks")
    submit(client, [{"platform": "IOS", "token": "gate-moved", "external_person_id": "EXT-A"}])
    client.world.advance(_LONG_ENOUGH)
    sdk, device = _register(client)
    sdk.call(REACH, vibes_device_id=device, body={"device": {"push_token": "gate-moved"}})
    found = [it.get("vibes_device_id") for it in rows(client, LIST_EXTERNAL, external_person_id="EXT-A")]
    client.expect(found == [device], "counts-add-up", "one device, which has registered", found)
    person = sdk.value(sdk.call(PERSON, vibes_device_id=device)) or {}
    client.expect(person.get("external_person_id") == "EXT-A", "read-your-write", "the person of the import")


@recipe(ASSIGN, 200)
def a_device_assigns_itself(client: Client) -> None:
    """The SDK calls with its token; then the person has the device for everybody."""
    sdk, device = _register(client)
    own = sdk.credentials or Credentials()
    alone = sdk.acting(Credentials(token=own.token, public=own.public))
    for check in ("read-your-write", "idempotent-retry"):
        alone.call(ASSIGN, vibes_device_id=device, body={"external_person_id": "EXT-A"})
        got(client, 200, check, "a device that assigns itself")
        person = sdk.value(sdk.call(PERSON, vibes_device_id=device)) or {}
        known = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A"))
        client.expect(person == known, check, f"the person who has the device: {person}")
        found = [it.get("vibes_device_id") for it in rows(client, LIST_EXTERNAL, external_person_id="EXT-A")]
        client.expect(found == [device], check, "the device of that person", found)


@recipe(ASSIGN, 403, accept=(404,))
def another_device_is_assigned_by_token(client: Client) -> None:
    own = client.credentials or Credentials()
    client.acting(Credentials(token=own.token, public=own.public)).call(ASSIGN, vibes_device_id=_ANOTHER)
    client.expect(client.sent[-1].status in (403, 404), "no-leak-between-accounts", "a refusal of another device")


@recipe(UNREGISTER, 204)
def a_device_is_gone(client: Client) -> None:
    sdk, device = _register(client)
    sdk.call(ASSIGN, vibes_device_id=device, body={"external_person_id": "EXT-A"})
    sdk.call(UNREGISTER, vibes_device_id=device)
    got(client, 204, "accepts-valid", "a device that unregisters")
    client.call(GET, vibes_device_id=device)
    got(client, 404, "delete-deletes", "a device that is gone")
    found = rows(client, LIST_EXTERNAL, external_person_id="EXT-A")
    client.expect(found == [], "delete-deletes", "no device of its person", found)
    for operation in (PERSON, RENEW, UNREGISTER):
        sdk.call(operation, vibes_device_id=device)
        refused = client.sent[-1].status in (401, 404)
        client.expect(refused, "delete-deletes", "a refusal of the token of a device that is gone")


@recipe("callbacks.add_callback", 201, check=DESCRIBED)
@recipe(REGISTER, 201, check=DESCRIBED)
@recipe(CHANGE, 204, check=DESCRIBED)
@recipe(UNREGISTER, 204, check=DESCRIBED)
def the_life_of_a_device_is_told_of(client: Client) -> None:
    """14.3: added, changed and removed, each once; the device that it was."""
    with listening(client) as ear:
        for kind in ("device_added", "device_updated", "device_removed"):
            register(client, kind, url=f"{ear.url}/{kind}")
        sdk, device = _register(client)
        ear.wait()
        sdk.call(CHANGE, vibes_device_id=device, body={"device": {"app_version": "9.9"}})
        ear.wait()
        sdk.call(UNREGISTER, vibes_device_id=device)
        heard = bodies(ear)
        wanted = [("device_added", device), ("device_updated", device), ("device_removed", device)]
        seen = [(it.get("callback_type"), (it.get("push_device") or {}).get("vibes_device_id")) for it in heard]
        client.expect(seen == wanted, DESCRIBED, f"one for each change: {wanted}", seen)
