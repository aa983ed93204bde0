"""The vendor's page from Devices to Inboxes, example by example, in its order and with its own paths and numbers.

Bodies that the page lost are ours. Where an id of the page is that of two messages (2157), ours is another; what the
page prints wrongly (a verb, a path) is noted beside.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.accengage import links
from tests.vendors.signed import ALICE, BRUNO, CHLOE, A, Signed, ok, said

# The page's own device, and its own token.
DEVICE = "F31548D3-F93E-498F-8E01-F18CC4EB2F5F"


@pytest.fixture
def vendor(account: Any) -> Any:
    made = account("accengage", auth=Signed())
    fields = {"UDID": DEVICE, "token": "AB5F", "IDFA": "9", "lastOpen": "2014-06-09 00:00:00"}
    made.put_record("devices", {"id": 1100, "partnerId": "myPartnerId", "fields": fields})
    return made


def test_devices_list(vendor: Any) -> None:
    answer = vendor.get(f"{A}/devices?lastOpen=2014-06-08%2012%3A34%3A56")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv")
    assert answer.text.count("\n") == 5
    answer = vendor.get(f"{A}/devices?fields%5B1%5D=UDID&fields%5B2%5D=IDFA")
    assert answer.text.splitlines()[0] == '"UDID";"IDFA"'
    assert answer.text.splitlines()[-1] == f'"{DEVICE}";"9"'


def test_devices_search(vendor: Any) -> None:
    found = ok(vendor.get(f"{A}/devices/search/by?UDID={DEVICE}"))["data"]
    assert found["UDID"] == DEVICE
    assert ok(vendor.get(f"{A}/devices/search/by?token=AB5F"))["data"] == found
    said(vendor.get(f"{A}/devices/search/by"), 400)
    said(vendor.get(f"{A}/devices/search/by?nonIndexedField=1"), 400)
    said(vendor.get(f"{A}/devices/search/by?UDID=A"), 404)


def test_devices_update(vendor: Any) -> None:
    assert ok(vendor.put(f"{A}/devices/{DEVICE}", json={"token": "AB70"})) == {}
    assert vendor.put(f"{A}/devices/{DEVICE}", json={}).status_code == 204
    said(vendor.put(f"{A}/devices/{DEVICE}", json={"UDID": "A"}), 400)
    said(vendor.put(f"{A}/devices/{DEVICE}", json={"notAField": "A"}), 500, "API_ERR_DB")


def test_devices_update_by_group(vendor: Any) -> None:
    users = [{"UDID": DEVICE, "model": "iPhone8,1"}, {"UDID": ALICE, "model": "iPhone8,1"}]
    assert ok(vendor.put(f"{A}/devices", json={"matchingKey": "UDID", "users": users})) == {}
    said(vendor.put(f"{A}/devices", json={"users": users}), 400)


def test_static_lists(vendor: Any) -> None:
    """The page creates 1234 first; here 1234 and 1235 are there, so its numbers are those above them."""
    assert [row["listId"] for row in ok(vendor.get(f"{A}/lists"))["lists"]] == [1234, 1235]
    assert ok(vendor.post(f"{A}/lists", json={"name": "My list", "listId": 2234})) == {"listId": 2234}
    assert ok(vendor.post(f"{A}/lists", json={"name": "My list"})) == {"listId": 2235}
    assert ok(vendor.post(f"{A}/lists", json={"name": "My list", "externalId": "myExternalId"})) == {"listId": 2236}
    said(vendor.post(f"{A}/lists", json={"name": "My list", "listId": 2235}), 409)
    assert [user["deviceId"] for user in ok(vendor.get(f"{A}/lists/1235"))["users"]] == [ALICE, BRUNO]
    assert ok(vendor.get(f"{A}/lists/9000"))["users"] == []


def test_static_lists_upsert_and_remove(vendor: Any) -> None:
    ok(vendor.put(f"{A}/devices/{CHLOE}", json={"myCustomField": "value"}))
    users = [
        {"device": {"deviceId": ALICE}},
        {"device": {"myCustomField": "value"}, "expireAt": "2030-01-01T00:00:00Z"},
    ]
    assert ok(vendor.put(f"{A}/lists/1235", json={"users": users})) == {}
    vendor.advance(30)
    assert [user["deviceId"] for user in ok(vendor.get(f"{A}/lists/1235"))["users"]] == [ALICE, BRUNO, CHLOE]
    said(vendor.put(f"{A}/lists/1235", json={}), 400)
    said(vendor.put(f"{A}/lists/1235", json={"users": [{"device": {"flagada": "value"}}]}), 400)
    said(vendor.put(f"{A}/lists/9000", json={"users": users}), 404)
    assert ok(vendor.request("DELETE", f"{A}/lists/1235", json={"users": users})) == {}
    vendor.advance(30)
    assert [user["deviceId"] for user in ok(vendor.get(f"{A}/lists/1235"))["users"]] == [BRUNO]


def test_clicks_and_targets(vendor: Any) -> None:
    for kind, query in (("clicks", ""), ("targets", "?data[]=clientId&data[]=bundleversion")):
        for n in range(101):
            row = {"id": 500 + n, "partnerId": "myPartnerId", "date": "2021-10-01T00:00:00Z", "deviceId": ALICE}
            vendor.put_record(kind, {**row, "messageId": 2158, "campaignId": 91})
        answer = vendor.get(f"{A}/campaigns/91/{kind}{query}")
        assert len(ok(answer)[kind]) == 100
        assert links(answer).keys() == {"first", "next"}
        assert ok(vendor.get(f"{A}/messages/2158/{kind}"))[kind]
    assert ok(answer)["targets"][0]["data"] == {"clientId": "42", "bundleversion": "3.2.0"}


def test_statistics(vendor: Any) -> None:
    assert len(ok(vendor.get(f"{A}/stats"))["stats"]) > 30
    assert [row["date"] for row in ok(vendor.get(f"{A}/stats?date=2015-01-01"))["stats"]] == ["2015-01-01"]


@pytest.mark.parametrize("kind", ["geofences", "beacons"])
def test_geofences_and_beacons(vendor: Any, kind: str) -> None:
    """Update is printed as a POST once; it is a PUT."""
    answer = vendor.get(f"{A}/{kind}")
    assert ok(answer)[kind][0]["id"] == 404
    assert "first" in links(answer)
    assert ok(vendor.post(f"{A}/{kind}", json={"info": {"name": "Shop"}}))["id"] > 404
    said(vendor.post(f"{A}/{kind}", json={}), 400)
    assert ok(vendor.get(f"{A}/{kind}/404"))["id"] == 404
    said(vendor.get(f"{A}/{kind}/405"), 404)
    assert ok(vendor.put(f"{A}/{kind}/404", json={"info": {"name": "Shop"}})) == {}
    said(vendor.put(f"{A}/{kind}/404", json={}), 400)


def test_geogroups(vendor: Any) -> None:
    """The list is printed as `/geolocation`; it is `/geogroups`."""
    ok(vendor.post(f"{A}/geogroups", json={"name": "Group"}))
    ok(vendor.post(f"{A}/geogroups", json={"name": "Group", "externalId": "another"}))
    assert [row["id"] for row in ok(vendor.get(f"{A}/geogroups"))["geogroups"]][:2] == [422, 423]
    by_name = f"{A}/geogroups/ext:myGeogroupExternalId"
    for method in ("POST", "DELETE"):
        assert ok(vendor.request(method, f"{A}/geogroups/422/beacons", json={"id": 404})) == {}
        assert ok(vendor.request(method, f"{by_name}/beacons", json={"id": 404})) == {}
        assert ok(vendor.request(method, f"{by_name}/geofences", json={"id": 479})) == {}
        said(vendor.request(method, f"{by_name}/beacons", json={}), 400)


def test_inapps(vendor: Any) -> None:
    """The page's 2157 is a push message too, so the in-app here is 2158."""
    body = {"name": "x", "messages": [{"template": {"type": "popup", "buttons": [{"id": "0"}]}}]}
    assert ok(vendor.get(f"{A}/inapps"))["inapps"][0]["id"] == 2158
    assert ok(vendor.post(f"{A}/inapps", json=body))["id"]
    assert ok(vendor.get(f"{A}/inapps/2158"))["id"] == 2158
    said(vendor.get(f"{A}/inapps/2159"), 404)
    assert ok(vendor.put(f"{A}/inapps/2158", json=body)) == {}
    for status in (200, 204):
        answer = vendor.put(f"{A}/inapps/external/welcome/status", json={"isActive": True})
        assert (answer.status_code, answer.content) == (status, b"")
    said(vendor.put(f"{A}/inapps/2159/status", json={"isActive": True}), 404)


