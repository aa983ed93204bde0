"""One incentive code: what became of it, and redeeming it (Incentive Code API). The pool plays no part in the paths."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record, joined
from mockserver.vendors.vibes import incentives
from mockserver.world import World


def get_code(world: World, company_key: str, code: str) -> Reply:
    """200 with the code and how often it was issued and redeemed. Raises NotFound."""
    found = incentives.code_of(world, company_key, code)
    pool = incentives.pool_of(world, company_key, found["pool_id"])
    key = found["id"]
    redeemers = world.count("incentive_holdings", {"code+redeemed": joined(key, True)})
    strangers = world.count("incentive_redemptions", {"code+anonymous": joined(key, True)})
    return Reply(
        {
            "code": found["code"],
            "active": found["active"] and pool["issuance_allowed"],
            "issuances": {
                "total": world.count("incentive_issuances", {"code": key}),
                "unique": world.count("incentive_holdings", {"code": key}),
            },
            "redemptions": {
                "total": world.count("incentive_redemptions", {"code": key}),
                "unique": redeemers + strangers,
            },
            "incentive_pool": incentives.pool_link(found),
            "created_at": found["created_at"],
            "updated_at": found["updated_at"],
            "url": incentives.url_of(found),
        }
    )


def list_issuances(world: World, company_key: str, code: str) -> Reply:
    """200 with all issuances of the code, oldest first. Raises NotFound."""
    return _uses(world, "incentive_issuances", company_key, code)


def list_redemptions(world: World, company_key: str, code: str) -> Reply:
    """200 with all redemptions of the code, oldest first. Raises NotFound."""
    return _uses(world, "incentive_redemptions", company_key, code)


def redeem_code(world: World, company_key: str, code: str, body: Record) -> Reply:
    """201 with the redemption. Raises NotFound, Invalid."""
    found = incentives.code_of(world, company_key, code)
    return Reply(incentives.shown_use(incentives.redeem(world, found, body), found), 201)


def _uses(world: World, kind: str, company_key: str, code: str) -> Reply:
    found = incentives.code_of(world, company_key, code)
    return Reply([incentives.shown_use(use, found) for use in world.find(kind, {"code": found["id"]})])
