"""What answers tell of the records behind them: the way back from `register.subscriber` and from subscribing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mockserver.recorded import ALWAYS, Seen, put
from mockserver.vendors.voltmx import auth, register
from mockserver.world import World

# Far enough that a token does not expire while somebody tests.
_NEVER = 4102444800000
_CREATED = "%m/%d/%Y %I:%M:%S %p"


def account(world: World, seen: Seen) -> None:
    """A recording has no credentials: whoever opens the default world opens this one."""
    userid = auth.CREDENTIALS["username"]
    world.put("operators", {"userid": userid, "password": auth.CREDENTIALS["password"]})
    world.put("claims_tokens", {"value": "eyJ0eXAiOiJKV1QifQ.example.claims", "userid": userid, "exp": _NEVER})


def subscriber(world: World, seen: Seen) -> None:
    """A row of the subscriber pages: the subscription, and what only these pages show."""
    row, ksid = seen.value, str(seen.value["ksid"])
    _app(world, row["appId"])
    kept = {name: row[name] for name in ("appId", "deviceId", "sid", "osType")}
    put(
        world, "subscriptions", {"ksid": ksid, **kept, "ufid": row["ufid"] or None, "active": row["subscriptionStatus"]}
    )
    created = datetime.strptime(row["createdDateStr"].rpartition(" ")[0], _CREATED).replace(tzinfo=UTC).timestamp()
    shown = {"userAgent": row["userAgent"], "deviceName": row["deviceName"]}
    world.put("details", {"ksid": ksid, "created": created, **shown})


def subscription(world: World, seen: Seen) -> None:
    """A confirmed subscribe or unsubscribe: the request says of which device, the answer which KSID it has."""
    value, asked = seen.value, seen.asked
    answer = value.get("subscriptionResponse", value)
    service = asked.get("subscriptionService", asked)
    ksid = str(answer.get("ksid") or answer.get("id"))
    wanted: dict[str, Any] | None = service.get("subscribe")
    record = register.by_ksid(world, ksid) if ksid.isdecimal() else None
    if wanted is None:
        if record is not None:
            world.put("subscriptions", {**record, "active": False})
        return
    _app(world, wanted["appId"])
    put(world, "subscriptions", {**register.renewed(world, record, wanted, register.os_type(wanted)), "ksid": ksid})
    if world.get("details", ksid) is None:
        name = wanted.get("deviceName", "")
        world.put("details", {"ksid": ksid, "created": seen.at, "userAgent": "", "deviceName": name})


def _app(world: World, app_id: str) -> None:
    world.put("apps", {"appId": app_id, "published": True})


TELLS = {
    ALWAYS: account,
    "Subscriber": subscriber,
    "subscriptions.change_subscription": subscription,
    "subscribers.change_subscriber": subscription,
}
CARRIED = frozenset(
    ("subscribers.inactivate_subscriber", "subscribers.delete_subscribers", "locations.update_location")
)  # fmt: skip
