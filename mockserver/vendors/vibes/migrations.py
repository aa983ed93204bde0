"""Bulk import of push tokens that were collected elsewhere (Push Token Import).

A batch is one record that holds its devices: an import is answered after one write, however many there are. A record of
kind `tokens` says in which batches a token stood, and is written when its device is done; until then the few batches
that are not finished are looked through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mockserver.errors import Forbidden, NotFound
from mockserver.exchange import Reply, Request
from mockserver.store import Record, joined
from mockserver.vendors.vibes import identity, installations, ownership
from mockserver.vendors.vibes.errors import Code, Error, conflict
from mockserver.world import World

_PENDING, _SUCCESS, _FAILURE = "PENDING", "SUCCESS", "FAILURE"
_SUCCEEDED = {"status": _SUCCESS, "platform_status": "200", "platform_message": "Success"}
_FAILED = {"status": _FAILURE, "platform_status": "failure", "platform_message": "Invalid token"}


def import_devices(world: World, app_id: str, body: Record) -> Reply:
    """201 with the batch, everything in it pending; it is worked off on the world's clock."""
    devices = [
        {
            "token": device["token"],
            "platform": device["platform"],
            "external_person_id": device.get("external_person_id"),
            "status": _PENDING,
        }
        for device in body["devices"]
    ]
    batch = {
        "batch_id": world.ids.uuid("batch"),
        "app_id": app_id,
        "received_on": world.time("milliseconds"),
        "finished": False,
        "devices": devices,
    }
    world.put("import_batches", batch)
    seconds, half = world.switches["import_seconds"], len(devices) // 2
    if half:
        world.later(seconds / 2, "migrations.finish_import", batch_id=batch["batch_id"], up_to=half)
    world.later(seconds, "migrations.finish_import", batch_id=batch["batch_id"], up_to=len(devices))
    return Reply(_detailed(world, batch), 201)


def list_import_batches(world: World, app_id: str) -> Reply:
    """200 with counts, oldest batch first."""
    return Reply([_summary(world, batch) for batch in world.find("import_batches", {"app_id": app_id})])


def get_import_batch(world: World, app_id: str, batch_id: str) -> Reply:
    """200 with the outcome for each device. Raises NotFound, also for another app's batch."""
    batch = world.get("import_batches", batch_id)
    if batch is None or batch["app_id"] != app_id:
        raise NotFound("The batch was not found")
    return Reply(_detailed(world, batch))


def get_device_migrations(world: World, app_id: str, token: str) -> Reply:
    """200 with a row for each time the token was submitted, oldest first. Raises NotFound when it never was."""
    rows = [
        {"batch_id": batch["batch_id"], "received_on": _received_on(world, batch), **_outcome(device)}
        for batch in _batches_with(world, app_id, token)
        for device in batch["devices"]
        if device["token"] == token
    ]
    if not rows:
        raise NotFound("No push token matches")
    return Reply(rows)


def confirm_migration(world: World, request: Request, app_id: str, body: Record) -> Reply:
    """204, once it is noted which device a silent push has moved over; said again, nothing changes.

    Raises NotFound, Forbidden for another device than the caller's, Conflict when another one has confirmed the item.
    """
    item = world.get("migration_items", body["migration_item_id"])
    if item is None or item["app_id"] != app_id:
        raise NotFound("The migration item was not found")
    device = installations.known(world, app_id, body["vibes_device_id"])
    if device["vibes_device_id"] != request.caller:
        raise Forbidden("This token does not open the device or person")
    if item["vibes_device_id"] not in (None, request.caller):
        raise conflict([Error("Another device has confirmed this migration item", Code.CONFLICT)])
    world.put("migration_items", {**item, "vibes_device_id": request.caller})
    return Reply(None, 204)


def finish_import(world: World, batch_id: str, up_to: int) -> None:
    """Due work: the devices of a batch that stand before `up_to` and are pending become reachable, or fail."""
    batch = world.get("import_batches", batch_id)
    app = world.get("apps", batch["app_id"]) if batch else None
    if batch is None or app is None:
        return  # deleted through the control API
    devices = [
        _finished(world, app, batch, device) if index < up_to and device["status"] == _PENDING else device
        for index, device in enumerate(batch["devices"])
    ]
    world.put("import_batches", {**batch, "devices": devices, "finished": up_to >= len(devices)})


