"""Volt MX: the newer endpoints, which share their subscriptions with the older one (reference, sections 3 and 4)."""

from __future__ import annotations

import json
from typing import Any

from mockserver.exchange import Reply
from mockserver.vendors.voltmx import register
from mockserver.vendors.voltmx.errors import Declined
from mockserver.vendors.voltmx.replies import Note
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, Send, Switched, subscribe

mutant = Theme("voltmx", "subscribers")
CHANGE, LIST, GET = "subscribers.change_subscriber", "subscribers.list_subscribers", "subscribers.get_subscriber"
INACTIVATE, DELETE = "subscribers.inactivate_subscriber", "subscribers.delete_subscribers"
LOCATE, PUSH, USER = "locations.update_location", "messages.push_message", "audience.subscribe_user"
KNOWN, GONE, EVE = "9073640394665981874", "4927718950329103027", "6338461620036073083"
_APP = "20096-6548262167"
_ADMIN = {"authorization": "Basic YWRtaW5AZXhhbXBsZS5jb206RW5nYWdlIzIwMTY="}
_CLAIMS = {"x-voltmx-authorization": "eyJ0eXAiOiJKV1QifQ.example.claims"}
_DEVICE = {"appId": _APP, "deviceId": "D1", "sid": "T1", "osType": "iphone"}
ANA = {"ksid": KNOWN, "firstName": "A", "lastName": "B", "email": "a@x.com", "country": "USA", "state": "Ohio"}


def read(path: str, **headers: str) -> Send:
    return Send("GET", path, b"", headers or _ADMIN)


def send(path: str, body: Any = None, **headers: str) -> Send:
    sent = {**(headers or _ADMIN), **({"content-type": "application/json"} if body is not None else {})}
    return Send("POST", path, json.dumps(body).encode() if body is not None else b"", sent)


def change(service: str = "subscribe", **fields: Any) -> Send:
    wanted = {**_DEVICE, **fields} if service == "subscribe" else fields
    return send("/api/v1/subscribers", {"subscriptionService": {service: wanted}})


def inactivate(ksid: str) -> Send:
    return send(f"/api/v1/subscribers/{ksid}/inactivate")


def delete(*ksids: str) -> Send:
    return send("/api/v1/subscribers/delete/ksids", {"ksids": list(ksids)})


def push(*targets: dict[str, Any], app: str = _APP, **members: Any) -> Send:
    message = {"type": "PUSH", "subscribers": {"subscriber": list(targets)}, "content": {"data": "Hi"}, **members}
    return send("/api/v1/messages/push", {"messageRequest": {"appId": app, "messages": {"message": message}}})


def locate(ksid: str, latitude: str = "15.22") -> Send:
    return send("/api/v1/location", {"ksid": ksid, "latitude": latitude, "longitude": "45.75"})


