"""Vibes: requests per class and API user (reference, section 2.7)."""

from __future__ import annotations

import dataclasses

import orjson

from mockserver.errors import TooManyRequests
from mockserver.vendors.vibes import persons
from tests.mutants.catalogue.vibes_access import (
    ADD,
    ALL,
    APP,
    COMPANY_HEARTBEAT,
    HEARTBEAT,
    IMPORTS,
    JOHN,
    PERSONS,
    P,
)
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get, post

mutant = Theme("vibes", "limits")
COMPANY = (COMPANY_HEARTBEAT, *PERSONS)
_SPENT = [get(JOHN)] * 100
_NEW = {"external_person_id": "EXT900001"}


def _limited(patch: Patch, name: str, requests: int | None) -> None:
    @patch.core("ratelimit.admit")
    def _(original, store, world, rate, caller):
        if world.vendor != "vibes" or rate.name != name:
            original(store, world, rate, caller)
        elif requests is not None:
            original(store, world, dataclasses.replace(rate, requests=requests), caller)


@mutant(
    "Calls to an app are limited to 100 a second",
    "vibes 2.7 [S]",
    "schema",
    IMPORTS,
    [get(f"{APP}/import_batches")] * 101,
)
def apps_not_limited(patch: Patch) -> None:
    _limited(patch, "mobile_app", None)


@mutant("Heartbeats are limited to 20 a second", "vibes 2.7 [S]", "schema", HEARTBEAT, [get("/heartbeat")] * 21)
def heartbeats_limited_to_100(patch: Patch) -> None:
    _limited(patch, "other", 100)


@mutant("100 company calls a second are allowed", "vibes 2.7 [S]", "schema", COMPANY, _SPENT[:21])
def company_limited_to_20(patch: Patch) -> None:
    _limited(patch, "company", 20)


@mutant(
    "Each class has a budget of its own",
    "vibes 2.7 [I]",
    "schema",
    (*COMPANY, *IMPORTS),
    [*_SPENT, get(f"{APP}/import_batches")],
)
def classes_share_a_budget(patch: Patch) -> None:
    @patch.core("ratelimit.admit")
    def _(original, store, world, rate, caller):
        shared = rate.name in ("company", "mobile_app") and world.vendor == "vibes"
        original(store, world, dataclasses.replace(rate, name="shared") if shared else rate, caller)


@mutant("Budgets are per API user", "vibes 2.7 [D1]", "prose", ALL, [*_SPENT, get(JOHN, user="Aladdin")])
def users_share_a_budget(patch: Patch) -> None:
    @patch.core("ratelimit.admit")
    def _(original, store, world, rate, caller):
        original(store, world, rate, "" if world.vendor == "vibes" else caller)


@mutant("429 carries the errors object", "vibes 2.5 [S]", "schema", ALL, [get("/heartbeat")] * 21)
def over_the_limit_in_plain_text(patch: Patch) -> None:
    @patch.answer()
    def _(answer: Answer) -> None:
        if answer.status == 429:
            answer.body = b"429 Too Many Requests"
            answer.set_header("content-type", "text/plain")


@mutant("Over the limit is 429", "vibes 2.7 [S]", "schema", ALL, [get("/heartbeat")] * 21)
def over_the_limit_is_503(patch: Patch) -> None:
    @patch.answer()
    def _(answer: Answer) -> None:
        if answer.status == 429:
            answer.status = 503


@mutant("Retry-After is a number of seconds", "vibes 2.7 [I]", "schema", ALL, [get("/heartbeat")] * 21)
def retry_after_in_words(patch: Patch) -> None:
    @patch.answer()
    def _(answer: Answer) -> None:
        if answer.header("retry-after"):
            answer.set_header("retry-after", "a second")


@mutant(
    "A call over the limit changes nothing",
    "vibes 2.7 [I]",
    "prose",
    ADD,
    [*_SPENT, post(P, _NEW), get(f"{P}/external/EXT900001", user="Aladdin")],
)
def over_the_limit_carried_out(patch: Patch) -> None:
    @patch.step("_refuse", ADD)
    def _(original, compiled, world, request, refusal):
        if isinstance(refusal, TooManyRequests):
            version = request.headers.get("x-api-version", "1")
            persons.add_person(world, request.path["company_key"], orjson.loads(request.body), version)
        return original(world, request, refusal)
