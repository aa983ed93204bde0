"""What answers tell of campaigns, incentives, callbacks and imports; `recorded` has what is about persons."""

from __future__ import annotations

import zlib

from mockserver.clock import iso
from mockserver.recorded import Seen, put
from mockserver.store import Record, joined
from mockserver.vendors.vibes import identity, registrations
from mockserver.world import World

# What an answer counts and no answer names.
_MADE_UP = "made-up-"


def campaign(world: World, seen: Seen) -> None:
    """An acquisition campaign; its list stands in the path of a list's campaigns only."""
    value, key = seen.value, seen.value["acquisition_id"]
    known = world.get("acquisition_campaigns", key) or {"subscription_list_id": f"list of {key}"}
    names = ("acquisition_id", "description", "start_date", "end_date", "sourcecode", "created_date", "updated_date")
    record = {
        **known,
        **{name: value.get(name, iso(seen.at)) for name in names},
        "company_key": _company(seen),
        "keywords": value["acquisition_campaign"]["keywords"],
    }
    if "subscription_list_id" in seen.given:
        record["subscription_list_id"] = seen.given["subscription_list_id"]
    world.put("acquisition_campaigns", {**record, "deleted": True} if value["status"] == "deleted" else record)


def participation(world: World, seen: Seen) -> None:
    value, company_key = seen.value, seen.given["company_key"]
    person = identity.by_key(world, company_key, value["person"]["id"])
    if person is None:
        return
    key, acquisition_id, since = person["person_key"], value["acquisition_campaign"]["id"], value["participation_date"]
    status = "CONFIRMED" if value["status"] == "SUBSCRIBED" else value["status"]
    kept = {"company_key": company_key, "acquisition_id": acquisition_id, "person_key": key, "status": status}
    keyword = value["acquisition_campaign"].get("keyword")
    dates = {"participation_date": since, "expire_date": value.get("expire_date")}
    put(world, "participations", {"id": f"{acquisition_id}/{key}/{since}", **kept, "keyword": keyword, **dates})


def broadcast(world: World, seen: Seen) -> None:
    kept = {name: it for name, it in seen.value.items() if name != "url"}
    world.put("broadcasts", {"send_schedule": None, **kept, "company_key": _company(seen)})


def wallet_campaign(world: World, seen: Seen) -> None:
    kept = {name: it for name, it in seen.value.items() if name != "url"}
    world.put("wallet_campaigns", {**kept, "company_key": _company(seen), "active": True})


def wallet_item(world: World, seen: Seen) -> None:
    wallet_id, item_id = seen.value["campaign_ref"]["wallet_id"], seen.value["wallet_item_id"]
    kept = {name: it for name, it in seen.value.items() if name not in ("url", "campaign_ref")}
    blank: Record = {"group_code": None, "locations": [], "strip_image": None, "expiration_date": None, "active": True}
    known = world.get("wallet_items", f"{wallet_id}/{item_id}") or blank
    world.put("wallet_items", {**known, **kept, "id": f"{wallet_id}/{item_id}", "wallet_id": wallet_id})


def wallet_messages(world: World, seen: Seen) -> None:
    """A campaign's messages, the last one first: they are numbered from the end."""
    for number, value in enumerate(reversed(seen.value or ()), 1):
        _wallet_message(world, seen.given["wallet_id"], value, number)


def wallet_message(world: World, seen: Seen) -> None:
    wallet_id, known = seen.given["wallet_id"], world.get("wallet_messages", seen.value["message_id"])
    following = world.count("wallet_messages", {"wallet_id": wallet_id}) + 1
    _wallet_message(world, wallet_id, seen.value, int(known["number"]) if known else following)


def _wallet_message(world: World, wallet_id: str, value: Record, number: int) -> None:
    names = ("message_id", "notification", "group_code", "wallet_item_ids", "recipient_count", "created_at")
    kept = {name: value.get(name) for name in names}
    world.put("wallet_messages", {**kept, "wallet_id": wallet_id, "number": f"{number:09d}"})


