"""What answers tell of the records behind them: persons and what belongs to them; see also `recorded_campaigns`."""

from __future__ import annotations

from typing import Any

from mockserver.clock import iso
from mockserver.recorded import ALWAYS, Seen, put
from mockserver.store import Record
from mockserver.vendors.vibes import auth, identity, membership, recorded_campaigns, recorded_sdk
from mockserver.world import World


def account(world: World, seen: Seen) -> None:
    """The company or the app of the path, and credentials that open all of them: a recording has none."""
    company_key, app_id = seen.given.get("company_key"), seen.given.get("app_id")
    if company_key and world.get("companies", company_key) is None:
        world.put("companies", {"company_key": company_key, "name": company_key})
    companies = [it["company_key"] for it in world.find("companies")]
    if app_id and world.get("apps", app_id) is None and companies:
        world.put("apps", {"app_id": app_id, "company_key": companies[0]})
    world.put("credentials", {**auth.CREDENTIALS, "companies": companies})


def company(world: World, seen: Seen) -> None:
    world.put("companies", {name: seen.value[name] for name in ("company_key", "name")})


def person(world: World, seen: Seen) -> None:
    """A person, and which custom fields there are: an answer has all of them."""
    value, company_key = seen.value, _company(seen)
    phone, fields = value.get("mobile_phone"), value.get("custom_fields") or {}
    for name, it in fields.items():
        _field(world, company_key, name, it)
    names = ("person_key", "person_id", "external_person_id", "timezone", "timezone_source", "created_at", "updated_at")
    kept = {name: _kept(it) for name, it in fields.items() if it is not None}
    put(
        world,
        "persons",
        {
            **{name: value.get(name) for name in names},
            "company_key": company_key,
            "mobile_phone": {"carrier_code": phone.get("carrier_code"), "mdn": _e164(phone["mdn"])} if phone else None,
            "custom_fields": {name: it for name, it in kept.items() if it != []},
        },
    )


def custom_field(world: World, seen: Seen) -> None:
    """A field as the company set it up, in place of what persons told of it."""
    value, company_key = seen.value, _company(seen)
    for known in world.find("custom_fields", {"company_key": company_key}):
        if known["name"] == value["name"] and known["id"] != value["id"]:
            world.delete("custom_fields", known["id"])
    field = {name: value[name] for name in ("id", "name", "type")}
    if value.get("options"):
        field["options"] = [_option(it) for it in value["options"]]
    world.put("custom_fields", {**field, "company_key": company_key})


def tag(world: World, seen: Seen) -> None:
    owner = _owner(world, seen)
    if owner is not None:
        name, key = seen.value["tag"], owner["person_key"]
        kept = {"person_key": key, "tag": name, "created_at": seen.value["created_at"]}
        world.put("tags", {"id": f"{key}/{name}", **kept})


def subscription(world: World, seen: Seen) -> None:
    """One stay on a list: the one that is known to have begun then, or another."""
    value, company_key = seen.value, _company(seen)
    owner = identity.by_key(world, company_key, value["person"]["id"])
    if owner is None:
        return
    list_id, since = value["subscription_list"]["id"], value["opt_in_date"]
    stays = [it for it in membership.of(world, owner, active_only=False) if it["subscription_list_id"] == list_id]
    known = next((it for it in stays if it["opt_in_date"] == since), None)
    campaign = value.get("acquisition_campaign")
    record = {
        "id": known["id"] if known else f"{owner['person_key']}/{list_id}/{since}",
        "company_key": company_key,
        "person_key": owner["person_key"],
        "subscription_list_id": list_id,
        "acquisition_id": campaign["id"] if campaign else None,
        "opt_in_date": since,
        **{name: value[name] for name in ("opt_out_date", "opt_out_reason") if name in value},
    }
    put(world, "subscriptions", record if "opt_out_date" in value else {**record, "active": True})
    if world.get("subscription_lists", list_id) is None:
        world.put("subscription_lists", {"id": list_id, "company_key": company_key, "name": list_id})


