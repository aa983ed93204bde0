"""What is on the shelves."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mockserver.errors import Conflict, NotFound
from mockserver.exchange import Reply
from mockserver.store import Record, Taken
from mockserver.world import World


def list_parts(
    world: World,
    limit: int,
    tag: list[str] | None = None,
    ids: list[int] | None = None,
    colour: list[str] | None = None,
    size: list[float] | None = None,
    filter: dict[str, Any] | None = None,
    box: dict[str, int] | None = None,
    sort: dict[str, Any] | None = None,
    near: list[float] | None = None,
    in_stock: bool | None = None,
    x_units: list[str] | None = None,
    locale: str | None = None,
) -> Reply:
    """Parts with all of the tags, and what was understood of the question."""
    asked = {name: value for name, value in locals().items() if name != "world" and value is not None}
    found = [part for part in world.find("parts") if set(tag or ()) <= set(part.get("tags", ()))]
    return Reply({"total": len(found), "parts": [_shown(part) for part in found[:limit]], "asked": asked})


def add_part(world: World, body: dict[str, Any]) -> Reply:
    """Put a part on a shelf. Raises Conflict when another has its name."""
    part = {**body, "part_id": f"part-{world.ids.digits('part', 6)}"}
    try:
        world.put("parts", part)
    except Taken:
        raise Conflict(f"There is a part named {body['name']} already") from None
    return Reply(_shown(part), 201, {"Location": f"/parts/{quote(part['part_id'], safe='')}"})


def get_part(world: World, part_id: str) -> Reply:
    """One part. Raises NotFound."""
    return Reply(_shown(_part(world, part_id)))


def remove_part(world: World, part_id: str) -> Reply:
    """Take a part off its shelf. Raises NotFound."""
    if not world.delete("parts", part_id):
        raise NotFound("There is no such part")
    return Reply(None, 204)


def get_label(world: World, part_id: str, width: int) -> Reply:
    """A label, cut to its width in letters of ten millimetres. Raises NotFound."""
    text = _part(world, part_id)["name"][: width // 10]
    return Reply(text.upper() if world.switches["labels"] == "loud" else text)


def _part(world: World, part_id: str) -> Record:
    found = world.get("parts", part_id)
    if found is None:
        raise NotFound("There is no such part")
    return found


def _shown(part: Record) -> Record:
    return {name: value for name, value in part.items() if name != "pin"}
