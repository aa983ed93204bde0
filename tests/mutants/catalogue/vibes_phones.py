"""Vibes: phones that pushes reach: imported, described by their SDK, and moved between persons (reference, section
13)."""

from __future__ import annotations

from mockserver.vendors.vibes import migrations, ownership
from tests.mutants.catalogue.vibes_access import APP, IMPORT, P
from tests.mutants.catalogue.vibes_callbacks import ADD as REGISTER
from tests.mutants.catalogue.vibes_deliveries import register
from tests.mutants.catalogue.vibes_devices import ASSIGN, GET, LIST, LIST_EXTERNAL
from tests.mutants.catalogue.vibes_sdk import OWN, RENEW, sdk
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Advance, Hear, get, post

mutant = Theme("vibes", "phones")
_D = "/mobile_apps/MyAppId01/devices"
_JOHNS = f"{_D}/0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
_BAD_TOKEN = {"devices": [{"platform": "ANDROID", "token": "invalid:1", "external_person_id": "ex1234"}]}


@mutant(
    "A token that could not be imported reaches no device",
    "vibes 13.1 [S]",
    "prose",
    (IMPORT, LIST, LIST_EXTERNAL),
    [post(f"{APP}/import_batches", _BAD_TOKEN), Advance(61), get(f"{P}/external/ex1234/push_devices")],
)
def failed_token_makes_a_device(patch: Patch) -> None:
    @patch.function("migrations._finished")
    def _(original, world, app, batch, device):
        finished = original(world, app, batch, device)
        if finished["status"] == migrations._FAILURE:
            migrations._attach(world, app, device)
        return finished


@mutant(
    "A location is its latitude and its longitude",
    "vibes 13.2 [D48]",
    "prose",
    (GET, LIST, LIST_EXTERNAL),
    [get(_JOHNS)],
)
def latitude_and_longitude_swapped(patch: Patch) -> None:
    @patch.function("devices._shown")
    def _(original, device):
        place = device.get("location")
        if place:
            device = {**device, "location": {"latitude": place["longitude"], "longitude": place["latitude"]}}
        return original(device)


@mutant(
    "A moved device is told as added to the person who has it now",
    "vibes 13.3, 14.3 [D51]",
    "prose",
    (ASSIGN, REGISTER),
    [
        register("device_added", app_id="MyAppId01"),
        post(f"{_JOHNS}/assign", {"person_key": "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"}),
        Hear(),
    ],
)
def moved_device_told_as_added_to_its_former_person(patch: Patch) -> None:
    @patch.function("ownership.give")
    def _(original, world, device, person):
        before = device.get("person_key")
        holder = world.get("persons", before) if before is not None else None
        if holder is None or before == person["person_key"]:
            return original(world, device, person)
        given = {**device, "person_key": person["person_key"], "updated_at": world.time()}
        world.put("devices", given)
        ownership.happenings.device_removed(world, holder, device)
        ownership.happenings.device_added(world, holder, given)
        return given


_NEWER = {"device": {"os": "iOS", "app_version": "2.5.0"}}


@mutant(
    "A renewal says what the device is now",
    "vibes 13.4 [D55]",
    "prose",
    RENEW,
    [sdk("PUT", _JOHNS, _NEWER, OWN), get(_JOHNS)],
)
def renewal_changes_the_token_only(patch: Patch) -> None:
    @patch.function("sdk_devices.renew_device")
    def _(original, body, **rest):
        return original(body={"device": {}}, **rest)
