"""Vibes: the SDK inside a mobile app, its device, its events and its inbox (reference, section 13.4)."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.errors import NotFound, Unauthenticated
from mockserver.exchange import Reply
from mockserver.vendors.vibes import inbox
from tests.mutants.catalogue.vibes_access import open_to_all
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Asked, Patch
from tests.mutants.steps import Send, call, get

mutant = Theme("vibes", "sdk")
APP, ASSIGN = "apps.get_app", "devices.assign_device"
REGISTER, RENEW = "sdk_devices.register_device", "sdk_devices.renew_device"
CHANGE, UNREGISTER = "sdk_devices.update_device", "sdk_devices.unregister_device"
PERSON = "sdk_devices.get_device_person"
REACH, SILENCE = "sdk_devices.register_push", "sdk_devices.unregister_push"
UPLOAD, CONFIRM = "sdk_events.upload_events", "migrations.confirm_migration"
LIST, GET, UPDATE = "inbox.list_messages", "inbox.get_message", "inbox.update_message"
OWN, FORMER = "bodydouble-default-device-token", "bodydouble-former-device-token"
_APP = "/mobile_apps/MyAppId01"
_JOHNS = f"{_APP}/devices/0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
_SAMPLES = f"{_APP}/devices/317ed8b0-c94a-4f26-8b53-9d60f1a7e5c8"
_NEW = f"{_APP}/devices/{{{{vibes_device_id}}}}"
_INBOX = f"{_APP}/persons/5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1/messages"
_MESSAGE = f"{_INBOX}/0b165b2a-3acb-44ed-ad61-77c419c31da1"
_PHONE = {"device": {"os": "iOS", "app_version": "2.4.0", "hardware_model": "iPhone13,2", "location": None}}
_PUSH = {"device": {"push_token": "push-1"}}
_CHICAGO = {"device": {"location": {"latitude": 41.9, "longitude": -87.6}}}
_LAUNCH = {"uuid": "6F9619FF", "type": "launch", "timestamp": "2021-10-28T11:58:04.217Z", "attributes": {}}
_ITEM = "e61b0a94-5d27-4f3c-8a1e-9b70c4d2f586"
_SAMPLES_ITEM = "3b8d5f72-c60e-4a19-b4e8-02f7d96a1c35"


def sdk(method: str, path: str, body: Any = None, token: str | None = OWN, **headers: str) -> Send:
    """A request as an SDK sends it; without a token for a registration."""
    bearing = {} if token is None else {"authorization": f"MobileAppToken {token}"}
    return call(method, path, body, user=None, **bearing, **headers)


def register() -> Send:
    return sdk("POST", f"{_APP}/devices", _PHONE, token=None)


def confirm(**changes: str) -> Send:
    whole = {"migration_item_id": _ITEM, "vibes_device_id": _JOHNS.rpartition("/")[2], **changes}
    return sdk("PUT", f"{_APP}/migrations/callbacks", whole)


def unheard(patch: Patch, function: str, status: int = 204) -> None:
    """It is answered as if it were done, and nothing is."""

    @patch.function(function)
    def _(original, **asked):
        return Reply(None, status)


@mutant(
    "Reading the app needs a device's token", "vibes 2.2, 13.4 [D55]", "schema", APP, [call("GET", _APP, user=None)]
)
def app_read_without_token(patch: Patch) -> None:
    open_to_all(patch, APP)


@mutant("The app says whether it has an inbox", "vibes 13.4 [D55]", "schema", APP, [sdk("GET", _APP)])
def inbox_of_app_untold(patch: Patch) -> None:
    @patch.answer(APP)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body.pop("inbox_enabled")


@mutant("Registering a device needs no credentials", "vibes 2.2, 13.4 [D55]", "schema", REGISTER, [register()])
def registration_wants_credentials(patch: Patch) -> None:
    @patch.step("_read", REGISTER)
    def _(original, compiled, world, request):
        if request.header("authorization") is None:
            raise Unauthenticated("The credentials are missing", headers={"WWW-Authenticate": "Basic"})
        return original(world, request)


@mutant("A registration answers with a token", "vibes 13.4 [D55]", "schema", REGISTER, [register()])
def registered_without_token(patch: Patch) -> None:
    @patch.answer(REGISTER)
    def _(answer: Answer) -> None:
        if answer.status == 201:
            with answer.json() as body:
                body.pop("auth_token")


@mutant("The token of a registration opens the device", "vibes 13.4 [D55]", "prose", REGISTER, [
    register(), sdk("GET", f"{_NEW}/person", token="{{auth_token}}")])  # fmt: skip
def registered_with_a_dead_token(patch: Patch) -> None:
    @patch.function("sdk_devices.register_device")
    def _(original, **asked):
        reply = original(**asked)
        return Reply({**reply.body, "auth_token": "x" + reply.body["auth_token"]}, reply.status)


@mutant("A device is what it said of itself", "vibes 13.4 [D55]", "prose", (REGISTER, RENEW, CHANGE), [
    register(), get(_NEW)])  # fmt: skip
def hardware_forgotten(patch: Patch) -> None:
    @patch.function("installations._members")
    def _(original, said):
        return {name: value for name, value in original(said).items() if name != "hardware_model"}


@mutant("A read shows IOS where the SDK says iOS", "vibes 13.2 [D48]", "schema", (REGISTER, RENEW), [
    register(), get(_NEW)])  # fmt: skip
def system_as_the_sdk_spells_it(patch: Patch) -> None:
    @patch.function("installations._members")
    def _(original, said):
        return original(said) | ({"os": said["os"]} if "os" in said else {})


@mutant("A device that registers is nobody's who is known", "vibes 13.4 [D50]", "prose", REGISTER, [
    register(), sdk("GET", f"{_NEW}/person", token="{{auth_token}}")])  # fmt: skip
def registered_device_is_somebodys(patch: Patch) -> None:
    @patch.function("installations.add")
    def _(original, world, app, said):
        device = original(world, app, said)
        owner = world.get("persons", "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1")
        return world.put("devices", {**device, "person_key": owner["person_key"]}) if owner else device


@mutant("A renewal answers with a fresh token", "vibes 13.4 [D55]", "prose", RENEW, [
    sdk("PUT", _JOHNS, _PHONE), sdk("GET", f"{_JOHNS}/person")])  # fmt: skip
def renewed_token_is_the_old_one(patch: Patch) -> None:
    @patch.function("installations.fresh_token")
    def _(original, world, device):
        known = world.find("device_tokens", {"vibes_device_id": device["vibes_device_id"]})
        good = [it["auth_token"] for it in known if not it["ended"]]
        return good[0] if good else original(world, device)


@mutant("A token that was refused may be renewed", "vibes 2.4 [D55]", "prose", RENEW, [
    sdk("PUT", _JOHNS, _PHONE, token=FORMER)])  # fmt: skip
def former_token_not_renewed(patch: Patch) -> None:
    @patch.function("auth._device")
    def _(original, world, request, former):
        return original(world, request, False)


@mutant("A token that was renewed opens nothing else", "vibes 13.4 [I]", "prose", (PERSON, SILENCE, LIST), [
    sdk("GET", f"{_JOHNS}/person", token=FORMER)])  # fmt: skip
def former_token_goes_on(patch: Patch) -> None:
    @patch.function("auth._device")
    def _(original, world, request, former):
        return original(world, request, True)


@mutant("A token opens its own device only", "vibes 2.4 [I]", "prose", (PERSON, CHANGE, UNREGISTER), [
    sdk("GET", f"{_SAMPLES}/person")])  # fmt: skip
def token_opens_every_device(patch: Patch) -> None:
    @patch.function("auth._check_own")
    def _(original, world, request, app, device):
        named = request.path.get("vibes_device_id")
        if named is not None and world.get("devices", named) is None:
            original(world, request, app, device)


@mutant("A device may say where it is", "vibes 13.4 [D55]", "prose", (CHANGE, RENEW), [
    sdk("PATCH", _JOHNS, _CHICAGO), get(_JOHNS)])  # fmt: skip
def location_not_kept(patch: Patch) -> None:
    @patch.function("installations.change")
    def _(original, world, device, changes):
        return original(world, device, {name: value for name, value in changes.items() if name != "location"})


@mutant("What a change leaves out stays", "vibes 2.8, 13.4 [I]", "prose", CHANGE, [
    sdk("PATCH", _JOHNS, _CHICAGO), get(_JOHNS)])  # fmt: skip
def change_erases_what_is_left_out(patch: Patch) -> None:
    @patch.function("sdk_devices.update_device")
    def _(original, **asked):
        blank = dict.fromkeys(("app_version", "hardware_model", "locale"))
        return original(**{**asked, "body": {"device": {**blank, **asked["body"]["device"]}}})


@mutant("A device that unregisters is gone", "vibes 13.4 [D55]", "prose", UNREGISTER, [
    sdk("DELETE", _JOHNS), get(_JOHNS)])  # fmt: skip
def unregistered_device_stays(patch: Patch) -> None:
    unheard(patch, "sdk_devices.unregister_device")


@mutant("The person is told with the external id", "vibes 13.4 [D55]", "silent", PERSON, [
    sdk("GET", f"{_JOHNS}/person")])  # fmt: skip
def person_of_device_without_external_id(patch: Patch) -> None:
    @patch.function("sdk_devices.get_device_person")
    def _(original, **asked):
        return Reply({**original(**asked).body, "external_person_id": None})


@mutant("A push token reaches the device", "vibes 13.4 [D55]", "prose", REACH, [
    sdk("POST", f"{_JOHNS}/push_registration", _PUSH), get(_JOHNS)])  # fmt: skip
def push_token_not_kept(patch: Patch) -> None:
    unheard(patch, "sdk_devices.register_push")


@mutant("A push token must not be empty", "vibes 13.4 [I]", "schema", REACH, [
    sdk("POST", f"{_JOHNS}/push_registration", {"device": {"push_token": ""}})])  # fmt: skip
def empty_push_token_taken(patch: Patch) -> None:
    @patch.spec
    def _(document):
        document["components"]["schemas"]["PushTokenInput"]["properties"]["device"]["properties"]["push_token"].pop(
            "minLength"
        )


@mutant("Pushes can be switched off", "vibes 13.4 [D55]", "prose", SILENCE, [
    sdk("DELETE", f"{_JOHNS}/push_registration"), get(_JOHNS)])  # fmt: skip
def pushes_go_on(patch: Patch) -> None:
    unheard(patch, "sdk_devices.unregister_push")


@mutant("A device without pushes is there", "vibes 13.4 [D55]", "prose", SILENCE, [
    sdk("DELETE", f"{_JOHNS}/push_registration"), get(_JOHNS)])  # fmt: skip
def device_gone_with_its_pushes(patch: Patch) -> None:
    @patch.function("installations.silence")
    def _(original, world, device):
        world.delete("devices", device["vibes_device_id"])
        return device


@mutant("An upload has an event", "vibes 13.4 [D55]", "schema", UPLOAD, [
    sdk("POST", f"{_JOHNS}/events", {"events": []}, x_event_type="launch")])  # fmt: skip
def upload_of_nothing_taken(patch: Patch) -> None:
    @patch.request(UPLOAD)
    def _(asked: Asked):
        return (202, [], b"") if asked.body.replace(b" ", b"") == b'{"events":[]}' else None


@mutant("A device tells of a push that it received", "vibes 13.4 [D55]", "schema", UPLOAD, [
    sdk("POST", f"{_JOHNS}/events", {"events": [{**_LAUNCH, "type": "push_receive"}]},
        x_event_type="push_receive")])  # fmt: skip
def push_receive_unknown(patch: Patch) -> None:
    @patch.spec
    def _(document):
        document["components"]["schemas"]["SdkEventType"]["enum"].remove("push_receive")


@mutant("An upload is accepted: 202", "vibes 13.4 [I]", "schema", UPLOAD, [
    sdk("POST", f"{_JOHNS}/events", {"events": [_LAUNCH]}, x_event_type="launch")])  # fmt: skip
def upload_is_created(patch: Patch) -> None:
    @patch.answer(UPLOAD)
    def _(answer: Answer) -> None:
        answer.status = 201 if answer.status == 202 else answer.status


@mutant("An inbox is its person's", "vibes 13.4 [D55]", "prose", LIST, [sdk("GET", _INBOX)])
def inbox_of_everybody(patch: Patch) -> None:
    @patch.function("inbox.list_messages")
    def _(original, **asked):
        original(**asked)
        return Reply([inbox._shown(it) for it in asked["world"].find("inbox_messages")])


@mutant("A message that has expired is gone", "vibes 13.4 [I]", "prose", (LIST, GET), [sdk("GET", _INBOX)])
def expired_message_stays(patch: Patch) -> None:
    @patch.function("inbox._lasts")
    def _(original, world, message):
        return True


@mutant("A message has its content", "vibes 13.4 [D55]", "schema", (LIST, GET), [sdk("GET", _MESSAGE)])
def message_without_content(patch: Patch) -> None:
    @patch.answer(LIST, GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for message in body if isinstance(body, list) else [body]:
                    message.pop("content")


@mutant("A message can be marked as read", "vibes 13.4 [D55]", "prose", UPDATE, [
    sdk("PUT", _MESSAGE, {"read": True}), sdk("GET", _MESSAGE)])  # fmt: skip
def message_stays_unread(patch: Patch) -> None:
    @patch.put("inbox_messages")
    def _(original, world, message):
        return original({**message, "read": False}) | {"read": message["read"]}


@mutant("A marked message is answered", "vibes 13.4 [D55]", "schema", UPDATE, [
    sdk("PUT", _MESSAGE, {"read": True})])  # fmt: skip
def marked_message_not_answered(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.body = orjson.dumps({})


@mutant("A message can be let expire", "vibes 13.4 [D55]", "silent", UPDATE, [
    sdk("PUT", _MESSAGE, {"expires_at": "2001-01-01T00:00:00.000Z"}), sdk("GET", _MESSAGE)])  # fmt: skip
def message_does_not_expire(patch: Patch) -> None:
    @patch.put("inbox_messages")
    def _(original, world, message):
        return original({**message, "expires_at": None}) | {"expires_at": message.get("expires_at")}


@mutant("An unknown migration item is 404", "vibes 13.4 [I]", "prose", CONFIRM, [
    confirm(migration_item_id="no-such-item")])  # fmt: skip
def unknown_item_confirmed(patch: Patch) -> None:
    @patch.function("migrations.confirm_migration")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            return Reply(None, 204)


@mutant("A migration item is confirmed by one device", "vibes 13.4 [I]", "prose", CONFIRM, [
    confirm(migration_item_id=_SAMPLES_ITEM)])  # fmt: skip
def item_confirmed_by_another(patch: Patch) -> None:
    @patch.function("migrations.confirm_migration")
    def _(original, **asked):
        item = asked["world"].get("migration_items", asked["body"]["migration_item_id"])
        if item is not None:
            asked["world"].put("migration_items", {**item, "vibes_device_id": None})
        return original(**asked)


@mutant("An SDK may assign its device", "vibes 13.4 [D55]", "schema", ASSIGN, [
    sdk("POST", f"{_JOHNS}/assign", {"external_person_id": "ex1234"})])  # fmt: skip
def assignment_by_servers_only(patch: Patch) -> None:
    @patch.step("_authenticate", ASSIGN)
    def _(original, compiled, world, request):
        if (request.header("authorization") or "").startswith("MobileAppToken"):
            raise Unauthenticated("Servers only", headers={"WWW-Authenticate": "Basic"})
        return original(world, request)
