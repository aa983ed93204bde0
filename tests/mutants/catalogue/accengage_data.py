"""Accengage: devices, static lists, clicks, targets and statistics (reference, sections 11 to 15)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.vendors.accengage import userbase
from mockserver.vendors.accengage.errors import Refused, body_of
from tests.mutants.catalogue.accengage_access import drop, post, put, read
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance

mutant = Theme("accengage", "data")
LIST, SEARCH = "devices.list_devices", "devices.search_device"
UPDATE, UPDATE_MANY = "devices.update_device", "devices.update_devices"
MAKE, MEMBERS = "static_lists.create_static_list", "static_lists.list_static_list_devices"
UPSERT, REMOVE = "static_lists.upsert_static_list_devices", "static_lists.remove_static_list_devices"
CLICKS = ("clicks.list_campaign_clicks", "clicks.list_message_clicks")
TARGETS = ("targets.list_campaign_targets", "targets.list_message_targets")
STATS = "stats.list_stats"
ALICE, BRUNO = "1A2B3C4D-5E6F-7A8B-9C0D-1E2F3A4B5C6D", "2B3C4D5E-6F7A-8B9C-0D1E-2F3A4B5C6D7E"
_COLUMNS = "fields%5B1%5D=token&fields%5B2%5D=UDID"


@mutant(
    "Columns stand in the order asked for", "accengage 11 O24 [I-MIN]", "prose", LIST, [read(f"/devices?{_COLUMNS}")]
)
def csv_columns_sorted(patch: Patch) -> None:
    @patch.function("devices.list_devices")
    def _(original, fields=None, **rest):
        wanted = {str(n): name for n, name in enumerate(sorted(fields.values()), 1)} if fields else fields
        return original(fields=wanted, **rest)


@mutant("A value stands under its field", "accengage 11 O24 [S]", "prose", LIST, [read(f"/devices?{_COLUMNS}")])
def csv_values_under_other_names(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        head, *lines = answer.body.decode().splitlines()
        if answer.status == 200 and head.count(";") > 0:
            swapped = [";".join([*line.split(";")[1::-1], *line.split(";")[2:]]) for line in lines]
            answer.body = "\n".join([head, *swapped, ""]).encode()


@mutant("The first line names the columns", "accengage 11 O24 [I-MIN]", "prose", LIST, [read(f"/devices?{_COLUMNS}")])
def csv_without_its_first_line(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.body = answer.body.partition(b"\n")[2]


@mutant("Only the fields asked for", "accengage 11 O24, 20.38 [S]", "prose", LIST, [read(f"/devices?{_COLUMNS}")])
def csv_always_whole(patch: Patch) -> None:
    @patch.function("devices.list_devices")
    def _(original, fields=None, **rest):
        return original(fields=None, **rest)


@mutant(
    "A field that there is not is 400", "accengage 11 O24 [S]", "prose", LIST,
    [read("/devices?fields%5B1%5D=UDID&fields%5B2%5D=nosuch")],
)  # fmt: skip
def csv_passes_over_unknown_fields(patch: Patch) -> None:
    @patch.function("devices.list_devices")
    def _(original, world, partner_id, fields=None, **rest):
        known = userbase.names(world, partner_id)
        asked = [name for name in userbase.listed(fields or {}) if name in known]
        return original(world=world, partner_id=partner_id, fields={"": asked} if asked else None, **rest)


@mutant(
    "A range of first openings is half open", "accengage 11 O24, 20.39 [S]", "prose", LIST,
    [read("/devices?firstOpen=2014-06-08%2012:34:56%7C2015-01-20%2007:00:00")],
)  # fmt: skip
def range_includes_its_end(patch: Patch) -> None:
    @patch.function("devices._between")
    def _(original, partner_id, low, high):
        return original(partner_id, low, high if isinstance(high, str) else high + 1)


@mutant(
    "A last opening includes its bound", "accengage 11 O24, 20.39 [S]", "prose", LIST,
    [read("/devices?lastOpen=2018-04-29%2019:40:11")],
)  # fmt: skip
def bound_is_left_out(patch: Patch) -> None:
    @patch.function("devices._between")
    def _(original, partner_id, low, high):
        return original(partner_id, low + 1 if isinstance(high, str) else low, high)


@mutant(
    "All filters must match", "accengage 11 O25 [I-MIN]", "prose", SEARCH,
    [read("/devices/search/by?clientId=42&token=AB60")],
)  # fmt: skip
def any_filter_matches(patch: Patch) -> None:
    @patch.function("userbase.first")
    def _(original, world, partner_id, values):
        found = (original(world, partner_id, {name: value}) for name, value in values.items())
        return next((it for it in found if it is not None), None)


@mutant("No filter is 400", "accengage 11 O25 [S]", "prose", SEARCH, [read("/devices/search/by")])
def no_filter_finds_anybody(patch: Patch) -> None:
    @patch.function("devices.search_device")
    def _(original, **given):
        with suppress(Refused):
            return original(**given)
        return Reply({"data": {"UDID": ALICE}})


@mutant(
    "A filter is an indexed field", "accengage 11 O25 [S]", "prose", SEARCH,
    [read(f"/devices/search/by?UDID={ALICE}&firstname=Alice")],
)  # fmt: skip
def other_fields_are_no_filters(patch: Patch) -> None:
    @patch.function("devices.query")
    def _(original, given):
        found = original(given)
        return {name: it for name, it in found.items() if name in ("UDID", "token", "clientId")} or found


@mutant("Nobody found is 404", "accengage 11 O25 [S]", "schema", SEARCH, [read("/devices/search/by?UDID=A")])
def nobody_is_an_empty_device(patch: Patch) -> None:
    @patch.answer(SEARCH)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.status, answer.body = 200, b'{"data":{}}'


@mutant("Nothing to do is 204", "accengage 11 O26 [S]", "prose", UPDATE, [put(f"/devices/{ALICE}", {})])
def nothing_to_do_is_200(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 204:
            answer.status, answer.body = 200, b"{}"
            answer.set_header("content-type", "application/json")


@mutant("Something done is 200", "accengage 11 O26 [S]", "prose", UPDATE, [put(f"/devices/{ALICE}", {"age": 35})])
def something_done_is_204(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.status, answer.body = 204, b""
            answer.set_header("content-type", None)


@mutant(
    "UDID cannot be updated", "accengage 11 O26, 20.40 [S]", "prose", UPDATE,
    [put(f"/devices/{ALICE}", {"UDID": "X", "age": 35})],
)  # fmt: skip
def fixed_fields_passed_over(patch: Patch) -> None:
    @patch.function("devices.update_device")
    def _(original, body=None, **rest):
        return original(body={name: it for name, it in (body or {}).items() if name not in ("id", "UDID")}, **rest)


@mutant(
    "An update is kept", "accengage 11 O26, 20.40 [S]", "prose", UPDATE,
    [put(f"/devices/{ALICE}", {"firstname": "Eve"}), read(f"/devices/search/by?UDID={ALICE}")],
)  # fmt: skip
def update_replaces_the_device(patch: Patch) -> None:
    @patch.function("devices.update_device")
    def _(original, world, partner_id, udid, body=None):
        reply = original(world=world, partner_id=partner_id, udid=udid, body=body)
        for device in world.find("devices", {"partnerId": partner_id}):
            if body and device["fields"]["UDID"] == udid:
                world.put("devices", {**device, "fields": {"UDID": udid, **body}})
        return reply


_ONE = {"UDID": ALICE, "model": "Pixel 3"}


@mutant(
    "100 users at most", "accengage 11 O27, 20.42 [S]", "schema", UPDATE_MANY,
    [put("/devices", {"matchingKey": "UDID", "users": [_ONE] * 101})],
)  # fmt: skip
def more_than_100_users(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        operation = document["paths"]["/v1/me/apps/{partnerId}/devices"]["put"]
        del operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["users"]["maxItems"]


@mutant(
    "id and UDID are 403 in a group", "accengage 11 O27 [S]", "prose", UPDATE_MANY,
    [put("/devices", {"matchingKey": "clientId", "users": [{"clientId": "42", "UDID": "X"}]})],
)  # fmt: skip
def fixed_fields_are_400_in_a_group(patch: Patch) -> None:
    @patch.answer(UPDATE_MANY)
    def _(answer: Answer) -> None:
        if answer.status == 403 and b"API_ERR_DATA" in answer.body:
            answer.status = 400


_HALF = {"matchingKey": "UDID", "users": [{**_ONE, "firstname": "Eve"}, {"UDID": BRUNO, "nosuch": 1}]}


@mutant(
    "What is wrong with one refuses all", "accengage 11 O27, 20.42 [I-MIN]", "prose", UPDATE_MANY,
    [put("/devices", _HALF), read(f"/devices/search/by?UDID={ALICE}")],
)  # fmt: skip
def group_updated_up_to_the_mistake(patch: Patch) -> None:
    @patch.function("devices.update_devices")
    def _(original, body, **rest):
        try:
            return original(body=body, **rest)
        except Refused as refused:
            for user in body["users"]:
                with suppress(Refusal):
                    original(body={**body, "users": [user]}, **rest)
            return Reply(body_of(refused), refused.status)


@mutant(
    "A taken listId is 409", "accengage 12 O29 [S]", "schema", MAKE, [post("/lists", {"name": "Mine", "listId": 1234})]
)
def taken_list_is_400(patch: Patch) -> None:
    @patch.answer(MAKE)
    def _(answer: Answer) -> None:
        answer.status = 400 if answer.status == 409 else answer.status


@mutant(
    "A generated id was not used before", "accengage 12 O29, 20.43 [S]", "prose", MAKE,
    [post("/lists", {"name": "Mine"})],
)  # fmt: skip
def generated_id_counts_the_lists(patch: Patch) -> None:
    @patch.function("static_lists.create_static_list")
    def _(original, world, partner_id, body):
        own = [it for it in world.find("lists") if it["partnerId"] == partner_id]
        return original(world=world, partner_id=partner_id, body={"listId": len(own) + 1, **body})


_EVER = {"users": [{"device": {"deviceId": ALICE}}]}
_TODAY = {"users": [{"device": {"deviceId": ALICE}, "expireAt": "2026-01-31T20:00:00Z"}]}


@mutant("Members of an unknown list: none", "accengage 12 O30 [S]", "schema", MEMBERS, [read("/lists/9000")])
def unknown_list_is_404(patch: Patch) -> None:
    @patch.function("static_lists.list_static_list_devices")
    def _(original, world, partner_id, list_id, **rest):
        if world.get("lists", f"{partner_id}/{list_id:020d}") is None:
            raise Refused(404, f"List {list_id} was not found")
        return original(world=world, partner_id=partner_id, list_id=list_id, **rest)


@mutant(
    "What was queued is applied", "accengage 12 O31, 20.45 [S]", "prose", (UPSERT, REMOVE),
    [put("/lists/1234", _EVER), Advance(60), read("/lists/1234")],
)  # fmt: skip
def queue_loses_its_changes(patch: Patch) -> None:
    @patch.function("static_lists.change_members")
    def _(original, world, partner_id, list_key, users, how):
        return None


@mutant(
    "A member leaves at expireAt", "accengage 12 O31, 20.46 [S]", "prose", UPSERT,
    [put("/lists/1234", _TODAY), Advance(86_400), read("/lists/1234")],
)  # fmt: skip
def expiry_ignored(patch: Patch) -> None:
    @patch.function("membership._let_go")
    def _(original, world):
        return None


@mutant(
    "An upsert sets the latest expireAt", "accengage 12 O31, 20.45 [S]", "prose", UPSERT,
    [put("/lists/1235", _TODAY), Advance(60), read("/lists/1235")],
)  # fmt: skip
def first_expiry_stays(patch: Patch) -> None:
    @patch.function("membership.put")
    def _(original, world, partner_id, list_key, user):
        if user["field"] != "UDID" or world.get("members", f"{list_key}/{user['value']}") is None:
            original(world, partner_id, list_key, user)


@mutant(
    "Who is removed is gone", "accengage 12 O32, 20.47 [S]", "prose", REMOVE,
    [drop("/lists/1235", _EVER), Advance(60), read("/lists/1235")],
)  # fmt: skip
def removal_removes_nobody(patch: Patch) -> None:
    @patch.function("membership.remove")
    def _(original, world, partner_id, list_key, user):
        return None


@mutant(
    "An unknown list is 404", "accengage 12 O31, 20.44 [S]", "schema", (UPSERT, REMOVE), [put("/lists/9000", _EVER)]
)
def change_of_an_unknown_list(patch: Patch) -> None:
    @patch.answer(UPSERT, REMOVE)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.status, answer.body = 200, b"{}"


@mutant(
    "A custom field finds a device too", "accengage 12 O31, 20.48 [S]", "prose", (UPSERT, REMOVE),
    [put("/lists/1234", {"users": [{"device": {"clientId": "42"}}]}), Advance(60), read("/lists/1234")],
)  # fmt: skip
def only_a_udid_finds_a_device(patch: Patch) -> None:
    @patch.function("membership._device")
    def _(original, world, partner_id, user):
        return original(world, partner_id, user) if user["field"] == "UDID" else None


_CLICKS = "/campaigns/91/clicks"


@mutant(
    "endDate is inclusive", "accengage 13 [S]", "prose", (*CLICKS, *TARGETS),
    [read(f"{_CLICKS}?endDate=2018-04-02%2009:03:40")],
)  # fmt: skip
def end_date_is_exclusive(patch: Patch) -> None:
    @patch.function("audience._written")
    def _(original, seconds):
        return original(seconds - 1 if seconds != float("inf") and seconds > 0 else seconds)


@mutant(
    "A campaign of another application is 403", "accengage 13 O33 [S]", "prose", (*CLICKS, *TARGETS),
    [read("/campaigns/93/clicks")],
)  # fmt: skip
def clicks_of_others_are_404(patch: Patch) -> None:
    @patch.answer(*CLICKS, *TARGETS)
    def _(answer: Answer) -> None:
        if answer.status == 403 and b"associated" in answer.body:
            answer.status = 404


@mutant(
    "Fields asked for are in each row", "accengage 13 [S]", "prose", CLICKS, [read(f"{_CLICKS}?data%5B%5D=clientId")]
)
def data_left_out(patch: Patch) -> None:
    @patch.function("audience._shown")
    def _(original, world, partner_id, row, fields):
        return original(world, partner_id, row, [])


@mutant("Without buttons there is no actionId", "accengage 13 [S]", "prose", CLICKS, [read("/messages/2158/clicks")])
def action_id_of_messages_without_buttons(patch: Patch) -> None:
    @patch.answer(*CLICKS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                for row in body["clicks"]:
                    row.setdefault("actionId", 1)


@mutant("Targets go after 3 months", "accengage 14 [S]", "prose", TARGETS, [read("/campaigns/91/targets")])
def targets_never_age(patch: Patch) -> None:
    @patch.function("targets._oldest")
    def _(original, world):
        return 0.0


_SENT = [post("/messages/10/send"), Advance(60)]


@mutant(
    "Targets stay for 3 months", "accengage 14 [S]", "silent", TARGETS,
    [*_SENT, Advance(45 * 86_400), read("/messages/10/targets")],
)  # fmt: skip
def targets_stay_for_30_days(patch: Patch) -> None:
    @patch.function("targets._oldest")
    def _(original, world):
        return world.now - 30 * 86_400


@mutant("Who was sent to is a target", "accengage 14 [S]", "prose", TARGETS, [*_SENT, read("/messages/10/targets")])
def targets_of_the_first_device_only(patch: Patch) -> None:
    @patch.answer(*TARGETS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                del body["targets"][1:]


def _stats(patch: Patch, change) -> None:
    @patch.answer(STATS)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body["stats"] = change(body["stats"])


@mutant("Days without data are left out", "accengage 15 O37 [S]", "prose", STATS, [read("/stats?startDate=2018-04-20")])
def gaps_are_filled(patch: Patch) -> None:
    def filled(rows):
        days = {row["date"]: row for row in rows}
        if len(days) < 2:
            return rows
        first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
        every = [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)][:100]
        return [days.get(day, {"date": day, "registeredProfiles": 0}) for day in every]

    _stats(patch, filled)


@mutant("Days are ascending", "accengage 15 O37 [S]", "prose", STATS, [read("/stats")])
def latest_day_first(patch: Patch) -> None:
    _stats(patch, lambda rows: rows[::-1])


@mutant(
    "endDate is inclusive", "accengage 15 O37 [S]", "prose", STATS,
    [read("/stats?startDate=2018-04-27&endDate=2018-04-29")],
)  # fmt: skip
def last_day_left_out(patch: Patch) -> None:
    @patch.function("stats.list_stats")
    def _(original, end_date=None, **rest):
        before = None if end_date is None else (date.fromisoformat(end_date) - timedelta(1)).isoformat()
        return original(end_date=before, **rest)


@mutant(
    "startDate goes before date", "accengage 15 O37, 20.55 [S]", "prose", STATS,
    [read("/stats?startDate=2018-04-01&date=2018-04-29")],
)  # fmt: skip
def date_goes_first(patch: Patch) -> None:
    @patch.function("stats.list_stats")
    def _(original, start_date=None, date=None, **rest):
        return original(start_date=None if date else start_date, date=date, **rest)


@mutant("endDate alone is no filter", "accengage 15 O37 [S]", "prose", STATS, [read("/stats?endDate=2017-12-31")])
def end_date_alone_counts(patch: Patch) -> None:
    @patch.function("stats.list_stats")
    def _(original, start_date=None, end_date=None, date=None, **rest):
        first = start_date or ("2000-01-01" if end_date and not date else None)
        return original(start_date=first, end_date=end_date, date=date, **rest)
