"""Vibes: push devices and whose they are (reference, sections 4.13, 13.2 and 13.3)."""

from __future__ import annotations

import orjson

from mockserver.errors import Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.vendors.vibes import devices, identity, profile
from tests.mutants.catalogue.vibes_access import ANNE, JOHN, P
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get, post

mutant = Theme("vibes", "devices")
LIST, LIST_EXTERNAL = "devices.list_push_devices", "devices.list_push_devices_by_external_id"
GET, ASSIGN = "devices.get_device", "devices.assign_device"
_D = "/mobile_apps/MyAppId01/devices"
_JOHNS = f"{_D}/0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
_NOBODYS = f"{_D}/6a1f0c52-7b9e-4d38-8c04-b2e95d7713fa"  # of the anonymous person of an import
_ANNE = {"person_key": "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"}


@mutant(
    "Only devices of the person are listed",
    "vibes 4.13 [D48]",
    "prose",
    (LIST, LIST_EXTERNAL),
    [get(f"{ANNE}/push_devices")],
)
def devices_of_everybody(patch: Patch) -> None:
    @patch.function("devices._listed")
    def _(original, world, person):
        original(world, person)
        return Reply([devices._shown(it) for it in world.find("devices")])


@mutant("All devices of a person are listed", "vibes 4.13 [D48]", "prose", LIST, [get(f"{JOHN}/push_devices")])
def latest_device_only(patch: Patch) -> None:
    @patch.function("devices.list_push_devices")
    def _(original, **asked):
        return Reply(original(**asked).body[-1:])


@mutant(
    "The devices of nobody are 404",
    "vibes 4.13 [D48]",
    "prose",
    LIST_EXTERNAL,
    [get(f"{P}/external/nobody/push_devices")],
)
def devices_of_nobody_are_empty(patch: Patch) -> None:
    @patch.function("devices.list_push_devices_by_external_id")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            return Reply([])


@mutant("Somebody without devices has none", "vibes 4.13 [I]", "silent", LIST, [get(f"{ANNE}/push_devices")])
def no_devices_is_404(patch: Patch) -> None:
    @patch.function("devices.list_push_devices")
    def _(original, **asked):
        reply = original(**asked)
        if not reply.body:
            raise NotFound("The person has no devices")
        return reply


@mutant("One device stands under `device`", "vibes 13.2 [D48]", "schema", GET, [get(_JOHNS)])
def device_not_wrapped(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.body = orjson.dumps(orjson.loads(answer.body)["device"])


@mutant(
    "A device belongs to one app",
    "vibes 13.3 [D48]",
    "prose",
    GET,
    [get("/mobile_apps/EmptyAppId1/devices/0d83b7e6-41f2-4a95-9e70-c6581fa3d247")],
)
def device_of_another_app_read(patch: Patch) -> None:
    @patch.function("devices.get_device")
    def _(original, **asked):
        device = asked["world"].get("devices", asked["vibes_device_id"])
        return original(**asked) if device is None else Reply({"device": devices._shown(device)})


@mutant(
    "Assigning moves the device",
    "vibes 13.3 [D49]",
    "prose",
    ASSIGN,
    [post(f"{_JOHNS}/assign", _ANNE), get(f"{ANNE}/push_devices")],
)
def assigned_device_stays(patch: Patch) -> None:
    @patch.function("ownership.give")
    def _(original, world, device, person):
        return device


@mutant(
    "A device has one person",
    "vibes 13.3, 17.47 [D49]",
    "prose",
    ASSIGN,
    [post(f"{_JOHNS}/assign", _ANNE), get(f"{JOHN}/push_devices")],
)
def moved_device_stays_with_both(patch: Patch) -> None:
    @patch.function("devices.assign_device")
    def _(original, **asked):
        world = asked["world"]
        before = world.get("devices", asked["vibes_device_id"])
        reply = original(**asked)
        after = world.get("devices", asked["vibes_device_id"])
        if after is not None and before["person_key"] != after["person_key"]:
            kept = {name: f"{before[name]}-2" for name in ("vibes_device_id", "push_token")}
            world.put("devices", {**before, **kept})
        return reply


@mutant(
    "`person_key` wins",
    "vibes 13.3 [D48]",
    "prose",
    ASSIGN,
    [post(f"{_JOHNS}/assign", {**_ANNE, "external_person_id": "EXT542399"})],
)
def external_id_wins(patch: Patch) -> None:
    @patch.function("devices.assign_device")
    def _(original, **asked):
        body = asked["body"]
        if body.get("external_person_id") is not None:
            body = {"external_person_id": body["external_person_id"]}
        return original(**{**asked, "body": body})


@mutant(
    "An unknown external id is given to whoever has the device",
    "vibes 13.3 [D48][D49]",
    "prose",
    ASSIGN,
    [post(f"{_NOBODYS}/assign", {"external_person_id": "EXT900001"})],
)
def assigning_to_an_unknown_external_id_adds_a_person(patch: Patch) -> None:
    @patch.function("devices._called")
    def _(original, world, company_key, device, external_person_id):
        person = identity.by_external_id(world, company_key, external_person_id)
        return person or identity.add(world, company_key, {"external_person_id": external_person_id})


@mutant(
    "An unknown external id is no error",
    "vibes 13.3 [D48][D49]",
    "prose",
    ASSIGN,
    [post(f"{_NOBODYS}/assign", {"external_person_id": "EXT900001"})],
)
def unknown_external_id_of_an_assignment_is_404(patch: Patch) -> None:
    @patch.function("devices._called")
    def _(original, world, company_key, device, external_person_id):
        return identity.known(identity.by_external_id(world, company_key, external_person_id))


@mutant(
    "An unknown `person_key` is 404",
    "vibes 13.3 [D68]",
    "prose",
    ASSIGN,
    [post(f"{_JOHNS}/assign", {"person_key": "nobody"})],
)
def unknown_person_key_ignored(patch: Patch) -> None:
    @patch.function("devices.assign_device")
    def _(original, **asked):
        world = asked["world"]
        try:
            return original(**asked)
        except NotFound:
            device = world.get("devices", asked["vibes_device_id"])
            if device is None or device["app_id"] != asked["app_id"]:
                raise
            return Reply(profile.shown(world, world.get("persons", device["person_key"]), asked["x_api_version"]))


@mutant(
    "Assigning again succeeds",
    "vibes 13.3, 17.47 [D49]",
    "prose",
    ASSIGN,
    [post(f"{_JOHNS}/assign", _ANNE), post(f"{_JOHNS}/assign", _ANNE)],
)
def assigning_again_is_422(patch: Patch) -> None:
    @patch.function("ownership.give")
    def _(original, world, device, person):
        if device.get("person_key") == person["person_key"]:
            raise Invalid("The device is assigned already")
        return original(world, device, person)


@mutant("The answer is the person", "vibes 13.3 [D49][D68]", "schema", ASSIGN, [post(f"{_JOHNS}/assign", _ANNE)])
def assigning_answers_the_device(patch: Patch) -> None:
    @patch.answer(ASSIGN)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            person = orjson.loads(answer.body)
            answer.body = orjson.dumps({"device": {"vibes_device_id": "unknown", "url": person["url"]}})
