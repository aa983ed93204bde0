"""What only a sequence of calls shows: incentive codes and redeeming. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content, got, recipe
from contracts.vendors.vibes.incentive_pools import GET_CODE, MULTI, UNIQUE, UPDATE, code_in, issue, pool_of

LIST, REDEEM = "incentive_codes.list_redemptions", "incentive_codes.redeem_code"


def redeem(client: Client, code: str, **wanted: Any) -> dict[str, Any]:
    """Redeem a code, and return the redemption that comes back."""
    return content(client, client.call(REDEEM, code=code, body=wanted))


def _uses(client: Client, code: str, name: str) -> Any:
    return (client.value(client.call(GET_CODE, code=code)) or {}).get(name)


@recipe(REDEEM, 201)
def redeemed_once(client: Client) -> None:
    """28 and 29."""
    before = pool_of(client)
    code = code_in(issue(client, external_issuee_id="ISSUEE-A"))
    after = pool_of(client)
    where = {"referring_application": "till", "referring_application_ref_id": "store-1"}
    said = {**where, "external_issuee_id": "ISSUEE-A"}
    redemption = client.value(client.call(REDEEM, code=code, body={"code": "WELCOME-0009", **said})) or {}
    got(client, 201, "provokes", "a code that its issuee redeems")
    client.expect(pool_of(client) == after, "counts-add-up", f"as many codes as after issuing: {after}")
    for body in ({"external_issuee_id": "ISSUEE-A"}, {}):
        redeem(client, code, **body)
        got(client, 422, "provokes", "a code that was redeemed")
    listed = client.value(client.call(LIST, code=code))
    client.expect(listed == [redemption], "read-your-write", f"the one redemption: {redemption}")
    seen = {name: redemption.get(name) for name in said}
    client.expect(seen == said, "read-your-write", f"what was said of the redemption: {said}", seen)
    what = code_in(redemption), (redemption.get("incentive_pool") or {}).get("id")
    client.expect(what == (code, UNIQUE), "read-your-write", f"the code {code} of the path, and its pool", what)
    uses = _uses(client, code, "redemptions")
    client.expect(uses == {"total": 1, "unique": 1}, "counts-add-up", "one redemption by one issuee", uses)
    client.expect(before.get("id") == UNIQUE, "read-your-write", f"the pool {UNIQUE}")


@recipe(REDEEM, 201)
def redeemed_many_times(client: Client) -> None:
    """28: a code of a multi pool."""
    issuances = [issue(client, MULTI, external_issuee_id=name) for name in ("ISSUEE-A", "ISSUEE-B")]
    codes = [code_in(it) for it in issuances]
    before = _uses(client, codes[0], "redemptions") or {}
    for _ in range(3):
        redeem(client, codes[0], issuee_id=issuances[0].get("issuee_id"))
        got(client, 201, "provokes", "a code of a multi pool, once more")
    after = _uses(client, codes[0], "redemptions") or {}
    grown = {name: after.get(name, 0) - before.get(name, 0) for name in ("total", "unique")}
    client.expect(grown == {"total": 3, "unique": 1}, "counts-add-up", "three more redemptions by one issuee", grown)
    redeem(client, codes[1], external_issuee_id="ISSUEE-B")
    got(client, 201, "provokes", "the code of another issuee")


@recipe(REDEEM, 422)
def codes_that_are_not_redeemed(client: Client) -> None:
    mine, other = (code_in(issue(client, external_issuee_id=name)) for name in ("ISSUEE-A", "ISSUEE-B"))
    cases: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("an issuee whom nobody knows", mine, {"external_issuee_id": "nobody-at-all"}),
        ("an issuee_id that nobody has", mine, {"issuee_id": "nobody-at-all"}),
        ("the issuee of another code", other, {"external_issuee_id": "ISSUEE-A"}),
        ("a code that was never issued", "WELCOME-0008", {}),
    )
    for what, code, wanted in cases:
        redeem(client, code, **wanted)
        got(client, 422, "provokes", what)
    for code in (mine, other):
        uses = _uses(client, code, "redemptions")
        client.expect(uses == {"total": 0, "unique": 0}, "refusal-changes-nothing", "no redemption", uses)


@recipe(UPDATE, 200)
def issuing_and_redeeming_are_stopped_one_by_one(client: Client) -> None:
    """30."""
    code = code_in(issue(client, external_issuee_id="ISSUEE-A"))
    client.call(UPDATE, body={**pool_of(client), "issuance_allowed": False})
    issue(client, external_issuee_id="ISSUEE-B")
    got(client, 422, "provokes", "issuing that is not allowed")
    redeem(client, code)
    got(client, 201, "provokes", "redeeming where only issuing is not allowed")
    client.call(UPDATE, body={**pool_of(client), "issuance_allowed": True, "redemption_allowed": False})
    code = code_in(issue(client, external_issuee_id="ISSUEE-B"))
    got(client, 201, "provokes", "issuing where only redeeming is not allowed")
    redeem(client, code)
    got(client, 422, "provokes", "redeeming that is not allowed")