def _finished(world: World, app: Record, batch: Record, device: Record) -> Record:
    """The device with its outcome: the one set beforehand in the token's record, else by the token's text."""
    key = f"{app['app_id']}/{device['token']}"
    known = world.get("tokens", key) or {"id": key, "batches": []}
    if batch["batch_id"] not in known["batches"]:
        world.put("tokens", {**known, "batches": [*known["batches"], batch["batch_id"]]})
    fails = "invalid" in device["token"] or device["token"] == "FCMToken"
    outcome = known.get("outcome") or (_FAILED if fails else _SUCCEEDED)
    if outcome["status"] == _SUCCESS:
        _attach(world, app, device)
    return {**device, **outcome}


def _attach(world: World, app: Record, device: Record) -> None:
    """Make the device reachable, and its person's: the one with the external id, who may be new, or an anonymous one.

    A token that is known already stays with its person unless an external id names another.
    """
    company_key, wanted, now = app["company_key"], device.get("external_person_id"), world.time()
    known = world.one("devices", {"app_id+push_token": joined(app["app_id"], device["token"])})
    person = world.get("persons", known["person_key"]) if known else None
    if wanted is not None:
        person = identity.by_external_id(world, company_key, wanted)
        person = person or identity.add(world, company_key, {"external_person_id": wanted})
    elif person is None:
        person = identity.add(world, company_key, {})
    if known is None:
        known = {"vibes_device_id": world.ids.uuid("device"), "app_id": app["app_id"], "created_at": now}
    device = {**known, "os": device["platform"], "push_token": device["token"], "updated_at": now}
    if ownership.give(world, device, person) is device:
        world.put("devices", device)


def _batches_with(world: World, app_id: str, token: str) -> list[Record]:
    """The batches of an app in which a token may stand, oldest first."""
    known = world.get("tokens", f"{app_id}/{token}")
    done = [world.get("import_batches", batch_id) for batch_id in (known["batches"] if known else ())]
    unfinished = world.find("import_batches", {"app_id+finished": joined(app_id, False)})
    found = {batch["batch_id"]: batch for batch in (*done, *unfinished) if batch is not None}
    return sorted(found.values(), key=lambda batch: str(batch["received_on"]))


def _summary(world: World, batch: Record) -> Record:
    counts = Counter(device["status"] for device in batch["devices"])
    return {
        "batch_id": batch["batch_id"],
        "received_on": _received_on(world, batch),
        "success_count": counts[_SUCCESS],
        "failure_count": counts[_FAILURE],
        "pending_count": counts[_PENDING],
    }


def _detailed(world: World, batch: Record) -> Record:
    """With a list for each status that occurs; a pending device shows nothing but token and status."""
    detailed = _summary(world, batch)
    for status in (_PENDING, _SUCCESS, _FAILURE):
        if detailed[f"{status.lower()}_count"]:
            detailed[status.lower()] = list(_listed(batch["devices"], status))
    return detailed


def _listed(devices: Iterable[Record], status: str) -> Iterable[Record]:
    shown = ("token", "status", "platform_status", "platform_message")
    for device in devices:
        if device["status"] == status:
            yield {name: device[name] for name in shown if name in device}


def _outcome(device: Record) -> Record:
    """As the page prints it for a single device: where a batch says `200`, this says `Success`."""
    shown: Record = {name: device[name] for name in ("status", "platform_status", "platform_message") if name in device}
    if shown.get("platform_status") == "200":
        shown["platform_status"] = "Success"
    return shown


def _received_on(world: World, batch: Record) -> str:
    """Kept as ISO 8601; Vibes prints a colon before the milliseconds and a blank at the end, in every sample."""
    received_on: str = batch["received_on"]
    return received_on if world.switches["received_on"] == "iso" else received_on.replace(".", ":") + " "
