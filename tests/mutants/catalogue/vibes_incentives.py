"""Vibes: pools of incentive codes, their codes, issuing and redeeming them (reference, section 10)."""

from __future__ import annotations

from mockserver.errors import Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.store import joined
from mockserver.vendors.vibes import incentive_codes, incentive_pools, incentives
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "incentives")
POOLS, ADD, POOL = "incentive_pools.list_pools", "incentive_pools.add_pool", "incentive_pools.get_pool"
UPDATE, ISSUE = "incentive_pools.update_pool", "incentive_pools.issue_code"
CODE, REDEEM = "incentive_codes.get_code", "incentive_codes.redeem_code"
ISSUANCES, REDEMPTIONS = "incentive_codes.list_issuances", "incentive_codes.list_redemptions"
_I = "/companies/ABC123/incentives"
_SPRING, _SUMMER, _WINTER = f"{_I}/pools/101", f"{_I}/pools/102", f"{_I}/pools/103"
_GIFTS, _PARTNERS = f"{_I}/pools/104", f"{_I}/pools/105"
_HELD = f"{_I}/codes/WELCOME-0001"  # by John Doe, to whom it was issued twice
_USED = f"{_I}/codes/WELCOME-0002"  # redeemed
_FREE = f"{_I}/codes/WELCOME-0003"  # never issued
_POOL = {
    "name": "Autumn coupons",
    "issuance_allowed": False,
    "redemption_allowed": True,
    "incentive_codes": {"low_threshold": 5, "max_characters": 20},
    "distribution": {"method": "unique"},
    "notification_email_address": "coupons@example.com",
}
_CLOSED = {**_POOL, "redemption_allowed": False, "distribution": {"method": "unique"}}
_JOHN = {"external_issuee_id": "EXT542342"}


def issue(pool: str, **body: str):
    return post(f"{pool}/issuances", body)


@mutant("Only pools of the company are listed", "vibes 10.3 [D31]", "prose", POOLS, [get(f"{_I}/pools")])
def pools_of_all_companies(patch: Patch) -> None:
    @patch.function("incentive_pools.list_pools")
    def _(original, **asked):
        world = asked["world"]
        return Reply([incentive_pools._shown(world, it) for it in world.find("incentive_pools")])


@mutant("All pools are listed", "vibes 10.3 [D31]", "prose", POOLS, [get(f"{_I}/pools")])
def closed_pools_left_out(patch: Patch) -> None:
    @patch.function("incentive_pools.list_pools")
    def _(original, **asked):
        return Reply([it for it in original(**asked).body if it["issuance_allowed"]])


@mutant("A new pool is as it was asked for", "vibes 10.3 [D31]", "prose", ADD, [post(f"{_I}/pools", _POOL)])
def new_pool_always_issues(patch: Patch) -> None:
    @patch.function("incentive_pools.add_pool")
    def _(original, **asked):
        return original(**{**asked, "body": {**asked["body"], "issuance_allowed": True}})


@mutant(
    "A pool has a name",
    "vibes 10.1 [D31]",
    "schema",
    ADD,
    [post(f"{_I}/pools", {name: it for name, it in _POOL.items() if name != "name"})],
)
def pool_without_a_name_added(patch: Patch) -> None:
    @patch.request(ADD)
    def _(asked) -> None:
        if asked.body.startswith(b'{"') and b'"name"' not in asked.body:
            asked.body = b'{"name":"Unnamed",' + asked.body[1:]


@mutant(
    "A new pool can be read",
    "vibes 10.3 [D31]",
    "prose",
    ADD,
    [post(f"{_I}/pools", _POOL), get(f"{_I}/pools")],
)
def new_pool_not_kept(patch: Patch) -> None:
    @patch.function("incentive_pools.add_pool")
    def _(original, **asked):
        reply = original(**asked)
        asked["world"].delete("incentive_pools", str(reply.body["id"]))
        return reply


@mutant(
    "total = issued + remaining",
    "vibes 10.1, 17.27 [I]",
    "prose",
    (POOLS, POOL, UPDATE),
    [get(_SPRING)],
)
def issuances_counted_as_codes(patch: Patch) -> None:
    """`issued` counts issuances, so that a code that was issued twice is two."""

    @patch.function("incentive_pools._shown")
    def _(original, world, pool):
        shown = original(world, pool)
        codes = world.find("incentive_codes", {"pool_id": pool["id"]})
        times = sum(world.count("incentive_issuances", {"code": it["id"]}) for it in codes)
        return {**shown, "incentive_codes": {**shown["incentive_codes"], "issued": times}}


