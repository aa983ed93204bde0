"""What only a sequence of calls shows: tags of a person. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from contracts.client import Client
from contracts.recipes import got, recipe

LIST, ADD, CLEAR = "tags.list_tags", "tags.add_tags", "tags.remove_tags"
GET, PUT, REMOVE = "tags.get_tag", "tags.put_tag", "tags.remove_tag"


def _names(client: Client) -> set[Any]:
    rows = client.value(client.call(LIST))
    return {it.get("tag") for it in rows if isinstance(it, dict)} if isinstance(rows, list) else set()


@recipe(ADD, 201)
@recipe(ADD, 200)
def a_tag_is_added_once(client: Client) -> None:
    """4.7."""
    client.call(ADD, body={"tag": "gate"})
    got(client, 201, "provokes", "a new tag")
    client.call(ADD, body={"tag": "gate"})
    got(client, 200, "idempotent-retry", "a tag that the person has")
    client.expect("gate" in _names(client), "read-your-write", "the tag that was added in the list")
    client.call(GET, tag="gate")
    got(client, 200, "read-your-write", "the tag that was added")


@recipe(PUT, 201)
@recipe(PUT, 200)
def put_adds_and_renames(client: Client) -> None:
    """4.7."""
    client.call(PUT, tag="gate", body={"tag": "gate"})
    got(client, 201, "provokes", "a new tag")
    client.call(PUT, tag="gate", body={"tag": "gate"})
    got(client, 200, "idempotent-retry", "a tag that the person has")
    client.call(PUT, tag="gate", body={"tag": "door"})
    names = _names(client)
    client.expect("door" in names and "gate" not in names, "read-your-write", "the new name instead of the old one")


@recipe(LIST, 200)
@recipe(GET, 200)
@recipe(ADD, 201)
@recipe(PUT, 201)
def the_url_of_a_tag_leads_to_it(client: Client) -> None:
    """6: also of a name that a path has to encode."""
    if client.operation == PUT:
        client.call(PUT, tag="front door", body={"tag": "front door"})
    else:
        client.call(ADD, body={"tag": "front door"})
    tags = client.value(client.call(LIST)) or []
    tags.append(client.value(client.call(GET, tag="front door")) or {})
    for tag in tags:
        path = str(tag.get("url", ""))
        same = client.value(client.call(GET, tag=unquote(path.rpartition("/tags/")[2]) or "none"))
        client.expect(same == tag, "read-your-write", f"the tag behind its url {path}: {tag}")


@recipe(REMOVE, 204)
@recipe(REMOVE, 404)
@recipe(GET, 404)
def a_removed_tag_is_gone(client: Client) -> None:
    client.call(ADD, body={"tag": "gate"})
    client.call(REMOVE, tag="gate")
    got(client, 204, "provokes", "a tag that the person has")
    client.call(GET, tag="gate")
    got(client, 404, "delete-deletes", "a removed tag")
    client.call(REMOVE, tag="gate")
    got(client, 404, "delete-deletes", "a tag that is removed again")


@recipe(CLEAR, 204)
def all_tags_are_removed(client: Client) -> None:
    client.call(ADD, body=[{"tag": "gate"}, {"tag": "door"}])
    client.call(CLEAR)
    client.expect(_names(client) == set(), "delete-deletes", "no tags after their removal")


@recipe(ADD, 422)
@recipe(PUT, 422)
def impossible_tags(client: Client) -> None:
    before = _names(client)
    for tag in ("", "x" * 256):
        client.call(client.operation, body={"tag": tag})
        got(client, 422, "rejects-invalid", f"a tag of {len(tag)} characters")
    client.expect(_names(client) == before, "refusal-changes-nothing", "the tags as before")


@recipe(PUT, 404)
@recipe(ADD, 404)
@recipe(CLEAR, 404)
def tags_of_nobody(client: Client) -> None:
    client.call(client.operation, person_key="nobody-at-all")
