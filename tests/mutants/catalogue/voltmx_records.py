"""Volt MX: what stands in records and answers, and whom a push reaches (reference, sections 2.3, 2.5, 2.8 and 4)."""

from __future__ import annotations

from hashlib import sha256

from mockserver.exchange import Reply
from mockserver.vendors.voltmx import subscriptions
from mockserver.vendors.voltmx.errors import Declined, Refused
from mockserver.vendors.voltmx.replies import Note
from tests.mutants.catalogue.voltmx_envelope import CHANGE as LEGACY
from tests.mutants.catalogue.voltmx_subscribers import (
    ANA,
    CHANGE,
    EVE,
    GET,
    INACTIVATE,
    KNOWN,
    LIST,
    LOCATE,
    PUSH,
    change,
    delete,
    inactivate,
    push,
    read,
    send,
)
from tests.mutants.catalogue.voltmx_subscribers import USER as ADD_USER
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Switched, as_xml, subscribe, unsubscribe

mutant = Theme("voltmx", "records")


@mutant(
    "`android` with `isGCM` false is not `androidgcm`",
    "voltmx 2.3 [D2]",
    "prose",
    LEGACY,
    [subscribe(osType="android", isGCM="false"), subscribe(osType="androidgcm")],
)
def value_of_isgcm_not_read(patch: Patch) -> None:
    @patch.function("subscriptions._os_type")
    def _(original, wanted):
        found = original(wanted)
        return "androidgcm" if found == "android" else found


@mutant(
    "To unsubscribe from an unknown application is answered in words of its own",
    "voltmx 2.8, 5 row 6 [D1]",
    "prose",
    LEGACY,
    [unsubscribe(appId="nosuch", deviceId="D1")],
)
def unknown_app_in_the_words_of_subscribing(patch: Patch) -> None:
    @patch.function("subscriptions._unsubscribe")
    def _(original, world, wanted):
        try:
            return original(world, wanted)
        except Refused as refused:
            if refused.outcome != subscriptions.UNKNOWN_APP_TO_UNSUBSCRIBE:
                raise
            raise Refused(subscriptions.UNKNOWN_APP, refused.reason) from None


@mutant(
    "A duplicate has another text in XML",
    "voltmx 2.5, 7.28 [S]",
    "prose",
    LEGACY,
    [as_xml(subscribe()), as_xml(subscribe())],
)
def duplicate_in_xml_in_the_words_of_json(patch: Patch) -> None:
    @patch.function("replies._envelope")
    def _(original, outcome, xml, printed):
        members = original(outcome, xml, printed)
        return {**members, "message": members["message"].replace("has the ID", "has ID")} if xml else members


@mutant(
    "`createdDateStr` has the month first",
    "voltmx 4.3 [D5]",
    "prose",
    (GET, LIST),
    [read(f"/api/v1/subscribers/{EVE}")],
)
def day_before_the_month(patch: Patch) -> None:
    @patch.function("register.subscriber")
    def _(original, world, record):
        found = original(world, record)
        month, day, rest = found["createdDateStr"].split("/", 2)
        return {**found, "createdDateStr": f"{day}/{month}/{rest}"}


@mutant("Inactivating nobody is 400", "voltmx 4.3 [D4]", "schema", INACTIVATE, [inactivate("17")])
def nobody_inactivated(patch: Patch) -> None:
    @patch.function("subscribers.inactivate_subscriber")
    def _(original, world, ksid):
        try:
            return original(world=world, ksid=ksid)
        except Declined:
            return Reply(Note("Subscriber Status updated successfully. ", ksid))


@mutant(
    "What a change leaves out stays",
    "voltmx 4.1 [I]",
    "prose",
    (CHANGE, GET, LIST),
    [change(deviceName="Ana's phone"), change(sid="T2"), read("/api/v1/subscribers/{{id}}")],
)
def name_of_a_device_lost_with_its_token(patch: Patch) -> None:
    @patch.function("register.describe")
    def _(original, world, request, ksid, device_name=None):
        original(world, request, ksid, device_name or "")


@mutant(
    "A longitude is up to 180 degrees",
    "voltmx 4.4 [I]",
    "prose",
    LOCATE,
    [send("/api/v1/location", {"ksid": KNOWN, "latitude": "35.68", "longitude": "139.69"})],
)
def longitude_up_to_90(patch: Patch) -> None:
    @patch.function("locations.update_location")
    def _(original, world, body):
        if abs(float(body["longitude"])) > 90:
            raise Declined("Invalid longitude or latitude value.", "beyond 90 degrees")
        return original(world=world, body=body)


@mutant(
    "A push reaches every segment that is named",
    "voltmx 4.5 [D7]",
    "prose",
    PUSH,
    [push(subscribers={"segmentCriteria": "##4## OR ##3##"})],
)
def first_segment_only(patch: Patch) -> None:
    @patch.function("messages._reached")
    def _(original, world, app, group):
        first = str(group.get("segmentCriteria", "")).split(" OR ")[0]
        return original(world, app, {**group, "segmentCriteria": first})


@mutant(
    "`refId` is empty when the request was valid", "voltmx 4.5 [D7]", "prose", PUSH, [push({"ksid": EVE}, refId="r1")]
)
def reference_always_comes_back(patch: Patch) -> None:
    @patch.function("messages._queued")
    def _(original, world, request_id, app, shared, message):
        return {**original(world, request_id, app, shared, message), "refId": message.get("refId", "")}


@mutant(
    "A user's `authToken` may stand in the body",
    "voltmx 3, 4.7 [D12]",
    "prose",
    ADD_USER,
    [Switched({"authToken": "1234abc"}), send("/api/v1/subscribeaudience", {**ANA, "authToken": "1234abc"})],
)
def token_of_a_user_in_the_header_only(patch: Patch) -> None:
    @patch.function("audience.is_device")
    def _(original, world, header, body):
        return original(world, header)


@mutant(
    "A KSID is never given out again",
    "voltmx 7, 7.22 [I]",
    "prose",
    (LEGACY, CHANGE),
    [subscribe(), inactivate("{{ksid}}"), delete("{{ksid}}"), subscribe()],
)
def ksid_made_of_application_and_device(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        if world.get("subscriptions", record["ksid"]) is None:
            named = f"{record['appId']}/{record['deviceId']}".encode()
            record["ksid"] = str(int(sha256(named).hexdigest(), 16) % 10**18 + 1)
        return original(record)