@mutant("Issuing lowers `remaining`", "vibes 17.27 [I]", "prose", POOL, [issue(_SPRING), get(_SPRING)])
def remaining_is_always_the_total(patch: Patch) -> None:
    @patch.function("incentive_pools.get_pool")
    def _(original, **asked):
        pool = original(**asked).body
        codes = pool["incentive_codes"]
        return Reply({**pool, "incentive_codes": {**codes, "remaining": codes["total"]}})


@mutant("A pool of another company is 404", "vibes 10.3 [I]", "prose", POOL, [get(f"{_I}/pools/901")])
def pool_of_another_company_read(patch: Patch) -> None:
    @patch.function("incentive_pools.get_pool")
    def _(original, **asked):
        world = asked["world"]
        pool = world.get("incentive_pools", str(asked["pool_id"]))
        return original(**asked) if pool is None else Reply(incentive_pools._shown(world, pool))


@mutant("The `id` of a pool is a number", "vibes 10.1 [D30]", "schema", POOL, [get(_SPRING)])
def id_of_a_pool_is_text(patch: Patch) -> None:
    @patch.answer(POOL)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as pool:
                pool["id"] = str(pool["id"])


@mutant("An update is stored", "vibes 10.3 [D32]", "prose", UPDATE, [put(_SPRING, _CLOSED), get(_SPRING)])
def redemption_cannot_be_stopped(patch: Patch) -> None:
    @patch.function("incentive_pools.update_pool")
    def _(original, **asked):
        world = asked["world"]
        before = incentives.pool_of(world, asked["company_key"], asked["pool_id"])
        reply = original(**asked)
        changed = world.get("incentive_pools", str(asked["pool_id"]))
        world.put("incentive_pools", {**changed, "redemption_allowed": before["redemption_allowed"]})
        return reply


@mutant(
    "An update needs all six members",
    "vibes 10.3 [D32]",
    "schema",
    UPDATE,
    [put(_SPRING, {name: it for name, it in _POOL.items() if name != "redemption_allowed"})],
)
def redemption_allowed_left_out_is_false(patch: Patch) -> None:
    @patch.request(UPDATE)
    def _(asked) -> None:
        if asked.body.startswith(b'{"') and b'"redemption_allowed"' not in asked.body:
            asked.body = b'{"redemption_allowed":false,' + asked.body[1:]


@mutant(
    "An issuee gets the same code again",
    "vibes 10.3, 17.27 [D67]",
    "prose",
    ISSUE,
    [issue(_SPRING, **_JOHN)],
)
def same_issuee_gets_another_code(patch: Patch) -> None:
    @patch.function("incentives.issue")
    def _(original, world, pool, wanted):
        if wanted.get("code") is None and wanted.get("external_issuee_id") is not None:
            kept = {name: it for name, it in wanted.items() if name != "external_issuee_id"}
            issuance, code = original(world, pool, kept)
            issuance = {**issuance, "external_issuee_id": wanted["external_issuee_id"]}
            return world.put("incentive_issuances", issuance), code
        return original(world, pool, wanted)


@mutant(
    "Every issuing is an issuance",
    "vibes 10.3 [D34]",
    "prose",
    ISSUE,
    [issue(_SPRING, **_JOHN), get(f"{_HELD}/issuances")],
)
def issuing_again_is_no_issuance(patch: Patch) -> None:
    @patch.function("incentives.issue")
    def _(original, world, pool, wanted):
        issuance, code = original(world, pool, wanted)
        earlier = world.find("incentive_issuances", {"code": code["id"]})[:-1]
        same = [it for it in earlier if it["issuee_id"] == issuance["issuee_id"]]
        if same:
            world.delete("incentive_issuances", str(issuance["id"]))
            return same[-1], code
        return issuance, code


