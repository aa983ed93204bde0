"""What only a sequence of calls shows: pools of incentive codes, and issuing. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content, got, recipe
from contracts.vendors.vibes.recipes import FOREIGN_COMPANY
from contracts.vendors.vibes.subscriptions import rows

LIST, ADD = "incentive_pools.list_pools", "incentive_pools.add_pool"
GET, UPDATE, ISSUE = "incentive_pools.get_pool", "incentive_pools.update_pool", "incentive_pools.issue_code"
GET_CODE, ISSUANCES = "incentive_codes.get_code", "incentive_codes.list_issuances"
# Pools of the `default` fixture: codes for one or for many, not to be issued any more, all issued.
UNIQUE, MULTI, OVER, USED_UP, PARTNERS = 101, 102, 103, 104, 105
INACTIVE = "WELCOME-0009"
# The pool of another company there.
FOREIGN_POOL = 901


def pool_of(client: Client, pool_id: int = UNIQUE) -> dict[str, Any]:
    """The pool as it is read; its counts are checked to add up."""
    pool = content(client, client.call(GET, pool_id=pool_id))
    codes = pool.get("incentive_codes") or {}
    adds_up = codes.get("total") == codes.get("issued", 0) + codes.get("remaining", 0)
    client.expect(adds_up, "counts-add-up", "as many codes as are issued and remain together", codes)
    return pool


def issue(client: Client, pool_id: int = UNIQUE, **wanted: Any) -> dict[str, Any]:
    """Issue a code, and return the issuance that comes back."""
    return content(client, client.call(ISSUE, pool_id=pool_id, body=wanted))


def code_in(issuance: dict[str, Any]) -> str:
    """The code that an issuance is of."""
    return str((issuance.get("incentive_code") or {}).get("code", "none"))


def _remaining(client: Client, pool_id: int = UNIQUE) -> int:
    return int((pool_of(client, pool_id).get("incentive_codes") or {}).get("remaining", 0))


@recipe(LIST, 403)
@recipe(ADD, 403)
@recipe(GET, 403)
@recipe(UPDATE, 403)
@recipe(ISSUE, 403)
@recipe(GET_CODE, 403)
@recipe(ISSUANCES, 403)
@recipe("incentive_codes.list_redemptions", 403)
@recipe("incentive_codes.redeem_code", 403)
def foreign_company(client: Client) -> None:
    """4: the incentives of another company."""
    client.call(client.operation, company_key=FOREIGN_COMPANY)


@recipe(ADD, 201)
def a_new_pool_is_empty(client: Client) -> None:
    """27: nothing in it, and nothing to issue."""
    pool = client.value(client.call(ADD)) or {}
    same = client.value(client.call(GET, pool_id=pool.get("id", 0)))
    client.expect(same == pool, "read-your-write", f"the pool that was added: {pool}")
    listed = client.value(client.call(LIST)) or []
    client.expect(pool in listed, "read-your-write", "the new pool among all")
    codes = pool.get("incentive_codes") or {}
    counted = [codes.get(name) for name in ("total", "issued", "remaining")]
    client.expect(counted == [0, 0, 0], "counts-add-up", "no codes in a new pool", counted)
    issue(client, pool.get("id", 0))
    got(client, 422, "provokes", "a pool without codes")


@recipe(ADD, 201)
def a_new_pool_is_as_it_was_asked_for(client: Client) -> None:
    """10.3: closed, say."""
    wanted = {**client.example(ADD), "name": "Closed", "issuance_allowed": False, "redemption_allowed": False}
    pool = client.value(client.call(ADD, body=wanted)) or {}
    names = ("name", "issuance_allowed", "redemption_allowed", "distribution", "notification_email_address")
    seen = {name: pool.get(name) for name in names}
    client.expect(seen == {name: wanted[name] for name in names}, "read-your-write", f"a pool like {wanted}", seen)
    same = client.value(client.call(GET, pool_id=pool.get("id", 0)))
    client.expect(same == pool, "read-your-write", f"the pool that was added: {pool}")
    listed = client.value(client.call(LIST)) or []
    client.expect(pool in listed, "read-your-write", "the closed pool among all")


@recipe(LIST, 200)
def every_pool_is_listed(client: Client) -> None:
    """10.3: all pools of the company, also those that issue nothing any more, each as it is read."""
    listed = client.value(client.call(LIST)) or []
    ids = [it.get("id") for it in listed]
    wanted = [UNIQUE, MULTI, OVER, USED_UP, PARTNERS]
    client.expect(sorted(ids) == wanted, "counts-add-up", f"the pools {wanted}", ids)
    for pool in listed:
        same = pool_of(client, pool.get("id", 0))
        client.expect(same == pool, "read-your-write", f"the pool as it is listed: {pool}")


@recipe(GET, 404)
@recipe(UPDATE, 404)
@recipe(ISSUE, 404)
def a_pool_of_another_company(client: Client) -> None:
    """10.3: not even by its number."""
    client.call(client.operation, pool_id=FOREIGN_POOL)
    got(client, 404, "no-leak-between-accounts", "a pool of another company")


@recipe(ADD, 422)
@recipe(UPDATE, 422)
def unprocessable_pools(client: Client) -> None:
    """Each of the six members is required."""
    whole = client.example(ADD)
    for name in whole:
        client.call(client.operation, body={key: value for key, value in whole.items() if key != name})
        got(client, 422, "rejects-invalid", f"a pool without {name}")
    value = client.value(client.call(client.operation, body={})) or {}
    count = len(value.get("errors", ()))
    client.expect(count >= len(whole), "counts-add-up", f"one error for each of the {len(whole)} members", count)
    for change in ({"distribution": {"method": "many"}}, {"incentive_codes": {"low_threshold": "few"}}):
        client.call(client.operation, body={**whole, **change})
        got(client, 422, "rejects-invalid", f"a pool with {change}")


@recipe(UPDATE, 200)
def what_the_platform_counts_is_not_written(client: Client) -> None:
    before = pool_of(client)
    codes = {**before.get("incentive_codes", {}), "total": 0, "issued": 99, "low_threshold": 1}
    body = {**before, "name": "Renamed", "incentive_codes": codes, "id": 1, "url": "/x", "created_at": "x"}
    after = client.value(client.call(UPDATE, body=body)) or {}
    got(client, 200, "provokes", "a pool as it was read, with a new name")
    wanted = {**before.get("incentive_codes", {}), "low_threshold": 1}
    client.expect(after.get("incentive_codes") == wanted, "read-your-write", f"the counts as before: {wanted}")
    for name in ("id", "url", "created_at"):
        client.expect(after.get(name) == before.get(name), "read-your-write", f"{name} as before")
    client.expect(after.get("name") == "Renamed", "read-your-write", "the new name")
    client.expect(pool_of(client) == after, "read-your-write", "the pool as the update answered")


@recipe(UPDATE, 200)
@recipe(UPDATE, 422)
def rules_of_a_pool_change_while_it_is_new(client: Client) -> None:
    """10.3: all of them, and what is left out stays; not how codes are given out, nor to fewer characters than codes
    may have, once there are some."""
    client.suppose("which rules of a pool can change once it has codes")
    new = content(client, client.call(ADD))
    rules = {"incentive_codes": {"max_characters": 5}, "distribution": {"method": "multi"}}
    body = {**client.example(ADD), **rules, "notification_email_address": "gate@example.com"}
    client.call(UPDATE, pool_id=new.get("id", 0), body=body)
    now = pool_of(client, new.get("id", 0))
    codes = {**new.get("incentive_codes", {}), "max_characters": 5}
    seen = [now.get(name) for name in ("incentive_codes", "distribution", "notification_email_address")]
    wanted = [codes, rules["distribution"], "gate@example.com"]
    client.expect(seen == wanted, "read-your-write", f"the new rules {wanted}", seen)
    before = pool_of(client)
    for change in ({"distribution": {"method": "multi"}}, {"incentive_codes": {"max_characters": 5}}):
        client.call(UPDATE, body={**before, "name": "Wrong", **change})
        got(client, 422, "provokes", f"{change} of a pool with codes")
    client.expect(pool_of(client) == before, "refusal-changes-nothing", f"the pool as before: {before}")


@recipe(ISSUE, 201)
def one_code_for_one_issuee(client: Client) -> None:
    """27 and 28."""
    before = _remaining(client)
    first = issue(client, external_issuee_id="ISSUEE-A")
    got(client, 201, "provokes", "an issuee who is new")
    client.expect(_remaining(client) == before - 1, "counts-add-up", f"{before - 1} codes that remain")
    seen = (first.get("external_issuee_id"), (first.get("incentive_pool") or {}).get("id"))
    client.expect(seen == ("ISSUEE-A", UNIQUE), "read-your-write", "the issuee, and the pool", seen)
    again = issue(client, external_issuee_id="ISSUEE-A")
    same = bool(first.get("issuee_id")) and again.get("issuee_id") == first.get("issuee_id")
    client.expect(same, "idempotent-retry", "the same issuee_id", again)
    client.expect(code_in(again) == code_in(first), "idempotent-retry", f"the same code, {code_in(first)}")
    client.expect(again.get("id") != first.get("id"), "read-your-write", "an issuance of its own")
    client.expect(_remaining(client) == before - 1, "counts-add-up", f"still {before - 1} codes that remain")
    other = issue(client, external_issuee_id="ISSUEE-B")
    client.expect(code_in(other) != code_in(first), "no-leak-between-accounts", "another code for another issuee")
    code = client.value(client.call(GET_CODE, code=code_in(first))) or {}
    client.expect(code.get("issuances") == {"total": 2, "unique": 1}, "counts-add-up", "two issuances to one issuee")
    listed = client.value(client.call(ISSUANCES, code=code_in(first)))
    client.expect(listed == [first, again], "read-your-write", f"both issuances: {[first, again]}")


@recipe(ISSUE, 201)
def every_call_without_an_issuee_is_a_new_one(client: Client) -> None:
    """27: until nothing is left."""
    before, codes = _remaining(client), []
    for _ in range(before + 1):
        issuance = issue(client)
        if client.sent[-1].status != 201:
            break
        codes.append(code_in(issuance))
    client.expect(client.sent[-1].status == 422, "provokes", "422 once the pool is used up")
    client.expect(len(set(codes)) == len(codes), "counts-add-up", "no code twice", codes)
    left = _remaining(client)
    client.expect(before - left == len(codes), "counts-add-up", f"{before - len(codes)} codes that remain", left)


@recipe(ISSUE, 201)
def a_multi_pool_never_ends(client: Client) -> None:
    made = [issue(client, MULTI) for _ in range(_remaining(client, MULTI) + 2)]
    client.expect(all(made), "provokes", "201 each time, from a pool of the method multi")


@recipe(ISSUE, 422)
def codes_of_another_pool(client: Client) -> None:
    """10.3: a code that is asked for is issued by its own pool alone; nothing is counted anywhere."""
    theirs = code_in(issue(client, MULTI))
    issue(client, MULTI, code=theirs)
    got(client, 201, "provokes", "a code of many, asked for in its own pool")
    before = [pool_of(client, it) for it in (UNIQUE, MULTI)]
    uses = client.value(client.call(GET_CODE, code=theirs))
    for issuee in ({}, {"external_issuee_id": "ISSUEE-A"}):
        issue(client, UNIQUE, code=theirs, **issuee)
        got(client, 422, "provokes", f"the code {theirs} of another pool")
        issue(client, MULTI, code="WELCOME-0008", **issuee)
        got(client, 422, "provokes", "a free code of another pool")
    after = [pool_of(client, it) for it in (UNIQUE, MULTI)]
    client.expect(after == before, "refusal-changes-nothing", f"both pools as before: {before}", after)
    same = client.value(client.call(GET_CODE, code=theirs))
    client.expect(same == uses, "refusal-changes-nothing", f"the code as before: {uses}")


@recipe(ISSUE, 422)
def codes_that_are_not_issued(client: Client) -> None:
    """30, and 10.3 of our reference."""
    mine = code_in(issue(client, external_issuee_id="ISSUEE-A"))
    before = pool_of(client)
    cases: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("a pool that is used up", USED_UP, {"external_issuee_id": "ISSUEE-A"}),
        ("a pool that issues nothing any more", OVER, {}),
        ("a pool for registered campaigns", PARTNERS, {}),
        ("one of the two that such a pool wants", PARTNERS, {"referring_application": "gate"}),
        ("the other one", PARTNERS, {"referring_application_ref_id": "gate-1"}),
        ("a code that is not active", UNIQUE, {"code": INACTIVE}),
        ("a code that does not exist", UNIQUE, {"code": "NO-SUCH-CODE"}),
        ("somebody else's code", UNIQUE, {"code": mine, "external_issuee_id": "ISSUEE-B"}),
        ("another code than the one that is held", UNIQUE, {"code": "WELCOME-0008", "external_issuee_id": "ISSUEE-A"}),
    )
    for what, pool, wanted in cases:
        issue(client, pool, **wanted)
        got(client, 422, "provokes", what)
    client.expect(pool_of(client) == before, "refusal-changes-nothing", f"the pool as before: {before}")


@recipe(ISSUE, 201)
def a_registered_campaign_gets_codes(client: Client) -> None:
    """10.3: and what it says of itself is kept with the issuance."""
    said = {"referring_application": "gate", "referring_application_ref_id": "gate-1"}
    made = issue(client, PARTNERS, **said)
    got(client, 201, "accepts-valid", "a campaign that says what it is")
    seen = {name: made.get(name) for name in said}
    client.expect(seen == said, "read-your-write", f"what the campaign says of itself: {said}", seen)
    listed = rows(client, ISSUANCES, code=code_in(made))
    client.expect(listed[-1:] == [made], "read-your-write", f"the issuance as it was made: {made}", listed)


@recipe(GET_CODE, 200)
def a_code_is_active_while_it_may_be_issued(client: Client) -> None:
    """10.2: neither one that is not, nor any of a pool that stops issuing."""
    codes = ("WELCOME-0008", INACTIVE)
    for allowed, wanted in ((True, [True, False]), (False, [False, False])):
        client.call(UPDATE, body={**pool_of(client), "issuance_allowed": allowed})
        active = [(client.value(client.call(GET_CODE, code=it)) or {}).get("active") for it in codes]
        client.expect(active == wanted, "read-your-write", f"{codes} active: {wanted}", active)
