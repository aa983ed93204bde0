"""Pools of incentive codes, and issuing their codes (Incentive Pool API)."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import incentives
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

_MEMBERS = ("name", "issuance_allowed", "redemption_allowed", "notification_email_address")
_OF_CODES = ("low_threshold", "max_characters")


def list_pools(world: World, company_key: str) -> Reply:
    """200 with all pools of the company, oldest first."""
    return Reply([_shown(world, pool) for pool in world.find("incentive_pools", {"company_key": company_key})])


def add_pool(world: World, company_key: str, body: Record) -> Reply:
    """201 with the pool, which has no codes: they are loaded outside the API."""
    blank = {
        "id": incentives.free_id(world, "incentive_pools"),
        "company_key": company_key,
        "low_threshold": 0,
        "max_characters": 20,
        "registered": False,
        "created_at": world.time(),
        "updated_at": world.time(),
    }
    return Reply(_shown(world, world.put("incentive_pools", {**blank, **_changes(body)})), 201)


def get_pool(world: World, company_key: str, pool_id: int) -> Reply:
    """200 with the pool. Raises NotFound."""
    return Reply(_shown(world, incentives.pool_of(world, company_key, pool_id)))


def update_pool(world: World, company_key: str, pool_id: int, body: Record) -> Reply:
    """200 with the pool. Raises NotFound, and Invalid where codes would break the pool's new rules."""
    pool = incentives.pool_of(world, company_key, pool_id)
    changed = {**pool, **_changes(body)}
    total, issued = incentives.counts(world, pool)
    errors = []
    if total and changed["max_characters"] < pool["max_characters"]:
        errors.append(Error("max_characters cannot become less while the pool has codes", Code.STATE))
    if issued and changed["method"] != pool["method"]:
        errors.append(Error("The method cannot change once codes have been issued", Code.STATE))
    if errors:
        raise invalid(errors)
    return Reply(_shown(world, world.put("incentive_pools", {**changed, "updated_at": world.time()})))


def issue_code(world: World, company_key: str, pool_id: int, body: Record) -> Reply:
    """201 with the issuance. Raises NotFound, Invalid."""
    issuance, code = incentives.issue(world, incentives.pool_of(world, company_key, pool_id), body)
    return Reply(incentives.shown_use(issuance, code), 201)


def _changes(body: Record) -> Record:
    """What a body says of a pool, in the form that is kept; counts and ids are passed over."""
    codes = body["incentive_codes"]
    return {
        **{name: body[name] for name in _MEMBERS},
        **{name: codes[name] for name in _OF_CODES if name in codes},
        "method": body["distribution"]["method"],
    }


def _shown(world: World, pool: Record) -> dict[str, Any]:
    total, issued = incentives.counts(world, pool)
    return {
        "id": pool["id"],
        "name": pool["name"],
        "issuance_allowed": pool["issuance_allowed"],
        "redemption_allowed": pool["redemption_allowed"],
        "incentive_codes": {
            "total": total,
            "issued": issued,
            "remaining": total - issued,
            **{name: pool[name] for name in _OF_CODES},
        },
        "distribution": {"method": pool["method"]},
        "notification_email_address": pool["notification_email_address"],
        "created_at": pool["created_at"],
        "updated_at": pool["updated_at"],
        "url": incentives.pool_url(pool["company_key"], pool["id"]),
    }