@mutant("A pool without codes issues none: 422", "vibes 10.3 [D67]", "prose", ISSUE, [issue(_GIFTS)])
def no_codes_left_is_404(patch: Patch) -> None:
    @patch.function("incentive_pools.issue_code")
    def _(original, **asked):
        try:
            return original(**asked)
        except Invalid as refused:
            where = {"pool_id+active+issued": joined(asked["pool_id"], True, False)}
            if asked["body"].get("code") is None and not asked["world"].count("incentive_codes", where):
                raise NotFound("No code is left", detail=refused.detail) from None
            raise


@mutant("A unique code goes to one issuee", "vibes 10.3 [D36]", "prose", ISSUE, [issue(_SPRING), issue(_SPRING)])
def unique_code_issued_twice(patch: Patch) -> None:
    @patch.function("incentives._chosen")
    def _(original, world, pool, asked, held, errors):
        return original(world, {**pool, "method": "multi"} if asked is None else pool, asked, held, errors)


@mutant(
    "A code that somebody holds is not issued to another",
    "vibes 10.3 [I]",
    "prose",
    ISSUE,
    [issue(_SPRING, external_issuee_id="guest-99", code="WELCOME-0001")],
)
def code_of_somebody_issued(patch: Patch) -> None:
    @patch.function("incentives._chosen")
    def _(original, world, pool, asked, held, errors):
        return original(world, {**pool, "method": "multi"} if asked is not None else pool, asked, held, errors)


@mutant("A closed pool issues no codes", "vibes 10.1, 17.30 [D30][D32]", "prose", ISSUE, [issue(_WINTER)])
def closed_pool_issues(patch: Patch) -> None:
    @patch.function("incentives.issue")
    def _(original, world, pool, wanted):
        return original(world, {**pool, "issuance_allowed": True}, wanted)


@mutant("A code is issued from its own pool", "vibes 10.3 [I]", "prose", ISSUE, [issue(_SPRING, code="WINTER-0002")])
def code_of_another_pool_issued(patch: Patch) -> None:
    @patch.function("incentives._chosen")
    def _(original, world, pool, asked, held, errors):
        found = asked and world.get("incentive_codes", f"{pool['company_key']}/{asked}")
        if found and found["pool_id"] != pool["id"] and held is None and found["active"] and not found["issued"]:
            return found
        return original(world, pool, asked, held, errors)


@mutant("An inactive code is not issued", "vibes 10.3 [I]", "prose", ISSUE, [issue(_SPRING, code="WELCOME-0009")])
def inactive_code_issued(patch: Patch) -> None:
    @patch.function("incentives._chosen")
    def _(original, world, pool, asked, held, errors):
        found: list = []
        chosen = original(world, pool, asked, held, found)
        errors += [it for it in found if it is not incentives._INACTIVE]
        return chosen


@mutant("Some pools ask for the campaign", "vibes 10.3 [D33]", "prose", ISSUE, [issue(_PARTNERS)])
def campaign_of_an_issuance_not_asked_for(patch: Patch) -> None:
    @patch.function("incentives.issue")
    def _(original, world, pool, wanted):
        return original(world, {**pool, "registered": False}, wanted)


@mutant("`unique` counts issuees", "vibes 10.3, 17.28 [D34]", "prose", CODE, [get(_HELD)])
def issuees_counted_twice(patch: Patch) -> None:
    @patch.function("incentive_codes.get_code")
    def _(original, **asked):
        code = original(**asked).body
        return Reply({**code, "issuances": {**code["issuances"], "unique": code["issuances"]["total"]}})


@mutant("`active`: it may be issued now", "vibes 10.2 [D34]", "prose", CODE, [get(f"{_I}/codes/WELCOME-0009")])
def code_always_active(patch: Patch) -> None:
    @patch.function("incentive_codes.get_code")
    def _(original, **asked):
        return Reply({**original(**asked).body, "active": True})


@mutant("A code names its pool", "vibes 10.2 [D34]", "schema", CODE, [get(_HELD)])
def pool_of_a_code_is_a_number(patch: Patch) -> None:
    @patch.answer(CODE)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as code:
                code["incentive_pool_id"] = code.pop("incentive_pool")["id"]


@mutant(
    "All issuances of a code are listed", "vibes 10.3, 17.28 [D33]", "prose", ISSUANCES, [get(f"{_HELD}/issuances")]
)
def one_issuance_for_each_issuee(patch: Patch) -> None:
    @patch.function("incentive_codes.list_issuances")
    def _(original, **asked):
        return Reply([*{it["issuee_id"]: it for it in original(**asked).body}.values()])