@mutant("A repeat is an update, never 201", "voltmx 4.1 [D3]", "schema", CHANGE, [change(), change()])
def newer_repeat_is_a_duplicate(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if b"Update successful" in answer.body:
            answer.status = 201


@mutant("Both endpoints share their subscriptions", "voltmx 4.1, 7.21 [D3]", "prose", CHANGE, [subscribe(), change()])
def newer_endpoint_has_subscriptions_of_its_own(patch: Patch) -> None:
    @patch.function("subscribers._subscribe")
    def _(original, world, request, wanted):
        return original(
            world, request, {**wanted, "deviceId": f"newer-{wanted['deviceId']}", "sid": f"n{wanted['sid']}"}
        )


@mutant("An unknown application is 400", "voltmx 4.1 [D3]", "schema", CHANGE, [change(appId="nosuch")])
def newer_unknown_app_is_not_found(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if b"application ID" in answer.body:
            answer.status = 404


@mutant("An empty sid is refused with its text", "voltmx 4.1 [D3]", "prose", CHANGE, [change(sid="")])
def newer_texts_swapped(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b"SID Cannot", b"DEVICEID Cannot")


@mutant("An unknown osType is refused", "voltmx 2.3, 4.1 [D3]", "schema", CHANGE, [change(osType="symbian")])
def newer_any_platform(patch: Patch) -> None:
    @patch.spec
    def _(document: dict[str, Any]) -> None:
        del document["components"]["schemas"]["SubscribeDevice"]["properties"]["osType"]["pattern"]


@mutant(
    "Two matching subscriptions are 400, and nothing is stored", "voltmx 4.1 [I]", "prose", CHANGE,
    [change(), change(deviceId="D2", sid="T2"), change(sid="T2")],
)  # fmt: skip
def newer_unclear_takes_the_device(patch: Patch) -> None:
    @patch.function("register.matches")
    def _(original, world, wanted):
        return dict([*original(world, wanted).items()][:1])


@mutant(
    "The device token is asked for once it is set", "voltmx 3.1 [D10]", "prose", CHANGE,
    [Switched({"authToken": "1234abc"}), change()],
)  # fmt: skip
def newer_device_token_not_asked_for(patch: Patch) -> None:
    @patch.function("subscribers.is_device")
    def _(original, world, *given):
        return True


@mutant(
    "Administration wants credentials", "voltmx 3.1 [D10]", "schema", GET, [read(f"/api/v1/subscribers/{KNOWN}", x="")]
)
def subscriber_read_by_anybody(patch: Patch) -> None:
    @patch.step("_authenticate", GET)
    def _(original, compiled, world, request):
        return "anybody"


@mutant(
    "A KSID is a number on reads", "voltmx 4.3, 5 row 14 [D5]", "schema", GET, [read(f"/api/v1/subscribers/{KNOWN}")]
)
def newer_ksid_is_text(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        with answer.json() as body:
            body["ksid"] = str(body.get("ksid"))


@mutant("A KSID is read digit for digit", "voltmx 7.24 [D5]", "prose", GET, [read(f"/api/v1/subscribers/{KNOWN}")])
def newer_ksid_went_through_a_double(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body["ksid"] = int(float(body["ksid"]))


@mutant(
    "subscriptionStatus says whether the subscription is active", "voltmx 4.3 [D5]", "prose", GET,
    [read(f"/api/v1/subscribers/{GONE}")],
)  # fmt: skip
def always_active_when_read(patch: Patch) -> None:
    @patch.function("subscribers.get_subscriber")
    def _(original, world, ksid):
        reply = original(world=world, ksid=ksid)
        return Reply({**reply.body, "subscriptionStatus": True})


@mutant("An unknown KSID is 400", "voltmx 4.3 [D5]", "prose", GET, [read("/api/v1/subscribers/17")])
def unknown_ksid_reads_another(patch: Patch) -> None:
    @patch.function("subscribers.get_subscriber")
    def _(original, world, ksid):
        record = register.by_ksid(world, ksid) or world.find("subscriptions", limit=1)[0]
        return original(world=world, ksid=record["ksid"])


@mutant(
    "The end of a page is inclusive", "voltmx 4.3 [D5]", "prose", LIST, [read("/api/v1/subscribers?start=0&pageSize=1")]
)
def page_holds_page_size(patch: Patch) -> None:
    @patch.function("subscribers.list_subscribers")
    def _(original, world, start, page_size):
        reply = original(world=world, start=start, page_size=page_size)
        return Reply({**reply.body, "subscribers": reply.body["subscribers"][:page_size]})


@mutant("total counts all subscribers", "voltmx 4.3 [D5]", "prose", LIST, [read("/api/v1/subscribers?pageSize=0")])
def total_counts_the_page(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body["total"] = len(body["subscribers"])


@mutant(
    "start is the first position", "voltmx 4.3 [D5]", "prose", LIST, [read("/api/v1/subscribers?start=2&pageSize=1")]
)
def start_is_a_page(patch: Patch) -> None:
    @patch.function("subscribers.list_subscribers")
    def _(original, world, start, page_size):
        return original(world=world, start=start * (page_size + 1), page_size=page_size)


@mutant(
    "Inactivating ends the subscription", "voltmx 4.3 [D4]", "prose", INACTIVATE,
    [inactivate(KNOWN), push({"ksid": KNOWN})],
)  # fmt: skip
def inactivate_does_nothing(patch: Patch) -> None:
    @patch.function("subscribers.inactivate_subscriber")
    def _(original, world, ksid):
        reply = original(world=world, ksid=ksid)
        world.put("subscriptions", {**register.by_ksid(world, ksid), "active": True})
        return reply


@mutant("Only who is inactive can be deleted", "voltmx 4.3, 7.22 [D5]", "prose", DELETE, [delete(KNOWN)])
def active_ones_are_deleted(patch: Patch) -> None:
    @patch.function("subscribers.delete_subscribers")
    def _(original, world, body):
        for ksid in body["ksids"]:
            record = register.by_ksid(world, ksid)
            if record is not None:
                world.put("subscriptions", {**record, "active": False})
        return original(world=world, body=body)


@mutant(
    "One who cannot be deleted saves all", "voltmx 4.3 [I]", "prose", DELETE,
    [delete(GONE, KNOWN), read(f"/api/v1/subscribers/{GONE}")],
)  # fmt: skip
def deletes_those_it_can(patch: Patch) -> None:
    @patch.function("subscribers.delete_subscribers")
    def _(original, world, body):
        fit = [it for it in body["ksids"] if (register.by_ksid(world, it) or {"active": True})["active"] is False]
        if len(fit) < len(body["ksids"]):
            for ksid in fit:
                world.delete("subscriptions", str(int(ksid)))
            return Reply(Note("Please provide valid ksids with inactive status"), 400)
        return original(world=world, body=body)


@mutant(
    "Who is deleted is gone", "voltmx 7.22 [D5]", "prose", DELETE, [delete(GONE), read(f"/api/v1/subscribers/{GONE}")]
)
def delete_does_nothing(patch: Patch) -> None:
    @patch.function("subscribers.delete_subscribers")
    def _(original, world, body):
        records = [register.by_ksid(world, ksid) for ksid in body["ksids"]]
        reply = original(world=world, body=body)
        for record in records:
            world.put("subscriptions", record)
        return reply


@mutant("A position is of an active subscriber", "voltmx 4.4, 7.23 [I]", "prose", LOCATE, [locate(GONE)])
def position_of_who_has_left(patch: Patch) -> None:
    @patch.function("locations.update_location")
    def _(original, world, body):
        try:
            return original(world=world, body=body)
        except Declined:
            if register.by_ksid(world, body["ksid"]) is None:
                raise
            return Reply(Note("Updated Successfully", "134"))


@mutant("A latitude is at most 90 degrees", "voltmx 4.4 [D6]", "prose", LOCATE, [locate(KNOWN, "90.5")])
def latitude_up_to_180(patch: Patch) -> None:
    @patch.function("locations.update_location")
    def _(original, world, body):
        latitude = float(body["latitude"])
        return original(world=world, body={**body, "latitude": latitude / 2 if abs(latitude) <= 180 else latitude})


@mutant(
    "Who has left is not counted", "voltmx 4.5, 7.23 [I]", "prose", PUSH, [inactivate(KNOWN), push({"ksid": KNOWN})]
)
def push_to_who_has_left(patch: Patch) -> None:
    @patch.function("messages._of")
    def _(original, world, app, target):
        return [{**record, "active": True} for record in original(world, app, target)]


@mutant(
    "A ufid reaches each of its devices", "voltmx 4.5, 7.25 [D7]", "prose", PUSH,
    [subscribe("D1", "T1", ufid="zoe"), subscribe("D2", "T2", ufid="zoe"), push({"ufid": "zoe"})],
)  # fmt: skip
def ufid_reaches_one_device(patch: Patch) -> None:
    @patch.function("messages._of")
    def _(original, world, app, target):
        return original(world, app, target)[:1]


@mutant(
    "A subscriber gets one push", "voltmx 4.5 [I]", "prose", PUSH, [push({"ksid": EVE}, {"ufid": "eve@example.com"})]
)
def named_twice_counted_twice(patch: Patch) -> None:
    @patch.answer(PUSH)
    def _(answer: Answer) -> None:
        number = answer.sent.count(b'"ksid"') + answer.sent.count(b'"ufid"')
        if answer.status == 200 and number > 1:
            with answer.json() as body:
                body["details"][0]["description"] = f"Number of Pushes queued:{number}"


@mutant(
    "A push stays in its application",
    "voltmx 4.5 [D7]",
    "prose",
    PUSH,
    [push({"ksid": GONE}), push({"ksid": KNOWN}, app="testApp")],
)
def push_across_applications(patch: Patch) -> None:
    @patch.function("messages._of")
    def _(original, world, app, target):
        record = register.by_ksid(world, target["ksid"]) if "ksid" in target else None
        return [record] if record else original(world, app, target)


@mutant(
    "Only a message that waits can be replaced", "voltmx 4.5 [D7]", "prose", PUSH,
    [push({"ksid": KNOWN}, overrideMessageId="17")],
)  # fmt: skip
def any_message_replaced(patch: Patch) -> None:
    @patch.function("messages._queued")
    def _(original, world, request_id, app, shared, message):
        return original(world, request_id, app, shared, {**message, "overrideMessageId": "0"})


@mutant(
    "The same e-mail is the same user", "voltmx 4.7 [I]", "prose", USER,
    [send("/api/v1/subscribeaudience", ANA), send("/api/v1/subscribeaudience", ANA)],
)  # fmt: skip
def user_added_again(patch: Patch) -> None:
    @patch.function("audience.subscribe_user")
    def _(original, world, request, body):
        if world.get("users", body["email"].lower()) is not None:
            world.delete("users", body["email"].lower())
        return original(world=world, request=request, body=body)


@mutant(
    "A user's state is mandatory",
    "voltmx 4.7 [D12]",
    "schema",
    USER,
    [send("/api/v1/subscribeaudience", {key: value for key, value in ANA.items() if key != "state"})],
)
def user_without_state(patch: Patch) -> None:
    @patch.spec
    def _(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["User"]["required"].remove("state")


@mutant(
    "A claims token dies at its exp", "voltmx 3.1 [D10]", "prose", LIST,
    [Advance(3_000_000_000), read("/api/v1/subscribers", **_CLAIMS)],
)  # fmt: skip
def claims_token_lives_for_ever(patch: Patch) -> None:
    @patch.step("_authenticate", LIST)
    def _(original, compiled, world, request):
        known = world.get("claims_tokens", request.header("x-voltmx-authorization") or "")
        return known["userid"] if known else original(world, request)
