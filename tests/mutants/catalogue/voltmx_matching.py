"""Volt MX: which subscription a request means and what becomes of it (reference, sections 2.6 to 2.8 and 7)."""

from __future__ import annotations

from hashlib import sha256

import orjson

from mockserver.vendors.voltmx import subscriptions as real
from mockserver.vendors.voltmx.replies import Outcome
from tests.mutants.catalogue.voltmx_envelope import CHANGE, KNOWN
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import as_xml, subscribe, unsubscribe

mutant = Theme("voltmx", "matching")
_OTHER_APP = "testApp"
_OF_DEVICE = {"appId": "20096-6548262167", "deviceId": "D1"}
_GONE = [subscribe(), unsubscribe(**_OF_DEVICE)]


@mutant("The same subscription sent again is 201", "voltmx 2.6 [S]", "prose", CHANGE, [subscribe(), subscribe()])
def duplicate_is_an_update(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        outcome = original(world, wanted)
        return Outcome(200, "Update successful.", outcome.ksid) if outcome.code == 201 else outcome


@mutant(
    "A 201 has the KSID of the subscription that exists", "voltmx 2.5 [S]", "prose", CHANGE, [subscribe(), subscribe()]
)
def duplicate_has_a_ksid_of_its_own(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        outcome = original(world, wanted)
        fresh = str(world.ids.digits("ksid", 18)) if outcome.code == 201 else outcome.ksid
        return Outcome(outcome.code, outcome.message, fresh)


@mutant(
    "An update is stored",
    "voltmx 2.6, 7.3 [S]",
    "prose",
    CHANGE,
    [subscribe(), subscribe("D1", "T2"), subscribe("D1", "T2")],
)
def update_not_stored(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        known = world.get("subscriptions", record["ksid"])
        return record if known and known["active"] and record["active"] else original(record)


@mutant(
    "An update without `ufid` keeps the stored one",
    "voltmx 2.6, 7.4 [I]",
    "prose",
    CHANGE,
    [subscribe(ufid="ana"), subscribe("D1", "T2"), subscribe("D1", "T2", ufid="ana")],
)
def update_erases_the_ufid(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        outcome = original(world, wanted)
        if outcome.code == 200 and "ufid" not in wanted:
            world.put("subscriptions", {**world.get("subscriptions", outcome.ksid), "ufid": None})
        return outcome


@mutant("An update keeps the KSID", "voltmx 2.6, 7.3 [I]", "prose", CHANGE, [subscribe(), subscribe("D1", "T2")])
def update_gives_a_new_ksid(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        known = world.get("subscriptions", record["ksid"])
        if known and known["active"] and record["active"]:
            world.delete("subscriptions", record["ksid"])
            record["ksid"] = str(world.ids.digits("ksid", 18))
        return original(record)


@mutant("Subscribing again keeps the KSID", "voltmx 2.6, 7.14 [I]", "prose", CHANGE, [*_GONE, subscribe()])
def reactivation_gives_a_new_ksid(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        known = world.get("subscriptions", record["ksid"])
        if known and not known["active"] and record["active"]:
            world.delete("subscriptions", record["ksid"])
            record["ksid"] = str(world.ids.digits("ksid", 18))
        return original(record)


@mutant(
    "Subscribing again makes the subscription active", "voltmx 2.6, 7.14 [I]", "prose", CHANGE, [*_GONE, subscribe()]
)
def reactivation_is_a_duplicate(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        known = world.find("subscriptions", {"appId+deviceId": real.joined(wanted["appId"], wanted["deviceId"])})
        if known and not known[0]["active"]:
            return Outcome(201, real._DUPLICATE, known[0]["ksid"])
        return original(world, wanted)


@mutant("Unsubscribing ends the subscription", "voltmx 2.8, 7.10 [S]", "prose", CHANGE, [*_GONE, subscribe()])
def unsubscribe_does_nothing(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        return original(record) if record["active"] else record


@mutant("Unsubscribing again is `Already unsubscribed.`", "voltmx 2.8, 7.10 [S]", "prose", CHANGE, [*_GONE, _GONE[-1]])
def unsubscribed_twice_with_success(patch: Patch) -> None:
    @patch.function("subscriptions._unsubscribe")
    def _(original, world, wanted):
        outcome = original(world, wanted)
        return Outcome(200, "Unsubscription successful.", outcome.ksid)


@mutant("Unsubscribing keeps the subscription", "voltmx 5 row 17 [D1][D5]", "prose", CHANGE, [*_GONE, _GONE[-1]])
def unsubscribe_deletes(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        if not record["active"]:
            world.delete("subscriptions", record["ksid"])
            return record
        return original(record)


@mutant(
    "A device's subscriptions to two applications are unrelated",
    "voltmx 7.7 [D12]",
    "prose",
    CHANGE,
    [subscribe(), subscribe(appId=_OTHER_APP), unsubscribe(**_OF_DEVICE), subscribe(appId=_OTHER_APP)],
)
def unsubscribe_reaches_other_apps(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        if not record["active"]:
            for other in world.find("subscriptions"):
                if other["deviceId"] == record["deviceId"] and other["active"]:
                    original({**other, "active": False})
        return original(record)


@mutant(
    "The same token under another application is unrelated",
    "voltmx 2.6, 7.7 [D12]",
    "prose",
    CHANGE,
    [subscribe(), subscribe("D2", appId=_OTHER_APP)],
)
def token_matched_across_apps(patch: Patch) -> None:
    @patch.function("subscriptions._matches")
    def _(original, world, wanted):
        others = [it for it in world.find("subscriptions") if it["sid"] == wanted["sid"] and it["active"]]
        return {**original(world, wanted), **{it["ksid"]: it for it in others}}


@mutant(
    "A KSID belongs to one device in one application",
    "voltmx 1, 7.7 [D12]",
    "prose",
    [CHANGE, "subscribers.change_subscriber"],
    [subscribe(), subscribe(appId=_OTHER_APP)],
)
def ksid_made_of_the_device_alone(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        if world.get("subscriptions", record["ksid"]) is None:
            record["ksid"] = str(int(sha256(record["deviceId"].encode()).hexdigest(), 16) % 10**18 + 1)
        return original(record)


_TWO = [subscribe("D1", "T1"), subscribe("D2", "T2")]


@mutant("Device of one, token of another: 403", "voltmx 2.6, 7.6 [S]", "prose", CHANGE, [*_TWO, subscribe("D1", "T2")])
def unclear_is_an_update_of_the_device(patch: Patch) -> None:
    @patch.function("subscriptions._matches")
    def _(original, world, wanted):
        found = original(world, wanted)
        return dict([*found.items()][:1])


@mutant(
    "A 403 changes nothing",
    "voltmx 2.6, 7.9 [S]",
    "prose",
    CHANGE,
    [*_TWO, subscribe("D1", "T2"), subscribe("D1", "T1")],
)
def unclear_ends_the_subscription(patch: Patch) -> None:
    @patch.step("_refuse", CHANGE)
    def _(original, compiled, world, request, refusal):
        if getattr(refusal, "outcome", None) == real.UNCLEAR and request.body.startswith(b"{"):
            wanted = orjson.loads(request.body)["subscriptionService"].get("subscribe")
            for record in real._matches(world, wanted).values() if wanted else ():
                world.put("subscriptions", {**record, "active": False})
        return original(world, request, refusal)


@mutant(
    "A token whose subscription has ended does not match",
    "voltmx 2.6 [I]",
    "prose",
    CHANGE,
    [*_TWO, unsubscribe(appId=_OF_DEVICE["appId"], deviceId="D2"), subscribe("D1", "T2")],
)
def ended_subscription_still_holds_its_token(patch: Patch) -> None:
    @patch.function("subscriptions._matches")
    def _(original, world, wanted):
        ended = world.find("subscriptions", {"appId+sid": real.joined(wanted["appId"], wanted["sid"])})
        return {**original(world, wanted), **{record["ksid"]: record for record in ended}}


@mutant(
    "A token that was replaced matches nothing",
    "voltmx 7.3 [I]",
    "prose",
    CHANGE,
    [subscribe(), subscribe("D1", "T2"), subscribe("D2", "T1")],
)
def replaced_token_still_matches(patch: Patch) -> None:
    @patch.put("subscriptions")
    def put(original, world, record):
        known = world.get("subscriptions", record["ksid"]) or {}
        return original({**record, "before": [*known.get("before", ()), known.get("sid")]})

    @patch.function("subscriptions._matches")
    def matches(original, world, wanted):
        found = original(world, wanted)
        for record in world.find("subscriptions", {"appId": wanted["appId"]}):
            if record["ksid"] not in found and wanted["sid"] in record.get("before", ()) and record["active"]:
                found[record["ksid"]] = record
        return {ksid: {name: it for name, it in one.items() if name != "before"} for ksid, one in found.items()}


@mutant(
    "KSID of one, device of another: 403",
    "voltmx 2.7, 7.13 [I]",
    "prose",
    CHANGE,
    [unsubscribe(**KNOWN, deviceId="5d41402abc4b2a76")],
)
def ksid_wins_over_the_device(patch: Patch) -> None:
    @patch.function("subscriptions._named")
    def _(original, world, wanted):
        known = world.get("subscriptions", str(int(wanted["ksid"]))) if "ksid" in wanted else None
        return known or original(world, wanted)


@mutant("No such subscription is 404", "voltmx 2.8 [S]", "prose", CHANGE, [unsubscribe(ksid="17")])
def unknown_ksid_is_already_unsubscribed(patch: Patch) -> None:
    @patch.function("subscriptions._unsubscribe")
    def _(original, world, wanted):
        try:
            return original(world, wanted)
        except real.Refused as refused:
            if refused.outcome == real.NO_SUBSCRIPTION:
                return Outcome(200, "Already unsubscribed.", wanted.get("ksid", "1"))
            raise


@mutant("XML and JSON are views of one store", "voltmx 7.15 [I]", "prose", CHANGE, [as_xml(subscribe()), subscribe()])
def xml_has_a_store_of_its_own(patch: Patch) -> None:
    @patch.function("subscriptions.change_subscription")
    def _(original, world, request, body):
        wanted = body.get("subscribe") or body.get("unsubscribe") or {}
        if "deviceId" in wanted:
            apart = {**wanted, "deviceId": f"xml/{wanted['deviceId']}"}
            known = world.find("subscriptions", {"appId+deviceId": real.joined(wanted.get("appId"), apart["deviceId"])})
            if "subscribe" in body:
                body = {"subscribe": apart}
            elif known:
                body = {"unsubscribe": apart}
        return original(world=world, request=request, body=body)