@mutant("An unknown code is 404", "vibes 10.3 [I]", "prose", ISSUANCES, [get(f"{_I}/codes/NOSUCH/issuances")])
def issuances_of_an_unknown_code_are_empty(patch: Patch) -> None:
    @patch.function("incentive_codes.list_issuances")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            return Reply([])


@mutant(
    "Every redemption is listed",
    "vibes 10.3, 17.28 [D35]",
    "prose",
    REDEMPTIONS,
    [get(f"{_I}/codes/SUMMER10/redemptions")],
)
def anonymous_redemptions_left_out(patch: Patch) -> None:
    @patch.function("incentive_codes.list_redemptions")
    def _(original, **asked):
        return Reply([it for it in original(**asked).body if it["issuee_id"] is not None])


@mutant("Redemptions are no issuances", "vibes 10.3 [D35]", "prose", REDEMPTIONS, [get(f"{_HELD}/redemptions")])
def issuances_listed_as_redemptions(patch: Patch) -> None:
    @patch.function("incentive_codes.list_redemptions")
    def _(original, **asked):
        return incentive_codes.list_issuances(**asked)


@mutant(
    "A unique code is redeemed once",
    "vibes 10.3, 17.29 [D36]",
    "prose",
    REDEEM,
    [post(f"{_USED}/redemptions", {})],
)
def unique_code_redeemed_twice(patch: Patch) -> None:
    @patch.function("incentives.redeem")
    def _(original, world, code, wanted):
        try:
            return original(world, code, wanted)
        except Invalid as refused:
            if str(incentives._USED.message) not in str(refused.detail) + str(refused.reason):
                raise
            return incentives._used(world, "incentive_redemptions", code, wanted, issuee_id=None, anonymous=True)


@mutant(
    "Redeeming may be stopped",
    "vibes 10.1, 17.30 [D30]",
    "prose",
    REDEEM,
    [post(f"{_I}/codes/PARTNER-0001/redemptions", {})],
)
def stopped_pool_redeems(patch: Patch) -> None:
    @patch.function("incentive_codes.redeem_code")
    def _(original, **asked):
        world = asked["world"]
        code = incentives.code_of(world, asked["company_key"], asked["code"])
        pool = world.get("incentive_pools", str(code["pool_id"]))
        world.put("incentive_pools", {**pool, "redemption_allowed": True})
        reply = original(**asked)
        world.put("incentive_pools", pool)
        return reply


@mutant(
    "Stopping issuing does not stop redeeming",
    "vibes 17.30 [D30]",
    "prose",
    REDEEM,
    [post(f"{_I}/codes/WINTER-0001/redemptions", {})],
)
def codes_of_a_closed_pool_not_redeemed(patch: Patch) -> None:
    @patch.function("incentive_codes.redeem_code")
    def _(original, **asked):
        code = incentives.code_of(asked["world"], asked["company_key"], asked["code"])
        if not asked["world"].get("incentive_pools", str(code["pool_id"]))["issuance_allowed"]:
            raise Invalid("The pool is closed")
        return original(**asked)


@mutant(
    "A stranger cannot redeem a code",
    "vibes 10.3 [D36]",
    "prose",
    REDEEM,
    [post(f"{_HELD}/redemptions", {"external_issuee_id": "EXT542399"})],
)
def anybody_redeems_a_code(patch: Patch) -> None:
    @patch.function("incentives._holding")
    def _(original, world, code, wanted, errors):
        return original(world, code, wanted, [])


@mutant("What was never issued is not redeemed", "vibes 10.3 [I]", "prose", REDEEM, [post(f"{_FREE}/redemptions", {})])
def free_code_redeemed(patch: Patch) -> None:
    @patch.function("incentives.redeem")
    def _(original, world, code, wanted):
        return original(world, {**code, "issued": True}, wanted)


@mutant(
    "A redemption counts", "vibes 10.3, 17.28 [D35]", "prose", REDEEM, [post(f"{_HELD}/redemptions", {}), get(_HELD)]
)
def redemption_not_kept(patch: Patch) -> None:
    @patch.function("incentives.redeem")
    def _(original, world, code, wanted):
        redemption = original(world, code, wanted)
        world.delete("incentive_redemptions", str(redemption["id"]))
        return redemption