def pool(world: World, seen: Seen) -> None:
    """A pool, with as many codes as it says it has: those that no answer names are made up."""
    value, company_key, codes = seen.value, _company(seen), seen.value["incentive_codes"]
    names = ("id", "name", "issuance_allowed", "redemption_allowed", "notification_email_address", "created_at")
    known = world.get("incentive_pools", str(value["id"])) or {"registered": False}
    limits = {name: codes[name] for name in ("low_threshold", "max_characters")}
    kept = {name: value[name] for name in (*names, "updated_at")}
    method = value["distribution"]["method"]
    world.put("incentive_pools", {**known, **kept, **limits, "company_key": company_key, "method": method})
    for record in world.find("incentive_codes", {"pool_id": value["id"]}):
        if record["code"].startswith(_MADE_UP):
            world.delete("incentive_codes", record["id"])
    there = world.count("incentive_codes", {"pool_id": value["id"]})
    issued = world.count("incentive_codes", {"pool_id+issued": joined(value["id"], True)})
    for number in range(there, codes["total"]):
        code = f"{_MADE_UP}{value['id']}-{number}"
        _code(world, company_key, code, value["id"], value["created_at"], issued=issued < codes["issued"])
        issued += 1


def code(world: World, seen: Seen) -> None:
    value, company_key = seen.value, _company(seen)
    issued = value["issuances"]["total"] > 0
    record = _code(world, company_key, value["code"], value["incentive_pool"]["id"], value["created_at"], issued=issued)
    dates = {name: value[name] for name in ("created_at", "updated_at")}
    world.put("incentive_codes", {**record, **dates, "active": value["active"]})
    _make_up_uses(world, record, value)


def _make_up_uses(world: World, code: Record, value: Record) -> None:
    """As many issuances and redemptions of a code as its answer counts; those that no answer names are made up."""
    key, blank = code["id"], {"code": code["id"], "external_issuee_id": None, "created_at": value["created_at"]}
    for kind in ("incentive_issuances", "incentive_redemptions", "incentive_holdings"):
        for record in world.find(kind, {"code": key}):
            if str(record.get("issuee_id") or _MADE_UP).startswith(_MADE_UP):
                world.delete(kind, str(record["id"]))
    for number in range(world.count("incentive_issuances", {"code": key}), value["issuances"]["total"]):
        use = {"id": _number(f"{key} issuance {number}"), "issuee_id": f"{_MADE_UP}{number}"}
        world.put("incentive_issuances", {**use, **blank})
    for number in range(world.count("incentive_holdings", {"code": key}), value["issuances"]["unique"]):
        issuee_id = f"{_MADE_UP}{number}"
        held = {"id": f"{code['pool_id']}/{key}/{number}", "code": key, "issuee_id": issuee_id, "redeemed": False}
        world.put("incentive_holdings", held)
    for number in range(world.count("incentive_redemptions", {"code": key}), value["redemptions"]["total"]):
        use = {"id": _number(f"{key} redemption {number}"), "issuee_id": None, "anonymous": True}
        world.put("incentive_redemptions", {**use, **blank})


def _number(text: str) -> int:
    return zlib.crc32(text.encode())


def issuance(world: World, seen: Seen) -> None:
    """An issuance, the code that it issued, and who holds that code from then on."""
    value, use = seen.value, _use(world, seen)
    pool_id = value["incentive_pool"]["id"]
    record = world.get("incentive_codes", use["code"])
    if record is not None:
        world.put("incentive_codes", {**record, "issued": True})
    world.put("incentive_issuances", use)
    key = f"{pool_id}/{use['issuee_id']}"
    holding = world.get("incentive_holdings", key) or {"id": key, "issuee_id": use["issuee_id"], "redeemed": False}
    world.put("incentive_holdings", {**holding, "code": use["code"]})
    if use["external_issuee_id"]:
        issuee = f"{_company_of(value)}/{use['external_issuee_id']}"
        world.put("incentive_issuees", {"id": issuee, "issuee_id": use["issuee_id"]})


def redemption(world: World, seen: Seen) -> None:
    use = _use(world, seen)
    world.put("incentive_redemptions", {**use, "anonymous": use["issuee_id"] is None})
    holding = world.get("incentive_holdings", f"{seen.value['incentive_pool']['id']}/{use['issuee_id']}")
    if holding is not None:
        world.put("incentive_holdings", {**holding, "redeemed": True})


def event(world: World, seen: Seen) -> None:
    company_key, key = seen.given["company_key"], seen.value["event_id"]
    kept = {"company_key": company_key, "event_type": seen.asked["event_type"]}
    world.put("events", {"id": f"{company_key}/{key}", **kept})


