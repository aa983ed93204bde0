"""Accengage: who is in an application and what they did: devices, lists, clicks, statistics; and what in-apps, alarms,
inboxes and geogroups refer to (reference, sections 1.6 and 11 to 18)."""

from __future__ import annotations

from mockserver.vendors.accengage import dates, userbase
from tests.mutants.catalogue.accengage_access import A, post, put, read
from tests.mutants.catalogue.accengage_data import ALICE, BRUNO, CLICKS, MEMBERS, STATS, TARGETS, UPSERT
from tests.mutants.catalogue.accengage_data import UPDATE_MANY as UPDATE_DEVICES
from tests.mutants.catalogue.accengage_places import ADD, REMOVE
from tests.mutants.catalogue.accengage_shown import (
    ALARM_MAKE,
    ALARM_UPDATE,
    INAPP_MAKE,
    INAPP_UPDATE,
    INBOX_MAKE,
    INBOX_UPDATE,
)
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Advance, signed

mutant = Theme("accengage", "audience")
_SECOND = A.replace("myPartnerId", "mySecondPartnerId")


@mutant(
    "A day as the last bound is its first moment", "accengage 1.6 [I-MIN]", "prose", (*CLICKS, *TARGETS),
    [read("/campaigns/91/clicks?endDate=2018-04-02")],
)  # fmt: skip
def last_day_counts_to_its_end(patch: Patch) -> None:
    @patch.function("audience.page")
    def _(original, world, request, kind, owner, page, between, data, **rest):
        start, end = between
        whole = f"{end} 23:59:59" if end is not None and len(end) == len("2018-04-02") else end
        return original(world, request, kind, owner, page, (start, whole), data, **rest)


@mutant(
    "A first date includes its bound", "accengage 13 [S]", "prose", (*CLICKS, *TARGETS),
    [read("/campaigns/91/clicks?startDate=2018-04-02%2009:00:12")],
)  # fmt: skip
def first_moment_left_out(patch: Patch) -> None:
    @patch.function("audience.page")
    def _(original, world, request, kind, owner, page, between, data, *, since=0.0):
        after = 0.0 if between[0] is None else dates.seconds("startDate", between[0]) + 1
        return original(world, request, kind, owner, page, between, data, since=max(since, after))


_BOTH_KEYS = {"matchingKeys": ["UDID", "token"], "users": [{"UDID": BRUNO, "token": "AB5E", "model": "Galaxy S9"}]}


@mutant(
    "All matching keys must fit", "accengage 11 O27 [S]", "prose", UPDATE_DEVICES,
    [put("/devices", _BOTH_KEYS), read(f"/devices/search/by?UDID={BRUNO}")],
)  # fmt: skip
def first_matching_key_is_enough(patch: Patch) -> None:
    @patch.function("devices.update_devices")
    def _(original, world, partner_id, body):
        keys = body.get("matchingKeys", [])
        users = []
        for user in body["users"]:
            device = userbase.first(world, partner_id, {keys[0]: user[keys[0]]}) if keys and keys[0] in user else None
            own = userbase.shown(device) if device is not None else {}
            users.append({**user, **{key: own[key] for key in keys[1:] if key in own}})
        return original(world=world, partner_id=partner_id, body={**body, "users": users})


@mutant(
    "Who is put into a list again without `expireAt` stays for ever", "accengage 12 O31 [I-MIN]", "prose",
    (UPSERT, MEMBERS),
    [put("/lists/1235", {"users": [{"device": {"deviceId": ALICE}}]}), Advance(31), read("/lists/1235")],
)  # fmt: skip
def former_expiry_stays_when_none_is_given(patch: Patch) -> None:
    @patch.function("membership.put")
    def _(original, world, partner_id, list_key, user):
        device = userbase.first(world, partner_id, {user["field"]: user["value"]}) or {"fields": {"UDID": ""}}
        known = world.get("members", f"{list_key}/{device['fields']['UDID']}")
        if known is not None and user["expiresAt"] is None:
            user = {**user, "expiresAt": known["expiresAt"]}
        original(world, partner_id, list_key, user)


@mutant(
    "A first day alone counts until now", "accengage 15 O37 [S]", "prose", STATS, [read("/stats?startDate=2018-04-21")]
)
def first_day_alone_is_one_day(patch: Patch) -> None:
    @patch.function("stats.list_stats")
    def _(original, start_date=None, end_date=None, **rest):
        return original(start_date=start_date, end_date=end_date or start_date, **rest)


@mutant(
    "An external id leads to a group of the same application", "accengage 16 O48 [I-404]", "prose", (*ADD, *REMOVE),
    [
        signed("POST", f"{_SECOND}/geofences", {"info": {"name": "Kiosk"}}),
        signed("POST", f"{_SECOND}/geogroups/ext:myGeogroupExternalId/geofences", b'{"id": {{id}}}'),
    ],
)  # fmt: skip
def external_id_leads_into_any_application(patch: Patch) -> None:
    @patch.function("geogroups._group")
    def _(original, world, partner_id, geogroup_id):
        wanted = geogroup_id.removeprefix("ext:")
        groups = (it for it in world.find("geogroups") if it.get("externalId") == wanted != geogroup_id)
        return next(groups, None) or original(world, partner_id, geogroup_id)


_OPENS = {
    "name": "Banner",
    "messages": [{"template": {"type": "popup", "text": "Hello"}, "action": {"templateValue": "nosuch"}}],
}


@mutant(
    "A click opens a template that there is", "accengage 17 [S]", "prose", (INAPP_MAKE, *INAPP_UPDATE),
    [post("/inapps", _OPENS)],
)  # fmt: skip
def template_of_an_action_not_looked_at(patch: Patch) -> None:
    @patch.function("inapps._check")
    def _(original, world, partner_id, body):
        bare = [{name: it for name, it in one.items() if name != "action"} for one in body["messages"]]
        original(world, partner_id, {**body, "messages": bare})


_SHOPS = {"geolocations": {"inclusion": [{"id": 422, "type": "geogroup", "transition": "enter"}]}}


@mutant(
    "A geolocation may be a geogroup", "accengage 2.7, 18 O61 [S][D10]", "prose",
    (ALARM_MAKE, *ALARM_UPDATE, INAPP_MAKE, *INAPP_UPDATE),
    [post("/alarms", {"name": "Near a shop", "messages": [{"text": "Come in"}], "triggers": _SHOPS})],
)  # fmt: skip
def geogroup_looked_for_among_geofences(patch: Patch) -> None:
    @patch.function("criteria._check_owned")
    def _(original, world, app, kind, number, what):
        original(world, app, "geofences" if kind == "geogroups" else kind, number, what)


_TO_NOBODY = {
    "messages": [{"title": "News", "content": {"type": "text", "body": "Hello"}}],
    "lists": [{"externalId": "nosuch"}],
}


@mutant(
    "An unknown list is 404, however it is named", "accengage 18 O68 [S]", "prose",
    (INBOX_MAKE, *INBOX_UPDATE, INAPP_MAKE, *INAPP_UPDATE, ALARM_MAKE, *ALARM_UPDATE, "messages.create_message"),
    [post("/inboxes", _TO_NOBODY)],
)  # fmt: skip
def list_named_by_external_id_not_looked_up(patch: Patch) -> None:
    @patch.function("addressees.check")
    def _(original, world, partner_id, body):
        original(world, partner_id, {**body, "lists": [it for it in body.get("lists", ()) if "id" in it]})