# The one body that the page still has in full; its `id` is printed as 12345, though 123456 was asked for.
ALARM = {
    "id": 123456,
    "name": "My Alarm",
    "messages": [
        {
            "title": "My message title",
            "sound": {"sound": "default"},
            "openRichPushIn": "webview",
            "delayTimerForAppliOff": True,
            "text": "Here you go",
            "clickCustomParams": {"Key1": "Value1"},
            "displayCustomParams": {"Key2": "Value2"},
        }
    ],
    "triggers": {
        "displayCapping": 30,
        "globalClickCapping": 0,
        "sessionClickCapping": 0,
        "priority": 3,
        "cappingDelay": 0,
        "offlineDisplay": False,
        "geolocations": {},
        "beacons": {},
        "usePressure": False,
        "useDelay": False,
        "timer": {"duration": 0, "type": "lifetime"},
        "events": {"displayOnceByEvent": True},
        "views": {},
        "states": {"allStatesActive": True, "inclusion": [{"name": "myState", "contains": "BlueSky"}]},
    },
    "segments": {},
    "settings": {"programmation": {"useLocalDate": False, "type": "timer", "duration": 518400}, "exclusionRanges": []},
    "isActive": False,
}


def test_alarms(vendor: Any) -> None:
    assert ok(vendor.get(f"{A}/alarms/123456")) == ALARM
    assert vendor.get(f"{A}/alarms/123458").json() == {
        "errors": [{"label": "API_ERR_DATA", "message": "Type, application and message ID mismatch"}]
    }
    body = {name: value for name, value in ALARM.items() if name != "id"}
    number = ok(vendor.post(f"{A}/alarms", json=body))["id"]
    assert ok(vendor.get(f"{A}/alarms/{number}")) == {**ALARM, "id": number}
    assert ok(vendor.get(f"{A}/alarms"))["alarms"][-1]["id"] == number
    assert ok(vendor.put(f"{A}/alarms/{number}", json={**body, "name": "Other"})) == {}
    for status in (200, 204):
        assert vendor.put(f"{A}/alarms/{number}/status", json={"isActive": True}).status_code == status
    said(vendor.put(f"{A}/alarms/123458/status", json={"isActive": True}), 404)


def test_inboxes(vendor: Any) -> None:
    body = {"messages": [{"title": "News", "content": {"type": "text", "body": "Hello"}}]}
    number = ok(vendor.post(f"{A}/inboxes", json=body))["id"]
    assert ok(vendor.put(f"{A}/inboxes/{number}", json=body)) == {}
    status = f"{A}/inboxes/{number}/status"
    answer = vendor.put(f"{status}?UDID={DEVICE}", json={"readDate": "2021-10-28T12:00:00Z"})
    assert (answer.status_code, answer.content) == (200, b"")
    said(vendor.put(status, json={"readDate": "2021-10-28T12:00:00Z"}), 400)
    answer = vendor.put(f"{status}?UDID=unknown", json={"readDate": "2021-10-28T12:00:00Z"})
    assert (answer.status_code, answer.content) == (404, b"")
    said(vendor.put(f"{A}/inboxes/2159/status?UDID={DEVICE}", json={"readDate": "2021-10-28T12:00:00Z"}), 404)