def callback(world: World, seen: Seen) -> None:
    value, happening = seen.value, registrations.happening(seen.value["callback_type"])
    narrowed = value.get(happening) or {}
    names = ("callback_id", "callback_type", "destination", "start_date", "end_date", "created_at", "updated_at")
    known = world.get("callbacks", value["callback_id"]) or {"api_version": seen.given.get("x_api_version", "1")}
    found = {"happening": happening, "narrowed": narrowed, "subject": registrations.subject(happening, narrowed)}
    world.put("callbacks", {**known, **{name: value[name] for name in names}, **found, "company_key": _company(seen)})


def batch(world: World, seen: Seen) -> None:
    """A batch with its devices: as they were submitted, where the recording has that, else as they are listed."""
    value, app_id = seen.value, seen.given["app_id"]
    rows = [row for status in ("pending", "success", "failure") for row in value.get(status, ())]
    known = world.get("import_batches", value["batch_id"])
    before = known["devices"] if known else (seen.asked or {}).get("devices", [])
    waiting: dict[str, list[Record]] = {}
    for row in rows:
        waiting.setdefault(row["token"], []).append(row)
    devices = [{"platform": "IOS", **it, **waiting[it["token"]].pop(0)} for it in before if waiting.get(it["token"])]
    devices += [{"platform": "IOS", **row} for left in waiting.values() for row in left]
    _batch(world, app_id, value, devices)
    for it in devices:
        key = f"{app_id}/{it['token']}"
        token = world.get("tokens", key) or {"id": key, "batches": []}
        if it["status"] != "PENDING" and value["batch_id"] not in token["batches"]:
            world.put("tokens", {**token, "batches": [*token["batches"], value["batch_id"]]})


def summary(world: World, seen: Seen) -> None:
    """A batch of which only the numbers are known has devices with made-up tokens."""
    value = seen.value
    statuses = [it for it in ("PENDING", "SUCCESS", "FAILURE") for _ in range(value[f"{it.lower()}_count"])]
    known = world.get("import_batches", value["batch_id"])
    if known is None or sorted(it["status"] for it in known["devices"]) != sorted(statuses):
        rows = [{"token": f"made-up-{n}", "platform": "IOS", "status": it} for n, it in enumerate(statuses)]
        _batch(world, seen.given["app_id"], value, rows)


def _batch(world: World, app_id: str, value: Record, devices: list[Record]) -> None:
    received_on = value["received_on"].strip()
    kept = {"batch_id": value["batch_id"], "app_id": app_id, "finished": value["pending_count"] == 0}
    # Printed with a colon before the milliseconds.
    received_on = f"{received_on[:19]}.{received_on[20:]}"
    world.put("import_batches", {**kept, "received_on": received_on, "devices": devices})


def _use(world: World, seen: Seen) -> Record:
    value, company_key = seen.value, _company_of(seen.value)
    name, pool_id = value["incentive_code"]["code"], value["incentive_pool"]["id"]
    if world.get("incentive_codes", f"{company_key}/{name}") is None:
        _code(world, company_key, name, pool_id, value["created_at"], issued=True)
    names = ("id", "issuee_id", "external_issuee_id", "referring_application", "referring_application_ref_id")
    kept = {it: value.get(it) for it in (*names, "created_at")}
    return {**kept, "code": f"{company_key}/{name}"}


def _code(world: World, company_key: str, name: str, pool_id: int, at: str, *, issued: bool) -> Record:
    key = f"{company_key}/{name}"
    blank = {"id": key, "company_key": company_key, "code": name, "active": True, "created_at": at, "updated_at": at}
    known = world.get("incentive_codes", key) or blank
    return world.put("incentive_codes", {**known, "pool_id": pool_id, "issued": issued})


def _company(seen: Seen) -> str:
    return seen.given.get("company_key") or str(seen.value["url"]).split("/")[2]


def _company_of(value: Record) -> str:
    return str(value["incentive_pool"]["url"]).split("/")[2]


TELLS = {
    "AcquisitionCampaign": campaign,
    "Participation": participation,
    "Broadcast": broadcast,
    "WalletCampaign": wallet_campaign,
    "WalletItem": wallet_item,
    "wallet_messages.list_wallet_messages": wallet_messages,
    "WalletMessage": wallet_message,
    "IncentivePool": pool,
    "IncentiveCode": code,
    "Issuance": issuance,
    "Redemption": redemption,
    "events.add_event": event,
    "Callback": callback,
    "ImportBatch": batch,
    "ImportBatchSummary": summary,
}
