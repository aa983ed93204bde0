"""Words that a company sticks on persons (Technical Overview, former URI tree; the bodies and codes are ours)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import identity, profile
from mockserver.world import World


def list_tags(world: World, company_key: str, person_key: str) -> Reply:
    """200 with the tags of a person, oldest first. Raises NotFound."""
    person = _person(world, company_key, person_key)
    return Reply([_shown(person, tag) for tag in _all(world, person)])


def add_tags(world: World, company_key: str, person_key: str, body: Any) -> Reply:
    """The tag or tags that were sent: 201 when any of them is new, 200 otherwise. Raises NotFound."""
    person = _person(world, company_key, person_key)
    done = [_added(world, person, item["tag"]) for item in (body if isinstance(body, list) else [body])]
    shown = [_shown(person, tag) for tag, _ in done]
    status = 201 if any(new for _, new in done) else 200
    return Reply(shown if isinstance(body, list) else shown[0], status)


def remove_tags(world: World, company_key: str, person_key: str) -> Reply:
    """204, and the person has no tags. Raises NotFound."""
    for tag in _all(world, _person(world, company_key, person_key)):
        world.delete("tags", tag["id"])
    return Reply(None, 204)


def get_tag(world: World, company_key: str, person_key: str, tag: str) -> Reply:
    """200 with the tag. Raises NotFound when the person does not have it."""
    person = _person(world, company_key, person_key)
    return Reply(_shown(person, _known(world, person, tag)))


def put_tag(world: World, company_key: str, person_key: str, tag: str, body: Record | None = None) -> Reply:
    """201 when the tag was added, 200 when it was there or was renamed. Raises NotFound."""
    person = _person(world, company_key, person_key)
    name = (body or {}).get("tag", tag)
    known = world.get("tags", _id(person, tag))
    if known is None or name == tag:
        added, new = _added(world, person, name)
        return Reply(_shown(person, added), 201 if new else 200)
    world.delete("tags", known["id"])
    renamed, _ = _added(world, person, name, known["created_at"])
    return Reply(_shown(person, renamed))


def remove_tag(world: World, company_key: str, person_key: str, tag: str) -> Reply:
    """204. Raises NotFound when the person does not have it."""
    person = _person(world, company_key, person_key)
    world.delete("tags", _known(world, person, tag)["id"])
    return Reply(None, 204)


def _person(world: World, company_key: str, person_key: str) -> Record:
    return identity.known(identity.by_key(world, company_key, person_key))


def _all(world: World, person: Record) -> list[Record]:
    return world.find("tags", {"person_key": person["person_key"]})


def _known(world: World, person: Record, tag: str) -> Record:
    found = world.get("tags", _id(person, tag))
    if found is None:
        raise NotFound("The person does not have this tag")
    return found


def _added(world: World, person: Record, tag: str, created_at: str | None = None) -> tuple[Record, bool]:
    """The person's tag, and whether it is new."""
    known = world.get("tags", _id(person, tag))
    if known is not None:
        return known, False
    added = {
        "id": _id(person, tag),
        "person_key": person["person_key"],
        "tag": tag,
        "created_at": created_at or world.time(),
    }
    return world.put("tags", added), True


def _id(person: Record, tag: str) -> str:
    return f"{person['person_key']}/{tag}"


def _shown(person: Record, tag: Record) -> Record:
    url = f"{profile.url(person)}/tags/{quote(tag['tag'], safe='')}"
    return {"tag": tag["tag"], "url": url, "created_at": tag["created_at"]}