def subscription_list(world: World, seen: Seen) -> None:
    kept = {name: seen.value[name] for name in ("id", "name")}
    world.put("subscription_lists", {**kept, "company_key": _company(seen)})


def subscribers(world: World, seen: Seen) -> None:
    """Those who are found on a list are on it, whatever else is known of how they got there."""
    list_id, company_key = seen.given["subscription_list_id"], _company(seen)
    for found in seen.value or ():
        key = found["person_key"]
        if membership.active(world, key, list_id) is None:
            stay = {"company_key": company_key, "person_key": key, "subscription_list_id": list_id, "active": True}
            world.put("subscriptions", {"id": f"{key}/{list_id}", **stay, "opt_in_date": iso(seen.at)})


def device(world: World, seen: Seen) -> None:
    """A device; whose it is, the path tells, or an assignment."""
    value = seen.value
    app_id, vibes_device_id = value["url"].split("/")[2], value["vibes_device_id"]
    known = world.get("devices", vibes_device_id) or {"created_at": iso(seen.at), "updated_at": iso(seen.at)}
    owner = _owner(world, seen)
    if owner is not None:
        world.put("apps", {"app_id": app_id, "company_key": owner["company_key"]})
    holder = owner["person_key"] if owner else known.get("person_key", f"owner of {vibes_device_id}")
    kept = {name: it for name, it in value.items() if name != "url"}
    put(world, "devices", {**known, "push_token": None, **kept, "app_id": app_id, "person_key": holder})


def assigned(world: World, seen: Seen) -> None:
    known = world.get("devices", seen.given["vibes_device_id"])
    if known is not None:
        world.put("devices", {**known, "person_key": seen.value["person_key"]})


def _company(seen: Seen) -> str:
    """The company of the path, or of the link to what is shown."""
    url = seen.value.get("url", "") if isinstance(seen.value, dict) else ""
    return seen.given.get("company_key") or str(url).split("/")[2]


def _owner(world: World, seen: Seen) -> Record | None:
    """The person of the path."""
    company_key, key = seen.given.get("company_key", ""), seen.given.get("person_key")
    if key is not None:
        return identity.by_key(world, company_key, key)
    external = seen.given.get("external_person_id")
    return identity.by_external_id(world, company_key, external) if external else None


def _field(world: World, company_key: str, name: str, value: Any) -> None:
    """A custom field as far as a person's value shows what it is."""
    known = next((it for it in world.find("custom_fields", {"company_key": company_key}) if it["name"] == name), None)
    kind = "multi_selection" if isinstance(value, list) else "single_selection" if isinstance(value, dict) else "string"
    field: Record = known or {"id": f"{company_key}-{name}", "company_key": company_key, "name": name, "type": kind}
    if kind != "string":
        options = {it["option_key"]: it for it in field.get("options", ())}
        options |= {it["option_key"]: _option(it) for it in (value if isinstance(value, list) else [value])}
        field = {**field, "type": kind, "options": list(options.values())}
    world.put("custom_fields", field)


def _option(value: Record) -> Record:
    return {name: it for name, it in value.items() if not (name == "id" and it is None)}


def _kept(value: Any) -> Any:
    """A custom field's value as it is kept: options by their keys."""
    if isinstance(value, list):
        return [it["option_key"] for it in value]
    return value["option_key"] if isinstance(value, dict) else value


def _e164(number: str) -> str:
    """Version 1 shows national digits; which country they are of, it does not say."""
    return number if number.startswith("+") else f"+1{number}"


opens, notes, CARRIED = recorded_sdk.opens, recorded_sdk.notes, recorded_sdk.CARRIED
TELLS = {
    ALWAYS: account,
    "Company": company,
    "Person": person,
    "CustomField": custom_field,
    "Tag": tag,
    "Subscription": subscription,
    "SubscriptionList": subscription_list,
    "subscription_lists.find_subscribers": subscribers,
    "PushDevice": device,
    "devices.assign_device": assigned,
    **recorded_campaigns.TELLS,
    **recorded_sdk.TELLS,
}
