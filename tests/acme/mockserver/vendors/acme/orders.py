"""What was ordered, and when it leaves."""

from __future__ import annotations

from typing import Any

from mockserver.errors import Conflict, NotFound
from mockserver.exchange import Reply
from mockserver.world import World


def place_order(world: World, body: dict[str, Any]) -> Reply:
    """Take the parts off the shelf, and have them sent later. Raises NotFound, and Conflict for more than there are."""
    part = world.get("parts", body["part_id"])
    if part is None:
        raise NotFound("There is no such part")
    order = world.put("orders", {"order_id": world.ids.text("order"), **body, "status": "PLACED"})
    left = part.get("quantity", 0) - body["quantity"]
    world.put("parts", {**part, "quantity": left})
    if left < 0:
        raise Conflict(f"There are not {body['quantity']} of it")  # what was put before must be undone
    world.later(world.switches["seconds_to_send"], "orders.send_order", order_id=order["order_id"])
    return Reply(order, 202)


def get_order(world: World, order_id: str) -> Reply:
    """One order. Raises NotFound."""
    order = world.get("orders", order_id)
    if order is None:
        raise NotFound("There is no such order")
    return Reply(order)


def send_order(world: World, order_id: str) -> None:
    """Due work: the order leaves, at the time that the world's clock says."""
    order = world.get("orders", order_id)
    if order is not None:
        world.put("orders", {**order, "status": "SENT", "sent_at": world.time()})
