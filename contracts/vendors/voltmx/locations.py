"""Positions of devices. Numbers name the properties of section 7 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.vendors.voltmx.subscribers import NOBODY, ksid
from contracts.vendors.voltmx.subscriptions import recipe, subscribe, unsubscribe
from specs.codecs import is_xml

UPDATE = "locations.update_location"


def _locate(client: Client, number: Any, latitude: Any = "15.22", longitude: Any = "45.75") -> int:
    kind = client.media_type or "application/json"
    body = {"ksid": number, "latitude": latitude, "longitude": longitude}
    return client.call(UPDATE, body=body, media_type=kind).status


@recipe(UPDATE, 200)
def while_active(client: Client) -> None:
    """23."""
    first = subscribe(client)
    for latitude, longitude in (("15.22", "45.75"), ("-90", "180"), (17.385, -78.4867)):
        status = _locate(client, ksid(first), latitude, longitude)
        client.expect(status == 200, "accepts-valid", f"200 for {latitude}, {longitude}")
    if not is_xml(client.media_type or ""):
        status = _locate(client, int(ksid(first)))
        client.expect(status == 200, "accepts-valid", "200 for the KSID as a number, digit for digit")
    unsubscribe(client, ksid=ksid(first))
    client.expect(_locate(client, ksid(first)) == 400, "delete-deletes", "400 once unsubscribed")


@recipe(UPDATE, 400)
def nobody_or_nowhere(client: Client) -> None:
    first = subscribe(client)
    client.expect(_locate(client, NOBODY) == 400, "unknown-id", "400 for a KSID that nobody has")
    for place in (("90.5", "0"), ("0", "180.5"), ("-91", "0"), ("north", "0")):
        status = _locate(client, ksid(first), *place)
        client.expect(status == 400, "rejects-invalid", f"400 for {' '.join(place)}")
