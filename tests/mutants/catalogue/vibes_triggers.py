"""Vibes: incentive codes, and events that trigger messages with them (reference, sections 10, 11 and 14.4)."""

from __future__ import annotations

from mockserver.vendors.vibes import incentives
from mockserver.vendors.vibes import mdn as numbers
from tests.mutants.catalogue.vibes_callbacks import ADD as REGISTER
from tests.mutants.catalogue.vibes_callbacks import EVENT
from tests.mutants.catalogue.vibes_deliveries import register
from tests.mutants.catalogue.vibes_incentives import ISSUE, REDEEM, REDEMPTIONS, UPDATE
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Advance, Hear, post, put

mutant = Theme("vibes", "triggers")
_I, _EVENTS = "/companies/ABC123/incentives", "/companies/ABC123/events"
_WITH_FEWER = {
    "name": "Summer sale",
    "issuance_allowed": True,
    "redemption_allowed": True,
    "incentive_codes": {"low_threshold": 5, "max_characters": 8},
    "distribution": {"method": "multi"},
    "notification_email_address": "coupons@example.com",
}


@mutant(
    "An update of a pool is stored", "vibes 10.3 [D31][D32]", "prose", UPDATE, [put(f"{_I}/pools/102", _WITH_FEWER)]
)
def threshold_of_a_pool_never_changes(patch: Patch) -> None:
    @patch.function("incentive_pools.update_pool")
    def _(original, body, **rest):
        codes = {name: it for name, it in body["incentive_codes"].items() if name != "low_threshold"}
        return original(body={**body, "incentive_codes": codes}, **rest)


@mutant(
    "A code of a `multi` pool is redeemed many times",
    "vibes 10.3 [D36]",
    "prose",
    REDEEM,
    [post(f"{_I}/codes/SUMMER10/redemptions", {})],
)
def every_code_redeemed_once(patch: Patch) -> None:
    @patch.function("incentives.redeem")
    def _(original, world, code, wanted):
        if world.count("incentive_redemptions", {"code": code["id"]}):
            raise incentives.invalid([incentives._USED])
        return original(world, code, wanted)


@mutant(
    "The code that is asked for is issued",
    "vibes 10.3 [D33]",
    "prose",
    ISSUE,
    [post(f"{_I}/pools/101/issuances", {"code": "WELCOME-0005"})],
)
def next_code_issued_whatever_is_asked_for(patch: Patch) -> None:
    @patch.function("incentives.issue")
    def _(original, world, pool, wanted):
        return original(world, pool, {name: it for name, it in wanted.items() if name != "code"})


@mutant(
    "The dates of a redemption are its own",
    "vibes 10.2 [D35]",
    "prose",
    (REDEEM, REDEMPTIONS),
    [post(f"{_I}/codes/WELCOME-0001/redemptions", {})],
)
def redemption_dated_as_the_code(patch: Patch) -> None:
    @patch.put("incentive_redemptions")
    def _(original, world, record):
        code = world.get("incentive_codes", record["code"])
        return original({**record, "created_at": code["created_at"]})


@mutant(
    "An event in version 1 takes no E.164",
    "vibes 11 [D46]",
    "prose",
    EVENT,
    [post(_EVENTS, {"event_type": "day_of_delivery", "event_data": {"mdn": "+12995551234"}})],
)
def event_takes_any_form_of_an_mdn(patch: Patch) -> None:
    @patch.function("events.add_event")
    def _(original, body, x_api_version, **rest):
        mdn = body["event_data"].get("mdn")
        version = ("2" if mdn.startswith("+") else "1") if numbers.known(mdn) else x_api_version
        return original(body=body, x_api_version=version, **rest)


_DELIVERY = {"event_id": "e-17", "event_type": "day_of_delivery", "event_data": {"external_person_id": "EXT542342"}}
_TOLD = register("event_processed")


@mutant(
    "An `event_id` that was used triggers nothing",
    "vibes 11, 17.34 [D44]",
    "prose",
    (EVENT, REGISTER),
    [_TOLD, post(_EVENTS, _DELIVERY), post(_EVENTS, _DELIVERY), Advance(10), Hear()],
)
def used_event_id_triggers_again(patch: Patch) -> None:
    @patch.function("events.route_event")
    def _(original, world, used, **facts):
        original(world, used=False, **facts)


@mutant(
    "A callback for events that names no type is told of all",
    "vibes 12.2 [D47]",
    "prose",
    (EVENT, REGISTER),
    [_TOLD, post(_EVENTS, _DELIVERY), Hear()],
)
def events_told_only_where_their_type_is_named(patch: Patch) -> None:
    @patch.function("happenings._tell")
    def _(original, world, company_key, happening, told, subject="", or_any=False):
        original(world, company_key, happening, told, subject)


_REWARD = {"event_type": "weekly_reward", "event_data": {"mdn": "2995550119"}}


@mutant(
    "Who is not on the list of the message gets none",
    "vibes 14.4 [D47]",
    "prose",
    (EVENT, REGISTER),
    [_TOLD, post(_EVENTS, _REWARD), Hear()],
)
def message_to_who_is_not_on_its_list(patch: Patch) -> None:
    @patch.function("routing._is_subscribed")
    def _(original, world, person, list_id):
        return True
