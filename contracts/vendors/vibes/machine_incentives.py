"""Incentives as a state machine: codes of two pools are issued and redeemed, stopped and allowed, and all adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from contracts.machines.machine import Look, Machine
from contracts.machines.sender import Answer
from contracts.vendors.vibes.incentive_codes import LIST as REDEMPTIONS
from contracts.vendors.vibes.incentive_codes import REDEEM
from contracts.vendors.vibes.incentive_pools import GET, GET_CODE, ISSUANCES, ISSUE, MULTI, UPDATE, code_in

# Few, so that they come back. None is somebody new each time.
ISSUEES = ("ISSUEE-A", "ISSUEE-B", "ISSUEE-C", None)
# Codes of the fixture's pools that remain and are not active, so never issued.
INACTIVE = 1
FAULTS: tuple[dict[str, Any], ...] = ({"code": 5}, {"external_issuee_id": []}, {"code": "no-such-code"})
issuees, sides = st.sampled_from(ISSUEES), st.integers(0, 1)


@dataclass(slots=True)
class Uses:
    """Issuances or redemptions of a code: how many there were before the first that the model saw, and ids since."""

    before: int = 0
    ids: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Held:
    """A code that was issued here. `named` are those of its issuees who have a name."""

    pool: Pool
    named: set[str] = field(default_factory=set)
    issuances: Uses = field(default_factory=Uses)
    redemptions: Uses = field(default_factory=Uses)


@dataclass(slots=True)
class Pool:
    """A pool as the sequence found it, what may be done with it, and how many of its codes it has issued since."""

    id: int | None
    method: str
    start: dict[str, int]
    allowed: dict[str, bool]
    fresh: int = 0
    ended: bool = False


class Coupons(Machine):
    """What happens to incentive codes."""

    operations = (GET, UPDATE, ISSUE, GET_CODE, ISSUANCES, REDEEM, REDEMPTIONS)

    def begin(self) -> None:
        self.pools: list[Pool] = []
        self.codes: dict[str, Held] = {}

    @initialize(wanted=st.lists(st.tuples(sides, issuees), max_size=4))
    def meet(self, wanted: list[tuple[int, str | None]]) -> None:
        """The spec's pool, and in a world of one's own another one whose codes may be issued many times.

        Some codes are issued already.
        """
        for pool_id in (None, MULTI) if self.sender.has_world else (None,):
            answer = self._of_pool(GET, pool_id)
            self.expect(answer.status == 200, "read-your-write", "200 for a known pool")
            body = answer.value if isinstance(answer.value, dict) else {}
            method = str((body.get("distribution") or {}).get("method"))
            allowed = {name: bool(body.get(name)) for name in ("issuance_allowed", "redemption_allowed")}
            self.pools.append(Pool(pool_id, method, dict(body.get("incentive_codes") or {}), allowed))
        for side, issuee in wanted:
            self._issue(self._pool(side), issuee)

    @rule(side=sides, issuee=issuees)
    def issue(self, side: int, issuee: str | None) -> None:
        """27: a holder gets the same code again, anybody else another one, until none is left."""
        self._issue(self._pool(side), issuee)

    @rule()
    def drain(self) -> None:
        """27: to new issuees until the pool is used up. A real vendor's codes are not wasted."""
        pool = self.pools[0]
        if self.sender.has_world and pool.method == "unique" and pool.allowed["issuance_allowed"]:
            for _ in range(pool.start.get("remaining", 0) - pool.fresh - INACTIVE + 1):
                self._issue(pool, None)

    @precondition(lambda self: self.codes)
    @rule(issuee=issuees, which=st.integers(0, 9))
    def issue_this(self, issuee: str | None, which: int) -> None:
        """10.3: a code that is known, for whoever holds it, or may."""
        code = sorted(self.codes)[which % len(self.codes)]
        pool, name = self.codes[code].pool, issuee and self.fresh(issuee)
        held = self._held(pool, name)
        body = {"code": code} | ({"external_issuee_id": name} if name else {})
        answer = self._of_pool(ISSUE, pool.id, body=body)
        may = held == code or (held is None and pool.method == "multi")
        if pool.allowed["issuance_allowed"] and may:
            self.expect(answer.status == 201, "provokes", "201 for a code that the issuee holds or may have")
            seen = code_in(answer.value if isinstance(answer.value, dict) else {})
            self.expect(seen == code, "read-your-write", "the code that was asked for", seen)
            self._issued(pool, name, code, answer)
        else:
            self._refused(answer, "422 for a code that this issuee cannot have")

    @precondition(lambda self: self.codes)
    @rule(named=st.booleans(), which=st.integers(0, 9))
    def redeem(self, named: bool, which: int) -> None:
        """29: by an issuee of the code, or by nobody in particular."""
        code = sorted(self.codes)[which % len(self.codes)]
        mine = sorted(self.codes[code].named)
        self._redeem(code, mine[which % len(mine)] if named and mine else None)

    @precondition(lambda self: self.codes)
    @rule(issuee=st.sampled_from(ISSUEES[:-1]), which=st.integers(0, 9))
    def poach(self, issuee: str, which: int) -> None:
        """10.3: by somebody who may hold another code, or none."""
        code = sorted(self.codes)[which % len(self.codes)]
        self._redeem(code, self.fresh(issuee))

    @rule(side=sides, permissions=st.sampled_from(((True, True), (True, False), (False, True))))
    def allow(self, side: int, permissions: tuple[bool, bool]) -> None:
        """30. A real vendor's pool is left as it is."""
        issuing, redeeming = permissions
        if not self.sender.has_world:
            return
        pool = self._pool(side)
        body = self._of_pool(GET, pool.id).value or {}
        wanted = {"issuance_allowed": issuing, "redemption_allowed": redeeming}
        answer = self._of_pool(UPDATE, pool.id, body={**body, **wanted})
        self.expect(answer.status == 200, "accepts-valid", "200 for a pool as it was read, with other permissions")
        pool.allowed, self.last = wanted, ""

    @rule(side=sides, fault=st.sampled_from(FAULTS))
    def refused(self, side: int, fault: dict[str, Any]) -> None:
        """2: nothing is issued, and nothing redeemed."""
        self._refused(self._of_pool(ISSUE, self._pool(side).id, body=fault), "422 for a code that cannot be issued")
        answer = self.call(REDEEM, code=self.fresh("no-such-code"), body={})
        self.expect(answer.status == 404, "unknown-id", "404 for a code that does not exist")

    def looks(self) -> Sequence[Look]:
        pools: list[Look] = [partial(self._look_at_pool, pool) for pool in self.pools]
        return [*pools, *(partial(self._look_at_code, code) for code in sorted(self.codes))]

    def _issue(self, pool: Pool, issuee: str | None) -> None:
        name = issuee and self.fresh(issuee)
        held = self._held(pool, name)
        answer = self._of_pool(ISSUE, pool.id, body={"external_issuee_id": name} if name else {})
        if not pool.allowed["issuance_allowed"]:
            self._refused(answer, "422 where issuing is not allowed")
        elif held is None and self._used_up(pool, answer):
            self.last = "refusal-changes-nothing"
        else:
            self.expect(answer.status == 201, "provokes", "201 for an issuee, while codes are left")
            code = code_in(answer.value if isinstance(answer.value, dict) else {})
            if held is not None:
                self.expect(code == held, "idempotent-retry", "the code that the issuee holds")
            elif pool.method == "unique":
                self.expect(code not in self.codes, "no-leak-between-accounts", "a code that nobody holds")
            self._issued(pool, name, code, answer)

    def _look_at_pool(self, pool: Pool) -> None:
        """27: what was there at first is issued or remains."""
        answer = self._of_pool(GET, pool.id)
        body = answer.value if answer.status == 200 and isinstance(answer.value, dict) else {}
        now = body.get("incentive_codes") or {}
        self.expect(now.get("total") == pool.start.get("total"), "counts-add-up", "as many codes as at first")
        sums = now.get("issued", 0) + now.get("remaining", 0)
        self.expect(sums == now.get("total"), "counts-add-up", "as many codes as are issued and remain together")
        if pool.method == "unique":
            issued = pool.start.get("issued", 0) + pool.fresh
            check = self.blamed("counts-add-up")
            self.expect(now.get("issued") == issued, check, "one more code issued for each new issuee", now)
        flags = {name: body.get(name) for name in pool.allowed}
        self.expect(flags == pool.allowed, self.blamed("read-your-write"), "the permissions as they were set", flags)

    def _look_at_code(self, code: str) -> None:
        """28: totals are the lengths of the lists, and nobody counts twice."""
        held = self.codes[code]
        answer = self.call(GET_CODE, code=code)
        shown = answer.value if answer.status == 200 and isinstance(answer.value, dict) else {}
        for name, operation, uses in (
            ("issuances", ISSUANCES, held.issuances),
            ("redemptions", REDEMPTIONS, held.redemptions),
        ):
            counted = shown.get(name) or {}
            rows = self.call(operation, code=code).value
            ids = [row.get("id") for row in rows] if isinstance(rows, list) else []
            check = self.blamed("counts-add-up")
            self.expect(counted.get("total") == len(ids), "counts-add-up", f"as many {name} as the code counts")
            self.expect(len(ids) == uses.before + len(uses.ids), check, f"{name} as many as were made", len(ids))
            self.expect(set(uses.ids) <= set(ids), self.blamed("read-your-write"), f"all {name} that were made")
            self.expect(counted.get("unique", 0) <= len(ids), "counts-add-up", "no more issuees than uses")
        if held.pool.method == "unique":
            several = (shown.get("issuances") or {}).get("unique") != 1
            self.expect(not several, "counts-add-up", "one issuee of a code of a unique pool")

    def _redeem(self, code: str, name: str | None) -> None:
        held = self.codes[code]
        answer = self.call(REDEEM, code=code, body={"external_issuee_id": name} if name else {})
        done = held.redemptions.before + len(held.redemptions.ids)
        if not held.pool.allowed["redemption_allowed"]:
            self._refused(answer, "422 where redeeming is not allowed")
        elif held.pool.method == "unique" and done:
            self._refused(answer, "422 for a code that was redeemed")
        elif name is not None and name not in held.named:
            self._refused(answer, "422 for somebody to whom the code was not issued")
        else:
            self.expect(answer.status == 201, "provokes", "201 for a code that may be redeemed")
            held.redemptions.ids.append((answer.value or {}).get("id"))
            self.last = ""

    def _issued(self, pool: Pool, name: str | None, code: str, answer: Answer) -> None:
        """Take an issuance into the model; what a code was used for before is read when it is met."""
        held = self.codes.get(code)
        number = (answer.value or {}).get("id")
        if held is None:
            held = self.codes[code] = Held(pool)
            shown = self.call(GET_CODE, code=code).value or {}
            held.issuances.before = (shown.get("issuances") or {}).get("total", 1) - 1
            held.redemptions.before = (shown.get("redemptions") or {}).get("total", 0)
            pool.fresh += 1
            new = held.issuances.before == held.redemptions.before == 0
            self.expect(new or pool.method != "unique", "counts-add-up", "a code that was never used before")
        self.expect(number not in held.issuances.ids, "read-your-write", "an issuance of its own")
        held.issuances.ids.append(number)
        if name is not None:
            held.named.add(name)
        self.last = ""

    def _used_up(self, pool: Pool, answer: Answer) -> bool:
        """Whether the pool said that nothing is left, and may say so; once it did, it has to."""
        left = pool.start.get("remaining", 0) - pool.fresh
        if self.sender.has_world:
            pool.ended = pool.method == "unique" and left <= INACTIVE
        elif answer.status == 422:
            pool.ended = True  # Nobody can tell how many codes of a real pool are not active.
        self.expect(not pool.ended or answer.status == 422, "provokes", "422 from a pool that is used up")
        return pool.ended

    def _refused(self, answer: Answer, what: str) -> None:
        self.expect(answer.status == 422, "provokes", what)
        self.last = "refusal-changes-nothing"

    def _held(self, pool: Pool, name: str | None) -> str | None:
        """The code of a pool that an issuee holds."""
        return next((code for code, it in self.codes.items() if it.pool is pool and name in it.named), None)

    def _pool(self, side: int) -> Pool:
        return self.pools[side % len(self.pools)]

    def _of_pool(self, operation: str, pool_id: int | None, **request: Any) -> Answer:
        if pool_id is not None:
            request["pool_id"] = pool_id
        return self.call(operation, **request)
