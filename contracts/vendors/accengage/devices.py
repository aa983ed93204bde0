"""Recipes for devices (section 11 of our reference)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from contracts.client import Client
from contracts.filled import NOTHING
from contracts.recipes import got, recipe
from contracts.vendors.accengage.paging import header_links

LIST, SEARCH = "devices.list_devices", "devices.search_device"
UPDATE, UPDATE_GROUP = "devices.update_device", "devices.update_devices"
# Devices of the `default` fixture.
ALICE, BRUNO = "1A2B3C4D-5E6F-7A8B-9C0D-1E2F3A4B5C6D", "2B3C4D5E-6F7A-8B9C-0D1E-2F3A4B5C6D7E"
CHLOE = "3C4D5E6F-7A8B-9C0D-1E2F-3A4B5C6D7E8F"
# The one of the second application; its client id is Alice's.
IPHONE = "4D5E6F7A-8B9C-0D1E-2F3A-4B5C6D7E8F90"


def search(client: Client, **filters: str) -> dict[str, Any]:
    """The device with these values; empty when there is none."""
    value = client.value(client.call(SEARCH, query=filters))
    found: dict[str, Any] = (value or {}).get("data") or {}
    return found


def lines(client: Client, **query: Any) -> list[list[str]]:
    """The lines of the list, the first of which names the columns."""
    found: list[list[str]] = client.value(client.call(LIST, query=query)) or [[]]
    return found


@recipe(LIST, 200)
def columns_in_the_order_asked_for(client: Client) -> None:
    """20.38: exactly these columns, in the order of their numbers, and each value in its own."""
    everything = lines(client)
    for query in (
        {"fields[1]": "UDID", "fields[2]": "IDFA"},
        {"fields[2]": "UDID", "fields[1]": "IDFA"},
        {"fields[]": ["clientId", "UDID"]},
    ):
        names = [query[key] for key in sorted(query)] if "fields[]" not in query else query["fields[]"]
        found = lines(client, **query)
        client.expect(found[0] == names, "read-your-write", f"the columns {names}", found[0])
        at = [everything[0].index(str(name)) for name in names]
        wanted = [[line[n] for n in at] for line in everything[1:]]
        client.expect(found[1:] == wanted, "read-your-write", "the values of these columns", found[1:])


@recipe(LIST, 400)
def what_no_device_has(client: Client) -> None:
    """20.38: a field that does not exist; and dates that are none."""
    for query in (
        {"fields[1]": "UDID", "fields[2]": "no_such_field"},
        {"firstOpen": "2014-02-30"},
        {"firstOpen": "2014-01-01|soon"},
        {"lastOpen": "2014-01-01|2015-01-01"},
    ):
        client.call(LIST, query=query)
        got(client, 400, "rejects-invalid", f"{query}")


@recipe(LIST, 200, check="pages")
def half_open_ranges(client: Client) -> None:
    """20.39: `A|B` is half-open, and consecutive ranges hold each device once; `lastOpen` is inclusive."""
    names = {"fields[1]": "UDID", "fields[2]": "firstOpen", "fields[3]": "lastOpen"}
    devices = lines(client, **names)[1:]
    cuts = ["2000-01-01", *sorted(line[1] for line in devices), "2040-01-01"]
    seen = []
    for start, end in pairwise(cuts):
        seen += lines(client, **names, firstOpen=f"{start}|{end}")[1:]
    client.expect(sorted(seen) == sorted(devices), "pages", "each device in one of the ranges", seen)
    for line in devices:
        found = lines(client, **names, lastOpen=line[2])[1:]
        wanted = sorted(it for it in devices if it[2] >= line[2])
        client.expect(sorted(found) == wanted, "pages", f"the devices last opened at {line[2]} or later", found)
        found = lines(client, **names, lastOpen=line[2], firstOpen=cuts[2])[1:]
        wanted = [it for it in wanted if it[1] >= cuts[2]]
        client.expect(sorted(found) == wanted, "pages", f"those of them first opened at {cuts[2]} or later", found)


@recipe(LIST, 200, check="pages")
def portions_of_ten_thousand(client: Client) -> None:
    """11: 10,000 a call, `next` alone in `Link`, none on the last portion."""
    exchange = client.call(LIST)
    client.expect(header_links(exchange) == {}, "pages", "no `Link` on the only portion", header_links(exchange))
    for page in (0, -1, 2):
        found = client.value(client.call(LIST, page=page))
        client.expect(found is not None and len(found) == 1, "pages", f"no device on page {page}", found)


@recipe(SEARCH, 200)
def found_by_each_indexed_field(client: Client) -> None:
    """20.41: more filters never find more."""
    alice = search(client, UDID=ALICE)
    client.expect(alice.get("UDID") == ALICE, "read-your-write", "the device of this UDID")
    for filters in ({"token": "AB5E"}, {"clientId": "42", "UDID": ALICE}):
        found = search(client, **filters)
        client.expect(found == alice, "read-your-write", f"the same device by {filters}", found)


@recipe(SEARCH, 404)
def nobody_has_these_values(client: Client) -> None:
    for filters in ({"UDID": "A"}, {"UDID": ALICE, "token": "AB60"}, {"token": "CD10"}):
        client.call(SEARCH, query=filters)
        got(client, 404, "unknown-id", f"{filters}")


@recipe(SEARCH, 400)
def no_filter_or_no_index(client: Client) -> None:
    """20.41."""
    queries: tuple[dict[str, str], ...] = ({}, {"nonIndexedField": "1"}, {"UDID": ALICE, "model": "Pixel 2"})
    for query in queries:
        client.call(SEARCH, query=query)
        got(client, 400, "rejects-invalid", f"the filters {query}")


@recipe(UPDATE, 200)
def what_was_set_is_found(client: Client) -> None:
    """20.40."""
    before = search(client, UDID=ALICE)
    client.call(UPDATE, udid=ALICE, body={"token": "AB5F", "age": 35})
    got(client, 200, "provokes", "an update")
    after = search(client, UDID=ALICE)
    wanted = {**before, "token": "AB5F", "age": 35}
    client.expect(after == wanted, "read-your-write", "what was set, and the rest as it was", after)
    client.expect(search(client, token="AB5F") == after, "read-your-write", "the device by its new token")


@recipe(UPDATE, 204)
def nothing_to_do(client: Client) -> None:
    """20.40: an empty object, and no body."""
    before = search(client, UDID=ALICE)
    bodies: tuple[Any, ...] = ({}, NOTHING)
    for body in bodies:
        client.call(UPDATE, udid=ALICE, body=body)
        got(client, 204, "provokes", "no field to update")
    client.expect(search(client, UDID=ALICE) == before, "refusal-changes-nothing", "the device as before")


@recipe(UPDATE, 400)
def what_cannot_be_set(client: Client) -> None:
    """20.40: `UDID` and `id`."""
    before = search(client, UDID=ALICE)
    for body in ({"UDID": "X"}, {"id": 7}, {"age": 36, "UDID": ALICE}):
        client.call(UPDATE, udid=ALICE, body=body)
        got(client, 400, "provokes", f"{body}")
    client.expect(search(client, UDID=ALICE) == before, "refusal-changes-nothing", "the device as before")


@recipe(UPDATE, 500, accept=(400,))
def a_field_that_there_is_not(client: Client) -> None:
    """19.22: an error of the database on the page; a refusal would be as good."""
    before = search(client, UDID=ALICE)
    client.call(UPDATE, udid=ALICE, body={"age": 36, "no_such_field": "x"})
    client.expect(client.sent[-1].status in (400, 500), "provokes", "400 or 500 for a field that there is not")
    client.expect(search(client, UDID=ALICE) == before, "refusal-changes-nothing", "the device as before")


@recipe(UPDATE, 404)
def unknown_udid(client: Client) -> None:
    client.call(UPDATE, udid="A", body={"age": 36})
    got(client, 404, "unknown-id", "a UDID that nobody has")


@recipe(UPDATE_GROUP, 200)
def a_group_is_updated(client: Client) -> None:
    """20.42: 100 users pass, those who are not there too."""
    users = [{"UDID": ALICE, "model": "iPhone8,1"}, {"UDID": BRUNO, "model": "iPhone8,2"}]
    users += [{"UDID": f"nobody-{n}", "model": "x"} for n in range(98)]
    client.call(UPDATE_GROUP, body={"matchingKey": "UDID", "users": users})
    got(client, 200, "provokes", "100 users")
    models = [search(client, UDID=udid).get("model") for udid in (ALICE, BRUNO)]
    client.expect(models == ["iPhone8,1", "iPhone8,2"], "read-your-write", "the model of each", models)


@recipe(UPDATE_GROUP, 400)
@recipe(UPDATE_GROUP, 403)
def what_is_wrong_with_one_refuses_all(client: Client) -> None:
    """20.42: 101 users, a matching key that cannot be or is not there, an unknown field; 403 for `id` and `UDID`."""
    before = search(client, UDID=ALICE)
    alice = {"UDID": ALICE, "age": 36}
    bodies: tuple[tuple[int, dict[str, Any]], ...] = (
        (400, {"matchingKey": "UDID", "users": [alice] * 101}),
        (400, {"matchingKey": "UDID", "users": alice}),
        (400, {"matchingKey": "UDID", "users": [alice, {"age": 36}]}),
        (400, {"users": [alice]}),
        (400, {"matchingKey": "model", "users": [{"model": "Pixel 2", "age": 36}]}),
        (400, {"matchingKey": "UDID", "users": [alice, {"UDID": BRUNO, "no_such_field": "x"}]}),
        (403, {"matchingKey": "UDID", "users": [alice, {"UDID": BRUNO, "id": 7}]}),
        (403, {"matchingKey": "token", "users": [{"token": "AB5E", "age": 36, "UDID": "X"}]}),
    )
    for status, body in bodies:
        client.call(UPDATE_GROUP, body=body)
        got(client, status, "provokes", f"{str(body)[:120]}")
    client.expect(search(client, UDID=ALICE) == before, "refusal-changes-nothing", "the device as before")


@recipe(UPDATE_GROUP, 200)
def several_keys_must_all_match(client: Client) -> None:
    """11, O27: whom no key, or not every key, leads to is passed over."""
    client.suppose("how several matching keys are written, and that all of them must match")
    before = {udid: search(client, UDID=udid) for udid in (ALICE, BRUNO)}
    users = [{"clientId": "42", "token": "AB5E", "age": 40}, {"clientId": "43", "token": "AB5E", "age": 41}]
    for given in (users, []):
        client.call(UPDATE_GROUP, body={"matchingKeys": ["clientId", "token"], "users": given})
        got(client, 200, "provokes", f"{len(given)} users")
    after = {udid: search(client, UDID=udid) for udid in (ALICE, BRUNO)}
    wanted = {**before, ALICE: {**before[ALICE], "age": 40}}
    client.expect(after == wanted, "read-your-write", "the device that both keys lead to, with its age, alone", after)


@recipe(UPDATE, 400)
@recipe(UPDATE_GROUP, 400)
def one_token_for_one_device(client: Client) -> None:
    """11: a push token is unique in its application; and nothing changes."""
    before = [search(client, UDID=udid) for udid in (ALICE, BRUNO)]
    if client.operation == UPDATE:
        client.call(UPDATE, udid=ALICE, body={"age": 36, "token": "AB60"})
    else:
        users = [{"UDID": BRUNO, "age": 18}, {"UDID": ALICE, "age": 36, "token": "AB60"}]
        client.call(UPDATE_GROUP, body={"matchingKey": "UDID", "users": users})
    got(client, 400, "rejects-invalid", "the token of another device")
    after = [search(client, UDID=udid) for udid in (ALICE, BRUNO)]
    client.expect(after == before, "refusal-changes-nothing", "both devices as before", after)
    client.call(UPDATE, partnerId="mySecondPartnerId", udid=IPHONE, body={"token": "AB60"})
    got(client, 200, "accepts-valid", "a token that a device of another application has")
