"""What only a sequence of calls shows: push devices and their persons. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes import persons
from contracts.vendors.vibes.migrations import submit
from contracts.vendors.vibes.subscriptions import rows

LIST, LIST_EXTERNAL = "devices.list_push_devices", "devices.list_push_devices_by_external_id"
GET, ASSIGN = "devices.get_device", "devices.assign_device"
_LONG_ENOUGH = 15 * 60


def _ids(devices: list[dict[str, Any]]) -> list[Any]:
    return [it.get("vibes_device_id") for it in devices]


@recipe(LIST_EXTERNAL, 200)
@recipe(GET, 200)
def an_import_makes_devices(client: Client) -> None:
    """13.1: a device that was imported is its person's, and is read by its id."""
    submit(client, [{"platform": "IOS", "token": "gate-token", "external_person_id": "EXT-A"}])
    client.world.advance(_LONG_ENOUGH)
    found = rows(client, LIST_EXTERNAL, external_person_id="EXT-A")
    tokens = [it.get("push_token") for it in found]
    client.expect(tokens == ["gate-token"], "read-your-write", "the device that was imported", tokens)
    for one in found:
        read = client.value(client.call(GET, vibes_device_id=one.get("vibes_device_id", "none")))
        client.expect(read == {"device": one}, "read-your-write", f"the device below `device`: {one}")


@recipe(ASSIGN, 200)
def a_device_moves_and_stays(client: Client) -> None:
    """47: the second call changes nothing."""
    there = persons.add(client, "EXT-A", "2995550171")
    before = rows(client, LIST)
    device = (_ids(before) or ["none"])[0]
    for check in ("read-your-write", "idempotent-retry"):
        body = {"person_key": there.get("person_key")}
        owner = client.value(client.call(ASSIGN, vibes_device_id=device, body=body))
        client.expect(owner == there, check, f"the person who has the device now: {there}")
        client.expect(_ids(rows(client, LIST_EXTERNAL, external_person_id="EXT-A")) == [device], check, "one device")
        left = _ids(rows(client, LIST))
        client.expect(device not in left, check, "not with the person who had it", left)
        client.expect(len(left) == len(before) - 1, "counts-add-up", "the other devices where they were", left)


@recipe(LIST, 200)
@recipe(LIST_EXTERNAL, 200)
def somebody_without_devices_has_none(client: Client) -> None:
    """4.13: known, so not 404."""
    one = persons.add(client, "EXT-A")
    name, value = ("person_key", one.get("person_key")) if client.operation == LIST else ("external_person_id", "EXT-A")
    found = client.value(client.call(client.operation, parameters={name: value}))
    client.expect(found == [], "read-your-write", "an empty array for somebody without devices")


@recipe(ASSIGN, 200)
def the_key_wins(client: Client) -> None:
    """13.3."""
    there = persons.add(client, "EXT-A")
    body = {"person_key": there.get("person_key"), "external_person_id": "EXT-B"}
    owner = client.value(client.call(ASSIGN, body=body)) or {}
    client.expect(owner.get("person_key") == there.get("person_key"), "read-your-write", "the person with the key")
    client.call(persons.GET_EXTERNAL, external_person_id="EXT-B")
    got(client, 404, "read-your-write", "the external id that was passed over")


@recipe(ASSIGN, 404)
def assigned_to_nobody(client: Client) -> None:
    before = rows(client, LIST)
    client.call(ASSIGN, body={"person_key": "nobody-at-all"})
    got(client, 404, "unknown-id", "an unknown person_key")
    client.expect(rows(client, LIST) == before, "refusal-changes-nothing", "the devices where they were")
    client.call(ASSIGN, vibes_device_id="no-such-device")
    got(client, 404, "unknown-id", "an unknown device")


@recipe(ASSIGN, 422)
def assigned_without_an_identifier(client: Client) -> None:
    client.call(ASSIGN, body={})
    got(client, 422, "rejects-invalid", "neither person_key nor external_person_id")
