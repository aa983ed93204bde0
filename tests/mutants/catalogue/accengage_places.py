"""Accengage: geofences, beacons and geogroups (reference, section 16)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.vendors.accengage.errors import Refused
from tests.mutants.catalogue.accengage_access import drop, post, put, read
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch

mutant = Theme("accengage", "places")
MAKE, MAKE_BEACON = "geofences.create_geofence", "beacons.create_beacon"
GET, GET_BEACON = "geofences.get_geofence", "beacons.get_beacon"
UPDATE, UPDATE_BEACON = "geofences.update_geofence", "beacons.update_beacon"
GROUP, GROUPS = "geogroups.create_geogroup", "geogroups.list_geogroups"
ADD = ("geogroups.add_geogroup_beacon", "geogroups.add_geogroup_geofence")
REMOVE = ("geogroups.remove_geogroup_beacon", "geogroups.remove_geogroup_geofence")
_SHOP = {"info": {"name": "Shop", "latitude": 48.85, "longitude": 2.35, "radius": 200}}


@mutant(
    "Without `info` is 400", "accengage 16 O39, O41 [S]", "schema", (MAKE, UPDATE), [post("/geofences", {"name": "x"})]
)
def geofence_without_info(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["Geofence"].pop("required")


@mutant(
    "Without `info` is 400",
    "accengage 16 O43, O45 [S]",
    "schema",
    (MAKE_BEACON, UPDATE_BEACON),
    [put("/beacons/404", {})],
)
def beacon_without_info(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["Beacon"].pop("required")


def _reads_others(patch: Patch, kind: str) -> None:
    @patch.function("places.own")
    def _(original, world, asked, partner_id, number):
        found = world.get(kind, str(number)) if asked == kind else None
        return found or original(world, asked, partner_id, number)


@mutant(
    "A geofence of another application is 404", "accengage 16 O40, 20.16 [S]", "prose",
    (GET, UPDATE, ADD[1], REMOVE[1]), [read("/geofences/478")],
)  # fmt: skip
def geofence_of_others_shown(patch: Patch) -> None:
    _reads_others(patch, "geofences")


@mutant(
    "A beacon of another application is 404", "accengage 16 O44, 20.16 [S]", "prose",
    (GET_BEACON, UPDATE_BEACON, ADD[0], REMOVE[0]), [read("/beacons/406")],
)  # fmt: skip
def beacon_of_others_shown(patch: Patch) -> None:
    _reads_others(patch, "beacons")


@mutant("An unknown geofence is 404", "accengage 16 O40 [S]", "schema", GET, [read("/geofences/405")])
def unknown_geofence_is_400(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        answer.status = 400 if answer.status == 404 else answer.status


@mutant(
    "A geofence is read back as it was written", "accengage 16 O40, 20.18 [S]", "prose", GET,
    [post("/geofences", {"info": {"name": "Shop", "floor": 3}}), read("/geofences/{{id}}")],
)  # fmt: skip
def unknown_members_of_info_lost(patch: Patch) -> None:
    @patch.function("geofences.get_geofence")
    def _(original, **given):
        reply = original(**given)
        known = ("name", "externalId", "latitude", "longitude", "radius")
        info = {name: it for name, it in reply.body["info"].items() if name in known}
        return Reply({**reply.body, "info": info})


@mutant(
    "An update is kept", "accengage 16 O41, 20.18 [S]", "prose", UPDATE,
    [put("/geofences/404", _SHOP), read("/geofences/404")],
)  # fmt: skip
def geofence_keeps_its_radius(patch: Patch) -> None:
    @patch.function("geofences.update_geofence")
    def _(original, world, geofence_id, body, **rest):
        known = world.get("geofences", str(geofence_id)) or {"info": {}}
        info = {**body["info"], **{name: known["info"][name] for name in ("latitude",) if name in known["info"]}}
        return original(world=world, geofence_id=geofence_id, body={**body, "info": info}, **rest)


@mutant(
    "An update is kept", "accengage 16 O45, 20.18 [S]", "prose", UPDATE_BEACON,
    [put("/beacons/404", {"info": {"name": "Exit"}}), read("/beacons/404")],
)  # fmt: skip
def beacon_update_forgotten(patch: Patch) -> None:
    @patch.function("beacons.update_beacon")
    def _(original, world, beacon_id, **rest):
        known = world.get("beacons", str(beacon_id))
        reply = original(world=world, beacon_id=beacon_id, **rest)
        world.put("beacons", known)
        return reply


@mutant(
    "A new beacon is there", "accengage 16 O43, 20.18 [S]", "prose", MAKE_BEACON,
    [post("/beacons", {"info": {"name": "Door"}}), read("/beacons/{{id}}")],
)  # fmt: skip
def new_beacon_has_another_id(patch: Patch) -> None:
    @patch.function("beacons.create_beacon")
    def _(original, **given):
        reply = original(**given)
        return Reply({"id": reply.body["id"] + 1})


@mutant(
    "An external id stands once in an application", "accengage 16 O46 [I-LABEL]", "prose", GROUP,
    [post("/geogroups", {"name": "Shops", "externalId": "myGeogroupExternalId"})],
)  # fmt: skip
def geogroup_external_id_twice(patch: Patch) -> None:
    @patch.function("geogroups.create_geogroup")
    def _(original, body, **rest):
        try:
            return original(body=body, **rest)
        except Refused:
            return original(body={name: it for name, it in body.items() if name != "externalId"}, **rest)


@mutant("A group shows its external id", "accengage 16 O47 [S]", "prose", GROUPS, [read("/geogroups")])
def geogroups_without_external_id(patch: Patch) -> None:
    @patch.answer(GROUPS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for group in body["geogroups"]:
                    group.pop("externalId", None)


_EXTERNAL = "/geogroups/ext:myGeogroupExternalId"


@mutant(
    "`ext:` leads to a group", "accengage 1.7, 16 O48 [S]", "prose", (*ADD, *REMOVE),
    [post(f"{_EXTERNAL}/geofences", {"id": 479})],
)  # fmt: skip
def external_ids_lead_nowhere(patch: Patch) -> None:
    @patch.function("geogroups._group")
    def _(original, world, partner_id, geogroup_id):
        if geogroup_id.startswith("ext:"):
            raise Refused(404, f"Geogroup {geogroup_id} was not found")
        return original(world, partner_id, geogroup_id)


@mutant(
    "Adding again is a success", "accengage 16 O49, 20.56 [S]", "schema", ADD,
    [post("/geogroups/422/geofences", {"id": 404})],
)  # fmt: skip
def member_added_again_is_refused(patch: Patch) -> None:
    @patch.function("geogroups._change")
    def _(original, world, partner_id, geogroup_id, kind, number, there):
        group = world.get("geogroups", geogroup_id)
        if there and group and number in group[kind]:
            raise Refused(409, "It is in the group already")
        return original(world, partner_id, geogroup_id, kind, number, there=there)


@mutant(
    "Removing again is a success", "accengage 16 O50, 20.56 [S]", "prose", REMOVE,
    [drop("/geogroups/423/beacons", {"id": 404})],
)  # fmt: skip
def member_removed_again_is_404(patch: Patch) -> None:
    @patch.function("geogroups._change")
    def _(original, world, partner_id, geogroup_id, kind, number, there):
        group = world.get("geogroups", geogroup_id)
        if not there and group and number not in group[kind]:
            raise Refused(404, "It is not in the group")
        return original(world, partner_id, geogroup_id, kind, number, there=there)


@mutant(
    "A beacon is added to the beacons", "accengage 16 O48 [S]", "prose", ADD,
    [post("/geogroups/423/beacons", {"id": 404}), read("/geogroups")],
)  # fmt: skip
def beacon_added_to_the_geofences(patch: Patch) -> None:
    @patch.function("geogroups._change")
    def _(original, world, partner_id, geogroup_id, kind, number, there):
        reply = original(world, partner_id, geogroup_id, kind, number, there=there)
        group = world.get("geogroups", geogroup_id)
        if there and group and kind == "beacons":
            world.put("geogroups", {**group, "beacons": [], "geofences": [*group["geofences"], number]})
        return reply


@mutant(
    "Who is removed is gone", "accengage 16 O51 [S]", "prose", REMOVE,
    [drop("/geogroups/422/geofences", {"id": 404}), read("/geogroups")],
)  # fmt: skip
def member_stays_in_its_group(patch: Patch) -> None:
    @patch.function("geogroups._change")
    def _(original, world, partner_id, geogroup_id, kind, number, there):
        return original(world, partner_id, geogroup_id, kind, number, there=there) if there else Reply({})


@mutant(
    "An unknown member is 404", "accengage 16 O48 [I-404]", "schema", ADD, [post("/geogroups/422/beacons", {"id": 405})]
)
def unknown_member_added(patch: Patch) -> None:
    @patch.function("geogroups._change")
    def _(original, world, partner_id, geogroup_id, kind, number, there):
        if there and world.get(kind, str(number)) is None:
            return Reply({})
        return original(world, partner_id, geogroup_id, kind, number, there=there)
