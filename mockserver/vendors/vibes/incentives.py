"""Codes of a pool, to whom they go, and who redeems them (Incentive Pool API, Incentive Code API, Incentives).

`unique` pools give a code to one issuee, and it is redeemed once; in `multi` pools the same code may be issued and
redeemed many times. An issuee holds at most one code of a pool. One whose external id is a person's is that person.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mockserver.errors import NotFound
from mockserver.store import Record, joined
from mockserver.vendors.vibes import identity
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

_NOT_ALLOWED = Error("Issuing codes of this pool is not allowed", Code.STATE)
_NOT_REDEEMABLE = Error("Redeeming codes of this pool is not allowed", Code.STATE)
_USED = Error("The code was already redeemed", Code.STATE)
_NEVER_ISSUED = Error("The code was never issued", Code.STATE)
_INACTIVE = Error("The code is not active", Code.STATE)
_TAKEN = Error("The code was already issued to somebody else", Code.STATE)
_HOLDS_ANOTHER = Error("The issuee already holds another code of this pool", Code.STATE)
_NONE_LEFT = Error("No code of this pool is left", Code.STATE)
_NOT_OF_POOL = Error("The code does not belong to this pool", Code.NOT_FOUND)
_APPLICATION = ("referring_application", "referring_application_ref_id")


def pool_of(world: World, company_key: str, pool_id: int) -> Record:
    """Raises NotFound, also for a pool of another company."""
    pool = world.get("incentive_pools", str(pool_id))
    if pool is None or pool["company_key"] != company_key:
        raise NotFound("The incentive pool was not found")
    return pool


def code_of(world: World, company_key: str, code: str) -> Record:
    """Raises NotFound."""
    found = world.get("incentive_codes", f"{company_key}/{code}")
    if found is None:
        raise NotFound("The incentive code was not found")
    return found


def counts(world: World, pool: Record) -> tuple[int, int]:
    """How many codes a pool has, and how many of them have been issued."""
    return (
        world.count("incentive_codes", {"pool_id": pool["id"]}),
        world.count("incentive_codes", {"pool_id+issued": joined(pool["id"], True)}),
    )


def issue(world: World, pool: Record, wanted: Record) -> tuple[Record, Record]:
    """The new issuance and its code. Raises Invalid with all that stands against it."""
    company_key, external = pool["company_key"], wanted.get("external_issuee_id")
    issuee_id = known_issuee(world, company_key, external)
    held = world.get("incentive_holdings", f"{pool['id']}/{issuee_id}") if issuee_id is not None else None
    errors = [] if pool["issuance_allowed"] else [_NOT_ALLOWED]
    if pool["registered"]:
        errors += [Error(f"{name} is required", Code.REQUIRED) for name in _APPLICATION if not wanted.get(name)]
    chosen = _chosen(world, pool, wanted.get("code"), held, errors)
    if errors or chosen is None:
        raise invalid(errors)
    issuee_id = issuee_id or world.ids.uuid("issuee")
    if external is not None:
        world.put("incentive_issuees", {"id": f"{company_key}/{external}", "issuee_id": issuee_id})
    if held is None:
        holding = {"id": f"{pool['id']}/{issuee_id}", "code": chosen["id"], "issuee_id": issuee_id, "redeemed": False}
        world.put("incentive_holdings", holding)
    first = not chosen["issued"]
    chosen = world.put("incentive_codes", {**chosen, "issued": True, "updated_at": world.time()})
    if first:
        _warn(world, pool)
    return _used(world, "incentive_issuances", chosen, wanted, issuee_id=issuee_id), chosen


def redeem(world: World, code: Record, wanted: Record) -> Record:
    """The new redemption. Raises Invalid with all that stands against it."""
    pool = pool_of(world, code["company_key"], code["pool_id"])
    errors = [] if pool["redemption_allowed"] else [_NOT_REDEEMABLE]
    if pool["method"] == "unique" and world.count("incentive_redemptions", {"code": code["id"]}):
        errors.append(_USED)
    if not code["issued"]:
        errors.append(_NEVER_ISSUED)
    holding = _holding(world, code, wanted, errors)
    if errors:
        raise invalid(errors)
    code = world.put("incentive_codes", {**code, "updated_at": world.time()})
    if holding is not None:
        world.put("incentive_holdings", {**holding, "redeemed": True})
    issuee_id = holding["issuee_id"] if holding else None
    return _used(world, "incentive_redemptions", code, wanted, issuee_id=issuee_id, anonymous=holding is None)


def load(world: World, pool: Record, codes: list[str]) -> int:
    """How many of the codes are new, and now in the pool. Raises Invalid for one that is too long, and then for all."""
    too_long = [code for code in codes if len(code) > pool["max_characters"]]
    if too_long:
        message = f"Codes of more than {pool['max_characters']} characters: {', '.join(too_long)}"
        raise invalid([Error(message, Code.LIMIT)])
    company_key, now, loaded = pool["company_key"], world.time(), 0
    for code in dict.fromkeys(codes):
        key = f"{company_key}/{code}"
        if world.get("incentive_codes", key) is None:
            record = {"id": key, "company_key": company_key, "code": code, "pool_id": pool["id"], "active": True}
            world.put("incentive_codes", {**record, "issued": False, "created_at": now, "updated_at": now})
            loaded += 1
    return loaded


def known_issuee(world: World, company_key: str, external: str | None) -> str | None:
    """The `issuee_id` that goes with an external id: the person's key, where it is a person's; None when unknown."""
    if external is None:
        return None
    known = world.get("incentive_issuees", f"{company_key}/{external}")
    if known is not None:
        return str(known["issuee_id"])
    person = identity.by_external_id(world, company_key, external)
    return person["person_key"] if person else None


def free_id(world: World, kind: str) -> int:
    """A number that no record of the kind has as its key."""
    found = world.ids.digits(kind, 9)
    while world.get(kind, str(found)) is not None:
        found = world.ids.digits(kind, 9)
    return found


def shown_use(use: Record, code: Record) -> dict[str, Any]:
    """An issuance or a redemption of a code, as answers have it."""
    return {
        "id": use["id"],
        **{name: use.get(name) for name in ("external_issuee_id", "issuee_id", *_APPLICATION)},
        "incentive_code": {"code": code["code"], "url": url_of(code)},
        "incentive_pool": pool_link(code),
        "created_at": use["created_at"],
        "updated_at": use["created_at"],
    }


def pool_link(code: Record) -> dict[str, Any]:
    """The pool of a code, as answers name it."""
    return {"id": code["pool_id"], "url": pool_url(code["company_key"], code["pool_id"])}


def pool_url(company_key: str, pool_id: int) -> str:
    """Self link of a pool."""
    return f"/companies/{company_key}/incentives/pools/{pool_id}"


def url_of(code: Record) -> str:
    """Self link of a code, whose characters may need to be encoded."""
    return f"/companies/{code['company_key']}/incentives/codes/{quote(code['code'], safe='')}"


def _chosen(world: World, pool: Record, asked: str | None, held: Record | None, errors: list[Error]) -> Record | None:
    """The code to issue: the one that the issuee holds, else the one asked for, else the first that is free."""
    if asked is None and held is None:
        where = {"pool_id+active": joined(pool["id"], True)}
        if pool["method"] == "unique":
            where = {"pool_id+active+issued": joined(pool["id"], True, False)}
        found = world.one("incentive_codes", where)
        if found is None:
            errors.append(_NONE_LEFT)
        return found
    name = f"{pool['company_key']}/{asked}" if asked is not None else held["code"] if held else ""
    found = world.get("incentive_codes", name)
    if found is None or found["pool_id"] != pool["id"]:
        errors.append(_NOT_OF_POOL)
        return None
    if not found["active"]:
        errors.append(_INACTIVE)
    if held is not None and held["code"] != found["id"]:
        errors.append(_HOLDS_ANOTHER)
    elif held is None and found["issued"] and pool["method"] == "unique":
        errors.append(_TAKEN)
    return found


def _holding(world: World, code: Record, wanted: Record, errors: list[Error]) -> Record | None:
    """Whose code is redeemed: the issuee who is named, else the only one there is; None when nobody can tell."""
    external, issuee_id = wanted.get("external_issuee_id"), wanted.get("issuee_id")
    if external is None and issuee_id is None:
        holders = world.find("incentive_holdings", {"code": code["id"]}, limit=2)
        return holders[0] if len(holders) == 1 else None
    named = [("issuee_id", issuee_id)] if issuee_id is not None else []
    if external is not None:
        named.append(("external_issuee_id", known_issuee(world, code["company_key"], external)))
    found: dict[str, Record] = {}
    for member, one in named:
        holding = world.get("incentive_holdings", f"{code['pool_id']}/{one}") if one is not None else None
        if holding is None or holding["code"] != code["id"]:
            errors.append(Error(f"The {member} is not that of an issuee of this code", Code.FORMAT))
        else:
            found[holding["id"]] = holding
    if len(found) > 1:
        errors.append(Error("The issuee_id and the external_issuee_id are of two issuees", Code.FORMAT))
    return next(iter(found.values()), None)


def _used(world: World, kind: str, code: Record, wanted: Record, **more: Any) -> Record:
    """Write an issuance or a redemption of a code."""
    given = {name: wanted.get(name) for name in ("external_issuee_id", *_APPLICATION)}
    return world.put(
        kind, {"id": free_id(world, kind), "code": code["id"], **given, **more, "created_at": world.time()}
    )


def _warn(world: World, pool: Record) -> None:
    """One mail when the codes that remain have just come down to the threshold (Incentive Pool API)."""
    total, issued = counts(world, pool)
    if total - issued != pool["low_threshold"]:
        return
    world.put(
        "mails",
        {
            "id": world.ids.uuid("mail"),
            "company_key": pool["company_key"],
            "address": pool["notification_email_address"],
            "text": f"{total - issued} codes remain in the incentive pool {pool['name']}",
            "about": pool_url(pool["company_key"], pool["id"]),
            "sent_at": world.time(),
        },
    )
