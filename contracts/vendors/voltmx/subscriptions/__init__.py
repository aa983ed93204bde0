"""What only a sequence of subscriptions shows. Numbers name the properties of section 7 of our reference."""

from __future__ import annotations

from functools import partial
from typing import Any

from contracts.client import Client
from contracts.credentials import Credentials
from contracts.exchange import Exchange
from contracts.ledger import clean_up
from contracts.recipes import recipe as any_recipe
from specs.codecs import is_xml

CHANGE = "subscriptions.change_subscription"
APP, OTHER_APP = "20096-6548262167", "testApp"
# Each brings devices of its own, so it runs on servers without worlds too.
recipe = partial(any_recipe, anywhere=True)
TOKEN = Credentials(token="s3cret-token", public=True)


def subscribe(
    client: Client, *, media_type: str | None = None, credentials: Any = "right", **fields: Any
) -> dict[str, Any]:
    """Subscribe a device; None leaves a field out. The members of the answer's envelope."""
    given = {"appId": APP, "deviceId": "device-1", "sid": "token-1", "osType": "androidgcm", **fields}
    service = {"subscribe": {name: value for name, value in given.items() if value is not None}}
    return send(client, service, media_type, credentials)


def unsubscribe(client: Client, *, credentials: Any = "right", **keys: Any) -> dict[str, Any]:
    """End a subscription. The members of the answer's envelope."""
    return send(client, {"unsubscribe": keys}, None, credentials)


@clean_up(CHANGE)
def end_subscription(client: Client, made: Exchange) -> bool | None:
    """Subscriptions that a request began, and only those: 201, or an update, speaks of one that was there before."""
    answer = _envelope(client, made)
    if not str(answer.get("message", "")).startswith("Subscription successful"):
        return None
    ended = _envelope(
        client, client.call(CHANGE, body={"subscriptionService": {"unsubscribe": {"ksid": answer.get("ksid")}}})
    )
    return str(ended.get("statusCode")) == "200"


def send(client: Client, service: dict[str, Any], media_type: str | None, credentials: Any = "right") -> dict[str, Any]:
    """Send a service, for devices of the recipe's own. The members of the answer's envelope."""
    kind = media_type or client.media_type or "application/json"
    for members in service.values():
        for name in members.keys() & {"deviceId", "sid"}:
            members[name] = client.unique(members[name]) if members[name] else ""
    body = service if is_xml(kind) else {"subscriptionService": service}
    return _envelope(client, client.call(CHANGE, body=body, media_type=kind, credentials=credentials))


def _envelope(client: Client, exchange: Exchange) -> dict[str, Any]:
    value = client.value(exchange)
    if isinstance(value, dict) and isinstance(value.get("subscriptionResponse"), dict):
        value = value["subscriptionResponse"]
    return value if isinstance(value, dict) else {}


def says(client: Client, answer: dict[str, Any], text: str, check: str = "provokes") -> None:
    """A finding of `check`, unless the answer's message begins with a text."""
    client.expect(str(answer.get("message", "")).startswith(text), check, f"the message {text!r}")


def same(client: Client, answer: dict[str, Any], other: dict[str, Any], check: str = "read-your-write") -> None:
    """A finding of `check`, unless both answers speak of one subscription."""
    client.expect(answer.get("ksid") == other.get("ksid"), check, f"the KSID {other.get('ksid')}")
